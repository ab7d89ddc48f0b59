//! Reads an inventory from a folder of CSV files, with every fault found in one run.
//!
//! Reading takes three steps. All files are loaded first, in the fixed order of [`FILES`], so that
//! findings sorted by place are in the order of the files. Then the networks and gateways are
//! read, whose names everything else refers to; then peerings, tunnels and clients, whose names
//! are looked up at once, what steers packets inside VNets, and what resolves names. A file with a million rows is read without a copy of its cells: a cell
//! is found again in the text only when there is something to say about it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::columns::{FILES, InventoryFile};
use super::model::Inventory;
use crate::diagnostic::{Code, Diagnostic, Report, Severity};
use crate::source::Sources;

mod cell;
mod clean;
mod directory;
mod links;
pub(crate) mod load;
mod machines;
mod naming;
mod networks;
mod quotes;
mod routing;
mod row;
mod sheet;
mod suggest;

pub(crate) use suggest::{Suggestions, nearest, shortened};

use directory::{Directory, Tables};
use load::Text;
use sheet::Sheet;

/// Reads the folder of CSV files at `path`. Findings and files are added to `report`, whose
/// findings are then in file order.
///
/// None where an error was found.
pub fn read_folder(path: &Path, report: &mut Report) -> Option<Inventory> {
    let errors_before = count_errors(report);
    let inventory = read(path, report);
    report.sort();
    inventory.filter(|_| count_errors(report) == errors_before)
}

fn count_errors(report: &Report) -> usize {
    report.diagnostics.iter().filter(|finding| finding.severity() == Severity::Error).count()
}

fn read<'report>(folder: &Path, report: &'report mut Report) -> Option<Inventory> {
    let mut paths = find_files(folder, report)?;
    if !paths.contains_key(FILES[0].name) {
        report.push(
            Diagnostic::new(
                Code::NotAnInventory,
                format!("the folder `{}` has no `vnets.csv`", folder.display()),
            )
            .help("an inventory has at least a file `vnets.csv` with the columns `name` and `address_space`"),
        );
        return None;
    }
    let found = FILES.each_ref().map(|layout| (layout, paths.remove(layout.name)));
    let loaded: Vec<Option<Result<Text, String>>> =
        found.par_iter().map(|(_, path)| path.as_deref().map(load::load)).collect();
    let mut sheets = found
        .into_iter()
        .zip(loaded)
        .map(|((layout, path), text)| path.zip(text).map(|(path, text)| open(&path, layout, text, report)));
    let [vnets, gateways, sites, peerings, tunnels, clients, others @ ..] =
        std::array::from_fn::<_, { FILES.len() }, _>(|_| sheets.next().flatten());
    let [subnets, route_tables, routes, appliances, dns_servers, resolvers, zones, private_endpoints] =
        others;
    drop(sheets);
    let Report { diagnostics, sources } = report;
    let mut reading = Reading {
        sources,
        diagnostics,
        inventory: Inventory::default(),
        directory: Directory::default(),
        tables: Tables::default(),
    };
    // Names are defined before anything refers to them.
    let steps: [(Option<Sheet>, Step<'report>); FILES.len()] = [
        (vnets, Reading::vnets),
        (sites, Reading::sites),
        (gateways, Reading::gateways),
        (peerings, Reading::peerings),
        (tunnels, Reading::tunnels),
        (clients, Reading::clients),
        (route_tables, Reading::route_tables),
        (subnets, Reading::subnets),
        (routes, Reading::routes),
        (appliances, Reading::appliances),
        (dns_servers, Reading::dns_servers),
        (resolvers, Reading::resolvers),
        (zones, Reading::zones),
        (private_endpoints, Reading::private_endpoints),
    ];
    for (sheet, step) in steps {
        if let Some(sheet) = sheet {
            step(&mut reading, &sheet);
        }
    }
    let Reading { inventory, directory, .. } = reading;
    Some(Inventory { names: directory.names, ..inventory })
}

/// Reads the records of one file.
type Step<'report> = fn(&mut Reading<'report>, &Sheet);

/// What the steps of reading share.
struct Reading<'report> {
    sources: &'report Sources,
    diagnostics: &'report mut Vec<Diagnostic>,
    inventory: Inventory,
    directory: Directory,
    tables: Tables,
}

/// The files of the folder that an inventory may have, by their names in lower case.
fn find_files(folder: &Path, report: &mut Report) -> Option<BTreeMap<&'static str, PathBuf>> {
    let listing = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = match listing {
        Ok(entries) => entries,
        Err(error) => {
            report.push(load::unreadable(folder, &load::cause(&error)));
            return None;
        }
    };
    // The order in which a system lists a folder is not fixed.
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut found: BTreeMap<&'static str, PathBuf> = BTreeMap::new();
    let mut others = Vec::new();
    for entry in entries {
        let file_name = entry.file_name();
        let Some(name) =
            FILES.iter().map(|layout| layout.name).find(|name| file_name.eq_ignore_ascii_case(name))
        else {
            others.push(entry.path());
            continue;
        };
        if let Some(first) = found.get(name) {
            report.push(
                load::unreadable(&entry.path(), &format!("`{}` has the same name", first.display()))
                    .help("file names are compared without regard to case; keep one of the two"),
            );
        } else {
            found.insert(name, entry.path());
        }
    }
    if found.contains_key(FILES[0].name) {
        for path in &others {
            note_unknown(path, report);
        }
    }
    Some(found)
}

/// Notes a file that looks like part of an inventory and is not.
fn note_unknown(path: &Path, report: &mut Report) {
    let has = |wanted: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(wanted));
    let (is_csv, is_json) = (has("csv"), has("json"));
    if !(is_csv || is_json) || !path.is_file() {
        return;
    }
    let message = format!("the file `{}` is ignored", path.display());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let known = FILES.iter().map(|layout| layout.name.trim_end_matches(".csv"));
    report.push(if is_json {
        Diagnostic::new(Code::UnknownFile, message).help(
            "exports are read where no `vnets.csv` of this form stands beside them: move one of the two",
        )
    } else if let Some(near) = nearest(&stem, known) {
        // All that it says would be missing in every answer.
        let message = format!("the file `{}` is not read", path.display());
        Diagnostic::new(Code::MisnamedFile, message).help(format!("did you mean `{near}.csv`?"))
    } else {
        let names: Vec<String> = FILES.iter().map(|layout| format!("`{}`", layout.name)).collect();
        Diagnostic::new(Code::UnknownFile, message)
            .help(format!("the files of an inventory are {}", names.join(", ")))
    });
}

/// The sheet of one file; one without rows where it could not be read.
fn open(path: &Path, layout: &InventoryFile, text: Result<Text, String>, report: &mut Report) -> Sheet {
    match text {
        Ok(Text::Clean(text)) => Sheet::open(path, layout, text, report),
        Ok(Text::Broken { lossy, at }) => {
            let file = report.sources.add(path.display().to_string(), lossy, None);
            report.push(load::not_utf8(path, file, at));
            Sheet::broken(file)
        }
        Err(cause) => {
            report.push(load::unreadable(path, &cause));
            let file = report.sources.add(path.display().to_string(), String::new(), None);
            Sheet::broken(file)
        }
    }
}
