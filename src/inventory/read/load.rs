//! From a file to text: size, encoding, byte-order mark.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rayon::prelude::*;

use super::inflate::Allowance;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// The bytes of a file from which on fetching them is shared among threads.
const WORTH_SHARING: u64 = 1 << 23;

/// What a file that gzip has packed begins with.
const GZIP: &[u8] = b"\x1f\x8b";

/// Where a tar archive says that it is one, and how.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// The path that stands for the standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// What a file holds.
pub(crate) enum Text {
    /// Text without a byte-order mark.
    Clean(String),
    /// Bytes that are not text.
    Broken {
        /// The text with a replacement character for what is not text.
        lossy: String,
        /// Where the first replacement character stands.
        at: usize,
    },
}

/// Loads a file, or what comes over the standard input for `-`; the cause where it cannot be read.
pub(crate) fn load(path: &Path) -> Result<Text, String> {
    if path == Path::new(STANDARD_INPUT) {
        return from_bytes(to_the_end(io::stdin().lock()).map_err(|error| cause(&error))?);
    }
    let found = std::fs::metadata(path).map_err(|error| cause(&error))?;
    let bytes = if found.is_file() {
        fits(found.len())?;
        read(path, found.len())
    } else {
        File::open(path).and_then(|file| if is_device(&found) { nothing(file) } else { to_the_end(file) })
    };
    from_bytes(bytes.map_err(|error| cause(&error))?)
}

/// The bytes of what tells no size, such as a pipe, which may have no end.
fn to_the_end(stream: impl Read) -> io::Result<Vec<u8>> {
    up_to(u64::from(u32::MAX), stream)
}

fn up_to(most: u64, stream: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other("more than 4 GiB come from it: write them to a file, and name that"));
    }
    Ok(bytes)
}

/// The cause where no room can be had for a file of `size` bytes.
fn fits(size: u64) -> Result<(), String> {
    let refused = || "it does not fit into memory".to_owned();
    let size = usize::try_from(size).map_err(|_| refused())?;
    Vec::<u8>::new().try_reserve_exact(size).map_err(|_| refused())
}

/// Nothing, as `/dev/null` gives; other devices have no end, or none that anybody waits for.
fn nothing(mut device: impl Read) -> io::Result<Vec<u8>> {
    match device.read(&mut [0])? {
        0 => Ok(Vec::new()),
        _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
    }
}

#[cfg(unix)]
fn is_device(found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_char_device() || found.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

/// What bytes hold, which may be packed by gzip; the cause where they are too many, or packed twice.
pub(crate) fn from_bytes(bytes: Vec<u8>) -> Result<Text, String> {
    let bytes = if bytes.starts_with(GZIP) {
        let unpacked = Allowance::new(bytes.len() as u64).unpacked(MultiGzDecoder::new(&bytes[..]));
        unpacked.map_err(|error| cause(&error))?
    } else {
        bytes
    };
    if bytes.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1)) {
        return Err("it is a tar archive: unpack it first".to_owned());
    }
    Ok(decode(bytes))
}

/// The bytes of a file of `size` bytes. Those of a large one are fetched by all threads side by side.
fn read(path: &Path, size: u64) -> io::Result<Vec<u8>> {
    let (Ok(size), true) = (usize::try_from(size), size >= WORTH_SHARING) else {
        return std::fs::read(path);
    };
    let share = size.div_ceil(4 * rayon::current_num_threads());
    let mut bytes = vec![0; size];
    let fetch = |(index, share_of_bytes): (usize, &mut [u8])| {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start((index * share) as u64))?;
        file.read_exact(share_of_bytes)
    };
    bytes.par_chunks_mut(share).enumerate().try_for_each(fetch)?;
    Ok(bytes)
}

/// Why reading failed, the same words on every system.
pub(crate) fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::InvalidInput => "it is a device, and neither a file nor a pipe".to_owned(),
        io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    }
}

/// The finding that a file or folder cannot be read.
pub(crate) fn unreadable(path: &Path, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::UnreadableFile, format!("`{}` cannot be read: {cause}", path.display()))
}

/// The finding that a file holds bytes that are not text, the first at `at`.
pub(crate) fn not_utf8(path: &Path, file: FileId, at: usize) -> Diagnostic {
    let length = char::REPLACEMENT_CHARACTER.len_utf8();
    Diagnostic::new(Code::UnreadableFile, format!("`{}` is not UTF-8 text", path.display()))
        .at(Span::new(file, at..at + length), "the first byte that is not UTF-8")
        .help("save the file as UTF-8; in Excel, choose `CSV UTF-8`")
}

/// Files beyond this size were written by no shell, and are not looked through for zeros.
const BY_HAND: usize = 1 << 20;

/// So many letters in a row with a zero behind each are UTF-16, and no name that happens to have one.
const LETTERS: usize = 8;

/// Where text goes on in UTF-16, as in the lines that Windows `PowerShell` adds to a file of UTF-8: the first zero.
pub(crate) fn zero(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let at = memchr::memchr(0, bytes.get(..bytes.len().min(BY_HAND))?)?;
    let is_letter = |pair: &[u8]| pair[0] == 0 && pair[1] != 0;
    let is_utf16 = bytes.get(at..at + 2 * LETTERS)?.chunks_exact(2).all(is_letter);
    is_utf16.then_some(at)
}

/// The finding that a file goes on in UTF-16, from the zero at `at`.
pub(crate) fn two_encodings(path: &Path, file: FileId, at: usize) -> Diagnostic {
    Diagnostic::new(Code::UnreadableFile, format!("`{}` is UTF-8 text that goes on in UTF-16", path.display()))
        .at(Span::new(file, at..at + 1), "the first byte that is zero")
        .help("save the file as UTF-8; Windows PowerShell adds lines with `Add-Content -Encoding utf8`, and not with `>>`")
}

/// UTF-8 with or without a mark, or UTF-16 with one, as Windows `PowerShell` writes by default.
fn decode(bytes: Vec<u8>) -> Text {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Text {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Text::Clean(text)
        }
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let lossy = String::from_utf8_lossy(error.as_bytes());
            let (text, mark) = match lossy.strip_prefix('\u{feff}') {
                Some(text) => (text, '\u{feff}'.len_utf8()),
                None => (&*lossy, 0),
            };
            Text::Broken { lossy: text.to_owned(), at: valid - mark }
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Text {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if odd.is_empty() => Text::Clean(text),
        _ => {
            let before = |text: &String| text.find(char::REPLACEMENT_CHARACTER);
            let mut lossy = String::from_utf16_lossy(&units);
            let at = before(&lossy).unwrap_or(lossy.len());
            if at == lossy.len() {
                lossy.push(char::REPLACEMENT_CHARACTER);
            }
            Text::Broken { lossy, at }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_fit_into_memory_is_refused_before_it_is_read() {
        assert_eq!(fits(1 << 62).unwrap_err(), "it does not fit into memory");
        assert_eq!(fits(1 << 16), Ok(()));
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let error = up_to(4, &b"12345"[..]).unwrap_err();
        assert!(error.to_string().contains("write them to a file"), "{error}");
        assert_eq!(up_to(5, &b"12345"[..]).unwrap(), b"12345");
    }

    fn clean(bytes: &[u8]) -> Option<String> {
        match decode(bytes.to_vec()) {
            Text::Clean(text) => Some(text),
            Text::Broken { .. } => None,
        }
    }

    fn broken_at(bytes: &[u8]) -> Option<usize> {
        match decode(bytes.to_vec()) {
            Text::Clean(_) => None,
            Text::Broken { at, .. } => Some(at),
        }
    }

    #[test]
    fn marks_are_taken_off() {
        assert_eq!(clean(b"\xef\xbb\xbfname").as_deref(), Some("name"));
        assert_eq!(clean(b"name").as_deref(), Some("name"));
        assert_eq!(clean(b"\xff\xfen\0\xfc\0").as_deref(), Some("nü"));
        assert_eq!(clean(b"\xfe\xff\0n\0\xfc").as_deref(), Some("nü"));
        assert_eq!(clean(b"").as_deref(), Some(""));
    }

    #[test]
    fn the_first_bad_byte_is_found() {
        assert_eq!(broken_at(b"name\nM\xfcnchen\xff"), Some(6));
        assert_eq!(broken_at(b"\xef\xbb\xbfname\nM\xfcnchen"), Some(6));
        // A byte too many, and half of a surrogate pair.
        assert_eq!(broken_at(b"\xff\xfen\0x"), Some(1));
        assert_eq!(broken_at(b"\xff\xfen\0\x00\xd8n\0"), Some(1));
    }
}
