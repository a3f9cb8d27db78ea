//! Expressions: precedence climbing over comparisons and the boolean operators, and what stands in their leaves.

use lownoise_engine::op::TextOperator;

use super::ast::{Access, Comparison, Expression, ExpressionKind, Operator, UNDOCUMENTED, WORDS};
use super::literal::{datetime, timespan};
use super::parser::{DEEPEST, Parser, Wrong, as_expression, too_deep};
use super::token::Token;

/// How tightly operators bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Power {
    Or,
    And,
    Compare,
    Arithmetic,
}

/// What may stand between two expressions.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Between {
    Or,
    And,
    Compare(Comparison),
    Range { negated: bool },
    Arithmetic,
}

impl Parser<'_> {
    /// An expression; a bar or a comma ends it.
    pub(super) fn expression(&mut self) -> Result<Expression, Wrong> {
        self.binding_at_least(Power::Or)
    }

    fn binding_at_least(&mut self, least: Power) -> Result<Expression, Wrong> {
        self.depth += 1;
        if self.depth > 3 * DEEPEST {
            return Err(too_deep(self.start()));
        }
        let start = self.start();
        let mut left = self.operand()?;
        let mut compared = 0;
        while let Some((between, power)) = self.operator()?.filter(|(_, power)| *power >= least) {
            let kind = match between {
                Between::Or | Between::And => self.more(left, between, power)?,
                Between::Compare(comparison) => self.comparison(left, comparison)?,
                Between::Range { negated } => self.range(left, negated)?,
                Between::Arithmetic => self.arithmetic(&left)?,
            };
            // A chain of comparisons nests to the left.
            compared += usize::from(matches!(between, Between::Compare(_) | Between::Range { .. }));
            if compared > 2 {
                return Err(self.unexpected("`and`, `or` or the end of the condition"));
            }
            left = Expression { kind, span: self.since(start) };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// What stands between the last expression and the next; it is not taken yet.
    fn operator(&self) -> Result<Option<(Between, Power)>, Wrong> {
        use Operator::{Greater, GreaterOrEqual, HasAll, HasAny, Less, LessOrEqual, Matches, Text};
        let compare = |operator, negated, ignores_case| {
            Ok(Some((Between::Compare(Comparison { operator, negated, ignores_case }), Power::Compare)))
        };
        let equals = Text(TextOperator::Equals);
        match *self.peek() {
            Token::Name("or") => Ok(Some((Between::Or, Power::Or))),
            Token::Name("and") => Ok(Some((Between::And, Power::And))),
            Token::Name("between") => Ok(Some((Between::Range { negated: false }, Power::Compare))),
            Token::Name("!between") => Ok(Some((Between::Range { negated: true }, Power::Compare))),
            Token::Name("matches") if *self.ahead(1) == Token::Name("regex") => {
                compare(Matches, false, false)
            }
            Token::Name(word) => {
                let undocumented = UNDOCUMENTED.into_iter().find(|(known, ..)| *known == word);
                if let Some((_, negated, ignores_case)) = undocumented {
                    return compare(Text(TextOperator::Contains), negated, ignores_case);
                }
                let positive = word.strip_prefix('!').unwrap_or(word);
                // Kusto does not have their negations, and many write them: the importer tells.
                let of_list = [("has_any", HasAny), ("has_all", HasAll)];
                if let Some((_, operator)) = of_list.into_iter().find(|(known, _)| *known == positive) {
                    return compare(operator, positive != word, true);
                }
                let known = WORDS.into_iter().find(|(known, _, _)| *known == positive);
                let Some((_, operator, ignores_case)) = known else {
                    return if positive == word { Ok(None) } else { Err(self.no_such_negation(positive)) };
                };
                compare(Text(operator), positive != word, ignores_case)
            }
            Token::Sign("==") => compare(equals, false, false),
            Token::Sign("!=" | "<>") => compare(equals, true, false),
            Token::Sign("=~") => compare(equals, false, true),
            // The second is no operator of Kusto: the importer tells.
            Token::Sign("!~" | "!=~") => compare(equals, true, true),
            Token::Sign("<") => compare(Less, false, false),
            Token::Sign("<=") => compare(LessOrEqual, false, false),
            Token::Sign(">") => compare(Greater, false, false),
            Token::Sign(">=") => compare(GreaterOrEqual, false, false),
            Token::Sign("+" | "-" | "*" | "/" | "%") => Ok(Some((Between::Arithmetic, Power::Arithmetic))),
            _ => Ok(None),
        }
    }

    fn no_such_negation(&self, positive: &str) -> Wrong {
        let mut wrong = self.unexpected("an operator");
        if positive == "matches" {
            wrong.help = Some(format!("KQL has no `!{positive}`; write `not(… {positive} …)`"));
        }
        wrong
    }

    /// One more part of an `and` or an `or`, so that a long chain is one list and no tower.
    fn more(&mut self, left: Expression, between: Between, power: Power) -> Result<ExpressionKind, Wrong> {
        self.next();
        let right = self.binding_at_least(match power {
            Power::Or => Power::And,
            _ => Power::Compare,
        })?;
        let (mut parts, kind): (_, fn(Vec<Expression>) -> ExpressionKind) = match (left.kind, between) {
            (ExpressionKind::Or(parts), Between::Or) => (parts, ExpressionKind::Or),
            (ExpressionKind::And(parts), Between::And) => (parts, ExpressionKind::And),
            (kind, Between::Or) => (vec![Expression { kind, span: left.span }], ExpressionKind::Or),
            (kind, _) => (vec![Expression { kind, span: left.span }], ExpressionKind::And),
        };
        parts.push(right);
        Ok(kind(parts))
    }

    fn comparison(&mut self, left: Expression, comparison: Comparison) -> Result<ExpressionKind, Wrong> {
        let list = matches!(self.next(), Token::Name(word)
            if ["in", "in~", "has_any", "has_all"].contains(&word.strip_prefix('!').unwrap_or(word)));
        if comparison.operator == Operator::Matches {
            self.next();
        }
        let right =
            if list && self.is("(") { self.list()? } else { self.binding_at_least(Power::Arithmetic)? };
        Ok(ExpressionKind::Compare(comparison, Box::new([left, right])))
    }

    fn range(&mut self, value: Expression, negated: bool) -> Result<ExpressionKind, Wrong> {
        self.next();
        self.expect("(")?;
        let low = self.binding_at_least(Power::Arithmetic)?;
        self.expect("..")?;
        let high = self.binding_at_least(Power::Arithmetic)?;
        self.expect(")")?;
        Ok(ExpressionKind::Between { negated, parts: Box::new([value, low, high]) })
    }

    /// Text but for `now() - 1d`, which is another way to write `ago(1d)`.
    fn arithmetic(&mut self, left: &Expression) -> Result<ExpressionKind, Wrong> {
        let minus = self.next() == Token::Sign("-");
        let right = self.operand()?;
        let now = matches!(&left.kind, ExpressionKind::Call(name, arguments) if name == "now" && arguments.is_empty());
        let length = matches!(right.kind, ExpressionKind::Duration(_) | ExpressionKind::Name(_));
        let alone = !matches!(self.peek(), Token::Sign("*" | "/" | "%"));
        Ok(if minus && now && length && alone {
            ExpressionKind::Call("ago".to_owned(), vec![right])
        } else {
            ExpressionKind::Other
        })
    }

    /// `( … , … )`; each may be a table.
    fn list(&mut self) -> Result<Expression, Wrong> {
        let start = self.start();
        self.next();
        let items = self.until(")")?;
        Ok(Expression { kind: ExpressionKind::List(items), span: self.since(start) })
    }

    /// Expressions and tables up to a bracket.
    fn until(&mut self, close: &str) -> Result<Vec<Expression>, Wrong> {
        let mut items = Vec::new();
        while !self.accept(close) {
            let start = self.start();
            // `name = value` among arguments.
            if matches!((self.peek(), self.ahead(1)), (Token::Name(_), Token::Sign("="))) {
                self.next();
                self.next();
            }
            if self.accept("*") {
                items.push(Expression { kind: ExpressionKind::Other, span: self.since(start) });
            } else {
                let pipeline = self.pipeline()?;
                items.push(as_expression(pipeline, self.since(start)));
            }
            if !self.is(close) {
                self.expect(",")?;
            }
        }
        Ok(items)
    }

    /// A leaf, and the path behind it.
    fn operand(&mut self) -> Result<Expression, Wrong> {
        let start = self.start();
        if self.is("-") || self.is("+") {
            let minus = self.is("-");
            self.next();
            if matches!(self.peek(), Token::Sign("-" | "+")) {
                return Err(self.unexpected("a number"));
            }
            let inner = self.operand()?;
            let kind = if minus { ExpressionKind::Minus(Box::new(inner)) } else { inner.kind };
            return Ok(Expression { kind, span: self.since(start) });
        }
        let mut kind = self.leaf()?;
        while self.is(".") || self.is("[") {
            let inner = self.since(start);
            let step = self.access()?;
            kind = match (kind, step) {
                (ExpressionKind::Path(of, mut steps), Some(step)) => {
                    steps.push(step);
                    ExpressionKind::Path(of, steps)
                }
                (kind @ (ExpressionKind::Call(..) | ExpressionKind::Name(_)), Some(step)) => {
                    ExpressionKind::Path(Box::new(Expression { kind, span: inner }), vec![step])
                }
                _ => ExpressionKind::Other,
            };
        }
        Ok(Expression { kind, span: self.since(start) })
    }

    /// A step behind a value, if it is one to a key or an entry that is written out.
    fn access(&mut self) -> Result<Option<Access>, Wrong> {
        if self.is("[") {
            let step = match (self.ahead(1), self.ahead(2), self.ahead(3)) {
                (Token::Text(key), Token::Sign("]"), _) => Some(Access::Key(key.clone())),
                (Token::Integer(Some(place)), Token::Sign("]"), _) => Some(Access::Entry(*place)),
                (Token::Sign("-"), Token::Integer(Some(place)), Token::Sign("]")) => {
                    place.checked_neg().map(Access::Entry)
                }
                _ => None,
            };
            self.skip_one();
            return Ok(step);
        }
        self.next();
        let key = self.name("the name of a part")?;
        if self.is("(") {
            self.skip_one();
            return Ok(None);
        }
        Ok(Some(Access::Key(key)))
    }

    fn leaf(&mut self) -> Result<ExpressionKind, Wrong> {
        match self.peek().clone() {
            Token::Text(_) => Ok(self.texts()),
            Token::Integer(number) => {
                self.next();
                Ok(ExpressionKind::Number(number))
            }
            Token::Real(number) => {
                self.next();
                Ok(ExpressionKind::Real(number))
            }
            Token::Duration(ticks) => {
                self.next();
                Ok(ExpressionKind::Duration(ticks))
            }
            Token::Raw(name, content) => {
                self.next();
                Ok(raw(name, content))
            }
            Token::Sign("(") => self.parenthesis(),
            // Any column.
            Token::Sign("*") => {
                self.next();
                Ok(ExpressionKind::Other)
            }
            Token::Sign("[") => self.name("a column").map(ExpressionKind::Name),
            Token::Name(name) if !is_keyword(name) => {
                self.next();
                self.named_leaf(name)
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    /// Literals side by side are one text.
    fn texts(&mut self) -> ExpressionKind {
        let start = self.start();
        let mut whole = String::new();
        let mut count = 0;
        while let Token::Text(text) = self.peek() {
            whole.push_str(text);
            count += 1;
            self.next();
        }
        self.found.push((whole.clone(), self.since(start)));
        ExpressionKind::Text(whole, count > 1)
    }

    fn parenthesis(&mut self) -> Result<ExpressionKind, Wrong> {
        self.next();
        let mut items = self.until(")")?;
        match (items.pop(), items.is_empty()) {
            (Some(only), true) => Ok(only.kind),
            (None, _) => Err(self.unexpected("a value in the parentheses")),
            (Some(last), false) => {
                items.push(last);
                Ok(ExpressionKind::List(items))
            }
        }
    }

    fn named_leaf(&mut self, name: &str) -> Result<ExpressionKind, Wrong> {
        if !self.is("(") {
            return Ok(match name {
                "true" | "false" => ExpressionKind::Bool(name == "true"),
                "null" => ExpressionKind::Null,
                _ => ExpressionKind::Name(name.to_owned()),
            });
        }
        match name {
            "dynamic" => {
                self.next();
                let value =
                    if self.accept("[") { ExpressionKind::List(self.until("]")?) } else { self.json() };
                self.expect(")")?;
                Ok(value)
            }
            "datatable" => self.datatable(),
            "externaldata" => {
                while matches!(self.peek(), Token::Sign("(" | "[") | Token::Name("with")) {
                    self.skip_one();
                }
                Ok(ExpressionKind::Other)
            }
            _ => {
                self.next();
                Ok(ExpressionKind::Call(name.to_owned(), self.until(")")?))
            }
        }
    }

    /// A value of `dynamic(…)` that is no list.
    fn json(&mut self) -> ExpressionKind {
        while !self.is(")") {
            self.skip_one();
        }
        ExpressionKind::Other
    }

    /// The first column of its rows.
    fn datatable(&mut self) -> Result<ExpressionKind, Wrong> {
        self.next();
        let mut columns = 0;
        while !self.accept(")") {
            self.name("a column")?;
            self.expect(":")?;
            self.name("its type")?;
            columns += 1;
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        self.expect("[")?;
        let values = self.until("]")?;
        Ok(ExpressionKind::List(values.into_iter().step_by(columns.max(1)).collect()))
    }
}

/// Words that cannot be columns where a value is expected, so that what is missing is said there.
fn is_keyword(word: &str) -> bool {
    ["and", "or", "by", "between", "has_any", "has_all", "in", "in~"].contains(&word) || word.starts_with('!')
}

fn raw(name: &str, content: &str) -> ExpressionKind {
    match name {
        _ if content == "null" => ExpressionKind::Null,
        "datetime" | "date" => ExpressionKind::Time(datetime(content)),
        "timespan" | "time" => ExpressionKind::Duration(timespan(content)),
        _ => ExpressionKind::Other,
    }
}
