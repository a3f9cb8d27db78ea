//! Keys of the JSON that a column holds, in every shape that holds it.

#[cfg(test)]
mod common;

use common::{read_as, request};
use std::sync::Arc;

use lownoise_engine::schema::{Added, ColumnDefinition};
use lownoise_engine::value::Kind;
use lownoise_ingest::MappingChoice;

const KEYS: [&str; 3] = [
    "AdditionalFields.direction",
    "AdditionalFields.InitiatingProcessPosixSessionId",
    "AdditionalFields.InitiatingProcessPosixEffectiveUser.Name",
];

#[test]
fn a_key_is_found_in_text_in_an_object_and_under_its_whole_name() {
    let lines = [
        r#"{"AdditionalFields":"{\"direction\":\"Out\",\"InitiatingProcessPosixSessionId\":7,\"x\":{\"direction\":\"no\"}}"}"#,
        r#"{"AdditionalFields":{"direction":"Out","InitiatingProcessPosixSessionId":"7"}}"#,
        r#"{"AdditionalFields.direction":"Out","AdditionalFields":{"InitiatingProcessPosixSessionId":7}}"#,
        r#"{"AdditionalFields":"{\"InitiatingProcessPosixEffectiveUser\":{\"Name\":\"r\\u00f6ot\"}}"}"#,
        r#"{"AdditionalFields":{"InitiatingProcessPosixEffectiveUser":{"Name":"r\u00f6ot"}}}"#,
        r#"{"AdditionalFields":"{\"direction\":null}"}"#,
        r#"{"AdditionalFields":"no JSON, direction"}"#,
        r#"{"AdditionalFields":null}"#,
        r#"{"RemotePort":1}"#,
    ];
    let read = read_as("a.ndjson", lines.join("\n").as_bytes(), &request(&KEYS));
    assert_eq!(read.rows, ["Out|7|", "Out|7|", "Out|7|", "||röot", "||röot", "||", "||", "||", "||"]);
    assert_eq!(read.mistyped, []);
}

#[test]
fn what_is_of_another_kind_is_told() {
    let line = r#"{"AdditionalFields":"{\"InitiatingProcessPosixSessionId\":\"seven\"}"}"#;
    let read = read_as("a.ndjson", line.as_bytes(), &request(&KEYS));
    assert_eq!(read.rows, ["||"]);
    assert_eq!(read.mistyped, [(1, "seven".to_owned())]);
}

#[test]
fn the_whole_column_is_there_beside_its_keys() {
    let line = r#"{"AdditionalFields":"{\"direction\":\"Out\"}"}"#;
    let read = read_as("a.ndjson", line.as_bytes(), &request(&["AdditionalFields", KEYS[0]]));
    assert_eq!(read.rows, [r#"{"direction":"Out"}|Out"#]);
}

#[test]
fn csv_holds_json_or_a_column_of_the_key() {
    let text = "RemotePort,AdditionalFields\n1,\"{\"\"direction\"\":\"\"Out\"\"}\"\n2,\n";
    assert_eq!(read_as("a.csv", text.as_bytes(), &request(&KEYS)).rows, ["Out||", "||"]);
    let text = "RemotePort,AdditionalFields.direction\n1,Out\n2,\n";
    assert_eq!(read_as("a.csv", text.as_bytes(), &request(&KEYS)).rows, ["Out||", "||"]);
}

#[test]
fn a_mapping_that_has_no_such_column_supplies_no_key() {
    let line = r#"{"AdditionalFields":"{\"direction\":\"Out\"}","event":{"code":"3"}}"#;
    let mut request = request(&KEYS);
    request.mapping = MappingChoice::Shipped("ecs".to_owned());
    let read = read_as("a.ndjson", line.as_bytes(), &request);
    assert!(read.rows.iter().all(|row| row == "||"), "{:?}", read.rows);
}

#[test]
fn columns_of_a_policy_have_their_own_names_under_a_mapping_and_keys_follow_their_column() {
    let mut request = request(&[]);
    let schema = Arc::make_mut(&mut request.schema);
    let [field, key] = [("Domain", None), ("AdditionalFields.Q", Some("AdditionalFields".to_owned()))].map(
        |(name, key_of)| {
            let added = Some(Added::default());
            schema.add(ColumnDefinition { key_of, added, ..ColumnDefinition::new(name, Kind::Text) }).unwrap()
        },
    );
    request.columns = vec![field, key];
    let folder = tempfile::tempdir().unwrap();
    let mapping = folder.path().join("m.toml");
    std::fs::write(
        &mapping,
        "[mapping]\nid = \"m\"\ntitle = \"m\"\ntable = \"DeviceNetworkEvents\"\n[columns]\nAdditionalFields = \"extra\"\n",
    )
    .unwrap();
    request.mapping = MappingChoice::File(mapping);
    let lines = [r#"{"Domain":"a","extra":"{\"Q\":\"v\"}"}"#, r#"{"AdditionalFields":"{\"Q\":\"v\"}"}"#];
    let read = read_as("a.ndjson", lines.join("\n").as_bytes(), &request);
    assert_eq!(read.rows, ["a|v", "|"]);
}
