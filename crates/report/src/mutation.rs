//! What became of mutants, as text and JSON. Decides nothing.

use std::fmt::Write;

use lownoise_harness::{EditKind, Fate, Mutant, Mutation, PolicyMutation};
use serde_json::{Value, json};

use crate::{BAD, BOLD, DIM, GOOD, ODD, Style};

/// A line a policy and a line a kind; each survivor with its place, its edit and the scenario that would notice it. If
/// `all`, what is equivalent too.
#[must_use]
pub fn render_mutation(mutation: &Mutation, all: bool, style: Style) -> String {
    let mut text = String::new();
    for policy in &mutation.policies {
        for (mutant, fate) in &policy.tried {
            // Writing to a string cannot fail.
            let _infallible = match fate {
                Fate::Killed(_) => continue,
                Fate::Equivalent if !all => continue,
                Fate::Equivalent => writeln!(text, "{}", edit(policy, mutant, GOOD, "equivalent", style)),
                Fate::Unknown(why) => {
                    writeln!(text, "{}\n  because {why}", edit(policy, mutant, ODD, "unknown", style))
                }
                Fate::Survived { scenario, .. } => writeln!(
                    text,
                    "{}\n  this scenario would notice it:\n\n{scenario}",
                    edit(policy, mutant, BAD, "survived", style)
                ),
            };
        }
    }
    for policy in &mutation.policies {
        let _infallible = writeln!(text, "{}", style.paint(BOLD, &policy.policy.id));
        for kind in kinds(policy) {
            let _infallible = writeln!(text, "  {:<28}{}", kind.words(), counts(policy.counts(Some(kind))));
        }
        let [killed, survived, equivalent, unknown] = policy.counts(None);
        let colour = if survived + unknown == 0 { GOOD } else { BAD };
        let _infallible = writeln!(
            text,
            "  {}  {}",
            style.paint(colour, &format!("score {killed} of {}", killed + survived + unknown)),
            style.paint(DIM, &counts([killed, survived, equivalent, unknown])),
        );
    }
    text
}

fn counts([killed, survived, equivalent, unknown]: [usize; 4]) -> String {
    format!("{killed} killed, {survived} survived, {equivalent} equivalent, {unknown} unknown")
}

fn kinds(policy: &PolicyMutation) -> Vec<EditKind> {
    let mut kinds: Vec<EditKind> = policy.tried.iter().map(|(mutant, _)| mutant.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn edit(
    policy: &PolicyMutation,
    mutant: &Mutant,
    colour: anstyle::Style,
    fate: &str,
    style: Style,
) -> String {
    let sources = &policy.policy.sources;
    let file = sources.get(mutant.span.source).map_or("", |source| source.name.as_str());
    let (line, column) = sources.line_column(mutant.span);
    let gone = if mutant.after.is_empty() { "(nothing)" } else { &mutant.after };
    format!(
        "{}: {} in `{}`, {}\n  before  {}\n  after   {}",
        style.paint(BOLD, &format!("{file}:{line}:{column}")),
        style.paint(colour, fate),
        mutant.part,
        mutant.kind.words(),
        one_line(&mutant.before),
        one_line(gone),
    )
}

fn one_line(text: &str) -> String {
    crate::visible(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// As JSON: every mutant, with what became of it.
#[must_use]
pub fn mutation_json(mutation: &Mutation) -> Value {
    let policies = mutation.policies.iter().map(|policy| {
        let [killed, survived, equivalent, unknown] = policy.counts(None);
        let mutants = policy.tried.iter().map(|(mutant, fate)| {
            let sources = &policy.policy.sources;
            let (line, column) = sources.line_column(mutant.span);
            let (fate, by, scenario, why) = match fate {
                Fate::Killed(place) => {
                    let by = format!("{}:{}", place.file.display(), place.line);
                    ("killed", Some(by), None, None)
                }
                Fate::Survived { scenario, .. } => ("survived", None, Some(scenario), None),
                Fate::Equivalent => ("equivalent", None, None, None),
                Fate::Unknown(why) => ("unknown", None, None, Some(why.to_string())),
            };
            json!({
                "fate": fate,
                "kind": mutant.kind.words(),
                "part": mutant.part,
                "file": sources.get(mutant.span.source).map(|source| &source.name),
                "line": line,
                "column": column,
                "before": mutant.before,
                "after": mutant.after,
                "killed_by": by,
                "scenario": scenario,
                "reason": why,
            })
        });
        json!({
            "policy": policy.policy.id,
            "killed": killed,
            "survived": survived,
            "equivalent": equivalent,
            "unknown": unknown,
            "mutants": mutants.collect::<Value>(),
        })
    });
    json!({ "policies": policies.collect::<Value>() })
}
