//! What a machine or a gateway really has, held against what the rules say that it should have.
//!
//! A table of routes is read in the form that the operating system, the profile or Azure gives it.
//! Of an operating system's table only what goes through the VPN counts. Routes are then compared
//! as sets of addresses: how a prefix is cut makes no difference to where packets go. Where a file says which
//! DNS servers are asked for which names, these are compared with what the gateway's VNet hands out.
//!
//! ```
//! use tunnelog::diagnostic::Report;
//! use tunnelog::verify::{Kind, read_bytes};
//!
//! let text = b"10.1.0.0/16 dev tun0\n10.2.0.0/16 dev tun0\n".to_vec();
//! let table = read_bytes("routes.txt".as_ref(), text, Some(Kind::IpRoute), &mut Report::default()).unwrap();
//! assert_eq!(table.entries.len(), 2);
//! ```

mod beside;
mod client;
mod deviation;
mod gateway;
mod read;
mod resolver;
mod subnet;
mod table;
mod tunnel;

pub use client::{Client, Learned, NamesOf, Old};
pub use deviation::{Cause, Deviating, Deviation, What};
pub use gateway::{Gateway, advertised, learned};
pub use read::{read_bytes, read_file};
pub use resolver::{Resolver, Server, Suffix};
pub use subnet::Subnet;
pub use table::{Entry, Kind, Leads, Table};
pub use tunnel::{Interface, interfaces, through};
