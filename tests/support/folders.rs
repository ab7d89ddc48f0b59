//! Folders of files, made for one test.

use std::fs;

use tempfile::TempDir;

/// A folder with these files, which goes when it is dropped.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}
