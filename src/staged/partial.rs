//! What is written and not complete, so that a process that ends at once can take it away.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

/// What the names of incomplete files and folders end with.
const SUFFIX: &str = ".partial";

/// The incomplete files and folders of this process.
static PARTIAL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Held while what is complete is put in its place.
static PLACING: Mutex<()> = Mutex::new(());

fn partial() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PARTIAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As long as this is held, nothing is abandoned.
pub(super) fn undisturbed() -> MutexGuard<'static, ()> {
    PLACING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is incomplete, for a process that ends without dropping anything. Nothing is made or put in a place afterwards.
pub fn abandon() {
    let placing = undisturbed();
    let partial = partial();
    for path in partial.iter() {
        // What cannot be removed stays, with a name that says what it is.
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    std::mem::forget((placing, partial));
}

/// The path of something incomplete, as long as it is there.
#[derive(Debug)]
pub(super) struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        partial().remove(&self.0);
    }
}

/// A file in `folder` that is not complete. It goes when it is dropped.
pub(super) fn file(folder: &Path) -> io::Result<(NamedTempFile<File>, Listed)> {
    made(0o666, |builder| builder.tempfile_in(folder), NamedTempFile::path)
}

/// A folder in `folder` that is not complete. It goes when it is dropped.
pub(super) fn folder(folder: &Path) -> io::Result<(TempDir, Listed)> {
    made(0o777, |builder| builder.tempdir_in(folder), TempDir::path)
}

fn made<Made>(
    mode: u32,
    create: impl FnOnce(&Builder<'_, '_>) -> io::Result<Made>,
    path: fn(&Made) -> &Path,
) -> io::Result<(Made, Listed)> {
    let prefix = format!(".tunnelog-{}-", process::id());
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As anything new: what is temporary is for its owner alone otherwise.
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    let mut partial = partial();
    let new = create(&builder)?;
    let path = path(&new).to_path_buf();
    partial.insert(path.clone());
    Ok((new, Listed(path)))
}
