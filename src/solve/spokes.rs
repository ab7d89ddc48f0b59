//! Spokes that are alike, where route tables steer packets: VNets that nothing but names and addresses tells apart, so that one
//! of them can be solved for all.
//!
//! Two are alike where the facts stay the same with the two in each other's place. docs/proofs.md has the proof.

use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use super::part::Component;
use crate::facts::Rows;
use crate::facts::ids::PrefixId;
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::{Family, Prefix};

/// The spokes of a component, each class by its first.
#[derive(Default)]
pub(super) struct Spokes {
    /// The prefixes of the first of a class, each with its place among `others`.
    firsts: FxHashMap<PrefixId, usize>,
    /// Those in the place of such a prefix in the other spokes of the class, and whose they are.
    others: Vec<Vec<(PrefixId, NameId)>>,
    /// These spokes, and by number whether a prefix is one of theirs.
    vnets: FxHashSet<NameId>,
    left_out: Vec<bool>,
}

/// What tells classes apart.
#[derive(PartialEq, Eq, Hash)]
struct Means<'known> {
    peers: Peers<'known>,
    places: Vec<Place>,
    tables: Vec<Table>,
}

/// Whom a VNet has peerings with, in order: rows that begin with the VNet, which makes no difference.
struct Peers<'known>(&'known [(NameId, Peer, NameId)]);

/// What a network that a VNet has a peering with is to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Peer {
    Out,
    Back,
    Hub,
    Spoke,
}

impl Peers<'_> {
    fn others(&self) -> impl Iterator<Item = (Peer, NameId)> {
        self.0.iter().map(|row| (row.1, row.2))
    }
}

impl PartialEq for Peers<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.others().eq(other.others())
    }
}

impl Eq for Peers<'_> {}

impl Hash for Peers<'_> {
    fn hash<State: Hasher>(&self, state: &mut State) {
        self.0.len().hash(state);
        self.others().for_each(|other| other.hash(state));
    }
}

/// A prefix inside the VNet's address space, and all that names it.
#[derive(PartialEq, Eq, Hash)]
struct Place {
    family: Family,
    parent: Option<Named>,
    has_part: bool,
    is_address: bool,
    subnet: Option<OfSubnet>,
    routed: Vec<(NameId, NameId)>,
    handed_out: Vec<NameId>,
    summarized: Vec<NameId>,
    /// The user routes for it in tables that others use too.
    steered: Vec<(LabelId, Hop)>,
}

/// A subnet and the table that it uses.
#[derive(PartialEq, Eq, Hash)]
struct OfSubnet {
    is_reserved: bool,
    table: Option<UsedTable>,
}

#[derive(PartialEq, Eq, Hash)]
enum UsedTable {
    /// One of those that no other VNet uses, by its place among them.
    Own(usize),
    Shared(LabelId),
}

/// A table that no other VNet uses.
#[derive(PartialEq, Eq, Hash)]
struct Table {
    lets_in: bool,
    routes: Vec<(Named, Hop)>,
}

/// A prefix as one of the VNet's own, by its place among them, or as any other.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Named {
    Own(usize),
    Other(PrefixId),
}

impl Spokes {
    /// The classes of `part`.
    pub(super) fn of(part: &Component<'_>) -> Self {
        let known = Known::new(part);
        let mut spokes = Self { left_out: vec![false; part.table.len()], ..Self::default() };
        let mut classes: FxHashMap<Means<'_>, Class> = FxHashMap::default();
        for of_vnet in known.spaces().chunk_by(|one, other| one.0 == other.0) {
            let vnet = of_vnet[0].0;
            let own = own_prefixes(part, of_vnet);
            let Some(means) = known.means(vnet, &own) else { continue };
            let class = match classes.entry(means) {
                Entry::Vacant(entry) => {
                    entry.insert(Class { own, others: None });
                    continue;
                }
                Entry::Occupied(entry) => entry.into_mut(),
            };
            let others = *class.others.get_or_insert_with(|| spokes.room_for(&class.own));
            // Of two that mean the same, the prefixes are as many.
            for (place, id) in (others..).zip(&own) {
                spokes.others[place].push((*id, vnet));
                spokes.left_out[id.index()] = true;
            }
            spokes.vnets.insert(vnet);
        }
        spokes
    }

    /// The first place of those in which the others of a class put their prefixes, by the side of its first's `own`.
    fn room_for(&mut self, own: &[PrefixId]) -> usize {
        let room = self.others.len();
        self.firsts.extend(own.iter().copied().zip(room..));
        self.others.resize_with(room + own.len(), Vec::new);
        room
    }

    /// True for a network that no other stands for.
    pub(super) fn is_solved_at(&self, network: NameId) -> bool {
        !self.vnets.contains(&network)
    }

    /// True for a prefix of a VNet that no other stands for.
    pub(super) fn is_solved(&self, id: PrefixId) -> bool {
        !self.left_out.get(id.index()).is_some_and(|is_left_out| *is_left_out)
    }

    /// The prefixes that `first` stands for, with their VNets.
    pub(super) fn like(&self, first: PrefixId) -> &[(PrefixId, NameId)] {
        self.firsts.get(&first).map_or(&[], |place| &self.others[*place])
    }
}

/// The prefixes of the first spoke of a class, and where those in their places in the others stand, once there are others.
struct Class {
    own: Vec<PrefixId>,
    others: Option<usize>,
}

/// Every prefix inside those of a VNet, which are in order, each once and in order.
fn own_prefixes(part: &Component<'_>, spaces: &[(NameId, PrefixId)]) -> Vec<PrefixId> {
    let mut own: Vec<PrefixId> = Vec::new();
    for (_, space) in spaces {
        if own.last().is_none_or(|last| last < space) {
            own.extend((space.0..part.table.end(*space).0).map(PrefixId));
        }
    }
    own
}

/// What is asked of a component for each of its VNets.
struct Known<'part> {
    part: &'part Component<'part>,
    /// Those that are like no other, whatever is said of them.
    singular: FxHashSet<NameId>,
    /// By VNet, in order, as are subnets with their tables.
    peers: Vec<(NameId, Peer, NameId)>,
    subnet_counts: FxHashMap<NameId, usize>,
    used: Vec<(NameId, LabelId, LabelId)>,
    /// The VNet that alone uses a table; none where several do.
    owners: FxHashMap<LabelId, Option<NameId>>,
    lets_in: FxHashSet<LabelId>,
    /// By prefix and by table, each in order.
    routes: Vec<(PrefixId, LabelId, Hop)>,
    of_tables: Vec<(LabelId, PrefixId, Hop)>,
}

impl<'part> Known<'part> {
    fn new(part: &'part Component<'part>) -> Self {
        // The proof counts every fact that tells one VNet from another, so it has to be read again for each new relation.
        let Rows {
            asn,
            peered,
            gateway_transit,
            partly_peered,
            subnet,
            uses_table,
            gateway_routes,
            user_route,
            appliance,
            // Compared prefix by prefix, in `means`.
            address: _,
            client_pool: _,
            custom_route: _,
            summarized_prefix: _,
            static_route: _,
            peered_prefix: _,
            // About routers, which are like no other.
            gateway: _,
            site: _,
            transit_site: _,
            s2s: _,
            bgp: _,
            // About appliances, and what has one is like no other.
            stateful: _,
            // No clause asks these.
            vnet: _,
            os: _,
            client: _,
            manual_route: _,
            // About names, which change no route and no way.
            dns_server: _,
            resolver: _,
            private_zone: _,
            zone_link: _,
            // Asked by runs over private endpoints alone, which are about nothing else.
            private_endpoint: _,
            endpoint_policies: _,
        } = part.facts.of(part.number);
        let mut singular: FxHashSet<NameId> = asn.iter().map(|row| row.0).collect();
        singular.extend(partly_peered.iter().flat_map(|(one, other)| [*one, *other]));
        singular.extend(appliance.iter().map(|row| row.1));
        singular.extend(holders(part, user_route));
        let of_sides =
            peered.iter().flat_map(|(one, other)| [(*one, Peer::Out, *other), (*other, Peer::Back, *one)]);
        let of_transit = gateway_transit
            .iter()
            .flat_map(|(hub, spoke)| [(*hub, Peer::Spoke, *spoke), (*spoke, Peer::Hub, *hub)]);
        let mut peers: Vec<(NameId, Peer, NameId)> = of_sides.chain(of_transit).collect();
        peers.sort_unstable();
        let mut owners: FxHashMap<LabelId, Option<NameId>> = FxHashMap::default();
        for (vnet, _, table) in uses_table {
            let owner = owners.entry(*table).or_insert(Some(*vnet));
            *owner = owner.filter(|known| known == vnet);
        }
        let mut subnet_counts: FxHashMap<NameId, usize> = FxHashMap::default();
        for (vnet, _, _) in subnet {
            *subnet_counts.entry(*vnet).or_default() += 1;
        }
        let mut used = uses_table.to_vec();
        used.sort_unstable();
        let placed = user_route.iter().filter_map(|row| Some((row.0, part.table.id(row.1)?, row.2)));
        let mut of_tables: Vec<(LabelId, PrefixId, Hop)> = placed.collect();
        of_tables.sort_unstable();
        let mut routes: Vec<(PrefixId, LabelId, Hop)> =
            of_tables.iter().map(|(table, id, hop)| (*id, *table, *hop)).collect();
        routes.sort_unstable();
        Self {
            part,
            singular,
            peers,
            subnet_counts,
            used,
            owners,
            lets_in: gateway_routes.iter().copied().collect(),
            routes,
            of_tables,
        }
    }

    /// The prefixes of VNets that may be like others, by the VNet and in order.
    fn spaces(&self) -> Vec<(NameId, PrefixId)> {
        let all = self.part.address.all().iter().map(|(id, network)| (*network, *id));
        let mut spaces: Vec<(NameId, PrefixId)> =
            all.filter(|(network, _)| !self.singular.contains(network)).collect();
        spaces.sort_unstable();
        spaces
    }

    /// All that is said of a VNet; none where it is like no other.
    fn means(&self, vnet: NameId, own: &[PrefixId]) -> Option<Means<'_>> {
        let mut tables: Vec<LabelId> = Vec::new();
        let mut subnets = 0;
        let mut places = Vec::with_capacity(own.len());
        for id in own {
            let place = self.place(vnet, *id, own, &mut tables)?;
            subnets += usize::from(place.subnet.is_some());
            places.push(place);
        }
        // A subnet outside of the VNet's prefixes would be said of some other network's.
        if subnets != self.subnet_counts.get(&vnet).copied().unwrap_or_default() {
            return None;
        }
        let tables = tables.into_iter().map(|table| self.table(table, own)).collect();
        let first = self.peers.partition_point(|row| row.0 < vnet);
        let length = self.peers[first..].iter().take_while(|row| row.0 == vnet).count();
        Some(Means { peers: Peers(&self.peers[first..first + length]), places, tables })
    }

    /// All that is said of a prefix of a VNet; none where another network, a client pool or a part of a peering has to do with
    /// it. The tables that only the VNet uses are numbered in `tables`.
    fn place(
        &self,
        vnet: NameId,
        id: PrefixId,
        own: &[PrefixId],
        tables: &mut Vec<LabelId>,
    ) -> Option<Place> {
        let part = self.part;
        let spaces = part.address.of(id);
        let first = part.subnets.partition_point(|row| row.0 < id);
        let subnets = || part.subnets[first..].iter().take_while(|row| row.0 == id);
        let is_own = spaces.iter().all(|row| row.1 == vnet) && subnets().all(|row| row.1 == vnet);
        let is_free = part.client_pool.of(id).is_empty() && part.peered_prefix.of(id).is_empty();
        if !is_own || !is_free || subnets().count() > 1 || part.table.prefix(id).is_default_route() {
            return None;
        }
        let is_only_its = |table: LabelId| self.owners.get(&table) == Some(&Some(vnet));
        let subnet = subnets().next().map(|(_, _, subnet)| {
            let next = self.used.partition_point(|row| (row.0, row.1) <= (vnet, *subnet));
            let used = self.used[..next].last().filter(|row| (row.0, row.1) == (vnet, *subnet));
            let table = used.map(|row| row.2).map(|table| {
                if !is_only_its(table) {
                    return UsedTable::Shared(table);
                }
                let known = tables.iter().position(|known| *known == table);
                UsedTable::Own(known.unwrap_or_else(|| {
                    tables.push(table);
                    tables.len() - 1
                }))
            });
            OfSubnet { is_reserved: subnet.is_reserved(), table }
        });
        let first = self.routes.partition_point(|row| row.0 < id);
        let routes = self.routes[first..].iter().take_while(|row| row.0 == id);
        Some(Place {
            family: part.table.prefix(id).family(),
            parent: part.table.parent(id).map(|parent| named(parent, own)),
            has_part: part.table.has_part(id),
            is_address: !spaces.is_empty(),
            subnet,
            routed: part.static_route.of(id).iter().map(|row| row.1).collect(),
            handed_out: part.custom_route.of(id).iter().map(|row| row.1).collect(),
            summarized: part.summarized_prefix.of(id).iter().map(|row| row.1).collect(),
            steered: routes.filter(|row| !is_only_its(row.1)).map(|row| (row.1, row.2)).collect(),
        })
    }

    fn table(&self, table: LabelId, own: &[PrefixId]) -> Table {
        let first = self.of_tables.partition_point(|row| row.0 < table);
        let routes = self.of_tables[first..].iter().take_while(|row| row.0 == table);
        let mut routes: Vec<(Named, Hop)> = routes.map(|row| (named(row.1, own), row.2)).collect();
        routes.sort_unstable();
        Table { lets_in: self.lets_in.contains(&table), routes }
    }
}

fn named(id: PrefixId, own: &[PrefixId]) -> Named {
    own.binary_search(&id).map_or(Named::Other(id), Named::Own)
}

/// The networks that hold an address which a user route names as an appliance's.
fn holders(part: &Component<'_>, user_route: &[(LabelId, Prefix, Hop)]) -> FxHashSet<NameId> {
    let hops = user_route.iter().filter_map(|(_, _, hop)| match hop {
        Hop::Appliance(address) => Some(*address),
        _ => None,
    });
    let addresses: FxHashSet<IpAddr> = hops.collect();
    addresses.into_iter().flat_map(|address| part.holding(address)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;

    /// A hub whose firewall stands between clients and spokes of two subnets each.
    const FILES: [(&str, &str); 8] = [
        ("vnets.csv", "name,address_space\nhub,10.0.0.0/16\na,10.1.0.0/16\nb,10.2.0.0/16\nc,10.3.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,custom_routes\nhub,172.16.0.0/24,\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nhub,a,true,false\na,hub,false,true\n\
             hub,b,true,false\nb,hub,false,true\nhub,c,true,false\nc,hub,false,true\n",
        ),
        (
            "subnets.csv",
            "vnet,name,address_space,route_table\nhub,GatewaySubnet,10.0.0.0/27,to\n\
             a,App,10.1.1.0/24,from-a\na,Data,10.1.2.0/24,shared\nb,App,10.2.1.0/24,from-b\n\
             b,Data,10.2.2.0/24,shared\nc,App,10.3.1.0/24,from-c\nc,Data,10.3.2.0/24,shared\n",
        ),
        (
            "route_tables.csv",
            "name,gateway_routes\nto,true\nfrom-a,false\nfrom-b,false\nfrom-c,false\nshared,false\n",
        ),
        (
            "routes.csv",
            "route_table,prefix,next_hop,next_hop_address\nto,10.1.0.0/16,VirtualAppliance,10.0.1.4\n\
             to,10.2.0.0/16,VirtualAppliance,10.0.1.4\nto,10.3.0.0/16,VirtualAppliance,10.0.1.4\n\
             from-a,0.0.0.0/0,VirtualAppliance,10.0.1.4\nfrom-a,10.1.1.0/24,VnetLocal,\n\
             from-b,0.0.0.0/0,VirtualAppliance,10.0.1.4\nfrom-b,10.2.1.0/24,VnetLocal,\n\
             from-c,0.0.0.0/0,VirtualAppliance,10.0.1.4\nfrom-c,10.3.1.0/24,VnetLocal,\n\
             shared,0.0.0.0/0,VirtualAppliance,10.0.1.4\n",
        ),
        ("appliances.csv", "name,vnet,address\nfirewall,hub,10.0.1.4\n"),
        ("sites.csv", "name,address_space\nsite,10.200.0.0/16\n"),
    ];

    /// For whom another spoke is solved, where in one of the files one text stands for another.
    fn left_out(file: &str, from: &str, to: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in FILES {
            let text = if name == file { text.replace(from, to) } else { text.to_owned() };
            assert!(name != file || from == to || text != *FILES.iter().find(|row| row.0 == name).unwrap().1);
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let inventory = crate::import::load::load(folder.path()).unwrap().inventory;
        let facts = Facts::lower(&inventory);
        let part = Component::new(&facts, facts.component_of(inventory.names.get("hub").unwrap()));
        let spokes = Spokes::of(&part);
        let of = |network: &NameId| inventory.names.text(*network).to_owned();
        let is_left_out = |row: &&(PrefixId, NameId)| !spokes.is_solved(row.0);
        part.address.all().iter().filter(is_left_out).map(|row| of(&row.1)).collect()
    }

    #[test]
    fn spokes_of_a_firewall_are_alike_until_something_tells_one_of_them_apart() {
        assert_eq!(left_out("vnets.csv", "", ""), ["b", "c"]);
        for (file, from, to) in [
            // Its peering, an appliance in it, what a route in a table of others says of it, its own table, its subnets, its
            // prefixes, and what gateways hand out.
            ("peerings.csv", "b,hub,false,true\n", ""),
            ("peerings.csv", "b,hub,false,true\n", "b,hub,false,false\n"),
            ("appliances.csv", "10.0.1.4\n", "10.0.1.4\nother,b,10.2.9.9\n"),
            (
                "routes.csv",
                "to,10.2.0.0/16,VirtualAppliance,10.0.1.4",
                "to,10.2.0.0/16,VirtualAppliance,10.2.9.9",
            ),
            ("routes.csv", "to,10.2.0.0/16,VirtualAppliance,10.0.1.4", "to,10.2.0.0/16,None,"),
            ("routes.csv", "to,10.2.0.0/16", "to,10.2.1.0/24"),
            ("routes.csv", "from-b,0.0.0.0/0", "from-b,192.168.0.0/16"),
            ("routes.csv", "from-b,10.2.1.0/24", "from-b,10.2.2.0/24"),
            ("routes.csv", "from-b,10.2.1.0/24,VnetLocal", "from-b,10.2.1.0/24,None"),
            ("route_tables.csv", "from-b,false", "from-b,true"),
            ("subnets.csv", "10.2.2.0/24,shared", "10.2.2.0/24,from-b"),
            ("subnets.csv", "10.2.2.0/24,shared", "10.2.2.0/24,"),
            ("subnets.csv", "b,Data", "b,AzureBastionSubnet"),
            ("vnets.csv", "10.2.0.0/16", "10.2.0.0/16 fd00::/48"),
            ("vnets.csv", "hub,10.0.0.0/16", "hub,10.0.0.0/16 10.2.9.0/24"),
            ("gateways.csv", "172.16.0.0/24,", "172.16.0.0/24,10.2.0.0/16"),
            ("gateways.csv", "172.16.0.0/24,", "172.16.0.0/24 10.2.9.0/24,"),
        ] {
            let found = left_out(file, from, to);
            assert!(
                !found.contains(&"b".to_owned()) && found.contains(&"c".to_owned()),
                "{file} {to}: {found:?}"
            );
        }
    }
}
