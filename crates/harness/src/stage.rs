//! Where cucumber's runner and the world of a scenario meet: the state that the runner carries, and how a step of ours
//! is one of its steps. Knows neither what steps say nor how a run looks.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::panic::resume_unwind;
use std::path::Path;
use std::rc::Rc;

use cucumber::event::Info;
use cucumber::gherkin::StepType;
use cucumber::runner::basic::{self, Basic, ScenarioType};
use cucumber::{Runner, step};
use futures::future::{self, LocalBoxFuture};

use crate::options::Options;
use crate::steps::Steps;
use crate::world::{Left, World};

/// The state of a scenario as the runner carries it; empty until the scenario begins.
#[derive(Default)]
pub(crate) struct Stage {
    world: Option<World>,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").finish_non_exhaustive()
    }
}

impl cucumber::World for Stage {
    type Error = Infallible;

    async fn new() -> Result<Self, Infallible> {
        Ok(Self::default())
    }
}

/// What the scenarios left behind, in the order in which they ran.
pub(crate) type Leavings = Rc<RefCell<VecDeque<Left>>>;

/// Why a step failed, on its way through the runner.
#[derive(Debug)]
struct Reason(String);

/// Why a step failed: what it said itself, or, after a panic, that this program is wrong.
pub(crate) fn reason(info: &Info) -> String {
    if let Some(Reason(why)) = info.downcast_ref() {
        return why.clone();
    }
    let text = info.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| info.downcast_ref::<&str>().copied()).unwrap_or_default();
    format!("this is a mistake in lownoise, please report it: {text}")
}

/// Cucumber's runner with our steps: one scenario after another, in the order of the files, none a second time.
pub(crate) fn runner(
    steps: &Rc<Steps>,
    options: &Options,
    leavings: &Leavings,
) -> impl Runner<Stage, Cli = basic::Cli> {
    let mut collection = step::Collection::new();
    for (keyword, pattern) in steps.patterns() {
        let pattern = pattern.clone();
        collection = match keyword {
            StepType::Given => collection.given(None, pattern, perform),
            StepType::When => collection.when(None, pattern, perform),
            StepType::Then => collection.then(None, pattern, perform),
        };
    }
    let (steps, options, leavings) = (Rc::clone(steps), options.clone(), Rc::clone(leavings));
    Basic::default()
        .steps(collection)
        .max_concurrent_scenarios(1)
        .which_scenario(|_, _, _| ScenarioType::Concurrent)
        .retry_options(|_, _, _, _| None)
        .before(move |feature, _, _, stage| {
            let steps = Rc::clone(&steps);
            stage.world =
                Some(World::new(steps, options.clone(), feature.path.as_deref().unwrap_or(Path::new(""))));
            Box::pin(future::ready(()))
        })
        .after(move |_, _, _, _, stage| {
            let world = stage.and_then(|stage| stage.world.take());
            leavings.borrow_mut().push_back(world.map(World::leave).unwrap_or_default());
            Box::pin(future::ready(()))
        })
}

/// Does what a step says.
#[expect(clippy::needless_pass_by_value, reason = "the runner hands it over so")]
fn perform(stage: &mut Stage, context: step::Context) -> LocalBoxFuture<'_, ()> {
    let done = match &mut stage.world {
        Some(world) => world.perform(&context.step),
        None => Err("the scenario has not begun".to_owned()),
    };
    // The runner learns of a failed step by unwinding only. This runs no panic hook and is the one place that does it.
    done.unwrap_or_else(|why| resume_unwind(Box::new(Reason(why))));
    Box::pin(future::ready(()))
}
