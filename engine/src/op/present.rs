//! `present`: the event says something of it, be it the empty text. Differs from [`exists`](super::exists) only for text
//! of tables that tell missing text from empty text.

use crate::value::Value;

pub(super) fn holds(value: Value<'_>) -> bool {
    !matches!(value, Value::Missing | Value::Address("", _))
}
