//! Makes a witness hang together: a program's name, its path and its command line speak of the same program, where the
//! refutation leaves a choice. Promises nothing: every change is tried out.

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::schema::{Schema, basename};
use lownoise_engine::value::OwnedValue;

use crate::facts::path_of;
use crate::value::Assignment;

/// The witness with name, path and command line brought together. `refutes` hands back the event that it was given
/// when that still refutes what the witness does.
pub(crate) fn coherent(
    mut witness: Assignment,
    base: &Assignment,
    schema: &Schema,
    refutes: &dyn Fn(Assignment) -> Option<Assignment>,
) -> Assignment {
    let changed =
        |witness: &Assignment, column: ColumnId| witness.event.value(column) != base.event.value(column);
    for name in schema.ids() {
        let Some(path) = path_of(name, schema) else { continue };
        let command = command_of(path, schema);
        let columns = [Some(name), Some(path), command];
        if !columns.into_iter().flatten().any(|column| changed(&witness, column)) {
            continue;
        }
        let attempts = [
            name_and_path(&witness.event, name, path),
            vec![(name, basename(text(&witness.event, path)).to_owned())],
        ];
        let apart = |event: &OwnedEvent| basename(text(event, path)) != text(event, name);
        for attempt in attempts {
            if apart(&witness.event) {
                witness = tried(witness, attempt, refutes);
            }
        }
        if let Some(command) = command {
            // Another program has other arguments: none are better than those of the one before.
            let other = changed(&witness, name);
            witness = with_command(witness, [name, path, command], other, refutes);
        }
    }
    witness
}

/// The path with the name as its last segment.
fn name_and_path(event: &OwnedEvent, name: ColumnId, path: ColumnId) -> Vec<(ColumnId, String)> {
    let old = text(event, path);
    let folder = old.strip_suffix(basename(old)).filter(|folder| !folder.is_empty()).unwrap_or("/usr/bin/");
    vec![(path, format!("{folder}{}", text(event, name)))]
}

/// The command line begins with the program, if it may; what follows its first word stays, unless it is of another
/// program.
fn with_command(
    witness: Assignment,
    [name, path, command]: [ColumnId; 3],
    other_program: bool,
    refutes: &dyn Fn(Assignment) -> Option<Assignment>,
) -> Assignment {
    let (program, path) = (text(&witness.event, name).to_owned(), text(&witness.event, path).to_owned());
    let written = text(&witness.event, command).to_owned();
    let (first, rest) = written.split_once(' ').unwrap_or((&written, ""));
    let begins = |word: &str| !word.is_empty() && (basename(word) == program || word == path);
    // Interpreters are called by shorter names than their files have.
    if begins(first) || program.starts_with(basename(first)) && !basename(first).is_empty() {
        return witness;
    }
    let bare = [(&path, ""), (&program, "")].into_iter().filter(|_| other_program);
    let attempts = [(&program, rest), (&path, rest), (&program, written.as_str()), (&path, written.as_str())];
    for (first, rest) in bare.chain(attempts) {
        let line = format!("{first} {rest}");
        let mut other = witness.clone();
        other.event.set(command, OwnedValue::Text(line.trim().to_owned()));
        if let Some(found) = refutes(other) {
            return found;
        }
    }
    witness
}

fn tried(
    witness: Assignment,
    attempt: Vec<(ColumnId, String)>,
    refutes: &dyn Fn(Assignment) -> Option<Assignment>,
) -> Assignment {
    let mut other = witness.clone();
    for (column, value) in attempt {
        other.event.set(column, OwnedValue::Text(value));
    }
    refutes(other).unwrap_or(witness)
}

fn text(event: &OwnedEvent, column: ColumnId) -> &str {
    event.value(column).text()
}

fn command_of(path: ColumnId, schema: &Schema) -> Option<ColumnId> {
    let is = |column: &ColumnId| {
        let of = schema.definition(*column).and_then(|column| column.command_of.as_ref());
        of.and_then(|of| schema.column(of)) == Some(path)
    };
    schema.ids().find(is)
}
