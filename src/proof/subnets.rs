//! The rows that steer packets inside VNets, as the checker looks them up.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::facts::Rows;
use crate::facts::ids::{Context, Machine};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The rows that steer packets inside VNets.
pub(super) struct Steering {
    subnets: Vec<(NameId, LabelId, Prefix)>,
    tables: BTreeMap<(NameId, LabelId), LabelId>,
    letting: BTreeSet<LabelId>,
    routes: BTreeMap<LabelId, BTreeMap<Prefix, Vec<Hop>>>,
    appliances: Vec<(LabelId, NameId, IpAddr)>,
    stateful: BTreeSet<LabelId>,
}

impl Steering {
    pub(super) fn new(rows: &Rows<'_>) -> Self {
        let mut routes: BTreeMap<LabelId, BTreeMap<Prefix, Vec<Hop>>> = BTreeMap::new();
        for (table, prefix, hop) in rows.user_route {
            routes.entry(*table).or_default().entry(*prefix).or_default().push(*hop);
        }
        Self {
            subnets: rows.subnet.to_vec(),
            tables: rows.uses_table.iter().map(|(vnet, subnet, table)| ((*vnet, *subnet), *table)).collect(),
            letting: rows.gateway_routes.iter().copied().collect(),
            routes,
            appliances: rows.appliance.to_vec(),
            stateful: rows.stateful.iter().copied().collect(),
        }
    }

    /// True where the component lists subnets.
    pub(super) fn is_there(&self) -> bool {
        !self.subnets.is_empty()
    }

    /// The prefixes of the VNet's subnets that clients can be answered from.
    pub(super) fn listed(&self, vnet: NameId) -> impl Iterator<Item = Prefix> + '_ {
        let rows = self.subnets.iter().filter(move |row| row.0 == vnet && !row.1.is_reserved());
        rows.map(|row| row.2)
    }

    /// The subnets of the VNet that hold the address.
    pub(super) fn subnets_around(&self, vnet: NameId, address: Prefix) -> impl Iterator<Item = LabelId> + '_ {
        let rows = self.subnets.iter().filter(move |row| row.0 == vnet && row.2.covers(address));
        rows.map(|row| row.1)
    }

    /// What a machine at an address, or a sender in a prefix, of the VNet sends by.
    pub(super) fn context(&self, vnet: NameId, inner: Prefix) -> Context {
        let around = self.subnets.iter().filter(|row| row.0 == vnet && row.2.covers(inner));
        let subnet = around.max_by_key(|row| row.2.length());
        Context { vnet, table: subnet.and_then(|row| self.tables.get(&(vnet, row.1))).copied() }
    }

    pub(super) fn contexts(&self, machine: Machine) -> BTreeSet<Context> {
        match machine {
            Machine::Listed(name) => {
                let rows = self.appliances.iter().filter(|row| row.0 == name);
                rows.map(|(_, vnet, address)| self.context(*vnet, Prefix::from(*address))).collect()
            }
            Machine::Assumed(vnet, address) => BTreeSet::from([self.context(vnet, Prefix::from(address))]),
        }
    }

    pub(super) fn is_stateful(&self, machine: Machine) -> bool {
        match machine {
            Machine::Listed(name) => self.stateful.contains(&name),
            Machine::Assumed(..) => true,
        }
    }

    /// The longest user route of the table that covers the destination, of those that fit.
    pub(super) fn user_route(
        &self,
        table: Option<LabelId>,
        covering: &[Prefix],
        fits: impl Fn(Prefix) -> bool,
    ) -> Option<(Prefix, &[Hop])> {
        let routes = self.routes.get(&table?)?;
        covering.iter().filter(|prefix| fits(**prefix)).find_map(|prefix| {
            let hops = routes.get(prefix)?;
            Some((*prefix, &hops[..]))
        })
    }

    /// The appliances that have the address in the VNet: one by that where none is listed.
    pub(super) fn machines_at(&self, vnet: NameId, address: IpAddr) -> BTreeSet<Machine> {
        let listed = self.appliances.iter().filter(|row| (row.1, row.2) == (vnet, address));
        let listed: BTreeSet<Machine> = listed.map(|row| Machine::Listed(row.0)).collect();
        if listed.is_empty() { BTreeSet::from([Machine::Assumed(vnet, address)]) } else { listed }
    }

    /// The GatewaySubnet of a VNet.
    pub(super) fn gateway_subnet(&self, vnet: NameId) -> Option<Context> {
        let mut rows = self.subnets.iter();
        let row = rows.find(|row| row.0 == vnet && row.1.is_gateway_subnet())?;
        Some(self.context(vnet, row.2))
    }

    /// True where the context lets in the routes of the gateway.
    pub(super) fn lets_in(&self, context: Context) -> bool {
        context.table.is_none_or(|table| self.letting.contains(&table))
    }
}
