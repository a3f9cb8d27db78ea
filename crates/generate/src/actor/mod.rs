//! Who does what on a desktop: behaviours, as data. Knows no devices and draws nothing.

use serde::Serialize;

use crate::destination::Destination;

mod developer;
mod foreign;
mod intruder;
mod person;
mod service;

pub(crate) use foreign::{MACOS, WINDOWS};
pub(crate) use intruder::INTRUDER;

/// What happens on an untouched Linux desktop, by family.
pub(crate) const LINUX: &[&[Behaviour]] = &[service::SERVICES, person::PEOPLE, developer::DEVELOPERS];

/// Who is behind an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// A background service of the system or of its management.
    Service,
    /// A person at the desktop.
    Person,
    /// A developer's tools.
    Developer,
    /// An intruder.
    Intruder,
}

/// One thing that an actor does, again and again.
#[derive(Debug)]
pub(crate) struct Behaviour {
    /// Its name in the labels; unique.
    pub(crate) name: &'static str,
    /// How often, relative to the others of its platform.
    pub(crate) weight: u64,
    /// Who does it.
    pub(crate) actor: Actor,
    /// The exclusion of the first policy that it abuses, by that exclusion's id.
    pub(crate) rides: Option<&'static str>,
    /// The program's full path, a template; several: one of them. Empty: the sensor names no process.
    pub(crate) program: &'static [&'static str],
    /// The process name where it is not the last part of the path.
    pub(crate) shown_as: Option<&'static str>,
    /// The program whose bytes it really is, which is what its hashes say: of a copy, and of a link.
    pub(crate) copy_of: Option<&'static str>,
    /// The command line, a template; several: one of them.
    pub(crate) command: &'static [&'static str],
    /// Whose account it runs under.
    pub(crate) account: Account,
    /// The parent's process name; several: one of them.
    pub(crate) parent: &'static [&'static str],
    /// How long a process of it lives.
    pub(crate) life: Life,
    /// Whom it talks to; several: one of them.
    pub(crate) talks_to: &'static [Destination],
    /// The ports on which it waits for others; none: it is the one who connects.
    pub(crate) serves: &'static [u16],
    /// The `ActionType`; several: one of them, so that one written twice is twice as frequent.
    pub(crate) action: &'static [&'static str],
}

/// Whose account a process runs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// The person who uses the device.
    Person,
    /// A system account.
    System(&'static str),
}

/// How long a process lives, which decides how many events share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// Since the device started.
    Daemon,
    /// Some hours: a browser, an editor.
    Session,
    /// For one connection.
    Once,
}

/// The actions of outbound connections.
const OUTBOUND: &[&str] = &[
    "ConnectionSuccess",
    "ConnectionSuccess",
    "ConnectionSuccess",
    "ConnectionSuccess",
    "ConnectionSuccess",
    "ConnectionSuccess",
    "ConnectionFound",
    "ConnectionFound",
    "ConnectionRequest",
    "ConnectionAttempt",
    "ConnectionFailed",
];

/// What a service usually is; each service says how it differs.
const SERVICE: Behaviour = Behaviour {
    name: "",
    weight: 0,
    actor: Actor::Service,
    rides: None,
    program: &[],
    shown_as: None,
    copy_of: None,
    command: &["{path}"],
    account: Account::System("root"),
    parent: &["systemd"],
    life: Life::Daemon,
    talks_to: &[],
    serves: &[],
    action: OUTBOUND,
};

/// What a person's command usually is.
const PERSON: Behaviour = Behaviour {
    actor: Actor::Person,
    account: Account::Person,
    parent: &["bash", "zsh", "gnome-shell"],
    life: Life::Once,
    ..SERVICE
};

/// What a developer's command usually is.
const DEVELOPER: Behaviour =
    Behaviour { actor: Actor::Developer, parent: &["bash", "zsh", "fish", "code", "make"], ..PERSON };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{is_connection_word, is_process_word, words};

    fn everything() -> impl Iterator<Item = &'static Behaviour> {
        LINUX.iter().copied().chain([INTRUDER, WINDOWS, MACOS]).flatten()
    }

    #[test]
    fn names_are_unique_and_every_behaviour_can_happen() {
        let mut names: Vec<_> = everything().map(|behaviour| behaviour.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        for behaviour in everything() {
            assert!(behaviour.weight > 0, "{}", behaviour.name);
            assert!(!behaviour.action.is_empty(), "{}", behaviour.name);
            assert!(!behaviour.talks_to.is_empty(), "{}", behaviour.name);
        }
    }

    #[test]
    fn who_serves_is_not_said_to_connect() {
        for behaviour in everything() {
            for action in behaviour.action {
                let passive = action.starts_with("Inbound") || action.starts_with("Listening");
                assert_eq!(passive, !behaviour.serves.is_empty(), "{}: {action}", behaviour.name);
            }
        }
    }

    #[test]
    fn templates_use_known_words_where_they_can_be_known() {
        for behaviour in everything() {
            for word in behaviour.program.iter().flat_map(|template| words(template)) {
                assert!(is_process_word(word), "{}: `{word}` in a path", behaviour.name);
            }
            for word in behaviour.command.iter().flat_map(|template| words(template)) {
                let fits = behaviour.life == Life::Once && is_connection_word(word);
                assert!(fits || is_process_word(word), "{}: `{word}` in a command", behaviour.name);
            }
        }
    }

    #[test]
    fn only_an_intruder_rides_exclusions() {
        for behaviour in everything().filter(|behaviour| behaviour.actor != Actor::Intruder) {
            assert_eq!(behaviour.rides, None, "{}", behaviour.name);
        }
        assert!(INTRUDER.iter().all(|behaviour| behaviour.actor == Actor::Intruder));
    }
}
