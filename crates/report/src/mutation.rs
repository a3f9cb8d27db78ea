//! What became of mutants, as text and JSON. Decides nothing.

use std::collections::HashSet;
use std::fmt::Write;

use lownoise_engine::event::{Event, OwnedEvent};
use lownoise_engine::schema::Schema;
use lownoise_harness::{EditKind, Fate, Mutant, Mutation, PolicyMutation, percent};
use serde_json::{Map, Value, json};

use crate::{BAD, BOLD, DIM, GOOD, ODD, Style};

/// Each survivor with its place, its edit, and the scenario that would notice it; then the counts of each kind. If `all`,
/// what is equivalent too.
#[must_use]
pub fn render_mutation(mutation: &Mutation, all: bool, style: Style) -> String {
    let mut text = String::new();
    for policy in &mutation.policies {
        let mut shown = HashSet::new();
        for (mutant, fate) in &policy.tried {
            // Writing to a string cannot fail.
            let _infallible = match fate {
                Fate::Killed(_) => continue,
                Fate::Equivalent if !all => continue,
                Fate::Equivalent => writeln!(text, "{}", edit(policy, mutant, GOOD, "equivalent", style)),
                Fate::Unknown(why) => {
                    writeln!(text, "{}\n  because {why}", edit(policy, mutant, ODD, "unknown", style))
                }
                Fate::Survived { scenario, witness, .. } => {
                    let edit = edit(policy, mutant, BAD, "survived", style);
                    let missing = missing(policy, *scenario, &witness.event, &mut shown);
                    writeln!(text, "{edit}\n  {missing}")
                }
            };
        }
    }
    for policy in &mutation.policies {
        text.push_str(&score(policy, style));
    }
    text
}

/// What would notice a survivor: a scenario, which is written out where it is first spoken of.
fn missing(
    policy: &PolicyMutation,
    scenario: Option<usize>,
    witness: &OwnedEvent,
    shown: &mut HashSet<usize>,
) -> String {
    let Some((place, scenario)) = scenario.and_then(|place| Some((place, policy.proposed.get(place)?)))
    else {
        let event = event_json(witness, &policy.policy.schema);
        return format!("no scenario can say the event that shows it: {event}");
    };
    if shown.insert(place) {
        format!("this scenario would notice it:\n\n{}", scenario.text)
    } else {
        format!("the scenario `{}`, above, would notice it, too\n", scenario.name)
    }
}

/// The counts of a policy: a line a kind, and their sum.
fn score(policy: &PolicyMutation, style: Style) -> String {
    let mut text = format!("{}\n", style.paint(BOLD, &policy.policy.id));
    for kind in kinds(policy) {
        let _infallible = writeln!(text, "  {:<28}{}", kind.words(), counts(policy.counts(Some(kind))));
    }
    let (killed, all) = policy.score();
    let colour = if killed == all { GOOD } else { BAD };
    let told = counts(policy.counts(None));
    let score = style.paint(colour, &format!("score {killed} of {all}"));
    let _infallible = writeln!(text, "  {score}  {}", style.paint(DIM, &told));
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
        let mutants = policy.tried.iter().map(|(mutant, fate)| mutant_json(policy, mutant, fate));
        json!({
            "policy": policy.policy.id,
            "killed": killed,
            "survived": survived,
            "equivalent": equivalent,
            "unknown": unknown,
            "percent": percent(policy.score()),
            "mutants": mutants.collect::<Value>(),
        })
    });
    json!({ "percent": percent(mutation.score()), "policies": policies.collect::<Value>() })
}

fn mutant_json(policy: &PolicyMutation, mutant: &Mutant, fate: &Fate) -> Value {
    let sources = &policy.policy.sources;
    let (line, column) = sources.line_column(mutant.span);
    let mut told = json!({
        "kind": mutant.kind.words(),
        "part": mutant.part,
        "file": sources.get(mutant.span.source).map(|source| &source.name),
        "line": line,
        "column": column,
        "edit": { "before": mutant.before, "after": mutant.after },
    });
    let fate = match fate {
        Fate::Killed(place) => {
            let by = format!("{}:{}", place.file.display(), place.line);
            json!({ "fate": "killed", "killed_by": by })
        }
        Fate::Survived { witness, now, scenario } => {
            let scenario = scenario.and_then(|place| policy.proposed.get(place));
            let rows = policy.policy.devices().map(|(schema, _)| {
                witness.devices.iter().map(|row| event_json(row, schema)).collect::<Value>()
            });
            json!({
                "fate": "survived",
                "witness": {
                    "event": event_json(&witness.event, &policy.policy.schema),
                    "devices": rows,
                    "now": now.to_string(),
                },
                "scenario": scenario.map(|scenario| &scenario.text),
            })
        }
        Fate::Equivalent => json!({ "fate": "equivalent" }),
        Fate::Unknown(why) => json!({ "fate": "unknown", "reason": why.to_string() }),
    };
    if let (Value::Object(told), Value::Object(fate)) = (&mut told, fate) {
        told.extend(fate);
    }
    told
}

/// The columns that an event has, as they are written in a file of events.
fn event_json(event: &OwnedEvent, schema: &Schema) -> Value {
    let Event { values } = event.borrow();
    let named = schema.ids().map(|id| schema.name(id)).zip(values.iter());
    let said = named.filter_map(|(name, value)| {
        use lownoise_engine::value::Value as Cell;
        let value = match value {
            Cell::Missing => return None,
            Cell::Number(number) => json!(number),
            Cell::Bool(value) => json!(value),
            other => json!(other.to_string()),
        };
        Some((name.to_owned(), value))
    });
    Value::Object(said.collect::<Map<_, _>>())
}
