//! Conditions put together. Knows parentheses.

/// All of these.
pub(super) fn all(parts: Vec<String>) -> String {
    joined(parts, " AND ", "TRUE")
}

/// Any of these.
pub(super) fn any(parts: Vec<String>) -> String {
    joined(parts, " OR ", "FALSE")
}

/// Not this.
pub(super) fn not(condition: &str) -> String {
    format!("NOT {}", enclosed(condition))
}

/// In parentheses, unless it is one call or name.
pub(super) fn enclosed(condition: &str) -> String {
    if condition.contains(' ') { format!("({condition})") } else { condition.to_owned() }
}

fn joined(mut parts: Vec<String>, word: &str, none: &str) -> String {
    match (parts.pop(), parts.is_empty()) {
        (None, _) => none.to_owned(),
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            parts.iter().map(|part| enclosed(part)).collect::<Vec<_>>().join(word)
        }
    }
}
