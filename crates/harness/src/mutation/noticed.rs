//! Whether a check notices a mutant: what [`evaluate`](lownoise_engine::evaluate::evaluate) would say of it, from what is
//! known of the policy's own parts, so that a mutant costs its own part alone. Tests hold the two together.

use std::borrow::Cow;

use lownoise_engine::evaluate::hides;
use lownoise_engine::policy::Policy;

use super::{Change, Mutant};
use crate::check::{Check, Judged, holds};

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
