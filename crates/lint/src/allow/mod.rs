//! Inline allows: the comment `# lownoise: allow(CODE, reason = "…")`, what it reaches, and whether it is still needed.
//! Knows TOML's lexer, not what a lint is.

mod read;

use std::cell::Cell;
use std::ops::Range;

use lownoise_engine::diagnostic::{Diagnostic, did_you_mean};
use lownoise_engine::span::Span;

pub use read::read_allows;

/// The finding for a comment that begins with `lownoise:` and is no allow.
pub const BAD_ALLOW: &str = "bad-allow";
/// The finding for a code that is none.
pub const UNKNOWN_CODE: &str = "unknown-code";
/// The finding for an allow that does not say why.
pub const UNEXPLAINED_ALLOW: &str = "unexplained-allow";
/// The finding for an allow that allows nothing.
pub const UNUSED_ALLOW: &str = "unused-allow";

/// The allows of one text.
#[derive(Debug, Clone, Default)]
pub struct Allows {
    all: Vec<Allow>,
    mistakes: Vec<Diagnostic>,
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
    pub fn findings(&self, codes: &[&str], looked_for: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
        let mut told = self.mistakes.clone();
        for allow in &self.all {
            let code = &allow.code;
            if !codes.contains(&code.as_str()) {
                let message = format!("no finding is called `{code}`");
                let diagnostic = Diagnostic::error(UNKNOWN_CODE, message, allow.span, "unknown code");
                let meant = did_you_mean(code, codes.iter().copied());
                told.push(diagnostic.help("`lownoise lint-info` lists them").maybe_help(meant));
                continue;
            }
            if allow.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
                let message = format!("`{code}` is allowed without a reason");
                let help = format!("say why, as in `# lownoise: allow({code}, reason = \"…\")`");
                let diagnostic = Diagnostic::warning(UNEXPLAINED_ALLOW, message, allow.span, "why?");
                told.push(diagnostic.help(help));
            }
            if !allow.used.get() && looked_for(code) {
                let message = format!("`{code}` is allowed here, and nothing here is found");
                let diagnostic = Diagnostic::warning(UNUSED_ALLOW, message, allow.span, "no longer needed");
                told.push(diagnostic.help("remove it"));
            }
        }
        told
    }
}

#[cfg(test)]
mod tests;
