//! Which scenarios are run: those with the tags that are asked for, in this part of all, and not skipped. Runs nothing.

use cucumber::gherkin::{Feature, Rule, Scenario};

use crate::options::Options;

/// The tags of scenarios that are shown and not run.
const SKIPPED: [&str; 2] = ["ignore", "skip"];

/// What is done with a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    Run,
    /// It is shown, and not run, because of this tag.
    Skip(String),
    /// It is not looked at.
    Leave,
}

/// Chooses among all scenarios of a run, in their order.
pub(crate) struct Selection<'o> {
    options: &'o Options,
    /// How many have the tags that are asked for, so far.
    meant: usize,
    /// How many of them are to be run, in whichever shard.
    pub(crate) selected: usize,
}

impl<'o> Selection<'o> {
    pub(crate) fn new(options: &'o Options) -> Self {
        Self { options, meant: 0, selected: 0 }
    }

    /// What is done with the next scenario.
    pub(crate) fn choose(&mut self, tags: &[String]) -> Choice {
        if self.options.tags.as_ref().is_some_and(|wanted| !wanted.accept(tags)) {
            return Choice::Leave;
        }
        let skipped = tags.iter().find(|tag| SKIPPED.contains(&tag.as_str()));
        self.selected += usize::from(skipped.is_none());
        match (self.next_is_ours(), skipped) {
            (false, _) => Choice::Leave,
            (true, Some(tag)) => Choice::Skip(tag.clone()),
            (true, None) => Choice::Run,
        }
    }

    /// Whether the next thing that is looked at belongs to this shard; a feature that cannot be read is one.
    pub(crate) fn next_is_ours(&mut self) -> bool {
        let place = self.meant;
        self.meant += 1;
        self.options.shard.is_none_or(|shard| shard.has(place))
    }
}

/// The tags of a scenario, and of what it stands in.
pub(crate) fn tags(feature: &Feature, rule: Option<&Rule>, scenario: &Scenario) -> Vec<String> {
    let around = rule.map_or(&[][..], |rule| &rule.tags);
    feature.tags.iter().chain(around).chain(&scenario.tags).cloned().collect()
}
