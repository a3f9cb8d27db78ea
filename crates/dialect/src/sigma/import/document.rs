//! The documents of a file: rules, filters, correlations, and what a collection says once for all. Told apart by what
//! they hold. Knows no tables.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::Span;

use crate::yaml::{Kind, Node};

/// A rule or a filter.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// The whole of it.
    pub(super) node: Node,
    /// Its `detection`, or its `filter`.
    pub(super) detection: Node,
    /// Whether it is a filter.
    pub(super) is_filter: bool,
}

/// Where events come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LogSource {
    pub(super) category: Option<String>,
    pub(super) product: Option<String>,
    pub(super) service: Option<String>,
}

impl Document {
    /// What it says of itself under a key.
    pub(super) fn said(&self, key: &str) -> Option<String> {
        self.node.get(key).and_then(Node::said)
    }

    /// Its title, its id, or its place.
    pub(super) fn title(&self) -> String {
        self.said("title").or_else(|| self.said("id")).unwrap_or_else(|| "untitled".to_owned())
    }

    /// Its title's place.
    pub(super) fn span(&self) -> Span {
        self.node.get("title").map_or(self.node.span, |title| title.span)
    }

    pub(super) fn source(&self) -> LogSource {
        let said = |key: &str| {
            let said = self.node.get("logsource")?.get(key)?.said()?;
            Some(said.to_ascii_lowercase())
        };
        LogSource { category: said("category"), product: said("product"), service: said("service") }
    }

    /// Whether somebody means this document by a word: its id, its name, or its title.
    pub(super) fn is_called(&self, word: &str) -> bool {
        let same = |key: &str| self.said(key).is_some_and(|said| said.eq_ignore_ascii_case(word));
        same("id") || same("name") || same("title")
    }

    /// The rules that a filter is for; nothing: every one of its log source.
    pub(super) fn targets(&self) -> Option<Vec<String>> {
        let rules = self.detection.get("rules").map(Node::texts)?;
        let any = rules.iter().any(|rule| rule.eq_ignore_ascii_case("any"));
        (!any).then_some(rules)
    }

    /// Whether a filter is for a rule.
    pub(super) fn applies_to(&self, rule: &Document) -> bool {
        let (own, its) = (self.source(), rule.source());
        let within = |own: &Option<String>, its: &Option<String>| own.is_none() || own == its;
        let source = within(&own.category, &its.category)
            && within(&own.product, &its.product)
            && within(&own.service, &its.service);
        source && self.targets().is_none_or(|rules| rules.iter().any(|word| rule.is_called(word)))
    }
}

impl LogSource {
    /// As a line.
    pub(super) fn words(&self) -> String {
        let parts = [("category", &self.category), ("product", &self.product), ("service", &self.service)];
        let parts = parts.iter().filter_map(|(name, said)| Some(format!("{name}: {}", said.as_ref()?)));
        parts.collect::<Vec<_>>().join("; ")
    }
}

/// The rules and filters of a file; what is neither is told.
pub(super) fn documents(nodes: Vec<Node>, told: &mut Vec<Diagnostic>) -> Vec<Document> {
    let mut shared: Option<Node> = None;
    let mut found = Vec::new();
    for node in nodes {
        let action = node.get("action").and_then(Node::said).unwrap_or_default();
        if action == "global" {
            shared = Some(node);
            continue;
        }
        if action == "reset" {
            shared = None;
            continue;
        }
        let node = match &shared {
            Some(shared) => merged(shared, node),
            None => node,
        };
        let detection = node.get("detection").map(|detection| (detection.clone(), false));
        let filter = node.get("filter").map(|filter| (filter.clone(), true));
        if let Some((detection, is_filter)) = detection.or(filter) {
            found.push(Document { node, detection, is_filter });
        } else if node.get("correlation").is_some() {
            let message = "a correlation counts events over time, which no policy does: it is left out";
            told.push(Diagnostic::warning("sigma-correlation", message, node.span, "left out"));
        } else if node.word() != Some(crate::yaml::Word::Null) {
            let message =
                "this document is no Sigma rule and no filter: it has no `detection` and no `filter`";
            told.push(Diagnostic::error("sigma-document", message, node.span, "neither"));
        }
    }
    found
}

/// A document with what the collection says for all, as deep as maps go.
fn merged(shared: &Node, own: Node) -> Node {
    let (Kind::Map(common), Kind::Map(mut entries)) = (&shared.kind, own.kind.clone()) else { return own };
    for (key, value) in common {
        let Some(name) = key.text().filter(|name| *name != "action") else { continue };
        match entries.iter_mut().find(|(known, _)| known.text() == Some(name)) {
            Some((_, known)) => *known = merged(value, known.clone()),
            None => entries.push((key.clone(), value.clone())),
        }
    }
    Node { kind: Kind::Map(entries), span: own.span }
}
