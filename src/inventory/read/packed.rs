//! A ZIP archive or an Excel workbook as the files that are packed in it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::inflate::Allowance;
use super::input::Input;
use super::{load, workbook};
use crate::diagnostic::{Code, Diagnostic};

/// What every archive begins with, an empty one too.
const BEGINS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// More files than any export has, and fewer than a report can number.
pub(crate) const MOST_FILES: usize = 1 << 15;

/// Part of every workbook.
const WORKBOOK: &str = "xl/workbook.xml";

/// Parts of what looks like an inventory to the one who saved it, and is read from another form.
const OTHER_SPREADSHEETS: [&str; 2] = ["xl/workbook.bin", "content.xml"];

/// Part of a plan as Terraform keeps it.
const PLAN: &str = "tfplan";

/// The files in the archive or workbook at `path`; none where it is neither, or a plan as Terraform keeps it.
///
/// # Errors
/// Every reason why it cannot be unpacked.
pub(crate) fn unpack(path: &Path) -> Option<Result<Vec<Input>, Vec<Diagnostic>>> {
    let found = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let mut file = File::open(path).ok()?;
    let mut start = [0; 4];
    file.read_exact(&mut start).ok()?;
    if !BEGINS.contains(&&start[..]) {
        return None;
    }
    let wrong = |cause: &str| vec![load::unreadable(path, cause)];
    if let Err(error) = file.seek(SeekFrom::Start(0)) {
        return Some(Err(wrong(&load::cause(&error))));
    }
    let mut archive = match ZipArchive::new(file) {
        Ok(archive) => archive,
        Err(error) => return Some(Err(wrong(&cause(&error)))),
    };
    let has = |name: &str| archive.file_names().any(|it| it.is_ok_and(|it| it == name));
    if has(PLAN) {
        return None;
    }
    if OTHER_SPREADSHEETS.into_iter().any(has) {
        let message = format!("`{}` is a spreadsheet of another kind than is read", path.display());
        let found = Diagnostic::new(Code::NotAnInventory, message).help("save it as `.xlsx`");
        return Some(Err(vec![found]));
    }
    let is_workbook = has(WORKBOOK);
    let parts = match parts(&mut archive, Allowance::new(found.len())) {
        Ok(parts) => parts,
        Err(cause) => return Some(Err(wrong(&cause))),
    };
    Some(if is_workbook { workbook::sheets(path, parts) } else { Ok(files(path, parts)) })
}

/// What an archive holds, by names that are sorted.
fn parts(archive: &mut ZipArchive<File>, mut allowance: Allowance) -> Result<Vec<(String, Vec<u8>)>, String> {
    if archive.len() > MOST_FILES {
        return Err(format!("it holds {} files, more than the {MOST_FILES} that are read", archive.len()));
    }
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| cause(&error))?;
        let name = part.name().map_err(|error| cause(&error))?.into_owned();
        if part.is_dir() {
            continue;
        }
        let bytes = allowance.unpacked(part).map_err(|error| load::cause(&error))?;
        parts.push((name, bytes));
    }
    parts.sort();
    match parts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(twice) => Err(format!("it holds `{}` twice", twice[0].0)),
        None => Ok(parts),
    }
}

/// The files of an archive but for those that only a file manager knows.
fn files(path: &Path, parts: Vec<(String, Vec<u8>)>) -> Vec<Input> {
    let is_of_users =
        |name: &str| !name.split(['/', '\\']).any(|part| part.starts_with('.') || part == "__MACOSX");
    let parts = parts.into_iter().filter(|(name, _)| is_of_users(name));
    parts.map(|(name, bytes)| Input::packed(path.join(name.trim_start_matches(['/', '\\'])), bytes)).collect()
}

fn cause(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) => load::cause(error),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "it is encrypted: unpack it with its password first".to_owned()
        }
        error => error.to_string(),
    }
}
