//! Edits of a policy's text, as small as they can be. Knows the lines and the quotes of TOML, not what an edit means:
//! that is proved before anything is written.

use std::sync::LazyLock;

use lownoise_engine::policy::{Exclusion, Policy};
use lownoise_engine::span::Span;
use regex::Regex;

/// What is replaced, and with what.
type Edits = Vec<(Span, String)>;

/// A quoted text on one line.
static QUOTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""(?:[^"\\\n]|\\.)*"|'[^'\n]*'"#).ok());

/// The policy's text without an exclusion: from the comment above its header to the last line before the next header's
/// own comment.
pub(crate) fn without_exclusion(policy: &Policy, exclusion: &Exclusion) -> Option<Edits> {
    let text = &policy.sources.get(exclusion.span.source)?.text;
    let lines: Vec<(usize, &str)> = text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            *at += line.len();
            Some((*at - line.len(), line.trim()))
        })
        .collect();
    let is_blank = |line: &str| line.is_empty();
    let is_comment = |line: &str| line.starts_with('#');
    let inside = lines.iter().take_while(|(at, _)| *at <= exclusion.span.range().start).count();
    let header = lines.get(..inside)?.iter().rposition(|(_, line)| line.starts_with("[[exclusion]]"))?;
    let next = |(_, line): &(usize, &str)| line.starts_with('[') && !line.starts_with("[exclusion.");
    let behind = lines.iter().skip(header + 1).position(next).map_or(lines.len(), |found| header + 1 + found);
    let above = lines.get(..header)?.iter().rev().take_while(|(_, line)| is_comment(line)).count();
    let own = lines.get(header..behind)?;
    let not_own = own.iter().rev().take_while(|(_, line)| is_blank(line) || is_comment(line)).count();
    // Of the blank lines around it, those behind it go too; at the end of the text, those above it.
    let after = own.len() - not_own;
    let gap = own.get(after..)?.iter().take_while(|(_, line)| is_blank(line)).count();
    let (mut first, last) = (header - above, header + after + gap);
    if last == lines.len() {
        first -= lines.get(..first)?.iter().rev().take_while(|(_, line)| is_blank(line)).count();
    }
    let start = lines.get(first)?.0;
    let end = lines.get(last).map_or(text.len(), |(at, _)| *at);
    Some(vec![(Span::new(exclusion.span.source, start..end), String::new())])
}

/// The text in a span without the one entry of a list that is meant, and without its comma.
pub(crate) fn without_entry(policy: &Policy, list: Span, is_meant: impl Fn(&str) -> bool) -> Option<Edits> {
    let text = policy.sources.get(list.source)?.text.get(list.range())?;
    let mut meant = QUOTED.as_ref()?.find_iter(text).filter(|quoted| {
        let read = toml::from_str::<toml::Table>(&format!("entry = {}", quoted.as_str()));
        read.is_ok_and(|read| read.get("entry").and_then(toml::Value::as_str).is_some_and(&is_meant))
    });
    let (entry, None) = (meant.next()?, meant.next()) else { return None };
    let (before, behind) = (text.get(..entry.start())?, text.get(entry.end()..)?);
    let comma_behind = behind.trim_start().starts_with(',');
    let (start, end) = if comma_behind {
        let rest = behind.trim_start().trim_start_matches(',').trim_start_matches([' ', '\t']);
        (entry.start(), text.len() - rest.len())
    } else {
        (before.trim_end().trim_end_matches(',').len(), entry.end())
    };
    let at = list.range().start;
    Some(vec![(Span::new(list.source, at + start..at + end), String::new())])
}

#[cfg(test)]
mod tests {
    use lownoise_engine::parse::parse_policy;
    use lownoise_engine::schema::Schemas;
    use lownoise_engine::span::Source;

    use super::*;

    const POLICY: &str = r#"[policy]
id    = "edited"
title = "Edited"
table = "DeviceNetworkEvents"
owner = "us"

# Of the first.
[[exclusion]] # here
id     = "first"
reason = "First"
where  = { InitiatingProcessFileName = { starts_with = ["a", "b", 'c"'] } }

# Of the second.
# Really.
[[exclusion]]
id     = "second"
reason = "Second"

[exclusion.where]
RemotePort = [
  80,
]
# Of nothing.

# Of the invariant.
[[never_hide]]
id     = "people"
reason = "Nobody is above suspicion"
where  = { InitiatingProcessAccountName = "anna" }
"#;

    fn policy() -> Policy {
        let source = Source { name: "edited.toml".to_owned(), text: POLICY.to_owned() };
        let parsed = parse_policy(source, &mut |_| Err(String::new()), &Schemas::shipped().unwrap());
        parsed.result.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics))
    }

    fn applied(edits: &Edits) -> String {
        let mut text = POLICY.to_owned();
        for (span, new) in edits {
            text.replace_range(span.range(), new);
        }
        text
    }

    #[test]
    fn an_exclusion_goes_with_its_comments_and_nothing_else() {
        let policy = policy();
        let without = |place: usize| applied(&without_exclusion(&policy, &policy.exclusions[place]).unwrap());
        let (head, rest) = POLICY.split_once("# Of the first").unwrap();
        let (_, behind) = rest.split_once("# Of the second").unwrap();
        assert_eq!(without(0), format!("{head}# Of the second{behind}"));
        let (head, rest) = POLICY.split_once("# Of the second").unwrap();
        let (_, behind) = rest.split_once("# Of nothing").unwrap();
        assert_eq!(without(1), format!("{head}# Of nothing{behind}"));
    }

    #[test]
    fn an_entry_goes_with_its_comma() {
        let policy = policy();
        let list = policy.exclusions[0].predicate.tests()[0].span;
        let without = |entry: &str| {
            let edited = applied(&without_entry(&policy, list, |text| text == entry)?);
            Some(edited.lines().find(|line| line.contains("starts_with"))?.split_once("= [")?.1.to_owned())
        };
        assert_eq!(without("a").unwrap(), r#""b", 'c"'] } }"#);
        assert_eq!(without("b").unwrap(), r#""a", 'c"'] } }"#);
        assert_eq!(without("c\"").unwrap(), r#""a", "b"] } }"#);
        assert_eq!(without("d"), None);
    }
}
