//! `lownoise prove` and `lownoise diff`: what is proved of a policy, and of an edit.

use std::io::{Write, stdout};
use std::path::Path;

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_prove::{Assumptions, Claim, Proof, Setting, diff, prove, review, verdict};
use lownoise_report::{
    Witnessing, diff_json, idle_words, render_diff, render_witness, verdict_words, witness_json,
};

use crate::args::{self, ReportFormat};
use crate::failure::Failure;
use crate::{load, terminal};

/// `lownoise prove`: the invariants of a policy.
pub(crate) fn invariants(arguments: &args::Prove) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let policy = load::policy(&arguments.policy, &schemas)?;
    let setting = setting(&policy, &arguments.proving);
    let about = Witnessing { base: setting.events.first(), now: setting.now.unwrap_or(Time(0)) };
    let mut out = stdout().lock();
    let mut failed = 0;
    let mut data = Vec::new();
    for (place, invariant) in policy.never_hide.iter().enumerate() {
        let proof =
            prove(&Claim::NeverHides { policy: &policy, invariant: place, exclusion: None }, &setting);
        failed += usize::from(proof != Proof::Holds);
        let text = arguments.proving.format == ReportFormat::Text;
        match &proof {
            Proof::Holds if text => writeln!(out, "holds    {} (proved)", invariant.id)?,
            Proof::Unknown(reason) if text => writeln!(out, "unknown  {}: {reason}", invariant.id)?,
            Proof::Fails(witness) if text => {
                let words = verdict_words(&policy, &verdict(&policy, witness, about.now));
                writeln!(out, "fails    {}: this event is {words}", invariant.id)?;
                write!(out, "{}", render_witness(&policy, witness, about, terminal::output_style()))?;
            }
            Proof::Holds => data.push(serde_json::json!({ "invariant": invariant.id, "proof": "holds" })),
            Proof::Unknown(reason) => {
                data.push(serde_json::json!({ "invariant": invariant.id, "proof": "unknown", "reason": reason.to_string() }));
            }
            Proof::Fails(witness) => data.push(serde_json::json!({
                "invariant": invariant.id,
                "proof": "fails",
                "witness": witness_json(&policy, witness, about),
                "verdict": verdict_words(&policy, &verdict(&policy, witness, about.now)),
            })),
        }
    }
    let assumptions = setting.assumptions.words(&policy.schema);
    let idle: Vec<_> = review(&policy, &setting).iter().map(|idle| idle_words(&policy, idle)).collect();
    match arguments.proving.format {
        ReportFormat::Json => {
            let idle: Vec<_> = idle
                .iter()
                .map(|(what, words, place)| serde_json::json!({ "idle": what, "message": words, "place": place }))
                .collect();
            let answer = serde_json::json!({
                "policy": policy.id, "invariants": data, "idle": idle, "assumptions": assumptions,
            });
            writeln!(out, "{answer}")?;
        }
        ReportFormat::Text => {
            if policy.never_hide.is_empty() {
                writeln!(out, "{} has no never_hide: there is nothing to prove", policy.id)?;
            }
            for (what, words, place) in idle {
                writeln!(out, "{what:<8} {words}  {place}")?;
            }
            for assumption in assumptions {
                writeln!(out, "assumed: {assumption}")?;
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(Failure::Findings) }
}

/// `lownoise diff`: what an edit newly hides and newly shows.
pub(crate) fn edit(arguments: &args::Diff) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let read = |path: &Path| load::policy_or_revision(path, &schemas);
    let (old, new) = (read(&arguments.old)?, read(&arguments.new)?);
    if old.schema.table != new.schema.table {
        return Err(Failure::input(format!(
            "the policies are over different tables, `{}` and `{}`",
            old.schema.table, new.schema.table
        )));
    }
    let setting = setting(&new, &arguments.proving);
    let about = Witnessing { base: setting.events.first(), now: setting.now.unwrap_or(Time(0)) };
    let found = diff(&old, &new, &setting);
    let mut out = stdout().lock();
    match arguments.proving.format {
        ReportFormat::Text => {
            write!(out, "{}", render_diff(&old, &new, &found, about, terminal::output_style()))?;
            for assumption in setting.assumptions.words(&new.schema) {
                writeln!(out, "assumed: {assumption}")?;
            }
        }
        ReportFormat::Json => writeln!(out, "{}", diff_json(&old, &new, &found, about))?,
    }
    if found.hides_nothing_new() { Ok(()) } else { Err(Failure::Findings) }
}

/// The policy's setting, with the clock and the assumptions of the command line.
fn setting(policy: &Policy, proving: &args::Proving) -> Setting {
    let assumed = |fact| proving.assume.contains(&fact);
    let assumptions = Assumptions {
        types_follow: assumed(args::Fact::AddressTypes),
        names_follow: assumed(args::Fact::FileNames),
    };
    Setting { assumptions, ..Setting::of(policy, load::now(proving.now)) }
}
