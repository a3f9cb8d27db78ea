//! YAML as trees of nodes that know where they are written, with its comments. The scanner is `saphyr-parser`'s; here are
//! places, bounds, and what a plain word means (the core schema of YAML 1.2). Knows no Sigma.

mod comments;
mod scalar;

use std::collections::HashMap;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::Span;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput};

pub(crate) use comments::Comments;
pub(crate) use scalar::Word;

/// How deep nodes may be nested.
const DEEPEST: usize = 64;

/// How many nodes a file may have, aliases written out.
const MOST: usize = 500_000;

/// A value, and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where.
    pub(crate) span: Span,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A text, and whether it stands in quotes or in a block, so that it is no number and no null.
    Scalar(String, bool),
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in the order of the file; no key twice.
    Map(Vec<(Node, Node)>),
}

/// What a file holds.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    /// Its documents.
    pub(crate) documents: Vec<Node>,
    /// Its comments.
    pub(crate) comments: Comments,
}

impl Node {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key and its value.
    pub(crate) fn entry(&self, key: &str) -> Option<&(Node, Node)> {
        let Kind::Map(entries) = &self.kind else { return None };
        entries.iter().find(|(name, _)| name.text() == Some(key))
    }

    /// The text of a scalar as it is written; `null` is one too.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar that says something.
    pub(crate) fn said(&self) -> Option<String> {
        match self.word()? {
            Word::Null => None,
            _ => self.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        }
    }

    /// What a scalar means.
    pub(crate) fn word(&self) -> Option<Word> {
        match &self.kind {
            Kind::Scalar(text, quoted) => Some(Word::of(text, *quoted)),
            _ => None,
        }
    }

    /// The texts of a list, or the only one.
    pub(crate) fn texts(&self) -> Vec<String> {
        match &self.kind {
            Kind::List(items) => items.iter().filter_map(Node::said).collect(),
            _ => self.said().into_iter().collect(),
        }
    }
}

/// Reads a file. Linear in its length, and in what its aliases stand for, up to a bound.
///
/// # Errors
/// What is wrong, at its place.
pub(crate) fn parse(text: &str) -> Result<Stream, Box<Diagnostic>> {
    let mut builder = Builder { bytes: Bytes::of(text), ..Builder::default() };
    for found in Parser::new(StrInput::new(text)) {
        let (event, at) = found.map_err(|error| builder.wrong(&error))?;
        let span = builder.bytes.span(at.start, at.end);
        builder.event(event, span)?;
    }
    let comments = Comments::of(text, &builder.scalars);
    Ok(Stream { documents: builder.documents, comments })
}

/// Where characters begin, for places that are counted in characters.
#[derive(Default)]
struct Bytes {
    /// Empty when each character is one byte.
    starts: Vec<usize>,
    length: usize,
}

impl Bytes {
    fn of(text: &str) -> Self {
        let starts =
            if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Self { starts, length: text.len() }
    }

    fn at(&self, character: usize) -> usize {
        if self.starts.is_empty() {
            return character.min(self.length);
        }
        self.starts.get(character).copied().unwrap_or(self.length)
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        let start = self.at(start.index());
        Span::new(0, start..self.at(end.index()).max(start))
    }
}

/// A list or a map that is not at its end.
struct Open {
    node: Node,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<Node>,
}

#[derive(Default)]
struct Builder {
    bytes: Bytes,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    count: usize,
    /// Where scalars stand: what looks like a comment in them is none.
    scalars: Vec<Span>,
}

type Step = Result<(), Box<Diagnostic>>;

fn error(message: impl Into<String>, span: Span, label: &str) -> Diagnostic {
    Diagnostic::error("yaml", message, span, label)
}

impl Builder {
    fn wrong(&self, error: &ScanError) -> Diagnostic {
        let at = self.bytes.at(error.marker().index());
        let span = Span::new(0, at..(at + 1).min(self.bytes.length.max(at)));
        let mut letters = error.info().chars();
        let info: String =
            letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).take(200).collect();
        let message = format!("this is not YAML: {}", info.trim_end_matches('.'));
        Diagnostic::error("yaml", message, span, "here")
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Step {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.scalars.push(span);
                let quoted = style != ScalarStyle::Plain;
                let node = Node { kind: Kind::Scalar(text.into_owned(), quoted), span };
                self.put(node, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(Kind::List(Vec::new()), anchor, span),
            Event::MappingStart(anchor, _) => self.begin(Kind::Map(Vec::new()), anchor, span),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                let Some((node, count)) = self.anchors.get(&anchor).cloned() else {
                    return Err(
                        error("this alias stands for nothing that ends above it", span, "the alias").into()
                    );
                };
                self.count = self.count.saturating_add(count);
                self.put(Node { span, ..node }, 0)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, kind: Kind, anchor: usize, span: Span) -> Step {
        if self.open.len() >= DEEPEST {
            let message = format!("this is nested more than {DEEPEST} deep");
            return Err(error(message, span, "too deep").into());
        }
        self.open.push(Open { node: Node { kind, span }, anchor, key: None });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Step {
        let Some(Open { mut node, anchor, .. }) = self.open.pop() else { return Ok(()) };
        // A block ends where its last part does: its own end is where the next thing begins.
        let last = match &node.kind {
            Kind::List(items) => items.last().map(|item| item.span),
            Kind::Map(entries) => entries.last().map(|(_, value)| value.span),
            Kind::Scalar(..) => None,
        };
        node.span = node.span.to(match last {
            Some(last) if span.end == span.start => last,
            _ => span,
        });
        self.put(node, anchor)
    }

    fn put(&mut self, node: Node, anchor: usize) -> Step {
        self.count += 1;
        if self.count > MOST {
            return Err(error(format!("this file has more than {MOST} values"), node.span, "too many").into());
        }
        if anchor > 0 {
            let count = count(&node);
            self.anchors.insert(anchor, (node.clone(), count));
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match (&mut open.node.kind, open.key.take()) {
            (Kind::List(items), _) => items.push(node),
            (Kind::Map(entries), Some(key)) => entries.push((key, node)),
            (Kind::Map(entries), None) => {
                let Some(text) = node.text() else {
                    return Err(error("a key is a text", node.span, "no text").into());
                };
                if let Some((first, _)) = entries.iter().find(|(key, _)| key.text() == Some(text)) {
                    let message = format!("`{text}` stands twice in one map, and only one would count");
                    let wrong = error(message, node.span, "again");
                    return Err(wrong.and(first.span, "the first").into());
                }
                open.key = Some(node);
            }
            (Kind::Scalar(..), _) => {}
        }
        Ok(())
    }
}

/// How many nodes a node is.
fn count(node: &Node) -> usize {
    match &node.kind {
        Kind::Scalar(..) => 1,
        Kind::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Kind::Map(entries) => 1 + entries.iter().map(|(_, value)| 1 + count(value)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests;
