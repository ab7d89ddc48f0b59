//! What a profile leaves out, or keeps out of the tunnel.

use super::Client;
use crate::answer::RouteRow;
use crate::client_config::missing_routes;
use crate::prefix::Prefix;
use crate::verify::deviation::{Cause, Deviating, Deviation};
use crate::verify::table::Table;

impl Client<'_> {
    /// What a profile keeps out of the tunnel, of what should go through it.
    pub(super) fn excluded(&self, table: &Table) -> Vec<Deviation> {
        let excluded = Prefix::aggregate(table.excluded.iter().map(|entry| entry.prefix));
        let of_row = |row: &RouteRow| {
            let (route, reasons) = (row.prefix, row.reasons);
            let parts = excluded.iter().filter_map(move |other| other.common(route));
            let deviations = parts.map(move |prefix| Deviation {
                reasons,
                ..Deviation::new(Deviating::Missing, prefix, Cause::ExcludedRoute)
            });
            deviations.collect::<Vec<_>>()
        };
        self.answer.routes.iter().flat_map(of_row).collect()
    }

    /// The routes that the client lacks, as far as they are not in `held`.
    pub(super) fn needed(&self, held: &[Prefix]) -> Vec<Deviation> {
        let lacking = missing_routes(&self.answer.reach);
        let parts = lacking.iter().flat_map(|route| route.prefix.without(held));
        parts.map(|part| Deviation::new(Deviating::Missing, part, Cause::NeedsRoute)).collect()
    }
}
