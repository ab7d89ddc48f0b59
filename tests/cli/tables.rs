//! Workbooks and Parquet files, read again by other crates or by other means than they were written by.

use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use parquet::basic::{Encoding, LogicalType};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use crate::support::folders::folder;
use crate::support::program::{command, finish, read, run, two_hubs};
use crate::support::topologies::topologies;

type Table = Vec<Vec<String>>;

/// Asks for a file, and gives its place.
fn written(arguments: &str, format: &str, folder: &Path) -> std::path::PathBuf {
    let path = folder.join(format!("answer.{format}"));
    let words = arguments.split_whitespace();
    let run = finish(command().args(words).args(["--quiet", "--format", format, "-o"]).arg(&path));
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""), "{arguments}");
    path
}

/// The cells of a sheet, without the empty ones at the end of a row.
fn sheet(path: &Path, name: &str) -> Table {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range(name).unwrap();
    let row = |row: &[Data]| {
        let mut row: Vec<String> = row.iter().map(ToString::to_string).collect();
        row.truncate(row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1));
        row
    };
    range.rows().map(row).collect()
}

/// Header and rows of a Parquet file as the CSV has them: without the model, and the inventory where there is one, and with lists as one text.
fn columnar(path: &Path) -> Table {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let columns = reader.metadata().file_metadata().schema_descr().columns();
    let names: Vec<String> = columns.iter().map(|column| column.path().parts()[0].clone()).collect();
    let is_own = |name: &String| *name == "model" || (*name == "inventory" && is_constant(&reader));
    let mut table: Table = vec![names.iter().filter(|name| !is_own(name)).cloned().collect()];
    for row in reader.get_row_iter(None).unwrap() {
        let text = |(_, field): (&String, &Field)| match field {
            Field::Str(text) => text.clone(),
            Field::ListInternal(words) => {
                let words = words.elements().iter().map(|word| match word {
                    Field::Str(word) => word.as_str(),
                    other => panic!("{other} is no text"),
                });
                words.collect::<Vec<_>>().join(";")
            }
            other => panic!("{other} is no text"),
        };
        table.push(row.unwrap().get_column_iter().filter(|(name, _)| !is_own(name)).map(text).collect());
    }
    table
}

/// True where every row is about one inventory, so that no CSV has a column for it.
fn is_constant(reader: &SerializedFileReader<File>) -> bool {
    let rows = reader.get_row_iter(None).unwrap();
    let paths = rows.map(|row| {
        let row = row.unwrap();
        let path = row.get_column_iter().find(|(name, _)| *name == "inventory");
        path.map(|(_, field)| field.to_string())
    });
    paths.collect::<std::collections::BTreeSet<_>>().len() < 2
}

/// The rows of a CSV text, its header among them.
fn cells(text: &str) -> Table {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn lines(table: &[Vec<String>]) -> Vec<String> {
    table.iter().map(|row| row.join("|")).collect()
}

#[test]
fn lists_are_what_was_written_by_hand_for_every_topology() {
    let folder = tempfile::tempdir().unwrap();
    let names = topologies();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        for verb in ["routes", "reach"] {
            let expected = cells(&read(&format!("facts/{name}/expected/{verb}.csv")));
            let arguments = format!("{verb} facts/{name}");
            assert_eq!(sheet(&written(&arguments, "xlsx", folder.path()), "List"), expected, "{arguments}");
            assert_eq!(columnar(&written(&arguments, "parquet", folder.path())), expected, "{arguments}");
        }
    }
}

#[test]
fn a_workbook_of_what_is_reached_has_a_sheet_of_names() {
    let folder = tempfile::tempdir().unwrap();
    let sheets = |path: &Path| open_workbook::<Xlsx<_>, _>(path).unwrap().sheet_names();
    let path = written("reach facts/names-resolver-in-hub", "xlsx", folder.path());
    assert_eq!(sheets(&path), ["Summary", "Matrix", "List", "Names", "Warnings"]);
    assert_eq!(sheet(&path, "Names"), cells(&read("facts/names-resolver-in-hub/expected/names.csv")));
    let path = written("reach facts/names-resolver-in-hub --to Spoke", "xlsx", folder.path());
    assert_eq!(sheets(&path), ["Summary", "Matrix", "List", "Warnings"]);
    let path = written("names facts/names-resolver-in-hub", "xlsx", folder.path());
    assert_eq!(sheets(&path), ["Summary", "Matrix", "List", "Warnings"]);
}

#[test]
fn columns_are_those_of_the_csv_however_it_is_narrowed() {
    let (hubs, folder) = (two_hubs(), tempfile::tempdir().unwrap());
    let hubs = hubs.path().display();
    for arguments in [
        format!("reach {hubs} --by client"),
        format!("routes {hubs} --by client --gateway West"),
        format!("reach {hubs} facts/s2s-chain --class windows"),
        "routes facts/s2s-chain facts/branch-office --model observed".to_owned(),
        "reach facts/s2s-chain-branch-bgp --to 10.101.8.15".to_owned(),
        "reach facts/s2s-chain-branch-bgp --to 172.16.0.1".to_owned(),
    ] {
        let expected = cells(&run(&format!("{arguments} --quiet --format csv")).stdout);
        assert_eq!(sheet(&written(&arguments, "xlsx", folder.path()), "List"), expected, "{arguments}");
        assert_eq!(columnar(&written(&arguments, "parquet", folder.path())), expected, "{arguments}");
    }
}

#[test]
fn the_matrix_has_the_marks_of_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let reach = written("reach facts/s2s-chain facts/s2s-chain-branch-bgp", "xlsx", folder.path());
    assert_eq!(
        lines(&sheet(&reach, "Matrix")),
        [
            "inventory|facts/s2s-chain|facts/s2s-chain|facts/s2s-chain-branch-bgp|facts/s2s-chain-branch-bgp",
            "gateway|VNet1|VNet1|VNet1|VNet1",
            "class|non-windows|windows|non-windows|windows",
            "Site1|||✓|+",
            "VNet1|✓|✓|✓|✓",
            "VNet2|!|·|✓|+",
            "VNet3|·|·|✓|+",
            "",
            "✓|reachable",
            "+|client route missing",
            "!|client route, no answer",
            "·|unreachable",
        ]
    );
    let routes = written("routes facts/s2s-chain-branch-bgp", "xlsx", folder.path());
    assert_eq!(
        lines(&sheet(&routes, "Matrix")),
        [
            "gateway|VNet1|VNet1",
            "class|non-windows|windows",
            "10.1.0.0/16|✓|✓",
            "10.2.0.0/16|✓",
            "10.3.0.0/16|✓",
            "10.101.0.0/16|✓",
            "192.168.0.0/24|✓|✓",
            "",
            "✓|route held",
        ]
    );
}

#[test]
fn warnings_are_those_of_check_even_where_they_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = written("reach facts/s2s-chain", "xlsx", folder.path());
    let expected = cells(&run("check facts/s2s-chain --format csv").stdout);
    assert_eq!(expected.len(), 2);
    assert_eq!(expected[1][..4], ["no-route-back", "warning", "facts/s2s-chain/s2s.csv", "2"]);
    assert_eq!(sheet(&path, "Warnings"), expected);
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let warnings = book.worksheet_range("Warnings").unwrap();
    assert_eq!(warnings.get_value((1, 3)), Some(&Data::Float(2.0)), "a line is a number");
}

#[test]
fn no_name_becomes_a_formula_or_loses_a_letter() {
    let names = ["=cmd|'/c calc'!A1", "+1+1", "-1", "@SUM(1)", "a\tb", "_x0041_", "<b>&amp", "é\u{1F600}"];
    let vnet = |(index, name)| format!("{name};10.{}.0.0/16\n", index + 1);
    let vnets: String = names.iter().enumerate().map(vnet).collect();
    let vnets = format!("name;address_space\nHub;10.0.0.0/16\n{vnets}");
    let peering = |name: &&str| format!("Hub;{name};true;false\n{name};Hub;false;true\n");
    let peerings: String = names.iter().map(peering).collect();
    let peerings = format!("vnet;remote_vnet;allow_gateway_transit;use_remote_gateways\n{peerings}");
    let gateways = "vnet,client_pool\nHub,192.168.0.0/24\n";
    let inventory = folder(&[("vnets.csv", &vnets), ("gateways.csv", gateways), ("peerings.csv", &peerings)]);
    let folder = tempfile::tempdir().unwrap();
    let arguments = format!("reach {} --class windows --class non-windows", inventory.path().display());
    let path = written(&arguments, "xlsx", folder.path());
    let mut expected: Vec<&str> = names.to_vec();
    expected.push("Hub");
    expected.sort_unstable();
    let matrix = sheet(&path, "Matrix");
    let down: Vec<&str> = matrix[2..].iter().map_while(|row| row.first()).map(String::as_str).collect();
    assert_eq!(down, expected);
    let list = sheet(&path, "List");
    let listed: Vec<&str> = list[1..].iter().map(|row| row[2].as_str()).collect();
    assert_eq!(listed, [&expected[..], &expected[..]].concat());
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    for name in ["Summary", "Matrix", "List", "Warnings"] {
        assert!(book.worksheet_formula(name).unwrap().is_empty(), "{name}");
    }
    let columns = columnar(&written(&arguments, "parquet", folder.path()));
    assert_eq!(columns, list);
}

#[test]
fn the_same_answer_is_the_same_bytes_in_a_file_and_in_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["xlsx", "parquet"] {
        let path = written("reach facts/s2s-chain", format, folder.path());
        let once = std::fs::read(&path).unwrap();
        // Times in archives are counted in steps of two seconds.
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let arguments = ["reach", "facts/s2s-chain", "--quiet", "--format", format];
        let output = command().args(arguments).output().unwrap();
        assert!(once == output.stdout, "{format}");
    }
}

#[test]
fn an_answer_that_fails_is_written_all_the_same() {
    let arguments = "reach facts/s2s-chain --quiet --fail-on blackhole --format xlsx";
    let output = command().args(arguments.split_whitespace()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let book = Xlsx::new(Cursor::new(output.stdout)).unwrap();
    assert_eq!(book.sheet_names(), ["Summary", "Matrix", "List", "Warnings"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_spared_and_nothing_is_left_behind() {
    for format in ["xlsx", "parquet"] {
        // Whoever opens this device is given a new terminal.
        let run = run(&format!("reach facts/s2s-chain --quiet --format {format} -o /dev/ptmx"));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.contains("binary output cannot be written"), "{}", run.stderr);
        assert!(run.stderr.contains("help: name a file with `-o`"), "{}", run.stderr);
    }
}

#[test]
fn columns_are_texts_in_dictionaries_and_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let path = written("reach facts/s2s-chain", "parquet", folder.path());
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    for column in reader.metadata().row_group(0).columns() {
        assert_eq!(column.column_descr().logical_type_ref(), Some(&LogicalType::String));
        assert!(column.encodings().any(|encoding| encoding == Encoding::RLE_DICTIONARY));
        assert_ne!(column.compression(), parquet::basic::Compression::UNCOMPRESSED);
    }
    let told = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let told: Vec<(&str, Option<&str>)> =
        told.iter().map(|pair| (pair.key.as_str(), pair.value.as_deref())).collect();
    assert_eq!(told, [("schema", Some("tunnelog/reach/1")), ("profile", Some("article"))]);
}

#[test]
fn the_first_sheet_says_what_it_is_about_and_counts_by_gateway_class_and_status() {
    let folder = tempfile::tempdir().unwrap();
    let summary = sheet(&written("reach facts/s2s-chain", "xlsx", folder.path()), "Summary");
    let tool = concat!("made with|tunnelog ", env!("CARGO_PKG_VERSION"));
    let expected = [
        "inventory|facts/s2s-chain",
        "model|article",
        tool,
        "rows as in|tunnelog/reach/1",
        "",
        "gateway|class|reachable|blackhole|unreachable",
        "VNet1|non-windows|1|1|1",
        "VNet1|windows|1|0|2",
    ];
    assert_eq!(lines(&summary), expected);
    let routes = sheet(&written("routes facts/s2s-chain", "xlsx", folder.path()), "Summary");
    assert_eq!(lines(&routes)[5..], ["gateway|class|rows", "VNet1|non-windows|3", "VNet1|windows|2"]);
}

#[test]
fn sheets_lie_across_the_paper_and_repeat_their_heads() {
    let folder = tempfile::tempdir().unwrap();
    let path = written("reach facts/s2s-chain", "xlsx", folder.path());
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    for number in 1..=4 {
        let text = part(&format!("xl/worksheets/sheet{number}.xml"));
        assert!(text.contains("orientation=\"landscape\"") && text.contains("fitToHeight=\"0\""), "{text}");
        assert!(
            text.contains("paperSize=\"9\"") && text.contains("<pageSetUpPr fitToPage=\"1\"/>"),
            "{text}"
        );
    }
    let titles = part("xl/workbook.xml");
    for title in ["Matrix!$A:$A,Matrix!$1:$2", "List!$1:$1", "Warnings!$1:$1"] {
        assert!(titles.contains(title), "{titles}");
    }
}

#[test]
fn reasons_are_lists_and_rows_know_their_model_and_inventory() {
    let folder = tempfile::tempdir().unwrap();
    let path = written("reach facts/s2s-chain --class windows --to VNet3", "parquet", folder.path());
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows: Vec<String> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    let expected = r#"{model: "article", inventory: "facts/s2s-chain", gateway: "VNet1", class: "windows", network: "VNet3", destination: "10.3.0.0/16", status: "unreachable", reason: ["no-client-route", "no-way-back", "no-way-there"]}"#;
    assert_eq!(rows, [expected]);
}

#[test]
fn verbs_that_have_no_such_rows_do_not_take_the_formats() {
    let run = run("check facts/s2s-chain --format xlsx");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("invalid value 'xlsx'"), "{}", run.stderr);
}
