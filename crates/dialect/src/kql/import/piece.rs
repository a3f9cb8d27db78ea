//! `tostring(split(column, "/")[1])`: a piece of a column's text between separators, compared with constants. What it asks
//! of the whole text is a regular expression. A piece that does not exist is the empty text.

use lownoise_engine::op::{Case, Operator as Asked, Pattern, TextOperator};
use lownoise_engine::span::Span;
use regex_syntax::escape;

use super::resolve::{Resolver, test};
use super::value::{Letters, Piece, Pieces, Truth, Value};
use crate::kql::syntax::{Comparison, Operator};

/// A place beyond this is not written out.
const LAST: i64 = 100;

impl Piece {
    /// The pattern of the whole texts whose piece compares with a literal; `None` when none does. Neither is the literal
    /// empty, since a piece may be, nor does a piece hold its separator.
    fn pattern(self, operator: TextOperator, literal: &str) -> Result<Option<String>, String> {
        if literal.is_empty() {
            return Err("a piece of a text that is empty, or is not there".to_owned());
        }
        if literal.contains(self.of.separator) {
            return Ok(None);
        }
        let literal = escape(literal);
        let any = format!("[^{}]*", self.separator());
        let (begin, end) = match operator {
            TextOperator::Equals => ("", ""),
            TextOperator::StartsWith => ("", any.as_str()),
            TextOperator::EndsWith => (any.as_str(), ""),
            TextOperator::Contains => (any.as_str(), any.as_str()),
            _ => return Err("whole terms in a piece of a text".to_owned()),
        };
        self.at_its_place(&format!("{begin}{literal}{end}")).map(Some)
    }

    /// The pattern of the whole texts whose piece fits one that holds no separator and not the empty text.
    fn at_its_place(self, piece: &str) -> Result<String, String> {
        if !(-LAST..=LAST).contains(&self.place) {
            return Err("a piece too far behind".to_owned());
        }
        let separator = self.separator();
        let any = format!("[^{separator}]*");
        Ok(match self.place {
            0 => format!("^{piece}(?:{separator}|$)"),
            place @ 1.. => format!("^(?:{any}{separator}){{{place}}}{piece}(?:{separator}|$)"),
            -1 => format!("(?:^|{separator}){piece}$"),
            place => format!("(?:^|{separator}){piece}(?:{separator}{any}){{{}}}$", -1 - place),
        })
    }

    fn separator(self) -> String {
        escape(&self.of.separator.to_string())
    }

    /// That it is there, and not empty.
    pub(super) fn is_there(self, span: Span) -> Result<Truth, String> {
        let pattern = self.at_its_place(&format!("[^{}]+", self.separator()))?;
        let pattern = Pattern::new(&pattern, Case::Sensitive).map_err(|error| error.0)?;
        Ok(Truth::sure(test(self.of.column, Asked::Matches(vec![pattern]), span)))
    }
}

impl<'q> Resolver<'q> {
    /// A comparison of a piece with constants.
    pub(super) fn piece(
        &mut self,
        piece: Piece,
        comparison: Comparison,
        items: &[(Value<'q>, Span)],
        span: Span,
    ) -> Result<Truth, String> {
        let Operator::Text(operator) = comparison.operator else {
            return Err("a piece of a text, compared in another way than as text".to_owned());
        };
        let texts = items.iter().map(|(item, at)| match item {
            Value::Text(text) => Ok((text.clone(), *at)),
            _ => Err("a piece of a text is text, and this is none".to_owned()),
        });
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        if operator == TextOperator::Equals
            && texts.iter().all(|(text, _)| text.is_empty())
            && !texts.is_empty()
        {
            return Ok(piece.is_there(span)?.not());
        }
        let Pieces { column, letters, .. } = piece.of;
        let literals = self.letters(letters, comparison.ignores_case, texts)?;
        let insensitive = comparison.ignores_case || letters != Letters::AsTheyAre;
        let case = if insensitive { Case::Insensitive } else { Case::Sensitive };
        let mut patterns = Vec::with_capacity(literals.len());
        for (literal, _) in literals {
            if let Some(pattern) = piece.pattern(operator, &literal)? {
                patterns.push(Pattern::new(&pattern, case).map_err(|error| error.0)?);
            }
        }
        if patterns.is_empty() {
            return Ok(Truth::always(false));
        }
        Ok(Truth::sure(test(column, Asked::Matches(patterns), span)))
    }
}
