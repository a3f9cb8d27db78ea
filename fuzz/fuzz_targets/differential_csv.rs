//! Arbitrary text under a header: read as the `csv` crate reads it, wherever blocks end.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: &[u8]| lownoise_fuzz::csv(case));
