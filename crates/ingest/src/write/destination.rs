//! Where output goes: standard output, or a file that appears under its name only when it is complete.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Stdout, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::WriteError;

/// A sink with a name. Its errors say the name, and what it was asked to do.
///
/// A regular file is written beside its final name and takes it in [`finish`](Self::finish): whoever looks
/// sees the old file or the whole new one, and after an error, or when the destination is dropped, the old
/// one. A file that exists keeps its permissions; a new one gets what the umask allows. A link is followed.
/// Devices, pipes and what is under `/dev` or `/proc` are written directly.
#[derive(Debug)]
pub struct Destination {
    name: String,
    target: Target,
}

#[derive(Debug)]
enum Target {
    Standard(Stdout),
    Direct(File),
    Replaced { path: PathBuf, file: NamedTempFile },
}

impl Destination {
    /// The destination that a user means by this path; `-` is standard output.
    ///
    /// # Errors
    /// When the file, or one beside it, cannot be written.
    pub fn open(path: &Path) -> Result<Self, WriteError> {
        if path.as_os_str() == "-" {
            return Ok(Self::standard());
        }
        let name = format!("`{}`", path.display());
        match target(path) {
            Ok(target) => Ok(Self { name, target }),
            Err(error) => Err(WriteError::from(named(&name, &error))),
        }
    }

    /// Standard output.
    #[must_use]
    pub fn standard() -> Self {
        Self { name: "standard output".to_owned(), target: Target::Standard(io::stdout()) }
    }

    /// Completes the output: a file takes its name.
    ///
    /// # Errors
    /// When what is left cannot be written, or the file cannot take its name.
    pub fn finish(mut self) -> Result<(), WriteError> {
        self.flush()?;
        if let Target::Replaced { path, file } = self.target {
            file.persist(path).map_err(|error| named(&self.name, &error.error))?;
        }
        Ok(())
    }
}

impl Write for Destination {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = match &mut self.target {
            Target::Standard(stdout) => stdout.write(buffer),
            Target::Direct(file) => file.write(buffer),
            Target::Replaced { file, .. } => file.write(buffer),
        };
        // The caller tries an interrupted write again.
        written.map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => named(&self.name, &error),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.target {
            Target::Standard(stdout) => stdout.flush(),
            Target::Direct(file) => file.flush(),
            Target::Replaced { file, .. } => file.flush(),
        };
        flushed.map_err(|error| named(&self.name, &error))
    }
}

/// The error with the name of what could not be written; its kind stays.
fn named(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {name}: {error}"))
}

fn target(path: &Path) -> io::Result<Target> {
    let existing = match path.metadata() {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let special = path.starts_with("/dev") || path.starts_with("/proc");
    let Some(metadata) = existing else { return replaced(path.to_owned(), None) };
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    // Also asks whether the file may be written at all, which replacing it would not.
    let file = OpenOptions::new().write(true).open(path)?;
    if special || !metadata.is_file() {
        return Ok(Target::Direct(file));
    }
    replaced(path.canonicalize()?, Some(metadata.permissions()))
}

fn replaced(path: PathBuf, permissions: Option<Permissions>) -> io::Result<Target> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lownoise-").suffix(".partial");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(Target::Replaced { path, file })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_takes_its_name_only_when_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();

        let mut abandoned = Destination::open(&path).unwrap();
        abandoned.write_all(b"half").unwrap();
        drop(abandoned);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");

        let mut finished = Destination::open(&path).unwrap();
        finished.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        finished.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn errors_name_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let cases = [
            (folder.path().to_owned(), "it is a folder"),
            (folder.path().join("none/out.csv"), "os error 2"),
        ];
        for (path, reason) in cases {
            let error = Destination::open(&path).unwrap_err().to_string();
            assert!(error.starts_with(&format!("cannot write `{}`: ", path.display())), "{error}");
            assert!(error.contains(reason), "{error}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_written_directly_and_a_full_one_is_an_error() {
        let mut null = Destination::open(Path::new("/dev/null")).unwrap();
        null.write_all(b"x").unwrap();
        null.finish().unwrap();
        let mut full = Destination::open(Path::new("/dev/full")).unwrap();
        let error = WriteError::from(full.write_all(b"x").unwrap_err());
        assert!(matches!(&error, WriteError::Failed(_)));
        assert!(
            error.to_string().starts_with("cannot write `/dev/full`: No space left on device"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_kept_and_links_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        let mut destination = Destination::open(&link).unwrap();
        destination.write_all(b"new").unwrap();
        destination.finish().unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_closed_pipe_is_its_own_kind() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let target = Target::Direct(File::from(std::os::fd::OwnedFd::from(writer)));
        let mut destination = Destination { name: "a pipe".to_owned(), target };
        let error = WriteError::from(destination.write_all(b"x").unwrap_err());
        assert!(matches!(error, WriteError::ClosedPipe));
    }
}
