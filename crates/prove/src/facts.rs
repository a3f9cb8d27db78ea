//! Facts between columns, as assumptions: the type of an address follows from the address. Under it, a test on the
//! type is a test on the address, and is rewritten into one.

use lownoise_engine::event::ColumnId;
use lownoise_engine::op::{
    AddressClass, AddressSet, Case, Operator, SENSOR_MAPPED, SENSOR_TYPES, TextOperator, sensor_type,
};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Value;

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::value::OwnedValue;

/// What may be assumed about the events of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assumptions {
    /// Columns that say an address's type say what follows from the address. Real sensors break it: they leave the
    /// type empty.
    pub types_follow: bool,
}

impl Assumptions {
    /// In words, for the reader of a proof.
    #[must_use]
    pub fn words(self, schema: &Schema) -> Vec<String> {
        if !self.types_follow {
            return Vec::new();
        }
        let typed = schema.columns.iter().filter_map(|column| Some((&column.name, column.type_of.as_ref()?)));
        typed.map(|(name, address)| format!("`{name}` follows from `{address}`")).collect()
    }
}

/// The predicate with tests on types rewritten into tests on addresses.
pub(crate) fn rewrite(predicate: &Predicate, schema: &Schema) -> Predicate {
    let parts = |parts: &[Predicate]| parts.iter().map(|part| rewrite(part, schema)).collect();
    match predicate {
        Predicate::All(all) => Predicate::All(parts(all)),
        Predicate::Any(any) => Predicate::Any(parts(any)),
        Predicate::Not(part) => Predicate::Not(Box::new(rewrite(part, schema))),
        Predicate::Test(test) => match address_of(test.column, schema) {
            Some(address) => by_address(test, address),
            None => predicate.clone(),
        },
    }
}

/// The address column whose type a column says.
fn address_of(column: ColumnId, schema: &Schema) -> Option<ColumnId> {
    schema.definition(column)?.type_of.as_ref().and_then(|address| schema.column(address))
}

/// The addresses whose type the test holds on.
fn by_address(test: &Test, address: ColumnId) -> Predicate {
    let leaf = |operator| Predicate::Test(Test { column: address, operator, span: test.span });
    let networks = |written: &[&str]| {
        Operator::In(AddressSet {
            networks: written.iter().filter_map(|network| network.parse().ok()).collect(),
            classes: Vec::new(),
        })
    };
    let classes = |classes: &[AddressClass]| {
        leaf(Operator::In(AddressSet { networks: Vec::new(), classes: classes.to_vec() }))
    };
    // The canonical spelling of a v4-mapped address begins like this, and so does no other address's.
    let spelled = Operator::Text {
        operator: TextOperator::StartsWith,
        literals: vec!["::ffff:".to_owned()],
        case: Case::Sensitive,
    };
    let mapped = || Predicate::All(vec![leaf(spelled.clone()), leaf(networks(&["0.0.0.0/0"]))]);
    let holds = |word: &str| test.operator.holds(Value::Text(word));
    let mut any = Vec::new();
    for (word, of) in SENSOR_TYPES.iter().filter(|(word, _)| holds(word)) {
        debug_assert!(!word.is_empty(), "a type is a word");
        any.push(Predicate::All(vec![classes(of), Predicate::Not(Box::new(mapped()))]));
    }
    if holds(SENSOR_MAPPED) {
        any.push(mapped());
    }
    if holds("") {
        any.push(Predicate::Not(Box::new(leaf(networks(&["0.0.0.0/0", "::/0"])))));
    }
    Predicate::Any(any)
}

/// Makes the types of an event follow from its addresses.
pub(crate) fn apply(event: &mut OwnedEvent, schema: &Schema) {
    for column in schema.ids() {
        if let Some(address) = address_of(column, schema) {
            let word = sensor_type(event.value(address).text()).unwrap_or("");
            event.set(column, OwnedValue::Text(word.to_owned()));
        }
    }
}
