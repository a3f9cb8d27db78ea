//! The place in the tokens, and what every part of the grammar needs: looking ahead, expecting, skipping what is only
//! text. Statements.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::Span;

use super::ast::{Expression, ExpressionKind, Let, Pipeline, Query};
use super::token::{Comment, Placed, Token, wrong};

/// Why a text is no query.
pub(super) type Wrong = Box<Diagnostic>;

/// How deep brackets and operators may nest.
pub(super) const DEEPEST: usize = 64;

const PAIRS: [(&str, &str); 3] = [("(", ")"), ("[", "]"), ("{", "}")];

/// For each token that opens a bracket, the place of the one that closes it.
pub(super) fn matched(tokens: &[Placed<'_>]) -> Result<Vec<Option<usize>>, Wrong> {
    let mut closed_by = vec![None; tokens.len()];
    let mut open: Vec<(usize, &'static str, &Placed<'_>)> = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let Token::Sign(sign) = token.0 else { continue };
        if let Some((_, close)) = PAIRS.into_iter().find(|(opens, _)| *opens == sign) {
            if open.len() == DEEPEST {
                return Err(too_deep(token.1.start));
            }
            open.push((place, close, token));
        } else if PAIRS.into_iter().any(|(_, closes)| closes == sign) {
            match open.pop() {
                Some((at, close, _)) if close == sign => {
                    if let Some(slot) = closed_by.get_mut(at) {
                        *slot = Some(place);
                    }
                }
                Some((_, close, (_, opened))) => {
                    let message = format!("expected `{close}`, found `{sign}`");
                    let wrong = wrong(message, token.1.clone(), "does not match");
                    return Err(Box::new(wrong.and(Span::new(0, opened.clone()), "this is still open")));
                }
                None => {
                    let message = format!("`{sign}` closes nothing");
                    return Err(Box::new(wrong(message, token.1.clone(), "nothing is open here")));
                }
            }
        }
    }
    match open.pop() {
        Some((_, close, (_, opened))) => {
            Err(Box::new(wrong(format!("`{close}` is missing"), opened.clone(), "this is never closed")))
        }
        None => Ok(closed_by),
    }
}

/// What is nested more deeply than anybody writes.
pub(super) fn too_deep(at: usize) -> Wrong {
    let message = format!("nested more than {DEEPEST} levels deep");
    Box::new(wrong(message, at..at + 1, "one level too many").help("take parts of it out with `let`"))
}

/// A place among the tokens.
pub(super) struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Placed<'t>>,
    closed_by: Vec<Option<usize>>,
    place: usize,
    /// How many expressions are being read, each within the last.
    pub(super) depth: usize,
    /// The texts that were read.
    pub(super) found: Vec<(String, Span)>,
}

impl<'t> Parser<'t> {
    /// At the first token.
    pub(super) fn new(text: &'t str, tokens: Vec<Placed<'t>>, closed_by: Vec<Option<usize>>) -> Self {
        Self { text, tokens, closed_by, place: 0, depth: 0, found: Vec::new() }
    }

    /// The whole text.
    pub(super) fn query(mut self, comments: Vec<Comment>) -> Result<Query, Wrong> {
        let mut lets = Vec::new();
        let mut main: Option<(Pipeline, Span)> = None;
        loop {
            while self.accept(";") {}
            let start = self.start();
            match *self.peek() {
                Token::End => break,
                Token::Name("let") => lets.push(self.binding()?),
                Token::Name("declare") => lets.extend(self.parameters()?),
                Token::Name("set" | "alias" | "restrict") => self.skip_statement(),
                _ => {
                    let pipeline = self.pipeline()?;
                    let span = self.since(start);
                    if let Some((_, first)) = main {
                        let wrong = wrong("this is a second query", span.range(), "begins here");
                        let wrong = wrong.and(first, "the first one").help("import one query at a time");
                        return Err(Box::new(wrong));
                    }
                    main = Some((pipeline, span));
                }
            }
            if *self.peek() != Token::End && !self.is(";") {
                return Err(self.unexpected("`|` or `;`"));
            }
        }
        if let Some((main, _)) = main {
            Ok(Query { lets, main, comments, texts: self.found })
        } else {
            let help = "a query begins with a table, as in `DeviceNetworkEvents | where …`";
            Err(Box::new(wrong("there is no query", 0..0, "").help(help)))
        }
    }

    fn binding(&mut self) -> Result<Let, Wrong> {
        let start = self.start();
        self.next();
        let name = self.name("a name")?;
        self.expect("=")?;
        let value = if self.is_function() {
            self.skip_statement();
            None
        } else {
            let pipeline = self.pipeline()?;
            Some(as_expression(pipeline, self.since(start)))
        };
        Ok(Let { name, value, parameter: false, span: self.since(start) })
    }

    /// `(…) { … }`, perhaps with `view` before it.
    fn is_function(&self) -> bool {
        let open = self.place + usize::from(*self.peek() == Token::Name("view"));
        let close = self.closed_by.get(open).copied().flatten();
        let body = close.and_then(|close| self.tokens.get(close + 1));
        matches!(body, Some((Token::Sign("{"), _)))
    }

    /// `declare query_parameters(a:string = "x", …)`
    fn parameters(&mut self) -> Result<Vec<Let>, Wrong> {
        self.next();
        self.name("`query_parameters`")?;
        self.expect("(")?;
        let mut found = Vec::new();
        while !self.accept(")") {
            let start = self.start();
            let name = self.name("the name of a parameter")?;
            self.expect(":")?;
            self.name("its type")?;
            let value = if self.accept("=") { Some(self.expression()?) } else { None };
            found.push(Let { name, value, parameter: true, span: self.since(start) });
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok(found)
    }

    fn skip_statement(&mut self) {
        while !self.is(";") && *self.peek() != Token::End {
            self.skip_one();
        }
    }

    /// The token here.
    pub(super) fn peek(&self) -> &Token<'t> {
        self.ahead(0)
    }

    /// A later token.
    pub(super) fn ahead(&self, by: usize) -> &Token<'t> {
        self.tokens.get(self.place + by).map_or(&Token::End, |(token, _)| token)
    }

    /// Whether two neighbours touch.
    pub(super) fn touches(&self, by: usize) -> bool {
        let range = |by: usize| self.tokens.get(self.place + by).map(|(_, range)| range.clone());
        matches!((range(by), range(by + 1)), (Some(left), Some(right)) if left.end == right.start)
    }

    /// Takes the token here.
    pub(super) fn next(&mut self) -> Token<'t> {
        let token = self.peek().clone();
        self.place += 1;
        token
    }

    /// Steps over a token, and over all that is in its brackets.
    pub(super) fn skip_one(&mut self) {
        let close = self.closed_by.get(self.place).copied().flatten();
        self.place = close.unwrap_or(self.place) + 1;
    }

    /// Whether a sign stands here.
    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    /// Takes a sign if it stands here.
    pub(super) fn accept(&mut self, sign: &str) -> bool {
        let here = self.is(sign);
        self.place += usize::from(here);
        here
    }

    /// Takes a word if it stands here.
    pub(super) fn accept_word(&mut self, word: &str) -> bool {
        let here = matches!(self.peek(), Token::Name(found) if *found == word);
        self.place += usize::from(here);
        here
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), Wrong> {
        if self.accept(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    /// A name, plain or as `['…']`.
    pub(super) fn name(&mut self, wanted: &str) -> Result<String, Wrong> {
        if let (Token::Sign("["), Token::Text(name), Token::Sign("]")) =
            (self.peek(), self.ahead(1), self.ahead(2))
        {
            let name = name.clone();
            self.place += 3;
            return Ok(name);
        }
        match *self.peek() {
            Token::Name(name) => {
                self.place += 1;
                Ok(name.to_owned())
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    /// Where the token here begins.
    pub(super) fn start(&self) -> usize {
        self.tokens.get(self.place).map_or(self.text.len(), |(_, range)| range.start)
    }

    /// From a place to the end of the token before this one.
    pub(super) fn since(&self, start: usize) -> Span {
        let before = self.place.checked_sub(1).and_then(|place| self.tokens.get(place));
        Span::new(0, start..before.map_or(start, |(_, range)| range.end.max(start)))
    }

    /// The text of a span.
    pub(super) fn text(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// An error about the token here.
    pub(super) fn unexpected(&self, wanted: &str) -> Wrong {
        let range =
            self.tokens.get(self.place).map_or(self.text.len()..self.text.len(), |(_, range)| range.clone());
        let found = match self.peek() {
            Token::End => "the end".to_owned(),
            _ => format!("`{}`", self.text.get(range.clone()).unwrap_or("")),
        };
        Box::new(wrong(format!("expected {wanted}, found {found}"), range, &format!("expected {wanted}")))
    }
}

/// A pipeline without steps is its source.
pub(super) fn as_expression(pipeline: Pipeline, span: Span) -> Expression {
    if pipeline.steps.is_empty() {
        return pipeline.source;
    }
    Expression { kind: ExpressionKind::Pipeline(Box::new(pipeline)), span }
}
