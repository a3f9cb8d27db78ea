//! What is wrong with an exclusion before anyone runs it. Knows policies, claims and proofs; no files, no clock, and
//! not how a finding looks.

pub mod allow;
pub mod config;
mod edit;
mod evasion;
mod governance;
mod language;
mod lint;
mod ride;
mod settle;
mod shape;
mod weight;

use lownoise_engine::policy::{Exclusion, Policy};

pub use evasion::rests_on;
pub use language::LANGUAGE;
pub use lint::{Context, Finding, Fix, FixClaim, Hidden, Lint, Run, Usage};
pub use ride::{Known, Outcome, Ride, Strength, Strengths, strengths};
pub use settle::{Settling, Told};

/// Every lint, by its code.
#[must_use]
pub fn lints() -> Vec<&'static Lint> {
    let mut all: Vec<&Lint> = evasion::LINTS
        .into_iter()
        .chain(weight::LINTS)
        .chain(shape::LINTS)
        .chain(governance::LINTS)
        .chain(allow::LINTS)
        .collect();
    all.sort_unstable_by_key(|lint| lint.code);
    all
}

/// Every code that can be found, also by the parser.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    lints().iter().map(|lint| lint.code).chain(LANGUAGE.iter().map(|(code, _, _)| *code)).collect()
}

/// Whether a code can be found only where events are given.
#[must_use]
pub fn needs_events(code: &str) -> bool {
    lints().iter().any(|lint| lint.code == code && matches!(lint.run, Run::Events(_)))
}

/// Everything that is found in a policy, in the order of its texts.
#[must_use]
pub fn check(policy: &Policy, context: &Context<'_>) -> Vec<Finding> {
    let mut found = check_exclusions(&policy.exclusions, context);
    for lint in lints() {
        match (lint.run, context.usage) {
            (Run::Policy(run), _) => found.extend(run(context, policy)),
            (Run::Events(run), Some(usage)) => found.extend(run(context, policy, usage)),
            _ => {}
        }
    }
    in_order(found)
}

/// What is found in exclusions by themselves: those of a set.
#[must_use]
pub fn check_exclusions(exclusions: &[Exclusion], context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for lint in lints() {
        if let Run::Exclusion(run) = lint.run {
            found.extend(exclusions.iter().flat_map(|exclusion| run(context, exclusion)));
        }
    }
    in_order(found)
}

fn in_order(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(|finding| {
        (finding.diagnostic.labels.first().map(|label| label.span), finding.diagnostic.code)
    });
    found
}
