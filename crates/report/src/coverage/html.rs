//! Coverage as one HTML page that needs nothing else: the policies' texts, with what is not covered marked.

use std::fmt::Write;

use lownoise_harness::Coverage;

use super::{files, missing, share};

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width\">\n<title>Coverage</title>\n<style>\n\
body{font:16px/1.5 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em}\n\
pre{overflow-x:auto;line-height:1.4}\nli,pre{font-family:ui-monospace,monospace;font-size:14px}\n\
i{color:#777;font-style:normal;display:inline-block;width:3em;user-select:none}\n\
.bad{background:#fdd}.bad::after{content:' ← ' attr(title);color:#a00}\n.good{background:#dfd}\n\
td,th{text-align:left;padding:0 1em 0 0}\n</style>\n</head>\n<body>\n<h1>Coverage</h1>\n";

/// The page.
#[must_use]
pub fn coverage_html(coverage: &Coverage) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("<table>\n<tr><th>Policy</th><th>Covered</th><th>Outcomes</th></tr>\n");
    for policy in &coverage.policies {
        let (covered, outcomes) = policy.counted();
        // Writing to a string cannot fail.
        let _infallible = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{covered} of {outcomes}</td></tr>",
            escaped(&policy.policy.id),
            share((covered, outcomes)),
        );
    }
    page.push_str("</table>\n");
    for (name, (source, placed)) in files(coverage) {
        let _infallible = write!(page, "<h2>{}</h2>\n<pre>\n", escaped(name));
        for (place, line) in source.text.lines().enumerate() {
            let here: Vec<_> = placed.iter().filter(|placed| placed.line == place + 1).collect();
            let lacks: Vec<String> = here
                .iter()
                .filter_map(|placed| {
                    let text = source.text.get(placed.range.clone())?.lines().next()?;
                    Some(format!("{text} {}", missing(&placed.point)?))
                })
                .collect();
            let line = escaped(line);
            let line = match (here.is_empty(), lacks.is_empty()) {
                (true, _) => line,
                (false, true) => format!("<span class=\"good\">{line}</span>"),
                (false, false) => {
                    format!("<span class=\"bad\" title=\"{}\">{line}</span>", escaped(&lacks.join("; ")))
                }
            };
            let _infallible = writeln!(page, "<i>{}</i>{line}", place + 1);
        }
        page.push_str("</pre>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
