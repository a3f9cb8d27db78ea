//! A review for people at a terminal.

use std::fmt::Write;

use lownoise_gate::{Concern, Level, Review, Reviewed, Rule, Witness};

use super::{at, count, counted, edit_words, remarks, replayed_words, standing_words, verdict_words};
use crate::{BAD, BOLD, DIM, GOOD, ODD, Style, visible};

/// The review as text.
#[must_use]
pub fn render_review(review: &Review, style: Style) -> String {
    let mut out = Text { text: String::new(), style };
    let several = review.policies.len() != 1 || review.base.is_some();
    for policy in &review.policies {
        out.policy(policy, several);
    }
    for concern in &review.concerns {
        out.concern(concern);
    }
    if let Some(scenarios) = review.scenarios {
        out.line(&format!("scenarios: {} passed, {} failed", scenarios.passed, scenarios.failed));
    }
    for assumption in &review.assumptions {
        out.line(&format!("assumed: {assumption}"));
    }
    if let Some(base) = &review.base {
        let paint = if review.fails() { BAD } else { GOOD };
        let verdict = style.paint(paint, &verdict_words(review));
        out.line(&format!("compared with {base}: {verdict}"));
    }
    out.text
}

struct Text {
    text: String,
    style: Style,
}

impl Text {
    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _infallible = writeln!(self.text, "{line}");
    }

    fn policy(&mut self, policy: &Reviewed, named: bool) {
        for id in &policy.proved {
            self.line(&format!("holds  never_hide {} (proved)", visible(id)));
        }
        for concern in &policy.concerns {
            self.concern(concern);
        }
        let worst = policy.concerns.iter().map(|concern| concern.level).max();
        let paint = match worst {
            Some(Level::Error) => BAD,
            Some(Level::Warning) => ODD,
            _ => GOOD,
        };
        let mut line = self.style.paint(paint, standing_words(policy));
        if named {
            line = format!("{}: {line}", self.style.paint(BOLD, &visible(&policy.id)));
        }
        if let lownoise_gate::Standing::Equivalent
        | lownoise_gate::Standing::HidesNothingNew
        | lownoise_gate::Standing::MayHideMore = policy.standing
        {
            let (hidden, shown) = (count(policy, Rule::NewlyHidden), count(policy, Rule::NewlyShown));
            let _infallible = write!(
                line,
                ": {} unchanged, {hidden} newly hiding, {shown} newly showing",
                counted(policy.unchanged, "exclusion")
            );
        }
        self.line(&line);
        if named {
            self.line("");
        }
    }

    fn concern(&mut self, concern: &Concern) {
        let paint = match concern.level {
            Level::Error => BAD,
            Level::Warning => ODD,
            Level::Note => DIM,
        };
        let mut head = format!(
            "{}  {}",
            self.style.paint(paint, &concern.rule.title()),
            self.style.paint(BOLD, &visible(&concern.subject))
        );
        if let Some(edit) = &concern.edit {
            let _infallible = write!(head, "  {}", visible(&edit_words(edit, str::to_owned)));
        }
        self.line(&head);
        let mut place = at(&concern.place);
        if let Some(old) = concern.edit.as_ref().and_then(|edit| edit.old_place.as_ref()) {
            let _infallible = write!(place, "  (before: {})", at(old));
        }
        let place = self.style.paint(DIM, &visible(&place));
        self.line(&format!("  {place}"));
        self.line(&format!("  {}", visible(&concern.message)));
        for line in &concern.details {
            self.line(&format!("    {}", visible(line)));
        }
        if let Some(witness) = &concern.witness {
            self.witness(witness);
        }
        if let Some(replayed) = &concern.replayed {
            let what = concern.rule.title();
            self.line(&format!("  replayed  {}", replayed_words(replayed, &what)));
        }
        for remark in remarks(concern) {
            self.line(&format!("  {}", visible(&remark)));
        }
        if let Some(scenario) = &concern.scenario {
            self.line("  no scenario says so: narrow the edit, or add this one to a feature\n");
            for line in scenario.lines() {
                self.line(&format!("  {line}"));
            }
        }
        self.line("");
    }

    fn witness(&mut self, witness: &Witness) {
        let event = if witness.observed { "an event of the given ones" } else { "an event" };
        let told = match &witness.before {
            Some(before) => format!("  {event} that was {before} and is now {}", witness.after),
            None => format!("  {event} that is {}", witness.after),
        };
        self.line(&visible(&told));
        for field in &witness.fields {
            let value = if field.value.is_empty() { "(missing)".to_owned() } else { visible(&field.value) };
            let line = format!("{:<34} {value}", field.column);
            let line = if field.marked {
                self.style.paint(BOLD, &format!("→ {line}"))
            } else {
                self.style.paint(DIM, &format!("  {line}"))
            };
            self.line(&format!("    {line}"));
        }
    }
}
