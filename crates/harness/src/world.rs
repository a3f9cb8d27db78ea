//! What a scenario has said so far: a policy, a clock, one event and its device. Knows no step texts.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use cucumber::gherkin::{Step, StepType, Table};
use lownoise_engine::diagnostic::did_you_mean;
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::event::{ColumnId, Event, OwnedEvent};
use lownoise_engine::explain::explain;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Kind, OwnedValue, Time, Value, read_address};
use lownoise_prove::Assignment;

use crate::options::{Expectation, Named, Place, Policies};
use crate::outcome::{Expired, Seen};
use crate::why::why;

/// What an event says when its scenario does not: a person's curl on a desktop. Columns that a table lacks are left.
const DEFAULTS: &[(&str, &str)] = &[
    ("ActionType", "ConnectionSuccess"),
    ("DeviceId", DEVICE),
    ("DeviceName", "desktop-1.example.org"),
    ("InitiatingProcessAccountName", "anna"),
    ("InitiatingProcessCommandLine", "curl https://www.example.org/"),
    ("InitiatingProcessFileName", "curl"),
    ("InitiatingProcessFolderPath", "/usr/bin/curl"),
    ("InitiatingProcessParentFileName", "bash"),
    ("LocalIP", "192.168.1.20"),
    ("LocalIPType", "Private"),
    ("LocalPort", "51514"),
    ("Protocol", "Tcp"),
    ("RemoteIP", "140.82.121.4"),
    ("RemoteIPType", "Public"),
    ("RemotePort", "443"),
];

const DEVICE: &str = "6b1d3c0f5e8a47d29c70b4e1a2f3958d6c7e0b1a";
/// How long before the clock an event happened of which nothing else is said, in ticks.
pub(crate) const HOUR: i64 = 3600 * Time::SECOND;
/// The device's column that has a step of its own.
pub(crate) const PLATFORM: &str = "OSPlatform";

/// Every step that there is, as a step sees it.
pub(crate) trait Vocabulary {
    /// Does what these words say after this keyword; the error is the reason why it fails.
    fn perform(
        &self,
        world: &mut World,
        keyword: StepType,
        words: &str,
        table: Option<&Table>,
    ) -> Result<(), String>;
}

/// The state of one scenario.
#[derive(Clone)]
pub(crate) struct World {
    /// Every step, for steps that are made of others.
    pub(crate) steps: Rc<dyn Vocabulary>,
    /// The clock.
    pub(crate) now: Time,
    /// The clock of the run, whatever the scenario says.
    clock: Time,
    policies: Rc<Policies>,
    policy: Option<Arc<Policy>>,
    /// Before the clock, in ticks; an explicit time is among the fields and wins.
    ago: i64,
    /// The columns that are supplied; each text has been read as its column's kind.
    fields: BTreeMap<ColumnId, String>,
    /// The device's row; `None`: there is none.
    device: Option<BTreeMap<String, String>>,
    /// What was said and what came out so; shared by clones, so that a change that is taken back does not take it back.
    record: Rc<RefCell<Record>>,
}

/// What a scenario leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Left {
    /// What its policies said.
    pub(crate) seen: Seen,
    /// The verdicts that it asked for by name, and got.
    pub(crate) met: Vec<Met>,
}

/// What a scenario has seen so far.
#[derive(Debug, Default)]
struct Record {
    policies: Vec<Arc<Policy>>,
    hidden_by: Vec<String>,
    met: Vec<Met>,
}

/// A verdict that was asked for by name, and came out so.
#[derive(Debug)]
pub(crate) struct Met {
    policy: Arc<Policy>,
    event: Assignment,
    now: Time,
    named: Named,
}

impl Met {
    /// As a scenario's.
    pub(crate) fn of(self, place: Place) -> Expectation {
        let Self { policy, event, now, named } = self;
        Expectation { place, policy, event, now, named }
    }
}

/// A verdict that a scenario asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    Kept,
    Hidden,
    HiddenBy(Vec<String>),
    HiddenAmongOthersBy(Vec<String>),
    OutOfScope,
    OutOfScopeBy(String),
}

impl World {
    /// The start of a scenario.
    pub(crate) fn new(steps: Rc<dyn Vocabulary>, policies: Rc<Policies>, now: Time) -> Self {
        Self {
            steps,
            now,
            clock: now,
            policies,
            policy: None,
            ago: HOUR,
            fields: BTreeMap::new(),
            device: Some(default_device()),
            record: Rc::default(),
        }
    }

    /// Does what a step says.
    pub(crate) fn perform(&mut self, step: &Step) -> Result<(), String> {
        if step.docstring.is_some() {
            return Err("no step takes a text below it; remove the `\"\"\"` block".to_owned());
        }
        let steps = Rc::clone(&self.steps);
        steps.perform(self, step.ty, &step.value, step.table.as_ref())
    }

    /// The end of a scenario.
    pub(crate) fn leave(self) -> Left {
        let Record { policies, hidden_by, met } = self.record.take();
        let expired = policies.iter().flat_map(|policy| expired(policy, self.clock)).collect();
        let policies = policies.iter().map(|policy| policy.id.clone()).collect();
        Left { seen: Seen { policies, hidden_by, expired }, met }
    }

    /// Chooses the policy. What has been said of the event stays said, where the table is the same.
    pub(crate) fn choose_policy(&mut self, name: &str) -> Result<(), String> {
        let policy = (self.policies)(name)?;
        if self.policy.as_ref().is_none_or(|before| before.schema.table != policy.schema.table) {
            self.fields = defaults(&policy.schema);
        }
        let policies = &mut self.record.borrow_mut().policies;
        if !policies.iter().any(|known| known.id == policy.id) {
            policies.push(Arc::clone(&policy));
        }
        self.policy = Some(policy);
        Ok(())
    }

    fn policy(&self) -> Result<&Arc<Policy>, String> {
        self.policy
            .as_ref()
            .ok_or_else(|| "no policy is chosen; begin with `Given the policy \"…\"`".to_owned())
    }

    /// Sets a column of the event.
    pub(crate) fn set(&mut self, column: &str, value: &str) -> Result<(), String> {
        let schema = &self.policy()?.schema;
        let id = find(schema, column)?;
        read(schema, id, value)?;
        let text = match schema.kind(id) {
            Kind::Address => read_address(value).0.into_owned(),
            _ => value.to_owned(),
        };
        self.fields.insert(id, text);
        Ok(())
    }

    /// Makes a column of the event missing.
    pub(crate) fn clear(&mut self, column: &str) -> Result<(), String> {
        let id = find(&self.policy()?.schema, column)?;
        self.fields.insert(id, String::new());
        Ok(())
    }

    /// Puts the event so many ticks before the clock.
    pub(crate) fn happened_ago(&mut self, ticks: i64) -> Result<(), String> {
        let schema = &self.policy()?.schema;
        if let Some(explicit) = schema.column(&schema.time) {
            self.fields.remove(&explicit);
        }
        self.ago = ticks;
        Ok(())
    }

    /// Puts the event at a time.
    pub(crate) fn happened_at(&mut self, time: Time) -> Result<(), String> {
        let column = self.policy()?.schema.time.clone();
        self.set(&column, &time.to_string())
    }

    /// Sets a column of the device's row.
    pub(crate) fn set_device(&mut self, column: &str, value: &str) -> Result<(), String> {
        let policy = self.policy()?;
        let Some((schema, _)) = policy.devices() else {
            return Err(format!("the policy `{}` does not look at the device", policy.id));
        };
        read(schema, find(schema, column)?, value)?;
        self.device.get_or_insert_default().insert(column.to_owned(), value.to_owned());
        Ok(())
    }

    /// Takes the device's row away.
    pub(crate) fn forget_device(&mut self) -> Result<(), String> {
        let policy = self.policy()?;
        if policy.devices().is_none() {
            return Err(format!("the policy `{}` does not look at the device", policy.id));
        }
        self.device = None;
        Ok(())
    }

    /// Whether the verdict is the expected one; the error says what it is instead, and why.
    pub(crate) fn expect(&self, expected: &Expected) -> Result<(), String> {
        let policy = self.policy()?;
        expected.check(policy)?;
        let event = self.event(policy)?;
        let devices = self.devices(policy)?;
        let context = Context { now: self.now, devices: &devices };
        let verdict = evaluate(policy, &event, context);
        if expected.is_met(policy, &verdict) {
            let mut record = self.record.borrow_mut();
            for id in hiding(policy, &verdict) {
                if !record.hidden_by.iter().any(|known| known == id) {
                    record.hidden_by.push(id.to_owned());
                }
            }
            if let Some(named) = expected.named() {
                let event = Assignment { event: owned(&event), devices: self.device_row(policy)? };
                let (policy, now) = (Arc::clone(policy), self.now);
                record.met.push(Met { policy, event, now, named });
            }
            return Ok(());
        }
        let why = why(policy, &explain(policy, &event, context), expected.exclusions());
        Err(format!("expected that it {expected}, but it {}\n{why}", said(policy, &verdict)))
    }

    fn event(&self, policy: &Policy) -> Result<Event<'_>, String> {
        let schema = &policy.schema;
        let mut event = Event { values: Vec::with_capacity(schema.columns.len()) };
        for id in schema.ids() {
            event.values.push(match self.fields.get(&id) {
                Some(text) => read(schema, id, text)?,
                None if schema.name(id) == schema.time => {
                    Value::Time(Time(self.now.0.saturating_sub(self.ago)))
                }
                None => Value::Missing,
            });
        }
        Ok(event)
    }

    /// The devices that satisfy the scope's condition: the event's one, or none.
    fn devices(&self, policy: &Policy) -> Result<Devices, String> {
        let Some((_, predicate)) = policy.devices() else { return Ok(Devices::Every) };
        let mut among = HashSet::new();
        if self.device_row(policy)?.iter().any(|row| predicate.holds(&row.borrow())) {
            let column = policy.schema.column(&policy.schema.device);
            // An event without a device's name has a device all the same.
            among.insert(column.and_then(|id| self.fields.get(&id)).cloned().unwrap_or_default());
        }
        Ok(Devices::Among(among))
    }

    /// The row that the device table has of the event's device, if it has one and the policy looks at it.
    fn device_row(&self, policy: &Policy) -> Result<Vec<OwnedEvent>, String> {
        let (Some((schema, _)), Some(device)) = (policy.devices(), &self.device) else {
            return Ok(Vec::new());
        };
        let mut row = Event { values: Vec::with_capacity(schema.columns.len()) };
        for id in schema.ids() {
            let text = device.get(schema.name(id)).map_or("", String::as_str);
            row.values.push(read(schema, id, text)?);
        }
        Ok(vec![owned(&row)])
    }
}

/// The exclusions of a policy that have expired by this clock.
fn expired(policy: &Policy, now: Time) -> impl Iterator<Item = Expired> {
    let past = policy.exclusions.iter().filter(move |exclusion| exclusion.is_expired(now));
    past.filter_map(|exclusion| {
        let last = exclusion.expires?;
        Some(Expired { policy: policy.id.clone(), exclusion: exclusion.id.clone(), last })
    })
}

/// What a scenario that states nothing says of an event, by the columns that the table has.
pub(crate) fn defaults(schema: &Schema) -> BTreeMap<ColumnId, String> {
    let known = |&(column, value): &(&str, &str)| Some((schema.column(column)?, value.to_owned()));
    DEFAULTS.iter().filter_map(known).collect()
}

/// The value of a column in a scenario that states nothing.
pub(crate) fn default_value(schema: &Schema, column: ColumnId) -> OwnedValue {
    let text = DEFAULTS.iter().find(|(name, _)| *name == schema.name(column)).map_or("", |(_, text)| text);
    read(schema, column, text).map_or(OwnedValue::Missing, OwnedValue::from)
}

/// The device's row of a scenario that states nothing of it, by column.
pub(crate) fn default_device() -> BTreeMap<String, String> {
    BTreeMap::from([(PLATFORM.to_owned(), "Linux".to_owned())])
}

fn owned(event: &Event<'_>) -> OwnedEvent {
    OwnedEvent { values: event.values.iter().map(|value| OwnedValue::from(*value)).collect() }
}

fn find(schema: &Schema, column: &str) -> Result<ColumnId, String> {
    schema.column(column).ok_or_else(|| {
        let known = schema.columns.iter().map(|column| column.name.as_str());
        let hint = did_you_mean(column, known).map_or_else(String::new, |hint| format!("; {hint}"));
        format!("`{column}` is no column of `{}`{hint}", schema.table)
    })
}

/// A text as a value of its column; the empty text is missing.
fn read<'v>(schema: &Schema, column: ColumnId, text: &'v str) -> Result<Value<'v>, String> {
    let kind = schema.kind(column);
    let value = match kind {
        _ if text.is_empty() => Some(Value::Missing),
        Kind::Text => Some(Value::Text(text)),
        Kind::Address => Some(Value::Address(text, read_address(text).1)),
        Kind::Number => text.parse().ok().map(Value::Number),
        Kind::Time => Time::parse(text).map(Value::Time),
        Kind::Bool => text.parse().ok().map(Value::Bool),
    };
    value.ok_or_else(|| format!("`{text}` is not {}, which `{}` holds", kind.article(), schema.name(column)))
}

/// A verdict in words that follow "it".
fn said(policy: &Policy, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Kept => "is kept".to_owned(),
        Verdict::Hidden(_) => format!("is hidden by {}", listed(&hiding(policy, verdict))),
        Verdict::OutOfScope(place) => format!("is out of scope because of `{}`", condition(policy, *place)),
    }
}

fn condition(policy: &Policy, place: usize) -> &str {
    policy.scope.get(place).map_or("", |condition| &condition.name)
}

fn hiding<'p>(policy: &'p Policy, verdict: &Verdict) -> Vec<&'p str> {
    let Verdict::Hidden(places) = verdict else { return Vec::new() };
    places.iter().filter_map(|&place| policy.exclusions.get(place)).map(|found| found.id.as_str()).collect()
}

fn listed<T: AsRef<str>>(ids: &[T]) -> String {
    ids.iter().map(|id| format!("`{}`", id.as_ref())).collect::<Vec<_>>().join(" and ")
}

impl Expected {
    /// That it names nothing which the policy does not have: such a scenario would say less than it seems to.
    fn check(&self, policy: &Policy) -> Result<(), String> {
        let (what, named, known): (_, &[String], Vec<&str>) = match self {
            Self::HiddenBy(ids) | Self::HiddenAmongOthersBy(ids) => {
                ("exclusion", ids, policy.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect())
            }
            Self::OutOfScopeBy(name) => (
                "scope condition",
                std::slice::from_ref(name),
                policy.scope.iter().map(|condition| condition.name.as_str()).collect(),
            ),
            Self::Kept | Self::Hidden | Self::OutOfScope => return Ok(()),
        };
        match named.iter().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                Err(format!("the policy `{}` has no {what} `{name}`; it has {}", policy.id, known.join(", ")))
            }
        }
    }

    /// The exclusions that it names.
    fn exclusions(&self) -> &[String] {
        match self {
            Self::HiddenBy(ids) | Self::HiddenAmongOthersBy(ids) => ids,
            Self::Kept | Self::Hidden | Self::OutOfScope | Self::OutOfScopeBy(_) => &[],
        }
    }

    /// What it names, of what may hide an event or leave it out.
    fn named(&self) -> Option<Named> {
        match self {
            Self::HiddenBy(ids) | Self::HiddenAmongOthersBy(ids) => Some(Named::Exclusions(ids.clone())),
            Self::OutOfScopeBy(name) => Some(Named::Condition(name.clone())),
            Self::Kept | Self::Hidden | Self::OutOfScope => None,
        }
    }

    fn is_met(&self, policy: &Policy, verdict: &Verdict) -> bool {
        let hiding: HashSet<&str> = hiding(policy, verdict).into_iter().collect();
        let hidden = matches!(verdict, Verdict::Hidden(_));
        match self {
            Self::Kept => *verdict == Verdict::Kept,
            Self::Hidden => hidden,
            Self::HiddenBy(ids) => hidden && ids.iter().map(String::as_str).collect::<HashSet<_>>() == hiding,
            Self::HiddenAmongOthersBy(ids) => hidden && ids.iter().all(|id| hiding.contains(id.as_str())),
            Self::OutOfScope => matches!(verdict, Verdict::OutOfScope(_)),
            Self::OutOfScopeBy(name) => {
                matches!(verdict, Verdict::OutOfScope(place) if condition(policy, *place) == name)
            }
        }
    }
}

/// In words that follow "it".
impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kept => write!(f, "is kept"),
            Self::Hidden => write!(f, "is hidden"),
            Self::HiddenBy(ids) => write!(f, "is hidden by {}", listed(ids)),
            Self::HiddenAmongOthersBy(ids) => write!(f, "is hidden by {} among others", listed(ids)),
            Self::OutOfScope => write!(f, "is out of scope"),
            Self::OutOfScopeBy(name) => write!(f, "is out of scope because of `{name}`"),
        }
    }
}
