//! Facts between columns, as assumptions: the type of an address follows from the address, the name of a file from
//! its path. Under them, a test on what follows is a test on what it follows from, and is rewritten into one.

use std::borrow::Cow;

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::op::{
    AddressClass, AddressSet, Case, Operator, Pattern, SENSOR_MAPPED, SENSOR_TYPES, TextOperator,
    is_term_character, sensor_type,
};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::schema::{Schema, basename};
use lownoise_engine::value::{OwnedValue, Value};

/// What may be assumed about the events of a table. Real sensors break both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assumptions {
    /// Columns that say an address's type say what follows from the address. Sensors leave it empty at times.
    pub types_follow: bool,
    /// Columns that name a file say the last segment of its path. Sensors cut names, and processes rename themselves.
    pub names_follow: bool,
}

impl Assumptions {
    /// In words, for the reader of a proof.
    #[must_use]
    pub fn words(self, schema: &Schema) -> Vec<String> {
        let said = |name: &str, of: &str| format!("`{name}` follows from `{of}`");
        let types = schema.columns.iter().filter(|_| self.types_follow);
        let types = types.filter_map(|column| Some(said(&column.name, column.type_of.as_ref()?)));
        let names = schema.columns.iter().filter(|_| self.names_follow);
        let names = names.filter_map(|column| Some(said(&column.name, column.basename_of.as_ref()?)));
        types.chain(names).collect()
    }

    /// The predicate with tests on what follows rewritten. A regular expression on a name stays what it is: then less
    /// is assumed than might be.
    pub(crate) fn rewrite<'p>(self, predicate: &'p Predicate, schema: &Schema) -> Cow<'p, Predicate> {
        if self == Self::default() {
            Cow::Borrowed(predicate)
        } else {
            Cow::Owned(self.rewritten(predicate, schema))
        }
    }

    fn rewritten(self, predicate: &Predicate, schema: &Schema) -> Predicate {
        let parts = |parts: &[Predicate]| parts.iter().map(|part| self.rewritten(part, schema)).collect();
        match predicate {
            Predicate::All(all) => Predicate::All(parts(all)),
            Predicate::Any(any) => Predicate::Any(parts(any)),
            Predicate::Not(part) => Predicate::Not(Box::new(self.rewritten(part, schema))),
            Predicate::Test(test) => self.test(test, schema).unwrap_or_else(|| predicate.clone()),
            Predicate::Pair(_) | Predicate::Opaque(_) => predicate.clone(),
        }
    }

    fn test(self, test: &Test, schema: &Schema) -> Option<Predicate> {
        if let Some(address) = address_of(test.column, schema).filter(|_| self.types_follow) {
            return Some(by_address(test, address));
        }
        let path = path_of(test.column, schema).filter(|_| self.names_follow)?;
        by_path(test, path)
    }

    /// Makes what follows follow.
    pub(crate) fn apply(self, event: &mut OwnedEvent, schema: &Schema) {
        for column in schema.ids() {
            let text = if let Some(address) = address_of(column, schema).filter(|_| self.types_follow) {
                sensor_type(event.value(address).text()).unwrap_or("").to_owned()
            } else if let Some(path) = path_of(column, schema).filter(|_| self.names_follow) {
                basename(event.value(path).text()).to_owned()
            } else {
                continue;
            };
            event.set(column, OwnedValue::Text(text));
        }
    }
}

/// The address column whose type a column says.
fn address_of(column: ColumnId, schema: &Schema) -> Option<ColumnId> {
    schema.definition(column)?.type_of.as_ref().and_then(|address| schema.column(address))
}

/// The path column whose last segment a column is.
pub(crate) fn path_of(column: ColumnId, schema: &Schema) -> Option<ColumnId> {
    schema.definition(column)?.basename_of.as_ref().and_then(|path| schema.column(path))
}

/// The addresses whose type the test holds on.
fn by_address(test: &Test, address: ColumnId) -> Predicate {
    let leaf = |operator| Predicate::Test(Test { column: address, operator, span: test.span });
    let networks = |written: &[&str]| {
        Operator::In(AddressSet {
            networks: written.iter().filter_map(|network| network.parse().ok()).collect(),
            classes: Vec::new(),
        })
    };
    let classes = |classes: &[AddressClass]| {
        leaf(Operator::In(AddressSet { networks: Vec::new(), classes: classes.to_vec() }))
    };
    // The canonical spelling of a v4-mapped address begins like this, and so does no other address's.
    let spelled = Operator::Text {
        operator: TextOperator::StartsWith,
        literals: vec!["::ffff:".to_owned()],
        case: Case::Sensitive,
    };
    let mapped = || Predicate::All(vec![leaf(spelled.clone()), leaf(networks(&["0.0.0.0/0"]))]);
    let holds = |word: &str| test.operator.holds(Value::Text(word));
    let mut any = Vec::new();
    for (word, of) in SENSOR_TYPES.iter().filter(|(word, _)| holds(word)) {
        debug_assert!(!word.is_empty(), "a type is a word");
        any.push(Predicate::All(vec![classes(of), Predicate::Not(Box::new(mapped()))]));
    }
    if holds(SENSOR_MAPPED) {
        any.push(mapped());
    }
    if holds("") {
        any.push(Predicate::Not(Box::new(leaf(networks(&["0.0.0.0/0", "::/0"])))));
    }
    Predicate::Any(any)
}

/// A character of a term, as `is_term_character` says it.
const TERM: &str = r"\p{Alphabetic}\p{N}";

/// The paths on whose last segment, as [`basename`] says it, the test holds: each operator has a regular expression for
/// it. A whole name, which most tests ask for, is cheaper without.
fn by_path(test: &Test, path: ColumnId) -> Option<Predicate> {
    let leaf = |operator| Predicate::Test(Test { column: path, operator, span: test.span });
    let (expressions, case): (Vec<String>, Case) = match &test.operator {
        Operator::Exists => {
            (KINDS.map(|kind| kind.of("", "", &format!("[^{}]", kind.class()))).into(), Case::Sensitive)
        }
        Operator::Text { operator: TextOperator::Equals, literals, case } => {
            return Some(by_whole_name(literals, *case, &leaf));
        }
        Operator::Text { operator, literals, case } => {
            let ways = literals.iter().flat_map(|literal| KINDS.map(|kind| (kind, literal)));
            let within = ways.filter(|(kind, literal)| !literal.contains(kind.separators()));
            (within.map(|(kind, literal)| kind.of_last_segment(*operator, literal)).collect(), *case)
        }
        _ => return None,
    };
    let patterns =
        expressions.iter().map(|text| Pattern::new(text, case).ok()).collect::<Option<Vec<_>>>()?;
    Some(leaf(Operator::Matches(patterns)))
}

/// The paths whose last segment is one of these.
fn by_whole_name(names: &[String], case: Case, leaf: &dyn Fn(Operator) -> Predicate) -> Predicate {
    let text = |operator, literals| leaf(Operator::Text { operator, literals, case });
    let unix = || text(TextOperator::StartsWith, vec!["/".to_owned()]);
    let names: Vec<&String> = names.iter().filter(|name| !name.contains('/')).collect();
    let (odd, names): (Vec<&String>, Vec<&String>) = names.into_iter().partition(|name| name.contains('\\'));
    let behind =
        |separator: char, names: &[&String]| names.iter().map(|name| format!("{separator}{name}")).collect();
    let mut any = vec![
        text(TextOperator::Equals, names.iter().copied().cloned().collect()),
        text(TextOperator::EndsWith, behind('/', &names)),
        Predicate::All(vec![
            text(TextOperator::EndsWith, behind('\\', &names)),
            Predicate::Not(Box::new(unix())),
        ]),
    ];
    if !odd.is_empty() {
        any.push(Predicate::All(vec![text(TextOperator::EndsWith, behind('/', &odd)), unix()]));
    }
    Predicate::Any(any)
}

/// A kind of path, by how it begins.
#[derive(Clone, Copy)]
enum PathKind {
    /// With a slash: only slashes separate.
    Unix,
    /// With anything else: backslashes do, too.
    Other,
}

const KINDS: [PathKind; 2] = [PathKind::Unix, PathKind::Other];

impl PathKind {
    fn separators(self) -> &'static [char] {
        match self {
            Self::Unix => &['/'],
            Self::Other => &['/', '\\'],
        }
    }

    /// As they stand in a class of characters.
    fn class(self) -> &'static str {
        match self {
            Self::Unix => "/",
            Self::Other => r"/\\",
        }
    }

    /// A path whose last segment is these: something at its beginning, anywhere in it, and at its end.
    fn of(self, first: &str, middle: &str, last: &str) -> String {
        let begins = match (self, first.is_empty()) {
            (Self::Unix, false) => "^/(?s:.*/)?",
            (Self::Unix, true) => "^/(?s:.*)",
            (Self::Other, false) => r"^(?:[^/](?s:.*)[/\\]|\\)?",
            (Self::Other, true) => "^(?:[^/](?s:.*))?",
        };
        format!("{begins}{first}{middle}{last}$")
    }

    /// Where the operator finds the literal (without a separator) in the last segment.
    fn of_last_segment(self, operator: TextOperator, literal: &str) -> String {
        let (text, class) = (regex_syntax::escape(literal), self.class());
        let rest = format!("[^{class}]*");
        let edge = |at: Option<char>| at.is_some_and(is_term_character);
        // A term ends where no character of one follows.
        let other = format!("[^{class}{TERM}]");
        let behind =
            if edge(literal.chars().next_back()) { format!("(?:{other}{rest})?") } else { rest.clone() };
        let before = edge(literal.chars().next());
        match operator {
            TextOperator::Equals => self.of(&text, "", ""),
            TextOperator::StartsWith => self.of(&text, "", &rest),
            TextOperator::EndsWith => self.of("", &text, ""),
            TextOperator::Has if before => self.as_term(&text, &behind),
            TextOperator::HasPrefix if before => self.as_term(&text, &rest),
            TextOperator::Contains | TextOperator::HasPrefix => self.of("", &text, &rest),
            TextOperator::Has | TextOperator::HasSuffix => self.of("", &text, &behind),
        }
    }

    /// The text at the beginning of a term: of the name's first, or behind what is in no term.
    fn as_term(self, text: &str, behind: &str) -> String {
        let begins = match self {
            Self::Unix => format!("^/(?s:.*[^{TERM}])?"),
            Self::Other => format!("^(?:[^/](?s:.*[^{TERM}])|[^/{TERM}])?"),
        };
        format!("{begins}{text}{behind}$")
    }
}

#[cfg(test)]
mod tests {
    use lownoise_engine::event::OwnedEvent;
    use lownoise_engine::span::Span;
    use lownoise_engine::value::OwnedValue;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const PIECES: [&str; 13] = ["", "/", "\\", "a", "A", "ab", " ", "_", "-", "é", "1", ".", "\n"];

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(select(&PIECES[..]), 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_test_on_the_name_is_a_test_on_the_path(
            path in text(),
            literals in prop::collection::vec(text(), 1..3),
            operator in select(&TextOperator::ALL[..]),
            fold: bool,
        ) {
            let case = if fold { Case::Insensitive } else { Case::Sensitive };
            let operator = Operator::Text { operator, literals, case };
            for operator in [operator, Operator::Exists] {
                let test = Test { column: ColumnId(0), operator, span: Span::default() };
                let rewritten = by_path(&test, ColumnId(0)).unwrap();
                let event = OwnedEvent { values: vec![OwnedValue::Text(path.clone())] };
                let expected = test.operator.holds(Value::Text(basename(&path)));
                prop_assert_eq!(rewritten.holds(&event.borrow()), expected, "{:?}", rewritten);
            }
        }
    }
}
