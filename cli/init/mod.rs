//! `lownoise init`: a policy, its scenarios and a few events to start from.

use std::fs::{self, OpenOptions};
use std::io::{Write, stdout};

use lownoise_engine::json_schema::json_schema;

use crate::args;
use crate::failure::Failure;
use crate::load;

/// What is written, by path; the JSON Schema of the language comes beside them.
const FILES: [(&str, &str); 4] = [
    ("rules/quiet-desktop.toml", include_str!("quiet-desktop.toml")),
    ("rules/sets/system-services.toml", include_str!("system-services.toml")),
    ("features/quiet-desktop.feature", include_str!("quiet-desktop.feature")),
    ("events/sample.ndjson", include_str!("sample.ndjson")),
];

/// Where editors find the language; the policies name it in their first line.
const SCHEMA: &str = "rules/lownoise.schema.json";

pub(crate) fn run(arguments: &args::Init) -> Result<(), Failure> {
    let schema = serde_json::to_string_pretty(&json_schema(&load::schemas()?))
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let schema = schema + "\n";
    let files: Vec<(&str, &str)> = FILES.into_iter().chain([(SCHEMA, schema.as_str())]).collect();
    // Looked at before anything is written, so that a refusal leaves nothing behind.
    if let Some((there, _)) = files.iter().find(|(path, _)| arguments.folder.join(path).exists()) {
        let path = arguments.folder.join(there);
        return Err(Failure::Usage(format!(
            "`{}` is there already, and nothing is overwritten",
            path.display()
        )));
    }
    let mut out = stdout().lock();
    for (name, text) in files {
        let path = arguments.folder.join(name);
        let failed = |error| Failure::Usage(format!("cannot write `{}`: {error}", path.display()));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        writeln!(out, "wrote {}", path.display())?;
    }
    let there = if arguments.folder.as_os_str() == "." {
        String::new()
    } else {
        format!("  cd {}\n", arguments.folder.display())
    };
    writeln!(
        out,
        "\nNext:\n{there}  lownoise test\n  lownoise run rules/quiet-desktop.toml events/sample.ndjson\n  \
         lownoise explain rules/quiet-desktop.toml events/sample.ndjson --row 2\n  lownoise check"
    )?;
    Ok(())
}
