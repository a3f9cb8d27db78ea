//! `lownoise import`: a policy from a query or a rule.

use lownoise_dialect::{elastic, kql, sigma};
use lownoise_engine::policy::Policy;

use super::{tell, verify_filter, verify_query, write};
use crate::args::{self, Language};
use crate::failure::Failure;
use crate::{load, terminal};

pub(crate) fn run(arguments: &args::Import) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let source = load::source(&arguments.file)?;
    let stem =
        arguments.file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let id = arguments.id.clone().unwrap_or_else(|| lownoise_dialect::id_of(&stem));
    let imported = match arguments.from {
        Language::Kql => {
            let options = kql::Options {
                id,
                title: arguments.title.clone(),
                owner: arguments.owner.clone(),
                scope: arguments.scope.clone(),
                exclusions: arguments.exclusion.clone(),
                table: arguments.table.clone(),
            };
            kql::import(&source, &schemas, &options)
        }
        Language::Sigma => {
            let options = sigma::Options {
                id,
                title: arguments.title.clone(),
                owner: arguments.owner.clone(),
                rule: arguments.rule.clone(),
                table: arguments.table.clone(),
            };
            sigma::import(&source, &schemas, &options)
        }
        Language::Elastic => {
            let options = elastic::Options {
                id,
                title: arguments.title.clone(),
                owner: arguments.owner.clone(),
                table: arguments.table.clone(),
            };
            elastic::import(&source, &schemas, &options)
        }
    };
    tell(&imported.diagnostics, &imported.sources);
    let Some((text, policy)) = &imported.policy else { return Err(Failure::Input(None)) };
    write(text, arguments.output.as_deref())?;
    terminal::say(&summary(policy, imported.opaque));
    if !arguments.verify {
        return Ok(());
    }
    let now = load::now(arguments.now);
    let emitted = match arguments.from {
        Language::Kql | Language::Elastic => kql::emit(policy, now),
        Language::Sigma => {
            // The log source says nothing of what is hidden.
            let source = vec![("category".to_owned(), "any".to_owned())];
            sigma::emit(policy, now, &sigma::Aim { source, rules: Vec::new() })
        }
    };
    match (emitted, arguments.from) {
        (Ok(emitted), Language::Kql | Language::Elastic) => {
            verify_query(policy, &emitted.text, &schemas, now)
        }
        (Ok(emitted), Language::Sigma) => verify_filter(policy, &emitted.text, &schemas, now),
        (Err(refused), _) => {
            tell(&refused, &policy.sources);
            terminal::error("not verified: the policy cannot be compiled again");
            Err(Failure::Findings)
        }
    }
}

fn summary(policy: &Policy, opaque: usize) -> String {
    let count = |number: usize, one: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {one}s"),
    };
    let scope = count(policy.scope.len(), "condition");
    let exclusions = count(policy.exclusions.len(), "exclusion");
    let lists = match policy.lists.len() {
        0 => String::new(),
        lists => format!("; the values of {} are not in it", count(lists, "list")),
    };
    // A key of JSON is made by nothing.
    let made = policy.schema.added().filter(|(_, _, added)| added.kql.is_some()).count();
    let made = match made {
        0 => String::new(),
        1 => "; it makes 1 column".to_owned(),
        made => format!("; it makes {made} columns"),
    };
    format!("imported: {scope} of the scope, {exclusions}; {} opaque{lists}{made}", count(opaque, "test"))
}
