//! Scenarios as Markdown, for the summary of a job and for comments.

use lownoise_harness::Summary;

use super::{counts, expired_words, failed_words, plural};

/// The counts, and what failed, each with its reason folded.
#[must_use]
pub fn suite_markdown(suite: &Summary) -> String {
    let mark = if suite.is_success() { "✅" } else { "❌" };
    let scenarios = plural(suite.scenarios().count(), "scenario");
    let mut text = format!("### {mark} Scenarios: {}\n\n", counts(suite));
    let unreadable = match suite.unreadable() {
        0 => String::new(),
        count => format!(", {} unreadable", plural(count, "feature")),
    };
    text.extend([format!("{scenarios} in {}{unreadable}.\n", plural(suite.features.len(), "feature"))]);
    for failing in suite.failures() {
        let file = failing.feature.file.display().to_string();
        let name = failing.scenario.map_or("", |scenario| &scenario.place.scenario);
        let summary =
            [html(&file), ":".to_owned(), failing.line.to_string(), " ".to_owned(), html(name)].concat();
        text.extend([format!(
            "\n<details><summary>❌ {}: {}</summary>\n\n<pre>{}</pre>\n</details>\n",
            summary.trim_end(),
            html(&failed_words(&failing)),
            html(failing.why.trim_end())
        )]);
    }
    for expired in suite.expired() {
        text.extend([format!(
            "\n⚠️ <code>{}</code> of <code>{}</code> {}.\n",
            html(&expired.exclusion),
            html(&expired.policy),
            expired_words(expired)
        )]);
    }
    text
}

/// A text as HTML, which Markdown takes as it is.
fn html(text: &str) -> String {
    let escape = |letter: char| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        // They would begin Markdown outside of `<pre>`.
        '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '|' | '~' => format!("&#{};", u32::from(letter)),
        other => other.to_string(),
    };
    // An empty line would end a block of HTML.
    text.chars().map(escape).collect::<String>().replace("\n\n", "\n&#8203;\n")
}
