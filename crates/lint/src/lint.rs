//! What a lint is, and what it finds. Knows no lint by name.

use std::collections::{HashMap, HashSet};

use lownoise_engine::diagnostic::{Diagnostic, Level};
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{Exclusion, Policy};
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;

use crate::config::Config;
use crate::ride::Known;

/// One thing that is looked for. Its file is its page.
#[derive(Debug)]
pub struct Lint {
    /// Its name, never reused for something else.
    pub code: &'static str,
    /// How bad it is, unless `lownoise.toml` says otherwise.
    pub level: Level,
    /// The text of its own file: the page is what stands in it as documentation.
    pub source: &'static str,
    /// How it is looked for.
    pub run: Run,
}

/// What a lint looks at.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// Each exclusion by itself, also in sets that are read by themselves.
    Exclusion(fn(&Context<'_>, &Exclusion) -> Vec<Finding>),
    /// A whole policy.
    Policy(fn(&Context<'_>, &Policy) -> Vec<Finding>),
    /// A whole policy with the given events: it is not looked for where there are none.
    Events(fn(&Context<'_>, &Policy, &Usage) -> Vec<Finding>),
    /// The comments that allow findings, when all else has been found.
    Allow,
}

/// What is known beside the policy.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    /// The clock.
    pub now: Time,
    /// What the repository demands.
    pub config: &'c Config,
    /// What each exclusion hides of the given events.
    pub usage: Option<&'c Usage>,
    /// What is known of exclusions from other policies.
    pub known: &'c Known,
}

/// What the exclusions of a policy hide in given events; an exclusion counts here also after it has expired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many events were read.
    pub events: u64,
    /// By the id of the exclusion.
    pub exclusions: HashMap<String, Hidden>,
    /// The columns that the policy asks and that are missing or empty in every event.
    pub empty: HashSet<ColumnId>,
}

/// How many events an exclusion hides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// By itself and together with others.
    pub all: u64,
    /// That no other exclusion hides.
    pub alone: u64,
}

/// Something that was found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// By which lint.
    pub lint: &'static Lint,
    /// What, where, and what to do.
    pub diagnostic: Diagnostic,
    /// What shows it, line by line: an event and the command that makes it, or a proof and what it assumes.
    pub evidence: Vec<String>,
    /// An edit that mends it.
    pub fix: Option<Fix>,
}

/// An edit of a policy's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// What is replaced, in one text.
    pub edits: Vec<(Span, String)>,
    /// What is claimed of the policy after it; proved before anything is written.
    pub claim: FixClaim,
}

/// What a fix claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixClaim {
    /// The policy keeps the same events.
    SameMeaning,
    /// The policy hides nothing that it did not hide before.
    HidesLess,
}

impl Lint {
    /// Its name for people.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let first = self.source.lines().next().unwrap_or("");
        first.trim_start_matches("//!").trim().trim_end_matches('.')
    }

    /// Its page, as Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = format!("# {}\n", self.code);
        for line in self.source.lines().map_while(|line| line.strip_prefix("//!")) {
            page.push_str(line.strip_prefix(' ').unwrap_or(line));
            page.push('\n');
        }
        page
    }

    /// A finding at a place.
    pub fn finds(&'static self, message: impl Into<String>, at: Span, label: impl Into<String>) -> Finding {
        let diagnostic = Diagnostic { level: self.level, ..Diagnostic::error(self.code, message, at, label) };
        Finding { lint: self, diagnostic, evidence: Vec::new(), fix: None }
    }
}

impl Finding {
    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.help(help);
        self
    }

    /// With an edit that mends it and leaves the meaning as it is; if there is none, as it was.
    #[must_use]
    pub fn fixed(mut self, title: impl Into<String>, edits: Option<Vec<(Span, String)>>) -> Self {
        let fix = |edits| Fix { title: title.into(), edits, claim: FixClaim::SameMeaning };
        self.fix = edits.map(fix);
        self
    }

    /// With a line that shows it.
    #[must_use]
    pub fn because(mut self, line: impl Into<String>) -> Self {
        self.evidence.push(line.into());
        self
    }
}
