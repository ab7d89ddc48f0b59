//! Where an answer goes: the standard output, or a file that is replaced once the answer is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Failure;
use super::arguments::Color;
use super::screen::{self, Screen};

/// Large enough that a write costs little beside what is written.
const BUFFER: usize = 64 * 1024;

/// The place of an answer, and what it can show.
pub(crate) struct Output {
    sink: Sink,
    pub(crate) screen: Screen,
}

enum Sink {
    Standard(BufWriter<Stdout>),
    /// A device or pipe, which is written to as it is.
    Device(BufWriter<File>),
    File {
        temporary: BufWriter<NamedTempFile>,
        path: PathBuf,
    },
}

impl Output {
    /// Opens the file at `path`, or the standard output.
    pub(crate) fn open(path: Option<&Path>, color: Color) -> Result<Self, Failure> {
        let Some(path) = path else {
            let sink = Sink::Standard(BufWriter::with_capacity(BUFFER, io::stdout()));
            return Ok(Self { sink, screen: screen::answers(color) });
        };
        let sink = sink_at(path).map_err(|error| Failure::unwritable(path, &error))?;
        Ok(Self { sink, screen: screen::file(color) })
    }

    /// True where the answer is shown as it is written.
    pub(crate) fn is_terminal(&self) -> bool {
        match &self.sink {
            Sink::Standard(stream) => stream.get_ref().is_terminal(),
            Sink::Device(file) => file.get_ref().is_terminal(),
            Sink::File { .. } => false,
        }
    }

    /// Puts the complete answer in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.sink {
            Sink::Standard(mut stream) => stream.flush()?,
            Sink::Device(mut file) => file.flush()?,
            Sink::File { temporary, path } => {
                let persist = || -> io::Result<()> {
                    let temporary = temporary.into_inner().map_err(io::IntoInnerError::into_error)?;
                    temporary.persist(&path)?;
                    Ok(())
                };
                persist().map_err(|error| Failure::unwritable(&path, &error))?;
            }
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Standard(stream) => stream.write(bytes),
            Sink::Device(file) => file.write(bytes),
            Sink::File { temporary, .. } => temporary.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Standard(stream) => stream.flush(),
            Sink::Device(file) => file.flush(),
            Sink::File { temporary, .. } => temporary.flush(),
        }
    }
}

fn sink_at(path: &Path) -> io::Result<Sink> {
    // A link is followed, so that it is not the link that is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => {
            let file = File::options().write(true).open(&path)?;
            return Ok(Sink::Device(BufWriter::with_capacity(BUFFER, file)));
        }
        _ => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tunnelog-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: a temporary file is for its owner alone otherwise.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(folder)?;
    Ok(Sink::File { temporary: BufWriter::with_capacity(BUFFER, temporary), path })
}
