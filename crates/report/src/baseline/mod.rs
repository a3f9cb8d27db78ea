//! A policy as a page for people who do not read TOML: purpose, what is watched, each exclusion with its reason and the
//! scenarios that show it, what stays visible. Decides nothing.

mod document;
mod html;
mod markdown;
mod page;
mod words;

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_harness::{PolicyCoverage, Summary};

/// What a page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Baseline<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its file, as a reader of the repository knows it.
    pub file: &'a str,
    /// Scenarios that ran; those about other policies are left out.
    pub suite: &'a Summary,
    /// What the scenarios cover of it.
    pub coverage: &'a PolicyCoverage,
    /// The invariants that are proved to hold for every event, by their ids.
    pub proved: &'a [String],
    /// The policy as a query of Defender, or why it cannot be said there.
    pub query: Result<&'a str, &'a str>,
    /// The clock, for what has expired.
    pub now: Time,
}

/// The page as Markdown.
#[must_use]
pub fn baseline_markdown(baseline: &Baseline<'_>) -> String {
    markdown::render(&page::page(baseline))
}

/// The page as one HTML file that needs no other.
#[must_use]
pub fn baseline_html(baseline: &Baseline<'_>) -> String {
    html::render(&page::page(baseline))
}
