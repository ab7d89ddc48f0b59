//! What the user has: virtual networks, gateways, sites, peerings, tunnels, clients, route tables, appliances and what resolves names, as exported.
//!
//! An inventory states what is configured. What follows from it (which tunnels carry BGP, which
//! spokes use their hub's gateway) is worked out in [`crate::facts`].
//!
//! ```
//! use tunnelog::diagnostic::Report;
//! use tunnelog::check::check;
//! use tunnelog::inventory::read_folder;
//!
//! let mut report = Report::default();
//! let inventory = read_folder("facts/s2s-chain".as_ref(), &mut report).unwrap();
//! check(&inventory, &mut report);
//! assert_eq!(inventory.vnets.len(), 3);
//! assert_eq!(report.diagnostics[0].code.name(), "no-route-back");
//! ```

mod client;
pub(crate) mod columns;
mod list;
pub(crate) mod model;
pub mod naming;
mod read;
mod resource;
pub mod routing;
mod text;
mod tunnel;
pub mod write;
pub(crate) mod wrong;

pub use client::{Client, Os, Protocol};
pub use columns::{Column, FILES, InventoryFile};
pub(crate) use columns::{OF_PEERING, OF_TUNNEL, States};
pub use list::List;
pub(crate) use model::name_gateways;
pub use model::{Carried, Connection, DEFAULT_ASN, Gateway, Inventory, Peering, RareOfPeering, Site, Vnet};
pub(crate) use read::load as text_file;
pub use read::read_folder;
pub(crate) use read::{Input, MOST_FILES, Suggestions, nearest, read_inputs, shortened, unpack};
pub use resource::Resource;
pub(crate) use resource::{is_id_of, segment_after};
pub(crate) use text::{delimiter, elements, truth};
pub use tunnel::Tunnel;
