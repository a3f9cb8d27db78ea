//! Queries and rules of others: imported, checked as the policy that they are, and told at their own places.

use std::collections::HashMap;
use std::path::Path;

use lownoise_dialect::{Imported, elastic, kql, sigma};
use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::{Source, Sources, Span};
use lownoise_lint::config::Governance;
use lownoise_lint::{Context, Finding, check};

use crate::args::Language;

/// A policy in other words.
pub(super) struct Foreign {
    pub(super) policy: Policy,
    /// Where its exclusions stand in the original, by their ids.
    places: HashMap<String, Span>,
    /// Where the policy's text is among the texts; the original is the first.
    written: u32,
}

/// What is imported, what the import says, and the texts: the original, then the policy that was made of it.
pub(super) fn import(
    path: &Path,
    source: &Source,
    language: Language,
    schemas: &Schemas,
) -> (Option<Foreign>, Vec<Diagnostic>, Sources) {
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let id = lownoise_dialect::id_of(&stem);
    let Imported { policy, diagnostics, mut sources, places, .. } = match language {
        Language::Kql => kql::import(source, schemas, &kql::Options { id, ..kql::Options::default() }),
        Language::Sigma => {
            sigma::import(source, schemas, &sigma::Options { id, ..sigma::Options::default() })
        }
        Language::Elastic => {
            elastic::import(source, schemas, &elastic::Options { id, ..elastic::Options::default() })
        }
    };
    let foreign = policy.map(|(text, policy)| {
        let name = format!("{}, as a policy", source.name);
        Foreign { policy, places, written: sources.add(Source { name, text }) }
    });
    (foreign, diagnostics, sources)
}

/// What the lints find, at the places of the original where they are known, else in the policy that was made of it. What a
/// repository demands of its own exclusions is not asked of other languages, which cannot say it.
pub(super) fn findings(foreign: &Foreign, context: &Context<'_>) -> Vec<Finding> {
    let mut config = context.config.clone();
    config.governance = Governance { require: Vec::new(), ..config.governance };
    let mut found = check(&foreign.policy, &Context { config: &config, ..*context });
    for finding in &mut found {
        for label in &mut finding.diagnostic.labels {
            label.span = foreign.original(label.span);
        }
        // The text that a fix would edit is not there.
        finding.fix = None;
    }
    found
}

impl Foreign {
    /// Where a part of the policy's text stands in the original; a part of an exclusion stands where that does.
    fn original(&self, span: Span) -> Span {
        let here = Span { source: self.written, ..span };
        let text = self.policy.sources.get(0).map_or("", |source| source.text.as_str());
        let header = text.get(..span.range().start).and_then(|before| before.rfind("\n["));
        let section = header.and_then(|header| text.get(header..)).unwrap_or("");
        if !section.starts_with("\n[[exclusion]]") && !section.starts_with("\n[exclusion.") {
            return here;
        }
        let before = |exclusion: &&lownoise_engine::policy::Exclusion| exclusion.span.start <= span.start;
        let exclusion =
            self.policy.exclusions.iter().filter(before).max_by_key(|exclusion| exclusion.span.start);
        let place = exclusion.and_then(|exclusion| self.places.get(&exclusion.id));
        place.filter(|place| place.start < place.end).copied().unwrap_or(here)
    }
}

/// Whether a file of a folder, by its text, is a query or a rule: much else has the ending of YAML.
pub(super) fn looks_like(language: Language, text: &str) -> bool {
    let begins = |words: &[&str]| text.lines().any(|line| words.iter().any(|word| line.starts_with(word)));
    match language {
        Language::Sigma => begins(&["logsource:"]) && begins(&["detection:", "filter:"]),
        Language::Kql | Language::Elastic => true,
    }
}

/// Whether a TOML file is one of Elastic's exceptions.
pub(super) fn is_elastic(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("[[exceptions"))
}
