//! Arbitrary bytes as NDJSON, and the fast way of reading a line against the exact one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lownoise_ingest::Format;

fuzz_target!(|bytes: &[u8]| {
    lownoise_fuzz::read(bytes, Format::Ndjson);
    for line in bytes.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()) {
        assert!(lownoise_ingest::fuzz::ways_agree(line, &["RemoteIP", "RemotePort", "a", ""]));
    }
});
