//! What is decided of an export before names are given.

use std::collections::{BTreeMap, BTreeSet};

use super::appliances::Planned;
use super::tunnels::Tunnels;
use super::unnamed::External;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;

/// Everything about an export that has to be known before names can be given.
pub(in crate::import) struct Plan {
    /// The peerings that the model covers.
    pub(super) peerings: Vec<ResourceId>,
    /// The gateways that the model covers, at most one a VNet.
    pub(super) gateways: BTreeSet<ResourceId>,
    /// VNets that other resources refer to and the export lacks. A gateway that the export lacks
    /// stands for its VNet, under its own id.
    pub(super) externals: BTreeMap<ResourceId, External>,
    pub(super) tunnels: Tunnels,
    pub(super) appliances: Vec<Planned>,
}

/// The networks of an export with their plain names: VNets, those known from others, and sites.
pub(super) fn networks<'export>(
    resources: &'export Resources,
    plan: &'export Plan,
) -> impl Iterator<Item = (&'export ResourceId, &'export str)> {
    let vnets = resources.vnets.iter().map(|(id, vnet)| (id, vnet.name.as_str()));
    let externals = plan.externals.iter().map(|(id, external)| (id, external.name.as_str()));
    let sites = plan.tunnels.sites.iter().map(|(id, site)| (id, site.name.as_str()));
    vnets.chain(externals).chain(sites)
}
