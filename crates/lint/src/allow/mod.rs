//! Inline allows: the comment `# lownoise: allow(CODE, reason = "…")`, what it reaches, and whether it is still needed.
//! Knows TOML's lexer, the comments of YAML and KQL, not what a lint is.

mod bad_allow;
mod lines;
mod read;
mod unexplained_allow;
mod unknown_allow;
mod unused_allow;

use std::cell::Cell;
use std::ops::Range;

use lownoise_engine::diagnostic::did_you_mean;
use lownoise_engine::span::Span;

use crate::lint::{Finding, Fix, FixClaim, Lint};

pub use read::read_allows;

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 4] =
    [&bad_allow::LINT, &unexplained_allow::LINT, &unknown_allow::LINT, &unused_allow::LINT];

/// The allows of one text.
#[derive(Debug, Clone, Default)]
pub struct Allows {
    all: Vec<Allow>,
    mistakes: Vec<Finding>,
}

/// One code of one comment.
#[derive(Debug, Clone)]
struct Allow {
    code: String,
    reason: Option<String>,
    /// Where the code is written.
    span: Span,
    /// The bytes that it is about.
    reach: Range<usize>,
    /// The comment, and the space before it.
    comment: Span,
    /// It is the only code of its comment.
    alone: bool,
    used: Cell<bool>,
}

impl Allows {
    /// Why a finding at a place is allowed, if it is: the reason, empty where none is given. The nearest allow is taken,
    /// and counts as needed.
    #[must_use]
    pub fn allowed(&self, code: &str, at: Span) -> Option<&str> {
        let at = at.range().start;
        let reaching = self.all.iter().filter(|allow| allow.code == code && allow.reach.contains(&at));
        let nearest = reaching.min_by_key(|allow| allow.reach.len())?;
        nearest.used.set(true);
        Some(nearest.reason.as_deref().unwrap_or(""))
    }

    /// What is wrong with the allows themselves, to be asked when every finding has been asked for. `codes` are those that
    /// there are; `looked_for` says whether a code could have been found at all this time.
    #[must_use]
    pub fn findings(&self, codes: &[&str], looked_for: &dyn Fn(&str) -> bool) -> Vec<Finding> {
        let mut told = self.mistakes.clone();
        for allow in &self.all {
            let code = &allow.code;
            if !codes.contains(&code.as_str()) {
                let message = format!("no finding is called `{code}`");
                let finding = unknown_allow::LINT.finds(message, allow.span, "unknown code");
                let meant = did_you_mean(code, codes.iter().copied());
                told.push(
                    finding.help(meant.unwrap_or_else(|| "`lownoise lint-info` lists them".to_owned())),
                );
                continue;
            }
            if allow.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
                let message = format!("`{code}` is allowed without a reason");
                let help = format!("say why, as in `# lownoise: allow({code}, reason = \"…\")`");
                told.push(unexplained_allow::LINT.finds(message, allow.span, "why?").help(help));
            }
            if !allow.used.get() && looked_for(code) {
                let message = format!("`{code}` is allowed here, and nothing here is found");
                let finding =
                    unused_allow::LINT.finds(message, allow.span, "no longer needed").help("remove it");
                // One of several codes of a comment is not cut out: what is left may be nonsense.
                let fix = allow.alone.then(|| Fix {
                    title: "remove the comment".to_owned(),
                    edits: vec![(allow.comment, String::new())],
                    claim: FixClaim::SameMeaning,
                });
                told.push(Finding { fix, ..finding });
            }
        }
        told
    }
}

#[cfg(test)]
mod tests;
