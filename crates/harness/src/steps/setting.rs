//! Steps that choose the policy and the clock.

use super::{Definition, Moment};

/// In the order of the manual.
pub(super) const STEPS: &[Definition] = &[
    Definition {
        moment: Moment::Setting,
        template: "the policy {policy}",
        column: None,
        takes_table: false,
        help: "the policy under test: its file's path below the folder of the rules, with or without `.toml`",
        handler: |world, arguments| world.choose_policy(&arguments.text(0)?),
    },
    Definition {
        moment: Moment::Setting,
        template: "the time is {time}",
        column: None,
        takes_table: false,
        help: "the clock, for `lookback` and `expires`; without it the clock that the tests were started with",
        handler: |world, arguments| {
            world.now = arguments.time(0)?;
            Ok(())
        },
    },
];
