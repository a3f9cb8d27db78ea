//! The steps: one table, from which matching and the listing for people both come. Knows templates and the world.

mod address;
pub(crate) mod event;
mod outcome;
mod setting;

use cucumber::gherkin::{StepType, Table};
use regex::Regex;

use crate::template::{Arguments, Template, readable, with_texts_of};
use crate::world::{Vocabulary, World};

/// Where in a scenario a step may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// After `Given`: the policy and the clock.
    Setting,
    /// After `Given` or `When`: the event and its device.
    Event,
    /// After `Then`: the verdict.
    Outcome,
}

/// What a person needs to know of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepHelp {
    /// Where it may stand.
    pub moment: Moment,
    /// Its words, placeholders in angle brackets.
    pub words: String,
    /// One line about it.
    pub help: &'static str,
}

/// Does what a step says; the error is the reason why the step fails.
pub(crate) type Handler = fn(&mut World, &Arguments<'_>) -> Result<(), String>;

/// One step.
#[derive(Debug)]
pub(crate) struct Definition {
    moment: Moment,
    template: &'static str,
    /// The one column of the event that it sets to its only argument, by its name in each table.
    columns: &'static [&'static str],
    /// Whether a table may stand below it.
    takes_table: bool,
    help: &'static str,
    handler: Handler,
}

/// A step that takes no table and sets no single column.
const fn define(moment: Moment, template: &'static str, help: &'static str, handler: Handler) -> Definition {
    Definition { moment, template, columns: &[], takes_table: false, help, handler }
}

/// All steps, ready to match.
#[derive(Debug)]
pub(crate) struct Steps {
    all: Vec<(Template, &'static Definition)>,
}

/// A step's definition and its arguments.
#[derive(Debug)]
struct Found<'a> {
    definition: &'static Definition,
    arguments: Arguments<'a>,
}

/// Why no single definition fits a step.
#[derive(Debug)]
enum NotFound {
    /// None fits.
    Undefined,
    /// Several do.
    Ambiguous(Vec<&'static Definition>),
}

fn definitions() -> impl Iterator<Item = &'static Definition> {
    setting::STEPS.iter().chain(event::STEPS).chain(outcome::STEPS)
}

/// The template of the step that sets a column of the event, if there is one but for `the field …`.
pub(crate) fn template_of(column: &str) -> Option<&'static str> {
    definitions()
        .find(|definition| definition.columns.contains(&column))
        .map(|definition| definition.template)
}

/// What steps call a column of the event, as in `the user`, if one sets it alone.
#[must_use]
pub fn column_words(column: &str) -> Option<&'static str> {
    template_of(column)?.split_once(" is ").map(|(words, _)| words)
}

/// Every step that a scenario may use, in the order of a scenario.
#[must_use]
pub fn steps() -> Vec<StepHelp> {
    definitions()
        .map(|definition| StepHelp {
            moment: definition.moment,
            words: readable(definition.template),
            help: definition.help,
        })
        .collect()
}

impl Moment {
    /// Whether a step of this moment may follow a keyword.
    fn allows(self, keyword: StepType) -> bool {
        match self {
            Self::Setting => keyword == StepType::Given,
            Self::Event => keyword != StepType::Then,
            Self::Outcome => keyword == StepType::Then,
        }
    }

    /// The keywords that it follows, for people.
    #[must_use]
    pub fn keywords(self) -> &'static str {
        match self {
            Self::Setting => "`Given`",
            Self::Event => "`Given` or `When`",
            Self::Outcome => "`Then`",
        }
    }
}

impl Steps {
    /// Makes every step ready.
    ///
    /// # Errors
    /// When a template makes no pattern; a test of this crate holds that none does.
    pub(crate) fn new() -> Result<Self, regex::Error> {
        let all = definitions().map(|definition| Ok((Template::new(definition.template)?, definition)));
        Ok(Self { all: all.collect::<Result<_, _>>()? })
    }

    /// Every step's pattern with each keyword that it may stand after.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (StepType, &Regex)> {
        [StepType::Given, StepType::When, StepType::Then].into_iter().flat_map(|keyword| {
            let allowed = self.all.iter().filter(move |(_, definition)| definition.moment.allows(keyword));
            allowed.map(move |(template, _)| (keyword, template.pattern()))
        })
    }

    /// What is said of a step that these patterns fit.
    pub(crate) fn ambiguous<'p>(&self, patterns: impl Iterator<Item = &'p str>) -> String {
        ambiguous(patterns.filter_map(|pattern| {
            let found = self.all.iter().find(|(template, _)| template.pattern().as_str() == pattern);
            found.map(|(_, definition)| *definition)
        }))
    }

    /// The one definition that a step's words fit.
    fn find<'a>(
        &self,
        keyword: StepType,
        words: &'a str,
        table: Option<&'a Table>,
    ) -> Result<Found<'a>, NotFound> {
        let mut fitting: Vec<_> = self
            .all
            .iter()
            .filter(|(_, definition)| definition.moment.allows(keyword))
            .filter_map(|(template, definition)| Some((*definition, template.read(words, table)?)))
            .collect();
        match (fitting.pop(), fitting.is_empty()) {
            (None, _) => Err(NotFound::Undefined),
            (Some((definition, arguments)), true) => Ok(Found { definition, arguments }),
            (Some(last), false) => {
                fitting.push(last);
                Err(NotFound::Ambiguous(fitting.into_iter().map(|(definition, _)| definition).collect()))
            }
        }
    }

    /// What to do about words that fit no step after this keyword.
    pub(crate) fn advice(&self, keyword: StepType, words: &str) -> String {
        let elsewhere = self.all.iter().find(|(template, definition)| {
            !definition.moment.allows(keyword) && template.read(words, None).is_some()
        });
        if let Some((_, definition)) = elsewhere {
            return format!("this step goes after {}", definition.moment.keywords());
        }
        // The author's own quoted texts go into the proposals, so that only the words around them count.
        let filled = self
            .all
            .iter()
            .map(|(template, definition)| (template, with_texts_of(definition.template, words)));
        let fits = |(template, known): &(&Template, String)| {
            known.contains('<') || template.read(known, None).is_some()
        };
        let known: Vec<String> = filled.filter(fits).map(|(_, known)| known).collect();
        let near: Vec<String> = nearest(words, &known).iter().map(|near| format!("`{near}`")).collect();
        let all = "`lownoise test --steps` lists every step";
        if near.is_empty() { all.to_owned() } else { format!("did you mean {}? {all}", near.join(" or ")) }
    }
}

impl Vocabulary for Steps {
    fn perform(
        &self,
        world: &mut World,
        keyword: StepType,
        words: &str,
        table: Option<&Table>,
    ) -> Result<(), String> {
        match self.find(keyword, words, table) {
            Ok(Found { definition, arguments }) => {
                if table.is_some() && !definition.takes_table {
                    return Err("this step takes no table; remove the rows below it".to_owned());
                }
                (definition.handler)(world, &arguments)
            }
            Err(NotFound::Undefined) => {
                Err(format!("`{words}` is no step\nhelp: {}", self.advice(keyword, words)))
            }
            Err(NotFound::Ambiguous(fitting)) => Err(ambiguous(fitting.into_iter())),
        }
    }
}

/// How alike words must be to be proposed, from 0 to 1, and how much less than the nearest.
const ALIKE: (f64, f64) = (0.6, 0.1);

/// The known steps that are most like some words, at most three.
fn nearest<'k>(words: &str, known: &'k [String]) -> Vec<&'k str> {
    let mut all: Vec<(f64, &str)> = known
        .iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(words, known), known.as_str()))
        .filter(|(alike, _)| *alike >= ALIKE.0)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = all.first().map_or(0.0, |(alike, _)| *alike);
    all.into_iter()
        .take_while(|(alike, _)| *alike >= best - ALIKE.1)
        .map(|(_, known)| known)
        .take(3)
        .collect()
}

fn ambiguous(fitting: impl Iterator<Item = &'static Definition>) -> String {
    let each = fitting.map(|definition| format!("\n  {}", readable(definition.template)));
    let help = "quote texts with `'…'` or `\"…\"`, so that their words are not taken for a step's";
    format!("more than one step reads like this:{}\nhelp: {help}", each.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ambiguous_step_names_the_steps_that_it_may_be() {
        let steps = Steps::new().unwrap();
        let patterns: Vec<_> = ["the path is {path}", "it is kept"]
            .map(|text| Template::new(text).unwrap().pattern().as_str().to_owned())
            .into();
        assert_eq!(
            steps.ambiguous(patterns.iter().map(String::as_str)),
            "more than one step reads like this:\n  the path is \"<path>\"\n  it is kept\nhelp: quote texts with `'…'` or \
             `\"…\"`, so that their words are not taken for a step's"
        );
    }

    #[test]
    fn every_step_can_be_written_in_one_way_only() {
        let steps = Steps::new().unwrap();
        for definition in definitions() {
            let example = readable(definition.template)
                .replace("<port>", "443")
                .replace("<class>", "link-local")
                .replace("<count>", "2")
                .replace("<hours>", "25")
                .replace("<time>", "2026-02-03T00:00:00Z")
                .replace("are <verdict>", "are hidden by \"a\" among others")
                .replace("<verdict>", "is kept")
                .replace("<change>", "the port is 80");
            let keyword = if definition.moment == Moment::Outcome { StepType::Then } else { StepType::Given };
            let found = steps.find(keyword, &example, None);
            assert!(found.is_ok_and(|found| std::ptr::eq(found.definition, definition)), "{example}");
        }
    }
}
