//! The text of a file, which a large file gives back to the system until it is needed again.

use std::fs::{self, Metadata};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// The length from which on it is worth to read a file twice.
const LARGE: usize = 1 << 22;

/// A file that was written later than so long before it was read may have changed within the grain of its time.
const SETTLED: Duration = Duration::from_secs(2);

const MARK: char = '\u{feff}';

/// A text that is in memory, or that its file still has.
#[derive(Debug)]
pub(super) struct Text {
    held: OnceLock<String>,
    /// What the file was like when the text was let go of.
    file: Option<(Metadata, usize)>,
    has_changed: AtomicBool,
}

impl Text {
    pub(super) fn new(text: String) -> Self {
        Self { held: text.into(), file: None, has_changed: AtomicBool::new(false) }
    }

    /// The text. It is read again from the file at `path` where it was let go of; of a file that has changed since then come as many
    /// blanks.
    pub(super) fn get(&self, path: &str) -> &str {
        self.held.get_or_init(|| {
            let Some((found, length)) = &self.file else { return String::new() };
            read_again(path, found, *length).unwrap_or_else(|| {
                self.has_changed.store(true, Ordering::Relaxed);
                " ".repeat(*length)
            })
        })
    }

    /// True where the text was needed again, and its file had changed.
    pub(super) fn has_changed(&self) -> bool {
        self.has_changed.load(Ordering::Relaxed)
    }

    /// Gives the memory of a large text back where it is what the file at `path` holds byte for byte, and that was written well before
    /// `read`, when reading began.
    pub(super) fn let_go(&mut self, path: &str, read: SystemTime) {
        if self.held.get().is_some_and(|text| text.len() >= LARGE) {
            self.let_go_of_any(path, read);
        }
    }

    fn let_go_of_any(&mut self, path: &str, read: SystemTime) {
        let Some(length) = self.held.get().map(String::len) else { return };
        let Ok(found) = fs::metadata(path) else { return };
        let sizes = [length, length + MARK.len_utf8()].map(|size| size as u64);
        let is_settled =
            found.modified().is_ok_and(|at| read.duration_since(at).is_ok_and(|since| since > SETTLED));
        if found.is_file() && sizes.contains(&found.len()) && is_settled {
            self.file = Some((found, length));
            self.held = OnceLock::new();
        }
    }
}

/// The text of a file that is as it was `found`.
fn read_again(path: &str, found: &Metadata, length: usize) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    let now = fs::metadata(path).ok()?;
    let is_same = now.len() == found.len() && now.modified().ok() == found.modified().ok();
    let mut text = String::from_utf8(bytes).ok().filter(|_| is_same)?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    (text.len() == length).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name,address_space\nHub,10.0.0.0/16\n";

    fn file(text: &str) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vnets.csv").display().to_string();
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    /// Long after any file of the test was written.
    fn later() -> SystemTime {
        SystemTime::now() + Duration::from_secs(60)
    }

    #[test]
    fn a_text_that_was_let_go_of_is_read_again_with_and_without_a_mark() {
        for mark in ["", "\u{feff}"] {
            let (_folder, path) = file(&format!("{mark}{TEXT}"));
            let mut text = Text::new(TEXT.to_owned());
            text.let_go_of_any(&path, later());
            assert!(text.held.get().is_none());
            assert_eq!(text.get(&path), TEXT);
            assert!(!text.has_changed());
        }
    }

    #[test]
    fn a_file_that_has_changed_gives_blanks_and_says_so() {
        for other in ["name,address_space\nHub,10.0.0.0/1", "name,address_space\nHub,10.9.0.0/16\n"] {
            let (_folder, path) = file(TEXT);
            let mut text = Text::new(TEXT.to_owned());
            text.let_go_of_any(&path, later());
            let before = fs::metadata(&path).unwrap().modified().unwrap();
            fs::write(&path, other).unwrap();
            // The grain of a file's time may be coarser than this test.
            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(before + Duration::from_secs(1)).unwrap();
            assert_eq!(text.get(&path), " ".repeat(TEXT.len()));
            assert!(text.has_changed());
        }
    }

    #[test]
    fn what_no_settled_file_holds_byte_for_byte_stays_in_memory() {
        let (_folder, path) = file(TEXT);
        for (text, path, read) in [
            (TEXT, path.as_str(), SystemTime::now()),
            ("packed", path.as_str(), later()),
            (TEXT, "no-such-file", later()),
            (TEXT, ".", later()),
        ] {
            let mut held = Text::new(text.to_owned());
            held.let_go_of_any(path, read);
            assert_eq!(held.held.get().map(String::as_str), Some(text));
        }
        let mut short = Text::new(TEXT.to_owned());
        short.let_go(&path, later());
        assert!(short.held.get().is_some());
    }
}
