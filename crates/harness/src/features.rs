//! Finds and reads feature files. Knows paths and Gherkin, no steps.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use cucumber::feature::Ext as _;
use cucumber::gherkin::{EnvError, Feature, GherkinEnv, ParseError, ParseFileError, Scenario};

/// Why a feature could not be had.
#[derive(Debug)]
pub enum FeatureError {
    /// A path that cannot be read.
    Unreadable(PathBuf, io::Error),
    /// Paths without a single feature below them.
    NoFeatures(Vec<PathBuf>),
    /// A file that is not Gherkin, the line, and why.
    NotGherkin(PathBuf, usize, String),
}

impl FeatureError {
    /// The line of the mistake, from 1.
    pub(crate) fn line(&self) -> usize {
        match self {
            Self::Unreadable(..) | Self::NoFeatures(_) => 1,
            Self::NotGherkin(_, line, _) => *line,
        }
    }

    /// What is wrong, without the place.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Unreadable(_, error) => format!("it cannot be read: {error}"),
            Self::NoFeatures(_) => self.to_string(),
            Self::NotGherkin(_, _, why) => why.clone(),
        }
    }
}

impl fmt::Display for FeatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::NoFeatures(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
                write!(f, "no `.feature` file in {}", paths.join(", "))
            }
            Self::NotGherkin(path, line, why) => {
                write!(f, "{}:{line}: {why}", path.display())
            }
        }
    }
}

impl Error for FeatureError {}

/// Every feature file among these paths and below the folders among them, each folder sorted by name.
///
/// # Errors
/// When a path cannot be read, or there is no feature at all.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, FeatureError> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    while let Some(path) = waiting.pop() {
        let unreadable = |error| FeatureError::Unreadable(path.clone(), error);
        if fs::metadata(&path).map_err(unreadable)?.is_dir() {
            let mut entries = fs::read_dir(&path)
                .and_then(|entries| {
                    entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
                })
                .map_err(unreadable)?;
            entries.retain(|entry| entry.is_dir() && !entry.is_symlink() || is_feature(entry));
            entries.sort_unstable_by(|a, b| b.cmp(a));
            waiting.extend(entries);
        } else {
            found.push(path);
        }
    }
    if found.is_empty() { Err(FeatureError::NoFeatures(paths.to_vec())) } else { Ok(found) }
}

fn is_feature(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "feature")
}

/// Reads one feature, its outlines expanded into a scenario for each row of their examples.
///
/// # Errors
/// When it cannot be read, is not Gherkin, or has an outline that would silently run nothing.
pub(crate) fn read(path: &Path) -> Result<Feature, FeatureError> {
    let not_gherkin = |line, why: String| FeatureError::NotGherkin(path.to_owned(), line, why);
    let feature = Feature::parse_path(path, GherkinEnv::default()).map_err(|error| match error {
        ParseFileError::Reading { source, .. } => FeatureError::Unreadable(path.to_owned(), source),
        ParseFileError::Parsing { error, source, .. } => {
            let text = fs::read_to_string(path).unwrap_or_default();
            let (line, why) = mistake(&text, line_of(&source), error.as_ref());
            not_gherkin(line, why)
        }
    })?;
    expanded(feature, path)
}

/// As [`read`], of a text.
///
/// # Errors
/// As there.
pub(crate) fn parse(text: &str, path: &Path) -> Result<Feature, FeatureError> {
    let feature = Feature::parse(text, GherkinEnv::default()).map_err(|error| {
        let (line, why) = mistake(text, line_of(&error), None);
        FeatureError::NotGherkin(path.to_owned(), line, why)
    })?;
    expanded(Feature { path: Some(path.to_owned()), ..feature }, path)
}

/// With a scenario for each row of an outline's examples.
fn expanded(feature: Feature, path: &Path) -> Result<Feature, FeatureError> {
    let not_gherkin = |line, why: String| FeatureError::NotGherkin(path.to_owned(), line, why);
    let rules = feature.rules.iter().flat_map(|rule| &rule.scenarios);
    if let Some(outline) = feature.scenarios.iter().chain(rules).find(|scenario| runs_nothing(scenario)) {
        let why = format!("`{}` has no example\nhelp: add rows below `Examples:`", outline.name);
        return Err(not_gherkin(outline.position.line, why));
    }
    feature.expand_examples().map_err(|error| {
        let why = format!("`<{}>` is no column of the examples\nhelp: add it to their first row", error.name);
        not_gherkin(error.pos.line, why)
    })
}

/// The line where the parser gave up, which it tells in words alone: `Error at 5:1: …`.
fn line_of(error: &ParseError) -> usize {
    let text = error.to_string();
    let place = text.split_once(" at ").and_then(|(_, rest)| rest.split_once(':'));
    place.and_then(|(line, _)| line.parse().ok()).unwrap_or(1)
}

/// The line of a mistake and what it is, of the place where the parser gave up. It lists whatever it could have accepted,
/// in no order; the word that it stumbled over says more, and stands at or before that place.
fn mistake(text: &str, gave_up: usize, error: Option<&EnvError>) -> (usize, String) {
    let help = "a line begins with a keyword such as `Scenario:`, `Given`, `When`, `Then`, `And`, with `|` or with `#`";
    match error {
        Some(EnvError::UnknownKeyword(word)) => {
            let before = text.lines().take(gave_up).enumerate();
            let found = before.filter(|(_, line)| line.trim_start().starts_with(word.trim())).last();
            let (line, text) = found.map_or((gave_up, word.as_str()), |(place, text)| (place + 1, text));
            if word.trim().starts_with('|') {
                let help = "every row of a table ends with `|`, and all have as many cells";
                return (line, format!("this row of a table is not complete\nhelp: {help}"));
            }
            (line, format!("`{}` begins with no keyword\nhelp: {help}", text.trim()))
        }
        Some(EnvError::UnsupportedLanguage(language)) => {
            let help = "the first line names the language, as in `# language: de`";
            (1, format!("`{language}` is no language of Gherkin\nhelp: {help}"))
        }
        Some(EnvError::InconsistentCellCount(_)) => {
            (gave_up, "the rows of this table have not the same number of cells".to_owned())
        }
        None => (gave_up, format!("this line is not expected here\nhelp: {help}")),
    }
}

/// An outline without examples, or with an empty table of them.
fn runs_nothing(scenario: &Scenario) -> bool {
    let rows = |table: &cucumber::gherkin::Table| table.rows.len();
    let empty = scenario.examples.iter().any(|examples| examples.table.as_ref().map_or(0, rows) < 2);
    empty || scenario.examples.is_empty() && scenario.keyword.ends_with("Outline")
}
