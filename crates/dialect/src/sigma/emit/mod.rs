//! From a policy to a filter of Sigma that hides the same events, or to what of it Sigma cannot say. One selection for
//! each exclusion, with its id and reason above it, and a condition that says `not (…)`.
//!
//! A filter is and-ed to rules, which look at more than the policy does. So it must hide no more than what the policy looks
//! at and hides: the scope stands behind `not` too.

mod layout;
mod pattern;
mod test;
mod yaml;

use std::fmt::Write as _;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;
use uuid::Uuid;

use self::layout::{Names, Selection, named, simplified, written};
use self::test::{Out, Tests, refusal};
use self::yaml::quoted;
use crate::capability::{Subject, Support, Target, support};
use crate::emitted::{Emitted, notes};
use crate::taxonomy::of_table;
use crate::words::{comment, heading, remark};

/// What the policy does not say.
#[derive(Debug, Clone, Default)]
pub struct Aim {
    /// The log source, as keys and values; that of the table if it is empty.
    pub source: Vec<(String, String)>,
    /// The rules that are filtered, by their ids; any if it is empty.
    pub rules: Vec<String>,
}

/// What begins a comment.
const MARK: &str = "#";

/// Compiles a policy; what has expired by `now` is left out, and said in a comment.
///
/// # Errors
/// One diagnostic for each part that Sigma cannot say.
pub fn emit(policy: &Policy, now: Time, aim: &Aim) -> Result<Emitted, Vec<Diagnostic>> {
    let taxonomy = of_table("sigma", &policy.schema.table);
    let mut tests = Tests { schema: &policy.schema, taxonomy: &taxonomy, refused: Vec::new() };
    let (expired, active): (Vec<&Exclusion>, Vec<&Exclusion>) =
        policy.exclusions.iter().partition(|exclusion| exclusion.is_expired(now));
    let source = if aim.source.is_empty() {
        let category = taxonomy.categories.first();
        category.map(|category| ("category".to_owned(), category.clone())).into_iter().collect()
    } else {
        aim.source.clone()
    };
    if source.is_empty() {
        let message = format!("no log source of Sigma is `{}`", policy.schema.table);
        let wrong = Diagnostic::error("sigma-logsource", message, policy.span, "of this policy's table");
        return Err(vec![wrong.help("say which one is filtered: `--logsource category=registry_set`")]);
    }
    let mut names = Names::default();
    let mut selections = String::new();
    let mut scope = Vec::new();
    for part in scoped(policy, &mut tests) {
        let mut found = Vec::new();
        scope.push(enclosed(&part, "scope", &mut names, &mut found));
        selections.extend(found.iter().map(written));
    }
    if !scope.is_empty() {
        selections
            .insert_str(0, &indented(&comment(MARK, "What the policy looks at: nothing else is hidden.")));
    }
    let mut parts = Vec::new();
    for exclusion in &active {
        let out = simplified(tests.out(&exclusion.predicate));
        let mut found = Vec::new();
        parts.push(enclosed(&out, &exclusion.id, &mut names, &mut found));
        selections.push_str(&indented(&remark(MARK, policy, exclusion)));
        selections.extend(found.iter().map(written));
    }
    if active.is_empty() {
        let mut found = Vec::new();
        parts.push(enclosed(&tests.always(false), "nothing", &mut names, &mut found));
        selections.extend(found.iter().map(written));
    }
    let mut refused = tests.refused;
    if !refused.is_empty() {
        refused.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        refused.dedup();
        return Err(refused);
    }
    let any = parts.join(" or ");
    let condition = match (scope.is_empty(), parts.len()) {
        (true, _) => any,
        (false, 1) => format!("{} and {any}", scope.join(" and ")),
        (false, _) => format!("{} and ({any})", scope.join(" and ")),
    };
    let head = heading(MARK, policy, &expired);
    let text = format!(
        "{head}{}{selections}    condition: not ({condition})\n",
        head_of(policy, &source, &aim.rules)
    );
    Ok(Emitted { text, notes: notes(&active, "sigma-expires", "filter") })
}

/// The policy that hides what another hides, whatever else it is and-ed to: it looks at everything, and each exclusion says
/// by itself what the scope says. What a filter of Sigma is compared with.
#[must_use]
pub fn filtering(policy: &Policy) -> Policy {
    let wheres: Vec<&Predicate> = policy
        .scope
        .iter()
        .filter_map(|condition| match &condition.kind {
            ConditionKind::Where(predicate) => Some(predicate),
            ConditionKind::Lookback(_) | ConditionKind::Devices { .. } => None,
        })
        .collect();
    let mut hiding = policy.clone();
    hiding.scope.retain(|condition| !matches!(condition.kind, ConditionKind::Where(_)));
    for exclusion in &mut hiding.exclusions {
        let own = std::iter::once(&exclusion.predicate);
        exclusion.predicate = Predicate::All(wheres.iter().copied().chain(own).cloned().collect());
    }
    hiding
}

/// The parts of the scope.
fn scoped(policy: &Policy, tests: &mut Tests<'_>) -> Vec<Out> {
    let mut parts = Vec::new();
    for part in &policy.scope {
        let subject = match &part.kind {
            ConditionKind::Where(predicate) => {
                parts.push(tests.out(predicate));
                continue;
            }
            ConditionKind::Lookback(_) => Subject::Lookback,
            ConditionKind::Devices { .. } => Subject::Devices,
        };
        if let Support::Refused(why) = support(Target::Sigma, subject) {
            tests.refused.push(refusal(part.span, why));
        }
    }
    if parts.is_empty() { parts } else { vec![simplified(Out::All(parts))] }
}

impl Tests<'_> {
    /// A predicate as selections to be.
    fn out(&mut self, predicate: &Predicate) -> Out {
        match predicate {
            Predicate::All(parts) if parts.is_empty() => self.always(true),
            Predicate::Any(parts) if parts.is_empty() => self.always(false),
            Predicate::All(parts) => Out::All(parts.iter().map(|part| self.out(part)).collect()),
            Predicate::Any(parts) => Out::Any(parts.iter().map(|part| self.out(part)).collect()),
            Predicate::Not(part) => self.out(part).not(),
            Predicate::Test(test) => self.test(test),
            Predicate::Pair(pair) => self.refused_as(Subject::of_pair(pair.relation), pair.span),
            Predicate::Opaque(opaque) => self.refused_as(Subject::of_opaque(opaque), opaque.span),
        }
    }

    fn refused_as(&mut self, subject: Subject, span: Span) -> Out {
        match support(Target::Sigma, subject) {
            Support::Refused(why) => self.refuse(span, why),
            Support::Exact | Support::Guarded(_) => self.always(false),
        }
    }
}

/// The selections of a condition, and the expression over them, in parentheses where it is more than a name.
fn enclosed(out: &Out, name: &str, names: &mut Names, found: &mut Vec<Selection>) -> String {
    let expression = named(out, name, names, found);
    if expression.contains(' ') { format!("({expression})") } else { expression }
}

fn indented(comments: &str) -> String {
    comments.split_inclusive('\n').fold(String::new(), |out, line| out + "    " + line)
}

fn head_of(policy: &Policy, source: &[(String, String)], rules: &[String]) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("lownoise:policy/{}", policy.id).as_bytes());
    let mut out = format!("title: {}\nid: {id}\n", quoted(&policy.title));
    if let Some(description) = &policy.description {
        let _infallible = writeln!(out, "description: {}", quoted(description));
    }
    out.push_str("logsource:\n");
    for (key, value) in source {
        let _infallible = writeln!(out, "    {}: {}", yaml::key(key), yaml::key(value));
    }
    out.push_str("filter:\n");
    if rules.is_empty() {
        out.push_str("    rules: any\n");
    } else {
        out.push_str("    rules:\n");
        for rule in rules {
            let _infallible = writeln!(out, "        - {}", yaml::key(rule));
        }
    }
    out
}

#[cfg(test)]
mod tests;
