//! A review as workflow commands of GitHub Actions: each concern on its line. The rules of escaping are those of
//! `actions/toolkit`, `core/src/command.ts`.

use lownoise_gate::{Concern, Level, Review};

use super::lines;

/// One workflow command for each concern, the errors first; paths are relative to the repository.
///
/// `prefix` is the folder, below the repository's root, that the paths of the review are relative to.
#[must_use]
pub fn render_annotations(review: &Review, prefix: &str) -> String {
    let mut concerns: Vec<&Concern> = review.all().collect();
    concerns.sort_by_key(|concern| std::cmp::Reverse(concern.level));
    concerns.into_iter().map(|concern| annotation(concern, prefix)).collect()
}

fn annotation(concern: &Concern, prefix: &str) -> String {
    let command = match concern.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = &concern.place;
    let mut properties = Vec::new();
    if !place.file.is_empty() {
        properties.push(("file", repository_path(&place.file, prefix)));
        properties.push(("line", place.line.max(1).to_string()));
        properties.push(("endLine", place.end_line.max(1).to_string()));
    }
    properties.push(("title", concern.rule.title()));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
    let lines = lines(concern);
    format!("::{command} {}::{}\n", properties.join(","), data(&lines.join("\n")))
}

/// A path as the repository knows it: below its root, with `/`, without `.` and `..` where that can be told.
#[must_use]
pub fn repository_path(file: &str, prefix: &str) -> String {
    let file = file.replace('\\', "/");
    let whole = if file.starts_with('/') { file.clone() } else { format!("{prefix}/{file}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            other => parts.push(other),
        }
    }
    let root = if file.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// A text as the message of a command.
pub(crate) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use lownoise_gate::{Place, Rule};

    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let place = Place::line("a,b:100%.toml", 3);
        let message = "50% of\r\nit::all";
        let review = Review {
            concerns: vec![Concern::new(Rule::ScenarioFailed, Level::Error, "s", message, place)],
            ..Review::default()
        };
        let told = render_annotations(&review, "sub/");
        let expected = "::error file=sub/a%2Cb%3A100%25.toml,line=3,endLine=3,title=scenario failed::50%25 of\\r\\nit::all\n";
        assert_eq!(told, expected);
        assert_eq!(data("a\nb\r%"), "a%0Ab%0D%25");
    }

    #[test]
    fn paths_are_the_repositorys() {
        let cases = [
            ("rules/a.toml", "", "rules/a.toml"),
            ("./rules//a.toml", "sub/", "sub/rules/a.toml"),
            ("../rules/a.toml", "sub/", "rules/a.toml"),
            ("../../a.toml", "sub/", "../a.toml"),
            ("/x/a.toml", "sub/", "/x/a.toml"),
        ];
        for (file, prefix, path) in cases {
            assert_eq!(repository_path(file, prefix), path, "{file}");
        }
    }
}
