//! What an expression is, as far as it is understood: a column, a constant, a table, or a truth. Truths know where
//! they are null, which is neither true nor false. Knows no query text.

use lownoise_engine::event::ColumnId;
use lownoise_engine::predicate::{Opaque, Predicate};
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;

use crate::kql::syntax::Pipeline;
pub(super) use crate::logic::{all, any, as_constant, constant, not};

/// What an expression is.
#[derive(Debug, Clone)]
pub(super) enum Value<'q> {
    /// The value of a column, perhaps folded.
    Column(ColumnId, Letters),
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A number with a fraction.
    Real(f64),
    /// A length of time in ticks.
    Duration(i64),
    /// A point in time.
    Time(Time),
    /// Ticks before the clock.
    Ago(i64),
    /// A boolean constant.
    Bool(bool),
    /// What `split` makes of a column's text.
    Pieces(Pieces),
    /// One of those.
    Piece(Piece),
    /// What stands in the JSON of a column and is no column itself: its name, as that of a column would be.
    Json(String),
    /// Several values.
    List(Vec<(Value<'q>, Span)>),
    /// A table by its name.
    Table(&'q str),
    /// A table that is made of another.
    Rows(&'q Pipeline),
    /// True, false or null.
    Truth(Truth),
    /// Not understood, and why.
    Unknown(String),
}

/// What a column's text went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// Nothing.
    AsTheyAre,
    /// `tolower`
    Lower,
    /// `toupper`
    Upper,
    /// `tostring` of what is no text.
    Spelled,
}

/// The texts between separators in a column's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pieces {
    pub(super) column: ColumnId,
    pub(super) letters: Letters,
    pub(super) separator: char,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) of: Pieces,
    /// From 0; or from the last, which is -1.
    pub(super) place: i64,
}

impl Pieces {
    /// Of a column, by a separator that no folding of letters changes.
    pub(super) fn of(column: ColumnId, letters: Letters, separator: &str) -> Option<Self> {
        let mut signs = separator.chars();
        match (signs.next(), signs.next(), letters) {
            (Some(separator), None, Letters::AsTheyAre | Letters::Lower | Letters::Upper)
                if separator.is_ascii() && !separator.is_ascii_alphabetic() =>
            {
                Some(Self { column, letters, separator })
            }
            _ => None,
        }
    }
}

/// A condition with three outcomes. Where it is null, `where` drops the row, and so it does under `not`.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    /// Where it is true.
    pub(super) holds: Predicate,
    /// Where it can be null, more about it.
    pub(super) null: Option<Box<Null>>,
}

/// Of a condition that can be null.
#[derive(Debug, Clone)]
pub(super) struct Null {
    /// Where it is false.
    pub(super) fails: Predicate,
    /// Where it is not null.
    pub(super) defined: Predicate,
    /// What it asks where it is not null, if that is simpler than `holds`.
    pub(super) bare: Option<Predicate>,
    /// What it looks at, in words, for whoever is surprised.
    pub(super) because: String,
}

impl Value<'_> {
    /// How much it takes to copy it.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => 1 + text.len() / 8,
            Self::List(items) => 1 + items.iter().map(|(item, _)| item.weight()).sum::<usize>(),
            Self::Truth(truth) => weight(&truth.holds) * if truth.null.is_some() { 4 } else { 1 },
            _ => 1,
        }
    }
}

fn weight(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => 1 + parts.iter().map(weight).sum::<usize>(),
        Predicate::Not(part) => 1 + weight(part),
        Predicate::Test(_) | Predicate::Pair(_) | Predicate::Opaque(_) => 1,
    }
}

impl Truth {
    /// One that is never null.
    pub(super) fn sure(holds: Predicate) -> Self {
        Self { holds, null: None }
    }

    /// One that is always so.
    pub(super) fn always(holds: bool) -> Self {
        Self::sure(constant(holds))
    }

    /// One of which only the text is known.
    pub(super) fn opaque(text: &str, span: Span) -> Self {
        Self::sure(Predicate::Opaque(Opaque::new(text, span)))
    }

    /// Asks something where it is defined, and is null elsewhere.
    pub(super) fn where_defined(bare: Predicate, defined: Predicate, because: &str) -> Self {
        let holds = all(vec![defined.clone(), bare.clone()]);
        let fails = all(vec![defined.clone(), not(bare.clone())]);
        let null = Null { fails, defined, bare: Some(bare), because: because.to_owned() };
        Self { holds, null: Some(Box::new(null)) }
    }

    /// Where it is false.
    pub(super) fn fails(&self) -> Predicate {
        self.null.as_ref().map_or_else(|| not(self.holds.clone()), |null| null.fails.clone())
    }

    pub(super) fn not(self) -> Self {
        match self.null {
            None => Self::sure(not(self.holds)),
            Some(null) => {
                let Null { fails, defined, bare, because } = *null;
                let null = Null { fails: self.holds, defined, bare: bare.map(not), because };
                Self { holds: fails, null: Some(Box::new(null)) }
            }
        }
    }

    /// True when all are; false when one is false, whatever the others.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::joined(parts, true)
    }

    /// True when one is, whatever the others; false when all are.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        Self::joined(parts, false)
    }

    fn joined(parts: Vec<Self>, every: bool) -> Self {
        let join = |parts: Vec<Predicate>, every: bool| if every { all(parts) } else { any(parts) };
        let mut because: Vec<String> = Vec::new();
        for null in parts.iter().filter_map(|part| part.null.as_ref()) {
            if !because.contains(&null.because) && because.len() < 3 {
                because.push(null.because.clone());
            }
        }
        if because.is_empty() {
            return Self::sure(join(parts.into_iter().map(|part| part.holds).collect(), every));
        }
        let fails = join(parts.iter().map(Self::fails).collect(), !every);
        let holds = join(parts.iter().map(|part| part.holds.clone()).collect(), every);
        let mut undefined = parts.iter().filter_map(|part| part.null.as_ref());
        let defined = match (undefined.next(), undefined.next()) {
            (Some(only), None) => {
                // Where another part decides by itself, it does not matter.
                let sure = parts.iter().filter(|part| part.null.is_none());
                let deciding =
                    sure.map(|part| if every { not(part.holds.clone()) } else { part.holds.clone() });
                any([only.defined.clone()].into_iter().chain(deciding).collect())
            }
            _ => any(vec![holds.clone(), fails.clone()]),
        };
        let null = Null { fails, defined, bare: None, because: because.join(", ") };
        Self { holds, null: Some(Box::new(null)) }
    }
}
