//! One file that takes the place of another, with its mode and its owner.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::partial::{self, Listed};

/// Large enough that a write costs little beside what is written.
const BUFFER: usize = 64 * 1024;

/// More links than a path may lead through.
const MOST_LINKS: usize = 40;

/// A file that takes its place once it is complete. Dropped before that, it leaves everything as it was.
///
/// What was there gives it its mode and its owner. A link stays and what it leads to is replaced. What has several names, or
/// an owner whom this process cannot give files to, is filled and not replaced, when all is complete.
#[derive(Debug)]
pub struct Replacement {
    new: BufWriter<NamedTempFile>,
    listed: Listed,
    target: Target,
}

/// Where a file goes.
#[derive(Debug)]
struct Target {
    path: PathBuf,
    /// What is there, open for writing.
    old: Option<File>,
    /// False where what is there has to stay what it is.
    is_replaced: bool,
}

/// A file that is complete and not yet in its place.
pub(super) struct Complete {
    new: NamedTempFile,
    _listed: Listed,
    target: Target,
}

impl Replacement {
    /// Nothing written yet of the file at `path`.
    ///
    /// # Errors
    /// Where there is something that is no file or may not be written to, or where no file can be made.
    pub fn of(path: &Path) -> io::Result<Self> {
        let path = behind_links(path)?;
        let folder = folder_of(&path);
        let Ok(found) = fs::metadata(&path) else {
            let (new, listed) = partial::file(folder)?;
            return Ok(Self::writing(new, listed, Target { path, old: None, is_replaced: true }));
        };
        if found.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // A file that nobody may write to is not replaced either.
        let old = Some(File::options().write(true).open(&path)?);
        match partial::file(folder) {
            Ok((new, listed)) => {
                let is_replaced = has_one_name(&found) && takes_after(new.as_file(), &found);
                Ok(Self::writing(new, listed, Target { path, old, is_replaced }))
            }
            // In a folder that takes no new file, what is there can still be filled.
            Err(error) if is_closed(&error) => {
                let (new, listed) = partial::file(&std::env::temp_dir())?;
                Ok(Self::writing(new, listed, Target { path, old, is_replaced: false }))
            }
            Err(error) => Err(error),
        }
    }

    fn writing(new: NamedTempFile, listed: Listed, target: Target) -> Self {
        Self { new: BufWriter::with_capacity(BUFFER, new), listed, target }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// Where what is left to write, or the file, cannot be put there.
    pub fn commit(self) -> io::Result<()> {
        let complete = self.complete()?;
        let _undisturbed = partial::undisturbed();
        complete.put()
    }

    pub(super) fn complete(self) -> io::Result<Complete> {
        let new = self.new.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Complete { new, _listed: self.listed, target: self.target })
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.new.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.new.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.new.flush()
    }
}

impl Complete {
    /// Puts the file in its place, while nothing disturbs that.
    pub(super) fn put(self) -> io::Result<()> {
        let Target { path, old, is_replaced } = self.target;
        let mut new = self.new;
        if is_replaced {
            match (new.persist(path), &old) {
                (Ok(_), _) => return Ok(()),
                (Err(error), None) => return Err(error.error),
                // What is mounted there, or another's in a folder for all, can still be filled.
                (Err(error), Some(_)) => new = error.file,
            }
        }
        old.map_or(Ok(()), |mut old| fill(&mut old, new.as_file_mut()))
    }
}

/// Writes all of `new` over all of `old`.
fn fill(old: &mut File, new: &mut File) -> io::Result<()> {
    let (before, length) = (old.metadata()?.len(), new.metadata()?.len());
    let mut copy = |old: &mut File, from: u64, to: u64| -> io::Result<u64> {
        new.seek(SeekFrom::Start(from))?;
        old.seek(SeekFrom::Start(from))?;
        io::copy(&mut Read::by_ref(new).take(to - from), old)
    };
    // What the disk may have no room for comes first, while it can be taken away again.
    if let Err(error) = copy(old, before.min(length), length) {
        old.set_len(before)?;
        return Err(error);
    }
    copy(old, 0, before.min(length))?;
    old.set_len(length)
}

/// The path that links at `path` lead to, be there anything or nothing.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = folder_of(&path).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links lead to one another"))
}

/// The folder that `path` lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

#[cfg(unix)]
fn has_one_name(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.nlink() <= 1
}

#[cfg(not(unix))]
fn has_one_name(_: &Metadata) -> bool {
    true
}

/// Gives `new` the mode and owner of what was found; false where that cannot be done.
#[cfg(unix)]
fn takes_after(new: &File, found: &Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt, fchown};
    let owner = |of: &Metadata| (of.uid(), of.gid());
    let Ok(own) = new.metadata() else { return false };
    let is_owned = owner(&own) == owner(found) || fchown(new, Some(found.uid()), Some(found.gid())).is_ok();
    is_owned && new.set_permissions(found.permissions()).is_ok()
}

#[cfg(not(unix))]
fn takes_after(_: &File, _: &Metadata) -> bool {
    true
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn replace(path: &Path, text: &str) {
        let mut file = Replacement::of(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.commit().unwrap();
    }

    #[test]
    fn mode_and_other_names_stay() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("answer"), "old").unwrap();
        fs::set_permissions(at("answer"), fs::Permissions::from_mode(0o640)).unwrap();
        replace(&at("answer"), "new");
        assert_eq!(fs::metadata(at("answer")).unwrap().permissions().mode() & 0o7777, 0o640);
        fs::hard_link(at("answer"), at("other")).unwrap();
        let inode = fs::metadata(at("answer")).unwrap().ino();
        for text in ["a longer answer", "short", ""] {
            replace(&at("answer"), text);
            assert_eq!(fs::read_to_string(at("other")).unwrap(), text);
        }
        assert_eq!(fs::metadata(at("answer")).unwrap().ino(), inode);
    }

    #[test]
    fn links_stay_whether_or_not_they_lead_to_anything() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("inner")).unwrap();
        symlink("inner/second", at("first")).unwrap();
        symlink("../target", at("inner/second")).unwrap();
        for text in ["new", "newer"] {
            replace(&at("first"), text);
            assert!(fs::symlink_metadata(at("first")).unwrap().is_symlink());
            assert!(fs::symlink_metadata(at("inner/second")).unwrap().is_symlink());
            assert_eq!(fs::read_to_string(at("target")).unwrap(), text);
        }
        symlink("loop", at("loop")).unwrap();
        assert!(Replacement::of(&at("loop")).is_err());
    }

    #[test]
    fn what_does_not_fit_is_taken_away_again() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("old"), "old").unwrap();
        fs::write(at("new"), "much more").unwrap();
        // A file that is only open for reading takes nothing, as one on a full disk.
        let mut old = File::open(at("old")).unwrap();
        assert!(fill(&mut old, &mut File::open(at("new")).unwrap()).is_err());
        assert_eq!(fs::read_to_string(at("old")).unwrap(), "old");
    }

    #[test]
    fn what_is_abandoned_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (file, listed) = partial::file(folder.path()).unwrap();
        assert!(file.path().exists());
        drop((file, listed));
        let (inner, listed) = partial::folder(folder.path()).unwrap();
        assert!(inner.path().is_dir());
        drop((inner, listed));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
