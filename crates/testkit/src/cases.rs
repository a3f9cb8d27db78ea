//! How many random cases a property runs, and from which seed. For a long run, the environment says so:
//! `LOWNOISE_CASES=1000000 LOWNOISE_SEED=7 cargo test --release -p lownoise-prove --test pairs`.

use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRng, TestRunner};

/// So many cases, unless `LOWNOISE_CASES` says otherwise; from `LOWNOISE_SEED`, or from a new seed. The seed is in
/// the configuration, and in the report of what fails.
#[must_use]
pub fn configured(cases: u32) -> Config {
    let seed = number("LOWNOISE_SEED").unwrap_or_else(fresh);
    let cases = number("LOWNOISE_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(cases);
    Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() }
}

/// A runner whose draws follow from a seed.
#[must_use]
pub fn runner(cases: u32, seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    for (byte, part) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *byte = part;
    }
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The hasher of the standard library is seeded by the system.
fn fresh() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}
