//! Arbitrary bytes as parquet. The library that reads it panics on some damage, which the reader makes an error of; so
//! only a panic that nobody catches counts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lownoise_ingest::Format;

fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| ())),
    |bytes: &[u8]| lownoise_fuzz::read(bytes, Format::Parquet)
);
