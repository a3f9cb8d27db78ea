//! What the tests of this crate share: the shipped rules, read from the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_harness::{HarnessError, Options, Summary, run};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A shipped policy by its name.
pub(crate) fn shipped(name: &str) -> Result<Arc<Policy>, String> {
    let read = |path: &Path| {
        let text = fs::read_to_string(path).map_err(|_| format!("there is no policy or set `{}`", path.display()))?;
        Ok::<_, String>(Source { name: path.display().to_string(), text })
    };
    let rules = root().join("rules");
    let schemas = Schemas::shipped()?;
    let source = read(&rules.join(format!("{}.toml", name.trim_end_matches(".toml"))))
        .map_err(|_| format!("there is no policy `{name}`"))?;
    let parsed =
        parse_policy(source, &mut |set| read(&rules.join("sets").join(format!("{set}.toml"))), &schemas);
    if !parsed.diagnostics.is_empty() {
        return Err(format!("{:#?}", parsed.diagnostics));
    }
    parsed.result.map(Arc::new).ok_or_else(|| format!("the policy `{name}` cannot be read"))
}

/// Runs features with the shipped rules, on 2026-02-03; what came of it, and the report.
pub(crate) fn report(paths: &[PathBuf], verbose: bool) -> (Result<Summary, HarnessError>, String) {
    let mut out = Vec::new();
    let now = Time::parse("2026-02-03T00:00:00Z").unwrap();
    let result = run(paths, &Options { policies: &shipped, now, verbose }, &mut out);
    (result, String::from_utf8(out).unwrap())
}
