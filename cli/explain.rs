//! x
use crate::{args, failure::Failure};
pub(crate) fn run(_: &args::Explain) -> Result<(), Failure> { Ok(()) }
