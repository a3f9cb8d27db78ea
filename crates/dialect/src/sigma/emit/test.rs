//! One test as an entry of a selection, or as few of them. Knows kinds of columns, no policies.

use std::net::{Ipv4Addr, Ipv6Addr};

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::op::{Block, Case, Comparison, MAPPED, Operator, Pattern, TextOperator};
use lownoise_engine::predicate::Test;
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;
use lownoise_engine::value::Kind;

use super::pattern::spelled;
use super::yaml::quoted;
use crate::capability::{Subject, Support, Target, support};
use crate::networks::{Listed, Networks};
use crate::taxonomy::{Field, Taxonomy};
use crate::wildcards::Text;

/// A condition in the making.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Out {
    /// A selection: all of its entries.
    Map(Vec<Entry>),
    /// All of these.
    All(Vec<Out>),
    /// Any of these.
    Any(Vec<Out>),
    /// Not this.
    Not(Box<Out>),
}

/// `Field|modifiers: [values]`
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// As YAML writes them.
    pub(super) values: Vec<String>,
}

/// Writes tests on a table, and collects what cannot be written.
pub(super) struct Tests<'s> {
    pub(super) schema: &'s Schema,
    pub(super) taxonomy: &'s Taxonomy,
    /// One for each test that Sigma cannot say.
    pub(super) refused: Vec<Diagnostic>,
}

impl Out {
    pub(super) fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    fn one(key: String, values: Vec<String>) -> Self {
        Self::Map(vec![Entry { key, values }])
    }
}

/// That something cannot be said.
pub(super) fn refusal(span: Span, why: &str) -> Diagnostic {
    let message = format!("Sigma cannot say this: {why}");
    Diagnostic::error("sigma-cannot-say", message, span, "cannot be said")
        .help("write the test otherwise, or leave it out: nothing is approximated")
}

impl Tests<'_> {
    pub(super) fn refuse(&mut self, span: Span, why: &str) -> Out {
        self.refused.push(refusal(span, why));
        self.always(false)
    }

    /// What holds of everything, or of nothing: Sigma has no word for either.
    pub(super) fn always(&self, holds: bool) -> Out {
        let column = self.taxonomy.name(self.schema.any_text());
        let one = Out::one(column.to_owned(), vec!["null".to_owned()]);
        let both = vec![one.clone(), one.not()];
        if holds { Out::Any(both) } else { Out::All(both) }
    }

    pub(super) fn test(&mut self, test: &Test) -> Out {
        let kind = self.schema.kind(test.column);
        if let Support::Refused(why) = support(Target::Sigma, Subject::of(&test.operator, kind)) {
            return self.refuse(test.span, why);
        }
        let column = self.schema.name(test.column);
        let name = self.taxonomy.name(column).to_owned();
        let others = if self.taxonomy.can_name(column, self.schema) {
            &[][..]
        } else {
            match self.taxonomy.field(column, self.schema) {
                Some(Field::Values(same, values)) if same == test.column => values,
                _ => {
                    return self.refuse(test.span, "its column has no name that means nothing else in Sigma");
                }
            }
        };
        match &test.operator {
            Operator::Text { operator: TextOperator::Equals, literals, case } => {
                let literals = literals.iter().filter_map(|literal| word(literal, others, *case)).collect();
                self.text(&name, kind, TextOperator::Equals, literals, *case)
            }
            Operator::Present if kind == Kind::Text => Out::one(name, vec!["null".to_owned()]).not(),
            Operator::Exists | Operator::Present => missing(&name, kind).not(),
            _ if !others.is_empty() => {
                self.refuse(test.span, "its column has other words in Sigma, so only equality can be said")
            }
            Operator::Text { operator, literals, case } => {
                let literals = literals.iter().map(String::as_str).collect();
                self.text(&name, kind, *operator, literals, *case)
            }
            Operator::Matches(patterns) => self.matches(&name, kind, patterns, test.span),
            Operator::In(set) => match Networks::of(set) {
                Networks::None => self.always(false),
                Networks::All => inside(&name, &[Block::ALL]),
                Networks::Inside(listed) => among(&name, &listed),
                Networks::Outside(listed) => {
                    Out::All(vec![inside(&name, &[Block::ALL]), among(&name, &listed).not()])
                }
            },
            Operator::Number(comparison) => self.number(&name, comparison),
            Operator::Bool(expected) => Out::one(name, vec![expected.to_string()]),
            Operator::Time(_) => self.refuse(test.span, "Sigma compares no points in time"),
        }
    }

    fn text(&self, name: &str, kind: Kind, operator: TextOperator, literals: Vec<&str>, case: Case) -> Out {
        if literals.is_empty() {
            return self.always(false);
        }
        let (empty, literals): (Vec<&str>, Vec<&str>) =
            literals.into_iter().partition(|literal| literal.is_empty());
        if !empty.is_empty() && operator != TextOperator::Equals {
            return self.always(true);
        }
        let mut key = name.to_owned();
        key.push_str(match operator {
            TextOperator::StartsWith => "|startswith",
            TextOperator::EndsWith => "|endswith",
            TextOperator::Contains => "|contains",
            _ => "",
        });
        let cased = |literal: &&str| literal.chars().any(char::is_alphabetic);
        if case == Case::Sensitive && literals.iter().any(cased) {
            key.push_str("|cased");
        }
        let mut parts = Vec::new();
        if !empty.is_empty() {
            parts.push(missing(name, kind));
        }
        if !literals.is_empty() {
            parts.push(Out::one(
                key,
                literals.iter().map(|literal| quoted(&Text::written(literal))).collect(),
            ));
        }
        any(parts)
    }

    fn matches(&mut self, name: &str, kind: Kind, patterns: &[Pattern], span: Span) -> Out {
        let (mut whole, mut lines) = (Vec::new(), Vec::new());
        for pattern in patterns {
            match spelled(pattern.hir()) {
                Ok((spelled, false)) => whole.push(quoted(&spelled)),
                Ok((spelled, true)) => lines.push(quoted(&spelled)),
                Err(why) => return self.refuse(span, why),
            }
        }
        let kinds = [("|re", whole), ("|re|m", lines)].into_iter().filter(|(_, values)| !values.is_empty());
        let mut parts: Vec<Out> =
            kinds.map(|(modifier, values)| Out::one(format!("{name}{modifier}"), values)).collect();
        if parts.is_empty() {
            return self.always(false);
        }
        if patterns.iter().any(|pattern| pattern.is_match("")) {
            parts.push(missing(name, kind));
        }
        any(parts)
    }

    fn number(&self, name: &str, comparison: &Comparison<i64>) -> Out {
        let one =
            |modifier: &str, bound: &i64| Out::one(format!("{name}{modifier}"), vec![bound.to_string()]);
        match comparison {
            Comparison::OneOf(numbers) if numbers.is_empty() => self.always(false),
            Comparison::OneOf(numbers) => {
                Out::one(name.to_owned(), numbers.iter().map(ToString::to_string).collect())
            }
            Comparison::Lt(bound) => one("|lt", bound),
            Comparison::Lte(bound) => one("|lte", bound),
            Comparison::Gt(bound) => one("|gt", bound),
            Comparison::Gte(bound) => one("|gte", bound),
            Comparison::Between(low, high) if low > high => self.always(false),
            Comparison::Between(low, high) => {
                let entry = |modifier: &str, bound: &i64| Entry {
                    key: format!("{name}{modifier}"),
                    values: vec![bound.to_string()],
                };
                Out::Map(vec![entry("|gte", low), entry("|lte", high)])
            }
        }
    }
}

/// A missing value.
fn missing(field: &str, kind: Kind) -> Out {
    let null = "null".to_owned();
    let values = match kind {
        Kind::Text | Kind::Address => vec![null, quoted("")],
        Kind::Number | Kind::Time | Kind::Bool => vec![null],
    };
    Out::one(field.to_owned(), values)
}

fn any(mut parts: Vec<Out>) -> Out {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            Out::Any(parts)
        }
    }
}

/// The field's word for what a column says; nothing for what the column never says.
fn word<'w>(literal: &'w str, others: &'w [(String, String)], case: Case) -> Option<&'w str> {
    let same = |word: &str| case.same(word.as_bytes(), literal.as_bytes());
    let other = others.iter().find(|(_, is)| same(is)).map(|(said, _)| said.as_str());
    let never = others.iter().any(|(said, _)| same(said));
    other.or((!never).then_some(literal))
}

fn among(name: &str, Listed { networks, without }: &Listed) -> Out {
    let inside_of = inside(name, networks);
    if without.is_empty() {
        return inside_of;
    }
    Out::All(vec![inside_of, inside(name, without).not()])
}

fn inside(name: &str, networks: &[Block]) -> Out {
    let mut values = Vec::new();
    for network in networks {
        let prefix = network.prefix();
        if *network == Block::ALL {
            values.push("0.0.0.0/0".to_owned());
        }
        if network.is_ipv4() {
            let v4 = Ipv4Addr::from(u32::try_from(network.first() - MAPPED.0).unwrap_or(0));
            values.push(format!("{v4}/{}", prefix.saturating_sub(96)));
            values.push(format!("::ffff:{v4}/{prefix}"));
        } else {
            values.push(format!("{}/{prefix}", Ipv6Addr::from(network.first())));
        }
    }
    let values = values.iter().map(|network| quoted(network)).collect();
    Out::one(format!("{name}|cidr"), values)
}
