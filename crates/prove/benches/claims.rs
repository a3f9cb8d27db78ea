//! The answers alone, without reading policies: the questions of `benches/proof` but for those built to be hard.
#![expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]

#[path = "../examples/questions/asked.rs"]
#[expect(dead_code, reason = "the figures to reach are looked at by the script")]
mod asked;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Change, Claim, Setting, prove};

fn claims(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("prove");
    let questions = asked::questions(include_str!("../../../rules/linux-desktop-public-egress.toml"));
    for question in questions.iter().filter(|question| !question.is_hard()) {
        let (old, new) = (parse(&question.old), parse(&question.new));
        let claim = match question.claim {
            "equivalent" => Claim::Equivalent(&old, &new),
            _ => Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any },
        };
        let now = Time::parse("2026-02-03T00:00:00Z").expect("a valid time");
        let setting = Setting::of(&new, now);
        group.bench_function(&question.name, |bencher| bencher.iter(|| prove(black_box(&claim), &setting)));
    }
}

fn parse(text: &str) -> Policy {
    let source = Source { name: "policy.toml".to_owned(), text: text.to_owned() };
    let schemas = Schemas::shipped().expect("the shipped tables are valid");
    let parsed = parse_policy(source, &mut |_| Err("no sets here".to_owned()), &schemas);
    parsed.result.expect("the policy is valid")
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = claims
}
criterion_main!(benches);
