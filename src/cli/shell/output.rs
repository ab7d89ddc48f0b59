//! Where an answer goes: the standard output, or a file that is replaced once the answer is complete.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tunnelog::staged::Replacement;

use crate::cli::arguments::Color;
use crate::cli::shell::exit::Failure;
use crate::cli::shell::screen;
use crate::cli::shell::screen::{Guard, Screen};

/// Large enough that a write costs little beside what is written.
const BUFFER: usize = 64 * 1024;

/// The place of an answer, and what it can show.
pub(crate) struct Output {
    sink: Sink,
    pub(crate) screen: Screen,
    /// Keeps what a terminal would act on from it, where the answer is written for programs.
    guard: Option<Guard>,
}

enum Sink {
    Standard(BufWriter<Stdout>),
    /// A device, a pipe or a stream of the process, which is written to as it is.
    Stream(BufWriter<File>),
    File {
        file: Replacement,
        path: PathBuf,
    },
}

impl Output {
    /// Opens the file at `path`, or the standard output.
    pub(crate) fn open(path: Option<&Path>, color: Color) -> Result<Self, Failure> {
        let Some(path) = path else {
            let sink = Sink::Standard(BufWriter::with_capacity(BUFFER, io::stdout()));
            return Ok(Self { sink, screen: screen::answers(color), guard: None });
        };
        let sink = sink_at(path).map_err(|error| Failure::unwritable(path, &error))?;
        Ok(Self { sink, screen: screen::file(color), guard: None })
    }

    /// The format asked for, otherwise the one for people on a terminal and the one for programs elsewhere.
    pub(crate) fn format<Format: Copy + PartialEq>(
        &mut self,
        wanted: Option<Format>,
        for_people: Format,
        for_programs: Format,
    ) -> Format {
        let format = wanted.unwrap_or(if self.screen.terminal { for_people } else { for_programs });
        if format != for_people {
            self.for_programs();
        }
        format
    }

    /// What is written is not made for a terminal, though it may come to one.
    pub(crate) fn for_programs(&mut self) {
        self.guard = self.screen.terminal.then(Guard::default);
    }

    /// True where the answer is shown as it is written.
    pub(crate) fn is_terminal(&self) -> bool {
        match &self.sink {
            Sink::Standard(stream) => stream.get_ref().is_terminal(),
            Sink::Stream(file) => file.get_ref().is_terminal(),
            Sink::File { .. } => false,
        }
    }

    /// Writes a JSON document, or one on a line of its own.
    pub(crate) fn json(&mut self, document: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self, document)?;
        self.write_all(b"\n")
    }

    /// Puts the complete answer in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if let Some(guard) = self.guard.take() {
            self.put(guard.rest().as_bytes())?;
        }
        match self.sink {
            Sink::Standard(mut stream) => stream.flush()?,
            Sink::Stream(mut file) => file.flush()?,
            Sink::File { file, path } => {
                file.commit().map_err(|error| Failure::unwritable(&path, &error))?;
            }
        }
        Ok(())
    }
}

impl Output {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.sink {
            Sink::Standard(stream) => stream.write_all(bytes),
            Sink::Stream(file) => file.write_all(bytes),
            Sink::File { file, .. } => file.write_all(bytes),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.guard.as_mut().map(|guard| guard.pass(bytes)) {
            Some(text) => self.put(text.as_bytes())?,
            None => self.put(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Standard(stream) => stream.flush(),
            Sink::Stream(file) => file.flush(),
            Sink::File { file, .. } => file.flush(),
        }
    }
}

fn sink_at(path: &Path) -> io::Result<Sink> {
    let stream = match fs::metadata(path) {
        // What follows a stream, such as `/dev/stdout`, goes on where the stream is.
        Ok(found) if !found.is_dir() => match stream_of(&found)? {
            Some(stream) => Some(stream),
            None if found.is_file() => None,
            None => Some(File::options().write(true).open(path)?),
        },
        _ => None,
    };
    Ok(match stream {
        Some(file) => Sink::Stream(BufWriter::with_capacity(BUFFER, file)),
        None => Sink::File { file: Replacement::of(path)?, path: path.to_path_buf() },
    })
}

/// The standard output or error, where that is what was found.
#[cfg(unix)]
fn stream_of(found: &Metadata) -> io::Result<Option<File>> {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    for stream in [io::stdout().as_fd(), io::stderr().as_fd()] {
        let stream = File::from(stream.try_clone_to_owned()?);
        let it = stream.metadata()?;
        if (it.dev(), it.ino()) == (found.dev(), found.ino()) {
            return Ok(Some(stream));
        }
    }
    Ok(None)
}

#[cfg(not(unix))]
fn stream_of(_: &Metadata) -> io::Result<Option<File>> {
    Ok(None)
}
