//! Resources become an inventory: ids become names, connections become tunnels.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::id::ResourceId;
use super::learned::Announcements;
use super::resources::{Gateway, Resources};
use super::{learned, names};
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::{
    self, Client, DEFAULT_ASN, Inventory, OF_PEERING, Peering, RareOfPeering, Site, Vnet,
};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::source::Span;

mod appliances;
mod carried;
mod naming;
mod plan;
mod routing;
mod tunnels;
mod unnamed;

use plan::{Plan, networks};
use routing::Shared;
use unnamed::{AssumedGateway, End, External};

/// Builds the inventory. Findings go to [`Resources::diagnostics`].
pub(super) fn assemble(resources: &mut Resources) -> Inventory {
    let plan = plan(resources);
    let side = [(&*resources, &plan)];
    let (names, shared) = (shortest_names(&side), Shared::of(&side));
    build(resources, &plan, &names, &shared)
}

/// The two sides of a change, and the names of their networks.
pub(super) struct Sides {
    pub(super) inventories: [Inventory; 2],
    pub(super) names: BTreeMap<ResourceId, String>,
}

/// Builds the inventories of the two sides of a change, in which what has one id has one name.
pub(super) fn assemble_sides(sides: [&mut Resources; 2]) -> Sides {
    let [before, after] = sides;
    let plans = [plan(before), plan(after)];
    let both = [(&*before, &plans[0]), (&*after, &plans[1])];
    let (names, shared) = (shortest_names(&both), Shared::of(&both));
    let inventories = [build(before, &plans[0], &names, &shared), build(after, &plans[1], &names, &shared)];
    Sides { inventories, names }
}

/// Decides what the model covers.
fn plan(resources: &mut Resources) -> Plan {
    resources.apply_patches();
    let peerings = modelled_peerings(resources);
    let gateways = modelled_gateways(resources);
    let mut externals = external_vnets(resources, &peerings, &gateways);
    let tunnels = tunnels::plan(resources, &gateways, &mut externals);
    note_lost_peerings(resources);
    let appliances = appliances::plan(resources);
    Plan { peerings, gateways, externals, tunnels, appliances }
}

/// The peerings without those to the hubs of Virtual WAN.
fn modelled_peerings(resources: &mut Resources) -> Vec<ResourceId> {
    let (hubs, modelled): (Vec<_>, Vec<_>) =
        resources.peerings.iter().partition(|(_, peering)| peering.leads_to_wan_hub());
    let notes: Vec<(Span, String)> = hubs
        .into_iter()
        .map(|(_, peering)| {
            let (vnet, hub) = (peering.vnet.name(), peering.remote.name());
            (
                peering.origin,
                format!("the connection of VNet `{vnet}` to the Virtual WAN hub `{hub}` is left out"),
            )
        })
        .collect();
    let modelled = modelled.into_iter().map(|(id, _)| id.clone()).collect();
    for (span, message) in notes {
        resources.outside(span, message);
    }
    modelled
}

/// The route-based VPN gateways whose VNet is known, one of each VNet: one with clients before one without.
fn modelled_gateways(resources: &mut Resources) -> BTreeSet<ResourceId> {
    let mut holders: BTreeMap<ResourceId, ResourceId> = BTreeMap::new();
    let mut findings = Vec::new();
    let is_word = |stated: &Option<String>, word: &str| {
        stated.as_ref().is_none_or(|stated| stated.eq_ignore_ascii_case(word))
    };
    let mut gateways: Vec<_> = resources.gateways.iter().collect();
    gateways.sort_by_key(|(_, gateway)| gateway.pools.is_empty());
    for (id, gateway) in gateways {
        let name = &gateway.name;
        let outside = |what: String| Diagnostic::new(Code::OutsideModel, what);
        let finding = if !is_word(&gateway.kind, "vpn") {
            let kind = gateway.kind.as_deref().unwrap_or_default();
            outside(format!("gateway `{name}` of type `{kind}` is left out, and its connections with it"))
        } else if !is_word(&gateway.vpn_kind, "routebased") {
            outside(format!("gateway `{name}` is policy-based and is left out, and its connections with it"))
        } else if let Some(vnet) = &gateway.vnet {
            let Some(holder) = holders.get(vnet) else {
                holders.insert(vnet.clone(), id.clone());
                continue;
            };
            let message = format!(
                "VNet `{}` has gateways `{}` and `{name}`; the latter is left out, and its connections with it",
                vnet.name(),
                holder.name()
            );
            Diagnostic::new(Code::Incomplete, message)
                .help("export again, so that all files show the same moment")
        } else {
            Diagnostic::new(Code::NotAnInventory, format!("the VNet of gateway `{name}` cannot be told"))
                .help("export the gateway with its `ipConfigurations`, whose subnet lies in the VNet")
        };
        findings.extend(gateway.origin.map(|origin| finding.at(origin, "")));
    }
    resources.diagnostics.extend(findings);
    holders.into_values().collect()
}

/// The VNets that peerings and gateways refer to and the export lacks.
fn external_vnets(
    resources: &Resources,
    peerings: &[ResourceId],
    gateways: &BTreeSet<ResourceId>,
) -> BTreeMap<ResourceId, External> {
    let mut externals: BTreeMap<ResourceId, External> = BTreeMap::new();
    for peering in peerings.iter().filter_map(|id| resources.peerings.get(id)) {
        for (vnet, space) in [(&peering.vnet, &[][..]), (&peering.remote, &peering.remote_space)] {
            if resources.vnets.contains_key(vnet) {
                continue;
            }
            let name = vnet.name().to_owned();
            let external = externals.entry(vnet.clone()).or_insert_with(|| External {
                name,
                space: Vec::new(),
                origin: peering.origin,
            });
            if external.space.is_empty() {
                external.space = space.to_vec();
            }
        }
    }
    for gateway in gateways.iter().filter_map(|id| resources.gateways.get(id)) {
        let (Some(vnet), Some(origin)) = (&gateway.vnet, gateway.origin) else { continue };
        if !resources.vnets.contains_key(vnet) {
            let name = vnet.name().to_owned();
            externals.entry(vnet.clone()).or_insert(External { name, space: Vec::new(), origin });
        }
    }
    externals
}

/// Notes VNets with just as many peerings as a query keeps by default or at most.
fn note_lost_peerings(resources: &mut Resources) {
    let mut counts: BTreeMap<&ResourceId, (usize, Span)> = BTreeMap::new();
    for peering in resources.peerings.values().filter(|peering| peering.projected) {
        counts.entry(&peering.vnet).or_insert((0, peering.origin)).0 += 1;
    }
    let suspicious: Vec<(Span, String)> = counts
        .into_iter()
        .filter(|(_, (count, _))| [128, 400].contains(count))
        .map(|(vnet, (count, span))| {
            (span, format!("VNet `{}` has exactly {count} peerings in a query's result", vnet.name()))
        })
        .collect();
    for (span, message) in suspicious {
        resources.incomplete(span, message).help = Some(
            "`mv-expand` keeps 128 rows, and 400 where that limit is given; export the whole virtual network instead".into(),
        );
    }
}

/// The names of all networks of all sides, by id.
fn shortest_names(sides: &[(&Resources, &Plan)]) -> BTreeMap<ResourceId, String> {
    let mut seen = BTreeSet::new();
    let networks = sides.iter().flat_map(|(resources, plan)| networks(resources, plan));
    let networks: Vec<(&ResourceId, &str)> = networks.filter(|(id, _)| seen.insert(*id)).collect();
    let named = names::shortest(&networks);
    networks.iter().zip(named).map(|((id, _), name)| ((*id).clone(), name)).collect()
}

fn build(
    resources: &mut Resources,
    plan: &Plan,
    names: &BTreeMap<ResourceId, String>,
    shared: &Shared,
) -> Inventory {
    let mut inventory = Inventory::default();
    let own: Vec<(ResourceId, &String)> =
        networks(resources, plan).filter_map(|(id, _)| Some((id.clone(), names.get(id)?))).collect();
    let names: BTreeMap<ResourceId, NameId> =
        own.into_iter().map(|(id, name)| (id, inventory.names.intern(name))).collect();
    let name = |id: &ResourceId| names.get(id).copied();
    for (id, vnet) in &resources.vnets {
        let Some(name) = name(id) else { continue };
        let (address_space, origin) = (vnet.space.clone(), vnet.origin);
        // An inventory of files takes a VNet without an address space for one that is known by name alone.
        let external = address_space.is_empty();
        let resource = id.resource("virtualNetworks", vnet.location.as_deref());
        inventory.vnets.push(Vnet { address_space, external, resource, ..Vnet::new(name, origin) });
    }
    for (id, external) in &plan.externals {
        let Some(name) = name(id) else { continue };
        note_external(resources, external, plan.tunnels.assumed_gateways.get(id), inventory.names.text(name));
        let (address_space, resource) = (external.space.clone(), id.resource("virtualNetworks", None));
        let vnet = Vnet::new(name, external.origin);
        inventory.vnets.push(Vnet { address_space, external: true, resource, ..vnet });
    }
    let gateways = plan.gateways.iter().filter_map(|id| Some((id, resources.gateways.get(id)?)));
    let summaries = |vnet: &ResourceId| resources.vnets.get(vnet)?.summaries.clone();
    let modelled = gateways.filter_map(|(id, gateway)| {
        let summarized_prefixes = gateway.vnet.as_ref().and_then(summaries).unwrap_or_default();
        Some(inventory::Gateway { summarized_prefixes, ..modelled(id, gateway, &names)? })
    });
    inventory.gateways.extend(modelled);
    note_idle_summaries(resources, &names, &inventory.gateways);
    for (id, assumed) in &plan.tunnels.assumed_gateways {
        let Some(vnet) = name(id) else { continue };
        let resource = id.resource("virtualNetworkGateways", None);
        let gateway = inventory::Gateway::new(vnet, assumed.origin);
        inventory.gateways.push(inventory::Gateway { bgp: assumed.bgp, resource, ..gateway });
    }
    inventory::name_gateways(&mut inventory.names, &inventory.gateways);
    add_sites(resources, plan, &names, &mut inventory);
    let mut to_itself = Vec::new();
    let spaces: FxHashMap<NameId, Vec<Prefix>> =
        inventory.vnets.iter().map(|vnet| (vnet.name, vnet.address_space.clone())).collect();
    let mut unknown_subnets = Vec::new();
    for (id, peering) in plan.peerings.iter().filter_map(|id| Some((id, resources.peerings.get(id)?))) {
        let (Some(vnet), Some(remote_vnet)) = (name(&peering.vnet), name(&peering.remote)) else { continue };
        if vnet == remote_vnet {
            to_itself.push((peering.origin, "peering", vnet));
            continue;
        }
        let state = peering.state.as_deref();
        let rare = RareOfPeering {
            not_connected: state.filter(|state| !OF_PEERING.is_usual(state)).map(Into::into),
            allow_forwarded_traffic: peering.allow_forwarded_traffic,
            carried: carried::of(resources, peering, &spaces[&remote_vnet], &mut unknown_subnets),
            resource: id.resource("virtualNetworkPeerings", None),
        };
        inventory.peerings.push(Peering {
            allow_gateway_transit: peering.allow_gateway_transit,
            use_remote_gateways: peering.use_remote_gateways,
            allow_vnet_access: peering.allow_vnet_access,
            rare: rare.kept(),
            ..Peering::new(vnet, remote_vnet, peering.origin)
        });
    }
    for (origin, message) in unknown_subnets {
        resources.incomplete(origin, message);
    }
    for tunnel in &plan.tunnels.rows {
        let name_of = |end: &End| match end {
            End::Vnet(id) | End::Site(id) => name(id),
            End::Outside => None,
        };
        let (Some(from), Some(to)) = (name_of(&tunnel.from), name_of(&tunnel.to)) else { continue };
        if from == to {
            to_itself.push((tunnel.origin, "connection", from));
            continue;
        }
        inventory.connections.push(inventory::Connection {
            bgp: tunnel.bgp,
            from_static: tunnel.from_static.clone(),
            down: tunnel.down.clone(),
            name: tunnel.name.clone(),
            resource: tunnel.id.resource("connections", None),
            ..inventory::Connection::new(from, to, tunnel.origin)
        });
    }
    add_clients(resources, plan, &names, &mut inventory);
    routing::add(resources, plan, shared, &names, &mut inventory);
    for (origin, what, vnet) in to_itself {
        let vnet = inventory.names.text(vnet);
        resources.incomplete(origin, format!("a {what} joins `{vnet}` to itself, and is left out"));
    }
    inventory
}

/// Notes what is assumed of a VNet that the export lacks.
fn note_external(
    resources: &mut Resources,
    external: &External,
    gateway: Option<&AssumedGateway>,
    name: &str,
) {
    let message = match gateway {
        Some(AssumedGateway { bgp: false, .. }) => {
            format!("gateway `{name}` is not in the export; it stands for a VNet of unknown address space")
        }
        Some(AssumedGateway { bgp: true, .. }) => format!(
            "gateway `{name}` is not in the export; it stands for a VNet of unknown address space, its ASN taken to be \
             {DEFAULT_ASN}"
        ),
        None if external.space.is_empty() => {
            format!("VNet `{name}` is not in the export; its address space is unknown")
        }
        None => format!("VNet `{name}` is not in the export; its address space is what a peering says"),
    };
    resources.incomplete(external.origin, message);
}

/// Notes summaries of VNets without a gateway, which nothing announces.
fn note_idle_summaries(
    resources: &mut Resources,
    names: &BTreeMap<ResourceId, NameId>,
    gateways: &[inventory::Gateway],
) {
    let has_gateway = |id: &ResourceId| {
        let name = names.get(id);
        name.is_some_and(|name| gateways.iter().any(|gateway| gateway.vnet == *name))
    };
    let vnets = resources.vnets.iter().filter(|(id, vnet)| {
        vnet.summaries.as_ref().is_some_and(|list| !list.is_empty()) && !has_gateway(id)
    });
    let idle: Vec<(Span, String)> = vnets.map(|(_, vnet)| (vnet.origin, vnet.name.clone())).collect();
    for (origin, vnet) in idle {
        let message =
            format!("the summarized gateway prefixes of VNet `{vnet}` are left out, as it holds no gateway");
        resources.outside(origin, message);
    }
}

fn modelled(
    id: &ResourceId,
    gateway: &Gateway,
    names: &BTreeMap<ResourceId, NameId>,
) -> Option<inventory::Gateway> {
    Some(inventory::Gateway {
        client_pool: gateway.pools.clone(),
        custom_routes: gateway.custom_routes.clone(),
        // Azure leaves the field out where BGP was never turned on.
        bgp: gateway.bgp.unwrap_or(false),
        asn: gateway.asn,
        sku: gateway.sku.clone().unwrap_or_default(),
        protocols: gateway.protocols.clone(),
        resource: id.resource("virtualNetworkGateways", None),
        ..inventory::Gateway::new(*names.get(gateway.vnet.as_ref()?)?, gateway.origin?)
    })
}

/// Adds the sites, each with what learned routes show it to announce.
fn add_sites(
    resources: &mut Resources,
    plan: &Plan,
    names: &BTreeMap<ResourceId, NameId>,
    inventory: &mut Inventory,
) {
    let mut announced = learned::announcements(resources, &plan.tunnels.sessions);
    for (id, site) in &plan.tunnels.sites {
        let Some(&name) = names.get(id) else { continue };
        let mut address_space = site.space.clone();
        let mut learned = announced.by_site.remove(id).unwrap_or_default();
        learned.retain(|prefix| !address_space.contains(prefix));
        if !learned.is_empty() {
            let message = format!(
                "site `{}` advertises {}, as learned routes show",
                inventory.names.text(name),
                few(&learned)
            );
            resources.incomplete(site.origin, message);
        }
        address_space.extend(learned);
        if address_space.is_empty() {
            let message = format!("what site `{}` holds is not in the export", inventory.names.text(name));
            resources.incomplete(site.origin, message).help = Some(
                "where it speaks BGP, add what `az network vnet-gateway list-learned-routes` prints".into(),
            );
        }
        let transit = note_transit(resources, id, plan, &announced, inventory.names.text(name));
        let resource = id.resource("localNetworkGateways", None);
        let told = Site::new(name, site.origin);
        inventory.sites.push(Site { address_space, asn: site.asn, transit, resource, ..told });
    }
    for (path, (span, sites)) in announced.unclear {
        let sites: Vec<String> = sites.iter().map(|site| format!("`{site}`")).collect();
        let message = format!(
            "one of the sites {} passes routes on, as the AS path `{}` shows; which one is not known",
            sites.join(", "),
            path_text(&path)
        );
        resources.incomplete(span, message).help = Some("set `transit` of that site in `sites.csv`".into());
    }
    for (span, prefixes) in announced.of_strangers {
        let message = format!("learned routes come from no router of the export: {}", few(&prefixes));
        resources.incomplete(span, message);
    }
}

/// Whether a site passes on what one neighbour tells it to another, with a note where that was learned or is not known.
fn note_transit(
    resources: &mut Resources,
    id: &ResourceId,
    plan: &Plan,
    announced: &Announcements,
    name: &str,
) -> bool {
    if let Some(passing) = announced.passing.get(id) {
        let path = path_text(&passing.path);
        let message =
            format!("site `{name}` passes routes on, as the AS path `{path}` shows: `transit` is true");
        resources.incomplete(passing.origin, message);
        return true;
    }
    let neighbours = plan.tunnels.sessions.get(id).map_or(0, BTreeSet::len);
    if neighbours > 1 && !announced.heard.contains(id) {
        let origin = plan.tunnels.sites.get(id).map(|site| site.origin);
        let message = format!(
            "whether site `{name}` passes on what one gateway tells it to another is not in the export; it is taken not to"
        );
        if let Some(origin) = origin {
            resources.incomplete(origin, message).help = Some(
                "add what `az network vnet-gateway list-learned-routes` prints, or set `transit` in `sites.csv`".into(),
            );
        }
    }
    false
}

/// A path as Azure writes it.
fn path_text(path: &[u32]) -> String {
    path.iter().map(u32::to_string).collect::<Vec<_>>().join("-")
}

fn add_clients(
    resources: &mut Resources,
    plan: &Plan,
    names: &BTreeMap<ResourceId, NameId>,
    inventory: &mut Inventory,
) {
    let mut findings = Vec::new();
    let mut clients = Vec::new();
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for client in std::mem::take(&mut resources.clients) {
        let vnet = resources
            .gateways
            .get(&client.gateway)
            .filter(|_| plan.gateways.contains(&client.gateway))
            .and_then(|gateway| gateway.vnet.as_ref());
        let Some(&gateway) = vnet.and_then(|vnet| names.get(vnet)) else {
            let message = format!(
                "gateway `{}` of client `{}` is not in the export",
                client.gateway.name(),
                client.name
            );
            findings.push(
                Diagnostic::new(Code::UnknownName, message).at(client.origin, "expected a known gateway"),
            );
            continue;
        };
        if let Some(first) = seen.insert(client.name.to_lowercase(), client.origin) {
            let message = format!("client `{}` is defined twice", client.name);
            let finding =
                Diagnostic::new(Code::DuplicateName, message).at(client.origin, "expected a new name");
            findings.push(finding.with(first, "first defined here"));
            continue;
        }
        clients.push(Client {
            protocol: client.protocol,
            manual_routes: client.manual_routes,
            ..Client::new(client.name, gateway, client.os, client.origin)
        });
    }
    resources.diagnostics.extend(findings);
    if !clients.is_empty() {
        inventory.clients = Some(clients);
    }
}
