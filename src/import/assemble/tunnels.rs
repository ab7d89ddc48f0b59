//! Which connections are tunnels, and between whom.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};

use super::unnamed::{AssumedGateway, End, External, PlannedSite, Row};
use crate::diagnostic::{Code, Diagnostic};
use crate::import::id::ResourceId;
use crate::import::learned::Sessions;
use crate::import::resources::{Connection, Resources};
use crate::inventory::OF_TUNNEL;
use crate::prefix::Prefix;
use crate::source::Span;

/// What the connections of an export come to.
#[derive(Default)]
pub(super) struct Tunnels {
    pub(super) rows: Vec<Row>,
    pub(super) sites: BTreeMap<ResourceId, PlannedSite>,
    pub(super) assumed_gateways: BTreeMap<ResourceId, AssumedGateway>,
    pub(super) sessions: Sessions,
}

/// The gateways by the addresses that tunnels to them are built to.
///
/// A local network gateway with such an address stands for that gateway and for no site.
struct Endpoints(BTreeMap<String, BTreeSet<ResourceId>>);

impl Endpoints {
    fn of(resources: &Resources) -> Self {
        let mut endpoints: BTreeMap<String, BTreeSet<ResourceId>> = BTreeMap::new();
        for (id, gateway) in &resources.gateways {
            let public =
                gateway.public_address_ids.iter().filter_map(|it| resources.public_addresses.get(it));
            for address in gateway.public_addresses.iter().chain(public.flatten()) {
                endpoints.entry(address.to_ascii_lowercase()).or_default().insert(id.clone());
            }
        }
        Self(endpoints)
    }

    /// The one gateway that is not `but` and has the address.
    fn gateway(&self, address: &str, but: Option<&ResourceId>) -> Option<&ResourceId> {
        let mut found =
            self.0.get(&address.to_ascii_lowercase())?.iter().filter(|gateway| Some(*gateway) != but);
        found.next().filter(|_| found.next().is_none())
    }
}

struct Planner<'export> {
    resources: &'export Resources,
    gateways: &'export BTreeSet<ResourceId>,
    externals: &'export mut BTreeMap<ResourceId, External>,
    endpoints: Endpoints,
    tunnels: Tunnels,
    findings: Vec<Diagnostic>,
}

/// Works out the tunnels and the sites; gateways that the export lacks become external VNets.
pub(super) fn plan(
    resources: &mut Resources,
    gateways: &BTreeSet<ResourceId>,
    externals: &mut BTreeMap<ResourceId, External>,
) -> Tunnels {
    let endpoints = Endpoints::of(resources);
    let mut planner = Planner {
        resources,
        gateways,
        externals,
        endpoints,
        tunnels: Tunnels::default(),
        findings: Vec::new(),
    };
    for (id, connection) in &resources.connections {
        if let Some(origin) = connection.origin {
            planner.connection(id, connection, origin);
        }
    }
    planner.unconnected_sites();
    planner.idle_default_sites();
    planner.lone_ends();
    let (tunnels, findings) = (planner.tunnels, planner.findings);
    resources.diagnostics.extend(findings);
    tunnels
}

impl Planner<'_> {
    fn note(&mut self, code: Code, origin: Span, message: String) {
        self.findings.push(Diagnostic::new(code, message).at(origin, ""));
    }

    fn connection(&mut self, id: &ResourceId, connection: &Connection, origin: Span) {
        let name = &connection.name;
        let kind = connection.kind.as_deref().unwrap_or_default();
        if !["ipsec", "vnet2vnet", ""].contains(&kind.to_ascii_lowercase().as_str()) {
            self.note(
                Code::OutsideModel,
                origin,
                format!("connection `{name}` of type `{kind}` is left out"),
            );
            return;
        }
        let Some(near) = &connection.gateway else {
            let message =
                format!("connection `{name}` does not say which gateway it belongs to, and is left out");
            self.note(Code::Incomplete, origin, message);
            return;
        };
        let bgp = connection.bgp.unwrap_or(false);
        let (to, mut from_static) = if let Some(far) = &connection.far_gateway {
            (self.gateway_end(far, bgp, origin), Vec::new())
        } else if let Some(local) = &connection.local_gateway {
            self.local_gateway_end(local, near, bgp, origin)
        } else {
            let message = format!("connection `{name}` does not say what it leads to, and is left out");
            self.note(Code::Incomplete, origin, message);
            return;
        };
        let from = self.gateway_end(near, bgp, origin);
        if from == End::Outside || to == End::Outside {
            let message =
                format!("connection `{name}` ends at a gateway that is left out, and is left out too");
            self.note(Code::OutsideModel, origin, message);
            return;
        }
        let is_default_site = connection.local_gateway.is_some()
            && self.default_site(near) == connection.local_gateway.as_ref();
        let default_route = Prefix::from(IpNet::V4(Ipv4Net::default()));
        if is_default_site && !from_static.contains(&default_route) {
            from_static.push(default_route);
        }
        let status = connection.status.as_deref();
        self.tunnels.rows.push(Row {
            id: id.clone(),
            from,
            to,
            bgp,
            from_static,
            down: status.filter(|status| !OF_TUNNEL.is_usual(status)).map(Into::into),
            name: name.as_str().into(),
            origin,
        });
    }

    /// The local network gateway to which a gateway sends what it has no other route for.
    fn default_site(&self, gateway: &ResourceId) -> Option<&ResourceId> {
        self.resources.gateways.get(gateway)?.default_site.as_ref()
    }

    /// Notes default sites to which no connection leads.
    fn idle_default_sites(&mut self) {
        let gateways = self.resources.gateways.iter().filter(|(id, _)| self.gateways.contains(*id));
        for (id, gateway) in gateways {
            let Some(site) = &gateway.default_site else { continue };
            let leads_there =
                |it: &Connection| it.gateway.as_ref() == Some(id) && it.local_gateway.as_ref() == Some(site);
            if let (Some(origin), false) =
                (gateway.origin, self.resources.connections.values().any(leads_there))
            {
                let message = format!(
                    "no connection leads to `{}`, the default site of gateway `{}`, which is left out",
                    site.name(),
                    gateway.name
                );
                self.note(Code::OutsideModel, origin, message);
            }
        }
    }

    /// The end at a gateway; one that the export lacks stands for an external VNet.
    fn gateway_end(&mut self, id: &ResourceId, bgp: bool, origin: Span) -> End {
        if let Some(gateway) = self.resources.gateways.get(id) {
            return match &gateway.vnet {
                Some(vnet) if self.gateways.contains(id) => End::Vnet(vnet.clone()),
                _ => End::Outside,
            };
        }
        let assumed = self.tunnels.assumed_gateways.entry(id.clone());
        assumed.or_insert(AssumedGateway { bgp, origin }).bgp |= bgp;
        let name = id.name().to_owned();
        self.externals.entry(id.clone()).or_insert(External { name, space: Vec::new(), origin });
        End::Vnet(id.clone())
    }

    /// The end at a local network gateway, and what is routed there.
    fn local_gateway_end(
        &mut self,
        id: &ResourceId,
        near: &ResourceId,
        bgp: bool,
        origin: Span,
    ) -> (End, Vec<Prefix>) {
        let Some(local) = self.resources.local_gateways.get(id) else {
            if !self.tunnels.sites.contains_key(id) {
                let name = id.name().to_owned();
                let message =
                    format!("local network gateway `{name}` is not in the export; its prefixes are unknown");
                self.note(Code::Incomplete, origin, message);
                self.tunnels
                    .sites
                    .insert(id.clone(), PlannedSite { name, space: Vec::new(), asn: None, origin });
            }
            return (End::Site(id.clone()), Vec::new());
        };
        let from_static = if bgp { local.space_without_peers() } else { local.space.clone() };
        let gateway = local.endpoint.as_ref().and_then(|address| self.endpoints.gateway(address, Some(near)));
        if let Some(gateway) = gateway.cloned() {
            if from_static.is_empty() && !bgp {
                let message = format!(
                    "local network gateway `{}` lists no prefixes; the address space of the VNet it stands for is taken",
                    local.name
                );
                self.note(Code::Incomplete, origin, message);
            }
            return (self.gateway_end(&gateway, bgp, origin), from_static);
        }
        let site = self.tunnels.sites.entry(id.clone()).or_insert_with(|| PlannedSite {
            name: local.name.clone(),
            space: local.space.clone(),
            asn: local.asn,
            origin: local.origin.unwrap_or(origin),
        });
        if bgp {
            site.space.clone_from(&from_static);
            self.tunnels.sessions.entry(id.clone()).or_default().insert(near.clone());
        }
        (End::Site(id.clone()), from_static)
    }

    /// Local network gateways without a connection are sites all the same.
    fn unconnected_sites(&mut self) {
        for (id, local) in &self.resources.local_gateways {
            let is_gateway = local
                .endpoint
                .as_ref()
                .is_some_and(|address| self.endpoints.gateway(address, None).is_some());
            let Some(origin) = local.origin else { continue };
            if is_gateway || self.tunnels.sites.contains_key(id) {
                continue;
            }
            let site =
                PlannedSite { name: local.name.clone(), space: local.space.clone(), asn: local.asn, origin };
            self.tunnels.sites.insert(id.clone(), site);
        }
    }

    /// Notes tunnels between two gateways of the export of which only one end's connection is there.
    fn lone_ends(&mut self) {
        let mut ends: BTreeMap<(&End, &End), usize> = BTreeMap::new();
        for row in &self.tunnels.rows {
            *ends.entry((&row.from, &row.to)).or_default() += 1;
        }
        let is_known =
            |end: &End| matches!(end, End::Vnet(id) if !self.tunnels.assumed_gateways.contains_key(id));
        let mut lone = Vec::new();
        for row in &self.tunnels.rows {
            if is_known(&row.from) && is_known(&row.to) && !ends.contains_key(&(&row.to, &row.from)) {
                lone.push((row.origin, row.name.clone()));
            }
        }
        for (origin, name) in lone {
            let message = format!(
                "the other end of connection `{name}` has none in the export; it is taken to be set alike"
            );
            self.note(Code::Incomplete, origin, message);
        }
    }
}
