//! Literals that are legal and probably not meant.

use regex_syntax::ast::{self, Ast, Flag, FlagsItemKind};

use super::Reader;
use super::literal::Literal;
use crate::diagnostic::Diagnostic;
use crate::op::{Case, Pattern, TextOperator};
use crate::span::Span;
use crate::value::{Kind, read_address};

impl Reader<'_> {
    /// Warns of what is odd about one literal of a text operator.
    pub(super) fn suspicious_text(
        &mut self,
        operator: TextOperator,
        literal: &str,
        span: Span,
        case: Case,
        kind: Kind,
        known_values: &[String],
    ) {
        let name = operator.definition().name;
        let mut warn = |code, message: String, label: &str, help: Option<String>| {
            self.report(Diagnostic::warning(code, message, span, label).maybe_help(help));
        };
        if literal.is_empty() && operator != TextOperator::Equals {
            let message = format!("`{name}` with an empty text holds on every event");
            warn("always-true", message, "holds on everything", None);
        }
        if literal.trim() != literal {
            let message = format!("`{literal}` has white space at its edge");
            warn("edge-space", message, "compared as it stands", None);
        }
        if literal.contains('*') {
            let help =
                format!("`{name}` has no wildcards; use `starts_with`, `ends_with`, `contains` or `matches`");
            warn("no-wildcards", format!("`*` in `{literal}` stands for itself"), "no wildcard", Some(help));
        }
        if case == Case::Insensitive
            && literal.chars().any(|letter| letter.is_alphabetic() && !letter.is_ascii())
        {
            let message = format!("`ignore_case` folds ASCII letters only, and `{literal}` has others");
            let help = "list the spellings you mean; engines differ here".to_owned();
            warn("non-ascii-case", message, "compared letter by letter beyond ASCII", Some(help));
        }
        let known = known_values.iter().any(|value| value == literal);
        let other_case = known_values.iter().find(|value| value.eq_ignore_ascii_case(literal));
        if let (false, Case::Sensitive, Some(value)) = (known, case, other_case) {
            let message = format!("`{literal}` differs by case from the known value `{value}`");
            warn(
                "other-case",
                message,
                "case matters",
                Some(format!("write `{value}`, or add `ignore_case = true`")),
            );
        }
        if kind == Kind::Address && operator == TextOperator::Equals && !literal.is_empty() {
            match read_address(literal) {
                (spelled, Some(_)) if spelled != literal => {
                    let message =
                        format!("`{literal}` never equals an address, which is compared as `{spelled}`");
                    warn(
                        "not-canonical",
                        message,
                        "not the canonical spelling",
                        Some(format!("write `{spelled}`")),
                    );
                }
                (_, None) => {
                    let help = "a network goes with `in`".to_owned();
                    warn(
                        "not-an-address",
                        format!("`{literal}` is no address"),
                        "not an address",
                        Some(help),
                    );
                }
                _ => {}
            }
        }
    }

    /// Warns of literals that stand in a list twice.
    pub(super) fn duplicates<T: Literal + std::fmt::Display + std::hash::Hash + Eq>(
        &mut self,
        literals: &[(T, Span)],
    ) {
        let mut seen = std::collections::HashMap::new();
        for (literal, span) in literals {
            let first = *seen.entry(literal).or_insert(*span);
            if first != *span {
                let message = format!("`{literal}` stands in this list twice");
                self.report(
                    Diagnostic::warning("duplicate-entry", message, *span, "again").and(first, "first here"),
                );
            }
        }
    }

    /// Warns of a pattern that folds by itself, since that folds beyond ASCII.
    pub(super) fn suspicious_pattern(&mut self, pattern: &Pattern, span: Span) {
        let parsed = ast::parse::Parser::new().parse(pattern.text());
        if parsed.is_ok_and(|parsed| folds_inline(&parsed)) {
            let message = "`(?i)` folds beyond ASCII: `(?i)k` also finds the Kelvin sign";
            let help = "write `ignore_case = true` beside the pattern, which folds ASCII letters only";
            self.report(Diagnostic::warning("inline-fold", message, span, "folds by itself").help(help));
        }
        if pattern.text().is_empty() {
            let message = "`matches` with an empty pattern holds on every event";
            self.report(Diagnostic::warning("always-true", message, span, "holds on everything"));
        }
    }
}

/// Whether `(?i)` or `(?i:…)` occurs. Recursion is bounded: the parser limits nesting.
fn folds_inline(pattern: &Ast) -> bool {
    let sets = |flags: &ast::Flags| {
        flags.items.iter().any(|item| item.kind == FlagsItemKind::Flag(Flag::CaseInsensitive))
    };
    match pattern {
        Ast::Flags(set) => sets(&set.flags),
        Ast::Group(group) => group.flags().is_some_and(sets) || folds_inline(&group.ast),
        Ast::Repetition(repetition) => folds_inline(&repetition.ast),
        Ast::Alternation(alternation) => alternation.asts.iter().any(folds_inline),
        Ast::Concat(concat) => concat.asts.iter().any(folds_inline),
        _ => false,
    }
}
