//! What several verbs take; what only one takes stands beside its function.

mod changes;
mod inventory;
mod output;
mod scope;
mod shard;

pub(crate) use changes::{ChangeArguments, masked, unmasked};
pub(crate) use inventory::{Deny, DenyArguments, DifferingArguments, InventoryArguments, PathArguments};
pub(crate) use output::{Color, Format, OutputArguments, OwnFormats, RowFormat};
pub(crate) use scope::{
    Classes, ModelArguments, OLD_MODEL, ScopeArguments, StartArguments, SubjectArguments, To, classes,
    destination, one_of, resolutions, statuses,
};
pub(crate) use shard::Shard;

/// How many threads may be asked for.
pub(crate) const JOBS: std::ops::RangeInclusive<i64> = 1..=256;
