//! `lownoise prove`: the invariants of a policy, and what in it does nothing.

use lownoise_gate::{Review, Standing, alone, idle};

use super::{note_assumptions, print, setting};
use crate::args;
use crate::failure::Failure;
use crate::{load, terminal};

pub(crate) fn run(arguments: &args::Prove) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let policy = load::policy(&arguments.policy, &schemas)?;
    let setting = setting(&policy, &arguments.proving, load::now(arguments.now));
    let bar = terminal::counting(policy.exclusions.len(), "exclusions");
    let reviewed = alone(&policy, Standing::Alone, &setting).with(idle(&policy, &setting, || bar.inc(1)));
    bar.finish_and_clear();
    let mut review = Review { policies: vec![reviewed], ..Review::default() };
    note_assumptions(&mut review, &policy, &arguments.proving);
    print(&review, &arguments.proving)
}
