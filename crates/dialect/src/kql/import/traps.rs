//! What is legal in a query and probably not meant, told with its place. Changes nothing.

use std::collections::{BTreeMap, HashMap};

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::event::ColumnId;
use lownoise_engine::op::TextOperator;
use lownoise_engine::span::Span;

use super::resolve::Resolver;

impl Resolver<'_> {
    /// Literals side by side.
    pub(super) fn tell_joined(&mut self, text: &str, span: Span) {
        let message = format!("literals side by side are one text, `{text}`: is a comma missing?");
        let warning = Diagnostic::warning("kql-joined-literals", message, span, "read as one");
        self.told.push(warning.help("put a comma between them, or write them as one"));
    }

    /// Folded text compared with a letter that it cannot hold.
    pub(super) fn tell_never(&mut self, text: &str, lower: bool, span: Span) {
        let (function, letter) = if lower { ("tolower", "a capital") } else { ("toupper", "a small") };
        let message = format!("`{function}(…)` is never `{text}`, which has {letter} letter");
        let warning = Diagnostic::warning("kql-never-equal", message, span, "never found");
        self.told.push(warning.help("compare with `=~` or `in~`, which ignore case on both sides"));
    }

    /// Kusto has no `!has_any`: what is meant is taken, and the query does not run as it is.
    pub(super) fn tell_no_such_operator(&mut self, operator: &str, span: Span) {
        let meant = match operator.strip_prefix("!has") {
            Some(rest) => format!("not(… has{rest} …)"),
            None => "… !~ …".to_owned(),
        };
        let message = format!("KQL has no `{operator}`: it is taken as `{meant}`");
        let warning = Diagnostic::warning("kql-no-such-operator", message, span, "Kusto refuses this");
        self.told.push(warning.help(format!("write `{meant}`")));
    }

    /// A text test on a number.
    pub(super) fn tell_text_on_number(&mut self, column: &str, span: Span) {
        let message = format!("`{column}` is a number, and this compares it with text");
        let warning = Diagnostic::warning("kql-text-on-number", message, span, "a text test on a number");
        self.told.push(warning.help("write the number without quotes: Kusto compares no number with a text"));
    }

    /// What is odd about one literal.
    pub(super) fn suspicious(&mut self, column: ColumnId, operator: TextOperator, literal: &str, span: Span) {
        let mut drive = literal.chars();
        let rooted = literal.starts_with('/') && literal.matches('/').count() > 1
            || drive.next().is_some_and(|letter| letter.is_ascii_alphabetic())
                && drive.as_str().starts_with(":\\");
        if operator == TextOperator::Contains && rooted {
            let name = self.schema.name(column);
            let message = format!(
                "`contains \"{literal}\"` finds the path anywhere in `{name}`, not only at its start"
            );
            let help =
                "`startswith` means the place; anybody can make a folder of that name in another place";
            let warning = Diagnostic::warning("kql-path-anywhere", message, span, "found anywhere");
            self.told.push(warning.help(help));
        }
        if literal.contains(|letter: char| letter.is_control()) {
            let message = "this text holds a control character: in \"…\" a backslash begins an escape";
            let warning = Diagnostic::warning("kql-escape", message, span, "`\\t` is a tab");
            self.told.push(warning.help("write paths as @\"C:\\temp\""));
        }
    }

    /// Names that are compared with case, and written in another case elsewhere.
    pub(super) fn tell_other_case(&mut self, texts: &[(String, Span)]) {
        let mut spellings: HashMap<String, BTreeMap<&str, Span>> = HashMap::new();
        for (text, span) in texts.iter().filter(|(text, _)| !text.is_empty()) {
            let same = spellings.entry(text.to_ascii_lowercase()).or_default();
            if same.len() < 8 {
                same.entry(text).or_insert(*span);
            }
        }
        let mut cased = std::mem::take(&mut self.cased);
        cased.sort_by_key(|(_, span)| *span);
        cased.dedup();
        for (text, span) in &cased {
            let same = spellings.get(&text.to_ascii_lowercase());
            let other = same.and_then(|same| same.iter().find(|(other, _)| *other != text));
            if let Some((other, at)) = other {
                let message = format!("`{text}` is written `{other}` elsewhere, and case matters here");
                let warning = Diagnostic::warning("kql-other-case", message, *span, "compared with case");
                let help = "the operators with `~` ignore case: `in~`, `!in~`, `=~`, `!~`";
                self.told.push(warning.and(*at, "written here").help(help));
            }
        }
    }
}
