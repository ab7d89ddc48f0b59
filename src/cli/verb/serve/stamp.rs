//! Whether the files of an inventory changed, by their times and sizes.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What was seen of the files: of each its path, when it was written, and how large it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp(Vec<(PathBuf, Option<SystemTime>, u64)>);

impl Stamp {
    /// What is seen of the file at `path`, or of all files of the folder there.
    pub(super) fn of(path: &Path) -> Self {
        let seen = |path: PathBuf, found: &Metadata| (path, found.modified().ok(), found.len());
        let mut files = Vec::new();
        if let Ok(found) = fs::metadata(path) {
            files.push(seen(path.to_owned(), &found));
        }
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            if let Ok(found) = fs::metadata(entry.path()) {
                files.push(seen(entry.path(), &found));
            }
        }
        files.sort();
        Self(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_added_or_taken_away_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vnets.csv");
        let mut last = Stamp::of(folder.path());
        let mut differs = || {
            let now = Stamp::of(folder.path());
            let differs = now != last;
            last = now;
            differs
        };
        assert!(!differs());
        fs::write(&file, "name").unwrap();
        assert!(differs() && !differs());
        fs::write(&file, "name,address_space").unwrap();
        assert!(differs());
        fs::remove_file(&file).unwrap();
        assert!(differs());
        assert_eq!(Stamp::of(&file), Stamp(Vec::new()));
    }
}
