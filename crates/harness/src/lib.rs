//! Gherkin scenarios that say what a policy keeps and what it hides. Knows features, steps and verdicts; it finds no
//! policies (its caller hands them over) and has no clock.
//!
//! A scenario chooses a policy, states what matters of one event, and says the verdict that it expects:
//!
//! ```gherkin
//! Scenario: a copied tool rides the name of snapd
//!   Given the policy "linux-desktop-public-egress"
//!   When the process name is "snapd"
//!   And the path is "/tmp/.cache/snapd"
//!   Then it is hidden by "snapd"
//!   And it is kept when the process name is "snapd2"
//! ```
//!
//! [`run`] is the whole of it; [`steps`] lists every step that a scenario may use, and [`scenario`] writes one about a
//! given event. What a scenario does not state is
//! a believable default: `curl` on a Linux desktop, an hour ago, to a public address.
//!
//! Features are parsed, outlines expanded and scenarios run by the `cucumber` crate; what a step does, and what is kept
//! of a run, is ours. The result is plain data: [`Summary`].

mod case;
mod check;
mod collector;
mod coverage;
mod expected;
mod features;
mod mutation;
mod options;
mod outcome;
mod quantity;
mod rehearsal;
mod runner;
mod selection;
mod sketch;
mod stage;
mod steps;
mod template;
mod why;
mod world;

pub use check::Check;
pub use coverage::{Asked, Coverage, Kind, PartCoverage, Point, PolicyCoverage, coverage, percent};
pub use features::{FeatureError, find as feature_files};
pub use mutation::{Fate, Kind as EditKind, Mutant, Mutation, PolicyMutation, Proposed, mutants, mutation};
pub use options::{Events, Expectation, Named, Options, Place, Policies, Shard, Tags};
pub use outcome::{Expired, Failing, FeatureRun, Outcome, ScenarioRun, Seen, StepWords, Summary, Unreadable};
pub use rehearsal::rehearse;
pub use runner::{HarnessError, run};
pub use sketch::{Sketch, scenario};
pub use steps::{Moment, StepHelp, column_words, steps};

#[cfg(test)]
mod tests;
