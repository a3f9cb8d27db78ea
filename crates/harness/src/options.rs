//! How features are run. Knows no Gherkin but the tags.

use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;

use cucumber::gherkin::tagexpr::TagOperation;
use cucumber::tag::Ext as _;
use lownoise_engine::event::OwnedEvent;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Time;
use lownoise_prove::Assignment;

/// Finds a policy by the name that a scenario gives it; the error is for the scenario's author.
pub type Policies = dyn Fn(&str) -> Result<Arc<Policy>, String>;

/// Reads the events of a file of this table, each with its place in it. The file is named by a step of the feature's file
/// that is given first; the error is for the scenario's author.
pub type Events = dyn Fn(&Path, &str, &Arc<Schema>) -> Result<Vec<(String, OwnedEvent)>, String>;

/// How to run.
#[derive(Clone)]
pub struct Options {
    /// Where policies come from; asked once for each scenario, so the caller keeps what it has read.
    pub policies: Rc<Policies>,
    /// Where files of events come from.
    pub events: Rc<Events>,
    /// The clock of scenarios that do not set it.
    pub now: Time,
    /// Which scenarios are looked at.
    pub tags: Option<Tags>,
    /// Which part of them.
    pub shard: Option<Shard>,
}

impl Options {
    /// All scenarios, by this clock; none may name a file of events.
    #[must_use]
    pub fn new(policies: Rc<Policies>, now: Time) -> Self {
        let events = Rc::new(|_: &Path, name: &str, _: &Arc<Schema>| {
            Err(format!("`{name}` cannot be read here: only what is in the scenario can be used"))
        });
        Self { policies, events, now, tags: None, shard: None }
    }
}

/// Which tags a scenario must have, as cucumber writes it: `@smoke and not (@slow or @wip)`.
#[derive(Debug, Clone)]
pub struct Tags(TagOperation);

impl Tags {
    /// Whether a scenario with these tags is meant.
    pub(crate) fn accept(&self, tags: &[String]) -> bool {
        self.0.eval(tags)
    }
}

impl FromStr for Tags {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| "write it as in `@smoke and not (@slow or @wip)`".to_owned();
        text.parse().map(Self).map_err(wrong)
    }
}

/// One of several equal parts of all scenarios, so that several machines share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    part: usize,
    of: usize,
}

impl Shard {
    /// Whether what stands at a place, from 0, belongs to this part. Each place belongs to one.
    pub(crate) fn has(self, place: usize) -> bool {
        place.checked_rem(self.of).is_some_and(|rest| rest + 1 == self.part)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            _ => Err("write it as 2/5, for the second of five".to_owned()),
        }
    }
}

/// As it is written.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// Where a scenario is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The feature file.
    pub file: PathBuf,
    /// The line of the scenario, from 1.
    pub line: usize,
    /// The scenario's name.
    pub scenario: String,
}

/// A verdict that a scenario asked for by name, and got.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The scenario; all of its steps passed.
    pub place: Place,
    /// The policy under test.
    pub policy: Arc<Policy>,
    /// The event, and the row of its device.
    pub event: Assignment,
    /// The clock.
    pub now: Time,
    /// What the scenario named.
    pub named: Named,
}

/// What a scenario names in its `Then`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Exclusions that hide the event, by their ids.
    Exclusions(Vec<String>),
    /// The condition of the scope that the event fails.
    Condition(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_belongs_to_one_shard() {
        for of in 1..7 {
            let shards: Vec<Shard> = (1..=of).map(|part| format!("{part}/{of}").parse().unwrap()).collect();
            for place in 0..20 {
                assert_eq!(shards.iter().filter(|shard| shard.has(place)).count(), 1, "{place} of {of}");
            }
        }
        for wrong in ["", "1", "0/3", "4/3", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn tags_are_read_as_cucumber_writes_them() {
        let accepts = |tags: &str, of: &[&str]| {
            let of: Vec<String> = of.iter().map(ToString::to_string).collect();
            tags.parse::<Tags>().unwrap().accept(&of)
        };
        assert!(accepts("not @slow", &["smoke"]));
        assert!(!accepts("not @slow", &["smoke", "slow"]));
        assert!(accepts("@smoke and not (@slow or @wip)", &["smoke"]));
        assert!(!accepts("@smoke", &[]));
        assert!("@smoke @slow".parse::<Tags>().is_err());
    }
}
