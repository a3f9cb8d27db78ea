//! Findings in a policy: as text with the source and a caret, and as data.

use annotate_snippets::{AnnotationKind, Group, Level as Heading, Renderer, Snippet};
use lownoise_engine::diagnostic::{Diagnostic, Label, Level};
use lownoise_engine::span::Sources;
use serde::Serialize;

use crate::Style;

/// A finding as data: what `--format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `error` or `warning`.
    pub level: &'static str,
    /// Its stable name.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where; the first is the main place.
    pub places: Vec<Place>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The text there.
    pub text: String,
    /// What is said of it.
    pub label: String,
}

/// Findings as data.
#[must_use]
pub fn findings(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Finding> {
    diagnostics.iter().map(|found| finding(found, sources)).collect()
}

/// A finding as data.
pub(crate) fn finding(found: &Diagnostic, sources: &Sources) -> Finding {
    let place = |label: &Label| {
        let (line, column) = sources.line_column(label.span);
        let file = sources.get(label.span.source).map_or("", |source| &source.name);
        Place {
            file: file.to_owned(),
            line,
            column,
            text: sources.text(label.span).to_owned(),
            label: label.text.clone(),
        }
    };
    Finding {
        level: level(found.level),
        code: found.code,
        message: found.message.clone(),
        help: found.help.clone(),
        places: found.labels.iter().map(place).collect(),
    }
}

/// A level as most formats say it.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// One finding as text, with the source and a caret.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    render_with(diagnostic, sources, &[], &[], style)
}

/// As [`render`], with notes below the source and with more advice.
pub(crate) fn render_with(
    diagnostic: &Diagnostic,
    sources: &Sources,
    notes: &[String],
    advice: &[String],
    style: Style,
) -> String {
    let heading = match diagnostic.level {
        Level::Error => Heading::ERROR,
        Level::Warning => Heading::WARNING,
    };
    let mut group = Group::with_title(heading.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
    // One snippet for each file, so that two places in one file are drawn together.
    let mut drawn: Vec<u32> = Vec::new();
    for label in &diagnostic.labels {
        if drawn.contains(&label.span.source) {
            continue;
        }
        drawn.push(label.span.source);
        if let Some(source) = sources.get(label.span.source) {
            let here = diagnostic
                .labels
                .iter()
                .enumerate()
                .filter(|(_, other)| other.span.source == label.span.source);
            let annotations = here.map(|(place, label)| {
                let kind = if place == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                kind.span(label.span.range()).label((!label.text.is_empty()).then_some(label.text.as_str()))
            });
            group = group.element(
                Snippet::source(source.text.as_str()).path(source.name.as_str()).annotations(annotations),
            );
        }
    }
    for note in notes {
        group = group.element(Heading::NOTE.message(note.as_str()));
    }
    for help in diagnostic.help.iter().chain(advice) {
        group = group.element(Heading::HELP.message(help.as_str()));
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    renderer.render(&[group])
}
