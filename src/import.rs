//! Raw exports of Azure become an inventory.
//!
//! Each file is read by what it holds and never by its name: Resource Graph results, what the
//! command line and the API print, and CSV of either. All shapes end in the same `Resources`,
//! keyed by resource id, and one step assembles the inventory from them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use self::document::Document;
use self::id::ResourceId;
use self::refused::Refusal;
use self::resources::{Resources, Side};
use crate::diagnostic::{Code, Diagnostic, Report, Severity, few};
use crate::inventory::text_file::{self, Text};
use crate::inventory::{Input, Inventory, MOST_FILES, unpack};
use crate::source::{FileId, Sources, Span};

mod answers;
mod arm;
mod assemble;
mod between;
mod build;
mod columns;
mod counted;
mod document;
mod fields;
mod fill;
mod id;
mod json;
mod learned;
pub mod load;
mod names;
mod naming;
mod patch;
mod planned;
mod projected;
mod pulumi;
mod refused;
mod resources;
mod routing;
mod row;
mod stated;
mod table;
mod terraform;
mod text;
mod unmodelled;
mod what_if;

pub(crate) use document::unreadable_json;
pub(crate) use json::{Object, Place, elements};
pub(crate) use text::comment_length;

/// Reads the files at `paths`, and every JSON and CSV file in the folders among them, as one export.
///
/// Findings and files are added to `report`, whose findings are then in file order. None where the
/// export cannot be read or is none; the report says why.
pub fn read_export(paths: &[PathBuf], report: &mut Report) -> Option<Inventory> {
    let inputs = files(paths, report)?;
    read_inputs(inputs, report)
}

/// Reads what was packed into the file at `path` as one export.
fn read_unpacked(path: &Path, inputs: Vec<Input>, report: &mut Report) -> Option<Inventory> {
    let inputs = of_export(path, inputs, report)?;
    read_inputs(inputs, report)
}

fn read_inputs(inputs: Vec<Input>, report: &mut Report) -> Option<Inventory> {
    let mut reading = Reading::default();
    let is_one = inputs.len() == 1;
    for input in inputs {
        let path = input.path.clone();
        let file = add(input, report);
        reading.only_file = file.filter(|_| is_one);
        match file {
            Some(file) => reading.file(file, &path, &report.sources),
            None => reading.is_broken = true,
        }
    }
    let inventory = reading.finish(&report.sources);
    let findings = reading.resources.diagnostics;
    let is_sound = findings.iter().all(|found| found.severity() < Severity::Error);
    report.diagnostics.extend(findings);
    report.sort();
    inventory.filter(|_| is_sound)
}

/// A plan as the inventories before and after it.
#[derive(Debug)]
pub struct Planned {
    /// What is there before the plan is applied.
    pub before: Inventory,
    /// What will be there.
    pub after: Inventory,
    /// The VNets whose gateways the plan takes away and makes anew, by their names.
    pub replaced: Vec<String>,
}

/// Reads the plan at `path`, of Terraform or of a deployment's `what-if`, laid over the export at `estate`.
///
/// Resources that the plan does not speak of are taken from there, found by their ids. None where
/// either cannot be read, or where there is no plan at `path`; the report says why.
pub fn read_plan(path: &Path, estate: Option<&Path>, report: &mut Report) -> Option<Planned> {
    let mut reading = Reading::default();
    for input in estate.map_or(Some(Vec::new()), |estate| files(&[estate.to_path_buf()], report))? {
        let path = input.path.clone();
        match add(input, report) {
            Some(file) => reading.file(file, &path, &report.sources),
            None => reading.is_broken = true,
        }
    }
    let file = add(Input::on_disk(path.to_path_buf()), report)?;
    let [before, after] = [Side::Before, Side::After].map(|side| {
        let mut part = Reading { plan: Some(side), ..Reading::default() };
        part.resources.planned.subscription = reading.resources.only_subscription();
        part.file(file, path, &report.sources);
        part
    });
    let is_plan = after.resources.planned.is_plan;
    if !is_plan && !after.has_errors() {
        let message = format!("`{}` is no plan", path.display());
        report.push(Diagnostic::new(Code::NotAnInventory, message).help(refused::HOW_TO_PLAN));
    }
    reading.refusals.extend(before.refusals);
    reading.is_broken |= before.is_broken || after.is_broken || !is_plan;
    reading.resources.overlay(before.resources, Side::Before);
    let mut changed = reading.resources.clone();
    let planned = after.resources.planned.clone();
    changed.overlay(after.resources, Side::After);
    let replaced = between::replaced_gateways(&reading.resources, &changed, &planned);
    changed.diagnostics.extend(between::notes(&reading.resources, &changed, &planned));
    let mut changed = Reading { resources: changed, is_broken: reading.is_broken, ..Reading::default() };
    let is_enough = !(reading.resources.vnets.is_empty() && changed.resources.vnets.is_empty());
    let is_whole = [&mut reading, &mut changed].map(|side| side.close(is_enough, &report.sources));
    let sides = (is_whole == [true; 2])
        .then(|| assemble::assemble_sides([&mut reading.resources, &mut changed.resources]));
    // What is so on both sides is told where it stands afterwards.
    let told: BTreeSet<(Code, String)> =
        changed.resources.diagnostics.iter().map(|found| (found.code, found.message.clone())).collect();
    let mut findings = reading.resources.diagnostics;
    findings.retain(|found| !told.contains(&(found.code, found.message.clone())));
    report.diagnostics.extend(findings);
    report.diagnostics.extend(changed.resources.diagnostics);
    report.sort();
    report.diagnostics.dedup();
    let assemble::Sides { inventories: [before, after], names } = sides.filter(|_| !report.has_errors())?;
    let replaced = replaced.iter().filter_map(|vnet| names.get(vnet).cloned()).collect();
    Some(Planned { before, after, replaced })
}

/// What the files of an export have given so far.
#[derive(Default)]
struct Reading {
    /// The side that is read where the file is to be a plan.
    plan: Option<Side>,
    resources: Resources,
    /// Files that look like exports and are none, and whether each was to be a plan.
    refusals: Vec<(Refusal, Span, bool)>,
    /// Files that hold nothing of interest.
    idle: Vec<FileId>,
    /// The file of an export that is one file.
    only_file: Option<FileId>,
    /// True where a file could not be read, so that whatever is missing may be in it.
    is_broken: bool,
}

impl Reading {
    fn file(&mut self, file: FileId, path: &Path, sources: &Sources) {
        let found_before = self.resources.diagnostics.len();
        let source = sources.get(file);
        let file_name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let mut document = Document::new(&file_name, self.plan, &mut self.resources);
        if source.table.is_some() {
            table::read(&mut document, file, sources);
        } else {
            document.read(file, source.text());
        }
        if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("json")) {
            document.expect_json(source.text());
        }
        let is_idle = document.useful + document.name_only + document.empty_lists == 0;
        let is_unknown = document.useful == 0 && document.name_only > 0;
        let start = Span::beginning(file);
        let others = document.only_other_types().filter(|_| is_idle);
        let refusal = document.refusal.take();
        document.finish();
        let found = &self.resources.diagnostics[found_before..];
        self.is_broken |=
            found.iter().any(|it| [Code::UnreadableJson, Code::UnreadableCsv].contains(&it.code));
        let refusal = match refusal {
            Some(refusal) => Some(refusal),
            None if is_unknown => Some((Refusal::UnknownShape, start)),
            None if is_idle && found.is_empty() => {
                let others =
                    others.or_else(|| names_networks(source.text()).then_some(Refusal::UnknownShape));
                if others.is_none() {
                    self.idle.push(file);
                }
                others.map(|others| (others, start))
            }
            None => None,
        };
        self.is_broken |= refusal.as_ref().is_some_and(|(refusal, _)| refusal.is_fatal());
        self.refusals.extend(refusal.map(|(refusal, span)| (refusal, span, self.plan.is_some())));
    }

    fn has_errors(&self) -> bool {
        self.is_broken
            || !self.refusals.is_empty()
            || self.resources.diagnostics.iter().any(|found| found.severity() == Severity::Error)
    }

    /// Assembles what was read, or says why nothing can be.
    fn finish(&mut self, sources: &Sources) -> Option<Inventory> {
        let is_enough = !self.resources.vnets.is_empty();
        self.close(is_enough, sources).then(|| assemble::assemble(&mut self.resources))
    }

    /// Says what the files lack as a whole; false where nothing can be assembled from them.
    fn close(&mut self, is_enough: bool, sources: &Sources) -> bool {
        let resources = &mut self.resources;
        for (refusal, span, is_plan) in &self.refusals {
            let is_left_out = is_enough && !is_plan;
            let code = if is_left_out { Code::OutsideModel } else { Code::NotAnInventory };
            resources.diagnostics.push(refusal.diagnostic(code, *span, *is_plan));
        }
        for &file in &self.idle {
            let start = Span::beginning(file);
            let path = Path::new(&sources.get(file).path);
            let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            let message = format!("`{name}` holds nothing that routing depends on, and is left out");
            resources.outside(start, message);
        }
        let lack = lack(resources);
        let unmodelled = counted::line(resources).filter(|_| is_enough);
        resources.diagnostics.extend(unmodelled);
        note_others(resources);
        note_named(resources);
        note_pages(resources);
        if self.is_broken {
            return false;
        }
        let is_told = resources.diagnostics.iter().any(|found| found.code == Code::NotAnInventory);
        if !is_enough && !is_told {
            let mut finding = Diagnostic::new(Code::NotAnInventory, lack).help(refused::HOW_TO_EXPORT);
            // One file says where it is; of several none is to blame.
            finding.span = self.only_file.map(Span::beginning);
            resources.diagnostics.push(finding);
        }
        is_enough
    }
}

/// True for a text with ids of resources of a network.
fn names_networks(text: &str) -> bool {
    const PROVIDER: &str = "/providers/microsoft.network/";
    let mut parts =
        memchr::memchr_iter(b'/', text.as_bytes()).filter_map(|at| text.get(at..at + PROVIDER.len()));
    parts.any(|part| part.eq_ignore_ascii_case(PROVIDER))
}

/// Notes the resources that are named and nowhere described.
fn note_named(resources: &mut Resources) {
    let is_known = |id: &ResourceId| {
        resources.vnets.contains_key(id)
            || resources.gateways.contains_key(id)
            || resources.local_gateways.contains_key(id)
            || resources.connections.contains_key(id)
            || resources.peerings.contains_key(id)
            || resources.public_addresses.contains_key(id)
            || resources.routing.tables.contains_key(id)
            || resources.routing.routes.contains_key(id)
            || resources.routing.firewalls.contains_key(id)
            || resources.naming.resolvers.contains_key(id)
            || resources.naming.zones.contains_key(id)
            || resources.naming.links.contains_key(id)
            || resources.naming.endpoints.contains_key(id)
    };
    let lost: Vec<(&ResourceId, Span)> =
        resources.named.iter().filter(|(id, _)| !is_known(id)).map(|(id, span)| (id, *span)).collect();
    let Some(&(_, span)) = lost.first() else { return };
    let names = few(lost.iter().map(|(id, _)| id.name()));
    let message = format!("resources that are named and not described are left out: {names}");
    resources.incomplete(span, message).help = Some("export them whole".into());
}

/// What an export without virtual networks holds instead.
fn lack(resources: &Resources) -> String {
    let counts = [
        (resources.peerings.len(), "peerings"),
        (resources.gateways.len(), "virtual network gateways"),
        (resources.local_gateways.len(), "local network gateways"),
        (resources.connections.len(), "connections"),
        (resources.routing.tables.len(), "route tables"),
        (resources.routing.firewalls.len(), "firewalls"),
        (resources.routing.interfaces.len(), "network interfaces"),
        (resources.naming.zones.len(), "private DNS zones"),
        (resources.naming.resolvers.len(), "inbound endpoints of resolvers"),
        (resources.naming.endpoints.len(), "private endpoints"),
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
    for (kind, found) in std::mem::take(&mut resources.others) {
        let names = few(found.iter().map(|(name, _)| name));
        let message = format!("resources of type `{kind}` are left out: {names}");
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

/// The files at `paths`, in the folders among them one level deep, and in the packed files, sorted in each.
fn files(paths: &[PathBuf], report: &mut Report) -> Option<Vec<Input>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut found = Vec::new();
            walk(path, 1, &mut found, report)?;
            files.extend(of_export(path, found, report)?);
        } else {
            match unpack(path) {
                None => files.push(Input::on_disk(path.clone())),
                Some(Ok(inputs)) => files.extend(of_export(path, inputs, report)?),
                Some(Err(findings)) => {
                    report.diagnostics.extend(findings);
                    return None;
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.path.clone()));
    if files.len() > MOST_FILES {
        let message =
            format!("{} files are more than the {MOST_FILES} that one export may have", files.len());
        report.push(Diagnostic::new(Code::UnreadableFile, message));
        return None;
    }
    Some(files)
}

/// Those of `inputs`, which were found at `path`, that are taken for an export; there has to be one.
fn of_export(path: &Path, mut inputs: Vec<Input>, report: &mut Report) -> Option<Vec<Input>> {
    inputs.retain(|input| is_export(&input.path));
    if inputs.is_empty() {
        let message = format!("no JSON or CSV file in `{}`", path.display());
        report.push(Diagnostic::new(Code::NotAnInventory, message).help(refused::HOW_TO_EXPORT));
        return None;
    }
    Some(inputs)
}

/// True for what is taken for an export in a folder of them, be it packed by gzip.
fn is_export(path: &Path) -> bool {
    let has = |path: &Path, known: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(known));
    let unpacked = if has(path, "gz") { path.with_extension("") } else { path.to_path_buf() };
    ["json", "csv", "tfstate"].iter().any(|known| has(&unpacked, known))
}

fn walk(folder: &Path, deeper: usize, files: &mut Vec<Input>, report: &mut Report) -> Option<()> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            report.push(text_file::unreadable(folder, &text_file::cause(&error)));
            return None;
        }
    };
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if deeper > 0 {
                walk(&path, deeper - 1, files, report)?;
            }
        } else {
            files.push(Input::on_disk(path));
        }
    }
    Some(())
}

/// Reads a file into the report's sources.
fn add(input: Input, report: &mut Report) -> Option<FileId> {
    let (path, text) = input.load();
    let (path, shown) = (path.as_path(), path.display().to_string());
    match text {
        Ok(Text::Clean(text)) => {
            let is_json = text[text::comment_length(&text)..].starts_with(['{', '[']);
            let layout = (!is_json).then(|| table::layout(&text));
            Some(report.sources.add(shown, text, layout))
        }
        Ok(Text::Broken { lossy, .. }) if lossy.starts_with("PK\u{3}\u{4}") => {
            report.push(refused::archive(path, &lossy));
            None
        }
        Ok(Text::Broken { lossy, at }) => {
            let file = report.sources.add(shown, lossy, None);
            report.push(text_file::not_utf8(path, file, at));
            None
        }
        Err(cause) => {
            report.push(text_file::unreadable(path, &cause));
            None
        }
    }
}
