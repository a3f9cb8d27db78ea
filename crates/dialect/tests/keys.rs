//! Keys of the JSON that a column holds: each way to write one is the column of that key, and what is written for it is
//! read again.

mod common;

use common::{assert_equivalent, compiled, hiding, imported, policy};

#[test]
fn every_way_to_write_a_key_is_its_column() {
    let pipe = r#"{ "AdditionalFields.PipeName" = { contains = "mojo", ignore_case = true } }"#;
    let cases = [
        ("where parse_json(AdditionalFields).PipeName !contains \"mojo\"", pipe),
        ("where tostring(parse_json(AdditionalFields).PipeName) !contains \"mojo\"", pipe),
        ("where tostring(AdditionalFields.PipeName) !contains \"mojo\"", pipe),
        ("where AdditionalFields[\"PipeName\"] !contains \"mojo\"", pipe),
        ("where todynamic(AdditionalFields)['PipeName'] !contains \"mojo\"", pipe),
        ("where parse_json(tostring(AdditionalFields)).PipeName !contains \"mojo\"", pipe),
        ("where extractjson(\"$.PipeName\", AdditionalFields) !contains \"mojo\"", pipe),
        ("where extractjson('$PipeName', AdditionalFields) !contains \"mojo\"", pipe),
        ("where AdditionalFields.[\"PipeName\"] !contains \"mojo\"", pipe),
        ("where extractjson('$.PipeName', AdditionalFields, typeof(string)) !contains \"mojo\"", pipe),
        ("extend F = parse_json(AdditionalFields) | where F.PipeName !contains \"mojo\"", pipe),
        (
            "extend AdditionalFields = todynamic(AdditionalFields) | where AdditionalFields.PipeName !contains 'mojo'",
            pipe,
        ),
        (
            "extend F = parse_json(AdditionalFields) | extend P = tostring(F.PipeName) | where P !contains \"mojo\"",
            pipe,
        ),
        (
            "where tostring(parse_json(AdditionalFields).PipeName) !in~ (\"a\", \"b\")",
            r#"{ "AdditionalFields.PipeName" = { equals = ["a", "b"], ignore_case = true } }"#,
        ),
        (
            "where isempty(AdditionalFields.PipeName) or FileName !~ 'x' or AdditionalFields.PipeName !has 'x'",
            r#"{ "AdditionalFields.PipeName" = { exists = true, has = "x", ignore_case = true }, FileName = { equals = "x", ignore_case = true } }"#,
        ),
        ("where tolong(AdditionalFields.ServiceType) != 16", r#"{ "AdditionalFields.ServiceType" = 16 }"#),
        ("where tostring(AdditionalFields.IsAudit) !~ 'True'", r#"{ "AdditionalFields.IsAudit" = true }"#),
        ("where AdditionalFields.IsAudit != 'true'", r#"{ "AdditionalFields.IsAudit" = true }"#),
        ("where tobool(AdditionalFields.IsAudit) != true", r#"{ "AdditionalFields.IsAudit" = true }"#),
        (
            "where not(tostring(AdditionalFields.IsAudit) has_any ('true', 'x'))",
            r#"{ "AdditionalFields.IsAudit" = true }"#,
        ),
        (
            "where AdditionalFields['Error Code'] !startswith_cs '0x'",
            r#"{ "AdditionalFields.Error Code" = { starts_with = "0x" } }"#,
        ),
        (
            "where AdditionalFields.InitiatingProcess.TokenElevationType != 'Full'",
            r#"{ "AdditionalFields.InitiatingProcess.TokenElevationType" = "Full" }"#,
        ),
    ];
    for (step, condition) in cases {
        let policy = policy(&format!("DeviceEvents | {step}"));
        assert_equivalent(&policy, &hiding("DeviceEvents", condition), step);
        let again = compiled(&policy);
        assert_equivalent(&common::policy(&again), &policy, &again);
    }
}

#[test]
fn what_stands_in_json_and_is_no_key_of_the_table_is_a_column_of_the_policy() {
    for (step, column, key_of) in [
        ("parse_json(AdditionalFields).NobodyKnowsThis != 'x'", "AdditionalFields.NobodyKnowsThis", true),
        ("extractjson('PipeName', AdditionalFields) != 'x'", "extractjson_AdditionalFields", false),
        ("extractjson('$..PipeName', AdditionalFields) != 'x'", "extractjson_AdditionalFields", false),
        ("parse_json(ProcessCommandLine).PipeName != 'x'", "ProcessCommandLine.PipeName", true),
        ("parse_json(AdditionalFields).PipeName[0] != 'x'", "computed_AdditionalFields", false),
        ("parse_json(AdditionalFields)[0] != 'x'", "computed_AdditionalFields", false),
        ("strlen(AdditionalFields.PipeName) != 3", "strlen_AdditionalFields", false),
    ] {
        let (toml, policy) = imported(&format!("DeviceEvents | where {step}")).policy.unwrap();
        let added: Vec<_> = policy.schema.added().collect();
        let [(_, only, _)] = added.as_slice() else { panic!("{step}: {toml}") };
        assert_eq!((only.name.as_str(), only.key_of.is_some()), (column, key_of), "{step}");
        assert!(!policy.is_opaque() && policy.exclusions.len() == 1, "{toml}");
    }
    for step in ["parse_json(AdditionalFields) != 'x'", "tolong(AdditionalFields.PipeName) > 3"] {
        assert_eq!(imported(&format!("DeviceEvents | where {step}")).opaque, 1, "{step}");
    }
}

#[test]
fn long_ways_into_a_value_are_read_quickly() {
    let way = ".a".repeat(100_000);
    let imported = imported(&format!("DeviceEvents | where AdditionalFields{way} != 'x'"));
    assert!(imported.policy.is_some());
}

#[test]
fn keys_are_shown_and_ordered_by_under_their_names() {
    let policy = policy(
        "DeviceEvents | where ActionType == 'NamedPipeEvent' | extend P = AdditionalFields.PipeName | order by P asc",
    );
    let text = compiled(&policy);
    assert!(text.ends_with("| order by tostring(parse_json(AdditionalFields).PipeName) asc\n"), "{text}");
    let mut shown = policy.clone();
    shown.output.columns = vec![policy.output.order_by[0].column];
    let text = compiled(&shown);
    let expected = "| project\n    [\"AdditionalFields.PipeName\"] = tostring(parse_json(AdditionalFields).PipeName)\n| order by \
                    [\"AdditionalFields.PipeName\"] asc\n";
    assert!(text.ends_with(expected), "{text}");
    let again = common::policy(&text);
    assert_eq!(again.output, shown.output);
}
