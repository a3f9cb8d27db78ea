//! Whether tests on one subject can come out as wanted together, and with which value. Each kind of column has its
//! theory; what they share is here: hints, cores, and the final check with the operators themselves.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use hashbrown::HashMap;
use lownoise_engine::event::ColumnId;
use lownoise_engine::op::Operator;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Kind, OwnedValue, Value};

use crate::address;
use crate::check::{Check, Model, Outcome, core};
use crate::formula::{Atom, AtomId, Formula, NodeId, Subject};
use crate::scalar;
use crate::text::{self, Account, Books};
use crate::value::{Assignment, scalar as scalar_value};
use crate::{Limits, Reason};

/// What theories need to know beside the literals.
#[derive(Debug)]
pub(crate) struct Theories<'t> {
    pub(crate) schema: &'t Arc<Schema>,
    /// The device table, for device atoms.
    pub(crate) devices: Option<&'t Arc<Schema>>,
    /// Believable values of each column, the best first.
    pub(crate) hints: &'t HashMap<ColumnId, Vec<OwnedValue>>,
    pub(crate) limits: &'t Limits,
    /// What this proof has cost, and what the theories have already answered.
    pub(crate) spent: &'t Spent,
    /// Decides a formula over the device table's rows.
    pub(crate) solve: Solve,
}

/// The account of one proof, and what all have asked.
#[derive(Debug, Default)]
pub(crate) struct Spent {
    books: Rc<Books>,
    /// Answers about columns: searches ask the same again and again.
    known: RefCell<HashMap<Asked, Check>>,
}

/// A column, and what is wanted of the atoms on it.
type Asked = (ColumnId, Vec<(AtomId, bool)>);

impl Spent {
    /// Another proof: it may cost as much as the one before.
    pub(crate) fn begin(&self) {
        self.books.begin();
    }
}

/// Decides whether a node can hold, beginning with a candidate.
pub(crate) type Solve = fn(&Formula, &Theories<'_>, NodeId, Assignment) -> Outcome;

impl Theories<'_> {
    /// Decides literals on one subject.
    pub(crate) fn check(&self, formula: &Formula, subject: Subject, literals: &[(AtomId, bool)]) -> Check {
        match subject {
            Subject::Column(column) => {
                let key = (column, literals.to_vec());
                if let Some(known) = self.spent.known.borrow().get(&key) {
                    return known.clone();
                }
                let operators: Vec<(&Operator, bool)> = literals
                    .iter()
                    .filter_map(|(atom, wanted)| match formula.atom(*atom) {
                        Some(Atom::Test(_, operator)) => Some((operator, *wanted)),
                        _ => None,
                    })
                    .collect();
                let answer = self.column(column, &operators);
                self.spent.known.borrow_mut().insert(key, answer.clone());
                answer
            }
            Subject::Devices => {
                let predicates: Vec<(&Predicate, bool)> = literals
                    .iter()
                    .filter_map(|(atom, wanted)| match formula.atom(*atom) {
                        Some(Atom::Device(predicate)) => Some((predicate, *wanted)),
                        _ => None,
                    })
                    .collect();
                self.device_rows(&predicates)
            }
        }
    }

    fn column(&self, column: ColumnId, literals: &[(&Operator, bool)]) -> Check {
        let none = Vec::new();
        let hints = self.hints.get(&column).unwrap_or(&none);
        // Beyond the schema's columns stand opaque tests, which are boolean.
        let kind = self.schema.definition(column).map_or(Kind::Bool, |column| column.kind);
        let account = Account { limits: *self.limits, books: &self.spent.books };
        let answer = match kind {
            Kind::Text if literals.iter().any(|(operator, _)| **operator == Operator::Present) => {
                return self.optional_text(column, literals);
            }
            Kind::Text => {
                let texts: Vec<&str> = hints.iter().map(|hint| hint.borrow().text()).collect();
                match text::solve(literals, &texts, account) {
                    text::Answer::Value(found) => Check::Model(Model::Value(OwnedValue::Text(found))),
                    text::Answer::Conflict(core) => Check::Conflict(core),
                    text::Answer::Unknown(reason) => Check::Unknown(reason),
                }
            }
            Kind::Address => address::solve(literals, hints, account),
            Kind::Number | Kind::Time | Kind::Bool => {
                let scalars: Vec<_> = hints.iter().filter_map(scalar_value).collect();
                let solve = |literals: &[(&Operator, bool)]| scalar::solve(kind, literals, &scalars);
                match solve(literals) {
                    Some(value) => Check::Model(Model::Value(OwnedValue::from(value))),
                    None => Check::Conflict(core(literals, |part| solve(part).is_none())),
                }
            }
        };
        self.confirmed(answer, literals)
    }

    /// A text that may be missing: what asks for that decides the rest, and else is left out.
    fn optional_text(&self, column: ColumnId, literals: &[(&Operator, bool)]) -> Check {
        let place =
            |wanted: bool| literals.iter().position(|literal| *literal == (&Operator::Present, wanted));
        let Some(missing) = place(false) else {
            let (places, rest): (Vec<usize>, Vec<_>) = (0..)
                .zip(literals.iter().copied())
                .filter(|(_, (operator, _))| **operator != Operator::Present)
                .unzip();
            return match self.column(column, &rest) {
                Check::Conflict(core) => {
                    Check::Conflict(core.iter().filter_map(|place| places.get(*place).copied()).collect())
                }
                answer => answer,
            };
        };
        let spoiler =
            literals.iter().position(|(operator, wanted)| operator.holds(Value::Missing) != *wanted);
        match spoiler {
            Some(spoiler) => Check::Conflict(vec![missing, spoiler]),
            None => Check::Model(Model::Value(OwnedValue::Missing)),
        }
    }

    /// No value leaves here on which the operators themselves say otherwise.
    fn confirmed(&self, answer: Check, literals: &[(&Operator, bool)]) -> Check {
        if let Check::Model(Model::Value(value)) = &answer
            && !literals.iter().all(|(operator, wanted)| operator.holds(value.borrow()) == *wanted)
        {
            return Check::Unknown(Reason::Unconfirmed(self.schema.table.clone()));
        }
        answer
    }

    /// Some row for each predicate that must have one, and none of them satisfying one that must not.
    fn device_rows(&self, predicates: &[(&Predicate, bool)]) -> Check {
        let Some(schema) = self.devices else {
            return Check::Unknown(Reason::Unconfirmed("the device table is not known".to_owned()));
        };
        let none = HashMap::new();
        let spent = Spent { books: Rc::clone(&self.spent.books), ..Spent::default() };
        let inner = Theories {
            schema,
            devices: None,
            hints: &none,
            limits: self.limits,
            spent: &spent,
            solve: self.solve,
        };
        let negatives: Vec<usize> = places(predicates, false);
        let mut rows = Vec::new();
        for positive in places(predicates, true) {
            let mut formula = Formula::default();
            let together: Vec<_> = [positive].iter().chain(&negatives).copied().collect();
            let parts = together
                .iter()
                .filter_map(|place| predicates.get(*place))
                .map(|(predicate, wanted)| formula.predicate(predicate, *wanted));
            let parts: Vec<_> = parts.collect();
            let root = formula.all(parts);
            let outcome = (self.solve)(&formula, &inner, root, Assignment::of(schema));
            // Answers are kept by atoms, and the atoms are of this formula only.
            spent.known.borrow_mut().clear();
            match outcome {
                Outcome::Satisfied(assignment) => rows.push(assignment.event),
                Outcome::Impossible => return Check::Conflict(together),
                Outcome::Unknown(reason) => return Check::Unknown(reason),
            }
        }
        Check::Model(Model::Rows(rows))
    }
}

fn places(predicates: &[(&Predicate, bool)], wanted: bool) -> Vec<usize> {
    predicates.iter().enumerate().filter(|(_, (_, found))| *found == wanted).map(|(place, _)| place).collect()
}
