//! What every import ends as: a policy that was written as TOML and read back by the engine's own parser, and a list of
//! what stayed opaque. Knows no language.

use std::collections::HashMap;

use lownoise_engine::diagnostic::{Diagnostic, Level};
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::{Source, Sources, Span};

use crate::names::slug;
use crate::origins::Origins;
use crate::toml::{Remarks, write};

/// What came of a text in another language.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The policy as TOML, and as the engine read it; nothing when the text is broken.
    pub policy: Option<(String, Policy)>,
    /// What is wrong, what is opaque, and what is probably not meant.
    pub diagnostics: Vec<Diagnostic>,
    /// The text that the diagnostics point into.
    pub sources: Sources,
    /// How many tests are opaque.
    pub opaque: usize,
    /// Where the parts of the policy come from.
    pub origins: Origins,
}

/// A policy as TOML, what the engine reads that as, and where its parts come from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    policy: Option<(String, Policy)>,
    origins: Origins,
}

impl Imported {
    /// What came of this text: the policy, how many of its tests are opaque, and what there is to tell, in any order.
    pub(crate) fn new(
        source: &Source,
        Written { policy, origins }: Written,
        opaque: usize,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Self {
        diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        diagnostics.dedup();
        let mut sources = Sources::default();
        sources.add(source.clone());
        Self { policy, diagnostics, sources, opaque, origins }
    }
}

/// The policy as TOML, and that TOML as the engine reads it.
///
/// # Errors
/// Why it cannot be written.
pub(crate) fn read_back(policy: &Policy, remarks: &Remarks) -> Result<Written, String> {
    let name = format!("{}.toml", policy.id);
    let written = write(policy, remarks);
    let mut schemas = Schemas::default();
    schemas.add(policy.schema.without_added());
    if let Some((devices, _)) = policy.devices() {
        schemas.add((**devices).clone());
    }
    let source = Source { name, text: written.clone() };
    let parsed = parse_policy(source, &mut |_| Ok(None), &schemas);
    let why = parsed.diagnostics.into_iter().find(|diagnostic| diagnostic.level == Level::Error);
    let why = why.map_or_else(String::new, |diagnostic| diagnostic.message);
    let read = parsed.result.ok_or(why)?;
    Ok(Written { origins: Origins::new(&read, policy), policy: Some((written, read)) })
}

/// What a policy came from, as a comment: the name of the file, if it has one.
pub(crate) fn origin(kind: &str, source: &Source) -> Remarks {
    let name = source.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let has_name = !matches!(name, "" | "-") && !name.starts_with('<');
    let top = has_name.then(|| format!("{kind}: {name}"));
    Remarks { top: top.into_iter().collect(), ..Remarks::default() }
}

/// Lists what stayed opaque, each with its place, and counts it.
pub(crate) fn tell_opaque(
    policy: &Policy,
    code: &'static str,
    reasons: &HashMap<Span, String>,
    told: &mut Vec<Diagnostic>,
) -> usize {
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Lookback(_) => None,
        ConditionKind::Devices { predicate, .. } | ConditionKind::Where(predicate) => Some(predicate),
    });
    let exclusions = policy.exclusions.iter().map(|exclusion| &exclusion.predicate);
    let mut count = 0;
    // What asks for a list is understood, and told where the list is.
    let opaque = scope.chain(exclusions).flat_map(Predicate::opaque);
    for opaque in opaque.filter(|opaque| opaque.listed.is_none()) {
        count += 1;
        let reason = reasons.get(&opaque.span).map_or("not understood", String::as_str);
        let message = format!("`{}` stays as an opaque test: {reason}", shortened(&opaque.text));
        let help =
            "it is taken as whatever keeps more events visible, and proofs that depend on it are unknown";
        let warning = Diagnostic::warning(code, message, opaque.span, "opaque");
        told.push(warning.help(help));
    }
    count
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 80 {
        return text.to_owned();
    }
    text.chars().take(79).chain(['…']).collect()
}

/// An id from the name of a file.
#[must_use]
pub fn id_of(name: &str) -> String {
    let slug = slug(name);
    if slug.is_empty() { "imported".to_owned() } else { slug }
}
