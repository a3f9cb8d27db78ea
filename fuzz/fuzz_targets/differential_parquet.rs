//! Arbitrary columns, written by the `parquet` crate in an arbitrary way: read as its own reader reads them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: &[u8]| lownoise_fuzz::parquet(case));
