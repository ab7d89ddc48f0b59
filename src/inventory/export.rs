//! Raw exports of Azure become an inventory.
//!
//! Each file is read by what it holds and never by its name: Resource Graph results, what the
//! command line and the API print, and CSV of either. All shapes end in the same [`Resources`],
//! keyed by resource id, and one step assembles the inventory from them.

use std::fs;
use std::path::{Path, PathBuf};

use self::document::Document;
use self::refused::Refusal;
use self::resources::Resources;
use super::Inventory;
use super::read::load::{self, Text};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::source::{FileId, Span};

mod arm;
mod assemble;
mod document;
mod id;
mod json;
mod learned;
mod names;
mod projected;
mod refused;
mod resources;
mod table;
pub(super) mod text;

/// More files than any export has, and fewer than a report can number.
const MOST_FILES: usize = 1 << 15;

/// Reads the files at `paths`, and every JSON and CSV file in the folders among them, as one export.
///
/// None where the export cannot be read or is none; the report says why.
pub fn read_export(paths: &[PathBuf], report: &mut Report) -> Option<Inventory> {
    let mut resources = Resources::default();
    let mut refusals: Vec<(Refusal, Span)> = Vec::new();
    let mut idle: Vec<FileId> = Vec::new();
    let mut is_whole = true;
    for path in files(paths, report)? {
        let Some(file) = add(&path, report) else {
            is_whole = false;
            continue;
        };
        let source = report.sources.get(file);
        let file_name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let mut document = Document::new(&file_name, &mut resources);
        if source.table.is_some() {
            table::read(&mut document, file, &report.sources);
        } else {
            document.read(file, &source.text);
        }
        if document.refusal.is_none() && document.useful == 0 && document.name_only > 0 {
            document.refusal = Some((Refusal::NamesOnly, Span { file, start: 0, end: 0 }));
        }
        if document.refusal.is_none() && document.useful + document.empty_lists == 0 {
            idle.push(file);
        }
        refusals.extend(document.refusal);
        document.finish();
    }
    let inventory = finish(&mut resources, &refusals, &idle, report);
    let is_sound =
        resources.diagnostics.iter().all(|found| found.code.severity() < crate::diagnostic::Severity::Error);
    report.diagnostics.append(&mut resources.diagnostics);
    inventory.filter(|_| is_whole && is_sound)
}

/// Assembles what was read, or says why nothing can be.
fn finish(
    resources: &mut Resources,
    refusals: &[(Refusal, Span)],
    idle: &[FileId],
    report: &Report,
) -> Option<Inventory> {
    let is_enough = !resources.vnets.is_empty();
    let refused_as = if is_enough { Code::OutsideModel } else { Code::NotAnInventory };
    for (refusal, span) in refusals {
        resources.diagnostics.push(refusal.diagnostic(refused_as, *span));
    }
    for &file in idle {
        let start = Span { file, start: 0, end: 0 };
        let path = Path::new(&report.sources.get(file).path);
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        resources.outside(start, format!("`{name}` holds nothing that routing depends on, and is left out"));
    }
    let lack = lack(resources);
    note_others(resources);
    note_pages(resources);
    if is_enough {
        return Some(assemble::assemble(resources));
    }
    let is_broken = resources.diagnostics.iter().any(|found| found.code == Code::UnreadableJson);
    if refusals.is_empty() && !is_broken {
        resources.diagnostics.push(Diagnostic::new(Code::NotAnInventory, lack).help(refused::HOW_TO_EXPORT));
    }
    None
}

/// What an export without virtual networks holds instead.
fn lack(resources: &Resources) -> String {
    let counts = [
        (resources.peerings.len(), "peerings"),
        (resources.gateways.len(), "virtual network gateways"),
        (resources.local_gateways.len(), "local network gateways"),
        (resources.connections.len(), "connections"),
        (resources.learned_routes.len(), "lists of learned routes"),
        (resources.others.values().map(Vec::len).sum(), "resources outside the model"),
    ];
    let found: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{what} ({count})"))
        .collect();
    let found = if found.is_empty() { "nothing of an Azure network".to_owned() } else { found.join(", ") };
    format!("no virtual network in the export, which holds {found}")
}

/// Notes the resources that touch routing and are outside the model, a note each type.
fn note_others(resources: &mut Resources) {
    const SHOWN: usize = 5;
    for (kind, found) in std::mem::take(&mut resources.others) {
        let names: Vec<String> = found.iter().take(SHOWN).map(|(name, _)| format!("`{name}`")).collect();
        let rest = found.len().saturating_sub(SHOWN);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let message = format!("resources of type `{kind}` are left out: {}{more}", names.join(", "));
        if let Some((_, span)) = found.first() {
            resources.outside(*span, message);
        }
    }
}

/// Notes query results of which pages are missing.
fn note_pages(resources: &mut Resources) {
    for (total, (seen, span)) in std::mem::take(&mut resources.pages) {
        if seen < total {
            let message = format!("only {seen} of the {total} rows of a query are in the export");
            resources.incomplete(span, message).help =
                Some("ask with `--first 1000`, and for further pages with `--skip-token`".into());
        }
    }
}

/// The files at `paths` and in the folders among them, folders one level deep, sorted.
fn files(paths: &[PathBuf], report: &mut Report) -> Option<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            walk(path, 1, &mut files, report)?;
            if files.len() == before {
                let message = format!("no JSON or CSV file in `{}`", path.display());
                report.push(Diagnostic::new(Code::NotAnInventory, message).help(refused::HOW_TO_EXPORT));
                return None;
            }
        } else {
            files.push(path.clone());
        }
    }
    if files.len() > MOST_FILES {
        let message =
            format!("{} files are more than the {MOST_FILES} that one export may have", files.len());
        report.push(Diagnostic::new(Code::UnreadableFile, message));
        return None;
    }
    Some(files)
}

fn walk(folder: &Path, deeper: usize, files: &mut Vec<PathBuf>, report: &mut Report) -> Option<()> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            report.push(load::unreadable(folder, &load::cause(&error)));
            return None;
        }
    };
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let extension = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        if path.is_dir() {
            if deeper > 0 {
                walk(&path, deeper - 1, files, report)?;
            }
        } else if extension.is_some_and(|it| it == "json" || it == "csv") {
            files.push(path);
        }
    }
    Some(())
}

/// Reads a file into the report's sources.
fn add(path: &Path, report: &mut Report) -> Option<FileId> {
    let shown = path.display().to_string();
    match load::load(path) {
        Ok(Text::Clean(text)) => {
            let is_json = text[text::comment_length(&text)..].starts_with(['{', '[']);
            let layout = (!is_json).then(|| table::layout(&text));
            Some(report.sources.add(shown, text, layout))
        }
        Ok(Text::Broken { lossy, at }) => {
            let file = report.sources.add(shown, lossy, None);
            report.push(load::not_utf8(path, file, at));
            None
        }
        Err(cause) => {
            report.push(load::unreadable(path, &cause));
            None
        }
    }
}
