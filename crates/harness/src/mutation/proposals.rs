//! What becomes of mutants that no scenario notices: proofs, and the scenarios that are missing. Each is run before it is
//! proposed, and one that notices several survivors is proposed once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_prove::{Assignment, Claim, Proof, Setting, prove};

use super::near::setting;
use super::{Fate, Mutant, Proposed};
use crate::check::{Check, Judged};
use crate::rehearsal::Rehearsal;
use crate::runner::HarnessError;
use crate::sketch::{Sketch, scenario};

/// The scenarios that are missing, so far.
pub(super) struct Proposals<'p> {
    policy: &'p Arc<Policy>,
    now: Time,
    rehearsal: Rehearsal,
    /// How many scenarios wanted a name.
    names: HashMap<String, usize>,
    asked: Vec<Asked>,
    pub(super) scenarios: Vec<Proposed>,
}

/// What a proposed scenario asks.
struct Asked {
    /// The scenario's place.
    scenario: usize,
    judged: Judged<'static>,
    /// The event that it was written about, of which it states what matters.
    witness: Assignment,
}

impl<'p> Proposals<'p> {
    pub(super) fn new(policy: &'p Arc<Policy>, now: Time) -> Result<Self, HarnessError> {
        let rehearsal = Rehearsal::new(now).map_err(HarnessError::Steps)?;
        Ok(Self { policy, now, rehearsal, names: HashMap::new(), asked: Vec::new(), scenarios: Vec::new() })
    }

    /// What becomes of a mutant. `scope_edited` is what [`Mutant::scope_edited`] made of it.
    pub(super) fn fate(&mut self, mutant: &Mutant, scope_edited: &Policy) -> Fate {
        let now = mutant.at.unwrap_or(self.now);
        let edited = Arc::new(mutant.policy(self.policy));
        let claim = Claim::Equivalent(self.policy, &edited);
        // Another exclusion that hides the same is noticed as well, but is no other policy.
        let shows = |asked: &Asked| {
            let noticed = asked.judged.check.now == now && mutant.is_noticed_by(&asked.judged, scope_edited);
            let mut events =
                [&asked.witness].into_iter().chain(&asked.judged.check.events).filter(|_| noticed);
            let witness = events.find(|event| claim.is_refuted_by(event, now))?;
            Some(Fate::Survived { witness: Box::new(witness.clone()), now, scenario: Some(asked.scenario) })
        };
        if let Some(survived) = self.asked.iter().find_map(shows) {
            return survived;
        }
        match prove(&claim, &Setting::of(self.policy, now)) {
            Proof::Holds => Fate::Equivalent,
            Proof::Unknown(why) => Fate::Unknown(why),
            Proof::Fails(made_up) => {
                let witness = match prove(&claim, &setting(self.policy, mutant, now)) {
                    Proof::Fails(believable) => believable,
                    Proof::Holds | Proof::Unknown(_) => made_up,
                };
                let scenario = self.propose(mutant, &edited, &witness, now);
                Fate::Survived { witness, now, scenario }
            }
        }
    }

    /// A scenario about the witness, if one can be written that passes on the policy and fails on the mutant.
    fn propose(
        &mut self,
        mutant: &Mutant,
        edited: &Arc<Policy>,
        witness: &Assignment,
        now: Time,
    ) -> Option<usize> {
        let name = self.name(mutant);
        let text = scenario(&Sketch {
            name: &name,
            policy: self.policy,
            before: Some(edited),
            event: witness,
            now,
            states_clock: mutant.at.is_some(),
        });
        let passed = self.rehearsal.of(&text, self.policy).ok().filter(|passed| passed.passed() == 1)?;
        let failed = self.rehearsal.of(&text, edited).ok().filter(|failed| failed.failed() == 1);
        failed?;
        let scenario = self.scenarios.len();
        self.asked.extend(passed.checks.into_iter().map(|check: Check| Asked {
            scenario,
            judged: Judged::of(Cow::Owned(check)),
            witness: witness.clone(),
        }));
        self.scenarios.push(Proposed { name, text });
        Some(scenario)
    }

    /// A name that no other scenario has.
    fn name(&mut self, mutant: &Mutant) -> String {
        let name = format!("{}: {}", mutant.part, mutant.kind.words());
        let wanted = self.names.entry(name.clone()).or_default();
        *wanted += 1;
        if *wanted == 1 { name } else { format!("{name} ({wanted})") }
    }
}
