//! Arbitrary text as a date, in every order and with and without a zone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lownoise_engine::value::Time;
use lownoise_ingest::{DateOrder, Dates, dates};

fuzz_target!(|text: &str| {
    for order in [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy), Some(DateOrder::Ymd)] {
        for timezone in [None, Some(jiff::tz::TimeZone::UTC)] {
            // Only that it comes to an end matters here.
            let _read = dates::parse(text, &Dates { order, timezone });
        }
    }
    if let Some(time) = Time::parse(text) {
        assert_eq!(Time::parse(&time.to_string()), Some(time), "a time reads as it is written");
    }
});
