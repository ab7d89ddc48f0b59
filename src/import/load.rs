//! One way in for every kind of inventory.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{is_export, read_export, read_unpacked, text};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::{FILES, Input, Inventory, read_folder, read_inputs, unpack};

/// An inventory that was read without an error.
#[derive(Debug)]
pub struct Loaded {
    /// The inventory.
    pub inventory: Inventory,
    /// Notes about what was read, and the files they point into. [`check`](crate::check::check) adds warnings.
    pub report: Report,
}

/// Columns of exports, without blanks and case. Of these the project's own form has `id` alone.
const EXPORTED: [&str; 5] = ["id", "vnetid", "addressprefixes", "properties", "addressspacetext"];

/// More bytes than the lines up to a header have.
const LONGEST_HEADER: u64 = 1 << 16;

/// Reads the inventory at `path`: a folder in the project's own form, or an export of Azure.
///
/// The two are told apart by the header of `vnets.csv`. A single file of the project's own form
/// stands for its folder.
///
/// # Errors
/// The report, with every error that was found in one run.
pub fn load(path: impl AsRef<Path>) -> Result<Loaded, Report> {
    let path = path.as_ref();
    let mut report = Report::default();
    if let Some(finding) = folder_of_inventories(path) {
        report.push(finding);
        return Err(report);
    }
    if let Some(unpacked) = unpack(path) {
        return packed(path, unpacked, report);
    }
    let inventory = match own_folder(path).or_else(|| lacks_vnets(path).then_some(path)) {
        Some(folder) => read_folder(folder, &mut report),
        None => read_export(&[path.to_path_buf()], &mut report),
    };
    match inventory {
        Some(inventory) => Ok(Loaded { inventory, report }),
        None => Err(report),
    }
}

/// Reads what was in a packed file at `path`.
fn packed(
    path: &Path,
    unpacked: Result<Vec<Input>, Vec<Diagnostic>>,
    mut report: Report,
) -> Result<Loaded, Report> {
    let inputs = match unpacked {
        Ok(inputs) => inputs,
        Err(findings) => {
            report.diagnostics.extend(findings);
            return Err(report);
        }
    };
    let inventory = match &own_parts(&inputs)[..] {
        [] => read_unpacked(path, inputs, &mut report),
        [folder] => {
            let beside = inputs.into_iter().filter(|input| input.path.parent() == Some(folder));
            read_inputs(folder, beside.collect(), &mut report)
        }
        [one, other, ..] => {
            let message = format!("`{}` holds several inventories", path.display());
            let help = format!("pack one alone: there are `{}` and `{}`", one.display(), other.display());
            report.push(Diagnostic::new(Code::NotAnInventory, message).help(help));
            None
        }
    };
    match inventory {
        Some(inventory) => Ok(Loaded { inventory, report }),
        None => Err(report),
    }
}

/// The folders in a packed file that hold VNets in the project's own form.
fn own_parts(inputs: &[Input]) -> Vec<PathBuf> {
    let longest = usize::try_from(LONGEST_HEADER).unwrap_or(usize::MAX);
    let is_own = |input: &&Input| {
        let start = input.bytes().unwrap_or_default();
        is_own_header(&input.path, start[..start.len().min(longest)].to_vec())
    };
    let vnets = inputs.iter().filter(|input| is_called(&input.path, FILES[0].name)).filter(is_own);
    let mut folders: Vec<PathBuf> =
        vnets.filter_map(|input| input.path.parent()).map(Path::to_path_buf).collect();
    folders.dedup();
    folders
}

/// True where `path` is a folder that is read as CSV files and not as an export, or a file that stands for its folder.
#[must_use]
pub fn is_folder_of_csv(path: &Path) -> bool {
    own_folder(path).is_some()
}

/// True where `path` is in the project's own form and no export, be it packed into one file.
#[must_use]
pub fn is_inventory(path: &Path) -> bool {
    is_folder_of_csv(path) || unpack(path).is_some_and(|it| it.is_ok_and(|it| !own_parts(&it).is_empty()))
}

/// True where a file of an inventory in the project's own form is called so.
#[must_use]
pub fn is_file_of_inventory(path: &Path) -> bool {
    FILES.iter().any(|file| is_called(path, file.name))
}

/// True where a file at `rest` below `folder` is read when the folder is.
#[must_use]
pub fn reads(folder: &Path, rest: &Path) -> bool {
    let depth = rest.components().count();
    if is_folder_of_csv(folder) {
        depth == 1 && is_file_of_inventory(rest)
    } else {
        depth <= 2 && is_export(rest)
    }
}

/// The folder in the project's own form that `path` names, itself or by one of its files.
fn own_folder(path: &Path) -> Option<&Path> {
    if path.is_dir() {
        return holds_own(path).then_some(path);
    }
    let folder =
        path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
    (is_file_of_inventory(path) && holds_own(folder)).then_some(folder)
}

/// True where the folder holds VNets in the project's own form.
fn holds_own(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries
        .flatten()
        .any(|entry| entry.file_name().eq_ignore_ascii_case(FILES[0].name) && is_own(&entry.path()))
}

/// What stands in a folder, sorted; nothing where that cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn is_called(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|it| it.eq_ignore_ascii_case(name))
}

fn may_be_export(path: &Path) -> bool {
    is_called(path, FILES[0].name) || path.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"))
}

/// True where the folder has files of the project's own form, but not the required one.
fn lacks_vnets(folder: &Path) -> bool {
    let paths = entries(folder);
    let is_other = |path: &PathBuf| FILES[1..].iter().any(|file| is_called(path, file.name)) && is_own(path);
    !paths.iter().any(|path| may_be_export(path)) && paths.iter().any(is_other)
}

/// Says so where not the folder, but folders in it are inventories in the project's own form.
fn folder_of_inventories(folder: &Path) -> Option<Diagnostic> {
    let paths = entries(folder);
    let is_file = |path: &PathBuf| may_be_export(path) || path.extension().is_some_and(|it| it == "csv");
    if paths.iter().any(is_file) {
        return None;
    }
    let inventory = paths.iter().find(|path| path.is_dir() && holds_own(path))?;
    let message = format!("`{}` is no inventory, but folders in it are", folder.display());
    let help = format!("name one of them, such as `{}`", inventory.display());
    Some(Diagnostic::new(Code::NotAnInventory, message).help(help))
}

/// True where the file has a header, and no column of an export in it but an `id` beside the columns that are required.
///
/// A header of the project's own form with a mistake in it is still told from that of an export,
/// so that the mistake is reported and not the form.
fn is_own(vnets: &Path) -> bool {
    // A pipe can be read only once.
    if fs::metadata(vnets).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return true;
    }
    let mut start = Vec::new();
    let is_read = File::open(vnets).and_then(|file| file.take(LONGEST_HEADER).read_to_end(&mut start));
    is_read.is_ok() && is_own_header(vnets, start)
}

/// True where a file that begins with `start` has the header of the project's own form.
fn is_own_header(vnets: &Path, mut start: Vec<u8>) -> bool {
    // The names that matter are ASCII, and UTF-16 is ASCII between zeros and behind a mark.
    start.retain(|byte| byte.is_ascii() && *byte != 0);
    let start = String::from_utf8_lossy(&start).to_lowercase();
    let header = start[text::comment_length(&start)..].lines().next().unwrap_or_default();
    let cells: Vec<&str> = header.split([',', ';', '\t']).collect();
    let letters = |cell: &str| cell.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    // No export without an id writes its columns with `_` between words; people do.
    let has_id = cells.iter().any(|cell| letters(cell).ends_with("id"));
    let of_export = cells.iter().filter(|cell| has_id || !cell.contains('_'));
    let mut exported = of_export.map(|cell| letters(cell)).filter(|cell| EXPORTED.contains(&cell.as_str()));
    exported.all(|column| column == "id" && has_required(vnets, &cells))
}

/// True where a header in small letters names all that the project's own file has to have, and with the marks
/// between words that exports do not have: `address_space`, and not `addressSpace`.
fn has_required(path: &Path, cells: &[&str]) -> bool {
    let written = |cell: &str| cell.trim_matches(['"', ' ', '\r']).replace([' ', '-'], "_");
    let cells: Vec<String> = cells.iter().map(|cell| written(cell)).collect();
    let file = FILES.iter().find(|file| is_called(path, file.name));
    let mut required = file.into_iter().flat_map(|file| file.columns).filter(|column| column.required);
    required.all(|column| cells.iter().any(|cell| cell == column.name))
}
