//! What a scenario has said so far: a policy, a clock, one event or several, and the rows of their devices. Knows no step
//! texts.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use cucumber::gherkin::{Step, StepType, Table};
use lownoise_engine::evaluate::{Context, Devices, Verdict};
use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::explain::explain;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Time, Value};
use lownoise_prove::{Assignment, verdict};

use crate::case::{Case, Choice, HOUR, default_device, device_row, find, value};
use crate::check::Check;
use crate::expected::{Expected, hiding, said};
use crate::options::{Expectation, Named, Options, Place};
use crate::outcome::{Expired, Seen};
use crate::quantity::Quantity;
use crate::why::why;

/// More events than a person means to state.
const MOST_CASES: usize = 1_000;
/// How many of several events are shown that are not as expected.
const MOST_SHOWN: usize = 10;

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
    /// Where policies and events come from, and the clock of the run, whatever the scenario says.
    options: Options,
    /// The feature's file.
    feature: PathBuf,
    policy: Option<Arc<Policy>>,
    /// Before the clock, in ticks; an explicit time is among the columns and wins.
    ago: i64,
    /// The events: one, unless several are stated. Whatever is expected is expected of each.
    cases: Vec<Case>,
    devices: DeviceRows,
    /// What was said and what came out so; shared by clones, so that a change that is taken back does not take it back.
    record: Rc<RefCell<Record>>,
}

/// The rows of the device table.
#[derive(Clone)]
enum DeviceRows {
    /// Each event's device has this row, or none.
    Stated(Option<BTreeMap<String, String>>),
    /// All rows; an event's are those that name its device.
    All(Rc<Vec<OwnedEvent>>),
}

/// What a scenario leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Left {
    /// What its policies said.
    pub(crate) seen: Seen,
    /// The verdicts that it asked for by name, and got.
    pub(crate) met: Vec<Met>,
    /// What it asked.
    pub(crate) checks: Vec<Asked>,
}

/// What a step asked, until the scenario's place is known.
#[derive(Debug)]
pub(crate) struct Asked {
    policy: Arc<Policy>,
    now: Time,
    events: Vec<Assignment>,
    expected: Expected,
    quantity: Quantity,
}

impl Asked {
    /// As a scenario's.
    pub(crate) fn of(self, place: Place) -> Check {
        let Self { policy, now, events, expected, quantity } = self;
        Check { place, policy, now, events, expected, quantity }
    }
}

/// What a scenario has seen so far.
#[derive(Debug, Default)]
struct Record {
    policies: Vec<Arc<Policy>>,
    hidden_by: Vec<String>,
    met: Vec<Met>,
    checks: Vec<Asked>,
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

impl World {
    /// The start of a scenario of a feature's file.
    pub(crate) fn new(steps: Rc<dyn Vocabulary>, options: Options, feature: &Path) -> Self {
        Self {
            steps,
            now: options.now,
            options,
            feature: feature.to_owned(),
            policy: None,
            ago: HOUR,
            cases: Vec::new(),
            devices: DeviceRows::Stated(Some(default_device())),
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
        let Record { policies, hidden_by, met, checks } = self.record.take();
        let expired = policies.iter().flat_map(|policy| expired(policy, self.options.now)).collect();
        let policies = policies.iter().map(|policy| policy.id.clone()).collect();
        Left { seen: Seen { policies, hidden_by, expired }, met, checks }
    }

    /// Chooses the policy. What has been said of the event stays said, where the table is the same.
    pub(crate) fn choose_policy(&mut self, name: &str) -> Result<(), String> {
        let policy = (self.options.policies)(name)?;
        if self.policy.as_ref().is_none_or(|before| before.schema.table != policy.schema.table) {
            self.cases = vec![Case::silent(&policy.schema)];
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

    /// The columns of the events.
    pub(crate) fn schema(&self) -> Result<&Schema, String> {
        Ok(&self.policy()?.schema)
    }

    /// The first of some columns that the policy's table has; of none, the first, which is then reported.
    pub(crate) fn first_column(&self, columns: &[&'static str]) -> Result<&'static str, String> {
        let schema = self.schema()?;
        let known = columns.iter().find(|column| schema.column(column).is_some());
        known.or(columns.first()).copied().ok_or_else(|| "this step sets no column".to_owned())
    }

    /// Sets a column of the event to one of several values: then there are as many events.
    pub(crate) fn set(&mut self, column: &str, values: &[impl AsRef<str>]) -> Result<(), String> {
        let schema = self.schema()?;
        let id = find(schema, column)?;
        let choice = |text: &str| {
            Ok::<_, String>(Choice { values: vec![(id, value(schema, id, text)?)], origin: None })
        };
        let choices = values.iter().map(|text| choice(text.as_ref())).collect::<Result<Vec<_>, String>>()?;
        self.vary(&choices)
    }

    /// Goes on with each event in each of these ways.
    pub(crate) fn vary(&mut self, choices: &[Choice]) -> Result<(), String> {
        if self.cases.len().saturating_mul(choices.len()) > MOST_CASES {
            return Err(format!(
                "these are more than {MOST_CASES} events; state fewer, or use a file of events"
            ));
        }
        let mut cases: Vec<Case> = Vec::new();
        for case in self.cases.iter().flat_map(|case| choices.iter().map(|choice| case.with(choice))) {
            if !cases.contains(&case) {
                cases.push(case);
            }
        }
        self.cases = cases;
        Ok(())
    }

    /// Takes the events of a file.
    pub(crate) fn take_events(&mut self, name: &str) -> Result<(), String> {
        let schema = Arc::clone(&self.policy()?.schema);
        let events = (self.options.events)(&self.feature, name, &schema)?;
        if events.is_empty() {
            return Err(format!("`{name}` has no event of the table `{}`", schema.table));
        }
        let whole = |(origin, event)| Case::whole(&schema, &event, origin);
        self.cases = events.into_iter().map(whole).collect();
        Ok(())
    }

    /// Takes the device table of a file.
    pub(crate) fn take_devices(&mut self, name: &str) -> Result<(), String> {
        let schema = Arc::clone(self.device_schema()?);
        let rows = (self.options.events)(&self.feature, name, &schema)?;
        self.devices = DeviceRows::All(Rc::new(rows.into_iter().map(|(_, row)| row).collect()));
        Ok(())
    }

    /// Puts the event so many ticks before the clock.
    pub(crate) fn happened_ago(&mut self, ticks: i64) -> Result<(), String> {
        let schema = self.schema()?;
        let time = schema.column(&schema.time);
        for case in &mut self.cases {
            case.values.retain(|column, _| Some(*column) != time);
        }
        self.ago = ticks;
        Ok(())
    }

    /// Puts the event at a time.
    pub(crate) fn happened_at(&mut self, time: Time) -> Result<(), String> {
        let column = self.schema()?.time.clone();
        self.set(&column, &[time.to_string()])
    }

    /// Sets a column of the device's row.
    pub(crate) fn set_device(&mut self, column: &str, text: &str) -> Result<(), String> {
        let schema = self.device_schema()?;
        value(schema, find(schema, column)?, text)?;
        match &mut self.devices {
            DeviceRows::Stated(row) => row.get_or_insert_default().insert(column.to_owned(), text.to_owned()),
            DeviceRows::All(_) => return Err("the rows of the devices come from a file".to_owned()),
        };
        Ok(())
    }

    /// Takes the device's row away.
    pub(crate) fn forget_device(&mut self) -> Result<(), String> {
        self.device_schema()?;
        self.devices = DeviceRows::Stated(None);
        Ok(())
    }

    fn device_schema(&self) -> Result<&Arc<Schema>, String> {
        let policy = self.policy()?;
        let schema = policy.devices().map(|(schema, _)| schema);
        schema.ok_or_else(|| format!("the policy `{}` does not look at the device", policy.id))
    }

    /// Whether the verdict on each event is the expected one; the error says what it is instead, and why.
    pub(crate) fn expect(&self, expected: &Expected) -> Result<(), String> {
        let policy = self.policy()?;
        expected.check(policy)?;
        let mut asked = Vec::with_capacity(self.cases.len());
        for case in &self.cases {
            let event = self.assignment(policy, case)?;
            let verdict = verdict(policy, &event, self.now);
            if !expected.is_met(policy, &verdict) {
                let which = self.which(policy, case);
                let why = self.why(policy, &event, expected);
                return Err(format!(
                    "expected that it {expected}, but it {}{which}\n{why}",
                    said(policy, &verdict)
                ));
            }
            asked.push(event.clone());
            self.record(policy, event, &verdict, expected.named());
        }
        self.asked(policy, asked, expected, Quantity::All);
        Ok(())
    }

    /// Whether as many events as are asked for have the expected verdict; `within` ticks before the clock, if given.
    pub(crate) fn expect_of(
        &self,
        quantity: Quantity,
        expected: &Expected,
        within: Option<i64>,
    ) -> Result<(), String> {
        let policy = self.policy()?;
        expected.check(policy)?;
        let (mut asked, mut found) = (Vec::new(), 0);
        let mut others = Vec::new();
        for case in &self.cases {
            let event = self.assignment(policy, case)?;
            if within.is_some_and(|within| !self.is_within(policy, &event, within)) {
                continue;
            }
            let verdict = verdict(policy, &event, self.now);
            asked.push(event.clone());
            if expected.is_met(policy, &verdict) {
                found += 1;
                self.record(policy, event, &verdict, None);
            } else {
                others.push(format!("\n  it {}{}", said(policy, &verdict), self.which(policy, case)));
            }
        }
        let events = asked.len();
        if quantity.allows(found, events) {
            self.asked(policy, asked, expected, quantity);
            return Ok(());
        }
        let more = others.len().saturating_sub(MOST_SHOWN);
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        others.truncate(MOST_SHOWN);
        let others = others.concat();
        Err(format!(
            "that it {expected} is expected of {quantity}, and holds of {found} of {events} events{others}{more}"
        ))
    }

    fn is_within(&self, policy: &Policy, event: &Assignment, ticks: i64) -> bool {
        let column = policy.schema.column(&policy.schema.time);
        let time = column.map(|column| event.event.value(column));
        let begin = self.now.0.saturating_sub(ticks);
        matches!(time, Some(Value::Time(time)) if (begin..=self.now.0).contains(&time.0))
    }

    fn asked(&self, policy: &Arc<Policy>, events: Vec<Assignment>, expected: &Expected, quantity: Quantity) {
        let (policy, expected, now) = (Arc::clone(policy), expected.clone(), self.now);
        self.record.borrow_mut().checks.push(Asked { policy, now, events, expected, quantity });
    }

    fn record(&self, policy: &Arc<Policy>, event: Assignment, verdict: &Verdict, named: Option<Named>) {
        let mut record = self.record.borrow_mut();
        for id in hiding(policy, verdict) {
            if !record.hidden_by.iter().any(|known| known == id) {
                record.hidden_by.push(id.to_owned());
            }
        }
        if let Some(named) = named {
            record.met.push(Met { policy: Arc::clone(policy), event, now: self.now, named });
        }
    }

    /// Which one of several events it is, in words that follow what it is.
    fn which(&self, policy: &Policy, case: &Case) -> String {
        if self.cases.len() < 2 {
            return String::new();
        }
        let mut parts: Vec<String> = case.origin.iter().cloned().collect();
        let differs = |column: &ColumnId| {
            self.cases.iter().any(|other| other.values.get(column) != case.values.get(column))
        };
        if parts.is_empty() {
            let stated = case.values.iter().filter(|(column, _)| differs(column));
            parts.extend(
                stated.map(|(column, value)| {
                    format!("`{}` is `{}`", policy.schema.name(*column), value.borrow())
                }),
            );
        }
        format!(" ({})", parts.join(", "))
    }

    /// The event of a case, with the rows of its device.
    fn assignment(&self, policy: &Policy, case: &Case) -> Result<Assignment, String> {
        let event = case.event(&policy.schema, Time(self.now.0.saturating_sub(self.ago)));
        let devices = match (policy.devices(), &self.devices) {
            (None, _) | (_, DeviceRows::Stated(None)) => Vec::new(),
            (Some((schema, _)), DeviceRows::Stated(Some(row))) => vec![device_row(schema, row)?],
            (Some((schema, _)), DeviceRows::All(rows)) => {
                let there = schema.column(&schema.device);
                let here = device(policy, &event);
                let names = |row: &&OwnedEvent| there.is_some_and(|id| row.value(id).text() == here);
                rows.iter().filter(names).cloned().collect()
            }
        };
        Ok(Assignment { event, devices })
    }

    fn why(&self, policy: &Policy, event: &Assignment, expected: &Expected) -> String {
        let accepted = |(_, predicate): (_, &lownoise_engine::predicate::Predicate)| {
            event.devices.iter().any(|row| predicate.holds(&row.borrow()))
        };
        let mut among = HashSet::new();
        if policy.devices().is_none_or(accepted) {
            among.insert(device(policy, &event.event).to_owned());
        }
        let devices = Devices::Among(among);
        let context = Context { now: self.now, devices: &devices };
        why(policy, &explain(policy, &event.event.borrow(), context), expected.exclusions())
    }
}

/// The device of an event; one without a name is a device all the same.
fn device<'e>(policy: &Policy, event: &'e OwnedEvent) -> &'e str {
    policy.schema.column(&policy.schema.device).map_or("", |id| event.value(id).text())
}

/// The exclusions of a policy that have expired by this clock.
fn expired(policy: &Policy, now: Time) -> impl Iterator<Item = Expired> {
    let past = policy.exclusions.iter().filter(move |exclusion| exclusion.is_expired(now));
    past.filter_map(|exclusion| {
        let last = exclusion.expires?;
        Some(Expired { policy: policy.id.clone(), exclusion: exclusion.id.clone(), last })
    })
}
