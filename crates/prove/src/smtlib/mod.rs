//! A claim's negation as SMT-LIB 2, for other solvers: `sat` is a claim that fails, `unsat` one that holds. Knows
//! formulas and what operators mean; not how the prover decides. What SMT-LIB cannot say is refused with the reason.
//!
//! Missing text is the empty text, with a flag where a test tells the two apart; other missing values are a flag on which
//! every test is false. Folding is spelled
//! out: `a` becomes `a` or `A`. Each row of the device table that may be needed has variables of its own.

mod address;
mod column;
mod letters;
mod regex;

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::Arc;

use lownoise_engine::event::ColumnId;
use lownoise_engine::op::Operator;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Time;

use crate::build::Build;
use crate::claim::Claim;
use crate::formula::{Atom, AtomId, Formula, Node, NodeId, Opaques};
use crate::prove::{Setting, device_schema};
use column::Column;

/// Why a claim cannot be said in SMT-LIB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inexpressible {
    /// The pattern looks at more than the beginning and the end of the text, or does so in a repetition.
    LookAround(String),
    /// The tests of a column tell characters apart that SMT-LIB does not have: those above U+2FFFF.
    Characters,
    /// Networks of IPv6 are tested beside text operators, and have too many spellings.
    Spellings,
    /// A device condition is asked about, and the policies name no device table.
    Devices,
    /// A column is compared with a column.
    Pair,
    /// A test cannot be asked.
    Opaque(String),
}

impl fmt::Display for Inexpressible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LookAround(pattern) => write!(f, "`{pattern}` looks around inside the text"),
            Self::Characters => f.write_str("characters above U+2FFFF are told apart"),
            Self::Spellings => f.write_str("an IPv6 network is tested beside the text of the same column"),
            Self::Devices => f.write_str("no policy names a device table"),
            Self::Pair => f.write_str("a column is compared with another column"),
            Self::Opaque(text) => write!(f, "`{text}` cannot be asked here"),
        }
    }
}

/// The question whether some event refutes a claim, up to `(check-sat)`. Of the setting, the clock and the assumptions
/// count. Linear in the policies, but for tests on text: a pattern is as long as its syntax tree.
///
/// # Errors
/// What SMT-LIB cannot say.
pub fn smtlib(claim: &Claim<'_>, setting: &Setting) -> Result<String, Inexpressible> {
    let mut build = Build::new(setting.now.unwrap_or(Time(0)), setting.assumptions, Opaques::Never);
    let root = claim.negation(&mut build);
    let formula = build.formula;
    if let Some(unread) = formula.unread().first() {
        return Err(unread.opaque_texts().pop().map_or(Inexpressible::Pair, Inexpressible::Opaque));
    }
    let (nodes, atoms) = reachable(&formula, root);
    let tests = atoms.iter().filter_map(|atom| match formula.atom(*atom)? {
        Atom::Test(column, operator) => Some((*column, operator)),
        Atom::Device(_) => None,
    });
    let mut dump = Dump { text: "(set-logic ALL)\n".to_owned() };
    let event = dump.row("event", &claim.policy().schema, tests)?;
    let predicates: Vec<&Predicate> = atoms
        .iter()
        .filter_map(|atom| match formula.atom(*atom)? {
            Atom::Device(predicate) => Some(predicate),
            Atom::Test(..) => None,
        })
        .collect();
    let rows = dump.device_rows(device_schema(&claim.policies()), &predicates)?;
    for atom in atoms {
        let meaning = match formula.atom(atom) {
            Some(Atom::Test(column, operator)) => event.test(*column, operator)?,
            Some(Atom::Device(predicate)) => some_row(&rows, predicate)?,
            None => "false".to_owned(),
        };
        dump.define(&name_of_atom(atom), &meaning);
    }
    for node in nodes {
        let parts = |parts: &[NodeId]| parts.iter().copied().map(name_of_node).collect::<Vec<_>>();
        let meaning = match formula.node(node) {
            Node::Literal(atom, true) => name_of_atom(*atom),
            Node::Literal(atom, false) => format!("(not {})", name_of_atom(*atom)),
            Node::All(all) => joined("and", "true", &parts(all)),
            Node::Any(any) => joined("or", "false", &parts(any)),
        };
        dump.define(&name_of_node(node), &meaning);
    }
    dump.assert(&name_of_node(root));
    dump.text.push_str("(check-sat)\n");
    Ok(dump.text)
}

/// The nodes and the atoms below a node, each once; parts come before what they are parts of.
fn reachable(formula: &Formula, root: NodeId) -> (Vec<NodeId>, Vec<AtomId>) {
    let (mut nodes, mut atoms) = (Vec::new(), Vec::new());
    let mut seen = vec![false; formula.nodes()];
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        if seen.get_mut(node.index()).is_none_or(|seen| std::mem::replace(seen, true)) {
            continue;
        }
        nodes.push(node);
        match formula.node(node) {
            Node::Literal(atom, _) => atoms.push(*atom),
            Node::All(parts) | Node::Any(parts) => waiting.extend(parts),
        }
    }
    // A formula is built from its parts up.
    nodes.sort_unstable();
    atoms.sort_unstable();
    atoms.dedup();
    (nodes, atoms)
}

/// The text so far.
struct Dump {
    text: String,
}

impl Dump {
    /// Declares a row of a table: the columns that are tested.
    fn row<'a>(
        &mut self,
        name: &str,
        schema: &Schema,
        tests: impl Iterator<Item = (ColumnId, &'a Operator)>,
    ) -> Result<Row, Inexpressible> {
        let mut of_column: BTreeMap<ColumnId, Vec<&Operator>> = BTreeMap::new();
        for (column, operator) in tests {
            of_column.entry(column).or_default().push(operator);
        }
        let mut columns = BTreeMap::new();
        for (id, operators) in of_column {
            let variable = format!("{name}-{}", id.0);
            self.line(&format!("; {variable}: {:?}", schema.name(id)));
            let column = Column::new(&variable, schema.kind(id), &operators)?;
            for declaration in column.declarations() {
                self.line(&declaration);
            }
            columns.insert(id, column);
        }
        Ok(Row { columns })
    }

    /// As many rows as there are predicates are enough: one for each that some row must satisfy.
    fn device_rows(
        &mut self,
        schema: Option<&Arc<Schema>>,
        predicates: &[&Predicate],
    ) -> Result<Vec<(String, Row)>, Inexpressible> {
        let mut rows = Vec::new();
        for place in 0..predicates.len() {
            let Some(schema) = schema else { return Err(Inexpressible::Devices) };
            let tests = predicates.iter().flat_map(|predicate| predicate.tests());
            let name = format!("row-{place}");
            let row = self.row(&name, schema, tests.map(|test| (test.column, &test.operator)))?;
            self.line(&format!("(declare-const {name} Bool)"));
            rows.push((name, row));
        }
        Ok(rows)
    }

    fn define(&mut self, name: &str, meaning: &str) {
        self.line(&format!("(define-fun {name} () Bool {meaning})"));
    }

    fn assert(&mut self, what: &str) {
        self.line(&format!("(assert {what})"));
    }

    fn line(&mut self, line: &str) {
        // Writing to a text cannot fail.
        let _infallible = writeln!(self.text, "{line}");
    }
}

/// The tested columns of an event, or of a row of the device table.
struct Row {
    columns: BTreeMap<ColumnId, Column>,
}

impl Row {
    fn test(&self, id: ColumnId, operator: &Operator) -> Result<String, Inexpressible> {
        self.columns.get(&id).map_or_else(|| Ok("false".to_owned()), |column| column.test(operator))
    }

    /// Recursion is bounded: policies limit nesting.
    fn predicate(&self, predicate: &Predicate) -> Result<String, Inexpressible> {
        let all = |parts: &[Predicate]| {
            parts.iter().map(|part| self.predicate(part)).collect::<Result<Vec<String>, _>>()
        };
        Ok(match predicate {
            Predicate::All(parts) => joined("and", "true", &all(parts)?),
            Predicate::Any(parts) => joined("or", "false", &all(parts)?),
            Predicate::Not(part) => format!("(not {})", self.predicate(part)?),
            Predicate::Test(test) => self.test(test.column, &test.operator)?,
            Predicate::Pair(_) => return Err(Inexpressible::Pair),
            Predicate::Opaque(opaque) => return Err(Inexpressible::Opaque(opaque.text.clone())),
        })
    }
}

fn some_row(rows: &[(String, Row)], predicate: &Predicate) -> Result<String, Inexpressible> {
    let each = rows.iter().map(|(name, row)| Ok(format!("(and {name} {})", row.predicate(predicate)?)));
    Ok(joined("or", "false", &each.collect::<Result<Vec<String>, _>>()?))
}

fn name_of_atom(atom: AtomId) -> String {
    format!("atom-{}", atom.0)
}

fn name_of_node(node: NodeId) -> String {
    format!("node-{}", node.index())
}

/// Parts under an operator of any number of parts, and what it is of none.
fn joined(operator: &str, of_none: &str, parts: &[String]) -> String {
    match parts {
        [] => of_none.to_owned(),
        [only] => only.clone(),
        _ => format!("({operator} {})", parts.join(" ")),
    }
}
