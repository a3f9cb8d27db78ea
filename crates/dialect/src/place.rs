//! What is asked of one field of a table, whatever language asks it. Knows kinds of columns, no language.

use ipnetwork::IpNetwork;
use lownoise_engine::event::ColumnId;
use lownoise_engine::op::{AddressSet, Case, Comparison, Operator, Pattern, TextOperator};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;
use lownoise_engine::value::{Kind, OwnedValue};

use crate::logic::{all, any, constant, not};
use crate::taxonomy::Field;
use crate::wildcards::Asked;

/// A field of a rule, in a table.
pub(crate) struct Place<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) field: Field<'a>,
    /// Where the value is written.
    pub(crate) span: Span,
}

/// What a value asks, or why that cannot be said.
pub(crate) type Said = Result<Predicate, String>;

impl Place<'_> {
    pub(crate) fn test(&self, column: ColumnId, operator: Operator) -> Predicate {
        Predicate::Test(Test { column, operator, span: self.span })
    }

    pub(crate) fn literal(
        &self,
        column: ColumnId,
        operator: TextOperator,
        literal: &str,
        case: Case,
    ) -> Predicate {
        self.test(column, Operator::Text { operator, literals: vec![literal.to_owned()], case })
    }

    /// That the field has a value, be it empty where a table tells that from missing.
    pub(crate) fn exists(&self) -> Predicate {
        match self.field {
            Field::Column(column) | Field::Values(column, _) | Field::Account { name: column, .. } => {
                self.there(column)
            }
        }
    }

    /// That the field has the empty text, or no value where a table does not tell that from it.
    fn empty(&self) -> Predicate {
        let there = self.exists();
        match &there {
            Predicate::Test(Test { column, operator: Operator::Present, .. }) => {
                let column = *column;
                all(vec![there, not(self.test(column, Operator::Exists))])
            }
            _ => not(there),
        }
    }

    fn there(&self, column: ColumnId) -> Predicate {
        let optional = self.schema.missing_text && self.schema.kind(column) == Kind::Text;
        self.test(column, if optional { Operator::Present } else { Operator::Exists })
    }

    pub(crate) fn text(&self, asked: &Asked, case: Case) -> Said {
        match (asked, &self.field) {
            (Asked::Anything, _) => Ok(self.exists()),
            (Asked::Nothing, _) => Ok(self.empty()),
            (_, Field::Column(column)) => self.of_column(*column, asked, case),
            (Asked::Literal(TextOperator::Equals, literal), Field::Values(column, values)) => {
                let same = |said: &str| case.same(said.as_bytes(), literal.as_bytes());
                let word = values.iter().find(|(said, _)| same(said)).map_or(literal, |(_, is)| is);
                Ok(self.literal(*column, TextOperator::Equals, word, case))
            }
            (_, Field::Values(column, _)) => {
                let column = self.schema.name(*column);
                Err(format!("`{column}` has other words for its values, so only equality can be said"))
            }
            (Asked::Literal(operator, literal), Field::Account { domain, name }) => {
                self.account(*domain, *name, (*operator, literal), case)
            }
            (Asked::Pattern(_), Field::Account { .. }) => {
                Err("a domain and a name are two columns, and a pattern looks at one".to_owned())
            }
        }
    }

    pub(crate) fn of_column(&self, column: ColumnId, asked: &Asked, case: Case) -> Said {
        let kind = self.schema.kind(column);
        match (kind, asked) {
            (Kind::Address, Asked::Literal(TextOperator::Equals, literal)) => {
                // An address is compared as it is canonically spelled.
                let address = OwnedValue::address(literal);
                Ok(self.literal(column, TextOperator::Equals, address.borrow().text(), case))
            }
            (Kind::Text | Kind::Address, Asked::Literal(operator, literal)) => {
                Ok(self.literal(column, *operator, literal, case))
            }
            (Kind::Text | Kind::Address, Asked::Pattern(pattern)) => self.pattern(column, pattern, case),
            (Kind::Number, Asked::Literal(TextOperator::Equals, literal)) => {
                let number = literal.trim().parse().map_err(|_| self.is_no_text(column))?;
                Ok(self.test(column, Operator::Number(Comparison::OneOf(vec![number]))))
            }
            (Kind::Bool, Asked::Literal(TextOperator::Equals, literal)) => {
                let holds = literal.to_ascii_lowercase().parse().map_err(|_| self.is_no_text(column))?;
                Ok(self.test(column, Operator::Bool(holds)))
            }
            _ => Err(self.is_no_text(column)),
        }
    }

    pub(crate) fn is_no_text(&self, column: ColumnId) -> String {
        format!("`{}` is {}", self.schema.name(column), self.schema.kind(column).article())
    }

    pub(crate) fn pattern(&self, column: ColumnId, pattern: &str, case: Case) -> Said {
        let pattern = Pattern::new(pattern, case)
            .map_err(|why| format!("this regular expression cannot be used: {}", why.0))?;
        // What an event lacks matches nothing, and here what it lacks is the empty text.
        let empty = pattern.is_match("");
        let test = self.test(column, Operator::Matches(vec![pattern]));
        Ok(if empty { all(vec![self.there(column), test]) } else { test })
    }

    pub(crate) fn network(&self, text: &str) -> Said {
        let network: IpNetwork = text.parse().map_err(|_| format!("`{text}` is no network"))?;
        let Field::Column(column) = self.field else {
            return Err("this field is no column of its own".to_owned());
        };
        if self.schema.kind(column) != Kind::Address {
            return Err(self.is_no_text(column));
        }
        let network = IpNetwork::new(network.network(), network.prefix()).unwrap_or(network);
        let set = AddressSet { networks: vec![network], classes: Vec::new() };
        Ok(self.test(column, Operator::In(set)))
    }

    /// A literal against `DOMAIN\name`, or the name alone where there is no domain. Neither holds a backslash.
    pub(crate) fn account(
        &self,
        domain: ColumnId,
        name: ColumnId,
        (operator, literal): (TextOperator, &str),
        case: Case,
    ) -> Said {
        use TextOperator::{Contains, EndsWith, Equals, StartsWith};
        let test = |column, operator, literal: &str| self.literal(column, operator, literal, case);
        let has_domain = self.test(domain, Operator::Exists);
        let Some((before, behind)) = literal.split_once('\\') else {
            return Ok(match operator {
                Contains => any(vec![test(domain, Contains, literal), test(name, Contains, literal)]),
                EndsWith => test(name, EndsWith, literal),
                StartsWith => {
                    let alone = all(vec![not(has_domain), test(name, StartsWith, literal)]);
                    any(vec![test(domain, StartsWith, literal), alone])
                }
                _ => all(vec![not(has_domain), test(name, Equals, literal)]),
            });
        };
        if behind.contains('\\') {
            return Err("a domain and a name have one backslash between them".to_owned());
        }
        let ends =
            |operator| if before.is_empty() { has_domain.clone() } else { test(domain, operator, before) };
        let begins = if behind.is_empty() { constant(true) } else { test(name, StartsWith, behind) };
        let is = if behind.is_empty() {
            not(self.test(name, Operator::Exists))
        } else {
            test(name, Equals, behind)
        };
        // Without a domain there is no backslash either.
        let starts = if before.is_empty() { constant(false) } else { test(domain, Equals, before) };
        Ok(match operator {
            Contains => all(vec![ends(EndsWith), begins]),
            EndsWith => all(vec![ends(EndsWith), is]),
            StartsWith => all(vec![starts, begins]),
            _ => all(vec![starts, is]),
        })
    }
}

/// Tests that differ in their literals only, as one.
pub(crate) fn merged(predicate: Predicate) -> Predicate {
    let Predicate::Any(parts) = predicate else { return as_it_is(predicate) };
    let mut kept: Vec<Predicate> = Vec::with_capacity(parts.len());
    // Lists are long and of one kind: what can take a part is looked for among the last few.
    for part in parts {
        let Predicate::Test(test) = &part else {
            kept.push(part);
            continue;
        };
        let taken = kept.iter_mut().rev().take(8).any(|other| match other {
            Predicate::Test(other) if other.column == test.column => {
                take(&mut other.operator, &test.operator)
            }
            _ => false,
        });
        if !taken {
            kept.push(part);
        }
    }
    any(without_a_value(kept).into_iter().map(as_it_is).collect())
}

/// "Missing, or the empty text" is "without a value".
fn without_a_value(mut parts: Vec<Predicate>) -> Vec<Predicate> {
    let asks = |part: &Predicate, wanted: &Operator| match part {
        Predicate::Test(Test { column, operator, .. }) if operator == wanted => Some(*column),
        _ => None,
    };
    let missing = |part: &Predicate| match part {
        Predicate::Not(there) => asks(there, &Operator::Present),
        _ => None,
    };
    let empty = |part: &Predicate| {
        let Predicate::All(both) = part else { return None };
        let [there, Predicate::Not(value)] = both.as_slice() else { return None };
        let column = asks(value, &Operator::Exists)?;
        (asks(there, &Operator::Present) == Some(column)).then(|| (column, (**value).clone()))
    };
    let found = parts.iter().enumerate().find_map(|(place, part)| {
        let (column, value) = empty(part)?;
        let other = parts.iter().position(|part| missing(part) == Some(column))?;
        Some((place, other, value))
    });
    if let Some((place, other, value)) = found {
        if let Some(part) = parts.get_mut(place) {
            *part = not(value);
        }
        parts.remove(other);
    }
    parts
}

fn take(whole: &mut Operator, part: &Operator) -> bool {
    match (whole, part) {
        (
            Operator::Text { operator, literals, case },
            Operator::Text { operator: other, literals: more, case: their },
        ) if operator == other && case == their => {
            literals.extend(more.iter().cloned());
            true
        }
        (Operator::Matches(patterns), Operator::Matches(more))
            if patterns.first().map(Pattern::case) == more.first().map(Pattern::case) =>
        {
            patterns.extend(more.iter().cloned());
            true
        }
        (Operator::Number(Comparison::OneOf(numbers)), Operator::Number(Comparison::OneOf(more))) => {
            numbers.extend(more);
            true
        }
        (Operator::In(set), Operator::In(more)) => {
            set.networks.extend(more.networks.iter().copied());
            true
        }
        _ => false,
    }
}

/// Case is not spoken of where no letter has one.
fn as_it_is(predicate: Predicate) -> Predicate {
    let Predicate::Test(Test { column, operator: Operator::Text { operator, literals, case }, span }) =
        predicate
    else {
        return predicate;
    };
    let has_letters = literals.iter().any(|literal| literal.bytes().any(|byte| byte.is_ascii_alphabetic()));
    let case = if has_letters { case } else { Case::Sensitive };
    Predicate::Test(Test { column, operator: Operator::Text { operator, literals, case }, span })
}
