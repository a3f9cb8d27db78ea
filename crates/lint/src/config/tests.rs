//! What a `lownoise.toml` demands, and its mistakes.

use lownoise_engine::span::Source;

use super::*;

const CODES: [&str; 3] = ["expires-soon", "rideable", "dead"];

fn parsed(text: &str) -> lownoise_engine::parse::Parsed<Config> {
    read_config(Source { name: CONFIG_FILE.to_owned(), text: text.to_owned() }, &CODES)
}

#[test]
fn what_is_written_is_demanded() {
    let config = parsed(
        r#"
[check]
levels = { dead = "error" }
[[check.override]]
paths  = ["rules/legacy/**"]
levels = { dead = "allow", rideable = "warning" }
[[check.override]]
paths  = ["**/very.toml"]
levels = { dead = "warning" }
[governance]
require     = ["owner", "ticket"]
horizon     = 365
warn_before = 30
ticket      = "SEC-[0-9]+|none"
[evasion]
minimum = 5
"#,
    );
    let config = config.result.unwrap();
    let cases = [
        ("dead", "rules/a.toml", Some(Severity::Error)),
        ("dead", "rules/legacy/a.toml", Some(Severity::Allow)),
        ("dead", "rules/legacy/old/very.toml", Some(Severity::Warning)),
        ("rideable", "rules/legacy/old/very.toml", Some(Severity::Warning)),
        ("rideable", "rules/a.toml", None),
    ];
    for (code, path, severity) in cases {
        assert_eq!(config.severity(code, path), severity, "{code} in {path}");
    }
    let governance = &config.governance;
    assert!(governance.requires(Required::Ticket) && !governance.requires(Required::Review));
    assert_eq!((governance.horizon, governance.warn_before), (Some(365), 30));
    let ticket = governance.ticket.as_ref().unwrap();
    assert!(ticket.is_match("SEC-12") && !ticket.is_match("SEC-12x") && !ticket.is_match("xnone"));
    assert_eq!(config.evasion.minimum, Some(5));
}

#[test]
fn every_mistake_has_its_place() {
    let text = r#"
[chek]
[check]
levels = { ded = "error", dead = "loud" }
[[check.override]]
paths  = ["a[", 3]
levels = { rideable = "error" }
[[check.override]]
paths = ["["]
[governance]
require = ["ownr"]
ticket  = "("
horizont = 3
[evasion]
minimum = 7
"#;
    let parsed = parsed(text);
    assert!(parsed.result.is_none());
    let told: Vec<(&str, &str)> = parsed
        .diagnostics
        .iter()
        .map(|found| (found.code, parsed.sources.text(found.labels[0].span)))
        .collect();
    let expected = [
        ("unknown-key", "chek"),
        ("unknown-code", "ded"),
        ("wrong-type", "\"loud\""),
        ("wrong-type", "3"),
        ("missing-key", "[[check.override]]"),
        ("bad-value", "\"[\""),
        ("wrong-type", "\"ownr\""),
        ("bad-pattern", "\"(\""),
        ("unknown-key", "horizont"),
        ("bad-value", "7"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_schema_knows_every_section() {
    let schema = config_schema();
    let sections = schema["properties"].as_object().unwrap();
    assert_eq!(sections.keys().collect::<Vec<_>>(), ["check", "evasion", "governance"]);
    assert_eq!(schema["additionalProperties"], false);
}
