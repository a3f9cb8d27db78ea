//! A page as Markdown that GitHub and others show alike. Every text of a policy or a scenario is escaped.

use super::document::{Block, Document, Inline, Item, Piece};
use super::html::escaped;

const MADE: &str =
    "<!-- Made by `lownoise docs` from the policy and its scenarios: edit those, then run it again. -->";

/// The page.
pub(super) fn render(document: &Document) -> String {
    let mut parts = vec![MADE.to_owned(), format!("# {}", text(&document.title))];
    parts.extend(document.blocks.iter().map(block));
    parts.join("\n\n") + "\n"
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, line) => format!("{} {}", "#".repeat(usize::from(*level)), inline(line)),
        Block::Paragraph(line) => inline(line),
        Block::List(all) => {
            let mut lines = Vec::new();
            items(all, 0, &mut lines);
            lines.join("\n")
        }
        Block::Table(rows) => {
            let row = |cells: &Vec<Inline>| {
                let cells: Vec<String> = cells.iter().map(inline).collect();
                format!("| {} |", cells.join(" | "))
            };
            let columns = rows.first().map_or(0, Vec::len);
            let mut lines: Vec<String> = rows.iter().map(row).collect();
            lines.insert(1.min(lines.len()), format!("|{}", "---|".repeat(columns)));
            lines.join("\n")
        }
        Block::Code { summary, language, text: code } => {
            let fence = fence(code, 3);
            let summary = text(summary);
            format!(
                "<details><summary>{summary}</summary>\n\n{fence}{language}\n{}\n{fence}\n\n</details>",
                code.trim_end()
            )
        }
    }
}

fn items(all: &[Item], depth: usize, lines: &mut Vec<String>) {
    for Item { text, below } in all {
        lines.push(format!("{}- {}", "  ".repeat(depth), inline(text)));
        items(below, depth + 1, lines);
    }
}

fn inline(line: &Inline) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(words) => text(words),
        Piece::Code(code) => code_span(code),
        Piece::Strong(words) => format!("**{}**", text(words)),
    };
    line.0.iter().map(piece).collect()
}

/// Words, with whatever would be Markdown or HTML escaped.
fn text(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' => escaped.extend(['\\', letter]),
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Words as code. A bar would end a cell of a table even there, so such words are HTML.
fn code_span(code: &str) -> String {
    let code = code.replace(['\n', '\r'], " ");
    if code.contains('|') {
        let spelled = |letter: char| match letter {
            '|' | '*' | '_' | '\\' | '`' | '[' | ']' | '~' => format!("&#{};", u32::from(letter)),
            other => escaped(other.encode_utf8(&mut [0; 4])),
        };
        return format!("<code>{}</code>", code.chars().map(spelled).collect::<String>());
    }
    let fence = fence(&code, 1);
    let touches = code.starts_with(['`', ' ']) || code.ends_with(['`', ' ']) || code.is_empty();
    let space = if touches { " " } else { "" };
    format!("{fence}{space}{code}{space}{fence}")
}

/// More back-ticks than stand together in a text, and at least so many.
fn fence(code: &str, least: usize) -> String {
    let mut longest = 0;
    let mut run = 0;
    for letter in code.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(least.max(longest + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_becomes_markup() {
        assert_eq!(text("<b>*a* & `b` | [c](d)\n# e"), r"&lt;b&gt;\*a\* &amp; \`b\` \| \[c\](d) \# e");
        assert_eq!(code_span("a`b"), "``a`b``");
        assert_eq!(code_span("`a"), "`` `a ``");
        assert_eq!(code_span("plain"), "`plain`");
        assert_eq!(code_span("a|<b>"), "<code>a&#124;&lt;b&gt;</code>");
        assert_eq!(fence("a\n```\nb", 3), "````");
        assert_eq!(fence("plain", 3), "```");
    }
}
