//! The pages of lints in `docs/lints` are those of the lints' own files, and codes are for ever.

use std::fs;
use std::path::{Path, PathBuf};

use lownoise_lint::{codes, lints};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_lint_has_its_page_and_every_page_its_lint() {
    let folder = repository().join("docs/lints");
    let overwrite = std::env::var("LOWNOISE_DOCS").is_ok_and(|value| value == "overwrite");
    let mut expected = Vec::new();
    for lint in lints() {
        let page = lint.page();
        for part in ["\n## Why\n", "\n## Example\n", "\n## Instead\n"] {
            assert!(page.contains(part), "the page of `{}` has no{part}", lint.code);
        }
        let file = folder.join(format!("{}.md", lint.code));
        if overwrite {
            fs::write(&file, &page).unwrap();
        }
        let written = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(written, page, "docs/lints/{}.md is stale: set LOWNOISE_DOCS=overwrite", lint.code);
        expected.push(format!("{}.md", lint.code));
    }
    let mut there: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    expected.sort();
    assert_eq!(there, expected);
}

/// A code that was released keeps its meaning: it is never taken out of this list, and never given to something else.
#[test]
fn codes_are_frozen() {
    let frozen = include_str!("codes.txt");
    let mut codes = codes();
    codes.sort_unstable();
    assert_eq!(
        frozen.lines().collect::<Vec<_>>(),
        codes,
        "a new code is added to crates/lint/tests/codes.txt"
    );
}
