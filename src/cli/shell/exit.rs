//! How a call ends: with an answer, or with a reason why there is none.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use tunnelog::diagnostic::Severity;

use crate::cli::arguments::{Deny, DenyArguments};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The answer is clean or yes.
    Clean = 0,
    /// The answer is a valid no.
    No = 1,
    /// Wrong use, or input that cannot be read or is invalid.
    Invalid = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a verb gives no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Whoever read the answer has had enough of it.
    ClosedPipe,
    /// The program was told to end, which its exit code says.
    Interrupted(u8),
    /// Something is wrong with what was read, and the user knows.
    Reported,
    /// What the user does not know yet.
    Message { message: String, help: Option<String> },
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Message { message: message.into(), help: None }
    }

    pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("`{}` cannot be written: {}", path.display(), without_number(error)))
    }

    /// Says that one JSON document is not put together from the outputs of several shares.
    pub(crate) fn one_document() -> Self {
        Self::new("one JSON document cannot be made of shares").help("use `--format ndjson`")
    }

    pub(crate) fn help(self, text: impl Into<String>) -> Self {
        match self {
            Self::Message { message, .. } => Self::Message { message, help: Some(text.into()) },
            Self::ClosedPipe | Self::Interrupted(_) | Self::Reported => self,
        }
    }
}

impl From<io::Error> for Failure {
    /// For errors in writing the answer, which are the only ones without a path to name.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::new(format!("the answer cannot be written: {}", without_number(&error)))
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedPipe => f.write_str("the reader of the answer is gone"),
            Self::Interrupted(_) => f.write_str("interrupted"),
            Self::Reported => f.write_str("what was read has errors"),
            Self::Message { message, help: None } => f.write_str(message),
            Self::Message { message, help: Some(help) } => write!(f, "{message}\n\nhelp: {help}"),
        }
    }
}

/// An error of the operating system, without its number.
pub(crate) fn without_number(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

impl DenyArguments {
    /// How the program ends where `worst` is the greatest weight that was found.
    pub(crate) fn exit(self, worst: Option<Severity>) -> Exit {
        match (worst, self.deny) {
            (Some(Severity::Error), _) => Exit::Invalid,
            (Some(Severity::Warning), Some(Deny::Warnings)) => Exit::No,
            _ => Exit::Clean,
        }
    }
}
