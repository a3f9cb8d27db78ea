//! From a claim to its proof. The order of the search for a witness is the order of what people believe: a whole given
//! event, a given event with few values changed, values of given events, then whatever the theories make up. Every
//! witness is evaluated again by the reference evaluator before anyone sees it.

use std::collections::HashMap;
use std::sync::Arc;

use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{OwnedValue, Time};

use crate::check::Outcome;
use crate::claim::Claim;
use crate::facts::{Assumptions, apply};
use crate::formula::Formula;
use crate::search;
use crate::theory::Theories;
use crate::value::Assignment;
use crate::{Limits, Reason};

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// Proved: no event refutes it.
    Holds,
    /// This event refutes it.
    Fails(Box<Assignment>),
    /// Neither.
    Unknown(Reason),
}

/// What a proof is made with.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// The clock.
    pub now: Option<Time>,
    /// What may be assumed of events.
    pub assumptions: Assumptions,
    /// Believable events, the best first; the first is what a witness is changed from.
    pub events: Vec<Assignment>,
    /// How much it may cost.
    pub limits: Limits,
}

/// Decides a claim.
#[must_use]
pub fn prove(claim: &Claim<'_>, setting: &Setting) -> Proof {
    let now = setting.now.unwrap_or(Time(0));
    let policy = claim.policy();
    let schema = &policy.schema;
    let consistent = |mut event: Assignment| {
        if setting.assumptions.types_follow {
            apply(&mut event.event, schema);
        }
        event
    };
    let given: Vec<Assignment> = setting.events.iter().cloned().map(consistent).collect();
    if let Some(event) = given.iter().find(|event| claim.is_refuted_by(event, now)) {
        return Proof::Fails(Box::new(event.clone()));
    }
    let mut formula = Formula::default();
    let root = claim.negation(&mut formula, now, setting.assumptions);
    let hints = hints(schema, &given);
    let devices = device_schema(&claim.policies());
    let theories = Theories { schema, devices, hints: &hints, limits: &setting.limits, solve: search::solve };
    let base = given.first().cloned().unwrap_or_else(|| Assignment::of(schema));
    match search::solve(&formula, &theories, root, base.clone()) {
        Outcome::Impossible => Proof::Holds,
        Outcome::Unknown(reason) => Proof::Unknown(reason),
        Outcome::Satisfied(found) => {
            let found = consistent(found);
            if !claim.is_refuted_by(&found, now) {
                return Proof::Unknown(Reason::Unconfirmed("an event".to_owned()));
            }
            Proof::Fails(Box::new(shrink(claim, found, &base, now, &consistent)))
        }
    }
}

/// Takes back every change from the base that the refutation does not need.
fn shrink(
    claim: &Claim<'_>,
    mut witness: Assignment,
    base: &Assignment,
    now: Time,
    consistent: &impl Fn(Assignment) -> Assignment,
) -> Assignment {
    let changed: Vec<ColumnId> = witness.differences(base).keys().copied().collect();
    for column in changed {
        let mut without = witness.clone();
        without.event.set(column, OwnedValue::from(base.event.value(column)));
        let without = consistent(without);
        if claim.is_refuted_by(&without, now) {
            witness = without;
        }
    }
    witness
}

/// The distinct values of each column in the given events, in their order.
fn hints(schema: &Schema, events: &[Assignment]) -> HashMap<ColumnId, Vec<OwnedValue>> {
    let mut hints: HashMap<ColumnId, Vec<OwnedValue>> = HashMap::new();
    for event in events {
        for (column, value) in schema.ids().zip(&event.event.values) {
            let known = hints.entry(column).or_default();
            if !known.contains(value) {
                known.push(value.clone());
            }
        }
    }
    hints
}

/// The device table that some policy's scope looks at.
pub(crate) fn device_schema<'p>(policies: &[&'p Policy]) -> Option<&'p Arc<Schema>> {
    policies.iter().find_map(|policy| policy.devices().map(|(schema, _)| schema))
}
