//! Workflow commands of GitHub Actions, and the paths that GitHub knows. The rules of escaping are those of
//! `actions/toolkit`, `core/src/command.ts`. Knows no findings.

/// Where a command points.
#[derive(Debug)]
pub(crate) struct At {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) end_line: usize,
    /// The first and the one after the last, if they are on one line.
    pub(crate) column: Option<(usize, usize)>,
}

/// One workflow command: `error`, `warning` or `notice`.
pub(crate) fn command_of(command: &str, at: Option<At>, title: &str, text: &str) -> String {
    let mut properties = Vec::new();
    if let Some(at) = at {
        properties.push(("file", at.file));
        properties.push(("line", at.line.max(1).to_string()));
        properties.push(("endLine", at.end_line.max(1).to_string()));
        if let Some((column, end)) = at.column {
            properties.push(("col", column.to_string()));
            properties.push(("endColumn", end.to_string()));
        }
    }
    properties.push(("title", title.to_owned()));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
    format!("::{command} {}::{}\n", properties.join(","), data(text))
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

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(data("a\nb\r%"), "a%0Ab%0D%25");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
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
