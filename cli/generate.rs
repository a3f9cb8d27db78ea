//! x
use crate::{args, failure::Failure};
pub(crate) fn run(_: &args::Generate) -> Result<(), Failure> { Ok(()) }
