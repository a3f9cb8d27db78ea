//! Conditions: tables of columns and operators become predicates. Which operator goes with which kind of column is
//! said here, and nowhere else.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Reader;
use super::literal::describe;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::event::ColumnId;
use crate::op::{Case, Comparison, Operator, Pattern, TextOperator};
use crate::predicate::{Opaque, Predicate, Test};
use crate::schema::Schema;
use crate::span::Span;
use crate::value::Kind;

type Key<'t> = Spanned<DeString<'t>>;
type Operand<'t> = Spanned<DeValue<'t>>;

/// The operator keys that compare text with literals, beside the names of [`TextOperator`].
pub(crate) const HAS_ANY: &str = "has_any";
pub(crate) const HAS_ALL: &str = "has_all";
pub(crate) const MATCHES: &str = "matches";
pub(crate) const IGNORE_CASE: &str = "ignore_case";
pub(crate) const EXISTS: &str = "exists";
/// Only on text of tables that tell missing text from empty text: elsewhere [`EXISTS`] says the same.
pub(crate) const PRESENT: &str = "present";
pub(crate) const IN: &str = "in";
pub(crate) const COMPARISONS: [&str; 4] = ["lt", "lte", "gt", "gte"];
pub(crate) const BETWEEN: &str = "between";
pub(crate) const EQUALS: &str = "equals";
/// The keys that join conditions.
pub(crate) const ALL: &str = "all";
pub(crate) const ANY: &str = "any";
pub(crate) const NOT: &str = "not";
/// The key of a test that could not be imported.
pub(crate) const OPAQUE: &str = "opaque";

/// The operator keys that a column of a kind takes.
pub(crate) fn operator_names(kind: Kind) -> Vec<&'static str> {
    let text = || {
        let plain = TextOperator::ALL.map(|operator| operator.definition().name);
        plain.into_iter().chain([HAS_ANY, HAS_ALL, MATCHES, IGNORE_CASE])
    };
    match kind {
        Kind::Text => text().chain([EXISTS, PRESENT]).collect(),
        Kind::Address => text().chain([IN, EXISTS]).collect(),
        Kind::Number | Kind::Time => {
            [EQUALS].into_iter().chain(COMPARISONS).chain([BETWEEN, EXISTS]).collect()
        }
        Kind::Bool => vec![EQUALS, EXISTS],
    }
}

/// The column that a table of operators speaks of.
#[derive(Clone, Copy)]
pub(super) struct Subject<'s> {
    pub(super) id: ColumnId,
    pub(super) kind: Kind,
    pub(super) name: &'s str,
    pub(super) schema: &'s Schema,
    known_values: &'s [String],
    /// The table, if its text is never missing.
    never_missing: Option<&'s str>,
}

impl Reader<'_> {
    /// A condition: each entry by itself, with its place. `None` when something in it is wrong.
    pub(super) fn conditions(
        &mut self,
        operand: &Operand<'_>,
        schema: &Schema,
    ) -> Option<Vec<(Predicate, Span)>> {
        let Some(table) = operand.get_ref().as_table() else {
            let message = format!("expected a table of conditions, found {}", describe(operand.get_ref()));
            let help = "write it as { Column = \"value\" }";
            self.report(
                Diagnostic::error("wrong-operand", message, self.span(operand), "expected a table")
                    .help(help),
            );
            return None;
        };
        let read: Vec<_> = table
            .iter()
            .map(|(key, value)| (self.entry(key, value, schema), self.span(key).to(self.span(value))))
            .collect();
        read.into_iter().map(|(predicate, span)| Some((predicate?, span))).collect()
    }

    /// A condition as one predicate.
    pub(super) fn predicate(&mut self, operand: &Operand<'_>, schema: &Schema) -> Option<Predicate> {
        if operand.get_ref().as_table().is_some_and(DeTable::is_empty) {
            let message = "an empty condition holds on every event";
            let help = "say which events are meant, or remove it";
            self.report(
                Diagnostic::error("no-condition", message, self.span(operand), "no condition").help(help),
            );
            return None;
        }
        let parts = self.conditions(operand, schema)?;
        Some(Predicate::all(parts.into_iter().map(|(predicate, _)| predicate).collect()))
    }

    fn entry(&mut self, key: &Key<'_>, value: &Operand<'_>, schema: &Schema) -> Option<Predicate> {
        let name = key.get_ref().as_ref();
        if let Some(combined) = self.combined(key, value, &mut |reader, part| reader.predicate(part, schema))
        {
            return combined;
        }
        if name == OPAQUE {
            return self.opaque(key, value);
        }
        let Some(id) = self.in_sight(name, schema) else {
            let names = self.names_in_sight(schema);
            let message = format!("`{}` has no column `{name}`", schema.table);
            self.report(
                Diagnostic::error("unknown-column", message, self.span(key), "unknown column")
                    .maybe_help(did_you_mean(name, names)),
            );
            return None;
        };
        let known_values = schema.definition(id).map_or(&[][..], |column| &column.values);
        let never_missing = (!schema.tells_missing_in(id)).then_some(schema.table.as_str());
        let subject = Subject { id, kind: schema.kind(id), name, schema, known_values, never_missing };
        match value.get_ref() {
            DeValue::Table(table) => self.operators(value, table, subject),
            _ => self.test(key, value, EQUALS, Case::Sensitive, subject),
        }
    }

    /// A test that could not be imported, as text.
    fn opaque(&mut self, key: &Key<'_>, value: &Operand<'_>) -> Option<Predicate> {
        let text = self.literal::<String>(value)?;
        let span = self.span(key).to(self.span(value));
        let message = format!("`{text}` is a test that lownoise does not understand");
        let help =
            "until it is written with operators, it hides nothing, and proofs that depend on it are unknown";
        self.report(
            Diagnostic::warning("opaque", message, span, "taken as what keeps more visible").help(help),
        );
        Some(Predicate::Opaque(Opaque::new(text, span)))
    }

    /// `all`, `any` and `not`, for whatever they hold; `None` for another key.
    #[expect(clippy::option_option, reason = "not such a key, and such a key with a mistake, are two things")]
    fn combined(
        &mut self,
        key: &Key<'_>,
        value: &Operand<'_>,
        part: &mut dyn FnMut(&mut Self, &Operand<'_>) -> Option<Predicate>,
    ) -> Option<Option<Predicate>> {
        let build = match key.get_ref().as_ref() {
            NOT => return Some(part(self, value).map(|inner| Predicate::Not(Box::new(inner)))),
            ALL => Predicate::All,
            ANY => Predicate::Any,
            _ => return None,
        };
        let name = key.get_ref();
        let Some(array) = value.get_ref().as_array().filter(|array| !array.is_empty()) else {
            let message = format!("`{name}` takes a list of conditions, at least one");
            let help = format!("write {name} = [{{ … }}, {{ … }}]");
            self.report(
                Diagnostic::error("wrong-operand", message, self.span(value), "expected a list of tables")
                    .help(help),
            );
            return Some(None);
        };
        let parts: Vec<_> = array.iter().map(|entry| part(self, entry)).collect();
        Some(parts.into_iter().collect::<Option<Vec<_>>>().map(build))
    }

    /// A table of operators on one column: all must hold.
    fn operators(
        &mut self,
        at: &Operand<'_>,
        table: &DeTable<'_>,
        subject: Subject<'_>,
    ) -> Option<Predicate> {
        // A mistake about case does not keep the other operators from being looked at.
        let case = self.case(table, subject);
        if table.is_empty() {
            let message = format!("no operator on `{}`", subject.name);
            let help = format!("known here: {}", quoted(&operator_names(subject.kind)));
            self.report(
                Diagnostic::error("no-operator", message, self.span(at), "expected an operator").help(help),
            );
            return None;
        }
        let mut parts = Vec::with_capacity(table.len());
        for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != IGNORE_CASE) {
            let inner = &mut |reader: &mut Self, part: &Operand<'_>| match part.get_ref().as_table() {
                Some(table) => reader.operators(part, table, subject),
                None => reader.test(key, part, EQUALS, Case::Sensitive, subject),
            };
            let predicate = match self.combined(key, value, inner) {
                Some(combined) => combined,
                None => self.test(key, value, key.get_ref().as_ref(), case.unwrap_or_default(), subject),
            };
            parts.push(predicate);
        }
        let parts = parts.into_iter().collect::<Option<Vec<_>>>().map(Predicate::all);
        case.and(parts)
    }

    /// The case of a table of operators; an `ignore_case` that has nothing to act on is an error.
    fn case(&mut self, table: &DeTable<'_>, subject: Subject<'_>) -> Option<Case> {
        let Some((key, value)) = table.get_key_value(IGNORE_CASE) else { return Some(Case::Sensitive) };
        let text = |name: &str| {
            [HAS_ANY, HAS_ALL, MATCHES].contains(&name)
                || TextOperator::ALL.iter().any(|operator| operator.definition().name == name)
        };
        let acts =
            matches!(subject.kind, Kind::Text | Kind::Address) && table.keys().any(|key| text(key.get_ref()));
        if !acts {
            let message = "`ignore_case` has no text operator beside it";
            let help = "put it into the same table as the operator that is to ignore case";
            self.report(
                Diagnostic::error("idle-ignore-case", message, self.span(key), "does nothing").help(help),
            );
            return None;
        }
        let insensitive = self.literal::<bool>(value)?;
        Some(if insensitive { Case::Insensitive } else { Case::Sensitive })
    }

    /// One operator with its operand.
    fn test(
        &mut self,
        key: &Key<'_>,
        value: &Operand<'_>,
        name: &str,
        case: Case,
        subject: Subject<'_>,
    ) -> Option<Predicate> {
        let span = self.span(key).to(self.span(value));
        let leaf = |operator| Predicate::Test(Test { column: subject.id, operator, span });
        if !operator_names(subject.kind).contains(&name) {
            self.unknown_operator(key, name, subject);
            return None;
        }
        if name == EXISTS {
            let exists = leaf(Operator::Exists);
            return Some(if self.literal::<bool>(value)? {
                exists
            } else {
                Predicate::Not(Box::new(exists))
            });
        }
        if name == PRESENT {
            if let Some(table) = subject.never_missing {
                let message =
                    format!("text of `{table}` is never missing: what is not there is the empty text");
                let told =
                    Diagnostic::error("unknown-operator", message, self.span(key), "always holds here");
                self.report(told.help(format!("`{EXISTS} = false` asks for the empty text")));
                return None;
            }
            let present = leaf(Operator::Present);
            return Some(if self.literal::<bool>(value)? {
                present
            } else {
                Predicate::Not(Box::new(present))
            });
        }
        if let Some(referred) = self.referred(value, name, case, subject, span) {
            return referred;
        }
        match subject.kind {
            Kind::Address if name == IN => self.addresses(value).map(|set| leaf(Operator::In(set))),
            Kind::Text | Kind::Address if name == MATCHES => {
                self.patterns(value, case).map(|patterns| leaf(Operator::Matches(patterns)))
            }
            Kind::Text | Kind::Address => self.text_test(value, name, case, subject, leaf),
            Kind::Number => {
                self.comparison::<i64>(value, name).map(|comparison| leaf(Operator::Number(comparison)))
            }
            Kind::Time => self.comparison(value, name).map(|comparison| leaf(Operator::Time(comparison))),
            Kind::Bool => self.literal::<bool>(value).map(|expected| leaf(Operator::Bool(expected))),
        }
    }

    fn text_test(
        &mut self,
        value: &Operand<'_>,
        name: &str,
        case: Case,
        subject: Subject<'_>,
        leaf: impl Fn(Operator) -> Predicate,
    ) -> Option<Predicate> {
        let literals = self.literals::<String>(value)?;
        let found = TextOperator::ALL.into_iter().find(|operator| operator.definition().name == name);
        // `has_any` and `has_all` are `has` with a list, read as any or as all of it.
        let operator = found.unwrap_or(TextOperator::Has);
        for (literal, span) in &literals {
            let known =
                if operator == TextOperator::Equals { subject.known_values } else { Default::default() };
            self.suspicious_text(operator, literal, *span, case, subject.kind, known);
        }
        self.duplicates(&literals);
        let literals = literals.into_iter().map(|(literal, _)| literal);
        let text = |literals| leaf(Operator::Text { operator, literals, case });
        Some(if name == HAS_ALL {
            Predicate::all(literals.map(|literal| text(vec![literal])).collect())
        } else {
            text(literals.collect())
        })
    }

    fn patterns(&mut self, value: &Operand<'_>, case: Case) -> Option<Vec<Pattern>> {
        let literals = self.literals::<String>(value)?;
        let mut patterns = Vec::with_capacity(literals.len());
        let count = literals.len();
        for (literal, span) in literals {
            match Pattern::new(&literal, case) {
                Ok(pattern) => {
                    self.suspicious_pattern(&pattern, span);
                    patterns.push(pattern);
                }
                Err(error) => {
                    let message = format!("`{literal}` is no regular expression: {}", error.0);
                    let help = "the syntax is that of the regex crate: no look-around, no back-references";
                    self.report(Diagnostic::error("bad-regex", message, span, error.0).help(help));
                }
            }
        }
        (patterns.len() == count).then_some(patterns)
    }

    fn comparison<T: super::literal::Literal + Ord + Copy>(
        &mut self,
        value: &Operand<'_>,
        name: &str,
    ) -> Option<Comparison<T>> {
        if name == EQUALS {
            let literals = self.literals::<T>(value)?;
            return Some(Comparison::OneOf(literals.into_iter().map(|(literal, _)| literal).collect()));
        }
        if name == BETWEEN {
            return self.between(value);
        }
        let bound = self.literal::<T>(value)?;
        Some(match name {
            "lt" => Comparison::Lt(bound),
            "lte" => Comparison::Lte(bound),
            "gt" => Comparison::Gt(bound),
            _ => Comparison::Gte(bound),
        })
    }

    fn between<T: super::literal::Literal + Ord + Copy>(
        &mut self,
        value: &Operand<'_>,
    ) -> Option<Comparison<T>> {
        let bounds = value.get_ref().as_array().filter(|array| array.len() == 2);
        let Some([low, high]) = bounds.map(AsRef::as_ref) else {
            let message = "`between` takes a list of two: the lowest and the highest value";
            self.report(Diagnostic::error(
                "wrong-operand",
                message,
                self.span(value),
                "expected [low, high]",
            ));
            return None;
        };
        let (low, high) = (self.literal::<T>(low), self.literal::<T>(high));
        let (low, high) = (low?, high?);
        if low > high {
            let message = "`between` with its bounds swapped never holds";
            self.report(Diagnostic::error(
                "empty-range",
                message,
                self.span(value),
                "the first is the greater one",
            ));
            return None;
        }
        Some(Comparison::Between(low, high))
    }

    fn unknown_operator(&mut self, key: &Key<'_>, name: &str, subject: Subject<'_>) {
        let known = operator_names(subject.kind);
        let elsewhere = [Kind::Text, Kind::Address, Kind::Number]
            .into_iter()
            .find(|kind| operator_names(*kind).contains(&name));
        let message = match elsewhere {
            Some(_) => {
                format!("`{name}` does not go with `{}`, which is {}", subject.name, subject.kind.article())
            }
            None => format!("unknown operator `{name}` on `{}`", subject.name),
        };
        self.report(
            Diagnostic::error("unknown-operator", message, self.span(key), "not an operator here")
                .help(format!("known here: {}", quoted(&known)))
                .maybe_help(did_you_mean(name, known.iter().copied())),
        );
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
