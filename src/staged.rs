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

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

mod partial;
mod replacement;

pub use partial::abandon;
pub use replacement::Replacement;

use partial::Listed;

/// Files that are being written into a folder. What is dropped before [`Staged::commit`] leaves everything as it was.
#[derive(Debug)]
pub struct Staged {
    files: Vec<Replacement>,
    /// Old files that go once the new ones are there.
    obsolete: Vec<PathBuf>,
    folder: Folder,
}

/// A file among those of a [`Staged`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(usize);

/// Where files are written.
#[derive(Debug)]
enum Folder {
    /// A folder that is there, and that nobody else writes into meanwhile.
    There { path: PathBuf, _lock: Option<File> },
    /// One that is yet to be: it is filled under another name.
    New(NewFolder),
}

/// A folder that takes its place once it is filled.
#[derive(Debug)]
struct NewFolder {
    /// What is moved into place, the folder itself or one around it.
    whole: TempDir,
    _listed: Listed,
    /// The folder in it that files are written into.
    inner: PathBuf,
    /// Where the whole goes.
    target: PathBuf,
}

impl Staged {
    /// Nothing written yet into `folder`, which is made once everything is complete where it does not exist.
    ///
    /// # Errors
    /// Where the folder cannot be made, or where another process or another value is writing into it.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let folder = match fs::metadata(folder) {
            Ok(found) if found.is_dir() => there(folder)?,
            Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => new(folder)?,
            Err(error) => return Err(error),
        };
        Ok(Self { files: Vec::new(), obsolete: Vec::new(), folder })
    }

    /// Begins a file.
    ///
    /// # Errors
    /// Where it cannot be created, or what has its name cannot be replaced.
    pub fn begin(&mut self, name: &str) -> io::Result<Place> {
        let folder = match &self.folder {
            Folder::There { path, .. } => path,
            Folder::New(new) => &new.inner,
        };
        self.files.push(Replacement::of(&folder.join(name))?);
        Ok(Place(self.files.len() - 1))
    }

    /// The file that was begun.
    pub fn file(&mut self, place: Place) -> &mut (impl Write + use<>) {
        &mut self.files[place.0]
    }

    /// Takes away a file that is there, once the new ones are in their places.
    ///
    /// # Errors
    /// Where it is a folder.
    pub fn remove(&mut self, path: PathBuf) -> io::Result<()> {
        if fs::symlink_metadata(&path)?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        self.obsolete.push(path);
        Ok(())
    }

    /// Puts every file in its place.
    ///
    /// # Errors
    /// Where what is left to write, or a file, cannot be put there.
    pub fn commit(self) -> io::Result<()> {
        // All is on the disk before the first old file goes.
        let complete: Vec<_> =
            self.files.into_iter().map(Replacement::complete).collect::<io::Result<_>>()?;
        let _undisturbed = partial::undisturbed();
        complete.into_iter().try_for_each(replacement::Complete::put)?;
        self.obsolete.into_iter().try_for_each(fs::remove_file)?;
        match self.folder {
            Folder::There { .. } => Ok(()),
            Folder::New(new) => fs::rename(new.whole.path(), &new.target),
        }
    }
}

/// A folder that exists, locked where the system can.
fn there(path: &Path) -> io::Result<Folder> {
    // Not every system opens folders, and not every file system has locks: a lock is worth no refusal.
    let lock = File::open(path).ok();
    match lock.as_ref().map(File::try_lock) {
        Some(Err(TryLockError::WouldBlock)) => {
            Err(io::Error::new(io::ErrorKind::ResourceBusy, "another run writes into it"))
        }
        _ => Ok(Folder::There { path: path.to_path_buf(), _lock: lock }),
    }
}

/// A folder that does not exist, in the first one around it that does.
fn new(path: &Path) -> io::Result<Folder> {
    let missing = path.ancestors().take_while(|it| !it.as_os_str().is_empty() && !it.exists());
    let target = missing.last().ok_or(io::ErrorKind::NotFound)?;
    let rest = path.strip_prefix(target).unwrap_or(Path::new(""));
    if rest.components().any(|step| step == Component::ParentDir) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let (whole, listed) = partial::folder(replacement::folder_of(target))?;
    let inner = whole.path().join(rest);
    fs::create_dir_all(&inner)?;
    Ok(Folder::New(NewFolder { whole, _listed: listed, inner, target: target.to_path_buf() }))
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

    fn write(staged: &mut Staged, name: &str) {
        let place = staged.begin(name).unwrap();
        staged.file(place).write_all(name.as_bytes()).unwrap();
    }

    #[test]
    fn files_come_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        let mut staged = Staged::new(folder.path()).unwrap();
        write(&mut staged, "a");
        write(&mut staged, "b");
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
        assert_eq!(names(folder.path()).len(), 3);
        staged.commit().unwrap();
        assert_eq!(names(folder.path()), ["a", "b"]);
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "a");
        let mut staged = Staged::new(folder.path()).unwrap();
        staged.begin("c").unwrap();
        staged.remove(folder.path().join("a")).unwrap();
        drop(staged);
        assert_eq!(names(folder.path()), ["a", "b"]);
        let mut staged = Staged::new(folder.path()).unwrap();
        staged.begin("c").unwrap();
        staged.remove(folder.path().join("a")).unwrap();
        staged.commit().unwrap();
        assert_eq!(names(folder.path()), ["b", "c"]);
    }

    #[test]
    fn what_cannot_be_replaced_is_known_before_anything_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        let mut staged = Staged::new(folder.path()).unwrap();
        assert_eq!(staged.begin("a").unwrap_err().kind(), io::ErrorKind::IsADirectory);
        let refused = staged.remove(folder.path().join("a")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::IsADirectory);
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(Staged::new(&file).unwrap_err().kind(), io::ErrorKind::NotADirectory);
    }

    #[test]
    fn a_new_folder_is_there_once_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("new/inner");
        let mut staged = Staged::new(&target).unwrap();
        write(&mut staged, "a");
        assert!(!folder.path().join("new").exists());
        drop(staged);
        assert_eq!(names(folder.path()), [""; 0]);
        let mut staged = Staged::new(&target).unwrap();
        write(&mut staged, "a");
        staged.commit().unwrap();
        assert_eq!((names(folder.path()), names(&target)), (vec!["new".into()], vec!["a".into()]));
        // Nobody's folder is overwritten, whoever was faster.
        let slow = folder.path().join("slow");
        let mut staged = Staged::new(&slow).unwrap();
        write(&mut staged, "a");
        fs::create_dir(&slow).unwrap();
        fs::write(slow.join("other"), "").unwrap();
        assert!(staged.commit().is_err());
        assert_eq!((names(&slow), names(folder.path()).len()), (vec!["other".into()], 2));
        assert!(Staged::new(&folder.path().join("none/../beside")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn one_at_a_time_writes_into_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Staged::new(folder.path()).unwrap();
        let refused = Staged::new(folder.path()).unwrap_err();
        assert_eq!(refused.to_string(), "another run writes into it");
        drop(first);
        Staged::new(folder.path()).unwrap().commit().unwrap();
        Staged::new(folder.path()).unwrap();
    }
}
