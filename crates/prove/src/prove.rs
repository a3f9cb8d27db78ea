//! From a claim to its proof. The order of the search for a witness is the order of what people believe: a whole given
//! event, a given event with few values changed, values of given events, then whatever the theories make up. Every
//! witness is evaluated again by the reference evaluator before anyone sees it.
//!
//! Of many exclusions that must not hold on a witness, few matter. So they are left out of the question at first, and
//! those that hold on what was found are put in, until none does or nothing is found.

use std::collections::HashMap;
use std::sync::Arc;

use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{OwnedValue, Time};

use crate::check::Outcome;
use crate::claim::{Claim, Question};
use crate::coherent::coherent;
use crate::facts::Assumptions;
use crate::formula::{Formula, Opaques};
use crate::search::{self, holds};
use crate::theory::{Spent, Theories};
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

impl Setting {
    /// The setting that proofs about a policy are made in: the believable events of its table, an hour before the
    /// clock, on the believable devices.
    #[must_use]
    pub fn of(policy: &Policy, now: Time) -> Self {
        let devices = policy.devices().map_or_else(Vec::new, |(schema, _)| schema.examples.clone());
        let time = policy.schema.column(&policy.schema.time);
        let events = policy.schema.examples.iter().cloned().map(|mut event| {
            if let Some(column) = time {
                event.set(column, OwnedValue::Time(Time(now.0.saturating_sub(3_600 * Time::SECOND))));
            }
            Assignment { event, devices: devices.clone() }
        });
        Self { now: Some(now), events: events.collect(), ..Self::default() }
    }
}

/// Decides a claim.
#[must_use]
pub fn prove(claim: &Claim<'_>, setting: &Setting) -> Proof {
    let asking = Asking::new(claim, setting);
    match asking.decide().0 {
        // A whole given event is believable as it is. Where tests are opaque, a witness refutes whatever they mean; what
        // is changed in it would do so as they are taken only.
        Proof::Fails(found) if !asking.given.contains(&found) && !asking.is_opaque() => {
            Proof::Fails(Box::new(asking.believable(*found)))
        }
        other => other,
    }
}

/// Decides a claim, without making its witness believable. If it holds: of the exclusions that must not hold on a
/// witness, those that the proof rests on, by place.
pub(crate) fn decide(claim: &Claim<'_>, setting: &Setting) -> (Proof, Vec<usize>) {
    Asking::new(claim, setting).decide()
}

/// A claim being decided.
struct Asking<'a> {
    claim: &'a Claim<'a>,
    setting: &'a Setting,
    now: Time,
    /// Believable events on which the assumptions hold.
    given: Vec<Assignment>,
    hints: HashMap<ColumnId, Vec<OwnedValue>>,
    devices: Option<Arc<Schema>>,
    base: Assignment,
}

/// What came of a claim's questions.
enum Answer {
    Found(Assignment),
    /// The proof rests on these exclusions.
    Impossible(Vec<usize>),
    Unknown(Reason),
}

impl<'a> Asking<'a> {
    fn new(claim: &'a Claim<'a>, setting: &'a Setting) -> Self {
        let schema = &claim.policy().schema;
        let mut given = setting.events.clone();
        for event in &mut given {
            setting.assumptions.apply(&mut event.event, schema);
        }
        let base = given.first().cloned().unwrap_or_else(|| Assignment::of(schema));
        Self {
            claim,
            setting,
            now: setting.now.unwrap_or(Time(0)),
            hints: hints(schema, &given),
            given,
            devices: device_schema(&claim.policies()).cloned(),
            base,
        }
    }

    fn decide(&self) -> (Proof, Vec<usize>) {
        let (answer, texts) = self.answer(Opaques::Never);
        if texts.is_empty() || !matches!(answer, Answer::Impossible(_)) {
            return self.proof(answer);
        }
        // Whatever the opaque tests mean, or not at all?
        let columns = u16::try_from(self.claim.policy().schema.columns.len()).unwrap_or(u16::MAX);
        match self.answer(Opaques::Free(columns)).0 {
            Answer::Found(_) => (Proof::Unknown(Reason::Opaque(texts.join("`, `"))), Vec::new()),
            answer => self.proof(answer),
        }
    }

    fn refutes(&self, event: &Assignment) -> bool {
        self.claim.is_refuted_by(event, self.now)
    }

    fn is_opaque(&self) -> bool {
        self.claim.policies().iter().any(|policy| policy.is_opaque())
    }

    fn consistent(&self, mut event: Assignment) -> Assignment {
        self.setting.assumptions.apply(&mut event.event, &self.claim.policy().schema);
        event
    }

    /// Asks every question; the opaque tests that were met are handed back.
    fn answer(&self, opaques: Opaques) -> (Answer, Vec<String>) {
        let mut formula = Formula::new(opaques);
        let questions = self.claim.questions(&mut formula, self.now, self.setting.assumptions);
        let spent = Spent::default();
        let mut rests_on = Vec::new();
        let mut unknown = None;
        for question in &questions {
            match self.question(&mut formula, question, opaques, &spent) {
                Answer::Found(found) => return (Answer::Found(found), formula.opaque_texts()),
                Answer::Impossible(places) => rests_on.extend(places),
                Answer::Unknown(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        let answer = unknown.map_or(Answer::Impossible(rests_on), Answer::Unknown);
        (answer, formula.opaque_texts())
    }

    fn question(
        &self,
        formula: &mut Formula,
        question: &Question<'_>,
        opaques: Opaques,
        spent: &Spent,
    ) -> Answer {
        let assumptions = self.setting.assumptions;
        let mut base = self.base.clone();
        if let Opaques::Free(_) = opaques {
            // Room for the truth of opaque tests.
            base.event.values.resize(usize::from(u16::MAX), OwnedValue::Missing);
        }
        let mut parts = vec![question.must];
        let mut waiting: Vec<usize> = Vec::new();
        let mut added: Vec<usize> = Vec::new();
        for (at, (_, exclusion)) in question.none.iter().enumerate() {
            // What an opaque test is taken as says nothing here.
            if exclusion.predicate.opaque().is_empty() { waiting.push(at) } else { added.push(at) }
        }
        parts.extend(added.iter().filter_map(|at| question.not(*at, formula, assumptions)));
        for round in 0.. {
            let root = formula.all(parts.clone());
            let theories = Theories {
                schema: &self.claim.policy().schema,
                devices: self.devices.as_ref(),
                hints: &self.hints,
                limits: &self.setting.limits,
                spent,
                solve: search::solve,
            };
            let start = self.given.iter().find(|event| holds(formula, root, event)).unwrap_or(&base);
            let outcome = search::solve(formula, &theories, root, start.clone());
            let found = match outcome {
                Outcome::Impossible => {
                    let place = |at: &usize| question.none.get(*at).map(|(place, _)| *place);
                    return Answer::Impossible(added.iter().filter_map(place).collect());
                }
                // More is asked, and may be easier to refute.
                Outcome::Unknown(_) if !waiting.is_empty() => None,
                Outcome::Unknown(reason) => return Answer::Unknown(reason),
                Outcome::Satisfied(found) => Some(found),
            };
            let event = found.as_ref().map(|found| self.consistent(found.clone()));
            let event = event.as_ref().map(|event| event.event.borrow());
            let hides = |at: &usize| {
                let exclusion = question.none.get(*at).map(|(_, exclusion)| exclusion);
                let holds = |event| exclusion.is_some_and(|exclusion| exclusion.predicate.holds(event));
                round >= ROUNDS || event.as_ref().is_none_or(holds)
            };
            let (mut more, rest): (Vec<usize>, Vec<usize>) = waiting.iter().partition(|at| hides(at));
            if more.is_empty()
                && let Some(found) = found
            {
                return Answer::Found(found);
            }
            waiting = rest;
            parts.extend(more.iter().filter_map(|at| question.not(*at, formula, assumptions)));
            added.append(&mut more);
        }
        Answer::Unknown(Reason::Decisions)
    }

    fn proof(&self, answer: Answer) -> (Proof, Vec<usize>) {
        let found = match answer {
            Answer::Impossible(rests_on) => return (Proof::Holds, rests_on),
            Answer::Unknown(reason) => return (Proof::Unknown(reason), Vec::new()),
            Answer::Found(found) => self.consistent(found),
        };
        let proof = if self.refutes(&found) {
            Proof::Fails(Box::new(found))
        } else {
            Proof::Unknown(Reason::Unconfirmed("an event".to_owned()))
        };
        (proof, Vec::new())
    }

    /// The witness as near to the base as it can be, and hanging together.
    fn believable(&self, found: Assignment) -> Assignment {
        let found = self.shrink(found);
        coherent(found, &self.base, &self.claim.policy().schema, &|event| {
            let event = self.consistent(event);
            self.refutes(&event).then_some(event)
        })
    }

    /// Takes back every change from the base that the refutation does not need.
    fn shrink(&self, mut witness: Assignment) -> Assignment {
        let changed: Vec<ColumnId> = witness.differences(&self.base).keys().copied().collect();
        for column in changed {
            let mut without = witness.clone();
            without.event.set(column, OwnedValue::from(self.base.event.value(column)));
            let without = self.consistent(without);
            if self.refutes(&without) {
                witness = without;
            }
        }
        witness
    }
}

/// After so many rounds of putting exclusions in, all that are left are.
const ROUNDS: usize = 24;

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
