//! Coverage as LCOV: the tests of a line are its branches, taken when they decide by being true and by being false.

use std::collections::BTreeMap;
use std::fmt::Write;

use lownoise_harness::{Asked, Coverage};

use super::files;

/// A record for each TOML file. Lines with no test are not counted.
#[must_use]
pub fn coverage_lcov(coverage: &Coverage) -> String {
    let mut text = String::new();
    for (name, (_, placed)) in files(coverage) {
        let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for placed in &placed {
            let outcomes = [placed.point.yes, placed.point.no].into_iter().filter_map(|asked| match asked {
                Asked::Seen(times) => Some(times),
                Asked::No => None,
            });
            lines.entry(placed.line).or_default().extend(outcomes);
        }
        // A file name cannot break a record: it ends with its line.
        let mut record = format!("TN:\nSF:{}\n", name.replace(['\n', '\r'], " "));
        let (mut found, mut hit) = (0, 0);
        for (line, outcomes) in &lines {
            let reached = outcomes.iter().any(|times| *times > 0);
            for (branch, times) in outcomes.iter().enumerate() {
                let taken = if reached { times.to_string() } else { "-".to_owned() };
                let _infallible = writeln!(record, "BRDA:{line},0,{branch},{taken}");
                found += 1;
                hit += usize::from(*times > 0);
            }
        }
        let _infallible = writeln!(record, "BRF:{found}\nBRH:{hit}");
        for (line, outcomes) in &lines {
            let _infallible = writeln!(record, "DA:{line},{}", outcomes.iter().max().unwrap_or(&0));
        }
        let reached = lines.values().filter(|outcomes| outcomes.iter().any(|times| *times > 0)).count();
        let _infallible = writeln!(record, "LF:{}\nLH:{reached}\nend_of_record", lines.len());
        text.push_str(&record);
    }
    text
}
