//! An intruder without root can make events that an exclusion hides.
//!
//! For each exclusion the prover is asked, one technique after another: is there an event in the scope that this
//! technique makes and that the exclusion hides? The techniques, what they assume, and the programs that fetch for
//! anyone are data, in `schemas/control`. The finding shows such an event, which the reference evaluator hides, and the
//! command that makes it. Where nothing weaker rides, that is a proof: `lownoise check --strength` shows it for each
//! exclusion, with what it assumes.
//!
//! The lowest rung on which a technique rides is the strength of the exclusion:
//!
//! 1. a part of the command line
//! 2. a name
//! 3. a path below which anyone can write
//! 4. a root-owned place that holds a program which fetches for anyone
//! 5. an exact root-owned path
//! 6. that path, with what only root can have
//!
//! Root is an administrator on Windows. Which machine it is about: the policy's `platform`, which an import of Sigma has
//! from the rule's log source; else the condition on devices; else both are asked, and what stands lower is shown. In a
//! table of all kinds of events, such as those of Sigma rules, nothing is said of an exclusion that looks at a column of
//! which `schemas/control/tables.toml` does not say who chooses what stands in it.
//!
//! What stands below rung 5 is a warning. `evasion.minimum` in `lownoise.toml` demands another rung, and what stands
//! below that is an error.
//!
//! ## Why
//! An exclusion is a place to hide. A red team reads it before it writes its tool.
//!
//! ## Example
//! Anyone can give a copy of `curl` this name:
//! ```toml
//! [[exclusion]]
//! id     = "snapd"
//! reason = "Canonical's Snap daemon"
//! where  = { InitiatingProcessFileName = "snapd" }
//! ```
//!
//! ## Instead
//! Say what an intruder cannot choose: the whole path below a folder of root's, and the account of the service.
//! ```toml
//! [exclusion.where]
//! InitiatingProcessFileName       = "snapd"
//! InitiatingProcessFolderPath     = "/usr/lib/snapd/snapd"
//! InitiatingProcessAccountName    = "root"
//! InitiatingProcessParentFileName = "systemd"
//! RemotePort                      = 443
//! ```

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;

use crate::lint::{Context, Finding, Lint, Run};
use crate::ride::{Outcome, shown, strengths};

pub(super) static LINT: Lint = Lint {
    code: "easily-ridden",
    level: Level::Warning,
    source: include_str!("easily_ridden.rs"),
    run: Run::Policy(run),
};

/// Below this rung it is told, unless the repository demands another.
const USUAL: u8 = 5;

fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let Some(strengths) = strengths(policy, context.now, context.known) else { return Vec::new() };
    let demanded = context.config.evasion.minimum;
    let mut found = Vec::new();
    for strength in &strengths.all {
        let Some(exclusion) = policy.exclusions.get(strength.exclusion) else { continue };
        let rung = strength.rung();
        if rung >= demanded.unwrap_or(USUAL) {
            continue;
        }
        let id = &exclusion.id;
        let (message, evidence) = match &strength.outcome {
            Outcome::Proved => continue,
            Outcome::Unknown { reason, .. } => {
                (format!("it is not known whether an intruder can ride `{id}`"), vec![reason.clone()])
            }
            Outcome::Ridden(ride) => (
                format!("an intruder can ride `{id}`: {}", ride.ridden),
                ride.each()
                    .flat_map(|(event, command)| {
                        let event = format!("event: {}", shown(event, policy, exclusion));
                        [event, format!("made by: {command}")]
                    })
                    .collect(),
            ),
        };
        let label = format!("strength {rung} of 6: {}", rests_on(rung));
        let mut finding = LINT.finds(message, exclusion.span, label).help(help(rung));
        finding.evidence = evidence;
        if demanded.is_some() {
            finding.diagnostic.level = Level::Error;
        }
        found.push(finding);
    }
    found
}

/// What an exclusion on a rung rests on, in words.
#[must_use]
pub fn rests_on(rung: u8) -> &'static str {
    match rung {
        0 | 1 => "a part of the command line",
        2 => "a name",
        3 => "a path below which anyone can write",
        4 => "a root-owned place that holds a program which fetches for anyone, or a destination",
        5 => "an exact root-owned path",
        _ => "an exact root-owned path, with what only root can have",
    }
}

fn help(rung: u8) -> &'static str {
    match rung {
        0..=3 => "name the whole path of the program below a folder of root's, and the service's account",
        4 => "name the one program that is meant by its whole path, with its account and parent",
        _ => "name the account of the service, which a person cannot have",
    }
}
