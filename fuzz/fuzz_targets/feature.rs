//! Arbitrary text as a feature, run against a policy.
#![no_main]

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_harness::{Options, run};

const POLICY: &str = include_str!("../../rules/linux-desktop-public-egress.toml");

static PARSED: LazyLock<Option<Arc<Policy>>> = LazyLock::new(|| {
    let schemas = Schemas::shipped().expect("shipped schemas are read");
    let source = Source { name: "p.toml".to_owned(), text: POLICY.to_owned() };
    parse_policy(source, &mut |_| Err("no sets".to_owned()), &schemas).result.map(Arc::new)
});

thread_local! {
    static FOLDER: RefCell<Option<std::path::PathBuf>> = const { RefCell::new(None) };
}

fuzz_target!(|text: &str| {
    let path = FOLDER.with_borrow_mut(|folder| {
        folder
            .get_or_insert_with(|| std::env::temp_dir().join(format!("lownoise-fuzz-{}.feature", std::process::id())))
            .clone()
    });
    std::fs::write(&path, text).expect("a temporary file is written");
    let policies = |_: &str| PARSED.clone().ok_or_else(|| "not valid".to_owned());
    let options = Options { policies: &policies, now: Time(17_700_768_000_000_000), verbose: true };
    let mut out = Vec::new();
    // Whether it passes does not matter, only that it comes to an end.
    let _summary = run(&[path], &options, &mut out);
});
