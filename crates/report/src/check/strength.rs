//! How strong each exclusion is, with the ride that is left or the proof that there is none.

use std::collections::HashSet;

use lownoise_engine::policy::{Exclusion, Policy};
use lownoise_lint::{Outcome, Ride, Strength, Strengths, rests_on};
use serde_json::{Value, json};

use crate::{BOLD, Style, visible};

/// A policy and how strong its exclusions are; none where nothing is known of who controls the columns of its table.
#[derive(Debug, Clone)]
pub struct Graded {
    /// The policy.
    pub policy: Policy,
    /// Of each exclusion that has not expired.
    pub strengths: Option<Strengths>,
}

impl Graded {
    fn exclusions(&self) -> impl Iterator<Item = (&Exclusion, &Strength)> {
        let all = self.strengths.iter().flat_map(|strengths| &strengths.all);
        all.filter_map(|strength| Some((self.policy.exclusions.get(strength.exclusion)?, strength)))
    }

    /// The exclusions of which nothing is said.
    fn left_out(&self) -> impl Iterator<Item = &str> {
        let graded: HashSet<&str> = self.exclusions().map(|(exclusion, _)| exclusion.id.as_str()).collect();
        let ids = self.policy.exclusions.iter().map(|exclusion| exclusion.id.as_str());
        ids.filter(move |id| !graded.contains(id))
    }

    /// The policy's number, and each exclusion with what is left to an intruder; then what is assumed.
    pub(super) fn text(&self, style: Style) -> String {
        let title = format!("strength of `{}`", visible(&self.policy.id));
        let Some(strengths) = &self.strengths else {
            let table = visible(&self.policy.schema.table);
            return format!("{title}: not known, since nothing says who controls the columns of {table}\n");
        };
        let Some((weakest, mean)) = strengths.score() else {
            return format!(
                "{title}: no exclusion of it is graded: each has expired, or asks columns of which nothing says who controls them\n"
            );
        };
        let mut lines = vec![
            format!("{}: {weakest} of 6 at the weakest, {mean:.1} in the mean", style.paint(BOLD, &title)),
            String::new(),
        ];
        for (exclusion, strength) in self.exclusions() {
            let rung = strength.rung();
            let id = style.paint(BOLD, &visible(&exclusion.id));
            lines.push(format!("  {rung}  {id}: {}", rests_on(rung)));
            let mut detail = |text: &str| lines.push(format!("       {}", visible(text)));
            match &strength.outcome {
                Outcome::Ridden(ride) => {
                    detail(&format!("residual risk: {}", ride.title));
                    detail(&format!("event: {}", ride.shown(&self.policy, exclusion)));
                    detail(&format!("made by: {}", ride.command));
                }
                Outcome::Proved => detail("nothing rides it: proved"),
                Outcome::Unknown { reason, .. } => detail(&format!("not known: {reason}")),
            }
            if !strength.withstands.is_empty() {
                detail(&format!("proved that it hides nothing of: {}", strength.withstands.join("; ")));
            }
            lines.push(String::new());
        }
        let left_out: Vec<String> = self.left_out().map(|id| format!("`{}`", visible(id))).collect();
        if !left_out.is_empty() {
            let why = "expired, or about columns of which nothing says who controls them";
            lines.push(format!("not graded ({why}): {}", left_out.join(", ")));
            lines.push(String::new());
        }
        lines.push("assumed in the proofs:".to_owned());
        lines.extend(strengths.assumed.iter().map(|assumed| format!("  - {}", visible(assumed))));
        lines.join("\n") + "\n"
    }

    pub(super) fn json(&self) -> Value {
        let score = self.strengths.as_ref().and_then(Strengths::score);
        let each = self.exclusions().map(|(exclusion, strength)| {
            let (outcome, reason) = match &strength.outcome {
                Outcome::Ridden(_) => ("ridden", None),
                Outcome::Proved => ("proved", None),
                Outcome::Unknown { reason, .. } => ("unknown", Some(reason)),
            };
            let ride = match &strength.outcome {
                Outcome::Ridden(ride) => Some(self.ride(exclusion, ride)),
                _ => None,
            };
            json!({
                "id": exclusion.id,
                "strength": strength.rung(),
                "rests_on": rests_on(strength.rung()),
                "outcome": outcome,
                "reason": reason,
                "ride": ride,
                "withstands": strength.withstands,
            })
        });
        json!({
            "policy": self.policy.id,
            "weakest": score.map(|(weakest, _)| weakest),
            "mean": score.map(|(_, mean)| mean),
            "exclusions": each.collect::<Vec<_>>(),
            "not_graded": self.left_out().collect::<Vec<_>>(),
            "assumed": self.strengths.as_ref().map(|strengths| &strengths.assumed),
        })
    }

    fn ride(&self, exclusion: &Exclusion, ride: &Ride) -> Value {
        json!({
            "technique": ride.technique,
            "title": ride.title,
            "intruder": ride.intruder,
            "event": ride.shown(&self.policy, exclusion),
            "command": ride.command,
            "program": ride.program,
            "source": ride.source,
        })
    }
}
