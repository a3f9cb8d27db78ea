//! `lownoise diff`: what an edit newly hides and newly shows.

use lownoise_engine::policy::Policy;
use lownoise_gate::{Comparison, Concern, Level, Place, Review, Reviewed, Rule, Standing, compare};
use lownoise_report::render;

use super::replay::replay;
use super::{note_assumptions, print, setting};
use crate::args;
use crate::failure::Failure;
use crate::side::{Operand, PolicyFile, operand, pairs};
use crate::{load, terminal};

pub(crate) fn run(arguments: &args::Diff) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let now = load::now(arguments.reading.now);
    let (old, new) = (operand(&arguments.old, &schemas)?, operand(&arguments.new, &schemas)?);
    let sides = sides(old, new)?;
    let sides: Vec<Sides> = sides.into_iter().map(alike).collect::<Result<_, _>>()?;
    let both: Vec<(&Policy, &Policy)> =
        sides.iter().filter_map(|(old, new)| Some((old.as_ref()?, new.as_ref()?))).collect();
    let mut replays = replay(&both, &arguments.events, &arguments.reading, now)?.into_iter();
    let mut review = Review::default();
    for side in &sides {
        let reviewed = match side {
            (Some(old), Some(new)) => {
                let setting = setting(new, &arguments.proving, now);
                note_assumptions(&mut review, new, &arguments.proving);
                let replay = replays.next().flatten();
                compare(Comparison { old, new, setting: &setting, met: &[], replay: replay.as_ref() })
            }
            (None, Some(new)) => Reviewed::new(&new.id, file(new), Standing::Added),
            (Some(old), None) => removed(&old.id, &file(old)),
            (None, None) => continue,
        };
        review.policies.push(reviewed);
    }
    print(&review, &arguments.proving)
}

/// A policy that is gone.
pub(super) fn removed(id: &str, file: &str) -> Reviewed {
    let message = format!("the policy `{id}` is gone: nothing that it showed is shown");
    let concern = Concern::new(Rule::PolicyRemoved, Level::Error, id, message, Place::line(file, 1));
    Reviewed::new(id, file, Standing::Removed).with([concern])
}

fn file(policy: &Policy) -> String {
    policy.sources.get(0).map_or_else(String::new, |source| source.name.clone())
}

/// A policy before and after.
type Sides = (Option<Policy>, Option<Policy>);

/// The valid policies of both sides that correspond: those of two files whatever their ids. What is wrong or suspicious
/// is printed.
fn sides(old: Operand, new: Operand) -> Result<Vec<Sides>, Failure> {
    let one_each = old.is_file && new.is_file;
    if old.is_file != new.is_file {
        let message = "compare two files, or two folders: a file and a folder do not correspond";
        return Err(Failure::Usage(message.to_owned()));
    }
    let pairs = if one_each {
        vec![(old.policies.into_iter().next(), new.policies.into_iter().next())]
    } else {
        pairs(old.policies, new.policies)
    };
    let told: Vec<_> = pairs.into_iter().map(|(old, new)| (old.map(valid), new.map(valid))).collect();
    let each = told.into_iter().map(|(old, new)| Ok((old.transpose()?, new.transpose()?)));
    each.collect()
}

/// Both sides over one schema.
fn alike(sides: Sides) -> Result<Sides, Failure> {
    let (Some(old), Some(new)) = sides else { return Ok(sides) };
    if old.schema.table != new.schema.table {
        return Err(Failure::input(format!(
            "`{}` is over another table than before: `{}`, not `{}`",
            new.id, new.schema.table, old.schema.table
        )));
    }
    let (old, new) = old.over_one_schema(new).map_err(Failure::input)?;
    Ok((Some(old), Some(new)))
}

fn valid(file: PolicyFile) -> Result<Policy, Failure> {
    for diagnostic in &file.parsed.diagnostics {
        terminal::say(&render(diagnostic, &file.parsed.sources, terminal::error_style()));
        terminal::say("");
    }
    file.parsed.result.ok_or(Failure::Input(None))
}
