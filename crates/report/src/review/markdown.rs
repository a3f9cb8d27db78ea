//! A review as a comment on a pull request: to be understood without the tool.

use std::fmt::Write;

use lownoise_gate::{Concern, Field, Level, Review, Reviewed, Rule, Witness};

use super::{at, count, edit_words, remarks, replayed_words, standing_words, verdict_words};
use crate::visible;

/// A comment holds 65,536 characters; when it is this long, what is left is counted.
const LONGEST: usize = 48 << 10;

/// The review as GitHub's Markdown, of a length that a comment may have.
#[must_use]
pub fn render_markdown(review: &Review) -> String {
    let mut out = Markdown(String::new());
    out.line(&format!("## lownoise: {}", verdict_words(review)));
    out.line("");
    if let Some(base) = &review.base {
        out.line(&format!("What this edit of detection exclusions hides, compared with {}.", code(base)));
        out.line("");
    }
    out.table(&review.policies);
    let all: Vec<&Concern> = review.all().collect();
    // What a scenario accepts is what a reviewer signs for.
    let is_open = |concern: &Concern| concern.level == Level::Error || concern.accepted.is_some();
    let open: Vec<_> = all.iter().filter(|concern| is_open(concern)).collect();
    for (place, concern) in open.iter().enumerate() {
        if out.0.len() > LONGEST {
            out.line(&format!("… and {} more: the log of the run has them all.\n", open.len() - place));
            break;
        }
        out.concern(concern);
    }
    for (level, heading) in [(Level::Warning, "To be looked at"), (Level::Note, "To be known")] {
        let those: Vec<_> =
            all.iter().filter(|concern| concern.level == level && !is_open(concern)).collect();
        if !those.is_empty() && out.0.len() <= LONGEST {
            out.line(&format!("<details><summary>{heading} ({})</summary>\n", those.len()));
            for concern in those {
                out.concern(concern);
            }
            out.line("</details>\n");
        }
    }
    out.foot(review);
    out.0.trim_end().to_owned() + "\n"
}

struct Markdown(String);

impl Markdown {
    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _infallible = writeln!(self.0, "{line}");
    }

    fn table(&mut self, policies: &[Reviewed]) {
        if policies.is_empty() {
            return;
        }
        self.line("| policy | | newly hidden | newly shown | unchanged |");
        self.line("|---|---|--:|--:|--:|");
        for policy in policies {
            let (hidden, shown) = (count(policy, Rule::NewlyHidden), count(policy, Rule::NewlyShown));
            let (id, words) = (cell(&policy.id), standing_words(policy));
            self.line(&format!("| {id} | {words} | {hidden} | {shown} | {} |", policy.unchanged));
        }
        self.line("");
    }

    fn concern(&mut self, concern: &Concern) {
        self.line(&format!("### {}: {}", concern.rule.title(), prose(&concern.message)));
        let mut place = code(&at(&concern.place));
        if let Some(edit) = &concern.edit {
            let _infallible = write!(place, " · {}", edit_words(edit, code));
            if let Some(old) = &edit.old_place {
                let _infallible = write!(place, " (before: {})", code(&at(old)));
            }
        }
        self.line(&place);
        self.line("");
        if !concern.details.is_empty() {
            let lines: Vec<String> = concern.details.iter().map(|line| visible(line)).collect();
            self.block("text", &lines.join("\n"));
        }
        if let Some(witness) = &concern.witness {
            self.witness(witness);
        }
        if let Some(replayed) = &concern.replayed {
            self.line(&format!(
                "Over the given events: {}.\n",
                replayed_words(replayed, &concern.rule.title())
            ));
        }
        for remark in remarks(concern) {
            self.line(&format!("{}.\n", prose(&remark)));
        }
        if let Some(scenario) = &concern.scenario {
            self.line("No scenario says so. Narrow the edit, or add this scenario to a feature, so that the decision is reviewed:\n");
            self.block("gherkin", scenario.trim_end());
        }
    }

    fn block(&mut self, language: &str, text: &str) {
        let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
        self.line(&format!("{fence}{language}\n{text}\n{fence}\n"));
    }

    fn witness(&mut self, witness: &Witness) {
        let event = if witness.observed { "An event of the given ones" } else { "An event" };
        match &witness.before {
            Some(before) => {
                self.line(&format!(
                    "{event} that was **{}** and is now **{}**:\n",
                    prose(before),
                    prose(&witness.after)
                ));
            }
            None => self.line(&format!("{event} that is **{}**:\n", prose(&witness.after))),
        }
        let (differing, rest): (Vec<&Field>, Vec<&Field>) =
            witness.fields.iter().partition(|field| field.marked);
        self.fields(&differing, true);
        if !rest.is_empty() {
            self.line("<details><summary>the rest of the event</summary>\n");
            self.fields(&rest, false);
            self.line("</details>\n");
        }
    }

    fn fields(&mut self, fields: &[&Field], bold: bool) {
        if fields.is_empty() {
            return;
        }
        self.line("| column | value |\n|---|---|");
        for field in fields {
            let column = prose(&field.column);
            let column = if bold { format!("**{column}**") } else { column };
            let value = if field.value.is_empty() { "(missing)".to_owned() } else { cell(&field.value) };
            self.line(&format!("| {column} | {value} |"));
        }
        self.line("");
    }

    fn foot(&mut self, review: &Review) {
        let mut notes = Vec::new();
        let proved: Vec<String> =
            review.policies.iter().flat_map(|policy| &policy.proved).map(|id| code(id)).collect();
        if !proved.is_empty() {
            notes.push(format!("Proved: no exclusion hides what these protect: {}.", proved.join(", ")));
        }
        if let Some(scenarios) = review.scenarios {
            notes.push(format!("Scenarios: {} passed, {} failed.", scenarios.passed, scenarios.failed));
        }
        if !review.policies.is_empty() {
            let assumed = review.assumptions.iter().map(|words| prose(words)).collect::<Vec<_>>().join("; ");
            notes.push(if assumed.is_empty() {
                "Nothing is assumed about events.".to_owned()
            } else {
                format!("Assumed: {assumed}.")
            });
        }
        self.line(&notes.join(" "));
    }
}

/// A text as code: nothing in it is Markdown.
fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    // One space at both ends is taken away.
    let spaced = text.starts_with(' ') && text.ends_with(' ');
    let space = if spaced || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A text as code in a table, where a bar ends a cell also in code.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Words with code in back-ticks, as messages are; nothing else in them is Markdown.
fn prose(text: &str) -> String {
    let spelled = |(place, part): (usize, &str)| {
        if place % 2 == 1 {
            return code(part);
        }
        let mut plain = String::new();
        for letter in visible(part).chars() {
            if "\\*_[]<>#|~&@".contains(letter) {
                plain.push('\\');
            }
            plain.push(letter);
            // A person is called, and an issue linked, whatever is escaped; not across a space without width.
            if "#@".contains(letter) {
                plain.push_str("&#8203;");
            }
        }
        plain
    };
    text.split('`').enumerate().map(spelled).collect()
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|letter| letter != of).map(|run| run.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_event_becomes_markdown() {
        let cases = [
            ("a|b", "`a|b`", "`a\\|b`"),
            ("`", "`` ` ``", "`` ` ``"),
            ("a``b", "```a``b```", "```a``b```"),
            ("<img>\n@all", "`<img>\\n@all`", "`<img>\\n@all`"),
            (" a ", "`  a  `", "`  a  `"),
        ];
        for (text, as_code, as_cell) in cases {
            assert_eq!((code(text).as_str(), cell(text).as_str()), (as_code, as_cell));
        }
        assert_eq!(prose("@all see #1"), "\\@&#8203;all see \\#&#8203;1");
        assert_eq!(prose("`a_b` hides <b>*x*"), "`a_b` hides \\<b\\>\\*x\\*");
    }
}
