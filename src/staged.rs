//! Files of a folder that take their place together, once all of them are complete.
//!
//! ```
//! use std::io::Write;
//! use tunnelog::staged::Staged;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path();
//! let mut staged = Staged::new(folder)?;
//! let place = staged.begin("vnets.csv")?;
//! writeln!(staged.file(place), "name,address_space")?;
//! assert!(!folder.join("vnets.csv").exists());
//! staged.commit()?;
//! assert!(folder.join("vnets.csv").exists());
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;

use tempfile::NamedTempFile;

/// What the names of incomplete files end with.
const SUFFIX: &str = ".partial";

/// Files that are being written into a folder. What is dropped before [`Staged::commit`] leaves the folder as it was.
#[derive(Debug)]
pub struct Staged {
    folder: PathBuf,
    files: Vec<(PathBuf, BufWriter<NamedTempFile>)>,
    /// Old files that go once the new ones are there.
    obsolete: Vec<PathBuf>,
}

/// A file among those of a [`Staged`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(usize);

impl Staged {
    /// Nothing written yet into `folder`, which is created where it does not exist.
    ///
    /// # Errors
    /// Where the folder cannot be created.
    pub fn new(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_path_buf(), files: Vec::new(), obsolete: Vec::new() })
    }

    /// Begins a file.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn begin(&mut self, name: &str) -> io::Result<Place> {
        let file = beside(&self.folder)?;
        self.files.push((self.folder.join(name), BufWriter::new(file)));
        Ok(Place(self.files.len() - 1))
    }

    /// The file that was begun.
    pub fn file(&mut self, place: Place) -> &mut (impl Write + use<>) {
        &mut self.files[place.0].1
    }

    /// Takes away a file that is there, once the new ones are in their places.
    pub fn remove(&mut self, path: PathBuf) {
        self.obsolete.push(path);
    }

    /// Puts every file in its place.
    ///
    /// # Errors
    /// Where what is left to write, or a file, cannot be put there.
    pub fn commit(self) -> io::Result<()> {
        // All is on the disk before the first old file goes.
        let mut complete = Vec::new();
        for (path, file) in self.files {
            complete.push((path, file.into_inner().map_err(io::IntoInnerError::into_error)?));
        }
        for (path, file) in complete {
            file.persist(path)?;
        }
        for path in self.obsolete {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// A file in `folder` that is not complete. It goes when it is dropped.
///
/// # Errors
/// Where it cannot be created.
pub fn beside(folder: &Path) -> io::Result<NamedTempFile<File>> {
    let prefix = prefix();
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: a temporary file is for its owner alone otherwise.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Removes the incomplete files of this process from `folder`, for one that ends without dropping anything.
pub fn abandon(folder: &Path) {
    let prefix = prefix();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(SUFFIX));
        if is_ours {
            // What cannot be removed stays, with a name that says what it is.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn prefix() -> String {
    format!(".tunnelog-{}-", process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn files_come_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        let mut staged = Staged::new(folder.path()).unwrap();
        for name in ["a", "b"] {
            let place = staged.begin(name).unwrap();
            staged.file(place).write_all(name.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
        assert_eq!(names(folder.path()).len(), 3);
        staged.commit().unwrap();
        assert_eq!(names(folder.path()), ["a", "b"]);
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "a");
        let mut staged = Staged::new(folder.path()).unwrap();
        staged.begin("c").unwrap();
        staged.remove(folder.path().join("a"));
        drop(staged);
        assert_eq!(names(folder.path()), ["a", "b"]);
        let mut staged = Staged::new(folder.path()).unwrap();
        staged.begin("c").unwrap();
        staged.remove(folder.path().join("a"));
        staged.commit().unwrap();
        assert_eq!(names(folder.path()), ["b", "c"]);
    }

    #[test]
    fn only_incomplete_files_of_this_process_are_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".tunnelog-0-other.partial"), "").unwrap();
        let kept = beside(folder.path()).unwrap();
        abandon(folder.path());
        assert_eq!(names(folder.path()), [".tunnelog-0-other.partial"]);
        drop(kept);
    }
}
