//! What several languages write alike: orders, comments about a policy and its exclusions. Knows policies, and
//! of a language only how its comments begin.

use lownoise_engine::op::Order;
use lownoise_engine::policy::{Exclusion, Policy};

/// The sign of an order, where equality has this one.
pub(crate) fn sign(order: Order, equals: &'static str) -> &'static str {
    match order {
        Order::Equals => equals,
        Order::Lt => "<",
        Order::Lte => "<=",
        Order::Gt => ">",
        Order::Gte => ">=",
    }
}

/// A text as comments, line by line, whatever is in it; `mark` begins one.
pub(crate) fn comment(mark: &str, text: &str) -> String {
    let clean = |line: &str| line.chars().filter(|letter| !letter.is_control()).collect::<String>();
    text.lines().fold(String::new(), |mut out, line| {
        out.push_str(format!("{mark} {}", clean(line).trim()).trim_end());
        out.push('\n');
        out
    })
}

/// What stands above a policy.
pub(crate) fn heading(mark: &str, policy: &Policy, expired: &[&Exclusion]) -> String {
    let mut out = comment(mark, &policy.title);
    out.push_str(&comment(mark, &format!("policy: {}; owner: {}", policy.id, policy.owner)));
    out.push_str(&comment(mark, policy.description.as_deref().unwrap_or("")));
    if !expired.is_empty() {
        let ids: Vec<&str> = expired.iter().map(|exclusion| exclusion.id.as_str()).collect();
        out.push_str(&comment(mark, &format!("Expired and left out: {}", ids.join(", "))));
    }
    out
}

/// What stands above an exclusion.
pub(crate) fn remark(mark: &str, policy: &Policy, exclusion: &Exclusion) -> String {
    let mut out = comment(mark, &format!("{}: {}", exclusion.id, exclusion.reason));
    let owner = Some(&exclusion.owner).filter(|owner| **owner != policy.owner);
    let fields: Vec<String> = [
        owner.map(|owner| format!("owner: {owner}")),
        exclusion.created.map(|date| format!("created: {date}")),
        exclusion.expires.map(|date| format!("expires: {date}")),
        exclusion.review.map(|date| format!("review: {date}")),
        exclusion.ticket.as_ref().map(|ticket| format!("ticket: {ticket}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !fields.is_empty() {
        out.push_str(&comment(mark, &fields.join("; ")));
    }
    out
}
