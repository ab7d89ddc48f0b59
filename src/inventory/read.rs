//! Reads an inventory from a folder of CSV files, with every fault found in one run.
//!
//! Reading takes three steps. All files are loaded first, in the fixed order of [`FILES`], so that
//! findings sorted by place are in the order of the files. Then the networks and gateways are
//! read, whose names everything else refers to; then peerings, tunnels and clients, whose names
//! are looked up at once, what steers packets inside VNets, and what resolves names. A file with a million rows is read without a copy of its cells: a cell
//! is found again in the text only when there is something to say about it.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::columns::{FILES, InventoryFile};
use super::model::Inventory;
use crate::diagnostic::{Code, Diagnostic, Report, Severity};
use crate::source::Sources;

mod cell;
mod clean;
mod directory;
mod inflate;
mod input;
mod line;
mod links;
pub(crate) mod load;
mod machines;
mod naming;
mod networks;
mod packed;
mod quotes;
mod recent;
mod routing;
mod row;
mod sheet;
mod suggest;
mod workbook;

pub(crate) use input::Input;
pub(crate) use packed::{MOST_FILES, unpack};
pub(crate) use suggest::{Suggestions, nearest, shortened};

use directory::{Directory, Tables};
use load::Text;
use sheet::Sheet;

/// Reads the folder of CSV files at `path`. Findings and files are added to `report`, whose
/// findings are then in file order.
///
/// None where an error was found.
pub fn read_folder(path: &Path, report: &mut Report) -> Option<Inventory> {
    match listed(path) {
        Ok(inputs) => read_inputs(path, inputs, report),
        Err(finding) => {
            report.push(finding);
            None
        }
    }
}

/// Reads the CSV files among `inputs`, which are all that is in the folder or packed file at `path`.
pub(crate) fn read_inputs(path: &Path, inputs: Vec<Input>, report: &mut Report) -> Option<Inventory> {
    let errors_before = count_errors(report);
    let inventory = read(path, inputs, report);
    report.sort();
    inventory.filter(|_| count_errors(report) == errors_before)
}

fn count_errors(report: &Report) -> usize {
    report.diagnostics.iter().filter(|finding| finding.severity() == Severity::Error).count()
}

fn read<'report>(folder: &Path, inputs: Vec<Input>, report: &'report mut Report) -> Option<Inventory> {
    let mut files = find_files(inputs, report);
    if !files.contains_key(FILES[0].name) {
        report.push(
            Diagnostic::new(
                Code::NotAnInventory,
                format!("the folder `{}` has no `vnets.csv`", folder.display()),
            )
            .help("an inventory has at least a file `vnets.csv` with the columns `name` and `address_space`"),
        );
        return None;
    }
    let found = FILES.each_ref().map(|layout| (layout, files.remove(layout.name)));
    let loaded: Vec<_> =
        found.into_par_iter().map(|(layout, input)| (layout, input.map(Input::load))).collect();
    let mut sheets = loaded
        .into_iter()
        .map(|(layout, loaded)| loaded.map(|(path, text)| open(&path, layout, text, report)));
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
    let mut inventory = Inventory { names: directory.names, ..inventory };
    inventory.name_endpoints();
    Some(inventory)
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

/// What stands in the folder at `path`, in the order of names.
fn listed(path: &Path) -> Result<Vec<Input>, Diagnostic> {
    let listing = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = listing.map_err(|error| load::unreadable(path, &load::cause(&error)))?;
    // The order in which a system lists a folder is not fixed.
    entries.sort_by_key(std::fs::DirEntry::file_name);
    Ok(entries.into_iter().map(|entry| Input::on_disk(entry.path())).collect())
}

/// The files that an inventory may have, by their names in lower case.
fn find_files(inputs: Vec<Input>, report: &mut Report) -> BTreeMap<&'static str, Input> {
    let mut found: BTreeMap<&'static str, Input> = BTreeMap::new();
    let mut others = Vec::new();
    for input in inputs {
        let file_name = input.path.file_name().unwrap_or_default();
        let Some(name) =
            FILES.iter().map(|layout| layout.name).find(|name| file_name.eq_ignore_ascii_case(name))
        else {
            others.push(input);
            continue;
        };
        if let Some(first) = found.get(name) {
            report.push(
                load::unreadable(&input.path, &format!("`{}` has the same name", first.path.display()))
                    .help("file names are compared without regard to case; keep one of the two"),
            );
        } else {
            found.insert(name, input);
        }
    }
    if found.contains_key(FILES[0].name) {
        for input in &others {
            note_unknown(input, report);
        }
    }
    found
}

/// The file of an inventory that people call so.
fn meant(stem: &str) -> Option<&'static str> {
    let stem = stem.to_lowercase().replace(['-', ' '], "_");
    Some(match &*stem {
        "networks" | "virtual_networks" => "vnets",
        "connections" | "tunnels" | "vpn_connections" => "s2s",
        "local_network_gateways" | "branches" => "sites",
        "udr" | "udrs" | "user_routes" => "routes",
        "firewalls" | "nvas" => "appliances",
        "users" => "clients",
        _ => return None,
    })
}

/// Notes a file that looks like part of an inventory and is not.
fn note_unknown(input: &Input, report: &mut Report) {
    let path = &input.path;
    let (is_csv, is_json) = (input.has_extension("csv"), input.has_extension("json"));
    if !(is_csv || is_json) || !input.is_file() {
        return;
    }
    let message = format!("the file `{}` is ignored", path.display());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let known = FILES.iter().map(|layout| layout.name.trim_end_matches(".csv"));
    report.push(if is_json {
        Diagnostic::new(Code::UnknownFile, message).help(
            "exports are read where no `vnets.csv` of this form stands beside them: move one of the two",
        )
    } else if let Some(near) = meant(&stem).or_else(|| nearest(&stem, known)) {
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
        Ok(Text::Clean(text)) => match load::zero(&text) {
            Some(at) => {
                let file = report.sources.add(path.display().to_string(), text, None);
                report.push(load::two_encodings(path, file, at));
                Sheet::broken(file)
            }
            None => Sheet::open(path, layout, text, report),
        },
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
