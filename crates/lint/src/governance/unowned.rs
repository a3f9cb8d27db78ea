//! Nobody in particular answers for an exclusion.
//!
//! Its `owner`, or that of its policy or set, stands where something is still to be said: `unassigned` (which an import
//! writes when it is not told), `todo`, `nobody`.
//!
//! ## Why
//! Who is asked when the exclusion expires, or when it hides an intruder?
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id     = "snapd"
//! reason = "Canonical Snap infrastructure"
//! owner  = "unassigned"
//! where  = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! A team that can be asked: `owner = "endpoint-platform"`.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use super::placeholder;
use crate::config::Required;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "unowned",
    level: Level::Warning,
    source: include_str!("unowned.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    if !placeholder(&exclusion.owner) || !context.config.governance.requires(Required::Owner) {
        return Vec::new();
    }
    let message =
        format!("nobody answers for the exclusion `{}`: its owner is `{}`", exclusion.id, exclusion.owner);
    let finding = LINT.finds(message, exclusion.span, "no owner");
    vec![finding.help("name the team that answers for it")]
}
