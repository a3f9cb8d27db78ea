//! Findings in a policy: as text with the source and a caret, and as data.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Heading, Renderer, Snippet};
use lownoise_engine::diagnostic::{Diagnostic, Label, Level};
use lownoise_engine::span::{Source, Sources};
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
                .filter(|(_, other)| other.span.source == label.span.source)
                .map(|(place, label)| {
                    (if place == 0 { AnnotationKind::Primary } else { AnnotationKind::Context }, label)
                })
                .collect::<Vec<_>>();
            let shown = lines(&source.text, here.iter().map(|(_, label)| label.span.range()));
            group = group.element(snippet(source, shown, &here));
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

/// These labels in their source, of which only these lines are looked at.
fn snippet<'a>(
    source: &'a Source,
    lines: Range<usize>,
    labels: &[(AnnotationKind, &'a Label)],
) -> Snippet<'a, Annotation<'a>> {
    let before = source.text.get(..lines.start).unwrap_or_default();
    let annotations = labels.iter().map(|(kind, label)| {
        let Range { start, end } = label.span.range();
        let span = start.saturating_sub(lines.start)..end.saturating_sub(lines.start);
        kind.span(span).label((!label.text.is_empty()).then_some(label.text.as_str()))
    });
    Snippet::source(source.text.get(lines.clone()).unwrap_or_default())
        .line_start(before.matches('\n').count() + 1)
        .path(source.name.as_str())
        .annotations(annotations)
}

/// The lines from the first to the last of these places. Whoever draws thousands of findings would otherwise read the whole
/// text thousands of times.
fn lines(text: &str, places: impl Iterator<Item = Range<usize>> + Clone) -> Range<usize> {
    let start = places.clone().map(|place| place.start).min().unwrap_or(0);
    let end = places.map(|place| place.end).max().unwrap_or(text.len());
    // What stands behind the last line feed is drawn at the end of the line before.
    let before = text.get(..start.min(text.trim_end_matches(['\r', '\n']).len())).unwrap_or_default();
    let from = before.rfind('\n').map_or(0, |newline| newline + 1);
    let to = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| end + newline + 1);
    from..to
}

#[cfg(test)]
mod tests {
    use lownoise_engine::span::Span;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_finding_is_drawn_as_in_the_whole_text(
            text in "([a-zé\t ]{0,6}(\n|\r\n)){0,8}[a-zé]{0,4}",
            places in proptest::collection::vec(any::<[proptest::sample::Index; 2]>(), 1..3),
        ) {
            let bounds: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let labels: Vec<Label> = places.iter().map(|ends| {
                let mut ends = ends.map(|end| *end.get(&bounds));
                ends.sort_unstable();
                Label { span: Span::new(0, ends[0]..ends[1]), text: "here".to_owned() }
            }).collect();
            let source = Source { name: "a.toml".to_owned(), text: text.clone() };
            let labels: Vec<_> = labels.iter().map(|label| (AnnotationKind::Primary, label)).collect();
            let drawn = |lines| {
                let group = Group::with_title(Heading::ERROR.primary_title("wrong"));
                Renderer::plain().render(&[group.element(snippet(&source, lines, &labels))])
            };
            let some = lines(&text, labels.iter().map(|(_, label)| label.span.range()));
            prop_assert_eq!(drawn(some), drawn(0..text.len()));
        }
    }
}
