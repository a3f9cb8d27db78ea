//! The page of a policy: which parts it has, in which order, in which words. Knows neither Markdown nor HTML.

use lownoise_engine::policy::{Condition, ConditionKind, Exclusion, Invariant, Policy};
use lownoise_engine::value::Time;
use lownoise_harness::{Outcome, PolicyCoverage, ScenarioRun, StepWords};

use super::Baseline;
use super::document::{Block, Document, Inline, Item, listed};
use super::words::conditions;
use crate::coverage::{lack, share};

/// The whole page.
pub(super) fn page(baseline: &Baseline<'_>) -> Document {
    let mut blocks = head(baseline);
    blocks.extend(watched(baseline.policy));
    blocks.extend(exclusions(baseline));
    blocks.extend(invariants(baseline));
    blocks.extend(visible(baseline));
    blocks.extend(unnoticed(baseline.coverage));
    blocks.extend(query(baseline));
    Document { title: baseline.policy.title.clone(), blocks }
}

fn head(baseline: &Baseline<'_>) -> Vec<Block> {
    let Baseline { policy, file, .. } = baseline;
    let mut blocks = Vec::new();
    blocks.extend(policy.description.iter().map(|text| Block::Paragraph(Inline::text(text))));
    let row = |name: &str, value: Inline| vec![Inline::text(name), value];
    let mut rows = vec![
        row("Policy", Inline::code(&policy.id)),
        row("Owner", Inline::text(&policy.owner)),
        row("Events", Inline::text("table ").and_code(&policy.schema.table)),
        row("Source", Inline::code(*file)),
        row("Exclusions", Inline::text(policy.exclusions.len().to_string())),
        row("Covered by scenarios", Inline::text(share(baseline.coverage.counted()))),
    ];
    for reference in &policy.references {
        rows.push(row("Reference", Inline::text(reference)));
    }
    rows.insert(0, vec![Inline::default(), Inline::default()]);
    blocks.push(Block::Table(rows));
    let said = heading(policy);
    if !said.is_empty() {
        let summary = "What the file says of itself".to_owned();
        blocks.push(Block::Code { summary, language: "text".to_owned(), text: said });
    }
    blocks
}

/// The comments above everything in the policy's file: its authors' words, or where it was imported from. Comments that
/// speak to tools are left out.
fn heading(policy: &Policy) -> String {
    let text = policy.sources.get(0).map_or("", |source| source.text.as_str());
    let comments = text.lines().map_while(|line| match line.trim() {
        "" => Some(""),
        line => line.strip_prefix('#'),
    });
    let said = comments.map(|line| line.strip_prefix(' ').unwrap_or(line));
    let said =
        said.filter(|line| !line.starts_with(":schema") && !line.trim_start().starts_with("lownoise:"));
    said.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The scope.
fn watched(policy: &Policy) -> Vec<Block> {
    let mut items = Vec::new();
    for Condition { kind, .. } in &policy.scope {
        match kind {
            ConditionKind::Lookback(lookback) => {
                let words = format!("it happened within the last {}", duration(lookback.length));
                items.push(Inline::text(words).into());
            }
            ConditionKind::Devices { schema, predicate } => items.push(Item {
                text: Inline::text("its device is one of which a row of ")
                    .and_code(&schema.table)
                    .and(" says:"),
                below: conditions(predicate, schema),
            }),
            ConditionKind::Where(predicate) => items.extend(conditions(predicate, &policy.schema)),
        }
    }
    let mut blocks = vec![Block::Heading(2, Inline::text("What is watched"))];
    if items.is_empty() {
        blocks.push(Block::Paragraph(Inline::text("Every event of the table.")));
    } else {
        blocks.push(Block::Paragraph(Inline::text("An event is looked at when all of this holds:")));
        blocks.push(Block::List(items));
    }
    blocks
}

fn exclusions(baseline: &Baseline<'_>) -> Vec<Block> {
    let Baseline { policy, now, .. } = baseline;
    let mut blocks = vec![Block::Heading(2, Inline::text("What is not looked at, and why"))];
    if policy.exclusions.is_empty() {
        blocks.push(Block::Paragraph(Inline::text("Nothing: every event that is watched stays visible.")));
        return blocks;
    }
    let head = ["Exclusion", "Reason", "Owner", "Expires", "Shown by"].map(Inline::text).to_vec();
    let rows = policy.exclusions.iter().map(|exclusion| {
        let scenarios = showing(baseline, exclusion).count();
        vec![
            Inline::code(&exclusion.id),
            Inline::text(&exclusion.reason),
            Inline::text(&exclusion.owner),
            expiry(exclusion, *now),
            Inline::text(if scenarios == 1 {
                "1 scenario".to_owned()
            } else {
                format!("{scenarios} scenarios")
            }),
        ]
    });
    blocks.push(Block::Table([head].into_iter().chain(rows).collect()));
    for exclusion in &policy.exclusions {
        blocks.extend(exclusion_blocks(baseline, exclusion));
    }
    blocks
}

fn exclusion_blocks(baseline: &Baseline<'_>, exclusion: &Exclusion) -> Vec<Block> {
    let mut about = Inline::text(format!("{}. ", exclusion.reason.trim_end_matches('.')));
    about = about.and(format!("Owner: {}.", exclusion.owner));
    if let Some(created) = exclusion.created {
        about = about.and(format!(" Decided on {created}."));
    }
    about = about.and(" ").then(expiry_sentence(exclusion, baseline.now));
    if let Some(set) = &exclusion.set {
        about = about.and(" From the shared set ").and_code(set).and(".");
    }
    for reference in &exclusion.references {
        about = about.and(format!(" {reference}"));
    }
    let mut blocks = vec![
        Block::Heading(3, Inline::code(&exclusion.id)),
        Block::Paragraph(about),
        Block::Paragraph(Inline::text("It hides an event when all of this holds:")),
        Block::List(conditions(&exclusion.predicate, &baseline.policy.schema)),
    ];
    let shown: Vec<Item> = showing(baseline, exclusion).map(scenario_item).collect();
    if shown.is_empty() {
        blocks.push(Block::Paragraph(Inline::default().and_strong("No scenario shows what it hides.")));
    } else {
        blocks.push(Block::Paragraph(Inline::text(
            "Scenarios that show it, and what stays visible beside it:",
        )));
        blocks.push(Block::List(shown));
    }
    blocks
}

fn expiry(exclusion: &Exclusion, now: Time) -> Inline {
    match exclusion.expires {
        None => Inline::text("never"),
        Some(last) if exclusion.is_expired(now) => Inline::default().and_strong(format!("expired on {last}")),
        Some(last) => Inline::text(last.to_string()),
    }
}

fn expiry_sentence(exclusion: &Exclusion, now: Time) -> Inline {
    match exclusion.expires {
        None => Inline::text("It does not expire."),
        Some(last) if exclusion.is_expired(now) => {
            Inline::default().and_strong(format!("It expired on {last} and hides nothing any more."))
        }
        Some(last) => Inline::text(format!("It hides until {last} and not a day longer.")),
    }
}

/// The scenarios of the policy in which an exclusion hid.
fn showing<'a>(baseline: &Baseline<'a>, exclusion: &'a Exclusion) -> impl Iterator<Item = &'a ScenarioRun> {
    about(baseline).filter(|scenario| scenario.seen.hidden_by.contains(&exclusion.id))
}

/// The scenarios about the policy that passed.
fn about<'a>(baseline: &Baseline<'a>) -> impl Iterator<Item = &'a ScenarioRun> + use<'a> {
    let policy = baseline.policy;
    baseline.suite.scenarios().filter(move |scenario| {
        scenario.outcome == Outcome::Passed && scenario.seen.policies.contains(&policy.id)
    })
}

/// A scenario with its steps, but for those that choose the policy.
fn scenario_item(scenario: &ScenarioRun) -> Item {
    let told = |step: &&StepWords| !step.words.contains(" the policy ");
    let row = |cells: &Vec<String>| Inline::code(cells.join(" | ")).into();
    let step = |step: &StepWords| Item {
        text: Inline::text(&step.words),
        below: step.rows.iter().map(row).collect(),
    };
    let below = scenario.passed.iter().filter(told).map(step).collect();
    let file = scenario.place.file.display().to_string();
    Item { text: Inline::text(format!("{} (", scenario.place.scenario)).and_code(file).and(")"), below }
}

fn invariants(baseline: &Baseline<'_>) -> Vec<Block> {
    let Baseline { policy, proved, .. } = baseline;
    let mut blocks = vec![Block::Heading(2, Inline::text("What no exclusion may ever hide"))];
    if policy.never_hide.is_empty() {
        blocks.push(Block::Paragraph(Inline::text("The policy says nothing about that.")));
        return blocks;
    }
    for Invariant { id, reason, predicate, .. } in &policy.never_hide {
        let state = if proved.contains(id) {
            Inline::text("Proved for every event, not only for those of the scenarios.")
        } else {
            Inline::default().and_strong("Not proved.")
        };
        let reason =
            reason.as_ref().map_or(String::new(), |reason| format!("{}. ", reason.trim_end_matches('.')));
        blocks.push(Block::Heading(3, Inline::code(id)));
        blocks.push(Block::Paragraph(Inline::text(reason).then(state).and(" Events of which this holds:")));
        blocks.push(Block::List(conditions(predicate, &policy.schema)));
    }
    blocks
}

/// The scenarios in which nothing was hidden.
fn visible(baseline: &Baseline<'_>) -> Vec<Block> {
    let items: Vec<Item> =
        about(baseline).filter(|scenario| scenario.seen.hidden_by.is_empty()).map(scenario_item).collect();
    let mut blocks = vec![
        Block::Heading(2, Inline::text("What stays visible")),
        Block::Paragraph(Inline::text(
            "Everything that is watched and that no exclusion above names. These scenarios show it, and what is not \
             watched at all:",
        )),
    ];
    if items.is_empty() {
        blocks.push(Block::Paragraph(Inline::default().and_strong("No scenario shows what stays visible.")));
    } else {
        blocks.push(Block::List(items));
    }
    if !baseline.policy.output.columns.is_empty() {
        let schema = &baseline.policy.schema;
        let names: Vec<String> =
            baseline.policy.output.columns.iter().map(|column| schema.name(*column).to_owned()).collect();
        blocks.push(Block::Paragraph(
            Inline::text("Of an event that stays, this is shown: ").then(listed(&names, " and ")).and("."),
        ));
    }
    blocks
}

/// What no scenario would notice.
fn unnoticed(coverage: &PolicyCoverage) -> Vec<Block> {
    let (covered, outcomes) = coverage.counted();
    let told = format!(
        "Every test and every entry of a list above should decide some scenario, once by being true and once by being \
         false. {covered} of {outcomes} such outcomes do; had one of them come out otherwise, a scenario would have failed."
    );
    let sources = &coverage.policy.sources;
    let lacks = coverage.parts().flat_map(|part| part.points.iter().map(move |point| (part, point)));
    let items: Vec<Item> = lacks
        .filter_map(|(part, point)| {
            let lack = lack(part, point)?;
            let file = sources.get(point.span.source).map_or("", |source| source.name.as_str());
            let (line, _) = sources.line_column(point.span);
            Some(Inline::code(format!("{file}:{line}")).and(format!(": {}", lack.replace('`', "\""))).into())
        })
        .collect();
    let mut blocks = vec![
        Block::Heading(2, Inline::text("What the scenarios would notice")),
        Block::Paragraph(Inline::text(told)),
    ];
    if !items.is_empty() {
        blocks.push(Block::Paragraph(Inline::default().and_strong("They would not notice these:")));
        blocks.push(Block::List(items));
    }
    blocks
}

fn query(baseline: &Baseline<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(2, Inline::text("The same as a query"))];
    match baseline.query {
        Ok(text) => blocks.push(Block::Code {
            summary: "KQL, which keeps exactly the same events".to_owned(),
            language: "kusto".to_owned(),
            text: text.to_owned(),
        }),
        Err(why) => blocks.push(Block::Paragraph(Inline::text("KQL cannot say this policy: ").and(why))),
    }
    blocks
}

/// `24 hours`, `7 days`.
fn duration(ticks: i64) -> String {
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let seconds = ticks / Time::SECOND;
    let (unit, length) = units
        .into_iter()
        .find(|(unit, length)| seconds % length == 0 && (*unit != "day" || seconds > *length))
        .unwrap_or(("second", 1));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
