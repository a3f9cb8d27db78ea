//! Tests on what the query makes, so that an event that does not have it stays visible. Knows predicates, no query.

use lownoise_engine::event::ColumnId;
use lownoise_engine::op::Operator;
use lownoise_engine::predicate::{Opaque, Pair, Predicate, Test};
use lownoise_engine::span::Span;
use lownoise_engine::value::{Kind, Value::Missing};
use lownoise_engine::write::{key, table};

use super::resolve::{Resolver, test};
use super::value::{all, any, not};

impl Resolver<'_> {
    /// The tests on columns that the query makes, so that an event without them stays visible: `wanted` says whether it is
    /// visible where the predicate holds.
    pub(super) fn guarded(&mut self, predicate: Predicate, wanted: bool) -> Predicate {
        if self.schema.added().next().is_none() {
            return predicate;
        }
        match predicate {
            Predicate::All(parts) => all(self.each_guarded(parts, wanted)),
            Predicate::Any(parts) => any(self.each_guarded(parts, wanted)),
            Predicate::Not(part) => not(self.guarded(*part, !wanted)),
            Predicate::Test(Test { column, ref operator, span })
                if self.is_made(column) && operator.holds(Missing) != wanted =>
            {
                match self.schema.kind(column) {
                    Kind::Text if wanted => any(vec![not(test(column, Operator::Present, span)), predicate]),
                    Kind::Text => all(vec![test(column, Operator::Present, span), predicate]),
                    _ => self.unguarded(&predicate, span),
                }
            }
            Predicate::Pair(Pair { left, right, span, .. }) if self.is_made(left) || self.is_made(right) => {
                self.unguarded(&predicate, span)
            }
            // No list holds what is missing.
            Predicate::Opaque(Opaque { listed: Some(ref listed), span, .. })
                if wanted && self.is_made(listed.column) =>
            {
                let column = listed.column;
                match self.schema.kind(column) {
                    Kind::Text => any(vec![not(test(column, Operator::Present, span)), predicate]),
                    _ => self.unguarded(&predicate, span),
                }
            }
            other => other,
        }
    }

    fn each_guarded(&mut self, parts: Vec<Predicate>, wanted: bool) -> Vec<Predicate> {
        parts.into_iter().map(|part| self.guarded(part, wanted)).collect()
    }

    /// A test by which an event without the column would not stay visible, and that nothing can be said beside.
    fn unguarded(&mut self, test: &Predicate, span: Span) -> Predicate {
        let reason = "the query makes what it asks for, and an event without that would be hidden";
        self.reasons.insert(span, reason.to_owned());
        let said: Vec<String> = table(&[test], &self.schema)
            .into_iter()
            .map(|(name, value)| format!("{} = {}", key(&name), value.inline()))
            .collect();
        Predicate::Opaque(Opaque::new(said.join(", "), span))
    }

    fn is_made(&self, id: ColumnId) -> bool {
        self.schema.definition(id).is_some_and(|column| column.added.is_some() && column.key_of.is_none())
    }
}
