//! The verbs that prove: what holds of a policy, what an edit changes, whether a branch may be merged. What they share:
//! how proofs are made, and how a review is printed.

mod diff;
mod gate;
mod prove;
mod replay;

use std::io::{Write, stdout};

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_gate::Review;
use lownoise_prove::{Assumptions, Setting};
use lownoise_report::{render_annotations, render_markdown, render_review, review_json, sarif};

pub(crate) use diff::run as diff;
pub(crate) use gate::run as gate;
pub(crate) use prove::run as prove;

use crate::args::{Fact, Proving, ReviewFormat};
use crate::failure::Failure;
use crate::git::Here;
use crate::{output, terminal};

/// What is assumed.
fn assumptions(proving: &Proving) -> Assumptions {
    let assumed = |fact| proving.assume.contains(&fact);
    Assumptions { types_follow: assumed(Fact::AddressTypes), names_follow: assumed(Fact::FileNames) }
}

/// The policy's setting, with the clock and the assumptions of the command line.
fn setting(policy: &Policy, proving: &Proving, now: Time) -> Setting {
    Setting { assumptions: assumptions(proving), ..Setting::of(policy, now) }
}

/// Notes what is assumed about the events of a policy's table.
fn note_assumptions(review: &mut Review, policy: &Policy, proving: &Proving) {
    for words in assumptions(proving).words(&policy.schema) {
        if !review.assumptions.contains(&words) {
            review.assumptions.push(words);
        }
    }
}

/// Prints a review, and decides the exit code.
fn print(review: &Review, proving: &Proving) -> Result<(), Failure> {
    let mut out = stdout().lock();
    // Outside of a repository, paths are relative to this folder.
    let prefix = || Here::find().map_or_else(|_| String::new(), |here| here.prefix);
    match proving.format {
        ReviewFormat::Text => write!(out, "{}", render_review(review, terminal::output_style()))?,
        ReviewFormat::Json => writeln!(out, "{}", review_json(review))?,
        ReviewFormat::Markdown => write!(out, "{}", render_markdown(review))?,
        ReviewFormat::Github => {
            write!(out, "{}", render_annotations(review, &prefix()))?;
            output::add_to_job_summary(&render_markdown(review))?;
        }
        ReviewFormat::Sarif => writeln!(out, "{:#}", sarif(review, &prefix(), env!("CARGO_PKG_VERSION")))?,
    }
    if let Some(path) = &proving.markdown {
        output::write(path, &render_markdown(review))?;
    }
    if review.fails() { Err(Failure::Findings) } else { Ok(()) }
}
