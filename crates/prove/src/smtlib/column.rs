//! One column of one row in SMT-LIB: its variables, what they may be, and each test on it. Knows operators, no formulas.

use std::collections::BTreeSet;

use lownoise_engine::op::{Case, Comparison, Operator, Pattern, TextOperator, is_term_character};
use lownoise_engine::value::Kind;
use regex_syntax::hir::Hir;

use super::letters::{Letters, Set, TERM, has, quoted};
use super::{Inexpressible, address, joined, regex};

/// The variables of a column.
#[derive(Debug)]
pub(super) struct Column {
    variable: String,
    sort: Sort,
    /// Whether text that is missing is told from text that is empty.
    optional: bool,
}

#[derive(Debug)]
enum Sort {
    /// A text. Where tests look at classes of characters, only these occur.
    Text(Option<Letters>),
    /// An address, as a text that spells it canonically, or is none.
    SpelledAddress(Letters),
    /// An address as a number; a second variable says whether it is one.
    Address,
    /// A number or a time.
    Number,
    Bool,
}

impl Column {
    /// The variables of a column of a kind, for these tests on it.
    pub(super) fn new(variable: &str, kind: Kind, tests: &[&Operator]) -> Result<Self, Inexpressible> {
        let spelled = tests.iter().any(|test| matches!(test, Operator::Text { .. } | Operator::Matches(_)));
        let sort = match kind {
            Kind::Text if tests.iter().any(|test| looks_at_classes(test)) => {
                Sort::Text(Some(Letters::of(&sets(tests)?)?))
            }
            Kind::Text => Sort::Text(None),
            Kind::Address if spelled => {
                let mut sets = sets(tests)?;
                let (valid, canonical) = address::ipv6_texts();
                for text in [valid, canonical] {
                    regex::read_sets(&syntax(&text)?, &mut sets);
                }
                Sort::SpelledAddress(Letters::of(&sets)?)
            }
            Kind::Address => Sort::Address,
            Kind::Number | Kind::Time => Sort::Number,
            Kind::Bool => Sort::Bool,
        };
        let optional = kind == Kind::Text && tests.contains(&&Operator::Present);
        Ok(Self { variable: variable.to_owned(), sort, optional })
    }

    /// Declarations and bounds of the variables.
    pub(super) fn declarations(&self) -> Vec<String> {
        let x = &self.variable;
        let of = |sort: &str| format!("(declare-const {x} {sort})");
        let flag = |name: &str| format!("(declare-const {x}-{name} Bool)");
        let mut declarations = match &self.sort {
            Sort::Text(None) => vec![of("String")],
            Sort::Text(Some(letters)) => {
                vec![of("String"), format!("(assert (str.in_re {x} {}))", letters.texts())]
            }
            Sort::SpelledAddress(letters) => {
                let (valid, canonical) = address::ipv6_texts();
                let [valid, canonical] =
                    [valid, canonical].map(|text| found(&text, letters).unwrap_or_default());
                vec![
                    of("String"),
                    format!("(assert (str.in_re {x} {}))", letters.texts()),
                    format!("(assert (or (not (str.in_re {x} {valid})) (str.in_re {x} {canonical})))"),
                ]
            }
            Sort::Address => vec![
                of("Int"),
                format!("(assert (<= 0 {x} {}))", u128::MAX),
                flag("is-address"),
                flag("is-missing"),
                format!("(assert (not (and {x}-is-address {x}-is-missing)))"),
            ],
            Sort::Number => vec![
                of("Int"),
                format!("(assert (<= {} {x} {}))", integer(i64::MIN), integer(i64::MAX)),
                flag("is-missing"),
            ],
            Sort::Bool => vec![of("Bool"), flag("is-missing")],
        };
        if self.optional {
            declarations.push(flag("is-missing"));
            declarations.push(format!("(assert (=> {x}-is-missing (= {x} \"\")))"));
        }
        declarations
    }

    /// Whether a test holds.
    pub(super) fn test(&self, operator: &Operator) -> Result<String, Inexpressible> {
        let x = &self.variable;
        if *operator == Operator::Present {
            // But for text, to be there is to have a value.
            return if self.optional {
                Ok(format!("(not {x}-is-missing)"))
            } else {
                self.test(&Operator::Exists)
            };
        }
        let there = |test: String| format!("(and (not {x}-is-missing) {test})");
        let no_letters = Letters::of(&BTreeSet::new())?;
        let text = |letters: &Letters| self.text(operator, letters);
        Ok(match (&self.sort, operator) {
            (Sort::Text(letters), _) => text(letters.as_ref().unwrap_or(&no_letters))?,
            (Sort::SpelledAddress(letters), Operator::In(set)) => {
                format!("(str.in_re {x} {})", found(&address::spellings(set)?, letters)?)
            }
            (Sort::SpelledAddress(letters), _) => text(letters)?,
            (Sort::Address, Operator::In(set)) => {
                format!("(and {x}-is-address {})", address::in_ranges(x, set))
            }
            (Sort::Address | Sort::Number | Sort::Bool, Operator::Exists) => format!("(not {x}-is-missing)"),
            (Sort::Number, Operator::Number(comparison)) => there(compared(x, comparison, |bound| *bound)),
            (Sort::Number, Operator::Time(comparison)) => there(compared(x, comparison, |bound| bound.0)),
            (Sort::Bool, Operator::Bool(true)) => there(x.clone()),
            (Sort::Bool, Operator::Bool(false)) => there(format!("(not {x})")),
            // A test of another kind of value does not hold.
            _ => "false".to_owned(),
        })
    }

    fn text(&self, operator: &Operator, letters: &Letters) -> Result<String, Inexpressible> {
        let x = &self.variable;
        let each: Vec<String> = match operator {
            Operator::Exists => vec![format!("(not (= {x} \"\"))")],
            Operator::Text { operator, literals, case } => {
                let one = |literal: &String| compares(x, *operator, literal, *case, letters);
                literals.iter().map(one).collect::<Result<_, _>>()?
            }
            Operator::Matches(patterns) => {
                let one =
                    |pattern: &Pattern| Ok(format!("(str.in_re {x} {})", found_pattern(pattern, letters)?));
                patterns.iter().map(one).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        Ok(joined("or", "false", &each))
    }
}

/// Whether the answer depends on what a character is, beyond the letters of literals.
fn looks_at_classes(operator: &Operator) -> bool {
    use TextOperator::{Has, HasPrefix, HasSuffix};
    matches!(operator, Operator::Matches(_) | Operator::Text { operator: Has | HasPrefix | HasSuffix, .. })
}

/// The sets of characters that tests speak of.
fn sets(tests: &[&Operator]) -> Result<BTreeSet<Set>, Inexpressible> {
    let mut sets = BTreeSet::from([TERM.clone()]);
    for test in tests {
        match test {
            Operator::Text { literals, .. } => {
                let characters = literals.iter().flat_map(|literal| literal.chars());
                for character in characters {
                    let cases = [character, character.to_ascii_lowercase(), character.to_ascii_uppercase()];
                    sets.extend(cases.map(|one| vec![(u32::from(one), u32::from(one))]));
                }
            }
            Operator::Matches(patterns) => {
                for pattern in patterns {
                    regex::read_sets(pattern.hir(), &mut sets);
                }
            }
            Operator::In(set) => {
                regex::read_sets(&syntax(&address::spellings(set)?)?, &mut sets);
            }
            _ => {}
        }
    }
    Ok(sets)
}

/// The syntax of a pattern that is written here. It is not compiled: for that, some are too long.
fn syntax(text: &str) -> Result<Hir, Inexpressible> {
    regex_syntax::parse(text).map_err(|_| Inexpressible::Spellings)
}

fn found(text: &str, letters: &Letters) -> Result<String, Inexpressible> {
    regex::found(&syntax(text)?, letters).ok_or(Inexpressible::Spellings)
}

fn found_pattern(pattern: &Pattern, letters: &Letters) -> Result<String, Inexpressible> {
    let language = regex::found(pattern.hir(), letters);
    language.ok_or_else(|| Inexpressible::LookAround(pattern.text().to_owned()))
}

/// Whether a text compares with a literal.
fn compares(
    x: &str,
    operator: TextOperator,
    literal: &str,
    case: Case,
    letters: &Letters,
) -> Result<String, Inexpressible> {
    has(literal)?;
    if case == Case::Sensitive {
        let word = quoted(literal);
        match operator {
            TextOperator::Equals => return Ok(format!("(= {x} {word})")),
            TextOperator::StartsWith => return Ok(format!("(str.prefixof {word} {x})")),
            TextOperator::EndsWith => return Ok(format!("(str.suffixof {word} {x})")),
            TextOperator::Contains => return Ok(format!("(str.contains {x} {word})")),
            TextOperator::Has | TextOperator::HasPrefix | TextOperator::HasSuffix => {}
        }
    }
    let anything = || Some("re.all".to_owned());
    // What touches a letter or digit of the literal is none itself.
    let edge = |edge: Option<char>, order: fn(String) -> String| match edge {
        Some(edge) if is_term_character(edge) => Some(format!("(re.opt {})", order(letters.none_of(&TERM)))),
        _ => anything(),
    };
    let begins = || edge(literal.chars().next(), |one| format!("(re.++ re.all {one})"));
    let ends = || edge(literal.chars().next_back(), |one| format!("(re.++ {one} re.all)"));
    let (before, behind) = match operator {
        TextOperator::Equals => (None, None),
        TextOperator::StartsWith => (None, anything()),
        TextOperator::EndsWith => (anything(), None),
        TextOperator::Contains => (anything(), anything()),
        TextOperator::Has => (begins(), ends()),
        TextOperator::HasPrefix => (begins(), anything()),
        TextOperator::HasSuffix => (anything(), ends()),
    };
    let parts: Vec<String> = before.into_iter().chain([folded(literal, case)]).chain(behind).collect();
    Ok(format!("(str.in_re {x} {})", joined("re.++", "re.none", &parts)))
}

/// The language of a literal, its ASCII letters in either case if case does not matter.
fn folded(literal: &str, case: Case) -> String {
    if case == Case::Sensitive {
        return format!("(str.to_re {})", quoted(literal));
    }
    let each = literal.chars().map(|character| {
        let [lower, upper] = [character.to_ascii_lowercase(), character.to_ascii_uppercase()]
            .map(|one| format!("(str.to_re {})", quoted(&one.to_string())));
        if lower == upper { lower } else { format!("(re.union {lower} {upper})") }
    });
    joined("re.++", "(str.to_re \"\")", &each.collect::<Vec<_>>())
}

fn compared<T>(x: &str, comparison: &Comparison<T>, number: impl Fn(&T) -> i64) -> String {
    let bound = |bound: &T| integer(number(bound));
    match comparison {
        Comparison::OneOf(all) => {
            let each: Vec<String> = all.iter().map(|one| format!("(= {x} {})", bound(one))).collect();
            joined("or", "false", &each)
        }
        Comparison::Lt(one) => format!("(< {x} {})", bound(one)),
        Comparison::Lte(one) => format!("(<= {x} {})", bound(one)),
        Comparison::Gt(one) => format!("(> {x} {})", bound(one)),
        Comparison::Gte(one) => format!("(>= {x} {})", bound(one)),
        Comparison::Between(low, high) => format!("(<= {} {x} {})", bound(low), bound(high)),
    }
}

/// SMT-LIB has no negative numerals.
fn integer(number: i64) -> String {
    if number < 0 { format!("(- {})", number.unsigned_abs()) } else { number.to_string() }
}
