//! The verbs that translate: a query or a rule to a policy, a policy to a query or a filter. What they share: writing the result, telling
//! what was found, and the proof that nothing changed on the way.

mod compile;
mod import;

use std::io::Write;
use std::path::Path;

use lownoise_dialect::{Imported, kql, sigma};
use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::evaluate::Verdict;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::{Source, Sources};
use lownoise_engine::value::Time;
use lownoise_ingest::write::Destination;
use lownoise_prove::{Assignment, Claim, Proof, Setting, prove, verdict};
use lownoise_report::render;

pub(crate) use compile::run as compile;
pub(crate) use import::run as import;

use crate::failure::Failure;
use crate::terminal;

/// Prints findings, each with its place.
fn tell(diagnostics: &[Diagnostic], sources: &Sources) {
    for diagnostic in diagnostics {
        terminal::say(&render(diagnostic, sources, terminal::error_style()));
        terminal::say("");
    }
}

/// Writes the result.
fn write(text: &str, output: Option<&Path>) -> Result<(), Failure> {
    let mut destination = output.map_or_else(|| Ok(Destination::standard()), Destination::open)?;
    destination.write_all(text.as_bytes())?;
    Ok(destination.finish()?)
}

/// Proves that a query keeps what its policy keeps, by importing it; else says what differs.
fn verify_query(policy: &Policy, query: &str, schemas: &Schemas, now: Time) -> Result<(), Failure> {
    let source = Source { name: "the compiled query".to_owned(), text: query.to_owned() };
    let options = kql::Options { id: policy.id.clone(), ..kql::Options::default() };
    verify(policy, &kql::import(&source, schemas, &options), ("keeps", "query"), now)
}

/// Proves that a filter hides what its policy hides, by importing it; else says what differs.
fn verify_filter(policy: &Policy, filter: &str, schemas: &Schemas, now: Time) -> Result<(), Failure> {
    let source = Source { name: "the compiled filter".to_owned(), text: filter.to_owned() };
    let table = Some(policy.schema.table.clone());
    let options = sigma::Options { id: policy.id.clone(), table, ..sigma::Options::default() };
    let imported = sigma::import(&source, schemas, &options);
    verify(&sigma::filtering(policy), &imported, ("hides", "filter"), now)
}

/// Proves that a policy and what was imported again keep the same; `(does, thing)` are the words for it.
fn verify(
    policy: &Policy,
    imported: &Imported,
    (does, thing): (&str, &str),
    now: Time,
) -> Result<(), Failure> {
    let Some((_, again)) = &imported.policy else {
        tell(&imported.diagnostics, &imported.sources);
        terminal::error("not verified: what was compiled cannot be imported again");
        return Err(Failure::Findings);
    };
    let (policy, again) = &policy.clone().over_one_schema(again.clone()).map_err(Failure::input)?;
    match prove(&Claim::Equivalent(policy, again), &Setting::of(policy, now)) {
        Proof::Holds => {
            terminal::say(&format!("verified: imported again, it {does} exactly the same events"));
            Ok(())
        }
        Proof::Fails(witness) => {
            let kept = |policy: &Policy| match verdict(policy, &witness, now) {
                Verdict::Kept => "kept",
                Verdict::Hidden(_) => "hidden",
                Verdict::OutOfScope(_) => "out of scope",
            };
            let (before, after) = (kept(policy), kept(again));
            terminal::error(&format!(
                "not verified: one event is {before} by the policy, and {after} by the {thing}"
            ));
            terminal::say(&spelled(policy, &witness));
            Err(Failure::Findings)
        }
        Proof::Unknown(reason) => {
            terminal::error(&format!(
                "not verified: it is not known whether both keep the same events: {reason}"
            ));
            Err(Failure::Findings)
        }
    }
}

/// What is known of an event, one column a line.
fn spelled(policy: &Policy, witness: &Assignment) -> String {
    let schema = &policy.schema;
    let known = schema.ids().filter(|id| !witness.event.value(*id).is_missing());
    let lines = known.map(|id| format!("  {} = {}", schema.name(id), witness.event.value(id)));
    lines.collect::<Vec<_>>().join("\n")
}
