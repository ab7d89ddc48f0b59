//! The files of an inventory and their columns, each once: what it is called, whether it has to be
//! there, what an empty cell stands for, what it holds, and which field of the row that is.
//!
//! Both readers and the writer go through these tables, and so does `tunnelog init`; the documents
//! are compared with them. So a new column is a line here and a field in `model.rs`.
//!
//! ```
//! use tunnelog::inventory::FILES;
//!
//! let required = FILES[0].columns.iter().filter(|column| column.required).map(|column| column.name);
//! assert_eq!(required.collect::<Vec<_>>(), ["name", "address_space"]);
//! ```

use std::net::IpAddr;

use super::model::{Carried, Client, Connection, Gateway, Inventory, Peering, Protocol, Site, Vnet};
use super::routing::{Appliance, RouteTable, Subnet, UserRoute};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// One of the CSV files that an inventory is made of.
#[derive(Debug)]
pub struct InventoryFile {
    /// Its name.
    pub name: &'static str,
    /// What one of its rows is.
    pub row: &'static str,
    /// Its columns, in the order in which they are written.
    pub columns: &'static [Column],
}

/// One column of a file, as documents and messages tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// True where the header must have it.
    pub required: bool,
    /// What an empty cell, or no such column, stands for; empty where that says nothing.
    pub default: &'static str,
    /// What a cell holds, in words for the reader.
    pub holds: &'static str,
    /// True where it is written only if some row has other than the default.
    pub rare: bool,
}

/// A column and the field of a row that its cells fill.
pub(crate) struct Field<Row: 'static> {
    pub(crate) column: Column,
    pub(crate) value: Value<Row>,
}

/// Where a value stands in a row.
pub(crate) struct At<Row: 'static, T: 'static> {
    pub(crate) get: fn(&Row) -> &T,
    pub(crate) set: fn(&mut Row, T),
}

/// The kind of value that a cell holds, and where it stands in the row.
pub(crate) enum Value<Row: 'static> {
    /// What has to be known before there is a row, such as a name. It is read by hand.
    Key(fn(&Row, &Inventory) -> String),
    /// Any text.
    Text { get: fn(&Row) -> &str, set: fn(&mut Row, &str) },
    /// The id of a resource of Azure, with the collection that the resource is one of.
    Id { get: fn(&Row) -> &str, set: fn(&mut Row, &str), collection: &'static str },
    /// True or false.
    Flag(At<Row, bool>),
    /// An autonomous system number.
    Asn(At<Row, Option<u32>>),
    /// A list of prefixes.
    Prefixes(At<Row, Vec<Prefix>>),
    /// A list of addresses.
    Addresses(At<Row, Vec<IpAddr>>),
    /// A list of P2S protocols.
    Protocols(At<Row, Vec<Protocol>>),
    /// A P2S protocol.
    Protocol(At<Row, Option<Protocol>>),
    /// A list of prefixes, or all where the cell is empty, or none where it says so.
    Carried(At<Row, Option<Carried>>),
    /// A state, kept as written unless it is one of the usual ones.
    State(At<Row, Option<Box<str>>>, States),
}

/// The words for a state, without regard to case, blanks, `-` and `_`.
#[derive(Clone, Copy)]
pub(crate) struct States {
    /// What it is the state of, as a sentence names it.
    pub(crate) of: &'static str,
    /// Those that mean that all is well.
    pub(crate) usual: &'static [&'static str],
    /// All others.
    pub(crate) others: &'static [&'static str],
}

impl States {
    /// Every word.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> + Clone {
        self.usual.iter().chain(self.others).copied()
    }

    /// The word that `text` is, but for case, blanks, `-` and `_`.
    pub(crate) fn word(self, text: &str) -> Option<&'static str> {
        let letters = |text: &'static str| text.chars().flat_map(char::to_lowercase);
        self.words().find(|word| {
            let written = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '_'));
            written.flat_map(char::to_lowercase).eq(letters(word))
        })
    }

    /// True for a word that means that all is well.
    pub(crate) fn is_usual(self, word: &str) -> bool {
        self.usual.contains(&word)
    }
}

/// The states of a side of a peering.
pub(crate) const OF_PEERING: States =
    States { of: "a state of a peering", usual: &["Connected"], others: &["Disconnected", "Initiated"] };

/// The states of a tunnel.
pub(crate) const OF_TUNNEL: States = States {
    of: "a status of a tunnel",
    usual: &["Connected", "Unknown"],
    others: &["Connecting", "NotConnected", "Disconnected", "Down"],
};

/// The field of that name.
macro_rules! at {
    ($field:ident) => {
        At { get: |row| &row.$field, set: |row, value| row.$field = value }
    };
}

/// The text in the field of that name.
macro_rules! text {
    ($field:ident) => {
        Value::Text { get: |row| &row.$field, set: |row, text| row.$field = text.into() }
    };
}

/// The field of that name among what few rows have, which a row without any of it has no room for.
macro_rules! rare {
    ($field:ident) => {
        At {
            get: |row| &row.rare().$field,
            set: |row, value| {
                if value.is_some() {
                    row.rare_mut().$field = value;
                }
            },
        }
    };
}

/// The id of the resource behind a row.
macro_rules! id {
    ($collection:literal) => {
        Value::Id {
            get: |row| row.resource.as_deref().map_or("", |resource| &resource.id),
            set: |row, id| row.resource.get_or_insert_default().id = id.into(),
            collection: $collection,
        }
    };
}

/// The name of a network in the field of that name.
macro_rules! name {
    ($field:ident) => {
        Value::Key(|row, inventory| name(row.$field, inventory))
    };
}

fn name(name: NameId, inventory: &Inventory) -> String {
    inventory.names.text(name).to_owned()
}

/// The name of a subnet, a route table or an appliance in the field of that name.
macro_rules! label {
    ($field:ident) => {
        Value::Key(|row, inventory| label(row.$field, inventory))
    };
}

fn label(label: LabelId, inventory: &Inventory) -> String {
    inventory.labels.text(label).to_owned()
}

/// A column that the header must name.
const fn required<Row>(name: &'static str, holds: &'static str, value: Value<Row>) -> Field<Row> {
    Field { column: Column { name, required: true, default: "", holds, rare: false }, value }
}

/// A column that may be left out.
const fn optional<Row>(
    name: &'static str,
    default: &'static str,
    holds: &'static str,
    value: Value<Row>,
) -> Field<Row> {
    Field { column: Column { name, required: false, default, holds, rare: false }, value }
}

/// A column that may be left out, and is written only where some row needs it.
const fn rare<Row>(
    name: &'static str,
    default: &'static str,
    holds: &'static str,
    value: Value<Row>,
) -> Field<Row> {
    Field { column: Column { name, required: false, default, holds, rare: true }, value }
}

pub(crate) static VNETS: [Field<Vnet>; 5] = [
    required("name", "its name, by which the other files refer to it", name!(name)),
    required("address_space", "its prefixes, such as `10.1.0.0/16`", Value::Prefixes(at!(address_space))),
    rare(
        "external",
        "false",
        "whether it is known only from a peering or connection of another network, so that its address space \
         may be empty; default `false`",
        Value::Flag(at!(external)),
    ),
    rare("id", "", "its resource id in Azure", id!("virtualNetworks")),
    rare(
        "location",
        "",
        "the region that it lies in, such as `westeurope`",
        Value::Text {
            get: |row| row.resource.as_deref().map_or("", |resource| &resource.location),
            set: |row, text| {
                if !text.is_empty() {
                    row.resource.get_or_insert_default().location = text.into();
                }
            },
        },
    ),
];

pub(crate) static GATEWAYS: [Field<Gateway>; 9] = [
    required("vnet", "the VNet that it is in", name!(vnet)),
    optional(
        "client_pool",
        "",
        "where Point-to-Site clients get their addresses from; empty: no Point-to-Site",
        Value::Prefixes(at!(client_pool)),
    ),
    optional(
        "custom_routes",
        "",
        "prefixes that are handed to every Point-to-Site client",
        Value::Prefixes(at!(custom_routes)),
    ),
    optional("bgp", "true", "whether BGP is enabled on it; default `true`", Value::Flag(at!(bgp))),
    optional("asn", "65515", "its autonomous system number; default 65515", Value::Asn(at!(asn))),
    optional("sku", "", "such as `VpnGw1AZ`; `Basic` speaks no BGP", text!(sku)),
    optional(
        "protocols",
        "",
        "of Point-to-Site: `IkeV2`, `OpenVPN`, `SSTP`",
        Value::Protocols(at!(protocols)),
    ),
    rare(
        "summarized_prefixes",
        "",
        "what it announces over BGP in place of its VNet's own prefixes; empty: these",
        Value::Prefixes(at!(summarized_prefixes)),
    ),
    rare("id", "", "its resource id in Azure", id!("virtualNetworkGateways")),
];

pub(crate) static SITES: [Field<Site>; 5] = [
    required("name", "its name", name!(name)),
    required(
        "address_space",
        "what it holds, and announces where it speaks BGP; may be empty",
        Value::Prefixes(at!(address_space)),
    ),
    optional("asn", "", "its autonomous system number", Value::Asn(at!(asn))),
    optional(
        "transit",
        "false",
        "whether it forwards between its tunnels; default `false`",
        Value::Flag(at!(transit)),
    ),
    rare("id", "", "the resource id of its local network gateway in Azure", id!("localNetworkGateways")),
];

/// What a cell says of a side of a peering that carries nothing.
pub(crate) const NOTHING_CARRIED: &str = "none";

pub(crate) static PEERINGS: [Field<Peering>; 9] = [
    required("vnet", "the VNet whose side this is", name!(vnet)),
    required("remote_vnet", "the other VNet", name!(remote_vnet)),
    required(
        "allow_gateway_transit",
        "whether this side lets the other use its gateway",
        Value::Flag(at!(allow_gateway_transit)),
    ),
    required(
        "use_remote_gateways",
        "whether this side uses the other's gateway",
        Value::Flag(at!(use_remote_gateways)),
    ),
    optional(
        "allow_vnet_access",
        "true",
        "whether traffic may pass; default `true`",
        Value::Flag(at!(allow_vnet_access)),
    ),
    optional(
        "state",
        "Connected",
        "`Connected`, `Disconnected` or `Initiated`; default `Connected`",
        Value::State(rare!(not_connected), OF_PEERING),
    ),
    rare(
        "remote_prefixes",
        "",
        "what of the other VNet's address space this side carries, or `none`; empty: all of it",
        Value::Carried(rare!(carried)),
    ),
    rare(
        "allow_forwarded_traffic",
        "true",
        "whether this side takes what the other VNet forwards for others; default `true`",
        Value::Flag(At {
            get: |row| &row.rare().allow_forwarded_traffic,
            set: |row, allows| {
                if row.rare().allow_forwarded_traffic != allows {
                    row.rare_mut().allow_forwarded_traffic = allows;
                }
            },
        }),
    ),
    rare(
        "id",
        "",
        "its resource id in Azure",
        Value::Id {
            get: |row| row.rare().resource.as_deref().map_or("", |resource| &resource.id),
            set: |row, id| row.rare_mut().resource.get_or_insert_default().id = id.into(),
            collection: "virtualNetworkPeerings",
        },
    ),
];

pub(crate) static TUNNELS: [Field<Connection>; 8] = [
    required("from", "one end: a VNet with a gateway, or a site", name!(from)),
    required("to", "the other end", name!(to)),
    required("bgp", "whether BGP is enabled on the connection", Value::Flag(at!(bgp))),
    optional(
        "from_static",
        "",
        "prefixes that `from` routes into the tunnel; without BGP by default the address space of `to`",
        Value::Prefixes(at!(from_static)),
    ),
    optional(
        "to_static",
        "",
        "prefixes that `to` routes into the tunnel; without BGP by default the address space of `from`",
        Value::Prefixes(at!(to_static)),
    ),
    optional(
        "status",
        "",
        "empty, `Connected` and `Unknown` are up; `Connecting`, `NotConnected`, `Disconnected` and `Down` are down",
        Value::State(at!(down), OF_TUNNEL),
    ),
    optional("name", "", "the connection's own name", text!(name)),
    rare("id", "", "the resource id of the connection of `from` in Azure", id!("connections")),
];

pub(crate) static CLIENTS: [Field<Client>; 5] = [
    required("name", "its name", Value::Key(|client, _| client.name.to_string())),
    required("gateway", "the VNet whose gateway it connects to", name!(gateway)),
    required(
        "os",
        "`windows`, `linux`, `macos`, `ios` or `android`",
        Value::Key(|client, _| client.os.word().to_owned()),
    ),
    optional("protocol", "", "`IkeV2`, `OpenVPN` or `SSTP`", Value::Protocol(at!(protocol))),
    optional(
        "manual_routes",
        "",
        "prefixes that its user added by hand",
        Value::Prefixes(at!(manual_routes)),
    ),
];

pub(crate) static SUBNETS: [Field<Subnet>; 4] = [
    required("vnet", "the VNet that it is in", name!(vnet)),
    required("name", "its name, such as `GatewaySubnet`", label!(name)),
    required(
        "address_space",
        "its prefixes, each inside one prefix of the VNet",
        Value::Prefixes(at!(address_space)),
    ),
    optional(
        "route_table",
        "",
        "the route table that it uses",
        Value::Key(|row, inventory| row.route_table.map(|table| label(table, inventory)).unwrap_or_default()),
    ),
];

pub(crate) static ROUTE_TABLES: [Field<RouteTable>; 2] = [
    required("name", "its name", label!(name)),
    optional(
        "gateway_routes",
        "true",
        "whether it lets in the routes of the gateway (`disableBgpRoutePropagation` is the opposite); default `true`",
        Value::Flag(at!(gateway_routes)),
    ),
];

pub(crate) static ROUTES: [Field<UserRoute>; 5] = [
    required("route_table", "the route table that it stands in", label!(route_table)),
    required("prefix", "what it is for", Value::Key(|row, _| row.prefix.to_string())),
    required(
        "next_hop",
        "`VirtualAppliance`, `VirtualNetworkGateway`, `VnetLocal`, `Internet` or `None`",
        Value::Key(|row, _| row.next_hop.word().to_owned()),
    ),
    optional(
        "next_hop_address",
        "",
        "of `VirtualAppliance`: its address; of several, any serves",
        Value::Addresses(at!(addresses)),
    ),
    optional("name", "", "its own name", text!(name)),
];

pub(crate) static APPLIANCES: [Field<Appliance>; 4] = [
    required("name", "its name", label!(name)),
    required("vnet", "the VNet that its addresses are in", name!(vnet)),
    required(
        "address",
        "its addresses: of its interfaces, or of internal load balancers before it",
        Value::Addresses(at!(addresses)),
    ),
    optional(
        "stateful",
        "true",
        "whether it drops a connection of which it sees one direction only; default `true`",
        Value::Flag(at!(stateful)),
    ),
];

/// The files in the order of reading.
pub static FILES: [InventoryFile; 10] = [
    InventoryFile { name: "vnets.csv", row: "a virtual network", columns: &columns(&VNETS) },
    InventoryFile { name: "gateways.csv", row: "a route-based VPN gateway", columns: &columns(&GATEWAYS) },
    InventoryFile { name: "sites.csv", row: "an on-premises site", columns: &columns(&SITES) },
    InventoryFile { name: "peerings.csv", row: "one side of a peering", columns: &columns(&PEERINGS) },
    InventoryFile {
        name: "s2s.csv",
        row: "a Site-to-Site or VNet-to-VNet tunnel",
        columns: &columns(&TUNNELS),
    },
    InventoryFile {
        name: "clients.csv",
        row: "a client, or a profile that several people use",
        columns: &columns(&CLIENTS),
    },
    InventoryFile { name: "subnets.csv", row: "a subnet of a VNet", columns: &columns(&SUBNETS) },
    InventoryFile { name: "route_tables.csv", row: "a route table", columns: &columns(&ROUTE_TABLES) },
    InventoryFile { name: "routes.csv", row: "a user route of a route table", columns: &columns(&ROUTES) },
    InventoryFile {
        name: "appliances.csv",
        row: "an appliance that forwards: a firewall, a virtual appliance",
        columns: &columns(&APPLIANCES),
    },
];

/// What is said of columns, without the fields that they fill.
const fn columns<Row, const COUNT: usize>(fields: &[Field<Row>; COUNT]) -> [Column; COUNT] {
    let mut columns = [Column { name: "", required: false, default: "", holds: "", rare: false }; COUNT];
    let mut index = 0;
    while index < COUNT {
        columns[index] = fields[index].column;
        index += 1;
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMATS: &str = include_str!("../../docs/formats.md");

    /// Name, whether it is required, and default.
    type Told = (String, bool, String);

    /// A column as `docs/formats.md` tells of it, such as `bgp (default true)` or `**name**`.
    fn told(text: &str) -> Told {
        let (name, remark) = text.split_once(" (").unwrap_or((text, ""));
        let default = remark.strip_prefix("default ").map_or("", |rest| rest.trim_end_matches(')'));
        (name.trim_matches('*').to_owned(), name.starts_with("**"), default.to_owned())
    }

    /// The elements of a cell of `docs/formats.md`: between `,` or `;` outside of parentheses.
    fn elements(cell: &str) -> Vec<String> {
        let mut elements = vec![String::new()];
        let mut depth = 0_usize;
        for letter in cell.chars() {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                ',' | ';' if depth == 0 => {
                    elements.push(String::new());
                    continue;
                }
                _ => {}
            }
            if let Some(last) = elements.last_mut() {
                last.push(letter);
            }
        }
        elements.iter().map(|element| element.trim().to_owned()).collect()
    }

    #[test]
    fn the_page_of_formats_has_every_column() {
        for file in &FILES {
            let start = format!("| `{}` | {} | ", file.name, file.row);
            let row = FORMATS.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default();
            let documented: Vec<Told> =
                elements(row.trim_end_matches(" |")).iter().map(|text| told(text)).collect();
            let columns = file.columns.iter();
            let known: Vec<Told> = columns
                .map(|column| (column.name.to_owned(), column.required, column.default.to_owned()))
                .collect();
            assert_eq!(documented, known, "{}", file.name);
        }
    }

    #[test]
    fn what_a_column_holds_tells_its_default() {
        for column in FILES.iter().flat_map(|file| file.columns) {
            let is_told = [column.default.to_owned(), format!("`{}`", column.default)]
                .iter()
                .any(|default| column.holds.ends_with(&format!("default {default}")));
            assert!(is_told || column.default.is_empty(), "{}: {}", column.name, column.holds);
            assert!(!column.rare || !column.required, "{} is required", column.name);
        }
    }
}
