//! The summary of a run: what was read, what was hidden by what, what deserves a look.

use std::fmt::Write;

use serde::Serialize;

use crate::{BAD, BOLD, DIM, ODD, Style, grouped, visible};

/// Counts of a run. `read` = `malformed` + `out_of_scope` + `hidden` + `kept`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The policy's id.
    pub policy: String,
    /// The clock of the run, RFC 3339.
    pub now: String,
    /// What the device condition was applied with; none if the policy has none.
    pub devices: Option<String>,
    /// Each input and what it was recognised as.
    pub inputs: Vec<InputNote>,
    /// Records read.
    pub read: u64,
    /// Records that could not be read.
    pub malformed: u64,
    /// Records outside the scope.
    pub out_of_scope: u64,
    /// By the first condition that failed, in the policy's order; rows of other tables first.
    pub out_of_scope_by: Vec<ConditionCount>,
    /// Events hidden by at least one exclusion.
    pub hidden: u64,
    /// Events kept.
    pub kept: u64,
    /// Each exclusion, in the policy's order.
    pub exclusions: Vec<ExclusionCount>,
    /// Invariants that hidden events break.
    pub broken_invariants: Vec<BrokenInvariant>,
    /// Columns that the policy tests and no input ever supplied.
    pub never_supplied: Vec<ColumnNote>,
    /// Values that were not of their column's kind, by column; they were read as missing.
    pub mistyped: Vec<ColumnNote>,
    /// Texts of address columns that are no address, by column.
    pub no_address: Vec<ColumnNote>,
    /// Columns that were derived and what the source said otherwise.
    pub disagreements: Vec<ColumnNote>,
    /// The first records that could not be read.
    pub failures: Vec<Failure>,
    /// Anything else that deserves a look.
    pub warnings: Vec<String>,
    /// Whether the run was stopped before the end.
    pub interrupted: bool,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputNote {
    /// As the user names it.
    pub name: String,
    /// What it was recognised as.
    pub recognised: String,
    /// Records read from it.
    pub read: u64,
}

/// How many events a condition of the scope left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConditionCount {
    /// The condition's name.
    pub condition: String,
    /// As written.
    pub text: String,
    /// Events.
    pub count: u64,
}

/// What an exclusion hid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExclusionCount {
    /// Its id.
    pub id: String,
    /// The set it came from.
    pub set: Option<String>,
    /// Events that nothing else hid.
    pub alone: u64,
    /// Events that others hid as well.
    pub together: u64,
    /// Its last day, if it has one.
    pub expires: Option<String>,
    /// Whether it has expired, and so hid nothing.
    pub expired: bool,
}

/// An invariant, and how many hidden events break it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenInvariant {
    /// Its id.
    pub id: String,
    /// Hidden events that it says must not be hidden.
    pub count: u64,
}

/// Something about a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnNote {
    /// Its name.
    pub column: String,
    /// How often; 0 where counting makes no sense.
    pub count: u64,
    /// In words.
    pub note: String,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The input.
    pub input: String,
    /// Line, element or row, from 1.
    pub place: u64,
    /// Why.
    pub reason: String,
}

/// The summary as text for people.
#[must_use]
pub fn render_summary(summary: &Summary, style: Style) -> String {
    let mut page = Page { text: String::new(), style };
    page.head(summary);
    page.counts(summary);
    page.exclusions(summary);
    page.notes(summary);
    page.text
}

struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn count(&mut self, indent: usize, name: &str, count: u64, note: &str) {
        let width = 34 - indent;
        let note = if note.is_empty() { String::new() } else { format!("  {}", self.style.paint(DIM, note)) };
        let line = format!("{:indent$}{name:<width$}{:>13}{note}", "", grouped(count));
        self.line(&line);
    }

    fn head(&mut self, summary: &Summary) {
        let name = self.style.paint(BOLD, &summary.policy);
        self.line(&format!("{name} at {}", summary.now));
        for input in &summary.inputs {
            let note = format!("{}: {}", input.name, input.recognised);
            let line = format!("  {}", self.style.paint(DIM, &note));
            self.line(&line);
        }
        if let Some(devices) = &summary.devices {
            let line = format!("  {}", self.style.paint(DIM, &format!("devices: {devices}")));
            self.line(&line);
        }
    }

    fn counts(&mut self, summary: &Summary) {
        self.count(0, "read", summary.read, "");
        self.count(0, "malformed", summary.malformed, "");
        self.count(0, "out of scope", summary.out_of_scope, "");
        for condition in &summary.out_of_scope_by {
            self.count(2, &condition.condition, condition.count, &condition.text);
        }
        self.count(0, "hidden", summary.hidden, &share(summary.hidden, summary));
        self.count(0, "kept", summary.kept, &share(summary.kept, summary));
    }

    fn exclusions(&mut self, summary: &Summary) {
        if summary.exclusions.is_empty() {
            return;
        }
        let width = summary.exclusions.iter().map(|found| found.id.chars().count()).max().unwrap_or(0).max(9);
        let head = format!("\n{:<width$}{:>13}{:>13}", "exclusion", "alone", "with others");
        let head = self.style.paint(BOLD, &head);
        self.line(&head);
        for found in &summary.exclusions {
            let mut note = String::new();
            if found.expired {
                let date = found.expires.as_deref().unwrap_or("");
                note = format!("  {}", self.style.paint(ODD, &format!("expired on {date}: hid nothing")));
            } else if found.alone == 0 && found.together == 0 {
                note = format!("  {}", self.style.paint(DIM, "never matched"));
            }
            let line = format!(
                "{:<width$}{:>13}{:>13}{note}",
                found.id,
                grouped(found.alone),
                grouped(found.together)
            );
            self.line(&line);
        }
    }

    fn notes(&mut self, summary: &Summary) {
        let mut notes = Vec::new();
        for broken in &summary.broken_invariants {
            let events = counted(broken.count, "event");
            notes.push(format!("never_hide `{}` is broken in {events}, which an exclusion hides", broken.id));
        }
        for column in &summary.never_supplied {
            notes.push(format!("no event supplies `{}`: {}", column.column, column.note));
        }
        for column in &summary.mistyped {
            let values = counted(column.count, "value");
            notes.push(format!(
                "`{}`: {values} of another kind, read as missing{}",
                column.column, column.note
            ));
        }
        for column in &summary.no_address {
            let events = counted(column.count, "event");
            notes.push(format!("`{}` is no address in {events}: no network holds it there", column.column));
        }
        for column in &summary.disagreements {
            let events = counted(column.count, "event");
            notes.push(format!("`{}` is not the address's type in {events}{}", column.column, column.note));
        }
        notes.extend(summary.warnings.iter().cloned());
        self.failures(summary);
        if summary.interrupted {
            notes.push("stopped before the end: these counts are of what was read so far".to_owned());
        }
        if !notes.is_empty() {
            self.text.push('\n');
        }
        for note in notes {
            let line = format!("{} {}", self.style.paint(ODD, "warning:"), visible(&note));
            self.line(&line);
        }
    }

    fn failures(&mut self, summary: &Summary) {
        if summary.failures.is_empty() {
            return;
        }
        let head = self.style.paint(BAD, "\nmalformed");
        self.line(&head);
        for failure in &summary.failures {
            let reason = visible(&failure.reason);
            self.line(&format!("  {}:{}: {reason}", failure.input, failure.place));
        }
        let told = u64::try_from(summary.failures.len()).unwrap_or(u64::MAX);
        if let Some(more) = summary.malformed.checked_sub(told).filter(|more| *more > 0) {
            let note = format!("  … and {} more; --malformed FILE writes all of them down", grouped(more));
            self.line(&note);
        }
    }
}

/// `1 event`, `1,204 events`.
fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// The share of what is in scope.
fn share(count: u64, summary: &Summary) -> String {
    let scope = summary.hidden + summary.kept;
    if scope == 0 {
        return String::new();
    }
    // In tenths of a percent, without floating point, so that every machine prints the same.
    let tenths = (u128::from(count) * 1_000 + u128::from(scope) / 2) / u128::from(scope);
    let mut text = String::new();
    let _infallible = write!(text, "{}.{} % of the scope", tenths / 10, tenths % 10);
    text
}
