//! From what was found to what is told: levels of `lownoise.toml`, inline allows, and each thing once.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use lownoise_engine::diagnostic::{Diagnostic, Level};
use lownoise_engine::span::{Source, Sources};

use crate::allow::{Allows, read_allows};
use crate::config::{Config, Severity};
use crate::lint::{Finding, Fix, Lint};

/// What is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// What, where, how bad, and what to do.
    pub diagnostic: Diagnostic,
    /// The texts that it points into.
    pub sources: Arc<Sources>,
    /// By which lint; what is wrong with a text itself is found by none.
    pub lint: Option<&'static Lint>,
    /// What shows it, line by line.
    pub evidence: Vec<String>,
    /// An edit that mends it.
    pub fix: Option<Fix>,
    /// There is no policy until it is mended.
    pub mistake: bool,
    /// Why a comment allows it: it is not counted then.
    pub allowed: Option<String>,
}

/// Gathers what is found in all files.
pub struct Settling<'c> {
    config: &'c Config,
    codes: Vec<&'static str>,
    /// The path of a file below the folder of `lownoise.toml`, by the name of its source.
    path: &'c dyn Fn(&str) -> String,
    allows: BTreeMap<String, Allows>,
    sources: BTreeMap<String, Source>,
    seen: HashSet<(String, usize, &'static str, String)>,
    told: Vec<Told>,
}

impl<'c> Settling<'c> {
    /// Nothing yet.
    #[must_use]
    pub fn new(config: &'c Config, path: &'c dyn Fn(&str) -> String) -> Self {
        Self {
            config,
            codes: crate::codes(),
            path,
            allows: BTreeMap::new(),
            sources: BTreeMap::new(),
            seen: HashSet::new(),
            told: Vec::new(),
        }
    }

    /// What was found in one policy or set: by its parser, and by lints.
    pub fn add(&mut self, parsed: Vec<Diagnostic>, found: Vec<Finding>, sources: &Arc<Sources>) {
        for source in sources.iter() {
            if !self.allows.contains_key(&source.name) {
                self.allows.insert(source.name.clone(), read_allows(0, &source.text, &source.name));
                self.sources.insert(source.name.clone(), source.clone());
            }
        }
        for diagnostic in parsed {
            let mistake = diagnostic.level == Level::Error;
            self.tell(Told {
                diagnostic,
                sources: Arc::clone(sources),
                lint: None,
                evidence: Vec::new(),
                fix: None,
                mistake,
                allowed: None,
            });
        }
        for finding in found {
            self.find(finding, sources);
        }
    }

    /// Everything that is told, in the order in which it was found; what is wrong with allows comes last. `looked_for` says
    /// whether a code could have been found at all this time.
    #[must_use]
    pub fn finish(mut self, looked_for: &dyn Fn(&str) -> bool) -> Vec<Told> {
        for (name, allows) in std::mem::take(&mut self.allows) {
            let found = allows.findings(&self.codes, looked_for);
            if let (false, Some(source)) = (found.is_empty(), self.sources.remove(&name)) {
                let mut sources = Sources::default();
                sources.add(source);
                let sources = Arc::new(sources);
                for finding in found {
                    self.find(finding, &sources);
                }
            }
        }
        self.told
    }

    /// What counts of it, as findings of one policy; what is wrong with allows is not looked at.
    #[must_use]
    pub fn into_counted(self) -> Vec<Diagnostic> {
        self.told.into_iter().filter(|told| told.allowed.is_none()).map(|told| told.diagnostic).collect()
    }

    fn find(&mut self, finding: Finding, sources: &Arc<Sources>) {
        let Finding { lint, diagnostic, evidence, fix } = finding;
        let sources = Arc::clone(sources);
        let told =
            Told { diagnostic, sources, lint: Some(lint), evidence, fix, mistake: false, allowed: None };
        self.tell(told);
    }

    fn tell(&mut self, mut told: Told) {
        let span = told.diagnostic.labels.first().map(|label| label.span).unwrap_or_default();
        let file = told.sources.get(span.source).map_or("", |source| source.name.as_str());
        // What is wrong with a set is found through every policy that uses it.
        let key =
            (file.to_owned(), span.range().start, told.diagnostic.code, told.diagnostic.message.clone());
        if !self.seen.insert(key) {
            return;
        }
        if !told.mistake {
            match self.config.severity(told.diagnostic.code, &(self.path)(file)) {
                Some(Severity::Allow) => return,
                Some(Severity::Warning) => told.diagnostic.level = Level::Warning,
                Some(Severity::Error) => told.diagnostic.level = Level::Error,
                None => {}
            }
            let allows = self.allows.get(file);
            told.allowed =
                allows.and_then(|allows| allows.allowed(told.diagnostic.code, span)).map(str::to_owned);
        }
        self.told.push(told);
    }
}
