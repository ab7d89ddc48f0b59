//! A program that does nothing but parse an inventory's files and write rows, with the csv crate on one thread: what a whole run of
//! tunnelog is measured against. It keeps nothing and takes bytes as they come, so no program that uses the crate takes less.

use std::error::Error;
use std::fs::File;
use std::path::Path;

const FILES: [&str; 5] = ["vnets.csv", "gateways.csv", "sites.csv", "peerings.csv", "s2s.csv"];

/// Those that there are where route tables steer.
const TABLES: [&str; 4] = ["subnets.csv", "route_tables.csv", "routes.csv", "appliances.csv"];

/// What is read and written at once; the crate's own 8 KiB take longer.
const BUFFER: usize = 1 << 16;

/// Reads every record of the files in `folder` and writes `rows` rows with cells like those of `reach`.
pub(crate) fn run(folder: &Path, rows: usize, output: &Path) -> Result<(), Box<dyn Error>> {
    let mut cells = 0;
    let has_tables = folder.join(TABLES[0]).exists();
    for name in FILES.into_iter().chain(TABLES.into_iter().filter(|_| has_tables)) {
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(BUFFER).from_path(folder.join(name))?;
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            cells += record.len();
        }
    }
    let file = File::create(output)?;
    let mut writer = csv::WriterBuilder::new().buffer_capacity(BUFFER).from_writer(file);
    writer.write_record(["gateway", "class", "network", "destination", "status", "reason"])?;
    for row in 0..rows {
        let reason = if row % 2 == 0 { "transit-spoke" } else { "bgp" };
        let cells =
            ["hub-01234-0000", "non-windows", "spoke-01234-0001-012", "10.123.45.0/24", "reachable", reason];
        writer.write_record(cells)?;
    }
    writer.flush()?;
    // What was read has to matter, so that none of it can be left out.
    if cells == 0 { Err("no cells".into()) } else { Ok(()) }
}

/// Takes over where the arguments of this process ask for the bare program: `bare FOLDER ROWS OUTPUT`.
pub(crate) fn asked(arguments: &[String]) -> Option<Result<(), Box<dyn Error>>> {
    let [word, folder, rows, output] = arguments else { return None };
    if word != "bare" {
        return None;
    }
    Some(rows.parse().map_err(Into::into).and_then(|rows| run(Path::new(folder), rows, Path::new(output))))
}
