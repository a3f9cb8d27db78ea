//! What an intruder can make the sensor write, as conditions on the events of one table. The conditions are read by the
//! engine's own parser: there is no second way to make a predicate of a text.

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::parse::parse_policy;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::{Schema, Schemas, basename};
use lownoise_engine::span::Source;
use lownoise_engine::value::{Kind, OwnedValue};
use toml::{Table, Value};

use super::control::{Machine, Make, Program, Programs, Roles, Written, control, strings};

/// Every technique on one machine, on the events of one table.
#[derive(Debug)]
pub(super) struct Techniques {
    pub(super) all: Vec<Technique>,
    pub(super) roles: &'static Roles,
    pub(super) machine: &'static Machine,
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

/// The techniques on events of a table, machine by machine; none if nothing is known of such events.
pub(super) fn techniques(schema: &Schema) -> Vec<Techniques> {
    let Some((control, roles)) = control().and_then(|control| Some((control, control.roles(&schema.table)?)))
    else {
        return Vec::new();
    };
    control.machines(roles).filter_map(|machine| of_machine(machine, roles, schema)).collect()
}

fn of_machine(machine: &'static Machine, roles: &'static Roles, schema: &Schema) -> Option<Techniques> {
    roles.column("path")?;
    let drafts: Vec<Vec<Draft>> =
        machine.techniques.iter().map(|written| drafts(written, machine, roles)).collect();
    let commons: Vec<Option<Table>> =
        machine.techniques.iter().map(|written| common(written, machine, roles)).collect();
    let conditions = drafts.iter().zip(&commons);
    let conditions = conditions
        .flat_map(|(drafts, common)| common.iter().chain(drafts.iter().map(|draft| &draft.condition)));
    let mut events = read(conditions, schema)?.into_iter();
    let mut all = Vec::new();
    for ((written, drafts), common) in machine.techniques.iter().zip(drafts).zip(commons) {
        let common = if common.is_some() { Some(events.next()?) } else { None };
        let mut ways = Vec::new();
        for draft in drafts {
            let example = example(&draft.example, machine, roles, schema);
            ways.push(Way { events: events.next()?, example, make: draft.make, program: draft.program });
        }
        let each = written.programs == Some(Programs::Each) || !written.each.is_empty();
        all.push(Technique { written, ways, common, each });
    }
    Some(Techniques { all, roles, machine })
}

fn drafts(written: &'static Written, machine: &'static Machine, roles: &Roles) -> Vec<Draft> {
    let actions = match roles.column("action") {
        Some(_) if !roles.actions.is_empty() => {
            Table::from_iter([("$action".to_owned(), strings(&roles.actions))])
        }
        _ => Table::new(),
    };
    if let Some(programs) = written.programs {
        let used = machine.programs.iter().filter(|program| programs == Programs::Any || program.tool);
        // An exclusion that hides a tool at each of its places does not rest on one.
        let apart = |program: &'static Program| {
            let each = if programs == Programs::Each { program.path.len() } else { 1 };
            (0..each).map(move |place| (program, place))
        };
        let used = used.flat_map(apart).map(|(program, place)| {
            let paths = if programs == Programs::Each {
                program.path.get(place..=place).unwrap_or_default()
            } else {
                &program.path
            };
            let (own, mut given) = condition(program, paths);
            if programs == Programs::Each {
                given.push("arguments".to_owned());
            }
            Draft {
                condition: machine.condition(&[&actions, &own], &given, roles),
                example: program_example(program, paths),
                make: vec![Make { command_line: None, command: program.command.clone() }],
                program: Some(program),
            }
        });
        return used.collect();
    }
    let nothing = [Table::new()];
    let ways = [&written.each, &written.any].into_iter().find(|ways| !ways.is_empty());
    let ways: &[Table] = ways.map_or(&nothing, Vec::as_slice);
    let draft = |way: &Table| Draft {
        condition: machine.condition(&[&actions, &written.events, way], &written.given, roles),
        example: written.example.clone(),
        make: written.make.clone(),
        program: None,
    };
    ways.iter().map(draft).collect()
}

/// The events that any of many programs makes: they are at one of their paths.
fn common(written: &Written, machine: &Machine, roles: &Roles) -> Option<Table> {
    if written.programs != Some(Programs::Any) {
        return None;
    }
    let paths: Vec<String> = machine.programs.iter().flat_map(|program| program.path.clone()).collect();
    Some(machine.condition(&[&Table::from_iter([("$path".to_owned(), strings(&paths))])], &[], roles))
}

/// The events that a program makes at these paths, in terms of roles, and what else is true of them.
fn condition(program: &Program, paths: &[String]) -> (Table, Vec<String>) {
    let mut condition = Table::new();
    let mut given = vec!["installed".to_owned()];
    condition.insert("$path".to_owned(), strings(paths));
    if let Some(original) = &program.original {
        let said = [String::new(), original.clone()];
        condition.insert("$original".to_owned(), strings(&said));
    }
    if let Some(line) = &program.command_line {
        let parts: Vec<String> = line.split("{}").map(regex::escape).collect();
        let pattern = format!("^{}$", parts.join("[ -~]*"));
        condition.insert("$command_line".to_owned(), test("matches", pattern.into()));
    }
    if program.account.is_empty() {
        given.push("person".to_owned());
    } else {
        condition.insert("$account".to_owned(), strings(&program.account));
    }
    if program.parent.is_empty() {
        given.push("started".to_owned());
    } else {
        let behind: Vec<String> = program.parent.iter().map(|name| format!("/{name}")).collect();
        condition.insert("$parent".to_owned(), strings(&program.parent));
        condition.insert("$parent_path".to_owned(), test("ends_with", strings(&behind)));
    }
    if !program.bound {
        given.push("rented".to_owned());
    }
    (condition, given)
}

fn test(operator: &str, operand: Value) -> Value {
    Value::Table(Table::from_iter([(operator.to_owned(), operand)]))
}

/// What differs from the usual example when a program is used.
fn program_example(program: &Program, paths: &[String]) -> Table {
    let mut example = Table::new();
    let mut set = |role: &str, value: Option<&str>| {
        if let Some(value) = value {
            example.insert(role.to_owned(), value.into());
        }
    };
    let path = paths.first().map(String::as_str);
    set("path", path);
    set("name", path.map(basename));
    set("original", program.original.as_deref());
    set("command_line", program.command_line.as_ref().map(|line| line.replace("{}", "x")).as_deref());
    set("account", program.account.first().map(String::as_str));
    set("parent", program.parent.first().map(String::as_str));
    example
}

/// A whole event: the table's first believable one of such a machine, with what the control data has for each role.
fn example(own: &Table, machine: &Machine, roles: &Roles, schema: &Schema) -> OwnedEvent {
    let of_machine = |event: &&OwnedEvent| {
        text(event, "path", roles, schema).is_some_and(|(_, path)| path.starts_with(&machine.root))
    };
    let mut event = schema.examples.iter().find(of_machine).cloned().unwrap_or_else(|| schema.empty_event());
    for (role, value) in machine.example.iter().chain(own) {
        for column in roles.columns(role).iter().filter_map(|column| schema.column(column)) {
            if let Some(value) = owned(value, schema.kind(column)) {
                event.set(column, value);
            }
        }
    }
    event
}

/// One condition on the rows of a table.
pub(super) fn condition_on(schema: &Schema, condition: &Table) -> Option<Predicate> {
    read(std::iter::once(condition), schema)?.pop()
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
    let parsed = parse_policy(source, &mut |_| Err("no sets here".to_owned()), &schemas);
    debug_assert!(parsed.result.is_some(), "the shipped data: {:?}", parsed.diagnostics);
    Some(parsed.result?.never_hide.into_iter().map(|invariant| invariant.predicate).collect())
}

fn owned(value: &Value, kind: Kind) -> Option<OwnedValue> {
    match (value, kind) {
        (Value::String(text), Kind::Text) if text.is_empty() => Some(OwnedValue::Missing),
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
