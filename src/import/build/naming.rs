//! Resolvers, private zones and private endpoints, from their fields.

use std::net::IpAddr;

use super::Names;
use super::routing::{HolderNames, places};
use crate::diagnostic::Code;
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::naming::{InboundEndpoint, Link, PrivateEndpoint, Zone, ZoneGroup};
use crate::import::resources::Resources;
use crate::import::stated;

/// What the fields of a link of a private zone are called.
pub(in crate::import) struct LinkNames {
    pub(in crate::import) vnet: Names,
    pub(in crate::import) state: Names,
}

/// What the fields of a private endpoint are called.
pub(in crate::import) struct EndpointNames {
    pub(in crate::import) subnet: &'static str,
    pub(in crate::import) group: GroupNames,
    /// The public names that lead to it.
    pub(in crate::import) names: Names,
    /// The ids of its network interfaces.
    pub(in crate::import) interfaces: Names,
}

/// What tells addresses of a private endpoint, and the ids of its zones.
pub(in crate::import) struct GroupNames {
    pub(in crate::import) addresses: Names,
    pub(in crate::import) zones: Names,
}

/// The addresses of all lists, in order, where one of them is stated, be it empty.
pub(in crate::import) fn servers(
    fields: &impl Fields,
    names: &[&str],
    resources: &mut Resources,
) -> Option<Vec<IpAddr>> {
    let mut is_stated = false;
    for name in names {
        stated::along(fields, name, resources, &mut |holder, name, resources| {
            holder.note_unknown(name, "what is not known of it is left out", resources);
            is_stated |= holder.states(name) || holder.json(name) == Some("[]");
        });
    }
    is_stated.then(|| addresses(fields, names, resources))
}

fn addresses(fields: &impl Fields, names: &[&str], resources: &mut Resources) -> Vec<IpAddr> {
    let mut found: Vec<IpAddr> = Vec::new();
    for text in stated::addresses(fields, names, resources) {
        found.extend(text.parse::<IpAddr>().ok().filter(|address| !found.contains(address)));
    }
    found
}

/// Adds the inbound endpoint called `id`.
pub(in crate::import) fn resolver(
    id: ResourceId,
    fields: &impl Fields,
    names: &[&HolderNames],
    resources: &mut Resources,
) {
    let told = names.iter().map(|names| {
        // There can be but one, and some shapes have no list around it.
        let configurations = stated::one_or_more(fields, names.configurations, resources);
        places(&configurations, names, resources)
    });
    let told = told.collect::<Vec<_>>().into_iter().find(|places| !places.is_empty());
    let origin = fields.span();
    let Some(places) = told else {
        let message =
            format!("the address of inbound endpoint `{}` is not told, and it is left out", id.name());
        resources.note(unknown(resources), origin, message);
        return;
    };
    resources.naming.resolvers.insert(id, InboundEndpoint { places, origin });
}

/// Adds the private zone called `id`; `links` is the field that counts its links.
pub(in crate::import) fn zone(id: ResourceId, fields: &impl Fields, links: &str, resources: &mut Resources) {
    let links = stated::text(fields, &[links], resources).and_then(|count| count.parse().ok());
    let name = id.name().to_owned();
    resources.naming.add_zone(id, Zone { name, links, origin: fields.span() });
}

/// Adds the link called `id`, which lies in its zone.
pub(in crate::import) fn link(
    id: ResourceId,
    fields: &impl Fields,
    names: &LinkNames,
    resources: &mut Resources,
) {
    let Some(zone) = id.owner("virtualNetworkLinks") else { return };
    let origin = fields.span();
    let Some(vnet) = names.vnet.iter().find_map(|name| stated::target(fields, name, resources)) else {
        if !names.vnet.iter().any(|name| fields.is_unknown(name)) {
            let message = format!(
                "link `{}` of zone `{}` does not say what it leads to, and is left out",
                id.name(),
                zone.name()
            );
            resources.note(unknown(resources), origin, message);
        }
        return;
    };
    let state = stated::word(fields, names.state, stated::LINK_STATE, resources);
    if let Some(state) = state.filter(|state| state != "Completed") {
        let message = format!(
            "link `{}` of zone `{}` has state `{state}`, and counts as if it were completed",
            id.name(),
            zone.name()
        );
        resources.incomplete(origin, message);
    }
    resources.naming.links.insert(id, Link { zone, vnet, origin });
}

/// Adds the private endpoint called `id`.
pub(in crate::import) fn endpoint(
    id: ResourceId,
    fields: &impl Fields,
    names: &EndpointNames,
    resources: &mut Resources,
) {
    let vnet = stated::target(fields, names.subnet, resources).and_then(|subnet| subnet.owner("subnets"));
    let interfaces = ids(fields, names.interfaces, resources);
    let public = stated::lists(fields, names.names, resources).into_iter();
    let public = public.map(|(name, _)| name.to_ascii_lowercase()).collect();
    let told = told(fields, &names.group, resources);
    let origin = fields.span();
    resources.naming.add_endpoint(id, PrivateEndpoint { vnet, told, names: public, interfaces, origin });
}

/// Adds what a group of zones, which lies in its private endpoint, tells of that.
pub(in crate::import) fn group(
    id: ResourceId,
    fields: &impl Fields,
    names: &GroupNames,
    resources: &mut Resources,
) {
    let told = told(fields, names, resources);
    resources.naming.groups.insert(id, told);
}

fn told(fields: &impl Fields, names: &GroupNames, resources: &mut Resources) -> ZoneGroup {
    ZoneGroup {
        addresses: addresses(fields, names.addresses, resources),
        zones: ids(fields, names.zones, resources),
    }
}

/// The ids at all paths.
fn ids(fields: &impl Fields, paths: &[&str], resources: &mut Resources) -> Vec<ResourceId> {
    let listed = stated::lists(fields, paths, resources).into_iter();
    listed.filter(|(id, _)| id.contains('/')).map(|(id, _)| ResourceId::new(&id)).collect()
}

/// The code for what is not told: a plan may tell it once it is applied.
fn unknown(resources: &Resources) -> Code {
    if resources.planned.is_plan { Code::UnknownValue } else { Code::Incomplete }
}
