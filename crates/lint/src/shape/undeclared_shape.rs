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
        let Some(branches) = branches(&exclusion.predicate) else {
            let message =
                format!("the exclusion `{}` has too many branches to say which shape each has", exclusion.id);
            let finding = LINT.finds(message, exclusion.span, "not known");
            found.push(finding.help("write it as several exclusions"));
            continue;
        };
        let shapeless = |branch: &Columns| !shapes.iter().any(|shape| shape.is_subset(branch));
        let Some(branch) = branches.into_iter().find(shapeless) else { continue };
        let missing = shapes.iter().map(|shape| shape.difference(&branch).copied().collect::<Columns>());
        let nearest = missing.min_by_key(BTreeSet::len).unwrap_or_default();
        let message = format!("the exclusion `{}` has no shape that the policy declares", exclusion.id);
        let finding = LINT.finds(message, exclusion.span, "not of a declared shape");
        let finding = finding.because(format!("a branch of it narrows {}", names(&branch)));
        found.push(finding.help(format!("narrow {} as well", names(&nearest))));
    }
    found
}

/// So many branches are looked at; beyond, it is not known whether each has a shape.
const BRANCHES: usize = 500;

/// The columns that each branch narrows, without those that narrow more than another: they fit wherever it does. `None`
/// when they are too many: each `any` beside another doubles them at worst.
fn branches(predicate: &Predicate) -> Option<Vec<Columns>> {
    let found = match predicate {
        Predicate::Any(parts) => parts.iter().map(branches).collect::<Option<Vec<_>>>()?.concat(),
        Predicate::All(parts) => {
            let mut found = vec![Columns::new()];
            for part in parts {
                let part = branches(part)?;
                let pairs = found.iter().flat_map(|left| part.iter().map(move |right| left | right));
                found = bounded(pairs.collect())?;
            }
            found
        }
        Predicate::Test(test) if narrows(test) => vec![Columns::from([test.column])],
        // A pair compares two values of the event itself: it narrows neither to what is known.
        Predicate::Test(_) | Predicate::Pair(_) | Predicate::Not(_) | Predicate::Opaque(_) => {
            vec![Columns::new()]
        }
    };
    bounded(found)
}

fn bounded(found: Vec<Columns>) -> Option<Vec<Columns>> {
    Some(least(found)).filter(|least| least.len() <= BRANCHES)
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

#[cfg(test)]
mod tests {
    use lownoise_engine::op::Case;
    use lownoise_engine::op::{Operator, TextOperator};
    use lownoise_engine::span::Span;

    use super::*;

    fn test(column: u16, literal: &str) -> Predicate {
        let literals = vec![literal.to_owned()];
        let operator = Operator::Text { operator: TextOperator::Contains, literals, case: Case::Sensitive };
        Predicate::Test(Test { column: ColumnId(column), operator, span: Span::default() })
    }

    fn columns(predicate: &Predicate) -> Vec<Vec<u16>> {
        let branches = branches(predicate).unwrap().into_iter();
        branches.map(|branch| branch.into_iter().map(|column| column.0).collect()).collect()
    }

    #[test]
    fn each_branch_narrows_what_must_hold_in_it() {
        let any = Predicate::Any(vec![test(1, "a"), Predicate::All(vec![test(2, "b"), test(3, "c")])]);
        assert_eq!(columns(&any), [vec![1], vec![2, 3]]);
        assert_eq!(columns(&Predicate::All(vec![test(0, "x"), any.clone()])), [vec![0, 1], vec![0, 2, 3]]);
        assert_eq!(columns(&Predicate::Not(Box::new(any))), [Vec::<u16>::new()]);
        assert_eq!(columns(&test(1, "")), [Vec::<u16>::new()]);
        let exists = Test { column: ColumnId(1), operator: Operator::Exists, span: Span::default() };
        assert_eq!(columns(&Predicate::Test(exists)), [Vec::<u16>::new()]);
        // Nothing that holds is of no shape: there is no branch.
        assert!(columns(&Predicate::Any(Vec::new())).is_empty());
    }

    #[test]
    fn too_many_branches_are_not_counted() {
        let pair = |place: u16| Predicate::Any(vec![test(2 * place, "a"), test(2 * place + 1, "b")]);
        assert!(branches(&Predicate::All((0..40).map(pair).collect())).is_none());
        assert_eq!(columns(&Predicate::All((0..8).map(pair).collect())).len(), 256);
    }
}
