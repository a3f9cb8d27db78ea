//! Finds and reads feature files. Knows paths and Gherkin, no steps.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use cucumber::feature::Ext as _;
use cucumber::gherkin::{Feature, GherkinEnv, ParseFileError, Scenario};

/// Why a feature could not be had.
#[derive(Debug)]
pub enum FeatureError {
    /// A path that cannot be read.
    Unreadable(PathBuf, io::Error),
    /// Paths without a single feature below them.
    NoFeatures(Vec<PathBuf>),
    /// A file that is not Gherkin, and where or why.
    NotGherkin(PathBuf, String),
}

impl fmt::Display for FeatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::NoFeatures(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
                write!(f, "no `.feature` file in {}", paths.join(", "))
            }
            Self::NotGherkin(path, why) => write!(f, "cannot read `{}` as Gherkin: {why}", path.display()),
        }
    }
}

impl Error for FeatureError {}

/// Every feature file among these paths and below the folders among them, each folder sorted by name.
///
/// # Errors
/// When a path cannot be read, or there is no feature at all.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, FeatureError> {
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
    let not_gherkin = |why: String| FeatureError::NotGherkin(path.to_owned(), why);
    let feature = Feature::parse_path(path, GherkinEnv::default()).map_err(|error| match error {
        ParseFileError::Reading { source, .. } => FeatureError::Unreadable(path.to_owned(), source),
        ParseFileError::Parsing { error: Some(why), .. } => not_gherkin(why.to_string()),
        // The parser lists whatever it could have accepted, in no order; the place is what helps.
        ParseFileError::Parsing { source, .. } => {
            let text = source.to_string();
            not_gherkin(text.split_once(": ").map_or(text.as_str(), |(place, _)| place).to_lowercase())
        }
    })?;
    let rules = feature.rules.iter().flat_map(|rule| &rule.scenarios);
    if let Some(outline) = feature.scenarios.iter().chain(rules).find(|scenario| runs_nothing(scenario)) {
        return Err(not_gherkin(format!(
            "line {}: `{}` has no example",
            outline.position.line, outline.name
        )));
    }
    feature.expand_examples().map_err(|error| not_gherkin(error.to_string()))
}

/// An outline without examples, or with an empty table of them.
fn runs_nothing(scenario: &Scenario) -> bool {
    let rows = |table: &cucumber::gherkin::Table| table.rows.len();
    let empty = scenario.examples.iter().any(|examples| examples.table.as_ref().map_or(0, rows) < 2);
    empty || scenario.examples.is_empty() && scenario.keyword.ends_with("Outline")
}
