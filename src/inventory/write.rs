//! An inventory as the CSV files that tunnelog reads.

use std::ffi::OsStr;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::client::Protocol;
use super::columns::{self, Field, NOTHING_CARRIED, Value};
use super::model::{Carried, Inventory};
use super::text::COMMENT;
use crate::prefix::Prefix;
use crate::staged::Staged;

/// Writes `inventory` into `directory`, which is created where it does not exist.
///
/// The files take their place together once all are written. Every file is written, if only its header; but `clients.csv` is written only where the
/// inventory lists clients, and those that steer packets inside VNets or resolve names only where there are any rows. Of an earlier inventory there nothing is left: see [`files_in`].
///
/// # Errors
/// Where the directory or a file cannot be written.
pub fn write_folder(inventory: &Inventory, directory: &Path) -> io::Result<()> {
    write_into(Staged::new(directory)?, inventory, directory)
}

/// Writes `inventory` as [`write_folder`] does; `staged` is of `directory`, so that nobody else writes there.
///
/// # Errors
/// Where a file cannot be written.
pub fn write_into(mut staged: Staged, inventory: &Inventory, directory: &Path) -> io::Result<()> {
    let files = columns::FILES.each_ref().map(|file| file.name);
    let [vnets, gateways, sites, peerings, tunnels, clients, others @ ..] = files;
    let [subnets, route_tables, routes, appliances, dns_servers, resolvers, zones, private_endpoints] =
        others;
    let mut written = Written { staged: &mut staged, inventory, files: Vec::new() };
    written.table(vnets, &columns::VNETS, &inventory.vnets)?;
    written.table(gateways, &columns::GATEWAYS, &inventory.gateways)?;
    written.table(sites, &columns::SITES, &inventory.sites)?;
    written.table(peerings, &columns::PEERINGS, &inventory.peerings)?;
    written.table(tunnels, &columns::TUNNELS, &inventory.connections)?;
    if let Some(rows) = &inventory.clients {
        written.table(clients, &columns::CLIENTS, rows)?;
    }
    written.table_of_any(subnets, &columns::SUBNETS, &inventory.subnets)?;
    written.table_of_any(route_tables, &columns::ROUTE_TABLES, &inventory.route_tables)?;
    written.table_of_any(routes, &columns::ROUTES, &inventory.user_routes)?;
    written.table_of_any(appliances, &columns::APPLIANCES, &inventory.appliances)?;
    written.table_of_any(dns_servers, &columns::DNS, &inventory.dns_servers)?;
    written.table_of_any(resolvers, &columns::RESOLVERS, &inventory.resolvers)?;
    written.table_of_any(zones, &columns::ZONES, &inventory.zone_links)?;
    written.table_of_any(private_endpoints, &columns::PRIVATE_ENDPOINTS, &inventory.private_endpoints)?;
    let files = written.files;
    for old in files_in(directory)? {
        let is_written = files.iter().any(|file| old.file_name() == Some(OsStr::new(file)));
        if !is_written {
            staged.remove(old)?;
        }
    }
    staged.commit()
}

/// The files of an inventory in the directory, in whatever case they are written; none where there is no such directory.
///
/// # Errors
/// Where the directory cannot be read.
pub fn files_in(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if columns::FILES.iter().any(|file| is_called(&path, file.name)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_called(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|it| it.eq_ignore_ascii_case(name))
}

/// The files that are written so far.
struct Written<'run> {
    staged: &'run mut Staged,
    inventory: &'run Inventory,
    files: Vec<&'static str>,
}

impl Written<'_> {
    /// Writes a file where there is a row for it.
    fn table_of_any<Row>(
        &mut self,
        file: &'static str,
        fields: &[Field<Row>],
        rows: &[Row],
    ) -> io::Result<()> {
        if rows.is_empty() { Ok(()) } else { self.table(file, fields, rows) }
    }

    fn table<Row>(&mut self, file: &'static str, fields: &[Field<Row>], rows: &[Row]) -> io::Result<()> {
        let inventory = self.inventory;
        let is_needed = |field: &&Field<Row>| {
            !field.column.rare || rows.iter().any(|row| cell(field, row, inventory) != field.column.default)
        };
        let fields: Vec<&Field<Row>> = fields.iter().filter(is_needed).collect();
        let place = self.staged.begin(file)?;
        let mut builder = csv::WriterBuilder::new();
        let mut writer = builder.comment(Some(COMMENT as u8)).from_writer(self.staged.file(place));
        writer.write_record(fields.iter().map(|field| field.column.name)).map_err(io::Error::from)?;
        for row in rows {
            let cells = fields.iter().map(|field| cell(field, row, inventory));
            writer.write_record(cells).map_err(io::Error::from)?;
        }
        self.files.push(file);
        writer.flush()
    }
}

/// The cell that says a value of `row`.
fn cell<Row>(field: &Field<Row>, row: &Row, inventory: &Inventory) -> String {
    match &field.value {
        Value::Key(text) => text(row, inventory),
        Value::Text { get, .. } | Value::Id { get, .. } => get(row).to_owned(),
        Value::Flag(at) => (at.get)(row).to_string(),
        Value::Asn(at) => (at.get)(row).map(|asn| asn.to_string()).unwrap_or_default(),
        Value::Prefixes(at) => list((at.get)(row), Prefix::to_string),
        Value::Addresses(at) => list((at.get)(row), IpAddr::to_string),
        Value::Carried(at) => match (at.get)(row) {
            None => String::new(),
            Some(Carried(prefixes)) if prefixes.is_empty() => NOTHING_CARRIED.to_owned(),
            Some(Carried(prefixes)) => list(prefixes, Prefix::to_string),
        },
        Value::Protocols(at) => list((at.get)(row), |protocol| protocol.word().to_owned()),
        Value::Protocol(at) => (at.get)(row).map(Protocol::word).unwrap_or_default().to_owned(),
        Value::State(at, _) => (at.get)(row).as_deref().unwrap_or(field.column.default).to_owned(),
    }
}

fn list<T>(values: &[T], text: impl Fn(&T) -> String) -> String {
    values.iter().map(text).collect::<Vec<_>>().join(";")
}
