//! Inventories and exports in one file: archives, what gzip has packed, and workbooks.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::{ExcelDateTime, Format, Table, Workbook};
use tempfile::TempDir;
use tunnelog::inventory::write::write_folder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::import::describe::{describe, messages};
use crate::support::folders::folder;
use crate::support::loaded::load;
use crate::support::topologies::root;

const TOPOLOGY: &str = "facts/hub-and-firewall";

/// The files of an inventory as the program writes them, by which two are compared.
fn written(path: &Path) -> Vec<(String, String)> {
    let loaded = load(path);
    let inventory =
        loaded.inventory.unwrap_or_else(|| panic!("{}: {:#?}", path.display(), messages(&loaded.report)));
    let target = folder(&[]);
    write_folder(&inventory, target.path()).unwrap();
    let mut files: Vec<(String, String)> = fs::read_dir(target.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn files(path: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// An archive of the files in `path`, each in the folder `below`, and of `more`.
fn archive(holder: &TempDir, path: &Path, below: &str, more: &[(&str, &[u8])]) -> PathBuf {
    let target = holder.path().join("estate.zip");
    let mut writer = ZipWriter::new(File::create(&target).unwrap());
    let mut add = |name: &str, bytes: &[u8]| {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    };
    for file in files(path) {
        let name = file.file_name().unwrap().to_string_lossy();
        add(&format!("{below}{name}"), &fs::read(&file).unwrap());
    }
    for (name, bytes) in more {
        add(name, bytes);
    }
    writer.finish().unwrap();
    target
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn refusal(path: &Path) -> String {
    let loaded = load(path);
    assert!(loaded.inventory.is_none(), "{}", path.display());
    messages(&loaded.report).join("\n")
}

#[test]
fn an_archive_of_an_inventory_is_read_like_its_folder() {
    let topology = root().join(TOPOLOGY);
    for below in ["", "estate/", "exports/2026/estate/"] {
        let holder = folder(&[]);
        // What file managers add is not read.
        let more: [(&str, &[u8]); 2] = [("__MACOSX/estate/._vnets.csv", b"\0\x05"), (".DS_Store", b"\0")];
        let path = archive(&holder, &topology, below, &more);
        assert_eq!(written(&path), written(&topology), "{below}");
    }
}

#[test]
fn places_in_an_archive_are_those_of_its_files() {
    let holder = folder(&[]);
    let source =
        folder(&[("vnets.csv", "name,address_space\nHub,10.0.0.0\n"), ("contacts-of-2026.csv", "a\n")]);
    let path = archive(&holder, source.path(), "estate/", &[]);
    let loaded = load(&path);
    let found = &loaded.report.diagnostics;
    let places: Vec<String> = found
        .iter()
        .filter_map(|finding| finding.span)
        .map(|span| (&loaded.report.sources.get(span.file).path, loaded.report.sources.position(span)))
        .map(|(path, place)| format!("{path}:{}:{}", place.line, place.column))
        .collect();
    assert_eq!(places, [format!("{}:2:5", path.join("estate/vnets.csv").display())]);
    assert!(
        messages(&loaded.report).iter().any(|it| it.contains("contacts-of-2026.csv` is ignored")),
        "{:?}",
        messages(&loaded.report)
    );
}

#[test]
fn an_archive_of_an_export_is_read_like_its_folder() {
    for shape in ["graph", "portal", "powershell"] {
        let export = root().join("tests/fixtures/exports").join(shape);
        let holder = folder(&[]);
        let path = archive(&holder, &export, "export/", &[("export/readme.txt", b"ours")]);
        assert_eq!(
            describe(&load(&path).inventory.unwrap()),
            describe(&load(&export).inventory.unwrap()),
            "{shape}"
        );
        let mut report = tunnelog::diagnostic::Report::default();
        let read = tunnelog::import::read_export(&[path], &mut report).unwrap();
        assert_eq!(describe(&read), describe(&load(&export).inventory.unwrap()), "{shape}");
    }
}

#[test]
fn what_gzip_has_packed_is_read() {
    let export = root().join("tests/fixtures/exports/graph");
    let holder = folder(&[]);
    let pages = files(&export);
    for page in &pages {
        let name = format!("{}.gz", page.file_name().unwrap().to_string_lossy());
        fs::write(holder.path().join(name), gzip(&fs::read(page).unwrap())).unwrap();
    }
    let expected = describe(&load(&export).inventory.unwrap());
    assert_eq!(describe(&load(holder.path()).inventory.unwrap()), expected, "a folder");
    if let [page] = &pages[..] {
        let path = holder.path().join(format!("{}.gz", page.file_name().unwrap().to_string_lossy()));
        assert_eq!(describe(&load(&path).inventory.unwrap()), expected, "one file");
    }
}

/// A workbook with a sheet for each file of `path`, numbers and booleans being such.
fn workbook(path: &Path, sheet_of: impl Fn(&str) -> String) -> Workbook {
    let mut book = Workbook::new();
    for file in files(path).iter().filter(|file| file.extension().is_some_and(|it| it == "csv")) {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_of(&file.file_stem().unwrap().to_string_lossy())).unwrap();
        let text = fs::read_to_string(file).unwrap();
        let text = text.trim_start_matches('\u{feff}').as_bytes();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        for (row, record) in (0..).zip(reader.records()) {
            for (column, cell) in (0..).zip(&record.unwrap()) {
                if let Ok(number) = cell.parse::<f64>() {
                    sheet.write_number(row, column, number).unwrap();
                } else if let Ok(truth) = cell.parse::<bool>() {
                    sheet.write_boolean(row, column, truth).unwrap();
                } else {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
        }
    }
    book
}

fn saved(holder: &TempDir, mut book: Workbook) -> PathBuf {
    let path = holder.path().join("estate.xlsx");
    book.save(&path).unwrap();
    path
}

#[test]
fn the_sheets_of_a_workbook_are_files_of_an_inventory() {
    let holder = folder(&[]);
    for topology in [TOPOLOGY, "facts/s2s-chain-bgp", "facts/names-resolver-in-hub"] {
        let topology = root().join(topology);
        let path = saved(&holder, workbook(&topology, str::to_uppercase));
        assert_eq!(written(&path), written(&topology));
    }
}

#[test]
fn a_table_counts_before_its_sheet() {
    let holder = folder(&[]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Network of 2026").unwrap();
    sheet.write_string(0, 0, "Our VNets and gateways").unwrap();
    let cells = [("Hub", "10.0.0.0/16"), ("App", "10.1.0.0/16")];
    for (row, (name, space)) in (4..).zip(cells) {
        sheet.write_string(row, 1, name).unwrap();
        sheet.write_string(row, 2, space).unwrap();
    }
    let columns = ["name", "address_space"].map(|name| rust_xlsxwriter::TableColumn::new().set_header(name));
    sheet.add_table(3, 1, 5, 2, &Table::new().set_name("VNets").set_columns(&columns)).unwrap();
    for (column, (head, cell)) in (5..).zip([("vnet", "Hub"), ("client_pool", "172.16.0.0/24")]) {
        sheet.write_string(10, column, head).unwrap();
        sheet.write_string(11, column, cell).unwrap();
    }
    let columns = ["vnet", "client_pool"].map(|name| rust_xlsxwriter::TableColumn::new().set_header(name));
    sheet.add_table(10, 5, 11, 6, &Table::new().set_name("gateways").set_columns(&columns)).unwrap();
    let expected = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nApp,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,172.16.0.0/24\n"),
    ]);
    assert_eq!(written(&saved(&holder, book)), written(expected.path()));
}

#[test]
fn a_workbook_of_an_export_is_read() {
    let export = root().join("tests/fixtures/exports/portal");
    let holder = folder(&[]);
    let path = saved(&holder, workbook(&export, |_| "Query 1".to_owned()));
    assert_eq!(describe(&load(&path).inventory.unwrap()), describe(&load(&export).inventory.unwrap()));
}

#[test]
fn cells_without_a_sure_text_are_told_all_at_once() {
    let holder = folder(&[]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("vnets").unwrap();
    for (column, head) in (0..).zip(["name", "address_space"]) {
        sheet.write_string(0, column, head).unwrap();
    }
    // A name such as `jan-2`, as spreadsheets take it.
    let date = ExcelDateTime::from_ymd(2026, 1, 2).unwrap();
    sheet.write_datetime_with_format(1, 0, &date, &Format::new().set_num_format("d-mmm")).unwrap();
    sheet.write_string(1, 1, "10.0.0.0/16").unwrap();
    sheet.write_string(2, 2000, "far away").unwrap();
    let said = refusal(&saved(&holder, book));
    assert!(said.contains("the cell A2 of the sheet `vnets` holds a date"), "{said}");
    assert!(said.contains("the cell BXY3 of the sheet `vnets` is beyond the 1024 columns"), "{said}");
}

#[test]
fn what_cannot_be_unpacked_is_refused_by_its_reason() {
    let holder = folder(&[]);
    let nothing = folder(&[]);
    let of = |more: &[(&str, &[u8])]| refusal(&archive(&holder, nothing.path(), "", more));
    assert!(of(&[]).contains("no JSON or CSV file in"), "{}", of(&[]));
    assert!(of(&[("content.xml", b"<a/>")]).contains("a spreadsheet of another kind"));
    let vnets: &[u8] = b"name,address_space\nHub,10.0.0.0/16\n";
    let several = of(&[("one/vnets.csv", vnets), ("two/vnets.csv", vnets)]);
    assert!(several.contains("holds several inventories"), "{several}");
    // An archive that says of its file that it is encrypted: bit 0 of the flags in both of its headers.
    let path = archive(&holder, nothing.path(), "", &[("vnets.csv", vnets)]);
    let mut bytes = fs::read(&path).unwrap();
    let central = bytes.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    fs::write(&path, &bytes).unwrap();
    assert!(refusal(&path).contains("it is encrypted"), "{}", refusal(&path));
    // One that is cut off.
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(refusal(&path).contains("cannot be read"), "{}", refusal(&path));
    // An archive inside of what gzip has packed.
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    let path = holder.path().join("export.tar.gz");
    fs::write(&path, gzip(&tar)).unwrap();
    assert!(refusal(&path).contains("it is a tar archive"), "{}", refusal(&path));
}

#[test]
fn what_unpacks_out_of_all_proportion_is_refused() {
    let holder = folder(&[]);
    let blanks = vec![b' '; 1 << 20];
    let many: Vec<u8> = gzip(&blanks).repeat(66);
    let path = holder.path().join("export.json.gz");
    fs::write(&path, many).unwrap();
    assert!(refusal(&path).contains("more than 200 times its size"), "{}", refusal(&path));
    let names: Vec<String> = (0..66).map(|number| format!("{number}.json")).collect();
    let more: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &blanks[..])).collect();
    let path = archive(&holder, folder(&[]).path(), "", &more);
    assert!(refusal(&path).contains("more than 200 times its size"), "{}", refusal(&path));
}
