//! A review as one JSON object.

use lownoise_gate::Review;
use serde_json::{Value, json};

/// The review as data, and whether it passes.
#[must_use]
pub fn review_json(review: &Review) -> Value {
    let mut value = json!({ "passes": !review.fails() });
    // The review is made of texts, numbers and lists: it can always be written.
    if let (Value::Object(all), Ok(Value::Object(fields))) = (&mut value, serde_json::to_value(review)) {
        all.extend(fields);
    }
    value
}
