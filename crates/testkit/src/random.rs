//! Random policies and events over one small table with a column of each kind and more. Both draw from the same few
//! pieces, so that tests hold and fail about equally often.

use std::sync::Arc;

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::op::{
    AddressClass, AddressSet, Case, Comparison, Operator, Order, Pattern, Relation, TextOperator,
};
use lownoise_engine::policy::{Condition, ConditionKind, Date, Exclusion, Lookback, Output, Policy};
use lownoise_engine::predicate::{Opaque, Pair, Predicate, Test};
use lownoise_engine::schema::{ColumnDefinition, Schema};
use lownoise_engine::span::{Sources, Span};
use lownoise_engine::value::{Kind, OwnedValue, Time};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Texts that are easily mistaken for each other.
const PIECES: [&str; 24] = [
    "",
    "a",
    "A",
    "ab",
    "ba",
    "aB",
    "snapd",
    "Snapd",
    "snap",
    "d",
    " ",
    "_",
    "-",
    "/",
    "/usr/lib/apt/",
    "/USR/",
    "é",
    "É",
    "\u{212a}",
    "k",
    "ſ",
    "1",
    "日本",
    "\n",
];

const ADDRESSES: [&str; 18] = [
    "10.0.0.0",
    "10.255.255.255",
    "11.0.0.0",
    "9.255.255.255",
    "127.0.0.1",
    "192.168.1.1",
    "8.8.8.8",
    "::ffff:10.1.2.3",
    "::ffff:8.8.8.8",
    "::1",
    "2001:db8::1",
    "2606:4700::1111",
    "fe80::1",
    "255.255.255.255",
    "0.0.0.0",
    "::",
    "junk",
    "",
];

const NETWORKS: [&str; 9] = [
    "10.0.0.0/8",
    "10.0.0.0/9",
    "127.0.0.0/8",
    "0.0.0.0/0",
    "8.8.8.8/32",
    "::/0",
    "2001:db8::/32",
    "::ffff:10.0.0.0/104",
    "fe80::/10",
];

const PATTERNS: [&str; 12] =
    ["a", "^a", "a$", "^$", "a.*b", r"\ba\b", "[^a]", "snap[a-e]?", "(?i)k", "é", r"\d", "(a|b)+$"];

/// The table that random policies are over: four text columns, an address, two numbers, a time, a boolean; and of one of
/// the texts, which is JSON, two keys.
///
/// # Panics
/// Never: the columns that it needs are there.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixed table, in test support")]
pub fn schema() -> Arc<Schema> {
    let columns = [
        ("Time", Kind::Time),
        ("Device", Kind::Text),
        ("Name", Kind::Text),
        ("Path", Kind::Text),
        ("Address", Kind::Address),
        ("Port", Kind::Number),
        ("Size", Kind::Number),
        ("Remote", Kind::Bool),
        ("Json", Kind::Text),
    ];
    let keys = [("Json.note", Kind::Text), ("Json.within.total", Kind::Number)];
    let columns = columns.map(|(name, kind)| ColumnDefinition::new(name, kind));
    let keys = keys.map(|(name, kind)| ColumnDefinition {
        key_of: Some("Json".to_owned()),
        ..ColumnDefinition::new(name, kind)
    });
    let columns = columns.into_iter().chain(keys).collect();
    let schema = Schema::new("Events".to_owned(), "Time".to_owned(), "Device".to_owned(), columns);
    Arc::new(schema.expect("the table has its time and its device"))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&PIECES[..]).prop_map(str::to_owned),
        vec(select(&PIECES[..]), 0..4).prop_map(|pieces| pieces.concat()),
        "[aAbB _/é1k-]{0,5}",
    ]
}

fn ticks() -> impl Strategy<Value = i64> {
    // A few days around the turn of 2026, on the tick and beside it.
    (-2_i64..=2, -1_i64..=1).prop_map(|(day, tick)| NOW + day * 864_000_000_000 + tick)
}

/// 2026-02-03T00:00:00Z.
const NOW: i64 = 17_700_768_000_000_000;

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..6, select(vec![443, i64::MIN, i64::MAX, -1])]
}

fn value(kind: Kind) -> BoxedStrategy<OwnedValue> {
    match kind {
        Kind::Text => text().prop_map(OwnedValue::Text).boxed(),
        Kind::Address => prop_oneof![
            select(&ADDRESSES[..]).prop_map(OwnedValue::address),
            any::<u32>()
                .prop_map(move |bits| OwnedValue::address(&std::net::Ipv4Addr::from(bits).to_string())),
        ]
        .boxed(),
        Kind::Number => option::of(number())
            .prop_map(|found| found.map_or(OwnedValue::Missing, OwnedValue::Number))
            .boxed(),
        Kind::Time => option::of(ticks())
            .prop_map(|found| found.map_or(OwnedValue::Missing, |ticks| OwnedValue::Time(Time(ticks))))
            .boxed(),
        Kind::Bool => option::of(any::<bool>())
            .prop_map(|found| found.map_or(OwnedValue::Missing, OwnedValue::Bool))
            .boxed(),
    }
}

/// An event of [`schema`].
pub fn any_event() -> BoxedStrategy<OwnedEvent> {
    schema()
        .columns
        .iter()
        .map(|column| value(column.kind))
        .collect::<Vec<_>>()
        .prop_map(|values| OwnedEvent { values })
        .boxed()
}

fn case() -> impl Strategy<Value = Case> {
    select(vec![Case::Sensitive, Case::Insensitive])
}

fn comparison<T: Clone + std::fmt::Debug + Ord>(
    literal: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Comparison<T>> {
    prop_oneof![
        vec(literal.clone(), 1..4).prop_map(Comparison::OneOf),
        literal.clone().prop_map(Comparison::Lt),
        literal.clone().prop_map(Comparison::Lte),
        literal.clone().prop_map(Comparison::Gt),
        literal.clone().prop_map(Comparison::Gte),
        (literal.clone(), literal).prop_map(|(low, high)| Comparison::Between(low, high)),
    ]
}

fn text_operator() -> impl Strategy<Value = Operator> {
    let literal = (select(&TextOperator::ALL[..]), vec(text(), 1..4), case());
    prop_oneof![
        6 => literal.prop_map(|(operator, literals, case)| Operator::Text { operator, literals, case }),
        1 => (vec(select(&PATTERNS[..]), 1..3), case()).prop_map(|(patterns, case)| {
            Operator::Matches(patterns.iter().filter_map(|pattern| Pattern::new(pattern, case).ok()).collect())
        }),
        1 => Just(Operator::Exists),
    ]
}

fn address_operator() -> impl Strategy<Value = Operator> {
    let classes = select(&AddressClass::ALL[..]).prop_map(|(class, _)| class);
    let networks = select(&NETWORKS[..]).prop_filter_map("a network", |network| network.parse().ok());
    let set = (vec(networks, 0..3), vec(classes, 0..2))
        .prop_map(|(networks, classes)| Operator::In(AddressSet { networks, classes }));
    prop_oneof![2 => set, 1 => text_operator()]
}

fn operator(kind: Kind) -> BoxedStrategy<Operator> {
    let ticks = ticks().prop_map(Time).boxed();
    match kind {
        Kind::Text => text_operator().boxed(),
        Kind::Address => address_operator().boxed(),
        Kind::Number => prop_oneof![5 => comparison(number().boxed()).prop_map(Operator::Number), 1 => Just(Operator::Exists)].boxed(),
        Kind::Time => prop_oneof![5 => comparison(ticks).prop_map(Operator::Time), 1 => Just(Operator::Exists)].boxed(),
        Kind::Bool => prop_oneof![5 => any::<bool>().prop_map(Operator::Bool), 1 => Just(Operator::Exists)].boxed(),
    }
}

fn test() -> impl Strategy<Value = Predicate> {
    let schema = schema();
    select(schema.ids().map(|id| (id, schema.kind(id))).collect::<Vec<(ColumnId, Kind)>>()).prop_flat_map(
        |(column, kind)| {
            operator(kind)
                .prop_map(move |operator| Predicate::Test(Test { column, operator, span: Span::default() }))
        },
    )
}

/// A test of two columns that compare.
fn pair() -> impl Strategy<Value = Predicate> {
    let schema = schema();
    let columns: Vec<(ColumnId, Kind)> = schema.ids().map(|id| (id, schema.kind(id))).collect();
    let names = Relation::TEXT.map(|operator| operator.definition().name);
    let names = names.into_iter().chain(Order::ALL.map(|(_, name)| name)).collect::<Vec<_>>();
    let mut all = Vec::new();
    for (left, kind) in &columns {
        for (right, other) in &columns {
            for (name, case) in
                names.iter().flat_map(|name| [(name, Case::Sensitive), (name, Case::Insensitive)])
            {
                all.extend(
                    Relation::called(name, *kind, *other, case).map(|relation| (*left, relation, *right)),
                );
            }
        }
    }
    select(all).prop_map(|(left, relation, right)| {
        Predicate::Pair(Pair { left, relation, right, span: Span::default() })
    })
}

/// A predicate over [`schema`], up to three levels deep.
pub fn any_predicate() -> BoxedStrategy<Predicate> {
    tree(prop_oneof![9 => test(), 1 => pair()].boxed())
}

/// A predicate over [`schema`] in which every test looks at one column.
pub fn any_separable_predicate() -> BoxedStrategy<Predicate> {
    tree(test().boxed())
}

/// A predicate over [`schema`] with opaque tests in it. The same text is always taken as the same.
pub fn any_opaque_predicate() -> BoxedStrategy<Predicate> {
    let opaque = any::<bool>().prop_map(|taken_as| {
        let text = format!("{taken_as}, as it happens");
        Predicate::Opaque(Opaque { taken_as, ..Opaque::new(text, Span::default()) })
    });
    tree(prop_oneof![2 => test(), 1 => opaque].boxed())
}

fn tree(leaf: BoxedStrategy<Predicate>) -> BoxedStrategy<Predicate> {
    let tree = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Predicate::All),
            vec(inner.clone(), 0..4).prop_map(Predicate::Any),
            inner.prop_map(|part| Predicate::Not(Box::new(part))),
        ]
    });
    tree.boxed()
}

/// A policy over [`schema`]: a scope of every kind of condition, columns of devices one by one, up to eight exclusions, some of them expired at the
/// moment that is returned beside it.
pub fn any_policy() -> BoxedStrategy<(Policy, Time)> {
    policy_of(any_predicate(), any_separable_predicate())
}

/// A policy over [`schema`] in which every test looks at one column.
pub fn any_separable_policy() -> BoxedStrategy<(Policy, Time)> {
    policy_of(any_separable_predicate(), any_separable_predicate())
}

/// A policy over [`schema`] with opaque tests in it.
pub fn any_opaque_policy() -> BoxedStrategy<(Policy, Time)> {
    policy_of(any_opaque_predicate(), any_opaque_predicate())
}

fn policy_of(
    predicate: BoxedStrategy<Predicate>,
    devices: BoxedStrategy<Predicate>,
) -> BoxedStrategy<(Policy, Time)> {
    let day = option::weighted(0.3, -1_i8..=1);
    let exclusions = vec((predicate.clone(), day), 0..8);
    let scope = (
        option::weighted(0.2, (0_i64..3, any::<bool>())),
        option::weighted(0.2, devices),
        vec(predicate, 0..2),
    );
    (scope, exclusions)
        .prop_map(|((lookback, devices, wheres), exclusions)| {
            let lookback = lookback.map(|(days, inclusive)| {
                ConditionKind::Lookback(Lookback { length: days * 864_000_000_000, inclusive })
            });
            let devices = devices.map(|predicate| ConditionKind::Devices { schema: schema(), predicate });
            let kinds =
                lookback.into_iter().chain(devices).chain(wheres.into_iter().map(ConditionKind::Where));
            let scope = kinds
                .enumerate()
                .map(|(place, kind)| Condition {
                    name: format!("condition-{place}"),
                    kind,
                    span: Span::default(),
                })
                .collect();
            let exclusions = exclusions
                .into_iter()
                .enumerate()
                .map(|(place, (predicate, day))| exclusion(place, predicate, day));
            (policy(scope, exclusions.collect()), Time(NOW))
        })
        .boxed()
}

pub(crate) fn exclusion(place: usize, predicate: Predicate, day: Option<i8>) -> Exclusion {
    Exclusion {
        id: format!("exclusion-{place}"),
        reason: "random".to_owned(),
        owner: "tests".to_owned(),
        created: None,
        expires: day.map(|day| Date(jiff::civil::date(2026, 2, 3 + day))),
        review: None,
        ticket: None,
        references: Vec::new(),
        predicate,
        set: None,
        span: Span::default(),
    }
}

pub(crate) fn policy(scope: Vec<Condition>, exclusions: Vec<Exclusion>) -> Policy {
    Policy {
        id: "random".to_owned(),
        title: "random".to_owned(),
        owner: "tests".to_owned(),
        description: None,
        references: Vec::new(),
        schema: schema(),
        platform: None,
        scope,
        exclusions,
        shapes: Vec::new(),
        never_hide: Vec::new(),
        lists: Vec::new(),
        output: Output::default(),
        sources: Sources::default(),
        span: Span::default(),
    }
}
