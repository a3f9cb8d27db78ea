//! Which machines a policy's events can come from: those that it says, and that its scope lets in. Knows no techniques.

use lownoise_engine::policy::{ConditionKind, Exclusion, Platform, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_prove::{Assumptions, Claim, Prover, Setting};

use super::control::Machine;
use super::technique::{Techniques, condition_on};

/// What a proof assumes of events beside who controls what.
pub(super) const ASSUMPTIONS: Assumptions = Assumptions { types_follow: true, names_follow: true };

/// Whether events can come from such a machine: the policy does not say otherwise, and its condition on devices lets
/// one in.
pub(super) fn is_possible(machine: &Machine, policy: &Policy, setting: &Setting) -> bool {
    if policy.platform.is_some_and(|platform| platform != machine.platform) {
        return false;
    }
    policy.scope.iter().all(|condition| match &condition.kind {
        ConditionKind::Devices { schema, predicate } => {
            let of_machine = machine.devices.get(&schema.table);
            let Some(of_machine) = of_machine.and_then(|table| condition_on(schema, table)) else {
                return true;
            };
            let rows = Policy {
                schema: schema.clone(),
                scope: Vec::new(),
                exclusions: vec![hiding(policy, predicate.clone())],
                ..policy.clone()
            };
            let claim = Claim::HidesNone { policy: &rows, exclusion: 0, events: &of_machine };
            !Prover::new(&rows.schema, setting).holds(&claim)
        }
        ConditionKind::Lookback(_) | ConditionKind::Where(_) => true,
    })
}

/// The policy with one exclusion, which hides all of its scope.
pub(super) fn everything(policy: &Policy) -> Policy {
    let exclusions = vec![hiding(policy, Predicate::All(Vec::new()))];
    Policy { exclusions, never_hide: Vec::new(), ..policy.clone() }
}

fn hiding(policy: &Policy, predicate: Predicate) -> Exclusion {
    Exclusion::bare("everything", predicate, policy.span)
}

/// The machines in the order in which they are asked about: first that of which most of the words in the scope and in
/// the exclusion speak. Where both are ridden alike, the first is shown.
pub(super) fn likeliest_first<'t>(
    policy: &Policy,
    exclusion: &Exclusion,
    possible: &[&'t Techniques],
) -> Vec<&'t Techniques> {
    if possible.len() < 2 {
        return possible.to_vec();
    }
    let mut tests: Vec<&Test> = exclusion.predicate.tests();
    for condition in &policy.scope {
        if let ConditionKind::Where(predicate) = &condition.kind {
            tests.extend(predicate.tests());
        }
    }
    let words: Vec<String> = tests.iter().map(|test| format!("{:?}", test.operator)).collect();
    let speak_of = |machine: &Machine| {
        let speaks = |word: &&String| machine.signs.iter().any(|sign| word.contains(sign.as_str()));
        words.iter().filter(speaks).count()
    };
    let mut ordered = possible.to_vec();
    ordered.sort_by_key(|techniques| std::cmp::Reverse(speak_of(techniques.machine)));
    ordered
}

/// What is taken as given, in words.
pub(super) fn assumed(policy: &Policy, possible: &[&Techniques]) -> Vec<String> {
    let mut said = Vec::new();
    let name = |platform: Platform| match platform {
        Platform::Linux => "Linux",
        Platform::Macos => "macOS",
        Platform::Windows => "Windows",
    };
    let several = possible.len() > 1;
    if several {
        let names: Vec<&str> = possible.iter().map(|techniques| name(techniques.machine.platform)).collect();
        let names = names.join(" or of ");
        said.push(format!("the events are of {names}: the policy does not say its `platform`"));
    }
    for techniques in possible {
        let on = if several { format!("on {}, ", name(techniques.machine.platform)) } else { String::new() };
        let words = techniques.machine.assumed(techniques.roles);
        said.extend(words.into_iter().map(|words| format!("{on}{words}")));
    }
    said.extend(ASSUMPTIONS.words(&policy.schema));
    said
}
