//! What a person types into a shell. Knows quoting, no events.

use std::borrow::Cow;

use serde::Deserialize;

/// A shell in which commands are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Shell {
    /// That of Windows.
    Cmd,
    /// POSIX's.
    Sh,
}

impl Shell {
    /// As one word. A text with a NUL is none of a shell's words; an event has it all the same, so it is shown.
    pub(super) fn quoted(self, text: &str) -> String {
        match self {
            Self::Sh => shlex::try_quote(text).map_or_else(|_| format!("{text:?}"), Cow::into_owned),
            Self::Cmd if text.contains(char::is_control) => format!("{text:?}"),
            Self::Cmd => in_cmd(text),
        }
    }

    /// As the sensor writes a word that was typed: `cmd` hands its quotes on.
    pub(super) fn written(self, text: &str) -> String {
        if self == Self::Cmd { self.quoted(text) } else { text.to_owned() }
    }

    /// Makes a folder, and goes on.
    pub(super) fn make_folder(self, folder: &str) -> String {
        match self {
            Self::Cmd => format!("mkdir {} & ", self.quoted(folder)),
            Self::Sh => format!("mkdir -p {} && ", self.quoted(folder)),
        }
    }

    /// A copy of the shell at a path, which runs a command.
    pub(super) fn with_own_parent(self, parent: &str, command: &str) -> String {
        let parent = self.quoted(parent);
        match self {
            Self::Cmd => {
                format!("copy C:\\Windows\\System32\\cmd.exe {parent} & {parent} /c \"{command}\"")
            }
            // What follows keeps the shell from becoming the command.
            Self::Sh => {
                format!("cp /usr/bin/bash {parent} && {parent} -c {}", self.quoted(&format!("{command}; :")))
            }
        }
    }
}

/// Microsoft's C runtime splits words at spaces outside of quotes, and takes a quote behind an odd number of backslashes
/// for a letter: <https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>. `cmd` itself acts on some
/// letters outside of quotes.
fn in_cmd(text: &str) -> String {
    let plain = |letter: char| !letter.is_whitespace() && !"\"&|<>^()%!,;=".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for letter in text.chars() {
        if letter == '"' {
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
        quoted.push(letter);
    }
    quoted.push_str(&"\\".repeat(backslashes));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::Shell;

    #[test]
    fn words_of_cmd() {
        let cases = [
            (r"C:\Users\Public\a.exe", r"C:\Users\Public\a.exe"),
            (r"C:\Users\Public\a b.exe", r#""C:\Users\Public\a b.exe""#),
            ("", "\"\""),
            (r"a b\", r#""a b\\""#),
            (r#"say "x""#, r#""say \"x\"""#),
            ("a&b", "\"a&b\""),
        ];
        for (text, word) in cases {
            assert_eq!(Shell::Cmd.quoted(text), word, "{text}");
        }
    }

    #[test]
    fn words_of_sh() {
        assert_eq!(Shell::Sh.quoted("/tmp/a b"), "'/tmp/a b'");
        assert_eq!(Shell::Sh.written("/tmp/a b"), "/tmp/a b");
    }
}
