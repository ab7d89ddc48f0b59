//! What every shape of export is read into: the resources that routing depends on, by their ids.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::fill::{fill, fill_list};
use super::id::ResourceId;
use super::naming::Naming;
use super::routing::Routing;
use super::unmodelled::Unmodelled;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{Os, Protocol, wrong};
use crate::prefix::{Prefix, PrefixError};
use crate::source::Span;

/// Everything that the files of one export hold, and what was noticed while reading them.
#[derive(Clone, Default)]
pub(super) struct Resources {
    pub(super) vnets: BTreeMap<ResourceId, Vnet>,
    pub(super) peerings: BTreeMap<ResourceId, Peering>,
    pub(super) gateways: BTreeMap<ResourceId, Gateway>,
    pub(super) local_gateways: BTreeMap<ResourceId, LocalGateway>,
    pub(super) connections: BTreeMap<ResourceId, Connection>,
    pub(super) public_addresses: BTreeMap<ResourceId, Vec<String>>,
    pub(super) routing: Routing,
    pub(super) naming: Naming,
    pub(super) learned_routes: Vec<LearnedRoutes>,
    pub(super) clients: Vec<Client>,
    /// Resources that a file names and says nothing of.
    pub(super) named: BTreeMap<ResourceId, Span>,
    /// Resources of types that touch routing and are outside the model, by type.
    pub(super) others: BTreeMap<String, Vec<(String, Span)>>,
    pub(super) unmodelled: Unmodelled,
    /// Pages of query results: by how many rows the query has, how many were seen and where.
    pub(super) pages: BTreeMap<u64, (u64, Span)>,
    pub(super) planned: Planned,
    /// What is set of resources that something else makes, in the order of reading.
    pub(super) patches: Vec<Patch>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Which side of a plan is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Side {
    /// What is there before it is applied.
    Before,
    /// What will be there.
    #[default]
    After,
}

/// What a plan says beside the resources themselves.
#[derive(Clone, Default)]
pub(super) struct Planned {
    /// True where a plan was read.
    pub(super) is_plan: bool,
    /// Resources that the plan makes anew.
    pub(super) made: BTreeSet<ResourceId>,
    /// Resources that the plan takes away.
    pub(super) gone: BTreeSet<ResourceId>,
    /// Resources that the plan takes away and makes anew.
    pub(super) replaced: BTreeSet<ResourceId>,
    /// Resources that the plan makes or changes.
    pub(super) changed: BTreeSet<ResourceId>,
    /// Peerings that are synced when the plan is applied.
    pub(super) synced: BTreeSet<ResourceId>,
    /// Subnets that the plan leaves without the route table that they have.
    pub(super) dissociated: BTreeSet<ResourceId>,
    /// Resources that the plan reads and leaves alone.
    pub(super) loose: BTreeSet<ResourceId>,
    /// The subscription of the export that the plan is laid over, if that has but one.
    pub(super) subscription: Option<String>,
}

/// A virtual network.
#[derive(Clone, PartialEq)]
pub(super) struct Vnet {
    pub(super) name: String,
    pub(super) space: Vec<Prefix>,
    /// What its gateway announces in place of the address space; none where what tells of the VNet does not know that.
    pub(super) summaries: Option<Vec<Prefix>>,
    /// The DNS servers that it hands out; none where that is not told.
    pub(super) servers: Option<Vec<IpAddr>>,
    pub(super) location: Option<String>,
    pub(super) origin: Span,
}

/// One side of a peering.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four of them are Azure's flags, under its names")]
pub(super) struct Peering {
    pub(super) vnet: ResourceId,
    pub(super) remote: ResourceId,
    pub(super) allow_gateway_transit: bool,
    pub(super) use_remote_gateways: bool,
    pub(super) allow_vnet_access: bool,
    pub(super) allow_forwarded_traffic: bool,
    pub(super) state: Option<String>,
    pub(super) remote_space: Vec<Prefix>,
    pub(super) carried: Carried,
    /// True where a query took the peering out of its VNet, and may have lost others.
    pub(super) projected: bool,
    pub(super) origin: Span,
}

/// What a side of a peering says of how much of the other VNet it carries.
#[derive(Clone, PartialEq)]
pub(super) struct Carried {
    /// The prefixes; empty where the side does not list them.
    pub(super) prefixes: Vec<Prefix>,
    /// False where only some subnets are peered.
    pub(super) is_complete: bool,
    /// The names of the other VNet's subnets that are.
    pub(super) subnets: Vec<String>,
    pub(super) is_ipv6_only: bool,
}

/// A virtual network gateway of whatever type.
#[derive(Clone, Default)]
pub(super) struct Gateway {
    pub(super) name: String,
    pub(super) vnet: Option<ResourceId>,
    pub(super) kind: Option<String>,
    pub(super) vpn_kind: Option<String>,
    pub(super) bgp: Option<bool>,
    pub(super) asn: Option<u32>,
    pub(super) sku: Option<String>,
    pub(super) pools: Vec<Prefix>,
    pub(super) custom_routes: Vec<Prefix>,
    pub(super) protocols: Vec<Protocol>,
    pub(super) peer_addresses: Vec<String>,
    pub(super) public_addresses: Vec<String>,
    pub(super) public_address_ids: Vec<ResourceId>,
    /// The local network gateway that gets what no other route leads anywhere.
    pub(super) default_site: Option<ResourceId>,
    pub(super) origin: Option<Span>,
}

/// A local network gateway: what Azure knows of the far end of a tunnel.
#[derive(Clone, Default)]
pub(super) struct LocalGateway {
    pub(super) name: String,
    pub(super) space: Vec<Prefix>,
    /// The address or host name that the tunnel is built to.
    pub(super) endpoint: Option<String>,
    pub(super) asn: Option<u32>,
    pub(super) peer_addresses: Vec<String>,
    pub(super) origin: Option<Span>,
}

/// A connection: one end of a tunnel.
#[derive(Clone, Default)]
pub(super) struct Connection {
    pub(super) name: String,
    pub(super) kind: Option<String>,
    pub(super) gateway: Option<ResourceId>,
    pub(super) far_gateway: Option<ResourceId>,
    pub(super) local_gateway: Option<ResourceId>,
    pub(super) bgp: Option<bool>,
    pub(super) status: Option<String>,
    pub(super) origin: Option<Span>,
}

/// What is set of one resource; whatever is not there stays as it is.
#[derive(Clone)]
pub(super) struct Patch {
    pub(super) target: ResourceId,
    /// The address space of a VNet, of a subnet or of a local network gateway.
    pub(super) space: Option<Vec<Prefix>>,
    pub(super) carried: CarriedPatch,
    pub(super) summaries: Option<Vec<Prefix>>,
    pub(super) servers: Option<Vec<IpAddr>>,
    pub(super) allow_gateway_transit: Option<bool>,
    pub(super) use_remote_gateways: Option<bool>,
    pub(super) allow_vnet_access: Option<bool>,
    pub(super) allow_forwarded_traffic: Option<bool>,
    pub(super) bgp: Option<bool>,
    pub(super) asn: Option<u32>,
    pub(super) pools: Option<Vec<Prefix>>,
    pub(super) custom_routes: Option<Vec<Prefix>>,
    pub(super) sku: Option<String>,
    pub(super) protocols: Option<Vec<Protocol>>,
    /// The address or host name of a local network gateway.
    pub(super) endpoint: Option<String>,
    pub(super) default_site: Option<ResourceId>,
    /// The route table of a subnet.
    pub(super) table: Option<ResourceId>,
    /// Whether a route table lets in the routes of the gateway.
    pub(super) gateway_routes: Option<bool>,
    /// What sets it.
    pub(super) source: String,
    pub(super) origin: Span,
}

/// What is set of how much a side of a peering carries.
#[derive(Clone)]
pub(super) struct CarriedPatch {
    pub(super) prefixes: Option<Vec<Prefix>>,
    pub(super) is_complete: Option<bool>,
    pub(super) subnets: Option<Vec<String>>,
    pub(super) is_ipv6_only: Option<bool>,
}

/// What one gateway says that it learned.
#[derive(Clone)]
pub(super) struct LearnedRoutes {
    /// The name of the file, which often names the gateway.
    pub(super) file_name: String,
    pub(super) local_addresses: Vec<String>,
    pub(super) routes: Vec<LearnedRoute>,
}

/// A route that a gateway learned over BGP.
#[derive(Clone)]
pub(super) struct LearnedRoute {
    pub(super) network: Prefix,
    pub(super) peer: String,
    pub(super) path: Vec<u32>,
    pub(super) origin: Span,
}

/// A client of the clients template.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) name: String,
    pub(super) gateway: ResourceId,
    pub(super) os: Os,
    pub(super) protocol: Option<Protocol>,
    pub(super) manual_routes: Vec<Prefix>,
    pub(super) origin: Span,
}

impl Resources {
    pub(super) fn note(&mut self, code: Code, span: Span, message: String) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::new(code, message).at(span, ""));
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    pub(super) fn incomplete(&mut self, span: Span, message: String) -> &mut Diagnostic {
        self.note(Code::Incomplete, span, message)
    }

    pub(super) fn outside(&mut self, span: Span, message: String) -> &mut Diagnostic {
        self.note(Code::OutsideModel, span, message)
    }

    /// The prefixes of a list, each once, in canonical form.
    ///
    /// Azure accepts host bits in some places. What it holds is taken for what it does, with a note.
    pub(super) fn prefixes(&mut self, texts: impl IntoIterator<Item = (String, Span)>) -> Vec<Prefix> {
        let mut prefixes = Vec::new();
        for (text, span) in texts {
            let prefix = match text.parse() {
                Ok(prefix) => prefix,
                Err(PrefixError::HostBits(canonical) | PrefixError::NoLength(canonical)) => {
                    self.incomplete(span, format!("`{text}` is taken for `{canonical}`"));
                    canonical
                }
                Err(error @ (PrefixError::LeadingZero(_) | PrefixError::NotAPrefix)) => {
                    self.diagnostics.push(wrong::bad_prefix(&text, &error, span));
                    continue;
                }
            };
            if !prefixes.contains(&prefix) {
                prefixes.push(prefix);
            }
        }
        prefixes
    }

    /// The P2S protocols of a list.
    pub(super) fn protocols(&mut self, texts: impl IntoIterator<Item = (String, Span)>) -> Vec<Protocol> {
        let mut protocols = Vec::new();
        for (text, span) in texts {
            match Protocol::ALL.into_iter().find(|known| known.word().eq_ignore_ascii_case(&text)) {
                Some(protocol) if protocols.contains(&protocol) => {}
                Some(protocol) => protocols.push(protocol),
                None => {
                    let words = Protocol::ALL.iter().map(|known| known.word());
                    self.diagnostics.push(wrong::bad_value(&text, span, words, "a protocol"));
                }
            }
        }
        protocols
    }

    pub(super) fn differs(&mut self, span: Span, what: &str) {
        self.incomplete(span, format!("{what} is in the export twice, and not alike; the first is taken"));
    }

    pub(super) fn add_vnet(&mut self, id: ResourceId, vnet: Vnet) {
        match self.vnets.get_mut(&id) {
            None => {
                self.vnets.insert(id, vnet);
            }
            Some(known) => {
                let differ = !known.space.is_empty() && !vnet.space.is_empty() && known.space != vnet.space;
                fill_list(&mut known.space, vnet.space);
                if known.summaries.as_ref().is_none_or(Vec::is_empty) {
                    known.summaries = vnet.summaries.or(known.summaries.take());
                }
                let is_other =
                    known.servers.is_some() && vnet.servers.is_some() && known.servers != vnet.servers;
                fill(&mut known.servers, vnet.servers);
                fill(&mut known.location, vnet.location);
                if is_other {
                    self.differs(vnet.origin, &format!("the DNS servers of VNet `{}`", vnet.name));
                }
                if differ {
                    self.differs(vnet.origin, &format!("the address space of VNet `{}`", vnet.name));
                }
            }
        }
    }

    /// Adds one side of a peering. Where two snapshots disagree, the one that lets less through is believed.
    pub(super) fn add_peering(&mut self, id: ResourceId, mut peering: Peering) {
        let Some(known) = self.peerings.get_mut(&id) else {
            self.peerings.insert(id, peering);
            return;
        };
        let flags =
            |side: &Peering| (side.allow_gateway_transit, side.use_remote_gateways, side.allow_vnet_access);
        let mut differ = flags(known) != flags(&peering);
        known.allow_gateway_transit &= peering.allow_gateway_transit;
        known.use_remote_gateways &= peering.use_remote_gateways;
        known.allow_vnet_access &= peering.allow_vnet_access;
        known.allow_forwarded_traffic &= peering.allow_forwarded_traffic;
        known.projected &= peering.projected;
        fill_list(&mut known.remote_space, peering.remote_space);
        differ |= known.carried.lets_less(peering.carried);
        let new_state = peering.state.take();
        match (&known.state, new_state) {
            (Some(old), Some(new)) if !old.eq_ignore_ascii_case(&new) => {
                differ = true;
                if old.eq_ignore_ascii_case("connected") {
                    known.state = Some(new);
                }
            }
            (None, new) => known.state = new,
            _ => {}
        }
        if differ {
            let message = format!(
                "the export has peering `{}` of `{}` twice, and not alike; what lets less through is taken",
                id.name(),
                peering.vnet.name()
            );
            self.incomplete(peering.origin, message).help =
                Some("export again, so that all files show the same moment".into());
        }
    }

    pub(super) fn add_gateway(&mut self, id: ResourceId, new: Gateway) {
        let Some(known) = self.gateways.get_mut(&id) else {
            self.gateways.insert(id, new);
            return;
        };
        let differ = (known.bgp.is_some() && new.bgp.is_some() && known.bgp != new.bgp)
            || (known.asn.is_some() && new.asn.is_some() && known.asn != new.asn)
            || (!known.pools.is_empty() && !new.pools.is_empty() && known.pools != new.pools);
        fill(&mut known.vnet, new.vnet);
        fill(&mut known.kind, new.kind);
        fill(&mut known.vpn_kind, new.vpn_kind);
        fill(&mut known.bgp, new.bgp);
        fill(&mut known.asn, new.asn);
        fill(&mut known.sku, new.sku);
        fill_list(&mut known.pools, new.pools);
        fill_list(&mut known.custom_routes, new.custom_routes);
        fill_list(&mut known.protocols, new.protocols);
        fill_list(&mut known.peer_addresses, new.peer_addresses);
        fill_list(&mut known.public_addresses, new.public_addresses);
        fill_list(&mut known.public_address_ids, new.public_address_ids);
        fill(&mut known.default_site, new.default_site);
        if let (true, Some(span)) = (differ, new.origin) {
            self.differs(span, &format!("gateway `{}`", new.name));
        }
    }

    pub(super) fn add_local_gateway(&mut self, id: ResourceId, new: LocalGateway) {
        let Some(known) = self.local_gateways.get_mut(&id) else {
            self.local_gateways.insert(id, new);
            return;
        };
        let differ = (known.asn.is_some() && new.asn.is_some() && known.asn != new.asn)
            || (!known.space.is_empty() && !new.space.is_empty() && known.space != new.space);
        fill_list(&mut known.space, new.space);
        fill(&mut known.endpoint, new.endpoint);
        fill(&mut known.asn, new.asn);
        fill_list(&mut known.peer_addresses, new.peer_addresses);
        if let (true, Some(span)) = (differ, new.origin) {
            self.differs(span, &format!("local network gateway `{}`", new.name));
        }
    }

    pub(super) fn add_connection(&mut self, id: ResourceId, new: Connection) {
        let Some(known) = self.connections.get_mut(&id) else {
            self.connections.insert(id, new);
            return;
        };
        let differ = (known.bgp.is_some() && new.bgp.is_some() && known.bgp != new.bgp)
            || (known.gateway.is_some() && new.gateway.is_some() && known.gateway != new.gateway);
        fill(&mut known.kind, new.kind);
        fill(&mut known.gateway, new.gateway);
        fill(&mut known.far_gateway, new.far_gateway);
        fill(&mut known.local_gateway, new.local_gateway);
        fill(&mut known.bgp, new.bgp);
        // A list leaves the status out, and a fresh answer says Unknown.
        let is_unknown = known.status.as_deref().is_none_or(|status| status.eq_ignore_ascii_case("unknown"));
        if is_unknown && new.status.is_some() {
            known.status = new.status;
        }
        if let (true, Some(span)) = (differ, new.origin) {
            self.differs(span, &format!("connection `{}`", new.name));
        }
    }
}

impl Peering {
    /// True where the other VNet is a hub of Virtual WAN.
    pub(super) fn leads_to_wan_hub(&self) -> bool {
        self.remote.name().get(..3).is_some_and(|it| it.eq_ignore_ascii_case("hv_"))
    }
}

impl Carried {
    /// Takes of two snapshots what lets less through; true where they differ.
    fn lets_less(&mut self, other: Self) -> bool {
        let is_silent = |carried: &Self| carried.prefixes.is_empty() && carried.subnets.is_empty();
        if is_silent(&other) && other.is_complete && !other.is_ipv6_only {
            return false;
        }
        if is_silent(self) && self.is_complete && !self.is_ipv6_only {
            *self = other;
            return false;
        }
        let is_other = *self != other;
        self.is_complete &= other.is_complete;
        self.is_ipv6_only |= other.is_ipv6_only;
        self.prefixes.retain(|prefix| other.prefixes.is_empty() || other.prefixes.contains(prefix));
        self.subnets.retain(|subnet| other.subnets.is_empty() || other.subnets.contains(subnet));
        is_other
    }
}

impl LocalGateway {
    /// The prefixes without the host routes to the BGP peers themselves.
    pub(super) fn space_without_peers(&self) -> Vec<Prefix> {
        let is_peer = |prefix: &Prefix| {
            let address = prefix.net().addr();
            prefix.length() == prefix.net().max_prefix_len()
                && self.peer_addresses.iter().any(|peer| peer.parse() == Ok::<IpAddr, _>(address))
        };
        self.space.iter().copied().filter(|prefix| !is_peer(prefix)).collect()
    }
}
