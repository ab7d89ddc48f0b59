//! Destinations that are alike: prefixes to which packets go the same ways, so that one of them can be solved for all.
//!
//! Two prefixes are alike where nothing but their addresses tells them apart: the same prefixes cover
//! them and they cover none, each is a prefix of one network, the same routers deliver these two networks
//! by the same means, and the same ends of tunnels and gateways route and hand out both.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::part::Component;
use crate::facts::Rows;
use crate::facts::ids::PrefixId;
use crate::names::NameId;
use crate::prefix::Family;

/// The prefixes of a connected component, each class of prefixes that are alike by its first.
pub(crate) struct Destinations {
    /// The prefixes to solve, in order: the first of each class, and whatever is like no other.
    pub(super) first: Vec<PrefixId>,
    /// The others of a class with their networks, by its first.
    others: FxHashMap<PrefixId, Vec<(PrefixId, NameId)>>,
    /// The networks that the others belong to, by that of the first: the same routers deliver them.
    networks: FxHashMap<NameId, BTreeSet<NameId>>,
}

/// What tells classes apart.
#[derive(PartialEq, Eq, Hash)]
struct Means {
    family: Family,
    parent: Option<PrefixId>,
    attached: Attached,
    routed: Vec<(NameId, NameId)>,
    handed_out: Vec<NameId>,
    summarized: Vec<NameId>,
}

/// The routers that deliver a network.
#[derive(PartialEq, Eq, Hash)]
enum Attached {
    /// Itself.
    Own(NameId),
    /// The hubs that it uses.
    Hubs(Vec<NameId>),
}

impl Destinations {
    /// The classes of `part`.
    pub(super) fn of(part: &Component<'_>) -> Self {
        // The proof counts every fact that tells one prefix or network from another, so it has to be read again
        // for each new relation.
        let Rows {
            asn,
            peered,
            gateway_transit,
            partly_peered,
            // Compared prefix by prefix, below.
            address: _,
            client_pool: _,
            custom_route: _,
            summarized_prefix: _,
            static_route: _,
            // Asked of networks that are like no other.
            peered_prefix: _,
            // About routers, and so the same whatever a packet is for.
            gateway: _,
            site: _,
            transit_site: _,
            s2s: _,
            bgp: _,
            // No clause asks these.
            vnet: _,
            os: _,
            client: _,
            manual_route: _,
            // Where there are subnets, `steered` runs the rules, and `spokes` says what is alike.
            subnet: _,
            uses_table: _,
            gateway_routes: _,
            user_route: _,
            appliance: _,
            stateful: _,
            // About names, which change no route and no way.
            dns_server: _,
            resolver: _,
            private_zone: _,
            zone_link: _,
            // Asked by runs over private endpoints alone, which are about nothing else.
            private_endpoint: _,
            endpoint_policies: _,
        } = part.facts.of(part.number);
        let routers: FxHashSet<NameId> = asn.iter().map(|row| row.0).collect();
        let hubs = hubs(peered, gateway_transit);
        let in_part: FxHashSet<NameId> = partly_peered.iter().map(|row| row.1).collect();
        let mut classes: FxHashMap<Means, (PrefixId, NameId)> = FxHashMap::default();
        let mut first = Vec::new();
        let mut others: FxHashMap<PrefixId, Vec<(PrefixId, NameId)>> = FxHashMap::default();
        let mut networks: FxHashMap<NameId, BTreeSet<NameId>> = FxHashMap::default();
        for id in (0..).map(PrefixId).take(part.table.len()) {
            // Of a network that some hub carries in part, each prefix may be delivered by other routers.
            let Some(network) = network(part, id).filter(|network| !in_part.contains(network)) else {
                first.push(id);
                continue;
            };
            let attached = if routers.contains(&network) {
                Attached::Own(network)
            } else {
                Attached::Hubs(hubs.get(&network).cloned().unwrap_or_default())
            };
            let means = Means {
                family: part.table.prefix(id).family(),
                parent: part.table.parent(id),
                attached,
                routed: part.static_route.of(id).iter().map(|row| row.1).collect(),
                handed_out: part.custom_route.of(id).iter().map(|row| row.1).collect(),
                summarized: part.summarized_prefix.of(id).iter().map(|row| row.1).collect(),
            };
            let (class, first_network) = *classes.entry(means).or_insert((id, network));
            if class == id {
                first.push(id);
            } else {
                others.entry(class).or_default().push((id, network));
                networks.entry(first_network).or_default().insert(network);
            }
        }
        Self { first, others, networks }
    }

    /// The prefixes that are like `first`, with their networks.
    pub(crate) fn like(&self, first: PrefixId) -> &[(PrefixId, NameId)] {
        self.others.get(&first).map_or(&[], Vec::as_slice)
    }

    /// The networks that are delivered by the same routers as `first`, which stands for some of their prefixes.
    pub(crate) fn delivered_like(&self, first: NameId) -> impl Iterator<Item = NameId> {
        self.networks.get(&first).into_iter().flatten().copied()
    }
}

/// The network of a prefix that may be like others: one that covers no other prefix, and is of that network
/// alone and of no client pool.
fn network(part: &Component<'_>, id: PrefixId) -> Option<NameId> {
    let [(_, network)] = *part.address.of(id) else { return None };
    let is_innermost = part.table.end(id).0 == id.0 + 1;
    // A default route is no destination where a site announces it, and is refused by nobody.
    let is_default = part.table.prefix(id).is_default_route();
    (is_innermost && !is_default && part.client_pool.of(id).is_empty()).then_some(network)
}

/// The routers that may attach each network: itself, and the hubs whose gateway it may use. The
/// rules decide; this only spares a run the routers that cannot matter to it.
pub(super) fn attaching(part: &Component<'_>) -> FxHashMap<NameId, Vec<NameId>> {
    // Whatever makes a router deliver a network has to be counted here.
    let Rows {
        asn,
        gateway_transit,
        // Each only narrows down which hubs and routers do.
        peered: _,
        gateway: _,
        site: _,
        address: _,
        partly_peered: _,
        peered_prefix: _,
        // No network is attached by these.
        vnet: _,
        client_pool: _,
        custom_route: _,
        summarized_prefix: _,
        s2s: _,
        bgp: _,
        static_route: _,
        transit_site: _,
        os: _,
        client: _,
        manual_route: _,
        subnet: _,
        uses_table: _,
        gateway_routes: _,
        user_route: _,
        appliance: _,
        stateful: _,
        // About names, which change no route and no way.
        dns_server: _,
        resolver: _,
        private_zone: _,
        zone_link: _,
        // Asked by runs over private endpoints alone, which are about nothing else.
        private_endpoint: _,
        endpoint_policies: _,
    } = part.facts.of(part.number);
    let mut attaching: FxHashMap<NameId, Vec<NameId>> = FxHashMap::default();
    for (router, _) in asn {
        attaching.entry(*router).or_default().push(*router);
    }
    for (hub, spoke) in gateway_transit {
        attaching.entry(*spoke).or_default().push(*hub);
    }
    attaching
}

/// The hubs that deliver each VNet, sorted, as the rule `transit-spoke` says; those without a gateway too, which deliver nothing.
fn hubs(peered: &[(NameId, NameId)], gateway_transit: &[(NameId, NameId)]) -> FxHashMap<NameId, Vec<NameId>> {
    let peered: FxHashSet<(NameId, NameId)> = peered.iter().copied().collect();
    let mut hubs: FxHashMap<NameId, Vec<NameId>> = FxHashMap::default();
    for &(hub, spoke) in gateway_transit {
        if peered.contains(&(hub, spoke)) && peered.contains(&(spoke, hub)) {
            hubs.entry(spoke).or_default().push(hub);
        }
    }
    for hubs in hubs.values_mut() {
        hubs.sort_unstable();
        hubs.dedup();
    }
    hubs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::inventory::Inventory;

    /// The classes of more than one prefix, each as its prefixes.
    fn classes(inventory: &Inventory) -> Vec<Vec<String>> {
        let facts = Facts::lower(inventory);
        let part = Component::new(&facts, 0);
        let destinations = Destinations::of(&part);
        let text = |id: PrefixId| part.table.prefix(id).to_string();
        let class = |first: &PrefixId| {
            let others = destinations.like(*first).iter().map(|(id, _)| text(*id));
            std::iter::once(text(*first)).chain(others).collect::<Vec<String>>()
        };
        destinations.first.iter().map(class).filter(|class| class.len() > 1).collect()
    }

    #[test]
    fn spokes_of_a_hub_are_alike_until_something_names_one_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "vnets.csv",
            "name,address_space\nhub,10.0.0.0/16\na,10.1.0.0/16 10.2.0.0/16\nb,10.3.0.0/16\nc,10.4.0.0/16\n\
             far,10.5.0.0/16\nwide,10.6.0.0/15 10.6.1.0/24\n",
        );
        write("gateways.csv", "vnet,client_pool,custom_routes\nhub,172.16.0.0/24,\n");
        write("sites.csv", "name,address_space\nsite,10.200.0.0/16\n");
        write("s2s.csv", "from,to,bgp,from_static\nhub,site,false,10.200.0.0/16 10.8.0.0/16 10.9.0.0/16\n");
        let sides = |spokes: &[&str]| {
            let rows = spokes.iter().map(|spoke| format!("hub,{spoke},true,false\n{spoke},hub,false,true\n"));
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n".to_owned()
                + &rows.collect::<String>()
        };
        write("peerings.csv", &(sides(&["a", "b", "c", "wide"]) + "b,far,false,false\nfar,b,false,false\n"));
        let read = || crate::import::load::load(folder.path()).unwrap().inventory;
        // `far` is delivered by nobody, the site by itself, and of the prefixes of `wide` one lies in the other.
        assert_eq!(classes(&read()), [["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"]]);
        write("gateways.csv", "vnet,client_pool,custom_routes\nhub,172.16.0.0/24,10.3.0.0/16 10.4.0.0/24\n");
        assert_eq!(classes(&read()), [["10.1.0.0/16", "10.2.0.0/16"]]);
        write("gateways.csv", "vnet,client_pool,summarized_prefixes\nhub,172.16.0.0/24,10.3.0.0/16\n");
        assert_eq!(classes(&read()), [["10.1.0.0/16", "10.2.0.0/16", "10.4.0.0/16"]]);
        write("peerings.csv", &sides(&["a", "b"]));
        write(
            "vnets.csv",
            "name,address_space\nhub,10.0.0.0/16\na,10.1.0.0/16 fd00:1::/48\nb,10.2.0.0/16 fd00:2::/48\n",
        );
        assert_eq!(classes(&read()), [["10.1.0.0/16", "10.2.0.0/16"], ["fd00:1::/48", "fd00:2::/48"]]);
    }
}
