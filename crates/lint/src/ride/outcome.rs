//! What comes of asking whether something rides an exclusion, and how the event is shown.

use std::sync::Arc;

use lownoise_engine::policy::{Exclusion, Policy};
use lownoise_engine::value::Value;
use lownoise_prove::Assignment;

/// Whether something rides an exclusion.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// This does; shared, since an exclusion of a set stands in many policies.
    Ridden(Arc<Ride>),
    /// Nothing does: it hides no event that any technique makes.
    Proved,
    /// It is not known whether the technique on this rung does.
    Unknown {
        /// Taken for the strength.
        rung: u8,
        /// Why it is not known.
        reason: String,
    },
}

/// An event that an intruder makes and the exclusion hides.
#[derive(Debug, Clone)]
pub struct Ride {
    /// From 1, a part of the command line, to 6, an exact path with what only root can have.
    pub rung: u8,
    /// The technique's name.
    pub technique: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What rides.
    pub ridden: &'static str,
    /// Who can: with a choice of arguments, with an ordinary account, or root.
    pub intruder: &'static str,
    /// The event, hidden by the reference evaluator.
    pub event: Assignment,
    /// What makes it.
    pub command: String,
    /// The same for the other entries of the list that the event has one of, as far as these are hidden too.
    pub also: Vec<(Assignment, String)>,
    /// The program that is used, if it is one of those that fetch for anyone.
    pub program: Option<&'static str>,
    /// Where it is said that it does this.
    pub source: Option<&'static str>,
}

impl Ride {
    /// The events, each with the command that makes it.
    pub fn each(&self) -> impl Iterator<Item = (&Assignment, &str)> {
        let also = self.also.iter().map(|(event, command)| (event, command.as_str()));
        [(&self.event, self.command.as_str())].into_iter().chain(also)
    }

    /// The event as far as the policy or an analyst looks at it.
    #[must_use]
    pub fn shown(&self, policy: &Policy, exclusion: &Exclusion) -> String {
        shown(&self.event, policy, exclusion)
    }
}

/// An event as far as the policy or an analyst looks at it: `column=value`, in the table's order.
pub(crate) fn shown(event: &Assignment, policy: &Policy, exclusion: &Exclusion) -> String {
    let mut columns = exclusion.predicate.columns();
    columns.extend(&policy.output.columns);
    let time = policy.schema.column(&policy.schema.time);
    columns.retain(|column| Some(*column) != time);
    columns.sort_unstable();
    columns.dedup();
    let said = columns.into_iter().filter_map(|column| {
        let value = event.event.value(column);
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Missing | Value::Time(_) => return None,
            text => serde_json::Value::from(text.text()).to_string(),
        };
        Some(format!("{}={text}", policy.schema.name(column)))
    });
    said.collect::<Vec<_>>().join(" ")
}
