//! Pipelines: a source and its steps. What a step does to columns or rows is read where it matters to a filter; other
//! steps are known by name and end.

use super::ast::{Expression, ExpressionKind, Join, Named, OrderBy, Pipeline, Step, StepKind};
use super::parser::{Parser, Wrong};
use super::token::Token;

/// Words that begin a table and are no names of tables.
const MADE: [&str; 6] = ["union", "find", "search", "print", "range", "evaluate"];

impl Parser<'_> {
    /// A source and its steps; also an expression, which has no steps.
    pub(super) fn pipeline(&mut self) -> Result<Pipeline, Wrong> {
        let mut steps = Vec::new();
        let source = match self.searched()? {
            Some((tables, searched)) => {
                steps.push(searched);
                tables
            }
            None => self.source()?,
        };
        while self.is("|") {
            let bar = self.start();
            self.next();
            let start = self.start();
            let kind = self.step()?;
            if !self.ends() {
                return Err(self.unexpected("`|`, or the end of the query"));
            }
            steps.push(Step { kind, span: self.since(start), bar });
        }
        Ok(Pipeline { source, steps })
    }

    /// `search in (a, b) …`: the rows of some tables on which a condition holds.
    fn searched(&mut self) -> Result<Option<(Expression, Step)>, Wrong> {
        let start = self.start();
        let in_tables = (self.peek(), self.ahead(1), self.ahead(2));
        if !matches!(in_tables, (Token::Name("search"), Token::Name("in"), Token::Sign("("))) {
            return Ok(None);
        }
        self.next();
        self.next();
        let tables = self.start();
        self.expect("(")?;
        let legs = self.legs()?;
        self.expect(")")?;
        let tables = Expression { kind: ExpressionKind::Union(legs), span: self.since(tables) };
        let asked = self.start();
        let kind = StepKind::Where(self.expression()?);
        if !self.ends() {
            return Err(self.unexpected("`|`, or the end of the query"));
        }
        Ok(Some((tables, Step { kind, span: self.since(asked), bar: start })))
    }

    /// `a, (b | …), c`; names may hold `*`.
    fn legs(&mut self) -> Result<Vec<Expression>, Wrong> {
        self.list_of(|parser| {
            let wild = matches!((parser.peek(), parser.ahead(1)), (Token::Name(_), Token::Sign("*")))
                || parser.is("*");
            if wild {
                let start = parser.start();
                while !parser.ends() {
                    parser.skip_one();
                }
                return Ok(Expression { kind: ExpressionKind::Other, span: parser.since(start) });
            }
            parser.expression()
        })
    }

    /// The tables of a `union`, behind its settings.
    fn union(&mut self) -> Result<Vec<Expression>, Wrong> {
        while matches!((self.peek(), self.ahead(1)), (Token::Name(_), Token::Sign("="))) {
            self.next();
            self.next();
            self.skip_one();
        }
        self.legs()
    }

    fn source(&mut self) -> Result<Expression, Wrong> {
        let start = self.start();
        let made = matches!(self.peek(), Token::Name(word) if MADE.contains(word));
        let spoken_of = matches!(
            self.ahead(1),
            Token::Sign("(" | "*") | Token::Name(_) | Token::Text(_) | Token::Integer(_)
        );
        let call = matches!((self.peek(), self.ahead(1)), (Token::Name("range"), Token::Sign("(")));
        if !made || !spoken_of || call {
            return self.expression();
        }
        if self.accept_word("union") {
            let legs = self.union()?;
            return Ok(Expression { kind: ExpressionKind::Union(legs), span: self.since(start) });
        }
        self.skip_step();
        Ok(Expression { kind: ExpressionKind::Other, span: self.since(start) })
    }

    /// Whether a step may end here.
    fn ends(&self) -> bool {
        matches!(self.peek(), Token::End | Token::Sign("|" | ";" | ")" | "," | "]" | "}"))
    }

    fn skip_step(&mut self) {
        while !matches!(self.peek(), Token::End | Token::Sign("|" | ";" | ")")) {
            self.skip_one();
        }
    }

    /// The name of a step, with its hyphen.
    fn step_name(&mut self) -> Result<String, Wrong> {
        let mut name = self.name("the name of a step, as `where`")?;
        while self.is("-") && matches!(self.ahead(1), Token::Name(_)) && self.touches(0) {
            self.next();
            name.push('-');
            name.push_str(&self.name("the rest of the name")?);
        }
        Ok(name)
    }

    fn step(&mut self) -> Result<StepKind, Wrong> {
        let name = self.step_name()?;
        Ok(match name.as_str() {
            "where" | "filter" => StepKind::Where(self.expression()?),
            "extend" => StepKind::Extend(self.named_list()?),
            "project" => StepKind::Project(self.named_list()?),
            "project-away" | "project-keep" | "project-reorder" => {
                let how = name.trim_start_matches("project-").to_owned();
                StepKind::ProjectBy(how, self.column_patterns()?)
            }
            "project-rename" => StepKind::Rename(self.named_list()?),
            "order" | "sort" => {
                if !self.accept_word("by") {
                    return Err(self.unexpected("`by`"));
                }
                StepKind::Order(self.orders()?)
            }
            "distinct" if self.is("*") => {
                self.next();
                StepKind::Distinct(Vec::new())
            }
            "distinct" => StepKind::Distinct(self.named_list()?),
            "take" | "limit" | "sample" => {
                self.expression()?;
                StepKind::Limit(None)
            }
            "top" => {
                self.expression()?;
                if !self.accept_word("by") {
                    return Err(self.unexpected("`by`"));
                }
                StepKind::Limit(Some(self.order()?))
            }
            "summarize" => self.summarize()?,
            "union" => StepKind::Union(self.union()?),
            "join" | "lookup" => StepKind::Join(self.join(&name)),
            _ => {
                self.skip_step();
                StepKind::Other(name)
            }
        })
    }

    /// The groups; what is counted in them is skipped.
    fn summarize(&mut self) -> Result<StepKind, Wrong> {
        while !self.ends() || self.is(",") {
            if self.accept_word("by") {
                return Ok(StepKind::Summarize(self.named_list()?));
            }
            self.skip_one();
        }
        Ok(StepKind::Summarize(Vec::new()))
    }

    /// What it joins with, where that is said plainly; the rest of the step is skipped.
    fn join(&mut self, name: &str) -> Join {
        let kind = if name == "lookup" { "leftouter" } else { "innerunique" };
        let mut join = Join { kind: kind.to_owned(), table: None, on: None };
        // `kind=leftanti`, `hint.strategy=broadcast`
        loop {
            let is_hint = matches!((self.peek(), self.ahead(1)), (Token::Name("hint"), Token::Sign(".")));
            let at = if is_hint { 2 } else { 0 };
            let (option, sign, value) = (self.ahead(at), self.ahead(at + 1), self.ahead(at + 2));
            let (Token::Name(option), Token::Sign("="), Token::Name(value)) = (option, sign, value) else {
                break;
            };
            if *option == "kind" && !is_hint {
                (*value).clone_into(&mut join.kind);
            }
            (0..at + 3).for_each(|_| _ = self.next());
        }
        let start = self.start();
        if self.is("(") || matches!((self.peek(), self.ahead(1)), (Token::Name(_), Token::Name("on"))) {
            self.skip_one();
            join.table = Some(self.since(start));
            let start = self.start();
            self.skip_step();
            join.on = join_columns(self.text(self.since(start)));
        } else {
            self.skip_step();
        }
        join
    }

    /// One or more, with commas between.
    fn list_of<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
        let mut found = vec![one(self)?];
        while self.accept(",") {
            found.push(one(self)?);
        }
        Ok(found)
    }

    fn named_list(&mut self) -> Result<Vec<Named>, Wrong> {
        self.list_of(Self::named)
    }

    fn named(&mut self) -> Result<Named, Wrong> {
        let mut names = Vec::new();
        let bracketed =
            matches!(self.ahead(2), Token::Sign("]")) && matches!(self.ahead(3), Token::Sign("="));
        if matches!((self.peek(), self.ahead(1)), (Token::Name(_), Token::Sign("="))) || bracketed {
            names.push(self.name("a column")?);
            self.expect("=")?;
        } else if let Some(several) = self.several_names()? {
            names = several;
        }
        Ok(Named { names, value: self.expression()? })
    }

    /// `(a, b) =`
    fn several_names(&mut self) -> Result<Option<Vec<String>>, Wrong> {
        let only_names = matches!(
            (self.peek(), self.ahead(1), self.ahead(2)),
            (Token::Sign("("), Token::Name(_), Token::Sign("," | ")"))
        );
        let mut by = 1;
        while only_names && matches!((self.ahead(by), self.ahead(by + 1)), (Token::Name(_), Token::Sign(",")))
        {
            by += 2;
        }
        let closes = matches!(
            (self.ahead(by), self.ahead(by + 1), self.ahead(by + 2)),
            (Token::Name(_), Token::Sign(")"), Token::Sign("="))
        );
        if !only_names || !closes {
            return Ok(None);
        }
        self.next();
        let names = self.list_of(|parser| parser.name("a column"))?;
        self.expect(")")?;
        self.expect("=")?;
        Ok(Some(names))
    }

    /// Names of columns, which may hold `*`.
    fn column_patterns(&mut self) -> Result<Vec<(String, lownoise_engine::span::Span)>, Wrong> {
        self.list_of(|parser| {
            let start = parser.start();
            if !matches!(parser.peek(), Token::Name(_) | Token::Sign("*" | "[")) {
                return Err(parser.unexpected("a column"));
            }
            while matches!(parser.peek(), Token::Name(_) | Token::Integer(_) | Token::Sign("*" | "[")) {
                if matches!(parser.peek(), Token::Name("asc" | "desc" | "granny")) {
                    parser.next();
                    break;
                }
                parser.skip_one();
            }
            let span = parser.since(start);
            let text = parser.text(span);
            let plain = text.strip_prefix("['").and_then(|text| text.strip_suffix("']")).unwrap_or(text);
            Ok((plain.split_whitespace().next().unwrap_or("").to_owned(), span))
        })
    }

    fn orders(&mut self) -> Result<Vec<OrderBy>, Wrong> {
        self.list_of(Self::order)
    }

    fn order(&mut self) -> Result<OrderBy, Wrong> {
        let value = self.expression()?;
        let ascending = self.accept_word("asc");
        if !ascending {
            self.accept_word("desc");
        }
        let mut nulls_first = None;
        if self.accept_word("nulls") {
            nulls_first = Some(self.accept_word("first"));
            self.accept_word("last");
        }
        Ok(OrderBy { value, descending: !ascending, nulls_first })
    }
}

/// The one column on each side: `on Name`, `on $left.A == $right.B`.
fn join_columns(text: &str) -> Option<(String, String)> {
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let on = text.trim().strip_prefix("on")?.trim();
    let (left, right) = match on.split_once("==") {
        None => (on, on),
        Some((one, other)) => match (one.trim().strip_prefix("$left."), other.trim().strip_prefix("$right."))
        {
            (Some(left), Some(right)) => (left.trim(), right.trim()),
            _ => (other.trim().strip_prefix("$left.")?, one.trim().strip_prefix("$right.")?.trim()),
        },
    };
    (is_name(left) && is_name(right)).then(|| (left.to_owned(), right.to_owned()))
}
