//! Where a report goes besides the terminal: files, and the summary of a job. Knows no report.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use crate::failure::Failure;

/// Adds to the summary of the job, where GitHub runs it.
pub(crate) fn add_to_job_summary(markdown: &str) -> Result<(), Failure> {
    match std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        Some(path) => add_to(&path, markdown),
        None => Ok(()),
    }
}

/// Adds to the end of a file, which is made if it is not there.
pub(crate) fn add_to(path: impl AsRef<OsStr>, text: &str) -> Result<(), Failure> {
    let path = Path::new(path.as_ref());
    let file = OpenOptions::new().create(true).append(true).open(path);
    written(path, file.and_then(|mut file| file.write_all(text.as_bytes())))
}

/// Writes a file, whatever was in it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    written(path, std::fs::write(path, text))
}

fn written(path: &Path, done: std::io::Result<()>) -> Result<(), Failure> {
    done.map_err(|error| Failure::Usage(format!("`{}`: cannot be written: {error}", path.display())))
}
