//! Runs scenarios that are no file yet. Knows Gherkin's text; where it is to be written it does not know.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;

use crate::features::{self, FeatureError};
use crate::options::Options;
use crate::outcome::Summary;
use crate::runner::{HarnessError, run_features};
use crate::steps::Steps;

/// Runs a feature that is given as text, as if it stood in this file.
///
/// # Errors
/// When it is no Gherkin.
pub fn rehearse(text: &str, path: &Path, options: &Options) -> Result<Summary, HarnessError> {
    let steps = Rc::new(Steps::new().map_err(HarnessError::Steps)?);
    let feature = features::parse(text, path).map_err(HarnessError::Features)?;
    Ok(run_features(&steps, options, [(path.to_owned(), Ok(feature))]))
}

/// Runs scenarios about policies that are not in any file.
pub(crate) struct Rehearsal {
    steps: Rc<Steps>,
    now: Time,
}

impl Rehearsal {
    /// By this clock, unless the scenario states one.
    pub(crate) fn new(now: Time) -> Result<Self, regex::Error> {
        Ok(Self { steps: Rc::new(Steps::new()?), now })
    }

    /// What comes of scenarios, whichever policy they name being this one.
    pub(crate) fn of(&self, scenarios: &str, policy: &Arc<Policy>) -> Result<Summary, FeatureError> {
        let text = format!("Feature: rehearsal\n{scenarios}");
        let path = Path::new("");
        let feature = features::parse(&text, path)?;
        let policy = Arc::clone(policy);
        let options = Options::new(Rc::new(move |_: &str| Ok(Arc::clone(&policy))), self.now);
        Ok(run_features(&self.steps, &options, [(path.to_owned(), Ok(feature))]))
    }
}
