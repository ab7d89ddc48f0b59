//! What most programs need, to be imported at once.
//!
//! ```
//! use tunnelog::prelude::*;
//!
//! let loaded = load("facts/s2s-chain-bgp").unwrap();
//! let analysis = Analysis::new(&loaded.inventory);
//! let far = analysis.reach(&Request::default()).find(|row| row.network == "VNet3").unwrap();
//! assert_eq!((far.class, far.status), (Class::NonWindows, Status::Reachable));
//! ```

pub use crate::answer::{Analysis, By, Destination, Request, Route, Status};
pub use crate::change::changed;
pub use crate::check::check;
pub use crate::class::{Class, Profile, RouteReason};
pub use crate::compare::{Comparison, Difference, Pair};
pub use crate::diagnostic::{Code, Diagnostic, Report, Severity};
pub use crate::explain::{Explanation, Origin, Question};
pub use crate::fix::{Planner, Wish};
pub use crate::import::load::{Loaded, load};
pub use crate::inventory::Inventory;
pub use crate::names::NameId;
pub use crate::prefix::Prefix;
pub use crate::query::run::{Found, answers};
pub use crate::select::Target;
