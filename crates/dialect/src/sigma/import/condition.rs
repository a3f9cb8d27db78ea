//! A condition: names of selections, `1 of`, `all of`, `not`, `and`, `or`, in that order of precedence. Knows no
//! selections.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::Span;

use crate::yaml::Node;

/// How deep parentheses and `not` may be nested.
const DEEPEST: usize = 100;

/// How many words a condition may have.
const LONGEST: usize = 50_000;

/// A condition, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// What a condition is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A selection.
    Name(String),
    /// So many of the selections whose names are like this; `None`: all of them.
    Of(Option<usize>, String),
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    /// What counts events, `| count() > 5`, behind a condition.
    Counting(Box<Expression>, Span),
}

type Read<T> = Result<T, Box<Diagnostic>>;

/// Reads a condition. Linear.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn read(node: &Node, source: &str) -> Read<Expression> {
    let Some(text) = node.text() else {
        return Err(wrong("a condition is a text", node.span, "no text").into());
    };
    let mut parser = Parser { words: words(text, node.span, source)?, at: 0, depth: 0, whole: node.span };
    let found = parser.any()?;
    let Some(word) = parser.peek().cloned() else { return Ok(found) };
    if word.text == "|" {
        let end = parser.words.last().map_or(word.span, |last| last.span);
        let counting = word.span.to(end);
        let span = found.span.to(end);
        return Ok(Expression { kind: Kind::Counting(Box::new(found), counting), span });
    }
    let label =
        if word.text == ")" { "no `(` stands before it" } else { "`and` or `or` is missing before it" };
    Err(wrong(format!("`{}` is not expected here", word.text), word.span, label).into())
}

fn wrong(message: impl Into<String>, span: Span, label: &str) -> Diagnostic {
    Diagnostic::error("sigma-condition", message, span, label)
}

#[derive(Debug, Clone)]
struct Word {
    text: String,
    span: Span,
}

/// The words of a condition, each with its place where that can be told.
fn words(text: &str, whole: Span, source: &str) -> Read<Vec<Word>> {
    let written = source.get(whole.range()).unwrap_or("");
    let quote = usize::from(written.starts_with(['\'', '"']));
    let exact = written.get(quote..).is_some_and(|written| written.starts_with(text));
    let place = |from: usize, to: usize| {
        let start = whole.range().start + quote;
        if exact { Span::new(whole.source, start + from..start + to) } else { whole }
    };
    let mut found = Vec::new();
    let mut letters = text.char_indices().peekable();
    let mut counting = false;
    while let Some((start, letter)) = letters.next() {
        if letter.is_whitespace() {
            continue;
        }
        let is_word = |letter: char| letter.is_alphanumeric() || "_-*.".contains(letter);
        let mut end = start + letter.len_utf8();
        if is_word(letter) {
            while let Some((at, next)) = letters.next_if(|(_, next)| is_word(*next)) {
                end = at + next.len_utf8();
            }
        } else if letter == '|' {
            counting = true;
        } else if !counting && letter != '(' && letter != ')' {
            let message = format!("`{letter}` has no meaning in a condition");
            return Err(wrong(message, place(start, end), "not understood").into());
        }
        found.push(Word { text: text.get(start..end).unwrap_or("").to_owned(), span: place(start, end) });
        if found.len() > LONGEST {
            let message = format!("this condition has more than {LONGEST} words");
            return Err(wrong(message, place(start, end), "too long").into());
        }
    }
    Ok(found)
}

struct Parser {
    words: Vec<Word>,
    at: usize,
    depth: usize,
    whole: Span,
}

impl Parser {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.at)
    }

    /// Whether the next word is this one, which is then passed.
    fn passes(&mut self, word: &str) -> Option<Span> {
        let found = self.peek().filter(|next| next.text.eq_ignore_ascii_case(word))?.span;
        self.at += 1;
        Some(found)
    }

    fn any(&mut self) -> Read<Expression> {
        self.joined("or", Self::all, Kind::Or)
    }

    fn all(&mut self) -> Read<Expression> {
        self.joined("and", Self::one, Kind::And)
    }

    fn joined(
        &mut self,
        word: &str,
        part: impl Fn(&mut Self) -> Read<Expression>,
        kind: impl Fn(Vec<Expression>) -> Kind,
    ) -> Read<Expression> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.passes(word).is_some() {
            parts.push(part(self)?);
        }
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.whole,
        };
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => Ok(only),
            (last, _) => {
                parts.extend(last);
                Ok(Expression { kind: kind(parts), span })
            }
        }
    }

    fn one(&mut self) -> Read<Expression> {
        self.depth += 1;
        let found = self.nested();
        self.depth -= 1;
        found
    }

    fn nested(&mut self) -> Read<Expression> {
        let Some(word) = self.peek().cloned() else {
            let end = self.words.last().map_or(self.whole, |last| last.span);
            return Err(
                wrong("this condition ends too early", end, "a selection is missing behind it").into()
            );
        };
        if self.depth > DEEPEST {
            let message = format!("this condition is nested more than {DEEPEST} deep");
            return Err(wrong(message, word.span, "too deep").into());
        }
        if let Some(not) = self.passes("not") {
            let inner = self.one()?;
            let span = not.to(inner.span);
            return Ok(Expression { kind: Kind::Not(Box::new(inner)), span });
        }
        if let Some(open) = self.passes("(") {
            let mut inner = self.any()?;
            let Some(close) = self.passes(")") else {
                let end = self.peek().map_or(open, |word| word.span);
                let missing = wrong("a `)` is missing", end, "expected before this, or at the end");
                return Err(missing.and(open, "this is open").into());
            };
            inner.span = open.to(close);
            return Ok(inner);
        }
        self.at += 1;
        if let Some(kind) = self.counted(&word) {
            let end = self.words.get(self.at.saturating_sub(1)).map_or(word.span, |last| last.span);
            return Ok(Expression { kind, span: word.span.to(end) });
        }
        let reserved = ["and", "or", "of", "them", "all", "any", ")", "|"];
        if reserved.iter().any(|reserved| word.text.eq_ignore_ascii_case(reserved)) {
            let message = format!("`{}` stands where a selection is expected", word.text);
            return Err(wrong(message, word.span, "not a selection").into());
        }
        Ok(Expression { kind: Kind::Name(word.text), span: word.span })
    }

    /// `1 of them`, `all of filter_*`, `any of …`, behind the first word.
    fn counted(&mut self, word: &Word) -> Option<Kind> {
        let count = match word.text.to_ascii_lowercase().as_str() {
            "all" => None,
            "any" => Some(1),
            number => Some(number.parse().ok()?),
        };
        let pattern = self.words.get(self.at + 1)?.text.clone();
        self.passes("of")?;
        self.at += 1;
        let pattern = if pattern.eq_ignore_ascii_case("them") { "them".to_owned() } else { pattern };
        Some(Kind::Of(count, pattern))
    }
}

/// Whether a name is like a pattern, in which `*` stands for any letters. Linear in the product of the two.
pub(super) fn is_like(name: &str, pattern: &str) -> bool {
    if pattern == "them" {
        return !name.starts_with('_');
    }
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            match rest.split_once(middle) {
                Some((_, behind)) => rest = behind,
                None => return false,
            }
        }
    }
    match last {
        None => rest.is_empty(),
        Some(last) => rest.ends_with(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(expression: &Expression) -> String {
        let joined = |parts: &[Expression], word: &str| {
            format!("({})", parts.iter().map(spelled).collect::<Vec<_>>().join(word))
        };
        match &expression.kind {
            Kind::Name(name) => name.clone(),
            Kind::Of(count, pattern) => {
                format!("{} of {pattern}", count.map_or("all".to_owned(), |count| count.to_string()))
            }
            Kind::Not(inner) => format!("!{}", spelled(inner)),
            Kind::And(parts) => joined(parts, " & "),
            Kind::Or(parts) => joined(parts, " | "),
            Kind::Counting(inner, _) => format!("{}…", spelled(inner)),
        }
    }

    fn parsed(condition: &str) -> Read<Expression> {
        let source = format!("condition: {condition}");
        let stream = crate::yaml::parse(&source).unwrap();
        read(stream.documents[0].get("condition").unwrap(), &source)
    }

    #[test]
    fn conditions_bind_as_the_specification_says() {
        for (condition, expected) in [
            ("a", "a"),
            ("a or b and not c", "(a | (b & !c))"),
            ("(a or b) and c", "((a | b) & c)"),
            ("not a and not b", "(!a & !b)"),
            ("NOT a AND b", "(!a & b)"),
            ("1 of sel* and not 1 of filter_*", "(1 of sel* & !1 of filter_*)"),
            ("all of them", "all of them"),
            ("any of them or 2 of x_*", "(1 of them | 2 of x_*)"),
            ("notepad and ordinary", "(notepad & ordinary)"),
            ("not (not (a))", "!!a"),
            ("a | count() by x > 5", "a…"),
            ("'a and b'", "(a & b)"),
            ("1 of a-*", "1 of a-*"),
        ] {
            assert_eq!(spelled(&parsed(condition).unwrap()), expected, "{condition}");
        }
    }

    #[test]
    fn what_is_wrong_says_where() {
        for (condition, words, at) in [
            ("a and", "ends too early", 13),
            ("(a or b", "a `)` is missing", 11),
            ("a b", "`b` is not expected", 13),
            ("a)", "`)` is not expected", 12),
            ("a and or b", "`or` stands where", 17),
            ("a & b", "`&` has no meaning", 13),
            ("1 of", "`of` is not expected", 13),
            ("all of", "`all` stands where", 11),
        ] {
            let wrong = parsed(condition).expect_err(condition);
            assert!(wrong.message.contains(words), "{condition}: {}", wrong.message);
            assert_eq!(wrong.labels[0].span.start, at, "{condition}: {}", wrong.message);
        }
    }

    #[test]
    fn hostile_conditions_end_soon() {
        let began = std::time::Instant::now();
        let deep = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(parsed(&deep).unwrap_err().message.contains("nested more than"));
        assert!(parsed(&"not ".repeat(10_000)).unwrap_err().message.contains("nested more than"));
        assert!(parsed(&"or ".repeat(350_000)).is_err());
        assert!(parsed(&"a or ".repeat(200_000)).unwrap_err().message.contains("words"));
        assert!(parsed(&"(a".repeat(10_000)).is_err());
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn patterns_of_names() {
        for (name, pattern, like) in [
            ("filter_a", "filter_*", true),
            ("filter", "filter_*", false),
            ("a_filter_b", "*filter*", true),
            ("a_b", "a*b", true),
            ("ab", "a*b*c", false),
            ("axbxc", "a*b*c", true),
            ("_a", "them", false),
            ("a", "them", true),
            ("aa", "a*a", true),
            ("a", "a*a", false),
            ("a", "a", true),
        ] {
            assert_eq!(is_like(name, pattern), like, "{name} {pattern}");
        }
    }
}
