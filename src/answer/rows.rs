//! Rows one by one, with names in the place of numbers: for programs that look at answers rather than write them.

use super::analysis::Analysis;
use super::batches::Batches;
use super::reasons::{Reasons, Status};
use super::request::{GatewayAnswer, ReachRow, Request, RouteRow, Wanted};
use crate::class::Class;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;

/// A route that clients hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route<'a> {
    /// The client, where clients are listed instead of classes.
    pub client: Option<&'a str>,
    /// The gateway, by its VNet's name.
    pub gateway: &'a str,
    /// The class of clients.
    pub class: Class,
    /// The route.
    pub prefix: Prefix,
    /// Why it is held.
    pub reasons: Reasons,
}

/// What can be said of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination<'a> {
    /// The client, where clients are listed instead of classes.
    pub client: Option<&'a str>,
    /// The gateway, by its VNet's name.
    pub gateway: &'a str,
    /// The class of clients.
    pub class: Class,
    /// The network that the destination belongs to.
    pub network: &'a str,
    /// A prefix of the network's address space, or a piece of one.
    pub prefix: Prefix,
    /// The status.
    pub status: Status,
    /// Why it is reached, or what is missing.
    pub reasons: Reasons,
}

impl<'a> Route<'a> {
    fn of(inventory: &'a Inventory, gateway: NameId, row: &RouteRow) -> Self {
        Self {
            client: client(inventory, row.client),
            gateway: inventory.names.text(gateway),
            class: row.class,
            prefix: row.prefix,
            reasons: row.reasons,
        }
    }
}

impl<'a> Destination<'a> {
    fn of(inventory: &'a Inventory, gateway: NameId, row: &ReachRow) -> Self {
        Self {
            client: client(inventory, row.client),
            gateway: inventory.names.text(gateway),
            class: row.class,
            network: inventory.names.text(row.network),
            prefix: row.destination,
            status: row.status,
            reasons: row.reasons,
        }
    }
}

fn client(inventory: &Inventory, index: Option<u32>) -> Option<&str> {
    inventory.clients.as_deref()?.get(index? as usize).map(|client| &*client.name)
}

impl<'inventory> Analysis<'inventory> {
    /// The routes that clients hold, in the order of the CSV output. They are solved a batch of gateways at a time.
    pub fn routes<'a>(&'a self, request: &Request) -> impl Iterator<Item = Route<'a>> + use<'a, 'inventory> {
        let request = Request { wanted: Wanted::Routes, ..request.clone() };
        self.gateway_answers(&request).flat_map(move |(gateway, answer)| {
            answer.routes.into_iter().map(move |row| Route::of(self.inventory(), gateway, &row))
        })
    }

    /// The destinations of clients with their statuses, in the order of the CSV output. They are solved a batch of
    /// gateways at a time.
    pub fn reach<'a>(
        &'a self,
        request: &Request,
    ) -> impl Iterator<Item = Destination<'a>> + use<'a, 'inventory> {
        let request = Request { wanted: Wanted::Reach, ..request.clone() };
        self.gateway_answers(&request).flat_map(move |(gateway, answer)| {
            answer.reach.into_iter().map(move |row| Destination::of(self.inventory(), gateway, &row))
        })
    }

    fn gateway_answers<'a>(
        &'a self,
        request: &Request,
    ) -> impl Iterator<Item = (NameId, GatewayAnswer)> + use<'a, 'inventory> {
        let mut batches = Batches::new(self, request);
        std::iter::from_fn(move || batches.next(|block, answer| (block.gateway, answer))).flatten()
    }
}
