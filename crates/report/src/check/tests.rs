//! One list of what is told, in every format.

use std::sync::Arc;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::{Source, Sources};
use lownoise_lint::{Fix, FixClaim, Told};

use super::*;

/// An error with evidence, a fix and a second place; a warning; and something that is allowed.
fn checked() -> Checked {
    let mut sources = Sources::default();
    sources.add(Source { name: "a b.toml".to_owned(), text: "# é\nid = \"x\"\nid = \"y\"\n".to_owned() });
    let sources = Arc::new(sources);
    let told = |diagnostic: Diagnostic| Told {
        diagnostic,
        sources: Arc::clone(&sources),
        lint: lownoise_lint::lints().into_iter().find(|lint| lint.code == "expired"),
        evidence: Vec::new(),
        fix: None,
        mistake: false,
        allowed: None,
    };
    let error = Diagnostic::error("expired", "it: 100% <gone>", Span::new(0, 10..13), "here")
        .and(Span::new(0, 19..22), "and here")
        .help("decide");
    let fix = Fix {
        title: "take it out".to_owned(),
        edits: vec![(Span::new(0, 5..14), String::new())],
        claim: FixClaim::HidesLess,
    };
    let warning = Diagnostic::warning("opaque", "w", Span::new(0, 19..22), "");
    let allowed = Diagnostic::warning("expired", "a", Span::new(0, 19..22), "");
    Checked {
        files: vec!["a b.toml".to_owned(), "clean.toml".to_owned()],
        policies: 1,
        sets: 1,
        foreign: 0,
        told: vec![
            Told { lint: None, ..told(warning) },
            Told { evidence: vec!["came back: 3".to_owned()], fix: Some(fix), ..told(error) },
            Told { allowed: Some("because".to_owned()), ..told(allowed) },
        ],
        graded: Vec::new(),
    }
}

#[test]
fn annotations_have_the_place_and_the_errors_come_first() {
    let expected = "::error file=sub/a b.toml,line=2,endLine=2,col=6,endColumn=8,title=expired::it: 100%25 <gone>%0A\
                    came back: 3%0Adecide\n\
                    ::warning file=sub/a b.toml,line=3,endLine=3,col=6,endColumn=8,title=opaque::w\n";
    assert_eq!(render_check_annotations(&checked(), "sub/"), expected);
}

#[test]
fn sarif_has_rules_with_help_suppressions_and_fixes() {
    let sarif = check_sarif(&checked(), "sub/", "1");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 2);
    assert!(rules[0]["help"]["markdown"].as_str().unwrap().starts_with("# expired\n"));
    let results = run["results"].as_array().unwrap();
    let region = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(region["artifactLocation"]["uri"], "sub/a%20b.toml");
    let columns = serde_json::json!({ "startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 9 });
    assert_eq!(region["region"], columns);
    assert_eq!(results[1]["relatedLocations"][0]["message"]["text"], "and here");
    assert_eq!(
        results[1]["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]["startColumn"],
        1
    );
    assert_eq!(results[2]["suppressions"][0]["justification"], "because");
    assert_eq!(results[0].get("suppressions"), None);
    assert_ne!(results[1]["partialFingerprints"], results[2]["partialFingerprints"]);
}

#[test]
fn junit_has_a_suite_a_file() {
    let xml = check_junit(&checked(), false).unwrap();
    assert!(
        xml.contains(r#"<testsuite name="a b.toml" tests="3" skipped="1" errors="0" failures="1">"#),
        "{xml}"
    );
    assert!(xml.contains(r#"<skipped message="allowed: because""#), "{xml}");
    assert!(xml.contains(r#"<testsuite name="clean.toml" tests="1""#), "{xml}");
    assert!(check_junit(&checked(), true).unwrap().contains(r#"failures="2""#));
}

#[test]
fn text_shows_evidence_and_says_that_it_can_be_fixed() {
    let text = render_check(&checked(), crate::Style::Plain);
    assert!(text.contains("= note: came back: 3"), "{text}");
    assert!(text.contains("= help: `--fix` does it: take it out"), "{text}");
    assert!(text.ends_with("1 policy, 1 set: 1 error, 1 warning, 1 allowed\n"), "{text}");
}
