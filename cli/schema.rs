//! `lownoise schema`: the JSON Schema of the policy language, and of `lownoise.toml`.

use std::io::{Write, stdout};

use lownoise_engine::json_schema::json_schema;
use lownoise_lint::config::config_schema;

use crate::args;
use crate::failure::Failure;
use crate::load;

pub(crate) fn run(arguments: &args::Schema) -> Result<(), Failure> {
    let schema = if arguments.config { config_schema() } else { json_schema(&load::schemas()?) };
    let mut out = stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schema).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
