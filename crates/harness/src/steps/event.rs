//! Steps that state what matters of the event and of its device.

use lownoise_engine::value::Time;

use super::{Definition, Moment};
use crate::template::Arguments;
use crate::world::World;

const HOUR: i64 = 3600 * Time::SECOND;

/// A step that sets one column of the event to its quoted text.
macro_rules! column {
    ($template:literal, $column:literal, $help:literal) => {
        Definition {
            moment: Moment::Event,
            template: $template,
            column: Some($column),
            takes_table: false,
            help: $help,
            handler: |world, arguments| world.set($column, &arguments.text(0)?),
        }
    };
}

/// In the order of the manual.
pub(super) const STEPS: &[Definition] = &[
    Definition {
        moment: Moment::Event,
        template: "the program is {path}",
        column: None,
        takes_table: false,
        help: "path, process name (the last part of the path) and command line (the path alone) at once",
        handler: program,
    },
    column!(
        "the process name is {name}",
        "InitiatingProcessFileName",
        "the name of the process's file, alone"
    ),
    column!(
        "the path is {path}",
        "InitiatingProcessFolderPath",
        "the full path of the process's file, alone"
    ),
    column!("the command line is {text}", "InitiatingProcessCommandLine", "all arguments, joined by spaces"),
    column!(
        "the user is {account}",
        "InitiatingProcessAccountName",
        "the account that the process runs under"
    ),
    column!("the parent is {name}", "InitiatingProcessParentFileName", "the process name of the parent"),
    column!("the destination is {address}", "RemoteIP", "the remote address, IPv4 or IPv6"),
    column!(
        "the address type is {type}",
        "RemoteIPType",
        "the sensor's word on the address: Public, Private, …"
    ),
    column!("the host is {host}", "RemoteUrl", "the name of the remote host"),
    Definition {
        moment: Moment::Event,
        template: "the port is {port}",
        column: Some("RemotePort"),
        takes_table: false,
        help: "the remote port",
        handler: |world, arguments| world.set("RemotePort", arguments.words(0)),
    },
    column!("the protocol is {protocol}", "Protocol", "Tcp, Udp, …"),
    column!(
        "the action is {action}",
        "ActionType",
        "what the sensor saw: ConnectionSuccess, InboundConnectionAccepted, …"
    ),
    Definition {
        moment: Moment::Event,
        template: "it happened {hours} hours ago",
        column: None,
        takes_table: false,
        help: "before the clock; without it one hour",
        handler: |world, arguments| world.happened_ago(arguments.number(0)?.saturating_mul(HOUR)),
    },
    Definition {
        moment: Moment::Event,
        template: "it happened at {time}",
        column: None,
        takes_table: false,
        help: "the time of the event",
        handler: |world, arguments| world.happened_at(arguments.time(0)?),
    },
    Definition {
        moment: Moment::Event,
        template: "the field {column} is {value}",
        column: None,
        takes_table: false,
        help: "any column of the policy's table",
        handler: |world, arguments| world.set(&arguments.text(0)?, &arguments.text(1)?),
    },
    Definition {
        moment: Moment::Event,
        template: "the field {column} is missing",
        column: None,
        takes_table: false,
        help: "the source did not supply this column",
        handler: |world, arguments| world.clear(&arguments.text(0)?),
    },
    Definition {
        moment: Moment::Event,
        template: "the fields are",
        column: None,
        takes_table: true,
        help: "a table below the step, a column's name and its value in each row",
        handler: fields,
    },
    Definition {
        moment: Moment::Event,
        template: "the device runs {platform}",
        column: None,
        takes_table: false,
        help: "the device's OSPlatform; without it Linux",
        handler: |world, arguments| world.set_device("OSPlatform", &arguments.text(0)?),
    },
    Definition {
        moment: Moment::Event,
        template: "the device field {column} is {value}",
        column: None,
        takes_table: false,
        help: "any column of DeviceInfo",
        handler: |world, arguments| world.set_device(&arguments.text(0)?, &arguments.text(1)?),
    },
    Definition {
        moment: Moment::Event,
        template: "the device is unknown",
        column: None,
        takes_table: false,
        help: "DeviceInfo has no row of the event's device",
        handler: |world, _| world.forget_device(),
    },
];

/// The columns that `the program is` sets: name, path, command line.
pub(crate) const PROGRAM: [&str; 3] =
    ["InitiatingProcessFileName", "InitiatingProcessFolderPath", "InitiatingProcessCommandLine"];

fn program(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let path = arguments.text(0)?;
    for (column, value) in PROGRAM.into_iter().zip([file_name(&path), &path, &path]) {
        world.set(column, value)?;
    }
    Ok(())
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
            [column, value] => world.set(column, value)?,
            _ => return Err("each row has two cells: a column's name and its value".to_owned()),
        }
    }
    Ok(())
}
