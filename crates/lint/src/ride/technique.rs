//! What an intruder can make the sensor write, as conditions on the events of one table. The conditions are read by the
//! engine's own parser: there is no second way to make a predicate of a text.

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::parse::parse_policy;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::Source;
use lownoise_engine::value::{Kind, OwnedValue};
use toml::{Table, Value};

use super::control::{Control, Make, Program, Programs, Roles, Written, control, strings};

/// Every technique, on the events of one table.
#[derive(Debug)]
pub(super) struct Techniques {
    pub(super) all: Vec<Technique>,
    pub(super) roles: &'static Roles,
    pub(super) control: &'static Control,
}

/// What an intruder can do.
#[derive(Debug)]
pub(super) struct Technique {
    pub(super) written: &'static Written,
    /// The events that it makes.
    pub(super) ways: Vec<Way>,
    /// What all of them have in common, where they are many: what hides none of this hides none of them.
    pub(super) common: Option<Predicate>,
    /// It is taken only where an exclusion hides some of the events of each way; otherwise, of any.
    pub(super) each: bool,
}

/// Events, and commands that make them.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) events: Predicate,
    /// One of them, or nearly.
    pub(super) example: OwnedEvent,
    pub(super) make: Vec<Make>,
    pub(super) program: Option<&'static Program>,
}

/// A way that is not read yet.
struct Draft {
    condition: Table,
    example: Table,
    make: Vec<Make>,
    program: Option<&'static Program>,
}

/// The techniques on events of a table; none if nothing is known of such events.
pub(super) fn techniques(schema: &Schema) -> Option<Techniques> {
    let control = control()?;
    let roles = control.roles(&schema.table)?;
    roles.column("path")?;
    let drafts: Vec<Vec<Draft>> =
        control.machine.techniques.iter().map(|written| drafts(written, control, roles)).collect();
    let commons: Vec<Option<Table>> =
        control.machine.techniques.iter().map(|written| common(written, control, roles)).collect();
    let conditions = drafts.iter().zip(&commons);
    let conditions = conditions
        .flat_map(|(drafts, common)| common.iter().chain(drafts.iter().map(|draft| &draft.condition)));
    let mut events = read(conditions, schema)?.into_iter();
    let mut all = Vec::new();
    for ((written, drafts), common) in control.machine.techniques.iter().zip(drafts).zip(commons) {
        let common = if common.is_some() { Some(events.next()?) } else { None };
        let mut ways = Vec::new();
        for draft in drafts {
            let example = example(&draft.example, control, roles, schema);
            ways.push(Way { events: events.next()?, example, make: draft.make, program: draft.program });
        }
        let each = written.programs == Some(Programs::Each) || !written.each.is_empty();
        all.push(Technique { written, ways, common, each });
    }
    Some(Techniques { all, roles, control })
}

fn drafts(written: &'static Written, control: &'static Control, roles: &Roles) -> Vec<Draft> {
    let with_actions = |condition: &Table| {
        let mut spelled = control.spelled(condition, roles);
        if let (Some(action), false) = (roles.column("action"), roles.actions.is_empty()) {
            spelled.insert(action.to_owned(), strings(&roles.actions));
        }
        // A condition says something; that a program made the event is the least.
        if let (Some(path), true) = (roles.column("path"), spelled.is_empty()) {
            let exists = Table::from_iter([("exists".to_owned(), true.into())]);
            spelled.insert(path.to_owned(), Value::Table(exists));
        }
        spelled
    };
    if let Some(programs) = written.programs {
        let used = control.programs.iter().filter(|program| programs == Programs::Any || program.tool);
        let used = used.map(|program| Draft {
            condition: with_actions(&condition(program)),
            example: program_example(program),
            make: vec![Make { command_line: None, command: program.command.clone() }],
            program: Some(program),
        });
        return used.collect();
    }
    let events = with_actions(&written.events);
    let mut conditions: Vec<Table> = written
        .each
        .iter()
        .map(|each| {
            let both = [Value::Table(events.clone()), Value::Table(control.spelled(each, roles))];
            Table::from_iter([("all".to_owned(), Value::Array(both.into()))])
        })
        .collect();
    if conditions.is_empty() {
        conditions.push(events);
    }
    let draft =
        |condition| Draft { condition, example: Table::new(), make: written.make.clone(), program: None };
    conditions.into_iter().map(draft).collect()
}

/// The events that any of many programs makes: they are at one of their paths.
fn common(written: &Written, control: &Control, roles: &Roles) -> Option<Table> {
    if written.programs != Some(Programs::Any) {
        return None;
    }
    let paths: Vec<String> = control.programs.iter().flat_map(|program| program.path.clone()).collect();
    Some(control.spelled(&Table::from_iter([("$path".to_owned(), strings(&paths))]), roles))
}

/// The events that a program makes, in terms of roles.
fn condition(program: &Program) -> Table {
    let mut condition = Table::new();
    condition.insert("$path".to_owned(), strings(&program.path));
    if let Some(line) = &program.command_line {
        let parts: Vec<String> = line.split("{}").map(regex::escape).collect();
        let pattern = format!("^{}$", parts.join("[ -~]*"));
        condition.insert(
            "$command_line".to_owned(),
            Value::Table(Table::from_iter([("matches".to_owned(), pattern.into())])),
        );
    }
    let account = if program.account.is_empty() {
        let not = Table::from_iter([("equals".to_owned(), "$services".into())]);
        Table::from_iter([("exists".to_owned(), true.into()), ("not".to_owned(), Value::Table(not))])
    } else {
        Table::from_iter([("equals".to_owned(), strings(&program.account))])
    };
    condition.insert("$account".to_owned(), Value::Table(account));
    if !program.parent.is_empty() {
        condition.insert("$parent".to_owned(), strings(&program.parent));
    }
    if !program.bound {
        let rented = Table::from_iter([("in".to_owned(), "$rented".into())]);
        condition.insert("$address".to_owned(), Value::Table(rented));
    }
    condition
}

/// What differs from the usual example when a program is used.
fn program_example(program: &Program) -> Table {
    let mut example = Table::new();
    let mut set = |role: &str, value: Option<&String>| {
        if let Some(value) = value {
            example.insert(role.to_owned(), value.clone().into());
        }
    };
    set("path", program.path.first());
    set("command_line", program.command_line.as_ref().map(|line| line.replace("{}", "x")).as_ref());
    set("account", program.account.first());
    set("parent", program.parent.first());
    let name = program.path.first().map(|path| path.rsplit('/').next().unwrap_or(path).to_owned());
    set("name", name.as_ref());
    example
}

/// A whole event: the table's first believable one, with what the control data has for each role.
fn example(own: &Table, control: &Control, roles: &Roles, schema: &Schema) -> OwnedEvent {
    let mut event = schema.examples.first().cloned().unwrap_or_else(|| schema.empty_event());
    for (role, value) in control.machine.example.iter().chain(own) {
        let Some(column) = roles.column(role).and_then(|column| schema.column(column)) else { continue };
        if let Some(value) = owned(value, schema.kind(column)) {
            event.set(column, value);
        }
    }
    event
}

/// The conditions, each read as an invariant of a policy that is made up around them.
fn read<'d>(conditions: impl Iterator<Item = &'d Table>, schema: &Schema) -> Option<Vec<Predicate>> {
    let invariant = |(at, condition): (usize, &Table)| {
        let id = Value::String(format!("way-{at}"));
        Value::Table(Table::from_iter([
            ("id".to_owned(), id),
            ("where".to_owned(), Value::Table(condition.clone())),
        ]))
    };
    let head = [("id", "ways"), ("title", "Ways"), ("table", schema.table.as_str()), ("owner", "lownoise")];
    let head = head.into_iter().map(|(key, value)| (key.to_owned(), value.into()));
    let policy = Table::from_iter([
        ("policy".to_owned(), Value::Table(head.collect())),
        ("never_hide".to_owned(), Value::Array(conditions.enumerate().map(invariant).collect())),
    ]);
    let mut schemas = Schemas::default();
    schemas.add(schema.clone());
    let source = Source { name: "schemas/control".to_owned(), text: toml::to_string(&policy).ok()? };
    let parsed = parse_policy(source, &mut |name| Err(format!("there is no `{name}`")), &schemas);
    debug_assert!(parsed.result.is_some(), "the shipped data: {:?}", parsed.diagnostics);
    Some(parsed.result?.never_hide.into_iter().map(|invariant| invariant.predicate).collect())
}

fn owned(value: &Value, kind: Kind) -> Option<OwnedValue> {
    match (value, kind) {
        (Value::String(text), Kind::Address) => Some(OwnedValue::address(text)),
        (Value::String(text), Kind::Text) => Some(OwnedValue::Text(text.clone())),
        (Value::Integer(number), Kind::Number) => Some(OwnedValue::Number(*number)),
        _ => None,
    }
}

/// The text in the column of a role.
pub(super) fn text<'e>(
    event: &'e OwnedEvent,
    role: &str,
    roles: &Roles,
    schema: &Schema,
) -> Option<(ColumnId, &'e str)> {
    let column = schema.column(roles.column(role)?)?;
    Some((column, event.value(column).text()))
}
