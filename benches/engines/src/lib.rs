//! One question for many engines: is this event hidden? The exclusions are those of a lownoise policy, each engine gets
//! them in its best form and the events as its own kind, and `Engine::decide` decides all events of a batch, in memory, on one
//! thread. Knows no clock; `benches/decide.rs` measures.

#[path = "../../common/mod.rs"]
mod common;

pub mod cedar;
pub mod closure;
pub mod lownoise;
pub mod setting;
pub mod sigma;
pub mod vrl;

pub use setting::{Fields, Groups, Setting};

/// An engine with a policy and events, ready to be asked.
pub trait Engine {
    /// Decides every event anew.
    fn decide(&mut self);

    /// What was decided last.
    fn answers(&self) -> Answers;
}

/// What an engine says of each event, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answers {
    /// Whether it is hidden.
    Hidden(Vec<bool>),
    /// The exclusions that hide it, by place, ascending.
    HiddenBy(Vec<Vec<usize>>),
}

impl Answers {
    /// Whether each event is hidden.
    pub fn hidden(&self) -> Vec<bool> {
        match self {
            Self::Hidden(hidden) => hidden.clone(),
            Self::HiddenBy(by) => by.iter().map(|by| !by.is_empty()).collect(),
        }
    }

    /// Whether two engines agree, as far as both have spoken.
    pub fn agree(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::HiddenBy(one), Self::HiddenBy(other)) => one == other,
            _ => self.hidden() == other.hidden(),
        }
    }
}

/// Every engine and what it was given, by name; the first is the one that the others must agree with.
pub fn engines<'s>(setting: &'s Setting<'s>) -> Vec<(&'static str, Box<dyn Engine + 's>)> {
    vec![
        ("lownoise reference", Box::new(lownoise::Reference::new(setting))),
        ("lownoise plan", Box::new(lownoise::Planned::new(setting))),
        (
            "closure on fields, loops",
            Box::new(closure::on_fields(setting, closure::Loops::new(&setting.groups))),
        ),
        (
            "closure on fields, sets",
            Box::new(closure::on_fields(setting, closure::Sets::new(&setting.groups))),
        ),
        (
            "closure on JSON values, loops",
            Box::new(closure::on_json(setting, closure::Loops::new(&setting.groups))),
        ),
        (
            "closure on JSON values, sets",
            Box::new(closure::on_json(setting, closure::Sets::new(&setting.groups))),
        ),
        ("cedar-policy, one policy", Box::new(cedar::Cedar::grouped(setting))),
        ("cedar-policy, a policy each", Box::new(cedar::Cedar::each(setting))),
        ("rsigma-eval, one rule", Box::new(sigma::Sigma::grouped(setting))),
        ("rsigma-eval, a rule each", Box::new(sigma::Sigma::each(setting))),
        ("vrl, one program", Box::new(vrl::Vrl::new(setting))),
    ]
}
