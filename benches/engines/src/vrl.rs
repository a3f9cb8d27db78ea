//! VRL: a program whose value is "hidden". Lists are regular expressions, which it compiles once (`includes` makes its
//! list anew for every event), and networks the constant list that `ip_cidr_contains` reads once.

use vrl::compiler::runtime::Runtime;
use vrl::compiler::{Program, TargetValue, TimeZone, compile};
use vrl::value::{Secrets, Value};

use crate::setting::{ADDRESS, LINE, NAME, PATH};
use crate::{Answers, Engine, Groups, Setting};

/// A program, and events that are VRL's values.
pub struct Vrl {
    program: Program,
    events: Vec<TargetValue>,
    runtime: Runtime,
    timezone: TimeZone,
    hidden: Vec<bool>,
}

impl Vrl {
    pub fn new(setting: &Setting<'_>) -> Self {
        let event = |event: &serde_json::Value| TargetValue {
            value: Value::from(event.clone()),
            metadata: Value::Object(std::collections::BTreeMap::new()),
            secrets: Secrets::default(),
        };
        Self {
            program: program(&source(&setting.groups)),
            events: setting.json.iter().map(event).collect(),
            runtime: Runtime::default(),
            timezone: TimeZone::default(),
            hidden: Vec::new(),
        }
    }
}

impl Engine for Vrl {
    fn decide(&mut self) {
        let Self { program, events, runtime, timezone, hidden } = self;
        hidden.clear();
        for event in events {
            let said = runtime.resolve(event, program, timezone);
            runtime.clear();
            hidden.push(said == Ok(Value::Boolean(true)));
        }
    }

    fn answers(&self) -> Answers {
        Answers::Hidden(self.hidden.clone())
    }
}

/// A program of its source.
pub fn program(source: &str) -> Program {
    match compile(source, &vrl::stdlib::all()) {
        Ok(compiled) => compiled.program,
        Err(diagnostics) => panic!("VRL refuses the program: {diagnostics:?}"),
    }
}

fn source(groups: &Groups) -> String {
    let any = |group: &[(usize, String)]| {
        group.iter().map(|(_, text)| regex::escape(text)).collect::<Vec<_>>().join("|")
    };
    let mut conditions = Vec::new();
    let mut add = |group: &[(usize, String)], condition: String| {
        if !group.is_empty() {
            conditions.push(condition);
        }
    };
    add(&groups.names, format!("match(string!(.{NAME}), r'^(?:{})$')", any(&groups.names)));
    add(&groups.paths, format!("match(string!(.{PATH}), r'^(?i-u:{})')", any(&groups.paths)));
    add(&groups.parts, format!("match(string!(.{LINE}), r'(?i-u:{})')", any(&groups.parts)));
    let cidrs: Vec<String> = groups.cidrs().map(|(_, network)| format!("{network:?}")).collect();
    if !cidrs.is_empty() {
        conditions.push(format!("(ip_cidr_contains([{}], .{ADDRESS}) ?? false)", cidrs.join(", ")));
    }
    conditions.join(" || ")
}
