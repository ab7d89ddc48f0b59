//! The shape of what other programs read: columns of a table and keys of a JSON document.
//!
//! `docs/schema/` holds a JSON Schema of each document. A column or key changes only with the number at the end of the
//! schema's name. How rows are written, as CSV or as Arrow, is up to who writes them.
//!
//! ```
//! use tunnelog::answer::{Analysis, Request};
//! use tunnelog::document::{Context, Row};
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/isolated-vnet").unwrap().inventory;
//! let analysis = Analysis::new(&inventory);
//! let (gateway, answer) = {
//!     let mut answers = Vec::new();
//!     let Ok(()) = analysis.answer(&Request::default(), |gateway, answer| {
//!         answers.push((gateway, answer.clone()));
//!         Ok::<(), std::convert::Infallible>(())
//!     });
//!     answers.remove(0)
//! };
//! let row = Context { inventory: &inventory, path: None }.route(gateway, &answer.routes[0]);
//! let mut cells = Vec::new();
//! let Ok(()) = row.cells(|cell| Ok::<(), std::convert::Infallible>(cells.push(cell.to_string())));
//! assert_eq!(cells, ["VNet1", "non-windows", "10.1.0.0/16", "own-vnet"]);
//! ```

mod answer;
mod difference;
pub mod explain;
mod finding;
pub mod fix;
mod head;
mod row;
mod walk;
mod warnings;
pub mod zone;

pub use answer::{Context, Count, Destination, NameOf, Route};
pub use difference::{Changed, InScenario, Swept};
pub use finding::Finding;
pub use head::Head;
pub use row::{Cell, Origin, Row, as_list, as_text};
pub use warnings::{Warning, Warnings, WhatifHead};
