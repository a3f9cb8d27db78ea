//! Believable events for a mutant: those of the table, with near misses of the texts that the edited part names. A prover
//! left alone makes up a text that decides; a person would rather see `/tmp/usr/bin/apt` or `snapd2`.

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::op::Operator;
use lownoise_engine::policy::{Condition, ConditionKind, Exclusion, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::value::{Kind, OwnedValue, Time};
use lownoise_prove::{Assignment, Setting};

use super::{Change, Mutant};

/// The setting of a proof about a mutant that looks for a witness to show to people.
pub(super) fn setting(policy: &Policy, mutant: &Mutant, now: Time) -> Setting {
    let mut setting = Setting::of(policy, now);
    let Some(base) = setting.events.first().cloned() else { return setting };
    for (column, text) in texts(policy, mutant) {
        let value = match policy.schema.kind(column) {
            Kind::Text => OwnedValue::Text(text),
            Kind::Address => OwnedValue::address(&text),
            Kind::Number | Kind::Time | Kind::Bool => continue,
        };
        let mut event: OwnedEvent = base.event.clone();
        event.set(column, value);
        setting.events.push(Assignment { event, devices: base.devices.clone() });
    }
    setting
}

/// Texts near those that the part names, before and after, by their columns.
fn texts(policy: &Policy, mutant: &Mutant) -> Vec<(ColumnId, String)> {
    let exclusion = |exclusion: &Exclusion| tests(&exclusion.predicate);
    let condition = |condition: &Condition| match &condition.kind {
        ConditionKind::Where(predicate) => tests(predicate),
        // The rows of devices are another table.
        ConditionKind::Lookback(_) | ConditionKind::Devices { .. } => Vec::new(),
    };
    let tests = match &mutant.change {
        Change::Exclusion(place, changed) => {
            let both = policy.exclusions.get(*place).into_iter().chain(changed);
            both.flat_map(exclusion).collect::<Vec<_>>()
        }
        Change::Condition(place, changed) => {
            policy.scope.get(*place).into_iter().chain(changed).flat_map(condition).collect()
        }
    };
    let mut found: Vec<(ColumnId, String)> = Vec::new();
    for (column, literal) in tests {
        for text in near(&literal) {
            if !found.contains(&(column, text.clone())) {
                found.push((column, text));
            }
        }
    }
    found
}

/// The texts that tests name, each with its column.
fn tests(predicate: &Predicate) -> Vec<(ColumnId, String)> {
    let literals = |test: &Test| match &test.operator {
        Operator::Text { literals, .. } => literals.clone(),
        Operator::Matches(patterns) => patterns.iter().filter_map(|pattern| plain(pattern.text())).collect(),
        _ => Vec::new(),
    };
    let tests = predicate.tests().into_iter();
    tests.flat_map(|test| literals(test).into_iter().map(|literal| (test.column, literal))).collect()
}

/// A text that a simple pattern matches: without anchors, a digit for digits. `None` where more is needed.
fn plain(pattern: &str) -> Option<String> {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    let text = pattern.replace("[0-9]+", "1").replace("\\d+", "1").replace("\\.", ".");
    // A group that may be missing may be there.
    let text = text.replace(")?", "").replace('(', "");
    (!text.contains(['\\', '[', ']', '{', '}', '(', ')', '*', '+', '?', '|', '^', '$'])).then_some(text)
}

/// A text and what is nearly it: in another place, longer, in other case.
fn near(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let folder = text.strip_suffix('/').filter(|rest| !rest.is_empty());
    let whole = folder.map_or_else(|| text.to_owned(), |_| format!("{text}curl"));
    let elsewhere = if text.starts_with('/') { "/tmp" } else { "my" };
    let mut all = vec![
        whole.clone(),
        format!("{elsewhere}{whole}"),
        format!("{whole}2"),
        format!("{elsewhere}{whole}2"),
    ];
    all.extend(folder.map(|folder| format!("{folder}2/curl")));
    let named = folder.unwrap_or(text);
    let last = named.rfind('/').map_or(0, |slash| slash + 1);
    if let Some((before, name)) = named.split_at_checked(last) {
        let rest = whole.get(named.len()..).unwrap_or_default();
        let upper = name.to_ascii_uppercase();
        let other_case = if upper == name { name.to_ascii_lowercase() } else { upper };
        all.push(format!("{before}{other_case}{rest}"));
    }
    all
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn near_misses_are_what_people_would_think_of() {
        assert_eq!(near("snapd"), ["snapd", "mysnapd", "snapd2", "mysnapd2", "SNAPD"]);
        assert_eq!(
            near("/opt/x/"),
            [
                "/opt/x/curl",
                "/tmp/opt/x/curl",
                "/opt/x/curl2",
                "/tmp/opt/x/curl2",
                "/opt/x2/curl",
                "/opt/X/curl"
            ]
        );
        assert_eq!(near(""), [""; 0]);
    }

    #[test]
    fn simple_patterns_have_a_text() {
        let wanted = "/snap/snapd/1/usr/lib/snapd/snapd";
        assert_eq!(plain("^/snap/snapd/[0-9]+/usr/lib/snapd/snapd$").unwrap(), wanted);
        assert_eq!(plain("^(/snap/snapd/[0-9]+)?/usr/lib/snapd/snapd$").unwrap(), wanted);
        assert_eq!(plain("^a(b|c)$"), None);
    }
}
