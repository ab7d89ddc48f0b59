//! From facts to derived relations: each connected component is solved by itself, large ones slice by slice.
//!
//! Parts are independent, as every rule joins networks of one part. Destinations are independent
//! too: where a packet goes depends on nothing but the prefixes that cover its destination. So a
//! large part is run for some destinations at a time, first those in client pools, to know which
//! routers return to which gateways, and then those in networks.

mod as_path;
mod destinations;
mod endpoints;
mod internet;
mod likeness;
mod naming;
mod part;
mod passed;
mod run;
mod slices;
mod spokes;
mod steered;
mod trace;

pub(crate) use as_path::{MOST_SHARED, shared};
pub(crate) use endpoints::{solve_endpoints, steer_endpoints};
pub(crate) use internet::{leads_out, leave, public_routes};
pub(crate) use naming::{has_names, holders, resolve};
pub(crate) use part::Component;
pub(crate) use passed::{Passed, passed};
pub(crate) use run::Derived;
pub use slices::Evaluation;
pub(crate) use slices::{Reported, solve, solve_for, solve_returned, tables};
pub(crate) use steered::{Known, Steered, is_steered, routers, steer, steer_by};
pub(crate) use trace::Trace;
