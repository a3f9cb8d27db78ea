//! Keys of the JSON that a column holds, in every shape that holds it.

#[cfg(test)]
mod common;

use common::{read_as, request};
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
