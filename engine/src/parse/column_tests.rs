//! Columns that policies and sets add to their table.

use super::tests::{HEAD, exclusion, parse_with, told};
use super::*;
use crate::event::ColumnId;
use crate::value::Kind;

const SET: &str = "[set]\nid = \"s\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\n[[exclusion]]\nid = \"y\"\nreason = \"r\"\nwhere = { Shared = 5 }\n";

#[test]
fn a_column_is_the_field_of_its_name_in_every_file_that_says_so() {
    let used = HEAD.to_owned() + "use = [\"s\"]\n";
    let body = "[[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = { Domain = { present = true, has = \"a\" }, \"AdditionalFields.Proxy\" = \"corp\" }\n[output]\ncolumns = [\"Domain\"]\norder_by = \"Domain\"\n[column.Domain]\nkind = \"text\"\ndescription = \"d\"\nkql = \"K\"\n[column.\"AdditionalFields.Proxy\"]\nkind = \"text\"\n";
    let set = format!("{SET}[column.Shared]\nkind = \"number\"\n");
    let parsed = parse_with(&format!("{used}{body}"), &[("s", &set)]);
    assert_eq!(told(&parsed), [""; 0]);
    let policy = parsed.result.unwrap();
    let added: Vec<_> = policy.schema.added().map(|(_, column, _)| (&*column.name, column.kind)).collect();
    let expected = [("Domain", Kind::Text), ("AdditionalFields.Proxy", Kind::Text), ("Shared", Kind::Number)];
    assert_eq!(added, expected);
    let [domain, key, _] = policy.schema.added().collect::<Vec<_>>()[..] else { panic!("three columns") };
    assert_eq!((domain.2.kql.as_deref(), key.1.key()), (Some("K"), Some(("AdditionalFields", "Proxy"))));
    assert_eq!(
        (policy.output.columns.as_slice(), domain.0),
        (&[domain.0][..], policy.output.order_by[0].column)
    );
    assert!(policy.schema.tells_missing_in(domain.0) && !policy.schema.tells_missing_in(key.0));
    let lengths = policy.schema.examples.iter().map(|event| event.values.len());
    assert!(lengths.into_iter().all(|length| length == policy.schema.columns.len()));

    // Each file names its own; two that say the same of one name mean one.
    let of_policy = format!("{HEAD}use = [\"s\"]\n[column.Shared]\nkind = \"number\"\n");
    assert_eq!(told(&parse_with(&of_policy, &[("s", SET)])), ["unknown-column @ Shared"]);
    assert_eq!(told(&parse_with(&of_policy, &[("s", &set)])), [""; 0]);
    let other = format!("{SET}[column.Shared]\nkind = \"number\"\nkql = \"another\"\n");
    assert_eq!(told(&parse_with(&of_policy, &[("s", &other)])), ["duplicate-id @ Shared & Shared"]);
    let of_set = exclusion("{ Shared = 5 }").replace("[[exclusion]]", "use = [\"s\"]\n[[exclusion]]");
    assert_eq!(told(&parse_with(&of_set, &[("s", &set)])), ["unknown-column @ Shared"]);
    let alone = Source { name: "sets/s.toml".to_owned(), text: set };
    let read = parse_set(alone, &mut |_| Ok(None), &Schemas::shipped().unwrap()).result.unwrap();
    assert_eq!(read.schema.added().count(), 1);
}

#[test]
fn mistakes_in_columns_are_told_at_their_place() {
    for (column, expected) in [
        ("[column]\nDomain = 3\n", "wrong-type @ 3"),
        ("[column.Domain]\n", "missing-key @ Domain"),
        ("[column.Domain]\nkind = \"txt\"\n", "wrong-type @ \"txt\""),
        ("[column.Domain]\nkinds = \"text\"\nkind = \"text\"\n", "unknown-key @ kinds"),
        ("[column.RemoteIP]\nkind = \"text\"\n", "duplicate-id @ RemoteIP"),
        ("[column.any]\nkind = \"text\"\n", "blank @ any"),
        ("[column.\"\"]\nkind = \"text\"\n", "blank @ \"\""),
    ] {
        assert_eq!(told(&parse_with(&format!("{HEAD}{column}"), &[])), [expected], "{column}");
    }
    let told = told(&parse_with(&exclusion("{ RemoteIP = { present = true } }"), &[]));
    assert!(told[0].starts_with("unknown-operator"), "{told:?}");
}

/// A policy that adds these columns, in this order, and tests each of them.
fn adding(columns: &[(&str, &str)]) -> Policy {
    let tests: Vec<String> =
        columns.iter().map(|(name, _)| format!("{name} = {{ exists = true }}")).collect();
    let added = columns.iter().flat_map(|(name, kind)| ["[column.", name, "]\nkind = \"", kind, "\"\n"]);
    let added: String = added.collect();
    let text = format!("{}{added}", exclusion(&format!("{{ {} }}", tests.join(", "))));
    parse_with(&text, &[]).result.unwrap()
}

#[test]
fn two_policies_over_one_schema_mean_the_same_columns() {
    let (one, other) = (adding(&[("A", "text"), ("B", "number")]), adding(&[("B", "number"), ("C", "bool")]));
    let named = |policy: &Policy, columns: Vec<ColumnId>| -> Vec<String> {
        columns.into_iter().map(|id| policy.schema.name(id).to_owned()).collect()
    };
    let tested = |policy: &Policy| named(policy, policy.exclusions[0].predicate.columns());
    let (one, other) = one.over_one_schema(other).unwrap();
    assert!(one.schema.is_laid_out_as(&other.schema));
    assert_eq!((tested(&one), tested(&other)), (vec!["A".into(), "B".into()], vec!["B".into(), "C".into()]));
    let clash = adding(&[("A", "text")]).over_one_schema(adding(&[("A", "bool")])).unwrap_err();
    assert!(clash.contains("`A` is a boolean in one policy and text in another"), "{clash}");
    assert_eq!(one.schema.without_added().added().count(), 0);
    // A key of JSON, and a field that is called like one, are two things.
    let key = "[column.\"AdditionalFields.Q\"]\nkind = \"text\"\n";
    let [key, field] =
        ["", "kql = \"K\"\n"].map(|kql| parse_with(&format!("{HEAD}{key}{kql}"), &[]).result.unwrap());
    assert!(!key.schema.is_laid_out_as(&field.schema));
    let clash = key.over_one_schema(field).unwrap_err();
    assert!(clash.contains("a key of JSON in one policy and a field in another"), "{clash}");
}
