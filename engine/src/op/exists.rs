//! `exists`: the value is there. Empty text is the same as no text.

use crate::value::Value;

pub(super) fn holds(value: Value<'_>) -> bool {
    !value.is_missing()
}
