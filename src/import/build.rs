//! Resources from their fields, one builder for each type. The shapes of exports tell what the fields are called.
//!
//! A name may be a path into inner objects, as [`Fields::each`] has it.

use super::fields::Fields;
use super::id::ResourceId;
use super::resources::{Carried, Connection, Gateway, LocalGateway, Peering, Resources, Vnet};
use super::stated;
use crate::diagnostic::Code;
use crate::inventory::truth;
use crate::prefix::Prefix;
use crate::source::Span;

pub(super) mod naming;
pub(super) mod routing;

/// Names of one field, the usual one first.
pub(super) type Names = &'static [&'static str];

/// The names of a flag, and what it is taken for where an export leaves it out; `None` where that is not said.
pub(super) struct Flag {
    pub(super) names: Names,
    pub(super) default: Option<bool>,
}

/// What the fields of a VNet are called.
pub(super) struct VnetNames {
    pub(super) space: &'static str,
    /// What the address space was called before.
    pub(super) old_spaces: Names,
    /// What its gateway announces in place of it; none where the tool does not know that.
    pub(super) summaries: Names,
    /// The DNS servers that it hands out.
    pub(super) servers: Names,
}

/// What the fields of one side of a peering are called.
pub(super) struct PeeringNames {
    pub(super) allow_gateway_transit: &'static str,
    pub(super) use_remote_gateways: &'static str,
    pub(super) allow_vnet_access: &'static str,
    pub(super) allow_forwarded_traffic: &'static str,
    pub(super) state: Names,
    /// The first of these that lists anything tells the other VNet's address space.
    pub(super) remote_spaces: Names,
    /// The first of these that lists anything tells what of it the peering carries.
    pub(super) carried: Names,
    /// A flag that is false where only some subnets are peered.
    pub(super) is_complete: &'static str,
    /// The names of the other VNet's subnets that are peered.
    pub(super) subnets: &'static str,
    pub(super) is_ipv6_only: Names,
}

impl PeeringNames {
    /// The names of the flags that answers rest on.
    pub(super) fn flags(&self) -> Vec<&'static str> {
        let own =
            [self.allow_gateway_transit, self.use_remote_gateways, self.allow_vnet_access, self.is_complete];
        own.into_iter().chain(self.is_ipv6_only.iter().copied()).collect()
    }
}

/// What the fields of a virtual network gateway are called.
pub(super) struct GatewayNames {
    pub(super) kind: &'static str,
    pub(super) vpn_kind: &'static str,
    pub(super) bgp: Flag,
    pub(super) asn: &'static str,
    pub(super) sku: Names,
    pub(super) pools: Names,
    pub(super) custom_routes: Names,
    pub(super) protocols: Names,
    pub(super) peer_addresses: Names,
    pub(super) public_addresses: Names,
    pub(super) public_address_ids: Names,
    /// The local network gateway that gets what no other route leads anywhere.
    pub(super) default_site: &'static str,
    /// Its NAT rules; none where whatever tells of the gateway does not know them.
    pub(super) nat_rules: Names,
}

/// What the fields of a local network gateway are called.
pub(super) struct LocalGatewayNames {
    pub(super) space: Names,
    /// The address that the tunnel is built to.
    pub(super) address: &'static str,
    /// The name of the host that the tunnel is built to.
    pub(super) host: &'static str,
    pub(super) asn: &'static str,
    pub(super) peer_addresses: Names,
}

/// What the fields of a connection are called.
pub(super) struct ConnectionNames {
    pub(super) kind: &'static str,
    pub(super) gateway: &'static str,
    pub(super) far_gateway: &'static str,
    pub(super) local_gateway: &'static str,
    pub(super) bgp: Flag,
    pub(super) status: Names,
    pub(super) is_policy_based: &'static str,
    pub(super) traffic_selectors: &'static str,
    /// What is shown where there are traffic selectors, besides the whole.
    pub(super) selectors_place: Option<&'static str>,
    pub(super) nat_rules: Names,
}

/// The name under which a flag is not known yet, if it is stated under none.
fn unknown_flag<'name>(fields: &impl Fields, names: &[&'name str]) -> Option<&'name str> {
    let is_stated = names.iter().any(|name| fields.text(name).is_some());
    names.iter().copied().find(|name| !is_stated && fields.is_unknown(name))
}

/// What a flag was before the plan that does not know it yet.
fn flag_before(fields: &impl Fields, name: &str) -> Option<bool> {
    truth(&fields.text_before(name)?)
}

/// True where one of the flags is not known yet and was not before, so that nothing can be taken for it; says so,
/// and what comes of it.
pub(super) fn lacks_flag(
    fields: &impl Fields,
    flags: &[&str],
    consequence: &str,
    resources: &mut Resources,
) -> bool {
    let is_new =
        |name: &&&str| unknown_flag(fields, &[**name]).is_some() && flag_before(fields, name).is_none();
    let Some(name) = flags.iter().find(is_new) else { return false };
    if !fields.note_unknown(name, consequence, resources) {
        let message = format!("`{name}` is known only once the deployment is made; {consequence}");
        resources.note(Code::UnknownValue, fields.span_of(name), message);
    }
    true
}

/// A truth value under any of its names; the default where it is not stated. One that is not known yet is taken to stay
/// what it was, which is told.
fn flag_or(fields: &impl Fields, names: &[&str], default: bool, resources: &mut Resources) -> bool {
    stated_or_before(fields, names, resources).unwrap_or(default)
}

fn stated_or_before(fields: &impl Fields, names: &[&str], resources: &mut Resources) -> Option<bool> {
    let Some(unknown) = unknown_flag(fields, names) else { return stated::flag(fields, names, resources) };
    let before = flag_before(fields, unknown)?;
    fields.note_unknown(unknown, &format!("it is taken to stay {before}"), resources);
    Some(before)
}

/// A truth value whose default some shapes leave to Azure.
fn bgp(fields: &impl Fields, names: &Flag, resources: &mut Resources) -> Option<bool> {
    stated_or_before(fields, names.names, resources).or(names.default)
}

/// The prefixes of all lists, where one of them is stated, be it empty.
pub(super) fn stated_prefixes(
    fields: &impl Fields,
    names: &[&str],
    resources: &mut Resources,
) -> Option<Vec<Prefix>> {
    let mut is_stated = false;
    for name in names {
        stated::along(fields, name, resources, &mut |holder, name, _| is_stated |= holder.states(name));
    }
    is_stated.then(|| stated::prefixes(fields, names, resources))
}

/// The words of all lists with their places, where one of them is stated, be it empty.
pub(super) fn stated_words(
    fields: &impl Fields,
    names: &[&str],
    resources: &mut Resources,
) -> Option<Vec<(String, Span)>> {
    let mut is_stated = false;
    let mut words = Vec::new();
    for name in names {
        stated::along(fields, name, resources, &mut |holder, name, resources| {
            holder.note_unknown(name, "what is not known of it is left out", resources);
            is_stated |= holder.states(name);
            words.extend(holder.list(name));
        });
    }
    is_stated.then_some(words)
}

/// Adds the VNet called `id`.
pub(super) fn vnet(
    id: ResourceId,
    name: String,
    fields: &impl Fields,
    names: &VnetNames,
    resources: &mut Resources,
) {
    let (mut is_unknown, mut is_of_pool) = (false, false);
    fields.each(names.space, &mut |holder, name| {
        is_of_pool |= holder.is_filled("ipamPoolPrefixAllocations");
        is_unknown |= holder.is_unknown(name);
    });
    let mut space = stated::prefixes(fields, &[names.space], resources);
    if space.is_empty() {
        let old = stated::lists(fields, names.old_spaces, resources);
        space = resources.prefixes(old);
    }
    let summaries =
        (!names.summaries.is_empty()).then(|| stated::prefixes(fields, names.summaries, resources));
    let servers = naming::servers(fields, names.servers, resources);
    let (location, origin) = (fields.text("location"), fields.span());
    let vnet = Vnet { name, space, summaries, servers, location, origin };
    if vnet.space.is_empty() && is_of_pool && !is_unknown {
        let message =
            format!("the addresses of VNet `{}` come from an IPAM pool, and are not told here", vnet.name);
        let code = if resources.planned.is_plan { Code::UnknownValue } else { Code::Incomplete };
        resources.note(code, vnet.origin, message);
    } else if vnet.space.is_empty() && !is_unknown {
        resources.incomplete(vnet.origin, format!("VNet `{}` has no address space in the export", vnet.name));
    }
    resources.add_vnet(id, vnet);
}

/// The side of `vnet` of a peering with `remote`.
pub(super) fn peering(
    vnet: &ResourceId,
    remote: ResourceId,
    fields: &impl Fields,
    names: &PeeringNames,
    resources: &mut Resources,
) -> Peering {
    let space = stated::first_list(fields, names.remote_spaces, resources);
    let carried = stated::first_list(fields, names.carried, resources);
    // Both are often told in one place, of which whatever is wrong there is said once.
    let is_one = space == carried;
    let remote_space = resources.prefixes(space);
    let carried = if is_one { remote_space.clone() } else { resources.prefixes(carried) };
    let carried = Carried {
        prefixes: carried,
        is_complete: flag_or(fields, &[names.is_complete], true, resources),
        subnets: fields.list(names.subnets).into_iter().map(|(name, _)| name).collect(),
        is_ipv6_only: flag_or(fields, names.is_ipv6_only, false, resources),
    };
    Peering {
        vnet: vnet.clone(),
        remote,
        allow_gateway_transit: flag_or(fields, &[names.allow_gateway_transit], false, resources),
        use_remote_gateways: flag_or(fields, &[names.use_remote_gateways], false, resources),
        allow_vnet_access: flag_or(fields, &[names.allow_vnet_access], true, resources),
        allow_forwarded_traffic: flag_or(fields, &[names.allow_forwarded_traffic], true, resources),
        state: stated::word(fields, names.state, stated::PEERING_STATE, resources),
        remote_space,
        carried,
        projected: false,
        origin: fields.span(),
    }
}

/// The VNet of a gateway: of the first of its `configurations` that says in which subnet it lies.
pub(super) fn vnet_of_gateway(
    fields: &impl Fields,
    configurations: &str,
    subnet: &str,
    resources: &mut Resources,
) -> Option<ResourceId> {
    let configurations = stated::objects(fields, configurations, resources);
    let subnet = configurations.iter().find_map(|it| stated::target(it, subnet, resources))?;
    match subnet.kind().as_deref() {
        Some("microsoft.network/virtualnetworks") => Some(subnet),
        _ => subnet.owner("subnets"),
    }
}

/// Notes what a gateway has and the model does not cover.
pub(super) fn note_outside(
    fields: &impl Fields,
    names: &GatewayNames,
    gateway: &str,
    resources: &mut Resources,
) {
    for field in names.nat_rules {
        if fields.is_filled(field) {
            resources.unmodelled.translates(gateway);
            resources
                .outside(fields.span_of(field), format!("the NAT rules of gateway `{gateway}` is left out"));
        }
    }
}

/// Adds the gateway called `id`, which lies in `vnet`.
pub(super) fn gateway(
    id: ResourceId,
    name: String,
    vnet: Option<ResourceId>,
    fields: &impl Fields,
    names: &GatewayNames,
    resources: &mut Resources,
) {
    if lacks_flag(fields, names.bgp.names, "the gateway is left out", resources) {
        return;
    }
    note_outside(fields, names, &name, resources);
    let mut public_address_ids = Vec::new();
    for path in names.public_address_ids {
        public_address_ids.extend(stated::along(fields, path, resources, &mut stated::reference));
    }
    let protocols = stated::lists(fields, names.protocols, resources);
    let gateway = Gateway {
        name,
        vnet,
        kind: stated::word(fields, &[names.kind], stated::GATEWAY_TYPE, resources),
        vpn_kind: stated::word(fields, &[names.vpn_kind], stated::VPN_TYPE, resources),
        bgp: bgp(fields, &names.bgp, resources),
        asn: stated::asn(fields, names.asn, resources),
        sku: stated::text(fields, names.sku, resources),
        pools: stated::prefixes(fields, names.pools, resources),
        custom_routes: stated::prefixes(fields, names.custom_routes, resources),
        protocols: resources.protocols(protocols),
        peer_addresses: stated::addresses(fields, names.peer_addresses, resources),
        public_addresses: stated::addresses(fields, names.public_addresses, resources),
        public_address_ids: public_address_ids.into_iter().flatten().collect(),
        default_site: stated::target(fields, names.default_site, resources),
        origin: Some(fields.span()),
    };
    resources.add_gateway(id, gateway);
}

/// The address or the name of the host that a tunnel is built to.
pub(super) fn endpoint(
    fields: &impl Fields,
    names: &LocalGatewayNames,
    resources: &mut Resources,
) -> Option<String> {
    stated::address(fields, names.address, resources)
        .or_else(|| stated::text(fields, &[names.host], resources))
}

/// The local network gateway that is called `name`.
pub(super) fn local_gateway(
    name: String,
    fields: &impl Fields,
    names: &LocalGatewayNames,
    resources: &mut Resources,
) -> LocalGateway {
    LocalGateway {
        name,
        space: stated::prefixes(fields, names.space, resources),
        endpoint: endpoint(fields, names, resources),
        asn: stated::asn(fields, names.asn, resources),
        peer_addresses: stated::addresses(fields, names.peer_addresses, resources),
        origin: Some(fields.span()),
    }
}

/// Adds the connection called `id`.
pub(super) fn connection(
    id: ResourceId,
    name: String,
    fields: &impl Fields,
    names: &ConnectionNames,
    resources: &mut Resources,
) {
    if lacks_flag(fields, names.bgp.names, "the connection is left out", resources) {
        return;
    }
    note_selectors(fields, names, &name, resources);
    let connection = Connection {
        name,
        kind: stated::word(fields, &[names.kind], stated::CONNECTION_TYPE, resources),
        gateway: stated::target(fields, names.gateway, resources),
        far_gateway: stated::target(fields, names.far_gateway, resources),
        local_gateway: stated::target(fields, names.local_gateway, resources),
        bgp: bgp(fields, &names.bgp, resources),
        status: stated::word(fields, names.status, stated::CONNECTION_STATUS, resources),
        origin: Some(fields.span()),
    };
    resources.add_connection(id, connection);
}

/// Notes what a connection lets through or translates, which the model does not cover.
pub(super) fn note_selectors(
    fields: &impl Fields,
    names: &ConnectionNames,
    connection: &str,
    resources: &mut Resources,
) {
    if stated::flag(fields, &[names.is_policy_based], resources) == Some(true)
        || fields.is_filled(names.traffic_selectors)
    {
        let place = names.selectors_place.map_or_else(|| fields.span(), |field| fields.span_of(field));
        let message = format!(
            "the traffic selectors of connection `{connection}` are left out; it counts as if it let everything through"
        );
        resources.outside(place, message);
    }
    if names.nat_rules.iter().any(|rules| fields.is_filled(rules)) {
        resources.unmodelled.translates(connection);
        resources.outside(fields.span(), format!("the NAT rules of connection `{connection}` are left out"));
    }
}
