//! `lownoise schema`: the JSON Schema of the policy language.

use std::io::{Write, stdout};

use lownoise_engine::json_schema::json_schema;

use crate::failure::Failure;
use crate::load;

pub(crate) fn run() -> Result<(), Failure> {
    let schema = json_schema(&load::schemas()?);
    let mut out = stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schema).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
