//! What an edit of one policy changes, as concerns: each with the line to blame, the event that shows it, how many of
//! the given events it is about, and the scenario that accepts it or would.

use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::{OwnedValue, Time};
use lownoise_harness::{Expectation, Sketch, scenario};
use lownoise_prove::{Answer, Assignment, Change, Claim, Diff, Proof, Setting, diff, prove};

use crate::accept::accepted;
use crate::blame::{self, Blame};
use crate::columns::remade;
use crate::concern::{Concern, Level, Place, Rule};
use crate::invariants::never_hide;
use crate::later::later;
use crate::replay::{Direction, Replay, process_column};
use crate::review::{Reviewed, Standing};
use crate::show::witness;

/// Two sides of a policy, and what is known beside them.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    /// Before the edit.
    pub old: &'a Policy,
    /// After it, over the same table.
    pub new: &'a Policy,
    /// How proofs are made.
    pub setting: &'a Setting,
    /// What passed scenarios asked for by name.
    pub met: &'a [Expectation],
    /// The counts over given events.
    pub replay: Option<&'a Replay>,
}

/// Compares the two sides. What is newly hidden and that no scenario accepts, and what is not known, is an error.
#[must_use]
pub fn compare(comparison: Comparison<'_>) -> Reviewed {
    let Comparison { old, new, replay, .. } = comparison;
    let observed = observed(comparison);
    let setting = with_events(comparison.setting, &observed);
    let found = diff(old, new, &setting);
    let standing = standing(&found);
    let telling = Telling { comparison, setting: &setting, observed: &observed, is_later: false };
    let mut concerns = Vec::new();
    for answer in failing(&found.newly_hidden) {
        concerns.push(telling.hidden(answer, replay.map(|replay| &replay.hidden)));
    }
    for answer in failing(&found.newly_shown) {
        concerns.push(telling.shown(answer, replay.map(|replay| &replay.shown)));
    }
    for (from, setting, answer) in later(old, new, &setting, &found) {
        let telling = Telling { setting: &setting, is_later: true, ..telling };
        concerns.push(telling.hidden_later(from, &answer));
    }
    concerns.extend(remade(old, new));
    let mut reviewed = Reviewed::new(&new.id, file(new), standing).with(concerns).counted(replay);
    reviewed.unchanged = found.unchanged;
    reviewed
}

/// A policy with nothing to compare it with: its invariants.
#[must_use]
pub fn alone(policy: &Policy, standing: Standing, setting: &Setting) -> Reviewed {
    let (proved, concerns) = never_hide(policy, None, setting);
    let mut reviewed = Reviewed::new(&policy.id, file(policy), standing).with(concerns);
    reviewed.proved = proved;
    reviewed
}

/// The file of a policy.
pub(crate) fn file(policy: &Policy) -> String {
    policy.sources.get(0).map_or_else(String::new, |source| source.name.clone())
}

fn failing(answers: &[Answer]) -> impl Iterator<Item = &Answer> {
    answers.iter().filter(|answer| answer.proof != Proof::Holds)
}

fn standing(found: &Diff) -> Standing {
    match (found.is_equivalent(), found.hides_nothing_new()) {
        (true, _) => Standing::Equivalent,
        (false, true) => Standing::HidesNothingNew,
        (false, false) => Standing::MayHideMore,
    }
}

/// The first given event of each part that hides or shows something, on a believable device.
fn observed(comparison: Comparison<'_>) -> Vec<Assignment> {
    let Some(replay) = comparison.replay else { return Vec::new() };
    let devices = comparison.setting.events.first().map_or_else(Vec::new, |event| event.devices.clone());
    let firsts = replay.hidden.firsts().chain(replay.shown.firsts());
    firsts.map(|event| Assignment { event: event.clone(), devices: devices.clone() }).collect()
}

/// Real events are more believable than any others.
fn with_events(setting: &Setting, observed: &[Assignment]) -> Setting {
    let events = observed.iter().chain(&setting.events).cloned().collect();
    Setting { events, ..setting.clone() }
}

/// The columns that a part of a policy looks at.
fn looked_at(policy: &Policy, part: Change) -> Vec<ColumnId> {
    let predicates: Vec<&Predicate> = match part {
        Change::Exclusion(place) => {
            policy.exclusions.get(place).map(|exclusion| &exclusion.predicate).into_iter().collect()
        }
        Change::Scope | Change::Any => {
            let each = policy.scope.iter().filter_map(|condition| match &condition.kind {
                ConditionKind::Where(predicate) => Some(predicate),
                _ => None,
            });
            each.collect()
        }
    };
    predicates.into_iter().flat_map(Predicate::tests).map(|test| test.column).collect()
}

/// Makes concerns of answers.
#[derive(Clone, Copy)]
struct Telling<'a> {
    comparison: Comparison<'a>,
    setting: &'a Setting,
    observed: &'a [Assignment],
    /// Whether the clock is a later one than the review's.
    is_later: bool,
}

impl Telling<'_> {
    fn hidden(&self, answer: &Answer, counts: Option<&Direction>) -> Concern {
        let Comparison { old, new, met, .. } = self.comparison;
        let now = self.setting.now.unwrap_or(Time(0));
        let (subject, blame, is_new) = match answer.part {
            Change::Exclusion(place) => {
                let after = new.exclusions.get(place);
                let before = after.and_then(|exclusion| blame::counterpart(exclusion, new, old));
                let id = after.map_or("", |exclusion| exclusion.id.as_str());
                (id.to_owned(), blame::exclusion((old, before), (new, after)), before.is_none())
            }
            Change::Scope | Change::Any => ("scope".to_owned(), blame::scope(old, new), false),
        };
        let message = match (&answer.proof, answer.part) {
            (Proof::Unknown(_), _) => {
                format!("it is not known whether `{subject}` hides events that were visible")
            }
            (_, Change::Exclusion(_)) if is_new => {
                format!("the new exclusion `{subject}` hides events that were visible")
            }
            (_, Change::Exclusion(_)) => format!("`{subject}` now hides events that were visible"),
            _ => "the scope now leaves out events that were visible".to_owned(),
        };
        let mut concern =
            self.concern(Rule::NewlyHidden, Level::Error, (subject, message), blame, answer, counts);
        if let Proof::Fails(event) = &answer.proof {
            concern.accepted = accepted(met, old, new, answer.part, now);
            if concern.accepted.is_some() {
                concern.level = Level::Note;
            } else {
                let name = scenario_name(new, event, &concern.subject);
                concern.scenario = Some(scenario(&Sketch {
                    name: &name,
                    policy: new,
                    before: Some(old),
                    event,
                    now,
                    states_clock: self.is_later,
                }));
            }
        }
        concern
    }

    /// What is hidden from a later day on. An exclusion that is the same for longer is to be looked at, and no more;
    /// another one, which something that expires hides today, is as if it were hidden today.
    fn hidden_later(&self, from: String, answer: &Answer) -> Concern {
        let Comparison { old, new, .. } = self.comparison;
        let mut concern = self.hidden(answer, None);
        if let Change::Exclusion(place) = answer.part
            && self.only_lasts_longer(place)
        {
            concern.level = concern.level.min(Level::Warning);
            concern.scenario = None;
        }
        if concern.unknown.is_none() {
            concern.message =
                format!("from {from} on, `{}` hides events that would be visible", concern.subject);
        }
        concern.from = Some(from);
        if let Change::Exclusion(place) = answer.part
            && let Some(after) = new.exclusions.get(place)
            && let Some(before) = blame::counterpart(after, new, old)
            && before.expires != after.expires
        {
            let blame = blame::expiry((old, before), (new, after));
            (concern.place, concern.edit) = (blame.place, blame.edit);
        }
        concern
    }

    /// Whether the old policy would hide the same, had its exclusion the last day of the new one.
    fn only_lasts_longer(&self, place: usize) -> bool {
        let Comparison { old, new, .. } = self.comparison;
        let Some(after) = new.exclusions.get(place) else { return false };
        let Some(before) = blame::counterpart(after, new, old) else { return false };
        let mut lasting = old.clone();
        for exclusion in lasting.exclusions.iter_mut().filter(|exclusion| exclusion.id == before.id) {
            exclusion.expires = after.expires;
        }
        let claim = Claim::HidesNothingNew { old: &lasting, new, by: Change::Exclusion(place) };
        prove(&claim, self.setting) == Proof::Holds
    }

    fn shown(&self, answer: &Answer, counts: Option<&Direction>) -> Concern {
        let Comparison { old, new, .. } = self.comparison;
        let (subject, blame) = match answer.part {
            Change::Exclusion(place) => {
                let before = old.exclusions.get(place);
                let after = before.and_then(|exclusion| blame::counterpart(exclusion, old, new));
                let id = before.map_or("", |exclusion| exclusion.id.as_str());
                let mut blame = blame::exclusion((old, before), (new, after));
                if let (None, Some(before)) = (after, before) {
                    let old_place = Some(Place::of(&old.sources, before.span));
                    let edit = crate::Edit {
                        of: "exclusion".to_owned(),
                        old: Some(id.to_owned()),
                        new: None,
                        old_place,
                    };
                    blame.edit = Some(edit);
                }
                (id.to_owned(), blame)
            }
            Change::Scope | Change::Any => ("scope".to_owned(), blame::scope(old, new)),
        };
        let message = match (&answer.proof, answer.part) {
            (Proof::Unknown(_), _) => {
                format!("it is not known whether events that `{subject}` hid are visible")
            }
            (_, Change::Exclusion(_)) => format!("events that `{subject}` hid are visible"),
            _ => "the scope now takes in events that were left out".to_owned(),
        };
        self.concern(Rule::NewlyShown, Level::Note, (subject, message), blame, answer, counts)
    }

    fn concern(
        &self,
        rule: Rule,
        level: Level,
        (subject, message): (String, String),
        blame: Blame,
        answer: &Answer,
        counts: Option<&Direction>,
    ) -> Concern {
        let Comparison { old, new, replay, .. } = self.comparison;
        let mut concern = Concern::new(rule, level, subject, message, blame.place);
        concern.edit = blame.edit;
        match &answer.proof {
            Proof::Fails(event) => {
                let of = if rule == Rule::NewlyHidden { new } else { old };
                let columns = looked_at(of, answer.part);
                let shown = witness(new, Some(old), event, self.setting, (self.observed, &columns));
                concern.witness = Some(shown);
            }
            Proof::Unknown(reason) => concern.unknown = Some(reason.to_string()),
            Proof::Holds => {}
        }
        let count = counts.and_then(|counts| counts.of(answer.part));
        concern.replayed =
            count.zip(replay).map(|(count, replay)| count.replayed(replay.events, &new.schema));
        concern
    }
}

/// A scenario's name: which process a part also hides.
fn scenario_name(policy: &Policy, event: &Assignment, subject: &str) -> String {
    let path = process_column(&policy.schema).map(|column| OwnedValue::from(event.event.value(column)));
    let path = path.map(|path| path.borrow().to_string()).unwrap_or_default();
    // A name is one line.
    let subject: String =
        subject.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let plain = |letter: char| letter.is_alphanumeric() || letter.is_ascii_punctuation();
    if path.is_empty() || !path.chars().all(plain) {
        return format!("{subject} hides what it did not hide before");
    }
    format!("{subject} hides {path}")
}
