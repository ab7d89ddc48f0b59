//! A program that does nothing but read an inventory's files and write rows, with the csv crate: what a
//! whole run of tunnelog is measured against.

use std::error::Error;
use std::fs;
use std::path::Path;

const FILES: [&str; 5] = ["vnets.csv", "gateways.csv", "sites.csv", "peerings.csv", "s2s.csv"];

/// Those that there are where route tables steer.
const TABLES: [&str; 4] = ["subnets.csv", "route_tables.csv", "routes.csv", "appliances.csv"];

/// Reads every record of the files in `folder` and writes `rows` rows with cells like those of `reach`.
pub(crate) fn run(folder: &Path, rows: usize, output: &Path) -> Result<(), Box<dyn Error>> {
    let mut records = 0;
    let mut networks: Vec<csv::StringRecord> = Vec::new();
    let has_tables = folder.join(TABLES[0]).exists();
    for name in FILES.into_iter().chain(TABLES.into_iter().filter(|_| has_tables)) {
        // The whole file first, as tunnelog does, which points into the text where something is wrong.
        let text = fs::read_to_string(folder.join(name))?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            records += 1;
            if name == "vnets.csv" {
                networks.push(record.clone());
            }
        }
    }
    let mut writer = csv::Writer::from_path(output)?;
    writer.write_record(["gateway", "class", "network", "destination", "status", "reason"])?;
    for (row, network) in (0..rows).zip(networks.iter().cycle()) {
        let gateway = &networks[row / networks.len() % networks.len()];
        writer.write_record([&gateway[0], "non-windows", &network[0], &network[1], "reachable", "bgp"])?;
    }
    writer.flush()?;
    // What was read has to matter, so that none of it can be left out.
    if records < networks.len() { Err("fewer records than networks".into()) } else { Ok(()) }
}

/// Takes over where the arguments of this process ask for the bare program: `bare FOLDER ROWS OUTPUT`.
pub(crate) fn asked(arguments: &[String]) -> Option<Result<(), Box<dyn Error>>> {
    let [word, folder, rows, output] = arguments else { return None };
    if word != "bare" {
        return None;
    }
    Some(rows.parse().map_err(Into::into).and_then(|rows| run(Path::new(folder), rows, Path::new(output))))
}
