//! What has been asked already: the exclusions of a set stand in every policy that uses it, often in the same scope. Knows
//! when two questions are the same, no answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lownoise_engine::policy::{ConditionKind, Lookback, Platform, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Time;

use super::outcome::Outcome;
use super::technique::{Techniques, techniques};

/// What rides an exclusion, and what was proved not to.
pub(super) type Asked = (Outcome, Vec<&'static str>);

/// What is known of exclusions, whichever policy they stand in. Shared by threads.
#[derive(Debug, Default)]
pub struct Known {
    scopes: Mutex<HashMap<Scope, Arc<InScope>>>,
    /// Of each table, by its name, machine by machine; none where nothing is known of its events.
    techniques: Mutex<HashMap<String, Arc<Vec<Techniques>>>>,
}

/// All that the answer depends on beside the exclusion.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Scope {
    table: String,
    now: Time,
    platform: Option<Platform>,
    conditions: Vec<Condition>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Condition {
    Lookback(Lookback),
    Devices(String, Predicate),
    Where(Predicate),
}

/// What is known of exclusions in one scope.
#[derive(Debug, Default)]
pub(super) struct InScope {
    asked: Mutex<HashMap<Predicate, Asked>>,
}

impl Known {
    /// The techniques on events of a table, machine by machine; none if nothing is known of such events.
    pub(super) fn techniques(&self, schema: &Schema) -> Arc<Vec<Techniques>> {
        let mut known = self.techniques.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(schema.table.clone());
        Arc::clone(known.or_insert_with(|| Arc::new(techniques(schema))))
    }

    pub(super) fn in_scope_of(&self, policy: &Policy, now: Time) -> Arc<InScope> {
        let conditions = policy.scope.iter().map(|condition| match &condition.kind {
            ConditionKind::Lookback(lookback) => Condition::Lookback(*lookback),
            ConditionKind::Devices { schema, predicate } => {
                Condition::Devices(schema.table.clone(), predicate.clone())
            }
            ConditionKind::Where(predicate) => Condition::Where(predicate.clone()),
        });
        let scope = Scope {
            table: policy.schema.table.clone(),
            now,
            platform: policy.platform,
            conditions: conditions.collect(),
        };
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(scopes.entry(scope).or_default())
    }
}

impl InScope {
    /// What is known of an exclusion, or what is found out now. Nobody waits meanwhile; two that ask at once find the same.
    pub(super) fn of(&self, exclusion: &Predicate, ask: impl FnOnce() -> Asked) -> Asked {
        let asked = || self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let known = asked().get(exclusion).cloned();
        known.unwrap_or_else(|| {
            let answer = ask();
            asked().insert(exclusion.clone(), answer.clone());
            answer
        })
    }
}
