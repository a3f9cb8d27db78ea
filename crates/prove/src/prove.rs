//! From a claim to its proof. The order of the search for a witness is the order of what people believe: a whole given
//! event, a given event with few values changed, values of given events, then whatever the theories make up. Every
//! witness is evaluated again by the reference evaluator before anyone sees it.
//!
//! Of many exclusions that must not hold on a witness, few matter. So they are left out of the question at first, and
//! those that hold on what was found are put in, until none does or nothing is found.

use std::sync::Arc;

use hashbrown::HashMap;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{OwnedValue, Time};

use crate::build::{Build, Question};
use crate::check::Outcome;
use crate::claim::Claim;
use crate::coherent::coherent;
use crate::facts::Assumptions;
use crate::formula::{self, Opaques};
use crate::pairs;
use crate::place::Place;
use crate::search;
use crate::theory::{Spent, Theories};
use crate::truth::Truth;
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
    Prover::new(&claim.policy().schema, setting).prove(claim)
}

/// Decides many claims about policies over one table, and keeps what they have in common: formulas of the same parts,
/// answers of the theories, automata.
#[derive(Debug)]
pub struct Prover<'p> {
    schema: &'p Arc<Schema>,
    setting: &'p Setting,
    now: Time,
    /// What witnesses are looked for near to: the believable events first. The assumptions hold on them.
    near: Vec<Arc<Assignment>>,
    /// How many of them are believable.
    given: usize,
    hints: HashMap<ColumnId, Vec<OwnedValue>>,
    kept: Kept<'p>,
    /// What policies have that is not looked into.
    unread: HashMap<Place<'p, Policy>, Unread>,
}

/// What a policy has that is not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unread {
    /// Opaque tests.
    opaque: bool,
    /// These, or tests of two columns.
    any: bool,
}

/// What claims have in common.
#[derive(Debug)]
struct Kept<'p> {
    build: Build<'p>,
    spent: Spent,
    /// Of atoms, on each of the events that witnesses are looked for near to.
    truths: Vec<Truth>,
}

/// An event that a [`Prover`] looks for witnesses near to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near(usize);

/// What came of a claim's questions.
enum Answer {
    /// The assumptions hold on it.
    Found(Assignment),
    /// The proof rests on these exclusions.
    Impossible(Vec<usize>),
    Unknown(Reason),
}

impl<'p> Prover<'p> {
    /// Nothing has been asked yet.
    #[must_use]
    pub fn new(schema: &'p Arc<Schema>, setting: &'p Setting) -> Self {
        let now = setting.now.unwrap_or(Time(0));
        let mut near = setting.events.clone();
        for event in &mut near {
            setting.assumptions.apply(&mut event.event, schema);
        }
        let (given, hints) = (near.len(), hints(schema, &near));
        if near.is_empty() {
            near.push(Assignment::of(schema));
        }
        let near = near.into_iter().map(Arc::new).collect();
        let kept = Kept::new(now, setting, Opaques::Never);
        Self { schema, setting, now, near, given, hints, kept, unread: HashMap::new() }
    }

    /// Another event to look for witnesses near to, with the assumptions made to hold on it.
    pub fn near(&mut self, event: Assignment) -> Near {
        let event = self.consistent(event);
        self.near.push(Arc::new(event));
        Near(self.near.len() - 1)
    }

    /// Decides a claim. A witness is as near to the first believable event as it can be.
    pub fn prove(&mut self, claim: &Claim<'p>) -> Proof {
        self.prove_near(claim, FIRST)
    }

    /// Decides a claim. A witness is as near to this event, which the prover was told of, as it can be.
    pub fn prove_near(&mut self, claim: &Claim<'p>, near: Near) -> Proof {
        match self.decide_near(claim, near).0 {
            // A whole given event is believable as it is. Where tests are opaque, a witness refutes whatever they mean;
            // what is changed in it would do so as they are taken only.
            Proof::Fails(found) if !self.is_whole(&found, near) && !self.is_opaque(claim) => {
                let near = self.near.get(near.0).map_or_else(|| found.clone().into(), Arc::clone);
                Proof::Fails(Box::new(self.believable(claim, *found, &near)))
            }
            other => other,
        }
    }

    /// An event with the assumptions made to hold on it.
    #[must_use]
    fn consistent(&self, mut event: Assignment) -> Assignment {
        self.setting.assumptions.apply(&mut event.event, self.schema);
        event
    }

    /// Whether a claim is proved; what refutes it is not looked at further.
    pub fn holds(&mut self, claim: &Claim<'p>) -> bool {
        self.decide(claim).0 == Proof::Holds
    }

    /// Decides a claim, without making its witness believable. If it holds: of the exclusions that must not hold on a
    /// witness, those that the proof rests on, by place.
    pub(crate) fn decide(&mut self, claim: &Claim<'p>) -> (Proof, Vec<usize>) {
        self.decide_near(claim, FIRST)
    }

    /// Whether an event is the one that it was to be near to, or a given one.
    fn is_whole(&self, event: &Assignment, near: Near) -> bool {
        self.candidates(near).any(|(_, candidate)| **candidate == *event)
    }

    /// What may refute a claim as it is, the best first, with its place.
    fn candidates(&self, near: Near) -> impl Iterator<Item = (usize, &Arc<Assignment>)> {
        let others = (0..self.given).filter(move |place| *place != near.0);
        [near.0].into_iter().chain(others).filter_map(|place| Some((place, self.near.get(place)?)))
    }

    /// Whether a claim is refuted by an event with one of these columns changed to a given value, or to none. Far cheaper
    /// than a decision; false says nothing.
    pub(crate) fn is_refuted_beside(
        &mut self,
        claim: &Claim<'p>,
        event: &Assignment,
        columns: impl IntoIterator<Item = ColumnId>,
    ) -> bool {
        // What refutes it as opaque tests are taken may not as they are meant.
        if self.is_opaque(claim) {
            return false;
        }
        let refutes = |column, value: &OwnedValue| {
            let mut beside = event.clone();
            beside.event.set(column, value.clone());
            claim.is_refuted_by(&self.consistent(beside), self.now)
        };
        columns.into_iter().any(|column| {
            let given = self.hints.get(&column).into_iter().flatten();
            given.chain([&OwnedValue::Missing]).any(|value| refutes(column, value))
        })
    }

    fn decide_near(&mut self, claim: &Claim<'p>, near: Near) -> (Proof, Vec<usize>) {
        // Else a column of one policy would be another one of the other.
        if claim.policies().iter().any(|policy| !policy.schema.is_laid_out_as(self.schema)) {
            return (Proof::Unknown(Reason::Columns), Vec::new());
        }
        if !self.unread(claim).any {
            let mut kept =
                std::mem::replace(&mut self.kept, Kept::new(self.now, self.setting, Opaques::Never));
            let answer = self.answer(claim, &mut kept, near);
            self.kept = kept;
            return self.proof(claim, answer);
        }
        // What is said of tests that are not looked into is said for each claim: nothing is kept.
        let mut kept = Kept::new(self.now, self.setting, Opaques::Never);
        let answer = self.answer(claim, &mut kept, near);
        if kept.build.formula.unread().is_empty() || !matches!(answer, Answer::Impossible(_)) {
            return self.proof(claim, answer);
        }
        // Whatever these tests come out as, or not at all?
        let columns = u16::try_from(self.schema.columns.len()).unwrap_or(u16::MAX);
        let mut kept = Kept::new(self.now, self.setting, Opaques::Free(columns));
        let answer = self.answer(claim, &mut kept, near);
        let Answer::Found(found) = answer else { return self.proof(claim, answer) };
        let unread = kept.build.formula.unread();
        let texts: Vec<String> = unread.iter().flat_map(formula::Unread::opaque_texts).collect();
        if !texts.is_empty() {
            return (Proof::Unknown(Reason::Opaque(texts.join("`, `"))), Vec::new());
        }
        // The columns of a pair have values now that were chosen apart from each other.
        let pairs = pairs::met(unread);
        let refutes = |event| {
            let event = self.consistent(event);
            claim.is_refuted_by(&event, self.now).then_some(event)
        };
        let proof = match pairs::settled(found, &pairs, self.schema, &refutes) {
            Some(event) => Proof::Fails(Box::new(event)),
            None => Proof::Unknown(Reason::Pair(pairs::said(&pairs, self.schema))),
        };
        (proof, Vec::new())
    }

    fn is_opaque(&mut self, claim: &Claim<'p>) -> bool {
        self.unread(claim).opaque
    }

    /// What the policies of a claim have that is not looked into.
    fn unread(&mut self, claim: &Claim<'p>) -> Unread {
        let of = |policy: &Policy| Unread { opaque: policy.is_opaque(), any: !policy.is_separable() };
        let known = claim.policies().into_iter();
        let known = known.map(|policy| *self.unread.entry(Place(policy)).or_insert_with(|| of(policy)));
        known.fold(Unread { opaque: false, any: false }, |all, one| Unread {
            opaque: all.opaque || one.opaque,
            any: all.any || one.any,
        })
    }

    /// Asks every question.
    fn answer(&self, claim: &Claim<'p>, kept: &mut Kept<'p>, near: Near) -> Answer {
        kept.spent.begin();
        kept.truths.resize(self.near.len(), Truth::default());
        let mut rests_on = Vec::new();
        let mut unknown = None;
        for question in &claim.questions(&mut kept.build) {
            match self.question(claim, question, kept, near) {
                Answer::Found(found) => return Answer::Found(found),
                Answer::Impossible(places) => rests_on.extend(places),
                Answer::Unknown(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        unknown.map_or(Answer::Impossible(rests_on), Answer::Unknown)
    }

    fn question(
        &self,
        claim: &Claim<'p>,
        question: &Question<'p>,
        Kept { build, spent, truths }: &mut Kept<'p>,
        near: Near,
    ) -> Answer {
        let devices = device_schema(&claim.policies());
        let known = |policy| self.unread.get(&Place(policy));
        let unread = claim.policies().into_iter().filter_map(known).any(|unread| unread.any);
        let mut parts = vec![question.must];
        let mut waiting: Vec<usize> = Vec::new();
        let mut added: Vec<usize> = Vec::new();
        for (at, (_, exclusion)) in question.none.iter().enumerate() {
            // What the tests that are not looked into come out as on a witness says nothing here.
            if unread && !exclusion.predicate.is_separable() { added.push(at) } else { waiting.push(at) }
        }
        parts.extend(added.iter().filter_map(|at| question.not(*at, build)));
        for round in 0.. {
            let root = build.formula.all(parts.clone());
            let theories = Theories {
                schema: self.schema,
                devices,
                hints: &self.hints,
                limits: &self.setting.limits,
                spent,
                solve: search::solve,
            };
            let mut holds = |(place, event): &(usize, &Arc<Assignment>)| {
                truths.get_mut(*place).is_some_and(|truth| truth.of(&build.formula, root, event))
            };
            let start = self.candidates(near).find(&mut holds).map_or(near.0, |(place, _)| place);
            let (Some(event), Some(truth)) = (self.near.get(start), truths.get(start)) else { break };
            let mut event = Assignment::clone(event);
            build.formula.make_room(&mut event.event);
            let outcome = search::solve_from(&build.formula, &theories, root, event, truth.clone());
            let found = match outcome {
                Outcome::Impossible => {
                    let place = |at: &usize| question.none.get(*at).map(|(place, _)| *place);
                    return Answer::Impossible(added.iter().filter_map(place).collect());
                }
                // More is asked, and may be easier to refute.
                Outcome::Unknown(_) if !waiting.is_empty() => None,
                Outcome::Unknown(reason) => return Answer::Unknown(reason),
                Outcome::Satisfied(found) => Some(self.consistent(found)),
            };
            let event = found.as_ref().map(|found| found.event.borrow());
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
            parts.extend(more.iter().filter_map(|at| question.not(*at, build)));
            added.append(&mut more);
        }
        Answer::Unknown(Reason::Decisions)
    }

    fn proof(&self, claim: &Claim<'p>, answer: Answer) -> (Proof, Vec<usize>) {
        let found = match answer {
            Answer::Impossible(rests_on) => return (Proof::Holds, rests_on),
            Answer::Unknown(reason) => return (Proof::Unknown(reason), Vec::new()),
            Answer::Found(found) => found,
        };
        let proof = if claim.is_refuted_by(&found, self.now) {
            Proof::Fails(Box::new(found))
        } else {
            Proof::Unknown(Reason::Unconfirmed("an event".to_owned()))
        };
        (proof, Vec::new())
    }

    /// The witness as near to an event as it can be, and hanging together.
    fn believable(&self, claim: &Claim<'p>, found: Assignment, near: &Assignment) -> Assignment {
        let found = self.shrink(claim, found, near);
        coherent(found, near, self.schema, &|event| {
            let event = self.consistent(event);
            claim.is_refuted_by(&event, self.now).then_some(event)
        })
    }

    /// Takes back every change that the refutation does not need.
    fn shrink(&self, claim: &Claim<'p>, mut witness: Assignment, near: &Assignment) -> Assignment {
        let changed: Vec<ColumnId> = witness.differences(near).keys().copied().collect();
        for column in changed {
            let mut without = witness.clone();
            without.event.set(column, OwnedValue::from(near.event.value(column)));
            let without = self.consistent(without);
            if claim.is_refuted_by(&without, self.now) {
                witness = without;
            }
        }
        witness
    }
}

impl Kept<'_> {
    fn new(now: Time, setting: &Setting, opaques: Opaques) -> Self {
        Self {
            build: Build::new(now, setting.assumptions, opaques),
            spent: Spent::default(),
            truths: Vec::new(),
        }
    }
}

/// The first believable event, if there is one.
const FIRST: Near = Near(0);

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
