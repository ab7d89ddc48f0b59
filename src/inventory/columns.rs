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

#[macro_use]
mod field;
mod naming;
mod networks;
mod steering;

pub use field::Column;
pub(crate) use field::{Field, NOTHING_CARRIED, OF_PEERING, OF_TUNNEL, States, Value};
pub(crate) use naming::{DNS, PRIVATE_ENDPOINTS, RESOLVERS, ZONES};
pub(crate) use networks::{CLIENTS, GATEWAYS, PEERINGS, SITES, TUNNELS, VNETS};
pub(crate) use steering::{APPLIANCES, ROUTE_TABLES, ROUTES, SUBNETS};

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

/// The files in the order of reading.
pub static FILES: [InventoryFile; 14] = [
    InventoryFile { name: "vnets.csv", row: "a virtual network", columns: &columns(&VNETS) },
    InventoryFile { name: "gateways.csv", row: "a route-based VPN gateway", columns: &columns(&GATEWAYS) },
    InventoryFile {
        name: "sites.csv",
        row: "an on-premises site, in Azure a local network gateway",
        columns: &columns(&SITES),
    },
    InventoryFile { name: "peerings.csv", row: "one peering link", columns: &columns(&PEERINGS) },
    InventoryFile {
        name: "s2s.csv",
        row: "a Site-to-Site or VNet-to-VNet connection",
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
    InventoryFile { name: "dns.csv", row: "a VNet with DNS servers of its own", columns: &columns(&DNS) },
    InventoryFile {
        name: "resolvers.csv",
        row: "an inbound endpoint of a DNS Private Resolver",
        columns: &columns(&RESOLVERS),
    },
    InventoryFile {
        name: "zones.csv",
        row: "a link of a private DNS zone to a VNet",
        columns: &columns(&ZONES),
    },
    InventoryFile {
        name: "private_endpoints.csv",
        row: "a private endpoint",
        columns: &columns(&PRIVATE_ENDPOINTS),
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
