//! Comparisons of a column with constants: by the kind of the column. Knows what each operator of KQL means in those
//! of a policy.

use std::fmt::Display;

use lownoise_engine::event::ColumnId;
use lownoise_engine::op::{Case, Comparison as Ordered, Operator as Asked, Order, Relation, TextOperator};
use lownoise_engine::predicate::{Pair, Predicate};
use lownoise_engine::span::Span;
use lownoise_engine::value::{Kind, Time};

use super::pattern::{of_folded, pattern};
use super::resolve::{Resolver, test};
use super::value::{Letters, Truth, Value, all, any};
use crate::kql::syntax::{Comparison, Expression, Operator};

impl<'q> Resolver<'q> {
    /// `left OPERATOR right`
    pub(super) fn compared(
        &mut self,
        comparison: Comparison,
        left: &'q Expression,
        right: &'q Expression,
        span: Span,
    ) -> Value<'q> {
        let between = self.words(Span::new(0, left.span.range().end..right.span.range().start));
        let operator = between.split_whitespace().next().unwrap_or("");
        if ["!has_any", "!has_all", "!=~"].contains(&operator) {
            self.tell_no_such_operator(operator, span);
        }
        let (found, wanted) = (self.value(left), self.value(right));
        let (found, wanted) = (self.settled(found), self.settled(wanted));
        if let Some(listed) = self.among_outside((&found, comparison), (&wanted, right), span) {
            let truth = Truth::sure(listed);
            return Value::Truth(if comparison.negated { truth.not() } else { truth });
        }
        let positive = match (found, wanted.clone()) {
            (Value::Column(left, letters), Value::Column(right, others)) => {
                self.pair((left, letters), comparison, (right, others), span)
            }
            (Value::Column(id, letters), wanted) => {
                self.column(id, letters, comparison, (wanted, right.span), span)
            }
            (wanted, Value::Column(id, letters)) => match turned(comparison) {
                Some(turned) => self.column(id, letters, turned, (wanted, left.span), span),
                None => Err("a constant is searched for the value of a column".to_owned()),
            },
            (Value::Piece(piece), wanted) if !matches!(wanted, Value::Column(..)) => {
                let items = self.items(wanted, right.span);
                items.and_then(|items| self.piece(piece, comparison, &items, span))
            }
            (Value::Truth(truth), Value::Bool(expected)) | (Value::Bool(expected), Value::Truth(truth)) => {
                // Comparing null with a value is false.
                Ok(Truth::sure(if expected { truth.holds } else { truth.fails() }))
                    .and_then(|truth| only_equals(comparison).map(|()| truth))
            }
            (Value::Number(left), Value::Number(right)) => {
                only_equals(comparison).map(|()| Truth::always(left == right))
            }
            (Value::Text(left), Value::Text(right)) => {
                let same =
                    if comparison.ignores_case { left.eq_ignore_ascii_case(&right) } else { left == right };
                only_equals(comparison).map(|()| Truth::always(same))
            }
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Err(reason),
            (Value::Json(name), _) | (_, Value::Json(name)) => Err(self.no_key(&name)),
            _ => Err("it compares no column with a constant".to_owned()),
        };
        let positive =
            positive.or_else(|reason| self.of_made(comparison, (left, right), wanted, span).ok_or(reason));
        // What is not understood is opaque as a whole, with its negation, so that the words stay together.
        match positive {
            Ok(truth) => Value::Truth(if comparison.negated { truth.not() } else { truth }),
            Err(reason) => Value::Truth(self.opaque(span, reason)),
        }
    }

    /// A column against a column.
    fn pair(
        &mut self,
        (left, letters): (ColumnId, Letters),
        comparison: Comparison,
        (right, others): (ColumnId, Letters),
        span: Span,
    ) -> Result<Truth, String> {
        let (kind, other) = (self.schema.kind(left), self.schema.kind(right));
        let plain = [letters, others].into_iter().all(|letters| letters == Letters::AsTheyAre);
        // Both in lower case, or both in upper case, is the same as without case.
        let folded = letters == others && matches!(letters, Letters::Lower | Letters::Upper);
        if !plain && !folded {
            return Err("it compares two columns, and changes one of them".to_owned());
        }
        let case = if comparison.ignores_case || folded { Case::Insensitive } else { Case::Sensitive };
        let name = match comparison.operator {
            Operator::Text(operator) => operator.definition().name,
            Operator::Less => "lt",
            Operator::LessOrEqual => "lte",
            Operator::Greater => "gt",
            Operator::GreaterOrEqual => "gte",
            Operator::HasAny | Operator::HasAll | Operator::Matches => "",
        };
        let relation = Relation::called(name, kind, other, case)
            .ok_or("columns that compare in a way that a policy does not have")?;
        let pair = Predicate::Pair(Pair { left, relation, right, span });
        let Relation::Ordered(order) = relation else { return Ok(Truth::sure(pair)) };
        let exists = |id| test(id, Asked::Exists, span);
        // Two values that are missing are neither equal nor not; of one alone only an order is null.
        let defined = match order {
            Order::Equals => any(vec![exists(left), exists(right)]),
            _ => all(vec![exists(left), exists(right)]),
        };
        let because = format!("missing {} or {}", self.schema.name(left), self.schema.name(right));
        Ok(Truth::where_defined(pair, defined, &because))
    }

    pub(super) fn column(
        &mut self,
        id: ColumnId,
        letters: Letters,
        comparison: Comparison,
        (wanted, at): (Value<'q>, Span),
        span: Span,
    ) -> Result<Truth, String> {
        let items = self.items(wanted, at)?;
        match self.schema.kind(id) {
            Kind::Text | Kind::Address => self.text(id, letters, comparison, &items, span),
            Kind::Number if letters == Letters::Spelled => spelled(id, comparison, &items, span),
            Kind::Number => {
                let name = self.schema.name(id).to_owned();
                if items.iter().any(|(item, _)| matches!(item, Value::Text(_))) {
                    self.tell_text_on_number(&name, span);
                    // Kusto compares no number with a text, so it is clear what is meant by one that spells a number.
                    return spelled_numbers(id, comparison, &items, span)
                        .ok_or_else(|| format!("a text test on `{name}`, which is a number"));
                }
                ordered(comparison, &whole_numbers(&items, comparison)?, Asked::Number, id, span, &name)
            }
            Kind::Time => {
                let times = items.iter().map(|(item, _)| match item {
                    Value::Time(time) => Ok(*time),
                    Value::Ago(_) => Err("it depends on the clock".to_owned()),
                    _ => Err("it compares a time with something else".to_owned()),
                });
                let times: Vec<Time> = times.collect::<Result<_, _>>()?;
                let name = self.schema.name(id).to_owned();
                ordered(comparison, &times, Asked::Time, id, span, &name)
            }
            // A boolean in JSON is compared as it is spelled, also where it was not made a text before.
            Kind::Bool if letters == Letters::Upper => Err("a boolean in capitals".to_owned()),
            Kind::Bool if letters == Letters::Spelled || (self.is_key(id) && are_texts(&items)) => {
                spelled_bool(id, comparison, &items, span)
            }
            Kind::Bool => {
                only_equals(comparison)?;
                let tests = items.iter().map(|(item, _)| match item {
                    Value::Bool(expected) => Ok(test(id, Asked::Bool(*expected), span)),
                    Value::Number(number @ (0 | 1)) => Ok(test(id, Asked::Bool(*number == 1), span)),
                    _ => Err("it compares a boolean with something else".to_owned()),
                });
                Ok(Truth::sure(any(tests.collect::<Result<_, _>>()?)))
            }
        }
    }

    /// The constants that something is compared with.
    fn items(&mut self, wanted: Value<'q>, at: Span) -> Result<Vec<(Value<'q>, Span)>, String> {
        match wanted {
            Value::Unknown(reason) => Err(reason),
            Value::List(items) => self.flattened(items),
            Value::Rows(pipeline) => self.rows(pipeline),
            Value::Table(name) => Err(format!("it looks into the table `{name}`")),
            one => Ok(vec![(one, at)]),
        }
    }

    /// Lists in lists are one list; the rows of a table are those of its column.
    fn flattened(&mut self, items: Vec<(Value<'q>, Span)>) -> Result<Vec<(Value<'q>, Span)>, String> {
        let mut found = Vec::with_capacity(items.len());
        for (item, at) in items {
            match item {
                Value::List(inner) => found.extend(self.flattened(inner)?),
                Value::Rows(pipeline) => found.extend(self.rows(pipeline)?),
                Value::Table(name) => return Err(format!("it looks into the table `{name}`")),
                Value::Unknown(reason) => return Err(reason),
                item => found.push((item, at)),
            }
        }
        Ok(found)
    }

    fn text(
        &mut self,
        id: ColumnId,
        letters: Letters,
        comparison: Comparison,
        items: &[(Value<'q>, Span)],
        span: Span,
    ) -> Result<Truth, String> {
        let mut texts = Vec::with_capacity(items.len());
        for (item, at) in items {
            match item {
                Value::Text(text) => texts.push((text.clone(), *at)),
                Value::Column(..) => return Err("it compares two columns".to_owned()),
                _ => return Err(format!("`{}` is text, and this is none", self.schema.name(id))),
            }
        }
        let (operator, each) = match comparison.operator {
            Operator::Text(operator) => (operator, false),
            Operator::HasAny => (TextOperator::Has, false),
            Operator::HasAll => (TextOperator::Has, true),
            Operator::Matches => return matches(id, letters, &texts, span),
            _ => return Err("an order of texts".to_owned()),
        };
        let literals = self.letters(letters, comparison.ignores_case, texts)?;
        let insensitive = comparison.ignores_case || letters != Letters::AsTheyAre;
        let case = if insensitive { Case::Insensitive } else { Case::Sensitive };
        if case == Case::Sensitive && operator == TextOperator::Equals {
            self.cased.extend(literals.iter().cloned());
        }
        for (literal, at) in &literals {
            self.suspicious(id, operator, literal, *at);
        }
        let literals: Vec<String> = literals.into_iter().map(|(literal, _)| literal).collect();
        if operator == TextOperator::Equals && literals.iter().all(String::is_empty) && !literals.is_empty() {
            return Ok(Truth::sure(test(id, Asked::Exists, span)).not());
        }
        let asks = |literals: Vec<String>| test(id, Asked::Text { operator, literals, case }, span);
        Ok(Truth::sure(if each {
            all(literals.into_iter().map(|literal| asks(vec![literal])).collect())
        } else if literals.is_empty() {
            super::value::constant(false)
        } else {
            asks(distinct(literals))
        }))
    }

    /// The literals that can be met: what is folded holds no letter of the other case.
    pub(super) fn letters(
        &mut self,
        letters: Letters,
        ignores_case: bool,
        texts: Vec<(String, Span)>,
    ) -> Result<Vec<(String, Span)>, String> {
        if letters == Letters::AsTheyAre || ignores_case {
            return Ok(texts);
        }
        let mut kept = Vec::with_capacity(texts.len());
        for (text, at) in texts {
            let never = match letters {
                Letters::Lower => text.contains(|letter: char| letter.is_ascii_uppercase()),
                _ => text.contains(|letter: char| letter.is_ascii_lowercase()),
            };
            if text.contains(|letter: char| letter.is_alphabetic() && !letter.is_ascii()) {
                return Err(format!("how `{text}` folds beyond ASCII is not documented"));
            }
            if never {
                self.tell_never(&text, letters == Letters::Lower, at);
            } else {
                kept.push((text, at));
            }
        }
        Ok(kept)
    }

    /// `value between (low .. high)`
    pub(super) fn between(
        &mut self,
        value: Value<'q>,
        low: Value<'q>,
        high: Value<'q>,
        negated: bool,
        span: Span,
    ) -> Value<'q> {
        let truth = match (self.settled(value), low, high) {
            (Value::Column(id, Letters::AsTheyAre), Value::Number(low), Value::Number(high))
                if self.schema.kind(id) == Kind::Number =>
            {
                Ok(within(id, low, high, Asked::Number, span, self.schema.name(id)))
            }
            (Value::Column(id, Letters::AsTheyAre), Value::Time(low), Value::Time(high))
                if self.schema.kind(id) == Kind::Time =>
            {
                Ok(within(id, low, high, Asked::Time, span, self.schema.name(id)))
            }
            (Value::Unknown(reason), ..) | (_, Value::Unknown(reason), _) | (.., Value::Unknown(reason)) => {
                Err(reason)
            }
            (_, Value::Ago(_), _) | (.., Value::Ago(_)) => Err("it depends on the clock".to_owned()),
            _ => Err("a range of something else than numbers or times".to_owned()),
        };
        match truth {
            Ok(truth) => Value::Truth(if negated { truth.not() } else { truth }),
            Err(reason) => Value::Truth(self.opaque(span, reason)),
        }
    }
}

fn matches(id: ColumnId, letters: Letters, texts: &[(String, Span)], span: Span) -> Result<Truth, String> {
    let patterns = texts.iter().map(|(text, _)| match letters {
        Letters::AsTheyAre => pattern(text),
        Letters::Lower | Letters::Upper => of_folded(text, letters == Letters::Lower),
        Letters::Spelled => Err("a regular expression on a number".to_owned()),
    });
    Ok(Truth::sure(test(id, Asked::Matches(patterns.collect::<Result<_, _>>()?), span)))
}

fn are_texts(items: &[(Value<'_>, Span)]) -> bool {
    items.iter().all(|(item, _)| matches!(item, Value::Text(_)))
}

/// `tostring(boolean) =~ "True"`: a key of JSON, which spells it `true`.
fn spelled_bool(
    id: ColumnId,
    comparison: Comparison,
    items: &[(Value<'_>, Span)],
    span: Span,
) -> Result<Truth, String> {
    let (operator, each) = match comparison.operator {
        Operator::Text(operator) => (operator, false),
        Operator::HasAny => (TextOperator::Has, false),
        Operator::HasAll => (TextOperator::Has, true),
        _ => return Err("a boolean, compared in another way than as text".to_owned()),
    };
    let case = if comparison.ignores_case { Case::Insensitive } else { Case::Sensitive };
    let literals = items.iter().map(|(item, _)| match item {
        Value::Text(text) if !text.is_empty() => Ok(text),
        _ => Err("a boolean that is spelled in another way".to_owned()),
    });
    let literals = literals.collect::<Result<Vec<_>, _>>()?;
    let holds = |expected: &bool| {
        let found = |literal: &&String| operator.holds(&expected.to_string(), literal, case);
        if each { literals.iter().all(found) } else { literals.iter().any(found) }
    };
    let met = [true, false].into_iter().filter(holds).map(|expected| test(id, Asked::Bool(expected), span));
    Ok(Truth::sure(any(met.collect())))
}

/// The number that a text spells as a number is spelled.
fn number_of(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}

/// `number == "443"`, where each text spells a number.
fn spelled_numbers(
    id: ColumnId,
    comparison: Comparison,
    items: &[(Value<'_>, Span)],
    span: Span,
) -> Option<Truth> {
    let number = |(item, _): &(Value<'_>, Span)| match item {
        Value::Text(text) => number_of(text),
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let numbers = items.iter().map(number).collect::<Option<Vec<i64>>>()?;
    only_equals(comparison).ok()?;
    Some(Truth::sure(test(id, Asked::Number(Ordered::OneOf(numbers)), span)))
}

/// `tostring(number) == "443"`
fn spelled(
    id: ColumnId,
    comparison: Comparison,
    items: &[(Value<'_>, Span)],
    span: Span,
) -> Result<Truth, String> {
    only_equals(comparison)?;
    let mut numbers = Vec::new();
    for (item, _) in items {
        let Value::Text(text) = item else {
            return Err("it compares text with something else".to_owned());
        };
        if text.is_empty() {
            return Err("a number that is spelled with nothing".to_owned());
        }
        numbers.extend(number_of(text));
    }
    if numbers.is_empty() {
        return Ok(Truth::always(false));
    }
    Ok(Truth::sure(test(id, Asked::Number(Ordered::OneOf(numbers)), span)))
}

/// The comparison with its sides turned.
fn turned(comparison: Comparison) -> Option<Comparison> {
    let operator = match comparison.operator {
        Operator::Text(TextOperator::Equals) => comparison.operator,
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        _ => return None,
    };
    Some(Comparison { operator, ..comparison })
}

fn only_equals(comparison: Comparison) -> Result<(), String> {
    match comparison.operator {
        Operator::Text(TextOperator::Equals) => Ok(()),
        _ => Err("another comparison than equality".to_owned()),
    }
}

/// Fractions without a fraction are whole numbers. An order with a fraction is one with the whole number beside it.
fn whole_numbers(items: &[(Value<'_>, Span)], comparison: Comparison) -> Result<Vec<i64>, String> {
    let whole = |real: f64| {
        let rounded = match comparison.operator {
            Operator::Less | Operator::GreaterOrEqual => real.ceil(),
            Operator::Greater | Operator::LessOrEqual => real.floor(),
            _ if real.fract() == 0.0 => real,
            _ => return None,
        };
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough to be exact")]
        (rounded.abs() < 9e15).then_some(rounded as i64)
    };
    items
        .iter()
        .map(|(item, _)| match item {
            Value::Number(number) => Ok(*number),
            Value::Real(real) => whole(*real).ok_or_else(|| format!("{real} is no whole number")),
            _ => Err("it compares a number with something else".to_owned()),
        })
        .collect()
}

/// Equality is never null; an order is, where the value is missing.
fn ordered<T: Ord + Copy + Display>(
    comparison: Comparison,
    values: &[T],
    asked: impl Fn(Ordered<T>) -> Asked,
    id: ColumnId,
    span: Span,
    name: &str,
) -> Result<Truth, String> {
    let is = |comparison| test(id, asked(comparison), span);
    if only_equals(comparison).is_ok() {
        return Ok(match values {
            [] => Truth::always(false),
            values => Truth::sure(is(Ordered::OneOf(distinct(values.to_vec())))),
        });
    }
    let [bound] = values else { return Err("an order with a list".to_owned()) };
    let (holds, fails) = match comparison.operator {
        Operator::Less => (Ordered::Lt(*bound), Ordered::Gte(*bound)),
        Operator::LessOrEqual => (Ordered::Lte(*bound), Ordered::Gt(*bound)),
        Operator::Greater => (Ordered::Gt(*bound), Ordered::Lte(*bound)),
        Operator::GreaterOrEqual => (Ordered::Gte(*bound), Ordered::Lt(*bound)),
        _ => return Err(format!("a text test on `{name}`")),
    };
    Ok(nullable(id, is(holds), is(fails), span, name))
}

fn within<T: Ord + Copy>(
    id: ColumnId,
    low: T,
    high: T,
    asked: impl Fn(Ordered<T>) -> Asked,
    span: Span,
    name: &str,
) -> Truth {
    let is = |comparison| test(id, asked(comparison), span);
    let exists = test(id, Asked::Exists, span);
    if low > high {
        return nullable(id, super::value::constant(false), exists, span, name);
    }
    let fails = any(vec![is(Ordered::Lt(low)), is(Ordered::Gt(high))]);
    nullable(id, is(Ordered::Between(low, high)), fails, span, name)
}

/// Null where the value is missing; both sides are false there already.
fn nullable(
    id: ColumnId,
    holds: lownoise_engine::predicate::Predicate,
    fails: lownoise_engine::predicate::Predicate,
    span: Span,
    name: &str,
) -> Truth {
    let exists = test(id, Asked::Exists, span);
    let mut truth = Truth::where_defined(holds.clone(), exists, &format!("{name} that is missing"));
    truth.holds = holds;
    if let Some(null) = &mut truth.null {
        null.fails = fails;
    }
    truth
}

fn distinct<T: PartialEq + Ord + Clone>(values: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.clone())).collect()
}
