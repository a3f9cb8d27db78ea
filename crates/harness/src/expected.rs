//! The verdict that a scenario asks for, and whether a verdict is it. Knows no event.

use std::collections::HashSet;
use std::fmt;

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::policy::Policy;

use crate::options::Named;

/// A verdict that a scenario asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    Kept,
    Hidden,
    HiddenBy(Vec<String>),
    HiddenAmongOthersBy(Vec<String>),
    HiddenByNoneBut(Vec<String>),
    OutOfScope,
    OutOfScopeBy(String),
}

impl Expected {
    /// That it names nothing which the policy does not have: such a scenario would say less than it seems to.
    pub(crate) fn check(&self, policy: &Policy) -> Result<(), String> {
        let (what, named, known): (_, &[String], Vec<&str>) = match self {
            Self::HiddenBy(ids) | Self::HiddenAmongOthersBy(ids) | Self::HiddenByNoneBut(ids) => {
                ("exclusion", ids, policy.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect())
            }
            Self::OutOfScopeBy(name) => (
                "scope condition",
                std::slice::from_ref(name),
                policy.scope.iter().map(|condition| condition.name.as_str()).collect(),
            ),
            Self::Kept | Self::Hidden | Self::OutOfScope => return Ok(()),
        };
        let Some(name) = named.iter().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
        let has = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(format!("the policy `{}` has no {what} `{name}`; it has {has}", policy.id))
    }

    /// The exclusions that it names.
    pub(crate) fn exclusions(&self) -> &[String] {
        match self {
            Self::HiddenBy(ids) | Self::HiddenAmongOthersBy(ids) | Self::HiddenByNoneBut(ids) => ids,
            Self::Kept | Self::Hidden | Self::OutOfScope | Self::OutOfScopeBy(_) => &[],
        }
    }

    /// What it names, of what may hide an event or leave it out.
    pub(crate) fn named(&self) -> Option<Named> {
        match self {
            Self::HiddenBy(ids) | Self::HiddenAmongOthersBy(ids) | Self::HiddenByNoneBut(ids) => {
                Some(Named::Exclusions(ids.clone()))
            }
            Self::OutOfScopeBy(name) => Some(Named::Condition(name.clone())),
            Self::Kept | Self::Hidden | Self::OutOfScope => None,
        }
    }

    /// Whether a verdict is it.
    pub(crate) fn is_met(&self, policy: &Policy, verdict: &Verdict) -> bool {
        let hiding: HashSet<&str> = hiding(policy, verdict).into_iter().collect();
        let hidden = matches!(verdict, Verdict::Hidden(_));
        match self {
            Self::Kept => *verdict == Verdict::Kept,
            Self::Hidden => hidden,
            Self::HiddenBy(ids) => hidden && ids.iter().map(String::as_str).collect::<HashSet<_>>() == hiding,
            Self::HiddenAmongOthersBy(ids) => hidden && ids.iter().all(|id| hiding.contains(id.as_str())),
            Self::HiddenByNoneBut(ids) => {
                hidden && hiding.iter().all(|id| ids.iter().any(|named| named == id))
            }
            Self::OutOfScope => matches!(verdict, Verdict::OutOfScope(_)),
            Self::OutOfScopeBy(name) => {
                matches!(verdict, Verdict::OutOfScope(place) if condition(policy, *place) == name)
            }
        }
    }
}

/// In words that follow "it".
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => write!(f, "is kept"),
            Self::Hidden => write!(f, "is hidden"),
            Self::HiddenBy(ids) => write!(f, "is hidden by {}", listed(ids)),
            Self::HiddenAmongOthersBy(ids) => write!(f, "is hidden by {} among others", listed(ids)),
            Self::HiddenByNoneBut(ids) => write!(f, "is hidden by none but {}", listed(ids)),
            Self::OutOfScope => write!(f, "is out of scope"),
            Self::OutOfScopeBy(name) => write!(f, "is out of scope because of `{name}`"),
        }
    }
}

/// A verdict in words that follow "it".
pub(crate) fn said(policy: &Policy, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Kept => "is kept".to_owned(),
        Verdict::Hidden(_) => format!("is hidden by {}", listed(&hiding(policy, verdict))),
        Verdict::OutOfScope(place) => format!("is out of scope because of `{}`", condition(policy, *place)),
    }
}

fn condition(policy: &Policy, place: usize) -> &str {
    policy.scope.get(place).map_or("", |condition| &condition.name)
}

/// The exclusions that hide, by their ids.
pub(crate) fn hiding<'p>(policy: &'p Policy, verdict: &Verdict) -> Vec<&'p str> {
    let Verdict::Hidden(places) = verdict else { return Vec::new() };
    places.iter().filter_map(|&place| policy.exclusions.get(place)).map(|found| found.id.as_str()).collect()
}

fn listed<T: AsRef<str>>(ids: &[T]) -> String {
    ids.iter().map(|id| format!("`{}`", id.as_ref())).collect::<Vec<_>>().join(" and ")
}
