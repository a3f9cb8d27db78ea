//! Steps that say the expected verdict.

use std::rc::Rc;

use cucumber::gherkin::StepType;

use super::{Definition, Moment};
use crate::template::Arguments;
use crate::world::{Expected, World};

/// In the order of the manual.
pub(super) const STEPS: &[Definition] = &[
    Definition {
        moment: Moment::Outcome,
        template: "it is kept",
        column: None,
        takes_table: false,
        help: "it is in scope and no exclusion hides it",
        handler: |world, _| world.expect(&Expected::Kept),
    },
    Definition {
        moment: Moment::Outcome,
        template: "it is hidden",
        column: None,
        takes_table: false,
        help: "some exclusion hides it; naming which one says more",
        handler: |world, _| world.expect(&Expected::Hidden),
    },
    Definition {
        moment: Moment::Outcome,
        template: "it is hidden by {exclusions}",
        column: None,
        takes_table: false,
        help: "exactly these exclusions hide it, no other one does",
        handler: |world, arguments| world.expect(&Expected::HiddenBy(arguments.texts(0)?)),
    },
    Definition {
        moment: Moment::Outcome,
        template: "it is hidden by {exclusions} among others",
        column: None,
        takes_table: false,
        help: "these exclusions hide it, and perhaps other ones do",
        handler: |world, arguments| world.expect(&Expected::HiddenAmongOthersBy(arguments.texts(0)?)),
    },
    Definition {
        moment: Moment::Outcome,
        template: "it is out of scope",
        column: None,
        takes_table: false,
        help: "the policy does not look at it; naming the condition says more",
        handler: |world, _| world.expect(&Expected::OutOfScope),
    },
    Definition {
        moment: Moment::Outcome,
        template: "it is out of scope because of {condition}",
        column: None,
        takes_table: false,
        help: "the first condition of the scope that fails: `lookback`, `devices`, or the columns it looks at",
        handler: |world, arguments| world.expect(&Expected::OutOfScopeBy(arguments.text(0)?)),
    },
    Definition {
        moment: Moment::Outcome,
        template: "it {verdict} when {change}",
        column: None,
        takes_table: false,
        help: "the same event with one thing changed: any verdict, then any step about the event",
        handler: when,
    },
];

/// A near miss: applies the change to the event, expects the verdict, and takes the change back.
fn when(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let before = world.clone();
    let steps = Rc::clone(&world.steps);
    let verdict = format!("it {}", arguments.words(0));
    let checked = steps
        .perform(world, StepType::When, arguments.words(1), None)
        .and_then(|()| steps.perform(world, StepType::Then, &verdict, None));
    *world = before;
    checked
}
