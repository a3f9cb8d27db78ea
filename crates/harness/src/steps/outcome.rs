//! Steps that say the expected verdict.

use std::rc::Rc;

use cucumber::gherkin::StepType;

use super::{Definition, Moment, define};
use crate::expected::Expected;
use crate::quantity::Quantity;
use crate::template::{Arguments, parts_of_change};
use crate::world::World;

/// In the order of the manual.
pub(super) const STEPS: &[Definition] = &[
    define(Moment::Outcome, "it is kept", "it is in scope and no exclusion hides it", |world, _| {
        world.expect(&Expected::Kept)
    }),
    define(Moment::Outcome, "it stays visible", "the same in other words", |world, _| {
        world.expect(&Expected::Kept)
    }),
    define(
        Moment::Outcome,
        "it is hidden",
        "some exclusion hides it; naming which one says more",
        |world, _| world.expect(&Expected::Hidden),
    ),
    define(
        Moment::Outcome,
        "it is hidden by {exclusions}",
        "exactly these exclusions hide it, no other one does",
        |world, arguments| world.expect(&Expected::HiddenBy(arguments.texts(0)?)),
    ),
    define(
        Moment::Outcome,
        "it is hidden by {exclusions} among others",
        "these exclusions hide it, and perhaps other ones do",
        |world, arguments| world.expect(&Expected::HiddenAmongOthersBy(arguments.texts(0)?)),
    ),
    define(
        Moment::Outcome,
        "it is hidden by none but {exclusions}",
        "one or more of these exclusions hide it, no other one does",
        |world, arguments| world.expect(&Expected::HiddenByNoneBut(arguments.texts(0)?)),
    ),
    define(
        Moment::Outcome,
        "it is out of scope",
        "the policy does not look at it; naming the condition says more",
        |world, _| world.expect(&Expected::OutOfScope),
    ),
    define(
        Moment::Outcome,
        "it is out of scope because of {condition}",
        "the first condition of the scope that fails: `lookback`, `devices`, or the columns it looks at",
        |world, arguments| world.expect(&Expected::OutOfScopeBy(arguments.text(0)?)),
    ),
    define(
        Moment::Outcome,
        "it {verdict} when {change}",
        "the same event with something changed: any verdict, then any steps about the event, joined by `and`",
        |world, arguments| when(world, arguments.words(0), arguments.words(1)),
    ),
    define(
        Moment::Outcome,
        "stays visible when {change}",
        "a near miss: the same as `it is kept when …`",
        |world, arguments| when(world, "is kept", arguments.words(0)),
    ),
    define(
        Moment::Outcome,
        "it {verdict} and stays visible when {change}",
        "a verdict and a near miss in one line",
        |world, arguments| {
            perform(world, StepType::Then, &format!("it {}", arguments.words(0)))?;
            when(world, "is kept", arguments.words(1))
        },
    ),
    define(
        Moment::Outcome,
        "{quantity} {state}",
        "of several events, so many have this verdict: `all`, `none`, `at least`, `at most` or `exactly` a number",
        |world, arguments| count(world, arguments, None),
    ),
    define(
        Moment::Outcome,
        "{quantity} {state} within {hours} hours",
        "the same of the events that happened so many hours before the clock or later",
        |world, arguments| {
            let hours = arguments.number(2)?;
            count(world, arguments, Some(hours))
        },
    ),
];

/// A near miss: applies the change to the event, expects the verdict, and takes the change back.
fn when(world: &mut World, verdict: &str, change: &str) -> Result<(), String> {
    let before = world.clone();
    let mut parts = parts_of_change(change).into_iter();
    let checked = parts
        .try_for_each(|part| perform(world, StepType::When, part))
        .and_then(|()| perform(world, StepType::Then, &format!("it {verdict}")));
    *world = before;
    checked
}

fn perform(world: &mut World, keyword: StepType, words: &str) -> Result<(), String> {
    let steps = Rc::clone(&world.steps);
    steps.perform(world, keyword, words, None)
}

fn count(world: &World, arguments: &Arguments<'_>, hours: Option<i64>) -> Result<(), String> {
    let words = arguments.words(0);
    let quantity = Quantity::read(words).ok_or_else(|| format!("`{words}` is no quantity"))?;
    world.expect_of(quantity, &state(arguments)?, hours.map(|hours| hours.saturating_mul(crate::case::HOUR)))
}

/// The verdict in the second argument: `are hidden by "snapd"`.
fn state(arguments: &Arguments<'_>) -> Result<Expected, String> {
    let words = arguments.words(1);
    let state = words.trim_start_matches("is ").trim_start_matches("are ");
    let ids = || arguments.texts(1);
    Ok(match state {
        "kept" => Expected::Kept,
        "hidden" => Expected::Hidden,
        "out of scope" => Expected::OutOfScope,
        scope if scope.starts_with("out of scope") => Expected::OutOfScopeBy(ids()?.into_iter().collect()),
        but if but.starts_with("hidden by none but ") => Expected::HiddenByNoneBut(ids()?),
        others if others.ends_with(" among others") => Expected::HiddenAmongOthersBy(ids()?),
        _ => Expected::HiddenBy(ids()?),
    })
}
