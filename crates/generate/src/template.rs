//! Texts with `{words}` that are filled in for each process. Knows what the words are, not who uses them.

use std::fmt::Write;

use crate::random::Random;

/// What the words of a template stand for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Facts<'a> {
    /// `{path}`: the program's own path.
    pub(crate) path: &'a str,
    /// `{user}`: the person who uses the device.
    pub(crate) user: &'a str,
    /// `{home}`: that person's home folder.
    pub(crate) home: &'a str,
    /// `{rev}`: the revision of the snaps on the device.
    pub(crate) revision: u64,
    /// `{host}`, `{url}`: the host of the connection; an address where it has no name.
    pub(crate) host: &'a str,
    /// `{ip}`: the remote address.
    pub(crate) ip: &'a str,
    /// `{port}`: the remote port.
    pub(crate) port: i64,
}

/// Appends the template with its words filled in. Braces around anything else stay as they are.
pub(crate) fn expand(template: &str, facts: &Facts<'_>, random: &mut Random, out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let word = after.split_once('}').and_then(|(word, tail)| {
            let (_, write) = PROCESS_WORDS.iter().chain(CONNECTION_WORDS).find(|known| known.0 == word)?;
            Some((write, tail))
        });
        if let Some((write, tail)) = word {
            write(facts, random, out);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
}

/// A word, and what it writes.
type Word = (&'static str, fn(&Facts<'_>, &mut Random, &mut String));

/// Words that any process can have.
const PROCESS_WORDS: &[Word] = &[
    ("path", |facts, _, out| out.push_str(facts.path)),
    ("user", |facts, _, out| out.push_str(facts.user)),
    ("home", |facts, _, out| out.push_str(facts.home)),
    ("rev", |facts, _, out| push_number(facts.revision, out)),
    ("n", |_, random, out| push_number(1000 + random.below(9000), out)),
    ("hex", |_, random, out| random.push_hex(8, out)),
    ("file", |_, random, out| out.push_str(random.word(FILES))),
    ("project", |_, random, out| out.push_str(random.word(PROJECTS))),
];

/// Words that speak of one connection, so that a process of many connections cannot have them.
const CONNECTION_WORDS: &[Word] = &[
    ("host", |facts, _, out| out.push_str(facts.host)),
    ("ip", |facts, _, out| out.push_str(facts.ip)),
    ("port", |facts, _, out| push_number(facts.port.unsigned_abs(), out)),
    ("url", |facts, random, out| {
        out.push_str(if facts.port == 443 { "https://" } else { "http://" });
        out.push_str(facts.host);
        out.push('/');
        out.push_str(random.word(PATHS));
    }),
];

const FILES: &[&str] = &[
    "report.pdf",
    "budget-2026.ods",
    "slides.odp",
    "photo.jpg",
    "backup.tar.gz",
    "notes.md",
    "contacts.csv",
    "Rapport d'été.odt",
    "Übersicht.xlsx",
    "議事録.docx",
];

const PROJECTS: &[&str] = &["website", "payments", "ml-notebooks", "infra", "mobile-app", "lowlevel"];

const PATHS: &[&str] = &[
    "",
    "index.html",
    "api/v1/items?page=2",
    "download/latest.tar.gz",
    "install.sh",
    "files/data%20set.csv",
    "search?q=caf%C3%A9&lang=fr",
];

fn push_number(number: u64, out: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "{number}");
}

/// The `{words}` of a template that are spelled like words, known or not.
#[cfg(test)]
pub(crate) fn words(template: &str) -> impl Iterator<Item = &str> {
    let parts = template.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts
        .map(|(word, _)| word)
        .filter(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
}

/// Whether a process has this word, whatever it is connected to.
#[cfg(test)]
pub(crate) fn is_process_word(word: &str) -> bool {
    PROCESS_WORDS.iter().any(|known| known.0 == word)
}

/// Whether this word speaks of one connection.
#[cfg(test)]
pub(crate) fn is_connection_word(word: &str) -> bool {
    CONNECTION_WORDS.iter().any(|known| known.0 == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    #[test]
    fn words_are_filled_in_and_other_braces_stay() {
        let facts = Facts { host: "example.com", port: 443, user: "ada", revision: 7, ..Facts::default() };
        let cases = [
            ("ssh {user}@{host} -p {port}", "ssh ada@example.com -p 443"),
            ("/snap/firefox/{rev}/x", "/snap/firefox/7/x"),
            ("awk '{print}' {", "awk '{print}' {"),
            ("-d '{\"user\":\"{user}\"}'", "-d '{\"user\":\"ada\"}'"),
            ("{{user}}", "{ada}"),
            ("", ""),
        ];
        for (template, expected) in cases {
            let mut out = String::new();
            expand(template, &facts, &mut Streams::new(0, "").stream(0), &mut out);
            assert_eq!(out, expected);
        }
    }
}
