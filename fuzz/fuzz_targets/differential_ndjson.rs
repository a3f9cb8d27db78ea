//! Arbitrary lines: read as `serde_json` reads them, wherever blocks end.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: &[u8]| lownoise_fuzz::ndjson(case));
