//! `lownoise lint-info`: what a finding of `check` means. The pages are the lints' own.

use std::io::{Write, stdout};

use lownoise_engine::diagnostic::{Level, did_you_mean};
use lownoise_lint::{LANGUAGE, codes, lints};
use serde_json::json;

use crate::args::{LintInfo, ReportFormat};
use crate::failure::Failure;

pub(crate) fn run(arguments: &LintInfo) -> Result<(), Failure> {
    let mut all: Vec<(&str, Level, &str, Option<String>)> =
        lints().into_iter().map(|lint| (lint.code, lint.level, lint.title(), Some(lint.page()))).collect();
    all.extend(
        LANGUAGE.iter().map(|(code, level, sentence)| (*code, *level, sentence.trim_end_matches('.'), None)),
    );
    all.sort_by_key(|(code, ..)| *code);
    if let Some(wanted) = &arguments.code {
        all.retain(|(code, ..)| code == wanted);
        if all.is_empty() {
            let meant =
                did_you_mean(wanted, codes()).unwrap_or_else(|| "`lownoise lint-info` lists them".to_owned());
            return Err(Failure::Usage(format!("no finding is called `{wanted}`: {meant}")));
        }
    }
    let mut out = stdout().lock();
    let word = |level: Level| if level == Level::Error { "error" } else { "warning" };
    match (arguments.format, &arguments.code) {
        (ReportFormat::Json, _) => {
            let listed = all.iter().map(|(code, level, title, page)| {
                json!({ "code": code, "level": word(*level), "title": title, "page": page })
            });
            writeln!(out, "{}", json!({ "findings": listed.collect::<Vec<_>>() }))?;
        }
        (ReportFormat::Text, Some(_)) => {
            for (code, level, title, page) in all {
                match page {
                    Some(page) => write!(out, "{page}")?,
                    None => writeln!(
                        out,
                        "# {code}\n{title}.\n\nFound when a file is read; its level is {}.",
                        word(level)
                    )?,
                }
            }
        }
        (ReportFormat::Text, None) => {
            for (code, level, title, _) in all {
                writeln!(out, "{code:<20} {:<8} {title}", word(level))?;
            }
        }
    }
    Ok(())
}
