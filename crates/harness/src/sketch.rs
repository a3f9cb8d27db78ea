//! Writes a scenario about a given event, ready to paste: only what decides, and only where it differs from what a
//! scenario says by itself. Knows steps and their defaults; where the event came from it does not know.

use std::collections::BTreeMap;
use std::fmt::Write;

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::value::{OwnedValue, Time, Value};
use lownoise_prove::{Assignment, verdict};

use crate::case::{HOUR, PLATFORM, default_device, default_value, defaults};
use crate::steps::event::{PROGRAM, file_name};
use crate::steps::template_of;
use crate::template::{accepts, filled, quoted};

/// What a scenario is to be written about.
#[derive(Debug, Clone, Copy)]
pub struct Sketch<'a> {
    /// The scenario's name: one line.
    pub name: &'a str,
    /// The policy; what it says of the event is what the scenario expects.
    pub policy: &'a Policy,
    /// The policy before an edit: what it looks at is stated too, so that it judges the scenario's event as this one.
    pub before: Option<&'a Policy>,
    /// The event and the rows of its device.
    pub event: &'a Assignment,
    /// The clock.
    pub now: Time,
    /// Whether the scenario states the clock: it is so then, and not yet.
    pub states_clock: bool,
}

/// The scenario, indented as in a feature. Columns whose defaults would be judged the same are left out; what cannot be
/// stated is said in a comment. Linear in the policies for each column that they look at.
#[must_use]
pub fn scenario(sketch: &Sketch<'_>) -> String {
    let event = simplest(sketch);
    let sketch = &Sketch { event: &event, ..*sketch };
    let mut writing = Writing { sketch, given: Vec::new(), steps: Vec::new(), notes: Vec::new() };
    writing.given.push(format!("the policy {}", quoted(&sketch.policy.id)));
    if sketch.states_clock {
        writing.clock();
    }
    writing.event();
    writing.device();
    let Writing { given, steps, notes, .. } = writing;
    let mut text = format!("  Scenario: {}\n", sketch.name);
    for note in notes {
        // Writing to a string cannot fail.
        let _infallible = writeln!(text, "    # {note}");
    }
    for (keyword, steps) in [("Given", given), ("When", steps), ("Then", vec![outcome(sketch)])] {
        for (place, step) in steps.iter().enumerate() {
            let _infallible = writeln!(text, "    {} {step}", if place == 0 { keyword } else { "And" });
        }
    }
    text
}

/// The event with the defaults of scenarios in every column where that changes no verdict. Name and path of the process
/// stay: they say what it is about.
fn simplest(sketch: &Sketch<'_>) -> Assignment {
    let Sketch { policy, before, event, now, .. } = *sketch;
    let schema = &policy.schema;
    let judged =
        |event: &Assignment| (verdict(policy, event, now), before.map(|before| verdict(before, event, now)));
    let wanted = judged(event);
    let mut simple = event.clone();
    let mut try_out = |column: ColumnId, value: OwnedValue| {
        let known = OwnedValue::from(simple.event.value(column));
        simple.event.set(column, value);
        let same = judged(&simple) == wanted;
        if !same {
            simple.event.set(column, known);
        }
        same
    };
    let [name, path, command] = PROGRAM.map(|name| schema.column(name));
    for column in decisive(sketch) {
        if Some(column) == name || Some(column) == path {
            continue;
        }
        if schema.name(column) == schema.time {
            let Value::Time(time) = event.event.value(column) else { continue };
            let hours = now.0.saturating_sub(time.0) / HOUR;
            let ago = |hours: i64| OwnedValue::Time(Time(now.0.saturating_sub(hours.saturating_mul(HOUR))));
            let _first_that_fits =
                [1, hours, hours.saturating_add(1)].into_iter().find(|hours| try_out(column, ago(*hours)));
            continue;
        }
        let program = path.filter(|_| Some(column) == command).map(|path| event.event.value(path).into());
        let _first_that_fits = program
            .into_iter()
            .chain([default_value(schema, column)])
            .find(|value| try_out(column, value.clone()));
    }
    simple
}

/// The columns that decide what some policy says, in the schema's order.
fn decisive(sketch: &Sketch<'_>) -> Vec<ColumnId> {
    let schema = &sketch.policy.schema;
    let mut columns = Vec::new();
    for policy in policies(sketch) {
        for condition in &policy.scope {
            match &condition.kind {
                ConditionKind::Lookback(_) => columns.extend(schema.column(&schema.time)),
                ConditionKind::Devices { .. } => {}
                ConditionKind::Where(predicate) => columns.extend(predicate.columns()),
            }
        }
        columns.extend(policy.exclusions.iter().flat_map(|exclusion| exclusion.predicate.columns()));
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn policies<'a>(sketch: &Sketch<'a>) -> impl Iterator<Item = &'a Policy> + use<'a> {
    [sketch.policy].into_iter().chain(sketch.before)
}

/// The step that expects what the policy says.
fn outcome(sketch: &Sketch<'_>) -> String {
    match verdict(sketch.policy, sketch.event, sketch.now) {
        Verdict::Kept => "it is kept".to_owned(),
        Verdict::Hidden(places) => {
            let named = places.iter().filter_map(|place| sketch.policy.exclusions.get(*place));
            let ids: Vec<String> = named.map(|exclusion| quoted(&exclusion.id)).collect();
            format!("it is hidden by {}", ids.join(" and "))
        }
        Verdict::OutOfScope(place) => {
            let name = sketch.policy.scope.get(place).map_or("", |condition| condition.name.as_str());
            format!("it is out of scope because of {}", quoted(name))
        }
    }
}

struct Writing<'a> {
    sketch: &'a Sketch<'a>,
    given: Vec<String>,
    steps: Vec<String>,
    notes: Vec<String>,
}

impl Writing<'_> {
    /// The steps about the columns that some policy looks at.
    fn event(&mut self) {
        let Sketch { policy, event, now, .. } = *self.sketch;
        let schema = &policy.schema;
        let mut stated = defaults(schema);
        let decisive = decisive(self.sketch);
        self.program(&decisive, &mut stated);
        for column in decisive {
            let name = schema.name(column);
            let value = event.event.value(column);
            if name == schema.time {
                if value != Value::Time(Time(now.0.saturating_sub(HOUR))) {
                    self.time(name, value);
                }
                continue;
            }
            let text = value.to_string();
            if text != stated.get(&column).map_or("", String::as_str) {
                self.steps.push(field(name, &text));
            }
        }
    }

    /// One step for name, path and command line, where name and path agree and one of them has to be stated.
    fn program(&mut self, decisive: &[ColumnId], stated: &mut BTreeMap<ColumnId, String>) {
        let Sketch { policy, event, .. } = *self.sketch;
        let columns = PROGRAM.map(|name| policy.schema.column(name));
        let [Some(name), Some(path), Some(command)] = columns else { return };
        let (text, whole) = (event.event.value(path).text(), event.event.value(name).text());
        let differs = |column| {
            let default = stated.get(&column).map_or("", String::as_str);
            decisive.contains(&column) && event.event.value(column).text() != default
        };
        if (differs(name) || differs(path)) && !text.is_empty() && file_name(text) == whole {
            self.steps.push(filled("the program is {path}", [quoted(text).as_str()]));
            let set = [(name, whole), (path, text), (command, text)];
            stated.extend(set.map(|(column, value)| (column, value.to_owned())));
        }
    }

    /// When the event happened, where that is not an hour before the clock.
    fn time(&mut self, column: &str, value: Value<'_>) {
        let now = self.sketch.now;
        let Value::Time(time) = value else {
            self.steps.push(field(column, ""));
            return;
        };
        let ago = now.0.saturating_sub(time.0);
        let hours = filled("it happened {hours} hours ago", [(ago / HOUR).to_string().as_str()]);
        if ago % HOUR == 0 && accepts("it happened {hours} hours ago", &hours) {
            self.steps.push(hours);
            return;
        }
        // Both can only be written where they are times that people use.
        let written = |time: Time| Time::parse(&time.to_string()) == Some(time);
        if !written(time) || !written(now) {
            self.notes.push(format!("the event's {column}, {time}, cannot be written in a scenario"));
            return;
        }
        if !self.sketch.states_clock {
            self.clock();
        }
        self.steps.push(field(column, &time.to_string()));
    }

    fn clock(&mut self) {
        self.given.push(filled("the time is {time}", [self.sketch.now.to_string().as_str()]));
    }

    /// The steps about the device's row.
    fn device(&mut self) {
        let Sketch { policy, event, .. } = *self.sketch;
        let conditions: Vec<_> = policies(self.sketch).filter_map(Policy::devices).collect();
        if conditions.is_empty() {
            return;
        }
        let Some((schema, _)) = policy.devices() else {
            self.notes.push(
                "the policy before the edit looks at the device, which cannot be stated here".to_owned(),
            );
            return;
        };
        if event.devices.is_empty() {
            self.steps.push("the device is unknown".to_owned());
            return;
        }
        // A scenario has one row of the device: one that all policies judge as they judge all rows together.
        let judged = |row: &&OwnedEvent| {
            conditions.iter().all(|(_, predicate)| {
                let any = event.devices.iter().any(|row| predicate.holds(&row.borrow()));
                predicate.holds(&row.borrow()) == any
            })
        };
        let Some(row) = event.devices.iter().find(judged) else {
            self.notes.push("the device has several rows, which cannot be stated here".to_owned());
            return;
        };
        let stated = default_device();
        let mut columns: Vec<ColumnId> =
            conditions.iter().flat_map(|(_, predicate)| predicate.columns()).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            let (name, text) = (schema.name(column), row.value(column).to_string());
            if text == stated.get(name).map_or("", String::as_str) {
                continue;
            }
            self.steps.push(if name == PLATFORM && !text.is_empty() {
                filled("the device runs {platform}", [quoted(&text).as_str()])
            } else {
                filled(
                    "the device field {column} is {value}",
                    [quoted(name).as_str(), quoted(&text).as_str()],
                )
            });
        }
    }
}

/// The shortest step that sets a column of the event; an empty text is a missing value.
fn field(column: &str, text: &str) -> String {
    if text.is_empty() {
        return filled("the field {column} is missing", [quoted(column).as_str()]);
    }
    let short = template_of(column).into_iter().flat_map(|template| {
        // A bare number where the step takes one, else a quoted text.
        [text.to_owned(), quoted(text)].map(|argument| (template, filled(template, [argument.as_str()])))
    });
    let fits = short.into_iter().find(|(template, words)| accepts(template, words));
    fits.map_or_else(
        || filled("the field {column} is {value}", [quoted(column).as_str(), quoted(text).as_str()]),
        |(_, words)| words,
    )
}
