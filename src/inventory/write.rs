//! An inventory as the CSV files that tunnelog reads.

use std::io;
use std::path::Path;

use super::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::staged::Staged;

type Rows = Vec<Vec<String>>;

/// Writes `inventory` into `directory`, which is created where it does not exist.
///
/// The files take their place together once all are written. Every file is written, if only its header, so that none of an earlier inventory is left over;
/// but `clients.csv` is written only where the inventory lists clients, and otherwise left alone.
///
/// # Errors
/// Where the directory or a file cannot be written.
pub fn write_folder(inventory: &Inventory, directory: &Path) -> io::Result<()> {
    let mut staged = Staged::new(directory)?;
    let mut write = |file: &str, header: &[&str], rows: Rows| table(&mut staged, file, header, rows);
    let has_externals = inventory.vnets.iter().any(|vnet| vnet.external);
    let header = ["name", "address_space", "external"];
    let width = if has_externals { 3 } else { 2 };
    write("vnets.csv", &header[..width], vnets(inventory, width))?;
    write(
        "gateways.csv",
        &["vnet", "client_pool", "custom_routes", "bgp", "asn", "sku", "protocols"],
        gateways(inventory),
    )?;
    write("sites.csv", &["name", "address_space", "asn", "transit"], sites(inventory))?;
    write(
        "peerings.csv",
        &[
            "vnet",
            "remote_vnet",
            "allow_gateway_transit",
            "use_remote_gateways",
            "allow_vnet_access",
            "state",
        ],
        peerings(inventory),
    )?;
    write(
        "s2s.csv",
        &["from", "to", "bgp", "from_static", "to_static", "status", "name"],
        connections(inventory),
    )?;
    if let Some(rows) = clients(inventory) {
        write("clients.csv", &["name", "gateway", "os", "protocol", "manual_routes"], rows)?;
    }
    staged.commit()
}

fn table(staged: &mut Staged, file: &str, header: &[&str], rows: Rows) -> io::Result<()> {
    let place = staged.begin(file)?;
    let mut writer = csv::Writer::from_writer(staged.file(place));
    writer.write_record(header).map_err(io::Error::from)?;
    for row in rows {
        writer.write_record(row).map_err(io::Error::from)?;
    }
    writer.flush()
}

fn text(inventory: &Inventory, name: NameId) -> String {
    inventory.names.text(name).to_owned()
}

fn list(prefixes: &[Prefix]) -> String {
    prefixes.iter().map(Prefix::to_string).collect::<Vec<_>>().join(";")
}

fn number(asn: Option<u32>) -> String {
    asn.map(|asn| asn.to_string()).unwrap_or_default()
}

fn vnets(inventory: &Inventory, width: usize) -> Rows {
    let row = |vnet: &super::Vnet| {
        let mut row = vec![text(inventory, vnet.name), list(&vnet.address_space), vnet.external.to_string()];
        row.truncate(width);
        row
    };
    inventory.vnets.iter().map(row).collect()
}

fn gateways(inventory: &Inventory) -> Rows {
    let row = |gateway: &super::Gateway| {
        let protocols: Vec<&str> = gateway.protocols.iter().map(|protocol| protocol.word()).collect();
        vec![
            text(inventory, gateway.vnet),
            list(&gateway.client_pool),
            list(&gateway.custom_routes),
            gateway.bgp.to_string(),
            number(gateway.asn),
            gateway.sku.clone(),
            protocols.join(";"),
        ]
    };
    inventory.gateways.iter().map(row).collect()
}

fn sites(inventory: &Inventory) -> Rows {
    let row = |site: &super::Site| {
        vec![
            text(inventory, site.name),
            list(&site.address_space),
            number(site.asn),
            site.transit.to_string(),
        ]
    };
    inventory.sites.iter().map(row).collect()
}

fn peerings(inventory: &Inventory) -> Rows {
    let row = |peering: &super::Peering| {
        vec![
            text(inventory, peering.vnet),
            text(inventory, peering.remote_vnet),
            peering.allow_gateway_transit.to_string(),
            peering.use_remote_gateways.to_string(),
            peering.allow_vnet_access.to_string(),
            peering.not_connected.as_deref().unwrap_or("Connected").to_owned(),
        ]
    };
    inventory.peerings.iter().map(row).collect()
}

fn connections(inventory: &Inventory) -> Rows {
    let row = |connection: &super::Connection| {
        vec![
            text(inventory, connection.from),
            text(inventory, connection.to),
            connection.bgp.to_string(),
            list(&connection.from_static),
            list(&connection.to_static),
            connection.down.as_deref().unwrap_or_default().to_owned(),
            connection.name.to_string(),
        ]
    };
    inventory.connections.iter().map(row).collect()
}

fn clients(inventory: &Inventory) -> Option<Rows> {
    let row = |client: &super::Client| {
        vec![
            client.name.to_string(),
            text(inventory, client.gateway),
            client.os.word().to_owned(),
            client.protocol.map(super::Protocol::word).unwrap_or_default().to_owned(),
            list(&client.manual_routes),
        ]
    };
    Some(inventory.clients.as_ref()?.iter().map(row).collect())
}
