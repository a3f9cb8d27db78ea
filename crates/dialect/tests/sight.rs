//! What a name stands for depends on the steps before it: in parts of a union, behind renaming, beside `let`.

mod common;

use common::{assert_equivalent, hiding, imported, policy};
use lownoise_engine::policy::ConditionKind;

/// How many exclusions there are, and how many tests of the policy are opaque.
fn counted(text: &str) -> (usize, usize) {
    (policy(text).exclusions.len(), imported(text).opaque)
}

/// What the scope asks, as the one exclusion of a policy asks it.
fn asks(text: &str, condition: &str) {
    let mut policy = policy(text);
    let wheres = policy.scope.drain(..).filter_map(|part| match part.kind {
        ConditionKind::Where(predicate) => Some(predicate),
        _ => None,
    });
    let whole = lownoise_engine::predicate::Predicate::All(wheres.collect());
    let expected = hiding("DeviceEvents", condition);
    let mut found = expected.clone();
    found.exclusions.iter_mut().for_each(|exclusion| exclusion.predicate = whole.clone());
    assert_equivalent(&found, &expected, text);
}

#[test]
fn parts_that_are_written_alike_may_ask_other_things() {
    asks(
        "union (DeviceEvents | extend X = FileName | where X == 'a'), (DeviceEvents | extend X = FolderPath | where X == 'a')",
        "{ any = [{ FileName = 'a' }, { FolderPath = 'a' }] }",
    );
    asks(
        "union (DeviceEvents | extend X = FileName | where X != 'a'), (DeviceEvents | extend X = FolderPath | where X != 'a')",
        "{ not = { FileName = 'a', FolderPath = 'a' } }",
    );
    asks(
        "union (DeviceEvents | where FileName contains 'a  b'), (DeviceEvents | where FileName contains 'a b')",
        "{ FileName = { contains = ['a  b', 'a b'], ignore_case = true } }",
    );
    let text = "union (DeviceEvents | where ActionType == 'b' | where FileName != 'x'),
        (DeviceEvents | where ActionType == 'a' | mv-expand FileName | where FileName != 'x')";
    assert_eq!(counted(text), (0, 1));
    let text = "union (DeviceEvents | where Timestamp > ago(1d)),
        (DeviceEvents | extend Timestamp = ProcessCreationTime | where Timestamp > ago(1d))";
    assert!(policy(text).scope.iter().all(|part| !matches!(part.kind, ConditionKind::Lookback(_))));
}

#[test]
fn a_name_that_is_gone_is_not_the_columns() {
    for text in [
        "union (DeviceEvents | where ActionType == 'A' | project-rename F = FileName), (DeviceEvents | where ActionType == 'B') | where FileName != 'x'",
        "DeviceEvents | project-rename F = FileName | where FileName != 'x'",
        "DeviceEvents | project-rename F = FileName | where column_ifexists('FileName', 'q') != 'x'",
        "let FileName = 'x'; union (DeviceEvents | project DeviceName), (DeviceEvents | project FileName) | where not(FileName == 'y')",
        "let N = 5; DeviceEvents | summarize N = count() by DeviceId | where N != 6",
        "let P = 'x'; DeviceEvents | join kind=leftouter (DeviceProcessEvents | summarize P = any(FileName) by DeviceId) on DeviceId | where P != 'x'",
    ] {
        let found = policy(text);
        let added = found.schema.added().count();
        assert_eq!((found.exclusions.len(), counted(text).1 + added), (1, 1), "{text}");
    }
    // What `let` names stands where no step gives that name.
    let text = "let P = 'x'; DeviceEvents | join kind=leftouter (DeviceProcessEvents) on DeviceId | where FileName != P";
    assert_eq!(counted(text), (1, 0), "{text}");
}

#[test]
fn names_that_change_places_look_at_the_columns_as_they_were() {
    asks(
        "DeviceEvents | distinct FileName = FolderPath, FolderPath = FileName | where FolderPath == 'x'",
        "{ FileName = 'x' }",
    );
}

#[test]
fn only_the_devices_column_names_devices() {
    let text = "DeviceEvents | extend DeviceId = InitiatingProcessSHA1
        | where DeviceId in (DeviceInfo | where OSPlatform == 'Linux' | project DeviceId)";
    assert!(policy(text).devices().is_none());
}

#[test]
fn lists_in_lists_have_no_entry_by_place() {
    for (list, entry, opaque) in [
        ("dynamic(['a', 'b'])", 1, 0),
        ("array_concat(dynamic(['a', 'b']), dynamic(['c']))", 1, 1),
        ("set_union(dynamic(['a', 'b']), dynamic(['c']))", 0, 1),
        ("pack_array('a', dynamic(['b', 'c']))", 1, 1),
        ("pack_array('a', 'b')", 1, 0),
        ("dynamic(['a', 'b'])", 2, 1),
    ] {
        let text = format!("let List = {list}; DeviceEvents | where FileName != List[{entry}]");
        assert_eq!(counted(&text), (1, opaque), "{text}");
    }
}

#[test]
fn what_stands_in_json_may_be_null_and_a_text_is_not() {
    let exists = "{ \"AdditionalFields.PipeName\" = { exists = true } }";
    asks("DeviceEvents | where isnotnull(parse_json(AdditionalFields).PipeName)", exists);
    asks("DeviceEvents | extend P = AdditionalFields.PipeName | where isnotempty(P)", exists);
    asks(
        "DeviceEvents | where isnull(AdditionalFields.PipeName)",
        "{ \"AdditionalFields.PipeName\" = { exists = false } }",
    );
    let text = "DeviceEvents | where not(isnull(tostring(AdditionalFields.PipeName)))";
    assert_eq!(counted(text), (0, 0));
    for (condition, opaque) in [
        ("toupper(tostring(AdditionalFields.IsAudit)) != 'TRUE'", 1),
        ("toupper(AdditionalFields.IsAudit) != 'TRUE'", 1),
        ("tolower(tostring(AdditionalFields.IsAudit)) != 'true'", 0),
        ("parse_json(tostring(AdditionalFields.PipeName)).x != 'a'", 0),
        ("column_ifexists('AdditionalFields.PipeName', FileName) != 'a'", 0),
    ] {
        assert_eq!(counted(&format!("DeviceEvents | where {condition}")), (1, opaque), "{condition}");
    }
}

#[test]
fn texts_that_double_are_bounded() {
    let doubled = (1..60).map(|place| format!("| extend X{place} = strcat(X{0}, X{0})\n", place - 1));
    let text =
        format!("DeviceEvents | extend X0 = 'aa'\n{}| where FileName == X59", doubled.collect::<String>());
    assert!(imported(&text).policy.is_some());
}
