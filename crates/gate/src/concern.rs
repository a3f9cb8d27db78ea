//! One thing that was found, as plain data: what, how bad, which line is to blame, and the event that shows it.

use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::Policy;
use lownoise_engine::span::{Sources, Span};
use lownoise_prove::Assignment;
use serde::{Serialize, Serializer};

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Concern {
    /// What kind of thing.
    pub rule: Rule,
    /// How bad it is.
    pub level: Level,
    /// The exclusion, invariant, policy or scenario that it is about.
    pub subject: String,
    /// One sentence: lowercase, without a final period.
    pub message: String,
    /// More about it, line by line.
    pub details: Vec<String>,
    /// The line to blame.
    pub place: Place,
    /// What was edited there.
    pub edit: Option<Edit>,
    /// The event that shows it.
    pub witness: Option<Witness>,
    /// Why it is not known.
    pub unknown: Option<String>,
    /// When it begins, for what is not so yet: the day after an exclusion's last one.
    pub from: Option<String>,
    /// How many of the given events it is about.
    pub replayed: Option<Replayed>,
    /// The scenario that accepts it.
    pub accepted: Option<Accepted>,
    /// A scenario that would accept it, ready to paste.
    pub scenario: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

/// The kinds of things that are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The new policy may hide what the old one kept.
    NewlyHidden,
    /// The new policy may keep what the old one hid.
    NewlyShown,
    /// An exclusion hides what an invariant protects.
    InvariantBroken,
    /// An invariant protects less than before.
    InvariantWeakened,
    /// The policy is there no more.
    PolicyRemoved,
    /// The policy before the edit cannot be compared with.
    NotComparable,
    /// A column that the policy adds is made by another query than before.
    ColumnChanged,
    /// A part of a policy does nothing.
    DoesNothing,
    /// A scenario failed, or a feature could not be read.
    ScenarioFailed,
    /// What `lownoise check` finds, by its code.
    Check(&'static str),
}

impl Rule {
    /// Its stable name.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::NewlyHidden => "newly-hidden",
            Self::NewlyShown => "newly-shown",
            Self::InvariantBroken => "invariant-broken",
            Self::InvariantWeakened => "invariant-weakened",
            Self::PolicyRemoved => "policy-removed",
            Self::NotComparable => "not-comparable",
            Self::ColumnChanged => "column-changed",
            Self::DoesNothing => "does-nothing",
            Self::ScenarioFailed => "scenario-failed",
            Self::Check(code) => code,
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> String {
        self.id().replace('-', " ")
    }

    /// What it is, in one sentence.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::NewlyHidden => "The edit may hide events that were visible.",
            Self::NewlyShown => "The edit may show events that were hidden.",
            Self::InvariantBroken => "An exclusion hides what a never_hide protects.",
            Self::InvariantWeakened => "A never_hide protects less than before the edit.",
            Self::PolicyRemoved => "The policy is there no more: nothing that it showed is shown.",
            Self::NotComparable => "The policy before the edit cannot be compared with the one after it.",
            Self::ColumnChanged => "A column that the policy adds to its table is made by another query.",
            Self::DoesNothing => "A part of a policy changes nothing of what it keeps.",
            Self::ScenarioFailed => "A scenario failed, or a feature could not be read.",
            Self::Check(_) => "A mistake in a policy or set, or something suspicious in it.",
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// How bad it is, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// To be known.
    Note,
    /// To be looked at.
    Warning,
    /// The edit does not pass.
    Error,
}

/// A range in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// From 1; the last line of the range.
    pub end_line: usize,
    /// From 1, in characters; the one after the last of the range.
    pub end_column: usize,
}

impl Place {
    /// The place of a span.
    #[must_use]
    pub fn of(sources: &Sources, span: Span) -> Self {
        let (line, column) = sources.line_column(span);
        let (end_line, end_column) = sources.line_column(Span { start: span.end, ..span });
        let file = sources.get(span.source).map_or_else(String::new, |source| source.name.clone());
        Self { file, line, column, end_line, end_column }
    }

    /// A whole line.
    #[must_use]
    pub fn line(file: impl Into<String>, line: usize) -> Self {
        Self { file: file.into(), line, column: 1, end_line: line, end_column: 1 }
    }
}

/// What was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// A column, or another part of an exclusion or of a scope.
    pub of: String,
    /// What was there, as far as it differs; nothing: it is new.
    pub old: Option<String>,
    /// What is there now, as far as it differs; nothing: it is gone.
    pub new: Option<String>,
    /// Where it was.
    pub old_place: Option<Place>,
}

/// An event that shows something, evaluated by the reference evaluator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// Whether it is one of the given events, or was made.
    pub observed: bool,
    /// What it says, in the table's order; then what differs of its device.
    pub fields: Vec<Field>,
    /// What the policy before the edit says of it.
    pub before: Option<String>,
    /// What the policy says of it.
    pub after: String,
}

/// One column of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The column's name.
    pub column: String,
    /// Its value; empty when missing.
    pub value: String,
    /// Whether to look at it: it differs from the believable event that this one is changed from, or, in an event that
    /// is not changed, the part to blame looks at it.
    pub marked: bool,
}

impl Witness {
    /// The fields that have a value or are marked; without a base, the columns that are looked at are marked.
    pub(crate) fn fields(
        policy: &Policy,
        event: &Assignment,
        base: Option<&Assignment>,
        looked_at: &[ColumnId],
    ) -> Vec<Field> {
        let differences = base.map(|base| event.differences(base));
        let field = |id: ColumnId| Field {
            column: policy.schema.name(id).to_owned(),
            value: event.event.value(id).to_string(),
            marked: differences.as_ref().map_or(looked_at.contains(&id), |found| found.contains_key(&id)),
        };
        let mut fields: Vec<Field> =
            policy.schema.ids().map(field).filter(|field| field.marked || !field.value.is_empty()).collect();
        if let (Some((schema, _)), Some(base)) = (policy.devices(), base)
            && event.devices != base.devices
        {
            let row = |column: &str, value: String| {
                let column = format!("{}{}{column}", schema.table, if column.is_empty() { "" } else { "." });
                Field { column, value, marked: true }
            };
            if event.devices.is_empty() {
                fields.push(row("", "no row of the device".to_owned()));
            }
            for device in &event.devices {
                let values = schema.ids().map(|id| row(schema.name(id), device.value(id).to_string()));
                fields.extend(values.filter(|field| !field.value.is_empty()));
            }
        }
        fields
    }
}

/// How many of the given events something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Events.
    pub events: u64,
    /// Of so many that were read.
    pub of: u64,
    /// Distinct paths of processes; nothing where the table has none.
    pub processes: Option<usize>,
    /// Whether there are more than were counted.
    pub more_processes: bool,
}

/// The scenario that accepts something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// Its name.
    pub scenario: String,
    /// Where it is.
    pub place: Place,
}
