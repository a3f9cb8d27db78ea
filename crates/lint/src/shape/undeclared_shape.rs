//! An exclusion has none of the shapes that its policy declares.
//!
//! A policy may say which columns an exclusion has to narrow: `shapes` in `[policy]`, each a list of columns. It is looked
//! at how an exclusion is written: in every branch of its `any`, tests that must hold have to name all columns of one
//! shape. A test under `not` narrows nothing, nor does one that holds on whatever is there
//! (`exists`, `contains = ""`), nor one that could not be imported.
//!
//! ## Why
//! "A name alone is not enough; a name and a path is" is a decision of a team. Written down, it holds for the edit that is
//! made in a hurry as well, and for shared sets.
//!
//! ## Example
//! ```toml
//! [policy]
//! shapes = [["InitiatingProcessFileName", "InitiatingProcessFolderPath"]]
//!
//! [[exclusion]]
//! id    = "snapd"
//! where = { InitiatingProcessFileName = "snapd" }
//! ```
//!
//! ## Instead
//! ```toml
//! where = { InitiatingProcessFileName = "snapd", InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```

use std::collections::BTreeSet;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::Policy;
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::value::Value;

use crate::lint::{Context, Finding, Lint, Run};

pub(crate) static LINT: Lint = Lint {
    code: "undeclared-shape",
    level: Level::Error,
    source: include_str!("undeclared_shape.rs"),
    run: Run::Policy(run),
};

type Columns = BTreeSet<ColumnId>;

fn run(_: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let shapes: Vec<Columns> = policy.shapes.iter().map(|shape| shape.iter().copied().collect()).collect();
    if shapes.is_empty() {
        return Vec::new();
    }
    let names = |columns: &Columns| {
        let names: Vec<String> =
            columns.iter().map(|column| format!("`{}`", policy.schema.name(*column))).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    };
    let mut found = Vec::new();
    for exclusion in &policy.exclusions {
        let mut branches = branches(&exclusion.predicate).into_iter();
        let Some(branch) = branches.find(|branch| !shapes.iter().any(|shape| shape.is_subset(branch))) else {
            continue;
        };
        let missing = shapes.iter().map(|shape| shape.difference(&branch).copied().collect::<Columns>());
        let nearest = missing.min_by_key(BTreeSet::len).unwrap_or_default();
        let message = format!("the exclusion `{}` has no shape that the policy declares", exclusion.id);
        let finding = LINT.finds(message, exclusion.span, "not of a declared shape");
        let finding = finding.because(format!("a branch of it narrows {}", names(&branch)));
        found.push(finding.help(format!("narrow {} as well", names(&nearest))));
    }
    found
}

/// The columns that each branch narrows, without those that narrow more than another: they fit wherever it does. So the
/// number of branches is bounded by the number of columns that are tested, not by the number of ways through the tree.
fn branches(predicate: &Predicate) -> Vec<Columns> {
    let found = match predicate {
        Predicate::Any(parts) => parts.iter().flat_map(branches).collect(),
        Predicate::All(parts) => parts.iter().map(branches).fold(vec![Columns::new()], |before, part| {
            let pairs = before.iter().flat_map(|left| part.iter().map(move |right| left | right));
            least(pairs.collect())
        }),
        Predicate::Test(test) if narrows(test) => vec![Columns::from([test.column])],
        Predicate::Test(_) | Predicate::Not(_) | Predicate::Opaque(_) => vec![Columns::new()],
    };
    least(found)
}

fn least(mut branches: Vec<Columns>) -> Vec<Columns> {
    branches.sort_by_key(BTreeSet::len);
    let mut kept: Vec<Columns> = Vec::new();
    for branch in branches {
        if !kept.iter().any(|less| less.is_subset(&branch)) {
            kept.push(branch);
        }
    }
    kept
}

/// Whether it says more than that something is there: it does not hold on a text that nobody means.
fn narrows(test: &Test) -> bool {
    !test.operator.holds(Value::Text("\u{e000}"))
}
