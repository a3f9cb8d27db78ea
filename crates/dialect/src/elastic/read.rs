//! Exceptions as their files hold them: JSON, a line or a document, or TOML; each as nodes with places. Knows no fields.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::yaml::{Kind, Node};

/// How deep JSON may be nested; its parser stops at 128.
const DEEPEST: usize = 200;

/// The exceptions of a file.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) items: Vec<Item>,
    /// Whether a list is of endpoints.
    endpoint: bool,
}

/// One exception.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) comments: Vec<String>,
    pub(super) entries: Vec<Node>,
    pub(super) created: Option<(String, Span)>,
    pub(super) expires: Option<(String, Span)>,
    /// The systems that it is for; all, if there are none.
    pub(super) systems: Vec<String>,
    /// Whether endpoints look at it, and not a rule.
    pub(super) endpoint: bool,
    pub(super) span: Span,
}

/// Reads a file; what is wrong is told.
pub(super) fn read(text: &str, told: &mut Vec<Diagnostic>) -> List {
    let mut list = List::default();
    match nodes(text) {
        Ok(nodes) => {
            for node in &nodes {
                list.add(node, told);
            }
        }
        Err(wrong) => told.push(wrong),
    }
    for item in &mut list.items {
        item.endpoint |= list.endpoint;
    }
    list
}

fn nodes(text: &str) -> Result<Vec<Node>, Diagnostic> {
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    if begin.is_empty() {
        return Ok(Vec::new());
    }
    if !begin.starts_with('{') && !begin.starts_with('[') || begin.starts_with("[[") || is_header(begin) {
        let table = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(0..text.len().min(1));
            let message =
                format!("this is neither JSON nor TOML: {}", error.message().lines().next().unwrap_or(""));
            Diagnostic::error("elastic-document", message, Span::new(0, span), "here")
        })?;
        let span = Span::new(0, table.span());
        return Ok(vec![Node { kind: of_table(table.get_ref()), span }]);
    }
    if let Ok(whole) = serde_json::from_str(text) {
        return Ok(vec![Json { text, from: 0, whole: Span::new(0, 0..text.len()) }.node(&whole, 0)]);
    }
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(0, start..start + line.trim_end().len());
        let from = start;
        start += line.len();
        if line.trim().is_empty() {
            continue;
        }
        let value = serde_json::from_str(line.trim_start_matches('\u{feff}')).map_err(|error| {
            let at = (from + error.column().saturating_sub(1)).min(span.range().end);
            let message = format!("this line is not JSON: {error}");
            Diagnostic::error("elastic-document", message, Span::new(0, at..at + 1), "here")
        })?;
        found.push(Json { text, from, whole: span }.node(&value, 0));
    }
    Ok(found)
}

/// `[metadata]`: TOML, where `[1` or `["a"` would be JSON.
fn is_header(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("").trim();
    let name = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or("", |(name, _)| name);
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
}

impl List {
    fn add(&mut self, node: &Node, told: &mut Vec<Diagnostic>) {
        if let Kind::List(items) = &node.kind {
            for item in items {
                self.add(item, told);
            }
            return;
        }
        if let Some(entries) = node.get("entries") {
            self.item(node, entries, told);
            return;
        }
        let mut understood = ["exported_exception_list_count", "exported_count", "total"]
            .iter()
            .any(|key| node.get(key).is_some());
        if let Some(exceptions) = node.get("exceptions") {
            self.add(exceptions, told);
            understood = true;
        }
        let container = node.get("container").unwrap_or(node);
        if let Some(kind) = container.get("type").and_then(Node::said)
            && (container.get("list_id").is_some() || node.get("items").is_some())
        {
            self.endpoint |= kind.starts_with("endpoint");
            self.title = self.title.take().or_else(|| container.get("name")?.said());
            self.description = self.description.take().or_else(|| container.get("description")?.said());
            understood = true;
        }
        for items in ["items", "data"].iter().filter_map(|key| node.get(key)) {
            self.add(items, told);
            understood = true;
        }
        let rule = node.get("rule").unwrap_or(node);
        if let Some(Kind::List(lists)) = rule.get("exceptions_list").map(|lists| &lists.kind) {
            for list in lists {
                let id = list.get("list_id").and_then(Node::said).unwrap_or_default();
                let message =
                    format!("the exceptions of this rule are in the list `{id}`, which is not in this file");
                told.push(Diagnostic::warning("elastic-list", message, list.span, "elsewhere"));
            }
            understood = true;
        }
        if !understood {
            let message = "this is no exception and no list of them";
            told.push(Diagnostic::error("elastic-document", message, node.span, "not understood"));
        }
    }

    fn item(&mut self, node: &Node, entries: &Node, told: &mut Vec<Diagnostic>) {
        let said = |key: &str| node.get(key).and_then(Node::said);
        let dated = |key: &str| node.get(key).and_then(|node| Some((node.said()?, node.span)));
        let Kind::List(entries) = &entries.kind else {
            told.push(Diagnostic::error(
                "elastic-document",
                "`entries` is a list",
                entries.span,
                "not a list",
            ));
            return;
        };
        if entries.is_empty() {
            let message = "this exception asks for nothing, and would hide everything";
            told.push(Diagnostic::error("elastic-document", message, node.span, "no entries"));
            return;
        }
        let comments = match node.get("comments").map(|comments| &comments.kind) {
            Some(Kind::List(comments)) => comments
                .iter()
                .filter_map(|comment| comment.get("comment").unwrap_or(comment).said())
                .collect(),
            _ => Vec::new(),
        };
        let systems = node.get("os_types").map(Node::texts).unwrap_or_default();
        let list = said("list_id").unwrap_or_default();
        self.items.push(Item {
            name: said("name").unwrap_or_default(),
            description: said("description").unwrap_or_default(),
            comments,
            entries: entries.clone(),
            created: dated("created_at"),
            expires: dated("expire_time"),
            systems,
            endpoint: list.starts_with("endpoint"),
            span: node.span,
        });
    }
}

fn of_table(table: &DeTable<'_>) -> Kind {
    let entries = table.iter().map(|(key, value)| {
        let span = Span::new(0, key.span());
        (Node { kind: Kind::Scalar(key.get_ref().to_string(), true), span }, of_value(value))
    });
    Kind::Map(entries.collect())
}

/// Recursion is bounded: the parser limits nesting.
fn of_value(value: &Spanned<DeValue<'_>>) -> Node {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Scalar(text.to_string(), true),
        DeValue::Integer(number) => Kind::Scalar(number.to_string(), false),
        DeValue::Float(number) => Kind::Scalar(number.to_string(), false),
        DeValue::Boolean(holds) => Kind::Scalar(holds.to_string(), false),
        DeValue::Datetime(time) => Kind::Scalar(time.to_string(), true),
        DeValue::Array(items) => Kind::List(items.iter().map(of_value).collect()),
        DeValue::Table(table) => of_table(table),
    };
    Node { kind, span: Span::new(0, value.span()) }
}

/// JSON has no places; a text is looked for where its line begins.
struct Json<'t> {
    text: &'t str,
    from: usize,
    whole: Span,
}

impl Json<'_> {
    fn node(&self, value: &serde_json::Value, depth: usize) -> Node {
        let at = |kind| Node { kind, span: self.whole };
        if depth > DEEPEST {
            return at(Kind::Scalar(String::new(), false));
        }
        match value {
            serde_json::Value::Null => at(Kind::Scalar(String::new(), false)),
            serde_json::Value::Bool(holds) => at(Kind::Scalar(holds.to_string(), false)),
            serde_json::Value::Number(number) => at(Kind::Scalar(number.to_string(), false)),
            serde_json::Value::String(text) => self.text(text),
            serde_json::Value::Array(items) => {
                at(Kind::List(items.iter().map(|item| self.node(item, depth + 1)).collect()))
            }
            serde_json::Value::Object(entries) => {
                let pairs = entries.iter().map(|(key, value)| (self.text(key), self.node(value, depth + 1)));
                at(Kind::Map(pairs.collect()))
            }
        }
    }

    fn text(&self, text: &str) -> Node {
        let kind = Kind::Scalar(text.to_owned(), true);
        let written = serde_json::Value::String(text.to_owned()).to_string();
        let line = self.text.get(self.from..self.whole.range().end).unwrap_or("");
        // Beyond some length, looking for each text would be slow.
        let found = if line.len() < 20_000 { line.find(&written) } else { None };
        let span = found.map_or(self.whole, |at| {
            let start = self.from + at;
            Span::new(0, start..start + written.len())
        });
        Node { kind, span }
    }
}
