//! What the steps so far have added to the rows of a table, as text. Knows names, no columns.

use std::collections::{BTreeSet, HashMap};

use lownoise_engine::event::ColumnId;
use lownoise_engine::span::Span;

use crate::kql::syntax::names;

/// What adds columns to rows.
#[derive(Debug)]
pub(super) struct Making {
    /// The step.
    pub(super) text: String,
    /// Of a single column, the expression that it is.
    pub(super) value: Option<String>,
    /// Whether the columns that it names are the table's.
    pub(super) as_it_is: bool,
    /// The first making of its step: all of them look at what was there before.
    first: usize,
}

/// Whether a step takes one row of each group as it is: `summarize arg_max(Timestamp, *) by DeviceId`.
pub(super) fn takes_one_of_each(step: &str) -> bool {
    let plain: String = step.split_whitespace().collect();
    let Some(taken) = plain.strip_prefix("summarize") else { return false };
    let rest = taken.strip_prefix("arg_max(").or_else(|| taken.strip_prefix("arg_min("));
    // What is taken by may hold brackets of its own, and no star.
    rest.and_then(|rest| rest.split_once(",*)"))
        .is_some_and(|(by, rest)| !by.contains('*') && (rest.is_empty() || rest.starts_with("by")))
}

/// What the rows of a table have become.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// They are the table's, perhaps with more columns.
    #[default]
    OfTheTable,
    /// They are the table's, and came by several ways, each with its own conditions.
    ByWays,
    /// They are groups of the table's, or several for one.
    Others,
    /// It is not known how columns come about.
    Unknown,
}

impl Rows {
    /// Behind a step that leaves other rows.
    pub(super) fn regroup(&mut self) {
        *self = if matches!(self, Self::OfTheTable | Self::Others) { Self::Others } else { Self::Unknown };
    }

    /// Behind several ways, on which nothing but conditions stood.
    pub(super) fn come_together(&mut self) {
        *self = if matches!(self, Self::OfTheTable | Self::ByWays) { Self::ByWays } else { Self::Unknown };
    }
}

/// What has been made of the table's rows so far.
#[derive(Debug, Default)]
pub(super) struct Makings {
    all: Vec<Making>,
    /// The places of those that make a name.
    by_name: HashMap<String, Vec<usize>>,
    /// Every step.
    pub(super) steps: Vec<Span>,
    /// What rows have become.
    pub(super) rows: Rows,
    /// Whether the columns that the next step names are the table's.
    pub(super) as_it_is: bool,
    /// How many makings there were before the step.
    first: usize,
    /// By the steps and the expression that make it: the columns of the policy.
    pub(super) known: HashMap<String, ColumnId>,
}

impl Makings {
    /// Begins another step.
    pub(super) fn begin(&mut self, step: Span, as_it_is: bool) {
        self.steps.push(step);
        (self.as_it_is, self.first) = (as_it_is, self.all.len());
    }

    /// Notes what a step makes.
    pub(super) fn push(&mut self, names: &[String], text: String, value: Option<String>) {
        for name in names {
            let places = self.by_name.entry(name.clone()).or_default();
            if places.last() != Some(&self.all.len()) {
                places.push(self.all.len());
            }
        }
        self.all.push(Making { text, value, as_it_is: self.as_it_is, first: self.first });
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The last that makes a name, and its place.
    pub(super) fn last(&self, name: &str) -> Option<(usize, &Making)> {
        let place = *self.by_name.get(name)?.last()?;
        Some((place, self.all.get(place)?))
    }

    /// The makings that a text needs, of those before a place, in order. `None` where they would change what the table's own
    /// columns are, and where they are longer than what is `left`, which they use up.
    pub(super) fn needed(
        &self,
        text: &str,
        before: usize,
        left: &mut usize,
        is_own: impl Fn(&str) -> bool,
    ) -> Option<Vec<String>> {
        let mut needed = BTreeSet::new();
        let mut texts = vec![(text, before)];
        while let Some((text, before)) = texts.pop() {
            *left = left.checked_sub(text.len())?;
            for word in names(text) {
                // What is made later is not meant. What is made twice is made of itself, or anew: both are needed.
                let places = self.by_name.get(word).map_or(&[][..], Vec::as_slice);
                let places =
                    places.get(..places.partition_point(|place| *place < before)).unwrap_or_default();
                *left = left.checked_sub(places.len())?;
                for place in places.iter().copied() {
                    // What a step that is not looked into makes again may be the same, or have another name.
                    let plain = |making: &&Making| places.len() == 1 || making.value.is_some();
                    let making = self.all.get(place).filter(plain);
                    let making = making.filter(|making| making.as_it_is && !is_own(word))?;
                    if needed.insert(place) {
                        texts.push((&making.text, making.first));
                    }
                }
            }
        }
        Some(needed.into_iter().filter_map(|place| Some(self.all.get(place)?.text.clone())).collect())
    }
}
