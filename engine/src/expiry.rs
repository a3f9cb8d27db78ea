//! Expiry: an exclusion hides up to and including its last day, in UTC. What has expired is an error, what is about
//! to is a warning.

use crate::diagnostic::Diagnostic;
use crate::policy::Exclusion;
use crate::value::Time;

/// The code of the error for an exclusion that has expired.
pub const EXPIRED: &str = "expired";

/// How long before its last day an exclusion is warned about: two weeks.
const NOTICE: i64 = 14 * 86_400 * Time::SECOND;

/// The finding for an exclusion that has expired, or will within two weeks.
#[must_use]
pub fn expiry(exclusion: &Exclusion, now: Time) -> Option<Diagnostic> {
    let date = exclusion.expires?;
    let id = &exclusion.id;
    if exclusion.is_expired(now) {
        let message = format!("the exclusion `{id}` expired on {date} and hides nothing any more");
        let help = "decide again: extend it with a new reason, or remove it";
        return Some(Diagnostic::error(EXPIRED, message, exclusion.span, "expired").help(help));
    }
    if exclusion.is_expired(Time(now.0.saturating_add(NOTICE))) {
        let message = format!("the exclusion `{id}` expires on {date}");
        let help = "what it hides will come back the day after";
        return Some(
            Diagnostic::warning("expires-soon", message, exclusion.span, "within two weeks").help(help),
        );
    }
    None
}
