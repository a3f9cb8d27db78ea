//! Cycles between modules. At each level of a crate, what lies in a module counts as it: a module and its neighbours
//! must form no cycle. A module inside another may use the words of the one around it: that is no cycle here.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Module, Source};

/// Each cycle of a crate, in words: ``crate::a → crate::b → crate::a``.
pub(crate) fn cycles(modules: &BTreeMap<Module, Source>) -> Vec<String> {
    let mut levels: BTreeMap<&[String], Arrows> = BTreeMap::new();
    for (from, source) in modules {
        let targets = source.paths.iter().filter_map(|path| resolve(modules, from, path));
        for to in targets.collect::<BTreeSet<_>>() {
            let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
            // One of them lies in the other, unless both have a part of their own.
            if let (Some(tail), Some(head)) = (from.get(shared), to.get(shared)) {
                let level = from.get(..shared).unwrap_or(from);
                levels.entry(level).or_default().entry(tail.clone()).or_default().insert(head.clone());
            }
        }
    }
    levels.iter().filter_map(|(level, arrows)| cycle(level, arrows)).collect()
}

/// At one level: which neighbours a module uses.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The module that a path leads to, `None` for a path out of the crate. Re-exports are followed.
fn resolve(modules: &BTreeMap<Module, Source>, from: &Module, path: &[String]) -> Option<Module> {
    let mut place = from.clone();
    let mut rest = path.iter().peekable();
    match rest.peek()?.as_str() {
        "crate" => {
            place.clear();
            rest.next();
        }
        "self" => _ = rest.next(),
        "super" => {
            while rest.next_if(|part| *part == "super").is_some() {
                place.pop();
            }
        }
        first => {
            let child = [from.as_slice(), &[first.to_owned()]].concat();
            modules.get(&child)?;
        }
    }
    let mut rest: Vec<String> = rest.cloned().collect();
    rest.reverse();
    // Re-exports that name each other would go on for ever.
    for _ in 0..100 {
        let Some(part) = rest.pop() else { break };
        let child = [place.as_slice(), std::slice::from_ref(&part)].concat();
        if modules.contains_key(&child) {
            place = child;
            continue;
        }
        let handed_on = modules.get(&place).and_then(|source| source.re_exports.get(&part));
        let Some(origin) = handed_on else { break };
        return resolve(modules, &place, origin);
    }
    Some(place)
}

/// The first cycle at a level.
fn cycle(level: &[String], arrows: &Arrows) -> Option<String> {
    let mut left = arrows.clone();
    // Whatever uses nothing that is left is in no cycle.
    while let Some(free) = left.iter().find(|(_, uses)| !uses.iter().any(|used| left.contains_key(used))) {
        let free = free.0.clone();
        left.remove(&free);
    }
    let mut walk = vec![left.keys().next()?.clone()];
    loop {
        let last = walk.last()?;
        let next = left.get(last)?.iter().find(|used| left.contains_key(*used))?.clone();
        if let Some(start) = walk.iter().position(|passed| *passed == next) {
            walk.push(next);
            let name = |part: &String| {
                [&["crate".to_owned()], level, std::slice::from_ref(part)].concat().join("::")
            };
            return Some(walk.iter().skip(start).map(name).collect::<Vec<_>>().join(" → "));
        }
        walk.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read;

    fn crate_of(files: &[(&str, &str)]) -> BTreeMap<Module, Source> {
        let mut modules = BTreeMap::new();
        for (module, text) in files {
            let module: Module =
                module.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
            read(&module, text, &mut modules).unwrap();
        }
        modules
    }

    #[test]
    fn a_cycle_is_found() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("by `use`", &[("", ""), ("a", "use crate::b::B;"), ("b", "use super::a::A;")]),
            ("by a path", &[("", ""), ("a", "fn f() { crate::b::g() }"), ("b", "fn g() { crate::a::f() }")]),
            (
                "in a macro",
                &[("", ""), ("a", "fn f() { vec![crate::b::g()] }"), ("b", "use crate::{a::{self, A}};")],
            ),
            (
                "through a module inside",
                &[("", ""), ("a", ""), ("a::x", "use crate::b::B;"), ("b", "use crate::a::A;")],
            ),
            (
                "through a re-export",
                &[
                    ("", "pub use a::A as C; pub(crate) use b::B;"),
                    ("a", "use crate::B;"),
                    ("b", "use crate::C;"),
                ],
            ),
            ("with an inline module", &[("", "mod a { use super::b::B; }"), ("b", "use crate::a::A;")]),
        ];
        for (name, files) in cases {
            assert_eq!(cycles(&crate_of(files)), ["crate::a → crate::b → crate::a"], "{name}");
        }
        let below = [
            ("", ""),
            ("m", "mod x; mod y; mod z;"),
            ("m::x", "use super::y::Y;"),
            ("m::y", "use crate::m::z;"),
            ("m::z", "use super::x;"),
        ];
        assert_eq!(cycles(&crate_of(&below)), ["crate::m::x → crate::m::y → crate::m::z → crate::m::x"]);
    }

    #[test]
    fn no_cycle_is_made_up() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("one way", &[("", "mod a; mod b;"), ("a", "use crate::b::B;"), ("b", "use std::a;")]),
            ("a module and its own", &[("", ""), ("a", "mod x; use x::X;"), ("a::x", "use super::A;")]),
            (
                "comments and texts",
                &[("", ""), ("a", "use crate::b;"), ("b", "// crate::a\nfn f() { \"crate::a\"; }")],
            ),
            (
                "tests",
                &[
                    ("", ""),
                    ("a", "use crate::b;"),
                    ("b", "#[cfg(test)]\nmod tests { use crate::a; }\n#[cfg(test)] use crate::{a::A};"),
                ],
            ),
            (
                "names of the root",
                &[("", "pub use a::A; const N: u8 = 1;"), ("a", "use crate::b;"), ("b", "use crate::N;")],
            ),
        ];
        for (name, files) in cases {
            assert_eq!(cycles(&crate_of(files)), [""; 0], "{name}");
        }
    }
}
