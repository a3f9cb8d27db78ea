//! Words of a policy that would be more than words: in a terminal, a comment, an annotation.

use crate::repository::{Clone, POLICY};

const ID: &str = "a`@b\\n::error::x\\u001b[31m</details>|";

#[test]
fn an_id_ends_no_line_and_begins_no_command() {
    let clone = Clone::empty();
    let policy = POLICY.replace("\"apt\"", "").replace("\"snapd\"\n", &format!("\"{ID}\"\n"));
    clone.write("rules/egress.toml", &policy.replace("\"egress\"", &format!("\"{ID}\"")));
    clone.branch();
    clone.edit("rules/egress.toml", "\"snapd\" }", "[\"snapd\", \"snap\"] }");
    let text = clone.gate(&[]);
    text.is(1, &["`a`@b\\n::error::x\\u{1b}[31m</details>|` now hides events"]);
    let forged = |line: &str| line.trim_start().starts_with("::error::x") || line.contains('\u{1b}');
    assert!(!text.out.lines().any(forged), "{}", text.out);
    let comment = clone.gate(&["--format", "markdown"]).out;
    assert!(!comment.lines().any(forged), "{comment}");
    assert!(!comment.lines().any(|line| line.starts_with("</details>|")), "{comment}");
    let annotations = clone.gate(&["--format", "github"]).out;
    assert!(
        annotations.lines().all(|line| {
            ["::error", "::warning"]
                .iter()
                .any(|word| line.starts_with(&format!("{word} file=rules/egress.toml,")))
        }),
        "{annotations}"
    );
    assert!(!annotations.contains("%0A::error"), "{annotations}");
}
