//! x
use crate::{args, failure::Failure};
pub(crate) fn run(_: &args::Init) -> Result<(), Failure> { Ok(()) }
