//! Steps that state what matters of the event and of its device.

use super::{Definition, Moment, address, define};
use crate::case::{Choice, HOUR, find, value};
use crate::template::Arguments;
use crate::world::World;

/// A step that sets one column of the event to its quoted text, or to each of its texts. The columns are those that say
/// the same in several tables: the first that the policy's table has is meant.
macro_rules! column {
    ($template:literal, $columns:expr, $help:literal) => {
        Definition {
            columns: &$columns,
            ..define(Moment::Event, $template, $help, |world, arguments| {
                let column = world.first_column(&$columns)?;
                world.set(column, &arguments.texts(0)?)
            })
        }
    };
}

/// In the order of the manual.
pub(super) const STEPS: &[Definition] = &[
    define(
        Moment::Event,
        "the program is {path}",
        "path, process name (the last part of the path) and command line (the path alone) at once",
        program,
    ),
    column!(
        "the process name is {name}",
        ["InitiatingProcessFileName", "process.name"],
        "the name of the process's file, alone"
    ),
    column!(
        "the path is {path}",
        ["InitiatingProcessFolderPath", "process.executable", "Image"],
        "the full path of the process's file, alone"
    ),
    column!(
        "the command line is {text}",
        ["InitiatingProcessCommandLine", "process.command_line", "CommandLine"],
        "all arguments, joined by spaces"
    ),
    column!(
        "the user is {account}",
        ["InitiatingProcessAccountName", "user.name", "User"],
        "the account that the process runs under"
    ),
    column!(
        "the parent is {name}",
        ["InitiatingProcessParentFileName", "process.parent.name", "ParentImage"],
        "the process name of the parent"
    ),
    column!("the destination is {address}", address::COLUMNS, "the remote address, IPv4 or IPv6"),
    define(
        Moment::Event,
        "the destination is in {network}",
        "the first and the last address of a network, as in `203.0.113.0/24`: two events",
        address::network,
    ),
    define(
        Moment::Event,
        "the destination is a {class} address",
        "an IPv4 and an IPv6 address of this class, and the sensor's word on it: public, private, loopback, …",
        address::class,
    ),
    column!(
        "the address type is {type}",
        ["RemoteIPType"],
        "the sensor's word on the address: Public, Private, …"
    ),
    column!("the host is {host}", address::HOSTS, "the name of the remote host"),
    define(
        Moment::Event,
        "the domain is {domain}",
        "a remote host of this name, and one below it: two events",
        address::domain,
    ),
    Definition {
        columns: &["RemotePort", "destination.port", "DestinationPort"],
        ..define(Moment::Event, "the port is {port}", "the remote port", |world, arguments| {
            let column = world.first_column(&["RemotePort", "destination.port", "DestinationPort"])?;
            world.set(column, &arguments.numbers(0))
        })
    },
    column!(
        "the protocol is {protocol}",
        ["Protocol", "network.transport"],
        "Tcp, Udp, … as the source writes it"
    ),
    column!(
        "the action is {action}",
        ["ActionType", "event.action"],
        "what the sensor saw: ConnectionSuccess, InboundConnectionAccepted, …"
    ),
    define(
        Moment::Event,
        "it happened {hours} hours ago",
        "before the clock; without it one hour",
        |world, arguments| world.happened_ago(arguments.number(0)?.saturating_mul(HOUR)),
    ),
    define(Moment::Event, "it happened at {time}", "the time of the event", |world, arguments| {
        world.happened_at(arguments.time(0)?)
    }),
    define(
        Moment::Event,
        "the field {column} is {value}",
        "any column of the policy's table",
        |world, arguments| world.set(&arguments.text(0)?, &arguments.texts(1)?),
    ),
    define(
        Moment::Event,
        "the field {column} is missing",
        "the source did not supply this column",
        |world, arguments| world.set(&arguments.text(0)?, &[""]),
    ),
    Definition {
        takes_table: true,
        ..define(
            Moment::Event,
            "the fields are",
            "a table below the step, a column's name and its value in each row",
            fields,
        )
    },
    Definition {
        takes_table: true,
        ..define(
            Moment::Event,
            "the events are",
            "a table below the step: columns in the first row, an event in each other one; an empty cell says nothing",
            events,
        )
    },
    define(
        Moment::Event,
        "the events of {file}",
        "every event of a file that `run` can read; its path is relative to the feature's folder",
        |world, arguments| world.take_events(&arguments.text(0)?),
    ),
    column!("the device is {name}", ["DeviceName", "host.name", "Computer"], "the name of the device"),
    define(
        Moment::Event,
        "the device runs {platform}",
        "the device's OSPlatform; without it Linux",
        |world, arguments| world.set_device("OSPlatform", &arguments.text(0)?),
    ),
    define(
        Moment::Event,
        "the device field {column} is {value}",
        "any column of DeviceInfo",
        |world, arguments| world.set_device(&arguments.text(0)?, &arguments.text(1)?),
    ),
    define(
        Moment::Event,
        "the device is unknown",
        "DeviceInfo has no row of the event's device",
        |world, _| world.forget_device(),
    ),
    define(
        Moment::Event,
        "the devices of {file}",
        "the rows of DeviceInfo in a file; an event's are those with its DeviceId",
        |world, arguments| world.take_devices(&arguments.text(0)?),
    ),
];

/// The columns that `the program is` sets: name, path, command line.
pub(crate) const PROGRAM: [&str; 3] =
    ["InitiatingProcessFileName", "InitiatingProcessFolderPath", "InitiatingProcessCommandLine"];

/// The same in other tables; a table may lack some.
const PROGRAMS: [[&str; 3]; 3] =
    [PROGRAM, ["process.name", "process.executable", "process.command_line"], ["", "Image", "CommandLine"]];

fn program(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let schema = world.schema()?;
    let columns = PROGRAMS.iter().find(|[_, path, _]| schema.column(path).is_some()).unwrap_or(&PROGRAM);
    let choice = |path: &String| {
        let mut choice = Choice::default();
        let texts = columns.iter().zip([file_name(path), path, path]);
        for (column, text) in texts.filter(|(column, _)| !column.is_empty()) {
            let id = find(schema, column)?;
            choice.values.push((id, value(schema, id, text)?));
        }
        Ok(choice)
    };
    let choices = arguments.texts(0)?.iter().map(choice).collect::<Result<Vec<_>, String>>()?;
    world.vary(&choices)
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn fields(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let table =
        arguments.table.ok_or("the table is missing; write `| column | value |` rows below the step")?;
    for row in &table.rows {
        match row.as_slice() {
            [column, value] => world.set(column, &[value])?,
            _ => return Err("each row has two cells: a column's name and its value".to_owned()),
        }
    }
    Ok(())
}

fn events(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let rows = arguments.table.map_or(&[][..], |table| &table.rows);
    let Some((head, rows)) = rows.split_first().filter(|(_, rows)| !rows.is_empty()) else {
        return Err(
            "the events are missing; write a row of columns below the step, and a row for each event"
                .to_owned(),
        );
    };
    let schema = world.schema()?;
    let columns = head.iter().map(|column| find(schema, column)).collect::<Result<Vec<_>, String>>()?;
    let mut choices = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let mut choice = Choice { origin: Some(format!("row {}", place + 1)), ..Choice::default() };
        for (column, text) in columns.iter().zip(row).filter(|(_, text)| !text.is_empty()) {
            choice.values.push((*column, value(schema, *column, text)?));
        }
        choices.push(choice);
    }
    world.vary(&choices)
}
