//! Predicates as SQL that is never null: a missing text is the empty one, and every other test is false where its column
//! is null. So `NOT` means what it says. Knows tests and one engine's spelling.

use std::collections::BTreeMap;

use ipnetwork::IpNetwork;
use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::op::{
    AddressClass, AddressSet, Case, Comparison, Operator, Relation, TextOperator, is_term_character,
};
use lownoise_engine::predicate::{Pair, Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;
use lownoise_engine::value::{Kind, Time};

use super::boolean::{all, any, not};
use super::merge::FEW;
use super::{address, pattern};
use crate::capability::{Subject, Support, Target, support};
use crate::dialect::Dialect;
use crate::words::sign;

/// Translates the conditions on one table.
pub(super) struct Conditions<'s> {
    pub(super) dialect: Dialect,
    pub(super) schema: &'s Schema,
    /// One for each test that cannot be said.
    pub(super) refused: Vec<Diagnostic>,
}

/// Bytes of the literals of one pattern: so few that no engine's compiler gives up.
const PATTERN: usize = 32 << 10;

/// Ticks in a microsecond, which is as finely as times are kept there.
const MICROSECOND: i64 = 10;

impl Conditions<'_> {
    /// A condition that stands as one: in parentheses where it needs them.
    pub(super) fn condition(&mut self, predicate: &Predicate) -> String {
        match predicate {
            Predicate::All(parts) => all(self.each(parts)),
            Predicate::Any(parts) => any(self.each(parts)),
            Predicate::Not(part) => not(&self.condition(part)),
            Predicate::Test(test) => self.test(test),
            Predicate::Pair(pair) => self.pair(pair),
            Predicate::Opaque(opaque) => self.refuse(Subject::of_opaque(opaque), opaque.span),
        }
    }

    /// A column against a column.
    fn pair(&mut self, pair: &Pair) -> String {
        let dialect = self.dialect;
        let [left, right] = [pair.left, pair.right].map(|column| dialect.name_of(self.schema.name(column)));
        match pair.relation {
            Relation::Text { operator, case } => {
                let text = |column: &String| {
                    let text = format!("COALESCE({column}, '')");
                    if case == Case::Insensitive { dialect.folded(&text) } else { text }
                };
                let (left, right) = (text(&left), text(&right));
                match operator {
                    TextOperator::StartsWith => dialect.begins(&left, &right),
                    TextOperator::EndsWith => dialect.ends(&left, &right),
                    TextOperator::Contains => dialect.holds(&left, &right),
                    // Terms are not asked for between columns.
                    _ => format!("{left} = {right}"),
                }
            }
            Relation::Ordered(order) => {
                let sign = sign(order, "=");
                format!("COALESCE({left} {sign} {right}, FALSE)")
            }
        }
    }

    fn each(&mut self, parts: &[Predicate]) -> Vec<String> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn refuse(&mut self, subject: Subject, span: Span) -> String {
        if let Support::Refused(why) = support(Target::Sql(self.dialect), subject) {
            self.refused.push(self.refusal(span, why));
        }
        "FALSE".to_owned()
    }

    fn refusal(&self, span: Span, why: &str) -> Diagnostic {
        let message = format!("{} cannot say this: {why}", self.dialect.name());
        Diagnostic::error("sql-cannot-say", message, span, "cannot be said")
            .help("write the test otherwise, or leave it out: nothing is approximated")
    }

    fn test(&mut self, test: &Test) -> String {
        let dialect = self.dialect;
        let kind = self.schema.kind(test.column);
        let subject = Subject::of(&test.operator, kind);
        if let Support::Refused(_) = support(Target::Sql(dialect), subject) {
            return self.refuse(subject, test.span);
        }
        let column = dialect.name_of(self.schema.name(test.column));
        let value = format!("COALESCE({column}, '')");
        let said = match &test.operator {
            Operator::Text { operator, literals, case } => {
                Ok(self.text_test(&value, *operator, literals, *case))
            }
            Operator::Matches(patterns) => {
                let spelled = patterns.iter().map(|found| pattern::spelled(found.hir(), dialect.flavour()));
                let each = spelled.map(|pattern| Ok(dialect.finds(&value, &pattern?)));
                each.collect::<Result<Vec<_>, _>>().map(any)
            }
            Operator::Present if kind == Kind::Text => Ok(format!("{column} IS NOT NULL")),
            Operator::Exists | Operator::Present => Ok(match kind {
                Kind::Text | Kind::Address => format!("{value} <> ''"),
                Kind::Number | Kind::Time | Kind::Bool => format!("{column} IS NOT NULL"),
            }),
            Operator::In(set) => among(set, &|pattern| dialect.finds(&value, pattern)),
            Operator::Number(comparison) => Ok(ordered(&column, comparison, ToString::to_string)),
            Operator::Time(comparison) => {
                Ok(ordered(&column, &coarse(comparison), |time| dialect.time(*time)))
            }
            Operator::Bool(expected) => Ok(format!("COALESCE({column} = {expected}, FALSE)")),
        };
        said.unwrap_or_else(|why| {
            self.refused.push(self.refusal(test.span, why));
            "FALSE".to_owned()
        })
    }

    fn text_test(&self, text: &str, operator: TextOperator, literals: &[String], case: Case) -> String {
        let dialect = self.dialect;
        let any_case = case == Case::Insensitive;
        let folded = if any_case { dialect.folded(text) } else { text.to_owned() };
        let spelled = |literal: &String| {
            dialect.text(&if any_case { literal.to_ascii_lowercase() } else { literal.clone() })
        };
        let plain = |holds: fn(Dialect, &str, &str) -> String| {
            literals.iter().map(|literal| holds(dialect, &folded, &spelled(literal))).collect::<Vec<_>>()
        };
        let each = match operator {
            TextOperator::Equals => {
                return match literals {
                    [] => "FALSE".to_owned(),
                    [only] => format!("{folded} = {}", spelled(only)),
                    _ => format!(
                        "{folded} IN ({})",
                        literals.iter().map(spelled).collect::<Vec<_>>().join(", ")
                    ),
                };
            }
            // A chain of conditions takes the time of each.
            _ if literals.len() > FEW => {
                let pattern =
                    |literals: &[String]| dialect.finds(text, &self.found(operator, literals, any_case));
                chunks(literals).into_iter().map(pattern).collect()
            }
            TextOperator::StartsWith => plain(Dialect::begins),
            TextOperator::EndsWith => plain(Dialect::ends),
            TextOperator::Contains => plain(Dialect::holds),
            TextOperator::Has | TextOperator::HasPrefix | TextOperator::HasSuffix => {
                let term = |literal| {
                    dialect.finds(text, &self.found(operator, std::slice::from_ref(literal), any_case))
                };
                literals.iter().map(term).collect()
            }
        };
        any(each)
    }

    /// A pattern that finds any of some literals where an operator wants it. Literals that are bounded alike share what
    /// bounds them: the term characters are a long class.
    fn found(&self, operator: TextOperator, literals: &[String], any_case: bool) -> String {
        let (before_term, behind_term) = pattern::outside_terms(self.dialect.flavour());
        let bounds = |(first, last): (bool, bool)| {
            let begin = match operator {
                TextOperator::Equals | TextOperator::StartsWith => r"\A",
                TextOperator::Has | TextOperator::HasPrefix if first => &before_term,
                _ => "",
            };
            let end = match operator {
                TextOperator::Equals | TextOperator::EndsWith => r"\z",
                TextOperator::Has | TextOperator::HasSuffix if last => &behind_term,
                _ => "",
            };
            (begin, end)
        };
        // A term is bounded only on a side where the literal's own edge is a term character.
        let edge = |letter: Option<char>| letter.is_some_and(is_term_character);
        let mut alike: BTreeMap<(bool, bool), Vec<String>> = BTreeMap::new();
        for literal in literals {
            let edges = (edge(literal.chars().next()), edge(literal.chars().next_back()));
            alike.entry(edges).or_default().push(pattern::literal(literal, any_case, self.dialect.flavour()));
        }
        let each = alike.into_iter().map(|(edges, literals)| {
            let (begin, end) = bounds(edges);
            format!("{begin}{}{end}", alternation(&literals))
        });
        alternation(&each.collect::<Vec<_>>())
    }
}

/// Literals in the same order, so many at once as one pattern takes.
fn chunks(mut literals: &[String]) -> Vec<&[String]> {
    let mut chunks = Vec::new();
    while !literals.is_empty() {
        let ends = literals.iter().scan(0, |bytes, literal| {
            *bytes += literal.len();
            Some(*bytes)
        });
        let fit = ends.take_while(|bytes| *bytes <= PATTERN).count().max(1);
        let (chunk, rest) = literals.split_at(fit);
        chunks.push(chunk);
        literals = rest;
    }
    chunks
}

fn alternation(patterns: &[String]) -> String {
    match patterns {
        [only] => only.clone(),
        several => format!("(?:{})", several.join("|")),
    }
}

/// As [`address::among`], in as many parts as it takes: many networks make too long a pattern.
fn among(set: &AddressSet, finds: &dyn Fn(&str) -> String) -> Result<String, &'static str> {
    let AddressSet { networks, classes } = set;
    let part = |networks: &[IpNetwork], classes: &[AddressClass]| {
        among(&AddressSet { networks: networks.to_vec(), classes: classes.to_vec() }, finds)
    };
    address::among(set, finds).or_else(|why| match networks.split_at(networks.len() / 2) {
        ([], _) => Err(why),
        (some, others) => Ok(any(vec![part(some, classes)?, part(others, &[])?])),
    })
}

/// The same comparison with whole microseconds, which is what is compared there.
fn coarse(comparison: &Comparison<Time>) -> Comparison<Time> {
    let down = |time: &Time| Time(time.0.div_euclid(MICROSECOND).saturating_mul(MICROSECOND));
    let is_whole = |time: &Time| time.0 % MICROSECOND == 0;
    let up = |time: &Time| {
        let down = down(time);
        if is_whole(time) { down } else { Time(down.0.saturating_add(MICROSECOND)) }
    };
    match comparison {
        Comparison::OneOf(times) => {
            Comparison::OneOf(times.iter().filter(|time| is_whole(time)).copied().collect())
        }
        Comparison::Between(low, high) => Comparison::Between(up(low), down(high)),
        Comparison::Lt(bound) => Comparison::Lt(up(bound)),
        Comparison::Lte(bound) => Comparison::Lte(down(bound)),
        Comparison::Gt(bound) => Comparison::Gt(down(bound)),
        Comparison::Gte(bound) => Comparison::Gte(up(bound)),
    }
}

fn ordered<T>(column: &str, comparison: &Comparison<T>, spelled: impl Fn(&T) -> String) -> String {
    let test = match comparison {
        Comparison::OneOf(values) if values.is_empty() => return "FALSE".to_owned(),
        Comparison::OneOf(values) => {
            format!("{column} IN ({})", values.iter().map(spelled).collect::<Vec<_>>().join(", "))
        }
        Comparison::Between(low, high) => format!("{column} BETWEEN {} AND {}", spelled(low), spelled(high)),
        Comparison::Lt(bound) => format!("{column} < {}", spelled(bound)),
        Comparison::Lte(bound) => format!("{column} <= {}", spelled(bound)),
        Comparison::Gt(bound) => format!("{column} > {}", spelled(bound)),
        Comparison::Gte(bound) => format!("{column} >= {}", spelled(bound)),
    };
    format!("COALESCE({test}, FALSE)")
}
