//! Applies the fixes of findings, in the texts as they stand. An edit is written only when the policies that read the file
//! are read again and it is proved that they hide no more, or the same, as the fix claims.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::parse::Parsed;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_ingest::write::Destination;
use lownoise_lint::{Fix, FixClaim, Told};
use lownoise_prove::{Change, Claim, Proof, Setting, prove};
use lownoise_report::{Checked, render_diff};

use super::look::{Looked, Subject};
use crate::failure::Failure;
use crate::{load, terminal};

/// Applies what can be applied; what was, is told no more. With `only_show` it is shown, and nothing is written.
pub(super) fn fix(
    checked: &mut Checked,
    looked: &[Looked],
    schemas: &Schemas,
    now: Time,
    only_show: bool,
) -> Result<(), Failure> {
    let mut by_file: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, told) in checked.told.iter().enumerate() {
        if let (Some(_), None, Some(file)) = (&told.fix, &told.allowed, file_of(told)) {
            by_file.entry(file).or_default().push(place);
        }
    }
    // Texts as they are after the fixes so far.
    let mut edited: BTreeMap<String, String> = BTreeMap::new();
    let mut mended = Vec::new();
    for (file, mut places) in by_file {
        let start = |place: &usize| checked.told.get(*place).and_then(first_edit);
        // From the end, so that the places of the others stay.
        places.sort_by_key(|place| std::cmp::Reverse(start(place)));
        let mut last = usize::MAX;
        for place in places {
            let Some((told, fix)) = checked.told.get(place).and_then(|told| Some((told, told.fix.as_ref()?)))
            else {
                continue;
            };
            let end = fix.edits.iter().map(|(span, _)| span.range().end).max().unwrap_or(0);
            if end > last {
                // It touches what another fix has changed: the next run looks again.
                continue;
            }
            let before = edited.get(&file).cloned().or_else(|| text_of(told)).unwrap_or_default();
            let after = apply(&before, fix);
            match judge(&file, &before, &after, fix.claim, &edited, looked, schemas, now) {
                Ok(()) => {
                    edited.insert(file.clone(), after);
                    last = first_edit(told).unwrap_or(0);
                    mended.push(place);
                }
                Err(why) => {
                    let code = told.diagnostic.code;
                    terminal::warning(&format!("`{file}`: the fix of `{code}` is not applied: {why}"));
                }
            }
        }
    }
    for (file, after) in &edited {
        let before = load::source(Path::new(file))?.text;
        if only_show {
            terminal::say(render_diff(file, &before, after, terminal::error_style()).trim_end());
        } else {
            let mut out = Destination::open(Path::new(file))?;
            out.write_all(after.as_bytes())?;
            out.finish()?;
        }
    }
    let count = mended.len();
    let word = if only_show { "would be applied" } else { "applied" };
    terminal::say(&format!("{count} {} {word}", if count == 1 { "fix" } else { "fixes" }));
    if !only_show {
        let mut place = 0;
        checked.told.retain(|_| {
            place += 1;
            !mended.contains(&(place - 1))
        });
    }
    Ok(())
}

fn file_of(told: &Told) -> Option<String> {
    let span = told.fix.as_ref()?.edits.first()?.0;
    told.sources.get(span.source).map(|source| source.name.clone())
}

fn text_of(told: &Told) -> Option<String> {
    let span = told.fix.as_ref()?.edits.first()?.0;
    told.sources.get(span.source).map(|source| source.text.clone())
}

fn first_edit(told: &Told) -> Option<usize> {
    told.fix.as_ref()?.edits.iter().map(|(span, _)| span.range().start).min()
}

fn apply(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
    let mut text = text.to_owned();
    for (span, new) in edits {
        let range = span.range();
        if text.is_char_boundary(range.start) && text.is_char_boundary(range.end) && range.end <= text.len() {
            text.replace_range(range, &new);
        }
    }
    text
}

/// Whether every policy that reads the file keeps what the fix claims.
#[expect(clippy::too_many_arguments, reason = "it is the question, spelled out")]
fn judge(
    file: &str,
    before: &str,
    after: &str,
    claim: FixClaim,
    edited: &BTreeMap<String, String>,
    looked: &[Looked],
    schemas: &Schemas,
    now: Time,
) -> Result<(), String> {
    let mut users = 0;
    for one in looked {
        if !matches!(one.subject, Subject::Policy(Some(_)))
            || !one.sources.iter().any(|source| source.name == file)
        {
            continue;
        }
        users += 1;
        let old = parsed(&one.file, file, before, edited, schemas)?;
        let new = parsed(&one.file, file, after, edited, schemas)?;
        let question = match claim {
            FixClaim::SameMeaning => Claim::Equivalent(&old, &new),
            FixClaim::HidesLess => Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any },
        };
        match prove(&question, &Setting::of(&old, now)) {
            Proof::Holds => {}
            Proof::Fails(_) => return Err(format!("`{}` would not keep the same events", old.id)),
            Proof::Unknown(reason) => {
                return Err(format!("it is not known whether `{}` keeps the same events: {reason}", old.id));
            }
        }
    }
    if users == 0 {
        return Err("no policy that is checked uses it, so nothing can be proved of it".to_owned());
    }
    Ok(())
}

/// A policy with a text in place of a file's.
fn parsed(
    policy: &str,
    file: &str,
    text: &str,
    edited: &BTreeMap<String, String>,
    schemas: &Schemas,
) -> Result<Policy, String> {
    let bring = |path: &Path| {
        let name = path.display().to_string();
        let text = if name == file { Some(text) } else { edited.get(&name).map(String::as_str) };
        text.map_or_else(|| load::read(path), |text| Ok(Source { name, text: text.to_owned() }))
    };
    let path = Path::new(policy);
    let Parsed { result, diagnostics, .. } =
        load::parse_with(&bring, path, bring(path).map_err(|why| why.to_string())?, schemas);
    let wrong = diagnostics.into_iter().find(|found| found.level == Level::Error);
    result.ok_or_else(|| wrong.map_or_else(|| "it would not be valid".to_owned(), |found| found.message))
}
