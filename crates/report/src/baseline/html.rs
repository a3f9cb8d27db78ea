//! A page as one HTML file without scripts, fonts or pictures from elsewhere. Every text is escaped.

use super::document::{Block, Document, Inline, Item, Piece};

const STYLE: &str = "\
body{font:16px/1.55 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem;color:#1c2128;background:#fff}\
h1,h2,h3{line-height:1.25}h2{margin-top:2.2rem;border-bottom:1px solid #d0d7de;padding-bottom:.2rem}\
h3{margin-top:1.6rem}code,pre{font:.88em ui-monospace,monospace;background:#f3f4f6;border-radius:4px}\
code{padding:.1em .3em;overflow-wrap:anywhere}pre{padding:1rem;overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}\
td,th{border:1px solid #d0d7de;padding:.35rem .7rem;text-align:left;vertical-align:top}strong{color:#9a2d00}\
@media(prefers-color-scheme:dark){body{color:#d7dde4;background:#12161b}code,pre{background:#1f262e}\
h2,td,th{border-color:#3a434d}strong{color:#ffb07a}}";

/// The page.
pub(super) fn render(document: &Document) -> String {
    let title = escaped(&document.title);
    let blocks: String = document.blocks.iter().map(block).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <!-- Made by lownoise docs from the policy and its scenarios: edit those, then run it again. -->\n\
         <h1>{title}</h1>\n{blocks}</body>\n</html>\n"
    )
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, line) => format!("<h{level}>{}</h{level}>\n", inline(line)),
        Block::Paragraph(line) => format!("<p>{}</p>\n", inline(line)),
        Block::List(all) => format!("{}\n", list(all)),
        Block::Table(rows) => {
            let row = |cells: &Vec<Inline>, cell: &str| {
                let cells: Vec<String> =
                    cells.iter().map(|line| format!("<{cell}>{}</{cell}>", inline(line))).collect();
                let cells = cells.concat();
                format!("<tr>{cells}</tr>\n")
            };
            let mut lines = String::new();
            for (place, cells) in rows.iter().enumerate() {
                // A table whose head says nothing has none.
                if place > 0 || cells.iter().any(|cell| *cell != Inline::default()) {
                    lines += &row(cells, if place == 0 { "th" } else { "td" });
                }
            }
            format!("<table>\n{lines}</table>\n")
        }
        Block::Code { summary, text, .. } => format!(
            "<details><summary>{}</summary>\n<pre>{}</pre>\n</details>\n",
            escaped(summary),
            escaped(text.trim_end())
        ),
    }
}

fn list(all: &[Item]) -> String {
    let item = |Item { text, below }: &Item| {
        let below = if below.is_empty() { String::new() } else { format!("\n{}\n", list(below)) };
        format!("<li>{}{below}</li>\n", inline(text))
    };
    format!("<ul>\n{}</ul>", all.iter().map(item).collect::<String>())
}

fn inline(line: &Inline) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(words) => escaped(words),
        Piece::Code(code) => format!("<code>{}</code>", escaped(code)),
        Piece::Strong(words) => format!("<strong>{}</strong>", escaped(words)),
    };
    line.0.iter().map(piece).collect()
}

/// A text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}
