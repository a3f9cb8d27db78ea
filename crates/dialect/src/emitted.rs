//! What every compiler gives. Knows no language.

use lownoise_engine::diagnostic::{Diagnostic, Label, Level};
use lownoise_engine::policy::Exclusion;

/// A text in another language, and what is worth knowing about it.
#[derive(Debug, Clone)]
pub struct Emitted {
    /// The text.
    pub text: String,
    /// Warnings, with places in the policy.
    pub notes: Vec<Diagnostic>,
}

/// When what was compiled is no longer what the policy says; `thing` is what it is.
pub(crate) fn notes(active: &[&Exclusion], code: &'static str, thing: &str) -> Vec<Diagnostic> {
    let next = active
        .iter()
        .filter_map(|exclusion| Some((exclusion.expires?, *exclusion)))
        .min_by_key(|(date, _)| *date);
    let note = next.map(|(date, exclusion)| Diagnostic {
        level: Level::Warning,
        code,
        message: format!(
            "the {thing} goes on hiding what `{}` hides after {date}, its last day",
            exclusion.id
        ),
        labels: vec![Label { span: exclusion.span, text: "expires first".to_owned() }],
        help: Some("compile again by then: expiry is decided when a policy is compiled".to_owned()),
    });
    note.into_iter().collect()
}
