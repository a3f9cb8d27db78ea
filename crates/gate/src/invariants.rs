//! Invariants: whether exclusions break them, and whether an edit makes them protect less.

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{Exclusion, Invariant, Policy};
use lownoise_engine::value::Time;
use lownoise_prove::{Change, Claim, Proof, Setting, diff, prove, verdict};

use crate::blame;
use crate::concern::{Concern, Level, Place, Rule};
use crate::show::witness;

/// The invariants that are proved, and a concern for each of the others. The line to blame is that of the exclusion that
/// breaks it; with the policy before the edit, what was changed there.
#[must_use]
pub fn never_hide(
    policy: &Policy,
    before: Option<&Policy>,
    setting: &Setting,
) -> (Vec<String>, Vec<Concern>) {
    let now = setting.now.unwrap_or(Time(0));
    let (mut proved, mut concerns) = (Vec::new(), Vec::new());
    for (place, invariant) in policy.never_hide.iter().enumerate() {
        let id = &invariant.id;
        let own = Place::of(&policy.sources, invariant.span);
        let concern = |message: String, place: Place| {
            Concern::new(Rule::InvariantBroken, Level::Error, id, message, place)
        };
        match prove(&Claim::NeverHides { policy, invariant: place, exclusion: None }, setting) {
            Proof::Holds => proved.push(id.clone()),
            Proof::Unknown(reason) => {
                let mut concern = concern(format!("it is not known whether never_hide `{id}` holds"), own);
                concern.unknown = Some(reason.to_string());
                concerns.push(concern);
            }
            Proof::Fails(event) => {
                let hiding = match verdict(policy, &event, now) {
                    Verdict::Hidden(places) => places.first().and_then(|place| policy.exclusions.get(*place)),
                    _ => None,
                };
                let culprit = hiding.map_or("", |exclusion| exclusion.id.as_str());
                let message = format!("`{culprit}` hides what never_hide `{id}` protects");
                let mut concern = match hiding {
                    Some(exclusion) => {
                        let home = before.unwrap_or(policy);
                        let counterpart = blame::counterpart(exclusion, policy, home);
                        let blame = blame::exclusion((home, counterpart), (policy, Some(exclusion)));
                        let mut concern = concern(message, blame.place);
                        concern.edit = blame.edit;
                        concern
                    }
                    None => concern(message, own),
                };
                concern.witness = Some(witness(policy, before, &event, setting, (&[], &columns(invariant))));
                concerns.push(concern);
            }
        }
    }
    (proved, concerns)
}

/// The invariants of the old policy that protect something which no invariant of the new one does; none of those that
/// are accepted, by their ids, is an error.
#[must_use]
pub fn weakened(old: &Policy, new: &Policy, accepted: &[String], setting: &Setting) -> Vec<Concern> {
    // Seen as exclusions, what was protected and is not is what is newly hidden.
    let (protecting, protected) = (as_exclusions(new, new), as_exclusions(new, old));
    let found = diff(&protecting, &protected, setting);
    let mut concerns = Vec::new();
    for answer in found.newly_hidden.iter().filter(|answer| answer.proof != Proof::Holds) {
        let Change::Exclusion(place) = answer.part else { continue };
        let Some(invariant) = old.never_hide.get(place) else { continue };
        let id = &invariant.id;
        let counterpart = new.never_hide.iter().find(|other| other.id == *id);
        let span = counterpart.map_or(new.span, |other| other.span);
        let message = match (&answer.proof, counterpart) {
            (Proof::Unknown(_), _) => {
                format!("it is not known whether never_hide `{id}` protects what it did")
            }
            (_, Some(_)) => format!("never_hide `{id}` protects less than before"),
            (_, None) => format!("never_hide `{id}` is gone, and what it protected is not protected"),
        };
        let is_accepted = accepted.contains(id);
        let level = if is_accepted { Level::Note } else { Level::Error };
        let mut concern =
            Concern::new(Rule::InvariantWeakened, level, id, message, Place::of(&new.sources, span));
        match &answer.proof {
            Proof::Fails(event) => {
                let mut shown = witness(new, Some(old), event, setting, (&[], &columns(invariant)));
                shown.before = Some(format!("protected by {id}"));
                "not protected".clone_into(&mut shown.after);
                concern.witness = Some(shown);
            }
            Proof::Unknown(reason) => concern.unknown = Some(reason.to_string()),
            Proof::Holds => {}
        }
        if !is_accepted {
            concern.help = Some(format!("protect it again, or accept it with `--accept-invariant {id}`"));
        }
        concerns.push(concern);
    }
    concerns
}

/// The columns that an invariant looks at.
fn columns(invariant: &Invariant) -> Vec<ColumnId> {
    invariant.predicate.columns()
}

/// A policy whose exclusions are another one's invariants, with the scope of the first.
fn as_exclusions(policy: &Policy, of: &Policy) -> Policy {
    let exclusion = |invariant: &Invariant| {
        Exclusion::bare(invariant.id.clone(), invariant.predicate.clone(), invariant.span)
    };
    Policy { exclusions: of.never_hide.iter().map(exclusion).collect(), ..policy.clone() }
}
