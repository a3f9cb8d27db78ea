//! What a Rust source says of other code: its modules, the paths it names, the macros it calls. Reads tokens, so
//! that comments and texts are not mistaken for code; knows no rule.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module's place in its crate: `["op", "address"]`; the root is empty.
pub(crate) type Module = Vec<String>;

/// What one module says.
#[derive(Debug, Default, Clone)]
pub(crate) struct Source {
    /// Paths as they are written, those of `use` taken apart: `["crate", "op", "Case"]`.
    pub(crate) paths: Vec<Vec<String>>,
    /// What it hands on under a name of its own, by that name: `pub use address::AddressSet`.
    pub(crate) re_exports: BTreeMap<String, Vec<String>>,
    /// Single words of code.
    pub(crate) words: Vec<String>,
    /// Macros that it calls.
    pub(crate) macros: Vec<String>,
}

/// Reads one file as this module, and the modules that are written out in it. Items for tests are left out.
pub(crate) fn read(
    module: &Module,
    text: &str,
    into: &mut BTreeMap<Module, Source>,
) -> Result<(), proc_macro2::LexError> {
    Reader { into }.items(module, text.parse()?);
    Ok(())
}

struct Reader<'m> {
    into: &'m mut BTreeMap<Module, Source>,
}

impl Reader<'_> {
    fn items(&mut self, module: &Module, tokens: TokenStream) {
        self.into.entry(module.clone()).or_default();
        let mut tokens = tokens.into_iter().peekable();
        let mut before = String::new();
        while let Some(token) = tokens.next() {
            let next = tokens.peek();
            match &token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if matches!(next, Some(TokenTree::Group(attribute)) if is_for_tests(attribute.stream())) {
                        skip_item(&mut tokens);
                    }
                }
                TokenTree::Ident(word) if word == "use" && !is_mark(next, '<') => {
                    let tree: Vec<TokenTree> =
                        tokens.by_ref().take_while(|token| !is_mark(Some(token), ';')).collect();
                    self.used(module, &tree, before.starts_with("pub"));
                }
                TokenTree::Ident(word) if word == "mod" => {
                    let name = tokens.next().map(|name| name.to_string()).unwrap_or_default();
                    if matches!(tokens.peek(), Some(TokenTree::Group(_)))
                        && let Some(TokenTree::Group(body)) = tokens.next()
                    {
                        self.items(&[module.clone(), vec![name]].concat(), body.stream());
                    }
                }
                TokenTree::Ident(word) => {
                    let mut path = vec![word.to_string()];
                    while is_mark(tokens.peek(), ':') {
                        tokens.next();
                        if !is_mark(tokens.peek(), ':') {
                            break;
                        }
                        tokens.next();
                        match tokens.next_if(|token| matches!(token, TokenTree::Ident(_))) {
                            Some(part) => path.push(part.to_string()),
                            None => break,
                        }
                    }
                    self.named(module, path);
                    let called = is_mark(tokens.peek(), '!') && tokens.next().is_some();
                    if called && matches!(tokens.peek(), Some(TokenTree::Group(_))) {
                        self.into.entry(module.clone()).or_default().macros.push(word.to_string());
                    }
                }
                TokenTree::Group(group) => self.items(module, group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            // The visibility `pub(crate)` is two tokens.
            if !matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis) {
                before = token.to_string();
            }
        }
    }

    fn named(&mut self, module: &Module, path: Vec<String>) {
        let source = self.into.entry(module.clone()).or_default();
        source.words.extend(path.iter().cloned());
        if path.len() > 1 {
            source.paths.push(path);
        }
    }

    fn used(&mut self, module: &Module, tree: &[TokenTree], handed_on: bool) {
        let mut leaves = Vec::new();
        flatten(&[], tree, &mut leaves);
        for (path, name) in leaves {
            if handed_on {
                self.into.entry(module.clone()).or_default().re_exports.insert(name, path.clone());
            }
            self.named(module, path);
        }
    }
}

/// The paths of a `use`, each with the name it is known by.
fn flatten(before: &[String], tree: &[TokenTree], leaves: &mut Vec<(Vec<String>, String)>) {
    for branch in tree.split(|token| is_mark(Some(token), ',')) {
        let mut path = before.to_vec();
        let mut name = None;
        let mut is_leaf = !branch.is_empty();
        for (place, token) in branch.iter().enumerate() {
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    name = branch.get(place + 1).map(ToString::to_string);
                    break;
                }
                // `use a::{self}` is `use a`.
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    flatten(&path, &inner, leaves);
                    is_leaf = false;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        if is_leaf {
            let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
            leaves.push((path, name));
        }
    }
}

/// `[cfg(test)]`, also among other conditions.
fn is_for_tests(attribute: TokenStream) -> bool {
    let mut tokens = attribute.into_iter();
    let is_cfg = matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "cfg");
    let words = |token: TokenTree| match token {
        TokenTree::Group(group) => flat(group.stream()),
        other => vec![other.to_string()],
    };
    let words: Vec<String> = tokens.flat_map(words).collect();
    is_cfg && words.iter().any(|word| word == "test") && !words.iter().any(|word| word == "not")
}

fn flat(tokens: TokenStream) -> Vec<String> {
    let flatten = |token: TokenTree| match token {
        TokenTree::Group(group) => flat(group.stream()),
        other => vec![other.to_string()],
    };
    tokens.into_iter().flat_map(flatten).collect()
}

/// Passes over the rest of an attribute and the item after it.
fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    let mut is_use = false;
    for token in tokens {
        match &token {
            TokenTree::Ident(word) if word == "use" => is_use = true,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_use => return,
            token if is_mark(Some(token), ';') => return,
            _ => {}
        }
    }
}

fn is_mark(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == wanted)
}
