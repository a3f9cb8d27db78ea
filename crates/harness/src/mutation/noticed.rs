//! Whether a check notices a mutant: what [`evaluate`](lownoise_engine::evaluate::evaluate) would say of it, from what is
//! known of the policy's own parts, so that a mutant costs its own part alone. Tests hold the two together.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use lownoise_engine::evaluate::hides;
use lownoise_engine::policy::Policy;

use super::{Change, Mutant};
use crate::check::{Check, Judged, holds};
use crate::options::Place;

/// The checks of a policy.
pub(super) struct Suite<'c> {
    judged: Vec<Judged<'c>>,
    /// Of each exclusion, by place, the checks of scenarios in which it hides something: those that likely notice an edit
    /// of it.
    near: HashMap<usize, Vec<usize>>,
}

impl<'c> Suite<'c> {
    /// Those among these that are of the policy.
    pub(super) fn new(policy: &Policy, checks: &'c [Check]) -> Self {
        let judged: Vec<Judged<'c>> =
            checks.iter().filter(|check| check.is_of(policy)).map(Judged::new).collect();
        let mut scenarios: HashMap<(&Path, usize, &str), Vec<usize>> = HashMap::new();
        for (at, check) in checks.iter().filter(|check| check.is_of(policy)).enumerate() {
            let Place { file, line, scenario } = &check.place;
            scenarios.entry((file, *line, scenario)).or_default().push(at);
        }
        let mut near: HashMap<usize, Vec<usize>> = HashMap::new();
        for of_scenario in scenarios.into_values() {
            let facts = of_scenario.iter().filter_map(|at| judged.get(*at)).flat_map(|judged| &judged.facts);
            let hiding: HashSet<usize> = facts.flat_map(|facts| &facts.hiding).copied().collect();
            for exclusion in hiding {
                near.entry(exclusion).or_default().extend(&of_scenario);
            }
        }
        for checks in near.values_mut() {
            checks.sort_unstable();
        }
        Self { judged, near }
    }

    /// A scenario that notices a mutant. `edited` is what [`Mutant::scope_edited`] made of it.
    pub(super) fn killer(&self, mutant: &Mutant, edited: &Policy) -> Option<&Place> {
        let near = match &mutant.change {
            Change::Exclusion(place, _) => self.near.get(place),
            Change::Condition(..) => None,
        };
        let near = near.into_iter().flatten().filter_map(|at| self.judged.get(*at));
        let mut first = near.chain(&self.judged).filter(|judged| mutant.is_noticed_by(judged, edited));
        first.next().map(|judged| &judged.check.place)
    }
}

impl Mutant {
    /// The policy that says what the conditions of the mutant's scope are called: the mutant itself where its scope is
    /// edited, the policy otherwise, which saves copying it.
    pub(super) fn scope_edited<'p>(&self, policy: &'p Policy) -> Cow<'p, Policy> {
        match &self.change {
            Change::Exclusion(..) => Cow::Borrowed(policy),
            Change::Condition(..) => Cow::Owned(self.policy(policy)),
        }
    }

    /// Whether a check of the policy comes out differently on the mutant. `edited` is what [`Self::scope_edited`] made.
    pub(super) fn is_noticed_by(&self, judged: &Judged<'_>, edited: &Policy) -> bool {
        let Check { policy, events, now, expected, .. } = &*judged.check;
        let facts = events.iter().zip(&judged.facts).enumerate();
        match &self.change {
            Change::Exclusion(place, changed) => {
                let gone = |id: &String| policy.exclusions.get(*place).is_some_and(|was| was.id == *id);
                // A scenario that names what is not there fails.
                if changed.is_none() && expected.exclusions().iter().any(gone) {
                    return true;
                }
                let verdicts = facts.filter_map(|(at, (event, facts))| {
                    let event = event.event.borrow();
                    let now_hides = changed.as_ref().is_some_and(|changed| hides(changed, &event, *now));
                    let hid = facts.hiding.binary_search(place).is_ok();
                    (now_hides != hid).then(|| (at, facts.with_exclusion(*place, now_hides).verdict()))
                });
                judged.notices_all(policy, verdicts)
            }
            Change::Condition(place, changed) => {
                let verdicts = facts.map(|(at, (event, facts))| {
                    let holds = changed.as_ref().map(|condition| holds(policy, condition, event, *now));
                    let facts = match holds {
                        Some(holds) => facts.with_condition(*place, holds),
                        None => facts.without_condition(*place),
                    };
                    (at, facts.verdict())
                });
                expected.check(edited).is_err() || judged.notices_all(edited, verdicts)
            }
        }
    }
}
