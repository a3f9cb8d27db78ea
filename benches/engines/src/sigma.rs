//! rsigma-eval: a rule that matches is "hidden". Names are `cased`; the rest ignores case, as Sigma does.

use std::fmt::Write;

use rsigma_eval::{EvaluationResult, JsonEvent};
use rsigma_parser::parse_sigma_yaml;
use serde_json::json;

use crate::setting::{ADDRESS, LINE, NAME, PATH};
use crate::{Answers, Engine, Setting};

/// Rules, and events that are JSON values.
pub struct Sigma<'s> {
    engine: rsigma_eval::Engine,
    events: Vec<JsonEvent<'s>>,
    names: bool,
    results: Vec<Vec<EvaluationResult>>,
}

impl<'s> Sigma<'s> {
    /// One rule: a list for each column.
    pub fn grouped(setting: &'s Setting<'_>) -> Self {
        let texts = |group: &[(usize, String)]| group.iter().map(|(_, text)| text.clone()).collect();
        let cidrs = setting.groups.cidrs().map(|(_, network)| network).collect();
        let lists: [(String, Vec<String>); 4] = [
            (format!("{NAME}|cased"), texts(&setting.groups.names)),
            (format!("{PATH}|startswith"), texts(&setting.groups.paths)),
            (format!("{LINE}|contains"), texts(&setting.groups.parts)),
            (format!("{ADDRESS}|cidr"), cidrs),
        ];
        let lists = lists.into_iter().filter(|(_, texts)| !texts.is_empty());
        // A list of maps: any of them.
        let any: Vec<_> = lists.map(|(field, texts)| json!({ field: texts })).collect();
        Self::new(setting, &rule("all", &json!(any)), false)
    }

    /// One rule for each exclusion, so that rsigma names those that hide an event; with its index of all rules'
    /// needles, as its documentation advises for so many.
    pub fn each(setting: &'s Setting<'_>) -> Self {
        let groups = &setting.groups;
        let mut rules = String::new();
        let mut add = |place: usize, field: String, text: &str| {
            // Writing to a text cannot fail.
            _ = write!(rules, "{}---\n", rule(&place.to_string(), &json!({ field: text })));
        };
        groups.names.iter().for_each(|(place, name)| add(*place, format!("{NAME}|cased"), name));
        groups.paths.iter().for_each(|(place, path)| add(*place, format!("{PATH}|startswith"), path));
        groups.parts.iter().for_each(|(place, part)| add(*place, format!("{LINE}|contains"), part));
        groups.cidrs().for_each(|(place, network)| add(place, format!("{ADDRESS}|cidr"), &network));
        let mut sigma = Self::new(setting, rules.trim_end_matches("---\n"), true);
        sigma.engine.set_cross_rule_ac(true);
        sigma
    }

    fn new(setting: &'s Setting<'_>, rules: &str, names: bool) -> Self {
        let collection = parse_sigma_yaml(rules).expect("rsigma reads the rules");
        assert!(collection.errors.is_empty(), "{:?}", collection.errors);
        let mut engine = rsigma_eval::Engine::new();
        engine.add_collection(&collection).expect("rsigma compiles the rules");
        let events = setting.json.iter().map(JsonEvent::borrow).collect();
        Self { engine, events, names, results: Vec::new() }
    }
}

/// A rule of a selection; JSON is YAML too.
fn rule(title: &str, selection: &serde_json::Value) -> String {
    format!(
        "title: '{title}'\nlogsource:\n  category: network_connection\ndetection:\n  selection: {selection}\n  condition: selection\n"
    )
}

impl Engine for Sigma<'_> {
    fn decide(&mut self) {
        self.results.clear();
        self.results.extend(self.events.iter().map(|event| self.engine.evaluate(event)));
    }

    fn answers(&self) -> Answers {
        let place = |result: &EvaluationResult| result.header.rule_title.parse().expect("titles are places");
        if !self.names {
            return Answers::Hidden(self.results.iter().map(|results| !results.is_empty()).collect());
        }
        let places = |results: &Vec<EvaluationResult>| {
            let mut places: Vec<usize> = results.iter().map(place).collect();
            places.sort_unstable();
            places
        };
        Answers::HiddenBy(self.results.iter().map(places).collect())
    }
}
