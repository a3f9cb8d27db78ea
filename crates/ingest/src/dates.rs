//! Times as text.

use lownoise_engine::value::Time;

use crate::Dates;

/// Reads RFC 3339.
pub(crate) fn parse(text: &str, _: &Dates) -> Result<Time, ()> {
    Time::parse(text).ok_or(())
}
