//! What of a policy does nothing, as concerns.

use lownoise_engine::policy::Policy;
use lownoise_engine::span::Span;
use lownoise_prove::{Idle, Part, Setting, review};

use crate::concern::{Concern, Level, Place, Rule};

/// Everything of a policy that does nothing, by proof; nothing of it is an error. `done` is called after each exclusion.
pub fn idle(policy: &Policy, setting: &Setting, done: impl FnMut()) -> Vec<Concern> {
    review(policy, setting, done).iter().map(|idle| concern(policy, idle)).collect()
}

fn concern(policy: &Policy, idle: &Idle) -> Concern {
    let exclusion = |place: usize| {
        let exclusion = policy.exclusions.get(place);
        let id = exclusion.map_or("", |exclusion| exclusion.id.as_str());
        (id.to_owned(), exclusion.map_or(policy.span, |exclusion| exclusion.span))
    };
    let named = |part: &Part| match part {
        Part::Exclusion(place) => exclusion(*place),
        Part::Scope(place) => {
            ("scope".to_owned(), policy.scope.get(*place).map_or(policy.span, |condition| condition.span))
        }
    };
    let new = |level: Level, (subject, span): (String, Span), message: String| {
        Concern::new(Rule::DoesNothing, level, subject, message, Place::of(&policy.sources, span))
    };
    match idle {
        Idle::Scope => {
            let span = policy.scope.last().map_or(policy.span, |condition| condition.span);
            new(Level::Warning, ("scope".to_owned(), span), "no event is in the scope".to_owned())
        }
        Idle::Unreachable(place) => {
            let named = exclusion(*place);
            let message = format!("`{}` is unreachable: it hides nothing that is in the scope", named.0);
            new(Level::Warning, named, message)
        }
        Idle::Dead { exclusion: place, covered_by } => {
            let others: Vec<String> =
                covered_by.iter().map(|place| format!("`{}`", exclusion(*place).0)).collect();
            let named = exclusion(*place);
            let message = format!("`{}` is dead: what it hides, {} hide too", named.0, others.join(" and "));
            new(Level::Warning, named, message)
        }
        Idle::Condition { part, span } => {
            let written = policy.sources.text(*span).split_whitespace().collect::<Vec<_>>().join(" ");
            let (subject, _) = named(part);
            let message =
                format!("a condition of `{subject}` is redundant: without `{written}`, the same is kept");
            new(Level::Warning, (subject, *span), message)
        }
        Idle::Unknown(part, reason) => {
            let named = named(part);
            let message = format!("it is not known whether all of `{}` does something", named.0);
            let mut concern = new(Level::Note, named, message);
            concern.unknown = Some(reason.to_string());
            concern
        }
    }
}
