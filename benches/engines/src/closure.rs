//! What a programmer writes by hand for exactly these exclusions. It says yes or no and stops at the first yes.

use std::collections::HashSet;
use std::net::IpAddr;

use aho_corasick::{AhoCorasick, Anchored, Input, StartKind};
use foldhash::fast::RandomState;
use lownoise_engine::op::{AddressSet, address_number};
use memchr::memmem::Finder;

use crate::{Answers, Engine, Fields, Groups, Setting};

/// A way to decide on one event.
pub trait Decide {
    fn hides(&mut self, event: Fields<'_>) -> bool;
}

/// Every list is walked from its beginning.
pub struct Loops {
    names: Vec<String>,
    paths: Vec<String>,
    parts: Vec<Finder<'static>>,
    networks: Vec<AddressSet>,
    lower: Vec<u8>,
}

/// Hash set, automata, sorted ranges.
pub struct Sets {
    names: HashSet<String, RandomState>,
    paths: AhoCorasick,
    parts: AhoCorasick,
    networks: Vec<(u128, u128)>,
}

/// Events, a way to read them, and a way to decide.
pub struct Closure<'s, T, R, D> {
    events: &'s [T],
    read: R,
    by: D,
    hidden: Vec<bool>,
}

/// On fields that were extracted before.
pub fn on_fields<'s, D: Decide + 's>(setting: &'s Setting<'_>, by: D) -> impl Engine + 's {
    Closure { events: &setting.fields, read: |fields: &Fields<'s>| *fields, by, hidden: Vec::new() }
}

/// On JSON values, whose fields are looked up.
pub fn on_json<'s, D: Decide + 's>(setting: &'s Setting<'_>, by: D) -> impl Engine + 's {
    Closure { events: &setting.json, read: Fields::of_json, by, hidden: Vec::new() }
}

impl<'s, T, R: Fn(&'s T) -> Fields<'s>, D: Decide> Engine for Closure<'s, T, R, D> {
    fn decide(&mut self) {
        self.hidden.clear();
        self.hidden.extend(self.events.iter().map(|event| self.by.hides((self.read)(event))));
    }

    fn answers(&self) -> Answers {
        Answers::Hidden(self.hidden.clone())
    }
}

impl Loops {
    pub fn new(groups: &Groups) -> Self {
        let texts = |group: &[(usize, String)]| group.iter().map(|(_, text)| text.clone()).collect();
        Self {
            names: texts(&groups.names),
            paths: texts(&groups.paths),
            parts: groups.parts.iter().map(|(_, part)| Finder::new(part).into_owned()).collect(),
            networks: groups.networks.iter().map(|(_, set)| set.clone()).collect(),
            lower: Vec::new(),
        }
    }
}

impl Decide for Loops {
    fn hides(&mut self, event: Fields<'_>) -> bool {
        let starts = |prefix: &String| {
            let start = event.path.as_bytes().get(..prefix.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
        };
        let within = |ip: IpAddr| self.networks.iter().any(|set| set.contains(ip));
        if self.names.iter().any(|name| name == event.name)
            || self.paths.iter().any(starts)
            || event.ip.is_some_and(within)
        {
            return true;
        }
        self.lower.clear();
        self.lower.extend_from_slice(event.line.as_bytes());
        self.lower.make_ascii_lowercase();
        self.parts.iter().any(|part| part.find(&self.lower).is_some())
    }
}

impl Sets {
    pub fn new(groups: &Groups) -> Self {
        let automaton = |group: &[(usize, String)], start| {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(true).start_kind(start);
            builder.build(group.iter().map(|(_, text)| text)).expect("an automaton can be built")
        };
        let mut networks: Vec<_> = groups.networks.iter().flat_map(|(_, set)| set.ranges()).collect();
        networks.sort_unstable();
        Self {
            names: groups.names.iter().map(|(_, name)| name.clone()).collect(),
            paths: automaton(&groups.paths, StartKind::Anchored),
            parts: automaton(&groups.parts, StartKind::Unanchored),
            networks,
        }
    }

    /// The networks of these benches do not overlap.
    fn within(&self, ip: IpAddr) -> bool {
        let number = address_number(ip);
        let after = self.networks.partition_point(|(low, _)| *low <= number);
        after
            .checked_sub(1)
            .and_then(|place| self.networks.get(place))
            .is_some_and(|(_, high)| number <= *high)
    }
}

impl Decide for Sets {
    fn hides(&mut self, event: Fields<'_>) -> bool {
        let path = Input::new(event.path).anchored(Anchored::Yes).earliest(true);
        self.names.contains(event.name)
            || event.ip.is_some_and(|ip| self.within(ip))
            || self.paths.is_match(path)
            || self.parts.is_match(event.line)
    }
}
