//! Where an inventory states a fact.

use crate::answer::Analysis;
use crate::names::NameId;
use crate::proof::Fact;
use crate::source::Span;
use crate::topology::Topology;

/// Where a fact is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// The rows or resources, in the order of the inventory.
    pub spans: Vec<Span>,
    /// What holds where the inventory states nothing, and is taken from these rows.
    pub by_default: Option<&'static str>,
}

/// The rows of an inventory, by what they say.
pub(super) struct Places<'inventory> {
    pub(super) topology: Topology<'inventory>,
}

impl<'inventory> Places<'inventory> {
    /// The rows of the inventory of `analysis`.
    pub(super) fn new(analysis: &Analysis<'inventory>) -> Self {
        Self { topology: analysis.topology() }
    }

    fn network(&self, name: NameId) -> Option<Span> {
        let vnet = self.topology.vnet(name).map(|vnet| vnet.origin);
        vnet.or_else(|| self.topology.site(name).map(|site| site.origin))
    }

    /// Where the fact is stated; nowhere for one that is worked out.
    pub(super) fn stated(&self, fact: Fact) -> Stated {
        let at = |span: Option<Span>| Stated { spans: span.into_iter().collect(), by_default: None };
        match fact {
            Fact::Gateway(name)
            | Fact::ClientPool(name, _)
            | Fact::CustomRoute(name, _)
            | Fact::SummarizedPrefix(name, _) => at(self.topology.gateway(name).map(|row| row.origin)),
            Fact::Site(name) | Fact::TransitSite(name) => at(self.topology.site(name).map(|row| row.origin)),
            Fact::HasAsn(name, _) => {
                let stated = |is_stated: bool, default| (!is_stated).then_some(default);
                let gateway = self.topology.gateway(name).map(|row| {
                    let by_default = stated(row.asn.is_some(), "no ASN is stated, so it has Azure's");
                    Stated { spans: vec![row.origin], by_default }
                });
                let site = || {
                    let row = self.topology.site(name)?;
                    let by_default =
                        stated(row.asn.is_some(), "no ASN is stated, so it is unlike all others");
                    Some(Stated { spans: vec![row.origin], by_default })
                };
                gateway.or_else(site).unwrap_or_default()
            }
            Fact::Vnet(name) | Fact::Address(name, _) => at(self.network(name)),
            Fact::Peered(one, other) => {
                at(self.topology.sides(one, other).find(|side| side.is_usable()).map(|side| side.origin))
            }
            Fact::GatewayTransit(hub, spoke) => {
                let allows = self.topology.sides(hub, spoke).find(|side| side.allow_gateway_transit);
                let uses = self.topology.sides(spoke, hub).find(|side| side.use_remote_gateways);
                let spans = allows.into_iter().chain(uses).map(|side| side.origin).collect();
                Stated { spans, by_default: None }
            }
            Fact::PartlyPeered(one, other) | Fact::PeeredPrefix(one, other, _) => {
                let sides = self.topology.sides(one, other).filter(|side| side.carries_a_part());
                Stated { spans: sides.map(|side| side.origin).collect(), by_default: None }
            }
            Fact::S2s(one, other) => {
                let up = self.topology.tunnels(one, other).find(|tunnel| tunnel.up);
                Stated {
                    spans: up.map(|tunnel| self.topology.origins(tunnel)).unwrap_or_default(),
                    by_default: None,
                }
            }
            Fact::Bgp(one, other) => {
                let running = self.topology.tunnels(one, other).find(|tunnel| tunnel.up && tunnel.bgp);
                Stated {
                    spans: running.map(|tunnel| self.topology.origins(tunnel)).unwrap_or_default(),
                    by_default: None,
                }
            }
            Fact::StaticRoute(near, far, prefix) => {
                let up = || self.topology.tunnels(near, far).filter(|tunnel| tunnel.up);
                let listed = up().find(|tunnel| tunnel.listed(near).contains(&prefix));
                let default = || up().find(|tunnel| !tunnel.bgp && tunnel.listed(near).is_empty());
                let by_default = listed.is_none().then_some(NONE_LISTED);
                let tunnel = listed.or_else(default);
                Stated {
                    spans: tunnel.map(|tunnel| self.topology.origins(tunnel)).unwrap_or_default(),
                    by_default,
                }
            }
            Fact::Os(client, _) | Fact::Client(client, _) | Fact::ManualRoute(client, _) => {
                let clients = self.topology.inventory().clients.as_deref().unwrap_or_default();
                at(clients.get(client as usize).map(|client| client.origin))
            }
            Fact::Subnet(..)
            | Fact::UsesTable(..)
            | Fact::EndpointPolicies(..)
            | Fact::GatewayRoutes(_)
            | Fact::UserRoute(..)
            | Fact::Appliance(..)
            | Fact::Stateful(_) => at(self.steering(fact)),
            Fact::DnsServer(..)
            | Fact::Resolver(..)
            | Fact::PrivateZone(_)
            | Fact::ZoneLink(..)
            | Fact::PrivateEndpoint(..) => at(self.naming(fact)),
            Fact::Covers(..)
            | Fact::DefaultRoute(_)
            | Fact::OfFamily(..)
            | Fact::Summarizes(_)
            | Fact::PoolComplete(..)
            | Fact::PartOfNetwork(..)
            | Fact::PartOfPool(..)
            | Fact::Serves(..)
            | Fact::FollowsTable(_)
            | Fact::FollowsSiteRoutes(_) => Stated::default(),
        }
    }

    /// Where a fact about subnets, route tables and appliances is stated.
    fn steering(&self, fact: Fact) -> Option<Span> {
        let inventory = self.topology.inventory();
        match fact {
            Fact::Subnet(vnet, subnet, _)
            | Fact::UsesTable(vnet, subnet, _)
            | Fact::EndpointPolicies(vnet, subnet) => {
                let mut rows = inventory.subnets.iter();
                rows.find(|row| row.vnet == vnet && row.name == subnet).map(|row| row.origin)
            }
            Fact::GatewayRoutes(table) => {
                let mut rows = inventory.route_tables.iter();
                rows.find(|row| row.name == table).map(|row| row.origin)
            }
            Fact::UserRoute(table, prefix, _) => {
                let mut rows = inventory.user_routes.iter();
                rows.find(|row| row.route_table == table && row.prefix == prefix).map(|row| row.origin)
            }
            Fact::Appliance(appliance, ..) | Fact::Stateful(appliance) => {
                let mut rows = inventory.appliances.iter();
                rows.find(|row| row.name == appliance).map(|row| row.origin)
            }
            _ => None,
        }
    }

    /// Where a fact about names and endpoints is stated.
    fn naming(&self, fact: Fact) -> Option<Span> {
        let inventory = self.topology.inventory();
        match fact {
            Fact::DnsServer(vnet, _) => {
                let mut rows = inventory.dns_servers.iter();
                rows.find(|row| row.vnet == vnet).map(|row| row.origin)
            }
            Fact::Resolver(vnet, address) => {
                let mut rows = inventory.resolvers.iter();
                rows.find(|row| row.vnet == vnet && row.addresses.contains(&address)).map(|row| row.origin)
            }
            Fact::PrivateZone(zone) => {
                let link = inventory.zone_links.iter().find(|row| row.zone == zone).map(|row| row.origin);
                let named = || {
                    let mut rows = inventory.private_endpoints.iter();
                    rows.find(|row| row.zone == Some(zone)).map(|row| row.origin)
                };
                link.or_else(named)
            }
            Fact::ZoneLink(zone, vnet) => {
                let mut rows = inventory.zone_links.iter();
                rows.find(|row| row.zone == zone && row.vnet == Some(vnet)).map(|row| row.origin)
            }
            Fact::PrivateEndpoint(endpoint, ..) => {
                let mut rows = inventory.private_endpoints.iter();
                rows.find(|row| inventory.endpoint(row) == Some(endpoint)).map(|row| row.origin)
            }
            _ => None,
        }
    }
}

/// Why an end of a tunnel routes the far network's address space.
pub(super) const NONE_LISTED: &str = "no static prefixes are listed";
