//! A file that is read, be it on a disk or a part of a packed one.

use std::path::{Path, PathBuf};

use super::load::{self, Text};

/// A file that is read.
pub(crate) struct Input {
    /// Its path; for a part of a packed file, the path of that with the name of the part.
    pub(crate) path: PathBuf,
    /// What a part holds.
    bytes: Option<Vec<u8>>,
}

impl Input {
    /// A file on a disk.
    pub(crate) fn on_disk(path: PathBuf) -> Self {
        Self { path, bytes: None }
    }

    /// A part of a packed file.
    pub(super) fn packed(path: PathBuf, bytes: Vec<u8>) -> Self {
        Self { path, bytes: Some(bytes) }
    }

    /// What a part of a packed file holds.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }

    /// True where it is no folder, pipe or device.
    pub(super) fn is_file(&self) -> bool {
        self.bytes.is_some() || self.path.is_file()
    }

    /// True where its name ends in a dot and `extension`, in letters of any case.
    pub(super) fn has_extension(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|it| it.eq_ignore_ascii_case(extension))
    }

    /// Its path, and its text or why there is none.
    pub(crate) fn load(self) -> (PathBuf, Result<Text, String>) {
        let text = match self.bytes {
            Some(bytes) => load::from_bytes(bytes),
            None => load::load(Path::new(&self.path)),
        };
        (self.path, text)
    }
}
