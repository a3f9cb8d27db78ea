//! Steps that choose the policy and the clock.

use super::{Definition, Moment, define};

/// In the order of the manual.
pub(super) const STEPS: &[Definition] = &[
    define(
        Moment::Setting,
        "the policy {policy}",
        "the policy under test: its id, or its file's path below the folder of the rules, with or without `.toml`",
        |world, arguments| world.choose_policy(&arguments.text(0)?),
    ),
    define(
        Moment::Setting,
        "the time is {time}",
        "the clock, for `lookback` and `expires`; without it the clock that the tests were started with",
        |world, arguments| {
            world.now = arguments.time(0)?;
            Ok(())
        },
    ),
];
