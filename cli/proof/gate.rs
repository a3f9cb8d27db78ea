//! `lownoise gate`: whether the working tree's policies may take the place of a revision's.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::value::Time;
use lownoise_gate::{
    Comparison, Concern, Level, Place, Replay, Review, Reviewed, Rule, Scenarios, Standing, alone, compare,
    findings, never_hide, weakened,
};
use lownoise_harness::{Expectation, Failing, Summary, run as run_features};
use lownoise_report::repository_path;

use super::diff::removed;
use super::replay::replay;
use super::{note_assumptions, print, setting};
use crate::args;
use crate::check::{self, Repository};
use crate::failure::Failure;
use crate::git::{Here, Revision};
use crate::load;
use crate::scenarios::Policies;
use crate::side::{PolicyFile, Side, pairs};

pub(crate) fn run(arguments: &args::Gate) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let now = load::now(arguments.reading.now);
    let here = Here::find().map_err(Failure::input)?;
    let base = Revision::find(&arguments.base).map_err(Failure::input)?;
    let base = if arguments.exact_base { base } else { base.merge_base().map_err(Failure::input)? };
    let mut review =
        Review { base: Some(format!("{} ({})", arguments.base, base.short())), ..Review::default() };
    let base = Side::Revision(base);
    let paths = match arguments.paths.as_slice() {
        [] => vec![default_path(&base, &here, &schemas)?],
        given => given.to_vec(),
    };
    let (edits, duplicates) = edits(&base, &here, &paths, &schemas)?;
    review.concerns.extend(duplicates);
    judge(&edits, arguments, &paths, &schemas, now, &mut review)?;
    let is_invalid = |concern: &Concern| {
        concern.level == Level::Error && matches!(concern.rule, Rule::Check(code) if check::is_mistake(code))
    };
    let printed = print(&review, &arguments.proving);
    // As `check` says it.
    if review.all().any(is_invalid) { Err(Failure::Input(None)) } else { printed }
}

/// A policy in question, before and after.
#[derive(Debug)]
struct Edited {
    old: Option<PolicyFile>,
    new: Option<PolicyFile>,
    /// There is nothing to compare it with, but there may have been: the base cannot be seen there.
    out_of_sight: bool,
}

impl Edited {
    /// Columns that only one side adds are columns of both; not if they add one of two kinds, and cannot be compared.
    fn over_one_schema(&mut self) {
        let (Some(old), Some(new)) = (&mut self.old, &mut self.new) else { return };
        if let (Some(before), Some(after)) = (&old.parsed.result, &new.parsed.result)
            && before.schema.table == after.schema.table
            && !before.schema.is_laid_out_as(&after.schema)
            && let Ok((before, after)) = before.clone().over_one_schema(after.clone())
        {
            old.parsed.result = Some(before);
            new.parsed.result = Some(after);
        }
    }
}

/// The policies whose text, or a text that they use, or place, differs; and policies that share an id.
fn edits(
    base: &Side,
    here: &Here,
    paths: &[PathBuf],
    schemas: &Schemas,
) -> Result<(Vec<Edited>, Vec<Concern>), Failure> {
    let there: Vec<PathBuf> = paths.iter().map(|path| in_repository(path, here).into()).collect();
    let before = base.policies(&there, schemas)?;
    let mut after = Side::Files.policies(paths, schemas)?;
    if before.is_empty() && after.is_empty() {
        let paths: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        return Err(Failure::input(format!("there is no policy in {}, nor was there one", paths.join(", "))));
    }
    for policy in &mut after {
        policy.key = in_repository(Path::new(&policy.key), here);
    }
    // A file that was named twice, in two ways.
    let mut seen = HashSet::new();
    after.retain(|policy| seen.insert(policy.key.clone()));
    let duplicates = duplicates(&after);
    let mut edits = Vec::new();
    for (old, new) in pairs(before, after) {
        let out_of_sight = match (&old, &new) {
            (Some(old), Some(new)) if old.key == new.key && texts(old).eq(texts(new)) => continue,
            (None, Some(new)) => base.is_out_of_sight(&new.key, &there)?,
            _ => false,
        };
        let mut edited = Edited { old, new, out_of_sight };
        edited.over_one_schema();
        edits.push(edited);
    }
    Ok((edits, duplicates))
}

fn texts(file: &PolicyFile) -> impl Iterator<Item = &str> {
    file.parsed.sources.iter().map(|source| source.text.as_str())
}

/// A path as the repository knows it.
fn in_repository(path: &Path, here: &Here) -> String {
    let absolute = path.is_absolute().then(|| path.canonicalize().ok()).flatten();
    let below = absolute.as_deref().and_then(|path| path.strip_prefix(&here.root).ok());
    match below {
        Some(below) => repository_path(&below.display().to_string(), ""),
        None => repository_path(&path.display().to_string(), &here.prefix),
    }
}

/// `rules` if there were policies in it: a branch that begins such a folder does not take the others out of question.
fn default_path(base: &Side, here: &Here, schemas: &Schemas) -> Result<PathBuf, Failure> {
    let rules = home();
    let there = in_repository(&rules, here).into();
    let known = !base.policies(&[there], schemas)?.is_empty();
    Ok(if known { rules } else { ".".into() })
}

/// Where policies are by default.
fn home() -> PathBuf {
    let rules = Path::new("rules");
    if rules.is_dir() { rules.into() } else { ".".into() }
}

fn judge(
    edits: &[Edited],
    arguments: &args::Gate,
    paths: &[PathBuf],
    schemas: &Schemas,
    now: Time,
    review: &mut Review,
) -> Result<(), Failure> {
    let repository = Repository::find(None, paths.first().map(PathBuf::as_path))?;
    let summary = scenarios(arguments, paths, schemas, now)?;
    review.concerns.extend(summary.failures().map(failed));
    let scenarios = Scenarios { passed: summary.passed(), failed: summary.failed() + summary.unreadable() };
    review.scenarios = (scenarios.passed + scenarios.failed > 0).then_some(scenarios);
    let both: Vec<(&Policy, &Policy)> = edits.iter().filter_map(comparable).collect();
    let mut replays = replay(&both, &arguments.events, &arguments.reading, now)?.into_iter();
    for edit in edits {
        let replay = comparable(edit).and_then(|_| replays.next()).flatten();
        let judging =
            Judging { arguments, met: &summary.met, now, repository: &repository, replay: replay.as_ref() };
        let reviewed = judging.policy(edit);
        if let Some(policy) = edit.new.as_ref().and_then(|file| file.parsed.result.as_ref()) {
            note_assumptions(review, policy, &arguments.proving);
        }
        // What is wrong with a set is found in every policy that uses it, and said once.
        let known: Vec<Concern> = review.all().filter(|concern| is_check(concern)).cloned().collect();
        let mut reviewed = reviewed;
        reviewed.concerns.retain(|concern| {
            !is_check(concern)
                || !known.iter().any(|other| other.place == concern.place && other.message == concern.message)
        });
        review.policies.push(reviewed);
    }
    Ok(())
}

fn is_check(concern: &Concern) -> bool {
    matches!(concern.rule, Rule::Check(_))
}

/// Both sides, if both are valid and over one schema.
fn comparable(Edited { old, new, .. }: &Edited) -> Option<(&Policy, &Policy)> {
    let (old, new) = (old.as_ref()?.parsed.result.as_ref()?, new.as_ref()?.parsed.result.as_ref()?);
    old.schema.is_laid_out_as(&new.schema).then_some((old, new))
}

/// Runs every scenario.
fn scenarios(
    arguments: &args::Gate,
    paths: &[PathBuf],
    schemas: &Schemas,
    now: Time,
) -> Result<Summary, Failure> {
    let default = PathBuf::from("features");
    let features = match (arguments.features.is_empty(), default.is_dir()) {
        (false, _) => arguments.features.clone(),
        (true, true) => vec![default],
        (true, false) => return Ok(Summary::default()),
    };
    // Scenarios may be about policies that are not in question.
    let mut homes = paths.to_vec();
    homes.push(home());
    let policies = Policies::among(&homes, schemas)?;
    Ok(run_features(&features, &policies.options(now))?)
}

fn failed(failing: Failing<'_>) -> Concern {
    let file = failing.feature.file.display().to_string();
    let mut why = failing.why.lines().map(str::to_owned);
    let message = match failing.step {
        Some(step) => format!("it fails at “{}”", step.words),
        None => why.next().unwrap_or_default(),
    };
    let details: Vec<String> = why.collect();
    let subject = failing.scenario.map_or(&file, |scenario| &scenario.place.scenario);
    let place = Place::line(file.clone(), failing.line);
    let concern = Concern::new(Rule::ScenarioFailed, Level::Error, subject, message, place);
    Concern { details, ..concern }
}

/// Policies of one side with the same id: which one a scenario or a base means is then not known.
fn duplicates(files: &[PolicyFile]) -> Vec<Concern> {
    let twice = |place: usize, file: &PolicyFile| {
        let first = files.iter().take(place).find(|other| other.id == file.id)?;
        let policy = file.parsed.result.as_ref()?;
        let message = format!("two policies are called `{}`: the other one is `{}`", file.id, first.name);
        let at = Place::of(&policy.sources, policy.span);
        Some(Concern::new(Rule::Check("duplicate-policy"), Level::Error, &file.id, message, at))
    };
    files.iter().enumerate().filter_map(|(place, file)| twice(place, file)).collect()
}

/// What one edit is judged with.
struct Judging<'a> {
    arguments: &'a args::Gate,
    met: &'a [Expectation],
    now: Time,
    repository: &'a Repository,
    replay: Option<&'a Replay>,
}

impl Judging<'_> {
    fn policy(&self, edit: &Edited) -> Reviewed {
        let Edited { old, new, out_of_sight } = edit;
        let Some(new) = new else {
            let (id, file) = old.as_ref().map_or(("", ""), |old| (old.id.as_str(), old.key.as_str()));
            return self.accept_removed(removed(id, file));
        };
        let checked = self.checked(new);
        let Some(policy) = &new.parsed.result else {
            return Reviewed::new(&new.id, &new.name, Standing::NotComparable).with(checked);
        };
        let setting = setting(policy, &self.arguments.proving, self.now);
        if let Some((old, new)) = comparable(edit) {
            let comparison = Comparison { old, new, setting: &setting, met: self.met, replay: self.replay };
            let (proved, broken) = never_hide(new, Some(old), &setting);
            let weaker = weakened(old, new, &self.arguments.accept_invariant, &setting);
            let mut reviewed = compare(comparison).with(broken).with(weaker).with(checked);
            reviewed.proved = proved;
            return reviewed;
        }
        let why = match old.as_ref().map(|old| &old.parsed.result) {
            None if *out_of_sight => {
                "at the base it stands in a submodule, or behind a link that leads to nothing in \
                                      the repository"
                    .to_owned()
            }
            None => return alone(policy, Standing::Added, &setting).with(checked),
            Some(None) => "its text at the base is not valid".to_owned(),
            Some(Some(old)) => match policy.schema.with_added_of(&old.schema) {
                Err(why) if old.schema.table == policy.schema.table => why,
                _ => format!("it was over the table `{}`", old.schema.table),
            },
        };
        let message = format!("`{}` cannot be compared with what it was: {why}", new.id);
        let place = Place::of(&policy.sources, policy.span);
        let concern = Concern::new(Rule::NotComparable, Level::Error, &new.id, message, place);
        let reviewed = alone(policy, Standing::NotComparable, &setting);
        self.accept_removed(reviewed.with([concern]).with(checked))
    }

    /// What `check` says of a policy's texts.
    fn checked(&self, file: &PolicyFile) -> Vec<Concern> {
        let parsed = &file.parsed;
        if let Some(policy) = &parsed.result {
            let found = check::of_policy(policy, &parsed.diagnostics, self.repository, self.now);
            return findings(&file.id, &found, &policy.sources);
        }
        findings(&file.id, &parsed.diagnostics, &parsed.sources)
    }

    /// With the loss of the old policy accepted, or how to accept it.
    fn accept_removed(&self, mut reviewed: Reviewed) -> Reviewed {
        let accepted = self.arguments.accept_removed.contains(&reviewed.id);
        for concern in &mut reviewed.concerns {
            if !matches!(concern.rule, Rule::PolicyRemoved | Rule::NotComparable) {
                continue;
            }
            if accepted {
                concern.level = Level::Note;
            } else {
                let help = format!("bring it back, or accept it with `--accept-removed {}`", concern.subject);
                concern.help = Some(help);
            }
        }
        reviewed
    }
}
