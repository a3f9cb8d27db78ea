//! Rows that must match those of another table, or must not. Knows which columns are in sight on this side.

use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;

use super::pipeline::{Excluded, Walk};
use super::value::{Letters, Value};
use crate::kql::steps::{brings_columns, leaves_out_matches};
use crate::kql::syntax::Join;

impl<'q> Walk<'_, 'q> {
    /// The one column of this side that must be, or must not be, in a column of another table.
    pub(super) fn matching(&mut self, join: &'q Join, span: Span) -> Option<Predicate> {
        if brings_columns(join) {
            return None;
        }
        let (left, right) = join.on.as_ref()?;
        let Value::Column(id, Letters::AsTheyAre) = self.resolver.name(left, span) else { return None };
        self.resolver.joined_with(id, join.table?, right, span)
    }

    /// The columns of the other table come into sight: whatever is named there, but for where its rows begin.
    pub(super) fn joined(&mut self, join: &Join) {
        let Some(table) = join.table.filter(|_| brings_columns(join)) else { return };
        let words = self.resolver.names_within(table);
        // A table that is known has no column that `let` names, unless a step within it gives that name.
        let known = words.first().is_some_and(|source| self.resolver.schemas.get(source).is_some());
        let is_let = |name: &&str| known && self.resolver.bindings.statement(name).is_some();
        let shadowed: Vec<String> =
            words.into_iter().skip(1).filter(|name| !is_let(name)).map(str::to_owned).collect();
        self.resolver.shadowed.extend(shadowed);
    }

    pub(super) fn join(&mut self, kind: &str, matches: Option<Predicate>, span: Span) {
        if ["leftouter", "fullouter", "rightouter"].contains(&kind) {
            self.left_out(span, "it adds columns to events and drops none");
            return;
        }
        let matches = matches
            .unwrap_or_else(|| self.resolver.opaque(span, "it looks into another table".to_owned()).holds);
        if leaves_out_matches(kind) {
            // The rows that match are left out: an exclusion.
            let excluded = Excluded { predicate: matches, span, bar: span.range().start, first: true };
            self.found.exclusions.push(excluded);
        } else {
            self.found.scope.push(matches);
        }
    }
}
