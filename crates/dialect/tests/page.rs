//! The manual's page is what the table says. `LOWNOISE_DOCS=overwrite cargo test -p lownoise-dialect --test page` writes
//! it anew.

use std::path::Path;

use lownoise_dialect::capability::{Subject, page};

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/dialects.md");
    if std::env::var("LOWNOISE_DOCS").is_ok_and(|wanted| wanted == "overwrite") {
        std::fs::write(&path, page()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        page(),
        "set LOWNOISE_DOCS=overwrite, and look at the result"
    );
}

#[test]
fn every_subject_is_on_the_page_once() {
    let all = Subject::all();
    for (place, (subject, words)) in all.iter().enumerate() {
        assert!(!all.iter().take(place).any(|(other, said)| other == subject || said == words), "{words}");
    }
}
