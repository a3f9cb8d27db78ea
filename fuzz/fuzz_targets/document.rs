//! Arbitrary bytes as document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lownoise_ingest::Format;

fuzz_target!(|bytes: &[u8]| lownoise_fuzz::read(bytes, Format::Json));
