//! The steps from what is cheap to what is complete, and the last look by the operators themselves. Knows literals on
//! one text column, no columns, no formulas.

use std::rc::Rc;

use lownoise_engine::op::{Operator, Pattern};
use lownoise_engine::value::Value;

use super::account::Account;
use super::atom::{Atom, Test};
use super::automaton::Table;
use super::product::{Budget, Machine, Part, STEPS_OF_A_STATE};
use super::together::{Together, together};
use super::{refute, words};
use crate::{Limits, Reason};

/// Whether some literals can come out as wanted on one text.
#[derive(Debug)]
pub(crate) enum Answer {
    /// They do on this text.
    Value(String),
    /// They cannot; those at these places already cannot, and none of them can be left out when there are at most 64.
    Conflict(Vec<usize>),
    /// It cannot be said.
    Unknown(Reason),
}

/// A part of a contradiction is looked for so often, when there are many literals.
const TRIALS: usize = 64;

/// States that one look for a smaller contradiction may take.
const TRIAL_STATES: usize = 50_000;

/// Bytes of further automata, once one of a question was too large: then they can only show a contradiction.
const SPARE_BYTES: usize = 1 << 20;

/// So many automata of patterns may be in one product, if each is as large as it may be.
const AT_ONCE: usize = 3;

/// Literals that all hints are compared with one by one.
const FEW: usize = 256;

/// Finds a text on which every literal comes out as wanted: an operator of a text column, and whether it must hold.
/// `hints` are believable texts, the best first; the first that fits is taken, else a text made of the literals, else
/// the shortest readable one. Microseconds where a hint fits.
pub(crate) fn solve(literals: &[(&Operator, bool)], hints: &[&str], account: Account<'_>) -> Answer {
    let places: Vec<usize> = (0..literals.len()).collect();
    if size(literals) <= FEW
        && let Some(hint) = hints.iter().find(|hint| confirms(literals, hint))
    {
        return Answer::Value((*hint).to_owned());
    }
    let Some(atoms) = Atom::of(literals, &places, account.limits.automaton_bytes) else {
        return unconfirmed();
    };
    let hint = hints.iter().find(|hint| atoms.iter().all(|atom| atom.comes_out(hint)));
    let answer = hint.map_or_else(|| decide(&atoms, account), |hint| Answer::Value((*hint).to_owned()));
    match answer {
        // Of what an automaton found, the operators have the last word.
        Answer::Value(text) if !confirms(literals, &text) => unconfirmed(),
        Answer::Conflict(core) => Answer::Conflict(smaller(literals, core, account)),
        answer => answer,
    }
}

fn size(literals: &[(&Operator, bool)]) -> usize {
    let members = literals.iter().map(|(operator, _)| match operator {
        Operator::Text { literals, .. } => literals.len(),
        _ => 1,
    });
    members.sum()
}

fn confirms(literals: &[(&Operator, bool)], text: &str) -> bool {
    literals.iter().all(|(operator, wanted)| operator.holds(Value::Text(text)) == *wanted)
}

fn unconfirmed() -> Answer {
    Answer::Unknown(Reason::Unconfirmed("a text column".to_owned()))
}

/// From contradictions between single literals over likely words to the product of automata.
fn decide(atoms: &[Atom<'_>], account: Account<'_>) -> Answer {
    match refute::remainders(atoms) {
        Err(core) => Answer::Conflict(core),
        Ok(remainders) => match words::find(atoms, &remainders) {
            Some(text) => Answer::Value(text),
            None => by_automata(atoms, account),
        },
    }
}

/// Leaves out what a contradiction does not need: halves, quarters, … single literals.
fn smaller(literals: &[(&Operator, bool)], mut core: Vec<usize>, account: Account<'_>) -> Vec<usize> {
    core.sort_unstable();
    core.dedup();
    let limits = Limits { states: account.limits.states.min(TRIAL_STATES), ..account.limits };
    let account = Account { limits, ..account };
    let mut trials = if core.len() > TRIALS { TRIALS } else { usize::MAX };
    let mut step = core.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        while at < core.len() && trials > 0 {
            trials -= 1;
            let rest: Vec<usize> = core.iter().take(at).chain(core.iter().skip(at + step)).copied().collect();
            let trial =
                Atom::of(literals, &rest, limits.automaton_bytes).map(|atoms| decide(&atoms, account));
            match trial {
                Some(Answer::Conflict(mut found)) => {
                    found.sort_unstable();
                    found.dedup();
                    // What was needed before `at` is needed still, so nothing before it is gone.
                    at = found
                        .iter()
                        .take_while(|place| core.iter().take(at).any(|kept| kept == *place))
                        .count();
                    core = found;
                }
                _ => at += step,
            }
        }
        if step == 1 || trials == 0 {
            return core;
        }
        step = step.div_ceil(2);
    }
}

/// The tables of an atom of patterns: all of them hold as they must where one does each (`wanted`), or all do (not).
struct Tables {
    wanted: bool,
    tables: Rc<[Table]>,
}

/// The product of the automata of all atoms. Where an automaton is too large, a contradiction between the others is
/// still one, and a text that they allow is tried out.
fn by_automata(atoms: &[Atom<'_>], account: Account<'_>) -> Answer {
    let limits = account.limits;
    if account.left() == 0 {
        return Answer::Unknown(Reason::Work);
    }
    let mut missing = None;
    let mut room = limits.automaton_bytes.saturating_mul(AT_ONCE);
    let mut parts = Vec::new();
    let mut of_patterns = Vec::new();
    for atom in atoms {
        match &atom.test {
            Test::Words(words) => {
                let machine = words.table().map(Machine::Table).or_else(|| words.trie().map(Machine::Trie));
                if let Some(machine) = machine {
                    parts.push(Part { machine, wanted: atom.wanted });
                } else {
                    let first = words.members.first().map_or("", |(literal, _)| *literal);
                    missing = Some(Reason::Automaton(first.to_owned()));
                }
            }
            Test::Patterns(patterns) => {
                let patterns: Vec<&Pattern> = patterns.iter().map(|(pattern, _)| *pattern).collect();
                let spare = if missing.is_some() { SPARE_BYTES } else { usize::MAX };
                let bytes = limits.automaton_bytes.min(spare);
                match account.tables(&patterns, bytes) {
                    Ok(tables) => {
                        let size: usize = tables.iter().map(Table::bytes).sum();
                        let Some(left) = room.checked_sub(size) else {
                            missing = Some(Reason::States);
                            continue;
                        };
                        room = left;
                        of_patterns.push(Tables { wanted: atom.wanted, tables });
                    }
                    Err(reason) => missing = Some(reason),
                }
            }
        }
    }
    let forbidden = of_patterns.iter().filter(|atom| !atom.wanted).flat_map(|atom| atom.tables.iter());
    parts.extend(forbidden.map(|table| Part { machine: Machine::Table(table), wanted: false }));
    let choices: Vec<&[Table]> =
        of_patterns.iter().filter(|atom| atom.wanted).map(|atom| &*atom.tables).collect();
    let states = limits.states.min(account.left());
    let steps = states.saturating_mul(STEPS_OF_A_STATE);
    let mut budget = Budget { states, steps };
    let together = each_choice(&mut parts, &choices, &mut budget);
    account.spend((states - budget.states).max((steps - budget.steps) / STEPS_OF_A_STATE));
    match together {
        Together::Text(text) if atoms.iter().all(|atom| atom.comes_out(&text)) => Answer::Value(text),
        Together::Never => Answer::Conflict(atoms.iter().flat_map(|atom| atom.places.clone()).collect()),
        Together::Text(_) => missing.map_or_else(unconfirmed, Answer::Unknown),
        Together::TooMuch => Answer::Unknown(missing.unwrap_or(Reason::States)),
    }
}

/// One automaton of each choice must accept: tries them in turn. The budget is one for all.
fn each_choice<'p>(parts: &mut Vec<Part<'p>>, choices: &[&'p [Table]], budget: &mut Budget) -> Together {
    let Some((first, rest)) = choices.split_first() else {
        // There may be a great many combinations that are refuted at once.
        let Some(left) = budget.states.checked_sub(1) else { return Together::TooMuch };
        budget.states = left;
        return together(parts, budget);
    };
    let mut answer = Together::Never;
    for table in *first {
        if budget.states == 0 {
            return Together::TooMuch;
        }
        parts.push(Part { machine: Machine::Table(table), wanted: true });
        let found = each_choice(parts, rest, budget);
        parts.pop();
        match found {
            Together::Text(_) => return found,
            Together::TooMuch => answer = Together::TooMuch,
            Together::Never => {}
        }
    }
    answer
}
