//! A predicate as a condition of KQL, or where it cannot be one. Missing values are guarded: an order with null, and a
//! function on what is no address, are null, and `not` of null drops the event where the policy keeps it.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::op::{Case, Comparison, Operator, Pattern, Relation, TextOperator};
use lownoise_engine::policy::List;
use lownoise_engine::predicate::{Opaque, Pair, Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Kind;

use super::address::among;
use super::layout::Out;
use crate::capability::{Subject, Support, Target, support};
use crate::kql::spelling::{column, name, text, time};
use crate::kql::syntax::word_of;
use crate::logic::{all, any, constant, not};
use crate::words::sign;

/// Writes conditions on a table, and collects what cannot be written.
pub(super) struct Conditions<'s> {
    /// The table.
    pub(super) schema: &'s Schema,
    /// The lists whose values are not here.
    pub(super) lists: &'s [List],
    /// One for each test that KQL cannot say.
    pub(super) refused: Vec<Diagnostic>,
}

impl Conditions<'_> {
    /// What must hold, or must not.
    pub(super) fn condition(&mut self, predicate: &Predicate, negated: bool) -> Out {
        let settled = self.schema.added().next().map(|_| self.always_present(predicate));
        let predicate = settled.as_ref().unwrap_or(predicate);
        if negated { self.opposite(predicate, false) } else { self.positive(predicate, false) }
    }

    /// Without the question whether an event has a column that the policy adds: behind the steps that make it, all have.
    fn always_present(&self, predicate: &Predicate) -> Predicate {
        let each = |parts: &[Predicate]| parts.iter().map(|part| self.always_present(part)).collect();
        match predicate {
            Predicate::Test(Test { column, operator: Operator::Present, .. })
                if self.schema.definition(*column).is_some_and(|column| column.added.is_some()) =>
            {
                constant(true)
            }
            Predicate::All(parts) => all(each(parts)),
            Predicate::Any(parts) => any(each(parts)),
            Predicate::Not(part) => not(self.always_present(part)),
            leaf => leaf.clone(),
        }
    }

    fn positive(&mut self, predicate: &Predicate, below_not: bool) -> Out {
        match predicate {
            Predicate::All(parts) if parts.is_empty() => Out::Atom("true".to_owned()),
            Predicate::Any(parts) if parts.is_empty() => Out::Atom("false".to_owned()),
            Predicate::All(parts) => match self.all_terms(parts) {
                Some(terms) => terms,
                None => Out::All(parts.iter().map(|part| self.positive(part, below_not)).collect()),
            },
            Predicate::Any(parts) => {
                Out::Any(parts.iter().map(|part| self.positive(part, below_not)).collect())
            }
            Predicate::Not(part) => self.opposite(part, below_not),
            Predicate::Test(test) => self.test(test, false, below_not),
            Predicate::Pair(pair) => self.pair(pair, false, below_not),
            Predicate::Opaque(opaque) => self.opaque(opaque, false),
        }
    }

    fn opposite(&mut self, predicate: &Predicate, below_not: bool) -> Out {
        match predicate {
            Predicate::Test(test) => self.test(test, true, below_not),
            Predicate::Pair(pair) => self.pair(pair, true, below_not),
            Predicate::Opaque(opaque) => self.opaque(opaque, true),
            Predicate::Not(part) => self.positive(part, below_not),
            Predicate::All(parts) | Predicate::Any(parts) if parts.is_empty() => {
                let holds = matches!(predicate, Predicate::Any(_));
                Out::Atom(holds.to_string())
            }
            _ => Out::not(self.positive(predicate, true)),
        }
    }

    /// Several terms that must all be there.
    fn all_terms(&self, parts: &[Predicate]) -> Option<Out> {
        let mut asked = None;
        let mut terms = Vec::new();
        for part in parts {
            let Predicate::Test(Test { column: of, operator, .. }) = part else { return None };
            let Operator::Text { operator: TextOperator::Has, literals, case: Case::Insensitive } = operator
            else {
                return None;
            };
            let [literal] = literals.as_slice() else { return None };
            let sayable = !literal.is_empty()
                && matches!(support(Target::Kql, Subject::of(operator, Kind::Text)), Support::Exact);
            if !sayable || asked.is_some_and(|asked| asked != *of) {
                return None;
            }
            asked = Some(*of);
            terms.push(text(literal));
        }
        let asked = asked.filter(|_| terms.len() > 1)?;
        Some(Out::List(format!("{} has_all ", column(self.schema, asked)), terms))
    }

    /// A column against a column.
    fn pair(&mut self, pair: &Pair, negated: bool, below_not: bool) -> Out {
        let [left, right] = [pair.left, pair.right].map(|id| column(self.schema, id));
        match pair.relation {
            Relation::Text { operator, case } => {
                let word = comparing(operator, case == Case::Insensitive, negated);
                Out::Atom(format!("{left} {word} {right}"))
            }
            Relation::Ordered(order) => {
                let sign = sign(order, "==");
                let test = Out::Atom(format!("{left} {sign} {right}"));
                let guarded = if negated || below_not { Out::or_false(test) } else { test };
                if negated { Out::not(guarded) } else { guarded }
            }
        }
    }

    /// A test on a list that a query fills; of other opaque tests only the text is known.
    fn opaque(&mut self, opaque: &Opaque, negated: bool) -> Out {
        let listed = opaque.listed.as_ref();
        let query = |list: &str| self.lists.iter().find(|known| known.name == list)?.kql.as_deref();
        let said = listed.filter(|listed| query(&listed.list).is_some()).and_then(|listed| {
            let insensitive = listed.case == Case::Insensitive;
            let (word, bang) = match (listed.operator.as_str(), insensitive) {
                ("equals", false) => ("in", "!in"),
                ("equals", true) => ("in~", "!in~"),
                // Without a negation of its own.
                ("has_any", true) => ("has_any", ""),
                _ => return None,
            };
            let column = column(self.schema, listed.column);
            let list = name(&listed.list);
            Some(match (negated, bang) {
                (true, "") => Out::not(Out::Atom(format!("{column} {word} ({list})"))),
                (true, bang) => Out::Atom(format!("{column} {bang} ({list})")),
                (false, _) => Out::Atom(format!("{column} {word} ({list})")),
            })
        });
        if said.is_none() {
            let why = match support(Target::Kql, Subject::of_opaque(opaque)) {
                Support::Refused(why) => why,
                _ => {
                    "the values of this list are not here, and it has no query in KQL that a column is looked for in"
                }
            };
            self.refused.push(refusal(opaque.span, why));
        }
        said.unwrap_or_else(|| Out::Atom("false".to_owned()))
    }

    fn test(&mut self, test: &Test, negated: bool, below_not: bool) -> Out {
        let kind = self.schema.kind(test.column);
        if let Support::Refused(why) = support(Target::Kql, Subject::of(&test.operator, kind)) {
            self.refused.push(refusal(test.span, why));
            return Out::Atom("false".to_owned());
        }
        let column = column(self.schema, test.column);
        match &test.operator {
            Operator::Text { operator, literals, case } => {
                text_test(&column, *operator, literals, *case, negated)
            }
            Operator::Matches(patterns) => {
                let tests = patterns.iter().map(|pattern| {
                    Out::Atom(format!("{column} matches regex {}", text(&pattern_text(pattern))))
                });
                joined(tests.collect(), negated)
            }
            Operator::Exists | Operator::Present => {
                let function = match (kind, negated) {
                    (Kind::Text | Kind::Address, false) => "isnotempty",
                    (Kind::Text | Kind::Address, true) => "isempty",
                    (_, false) => "isnotnull",
                    (_, true) => "isnull",
                };
                Out::Atom(format!("{function}({column})"))
            }
            Operator::In(set) => {
                let among = among(&column, set, below_not || negated);
                if negated { Out::not(among) } else { among }
            }
            Operator::Number(comparison) => {
                ordered(&column, comparison, ToString::to_string, negated, below_not)
            }
            Operator::Time(comparison) => ordered(&column, comparison, |at| time(*at), negated, below_not),
            Operator::Bool(expected) => {
                Out::Atom(format!("{column} {} {expected}", if negated { "!=" } else { "==" }))
            }
        }
    }
}

fn refusal(span: lownoise_engine::span::Span, why: &str) -> Diagnostic {
    let message = format!("KQL cannot say this: {why}");
    Diagnostic::error("kql-cannot-say", message, span, "cannot be said")
        .help("write the test otherwise, or leave it out: nothing is approximated")
}

fn joined(mut parts: Vec<Out>, negated: bool) -> Out {
    let whole = match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (None, _) => return Out::Atom(negated.to_string()),
        (Some(last), false) => {
            parts.push(last);
            Out::Any(parts)
        }
    };
    if negated { Out::not(whole) } else { whole }
}

/// The operator that compares a text with one other.
fn comparing(operator: TextOperator, insensitive: bool, negated: bool) -> String {
    match (operator, insensitive, negated) {
        (TextOperator::Equals, false, false) => "==".to_owned(),
        (TextOperator::Equals, false, true) => "!=".to_owned(),
        (TextOperator::Equals, true, false) => "=~".to_owned(),
        (TextOperator::Equals, true, true) => "!~".to_owned(),
        _ => format!("{}{}", if negated { "!" } else { "" }, word_of(operator, insensitive)),
    }
}

fn text_test(column: &str, operator: TextOperator, literals: &[String], case: Case, negated: bool) -> Out {
    let bang = if negated { "!" } else { "" };
    let insensitive = case == Case::Insensitive;
    if operator == TextOperator::Equals {
        return match literals {
            [] => Out::Atom(negated.to_string()),
            [only] => {
                let sign = comparing(operator, insensitive, negated);
                Out::Atom(format!("{column} {sign} {}", text(only)))
            }
            several => {
                let word = if insensitive { "in~" } else { "in" };
                Out::List(
                    format!("{column} {bang}{word} "),
                    several.iter().map(|literal| text(literal)).collect(),
                )
            }
        };
    }
    // Every text holds the empty one.
    if literals.iter().any(String::is_empty) {
        return Out::Atom((!negated).to_string());
    }
    if operator == TextOperator::Has && insensitive && literals.len() > 1 {
        let terms =
            Out::List(format!("{column} has_any "), literals.iter().map(|literal| text(literal)).collect());
        return if negated { Out::not(terms) } else { terms };
    }
    if let [only] = literals {
        let word = comparing(operator, insensitive, negated);
        return Out::Atom(format!("{column} {word} {}", text(only)));
    }
    let word = word_of(operator, insensitive);
    joined(
        literals.iter().map(|literal| Out::Atom(format!("{column} {word} {}", text(literal)))).collect(),
        negated,
    )
}

/// The pattern with its case in it: `(?i)` where that folds no more than ASCII letters, else both letters of each.
fn pattern_text(pattern: &Pattern) -> String {
    if pattern.case() == Case::Sensitive {
        return pattern.text().to_owned();
    }
    let folding = format!("(?i){}", pattern.text());
    let same = Pattern::new(&folding, Case::Sensitive).is_ok_and(|other| other.hir() == pattern.hir());
    if same { folding } else { pattern.hir().to_string() }
}

fn ordered<T: Ord>(
    column: &str,
    comparison: &Comparison<T>,
    spelled: impl Fn(&T) -> String,
    negated: bool,
    below_not: bool,
) -> Out {
    let (sign, bound) = match comparison {
        Comparison::OneOf(values) => {
            let values: Vec<String> = values.iter().map(spelled).collect();
            return match values.as_slice() {
                [] => Out::Atom(negated.to_string()),
                [only] => Out::Atom(format!("{column} {} {only}", if negated { "!=" } else { "==" })),
                _ => Out::List(format!("{column} {} ", if negated { "!in" } else { "in" }), values),
            };
        }
        Comparison::Between(low, high) if low > high => return Out::Atom(negated.to_string()),
        Comparison::Between(low, high) => ("between", format!("({} .. {})", spelled(low), spelled(high))),
        Comparison::Lt(bound) => ("<", spelled(bound)),
        Comparison::Lte(bound) => ("<=", spelled(bound)),
        Comparison::Gt(bound) => (">", spelled(bound)),
        Comparison::Gte(bound) => (">=", spelled(bound)),
    };
    let test = Out::Atom(format!("{column} {sign} {bound}"));
    let guarded = if negated || below_not { Out::or_false(test) } else { test };
    if negated { Out::not(guarded) } else { guarded }
}
