//! Connected parts whose routers are all alike: each seen from one of its gateways.
//!
//! Where every tunnel that carries anything speaks BGP, no two routers share a number and no two
//! prefixes overlap, a gateway learns everything that is attached anywhere within reach of its
//! sessions, whatever way the tunnels run. What can be said of a prefix then depends on its *position*
//! alone: at the gateway itself, elsewhere within reach, or out of reach, and by what means it is
//! attached there. So the rules run once, over a small inventory that holds one prefix of each position,
//! and their answer is given for every prefix in that position. docs/proofs.md has the proof.

use rustc_hash::{FxHashMap, FxHashSet};

use super::request::{GatewayAnswer, ReachRow, RouteRow, Wanted};
use super::view::{Position, Seen, View, Where};
use crate::class::Class;
use crate::facts::{Asn, Facts, Rows};
use crate::groups::{join, top};
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};

/// A connected component whose routers are alike.
pub(super) struct Alike {
    /// The prefixes of networks, by the texts of the network and of the prefix.
    networks: Vec<(NameId, Prefix, Attachment)>,
    /// Networks and pools, by the text of the prefix; none where no routes are asked for.
    routes: Vec<(Prefix, Attachment)>,
    islands: FxHashMap<NameId, u32>,
    /// The address families of client pools.
    pools: FxHashSet<(NameId, Family)>,
}

/// How a prefix is attached.
#[derive(Clone, Copy)]
enum Attachment {
    /// The VNet of a gateway.
    Own(Member),
    /// A VNet that would use a gateway, and which sides of the peering let it.
    Spoke { hub: Member, there: bool, back: bool },
    /// The client pool of a gateway.
    Pool(Member),
    /// A site, by its place in the list of what it has sessions with.
    Site(u32),
    /// A VNet that uses no gateway.
    Nowhere,
}

/// A gateway and its island: the gateways that BGP sessions join.
#[derive(Clone, Copy)]
struct Member {
    gateway: NameId,
    island: u32,
}

/// What is known of each site: the islands that it has sessions with.
type Sites = Vec<Vec<u32>>;

/// A part together with what its sites reach.
pub(super) struct AlikePart {
    alike: Alike,
    sites: Sites,
}

impl AlikePart {
    /// The connected component with that number, if its routers are alike.
    pub(super) fn of(facts: &Facts, number: usize, inventory: &Inventory, wanted: Wanted) -> Option<Self> {
        // The proof counts every fact that a rule may join, so it has to be read again for each new relation.
        let Rows {
            site,
            address,
            gateway,
            client_pool,
            asn,
            peered,
            gateway_transit,
            bgp,
            // Where any of these has a row, the component is solved plainly.
            partly_peered,
            summarized_prefix,
            static_route,
            custom_route,
            manual_route,
            transit_site,
            subnet,
            // A route table is asked of the subnets that use it, and an appliance of the route tables that lead to it.
            uses_table: _,
            gateway_routes: _,
            user_route: _,
            appliance: _,
            stateful: _,
            // No more than a part of a peering carries is asked by prefix, and of such peerings there are none.
            peered_prefix: _,
            // No clause asks whether a network is a VNet: gateways, addresses and peerings say what it does.
            vnet: _,
            // Which classes of clients are asked about is part of the question.
            client: _,
            os: _,
            // A tunnel matters by its session or by a static route, and of static routes there are none.
            s2s: _,
            // About names, which change no route and no way.
            dns_server: _,
            resolver: _,
            private_zone: _,
            zone_link: _,
            // Asked by runs over private endpoints alone, which are about nothing else.
            private_endpoint: _,
            endpoint_policies: _,
        } = facts.of(number);
        let has_more = !(partly_peered.is_empty()
            && summarized_prefix.is_empty()
            && static_route.is_empty()
            && custom_route.is_empty()
            && manual_route.is_empty()
            && transit_site.is_empty()
            && subnet.is_empty());
        if has_more || !has_distinct_numbers(asn) || !has_disjoint_prefixes(address, client_pool) {
            return None;
        }
        let islands = islands(gateway, bgp)?;
        let (site_places, sites) = sites(site, bgp, &islands);
        let hubs = hubs(gateway_transit, peered, &islands, &site_places)?;
        let member = |gateway: NameId| Some(Member { gateway, island: *islands.get(&gateway)? });
        let attachment = |network: NameId| {
            if let Some(own) = member(network) {
                return Attachment::Own(own);
            }
            if let Some(place) = site_places.get(&network) {
                return Attachment::Site(*place);
            }
            hubs.get(&network).copied().unwrap_or(Attachment::Nowhere)
        };
        let text = |name: NameId| inventory.names.text(name);
        let mut networks: Vec<(NameId, Prefix, Attachment)> =
            address.iter().map(|(network, prefix)| (*network, *prefix, attachment(*network))).collect();
        // Files mostly list networks by name, and few networks have several prefixes.
        networks.sort_by(|(one, a, _), (other, b, _)| {
            text(*one).cmp(text(*other)).then_with(|| a.text_order().cmp(&b.text_order()))
        });
        let pools = client_pool
            .iter()
            .filter_map(|(gateway, prefix)| Some((*prefix, Attachment::Pool(member(*gateway)?))));
        let mut routes: Vec<(Prefix, Attachment)> = Vec::new();
        if wanted != Wanted::Reach {
            routes.extend(networks.iter().map(|(_, prefix, attachment)| (*prefix, *attachment)));
            routes.extend(pools);
            routes.sort_by_cached_key(|(prefix, _)| prefix.text_order());
        }
        let pools = client_pool.iter().map(|(gateway, pool)| (*gateway, pool.family())).collect();
        Some(Self { alike: Alike { networks, routes, islands, pools }, sites })
    }

    /// The rows of a gateway for some classes, or for a client of it.
    pub(super) fn rows(
        &self,
        view: &View,
        gateway: NameId,
        client: Option<u32>,
        classes: &[Class],
        wanted: Wanted,
    ) -> GatewayAnswer {
        let mut answer = GatewayAnswer::default();
        let Some(island) = self.alike.islands.get(&gateway) else { return answer };
        let position =
            |attachment: Attachment| self.position(Member { gateway, island: *island }, attachment);
        let answers = self.answers(gateway);
        for &class in classes {
            let routes = self.alike.routes.iter().filter_map(|(prefix, attachment)| {
                let reasons = view.route(class, position(*attachment))?;
                Some(RouteRow { class, client, prefix: *prefix, reasons })
            });
            answer.routes.extend(routes);
            if wanted == Wanted::Routes {
                continue;
            }
            answer.reach.reserve(classes.len() * self.alike.networks.len());
            let reach = self.alike.networks.iter().filter_map(|(network, prefix, attachment)| {
                let has_answers = answers[prefix.family() as usize];
                let seen = Seen { position: position(*attachment), has_answers };
                let (status, reasons) = view.verdict(class, seen)?;
                Some(ReachRow { class, client, network: *network, destination: *prefix, status, reasons })
            });
            answer.reach.extend(reach);
        }
        answer
    }

    /// The rows of a gateway that differ between this part and another, on both sides; none where the two
    /// do not name the same prefixes of the same networks, so that they have to be compared in full.
    ///
    /// No two prefixes overlap on either side, so what is said of one position bears on no other prefix.
    pub(super) fn differing(
        &self,
        other: &Self,
        view: &View,
        gateway: NameId,
        clients: [Option<u32>; 2],
        classes: &[Class],
    ) -> Option<[GatewayAnswer; 2]> {
        let (networks, others) = (&self.alike.networks, &other.alike.networks);
        let (routes, other_routes) = (&self.alike.routes, &other.alike.routes);
        let named_alike = networks.len() == others.len()
            && networks.iter().zip(others).all(|(one, other)| (one.0, one.1) == (other.0, other.1))
            && routes.len() == other_routes.len()
            && routes.iter().zip(other_routes).all(|(one, other)| one.0 == other.0);
        let islands = [self, other].map(|part| part.alike.islands.get(&gateway));
        let [Some(island), Some(other_island)] = islands else { return None };
        if !named_alike {
            return None;
        }
        let from = [Member { gateway, island: *island }, Member { gateway, island: *other_island }];
        let positions =
            |one: Attachment, two: Attachment| [self.position(from[0], one), other.position(from[1], two)];
        let answers = [self.answers(gateway), other.answers(gateway)];
        let moved_routes: Vec<(Prefix, [Position; 2])> = routes
            .iter()
            .zip(other_routes)
            .map(|(one, two)| (one.0, positions(one.1, two.1)))
            .filter(|(_, positions)| positions[0] != positions[1])
            .collect();
        let moved: Vec<(NameId, Prefix, [Seen; 2])> = networks
            .iter()
            .zip(others)
            .map(|(one, two)| {
                let (positions, family) = (positions(one.2, two.2), one.1.family() as usize);
                let seen =
                    |side: usize| Seen { position: positions[side], has_answers: answers[side][family] };
                (one.0, one.1, [0, 1].map(seen))
            })
            .filter(|(_, _, seen)| seen[0] != seen[1])
            .collect();
        Some([0, 1].map(|side| {
            let client = clients[side];
            let mut answer = GatewayAnswer::default();
            for &class in classes {
                answer.routes.extend(moved_routes.iter().filter_map(|(prefix, positions)| {
                    let reasons = view.route(class, positions[side])?;
                    Some(RouteRow { class, client, prefix: *prefix, reasons })
                }));
                answer.reach.extend(moved.iter().filter_map(|(network, prefix, seen)| {
                    let (status, reasons) = view.verdict(class, seen[side])?;
                    Some(ReachRow { class, client, network: *network, destination: *prefix, status, reasons })
                }));
            }
            answer
        }))
    }

    /// Whether the gateway's clients have addresses of each family.
    fn answers(&self, gateway: NameId) -> [bool; 2] {
        Family::ALL.map(|family| self.alike.pools.contains(&(gateway, family)))
    }

    fn position(&self, from: Member, attachment: Attachment) -> Position {
        let place = |member: Member| {
            if member.gateway == from.gateway {
                Where::Here
            } else if member.island == from.island {
                Where::Elsewhere
            } else {
                Where::Outside
            }
        };
        match attachment {
            Attachment::Own(member) => Position::Own(place(member)),
            Attachment::Spoke { hub, there, back } => Position::Spoke { hub: place(hub), there, back },
            Attachment::Pool(member) => Position::Pool(place(member)),
            Attachment::Site(site) => {
                Position::Site { within_reach: self.sites[site as usize].contains(&from.island) }
            }
            Attachment::Nowhere => Position::Nowhere,
        }
    }
}

fn has_distinct_numbers(asns: &[(NameId, Asn)]) -> bool {
    asns.iter().map(|(_, asn)| *asn).collect::<FxHashSet<_>>().len() == asns.len()
}

/// True where no prefix is a default route or overlaps another, and none is named twice.
fn has_disjoint_prefixes(address: &[(NameId, Prefix)], client_pool: &[(NameId, Prefix)]) -> bool {
    let named = address.iter().chain(client_pool);
    let mut prefixes: Vec<Prefix> = named.map(|(_, prefix)| *prefix).collect();
    prefixes.sort_unstable();
    // Sorted, what holds any other prefix holds its neighbour too.
    prefixes.iter().all(|prefix| !prefix.is_default_route())
        && prefixes.windows(2).all(|pair| !pair[0].covers(pair[1]))
}

/// The island of each gateway; none where two sites have a session with each other.
fn islands(gateway: &[NameId], bgp: &[(NameId, NameId)]) -> Option<FxHashMap<NameId, u32>> {
    let gateways: FxHashMap<NameId, usize> =
        gateway.iter().enumerate().map(|(place, gateway)| (*gateway, place)).collect();
    let mut above: Vec<usize> = (0..gateways.len()).collect();
    for (one, other) in bgp {
        match (gateways.get(one), gateways.get(other)) {
            (Some(one), Some(other)) => join(&mut above, *one, *other),
            (None, None) => return None,
            _ => {}
        }
    }
    let mut island = |place| u32::try_from(top(&mut above, place)).ok();
    gateways.iter().map(|(gateway, place)| Some((*gateway, island(*place)?))).collect()
}

/// The place of each site, and at each place the islands that it has sessions with.
fn sites(
    site: &[NameId],
    bgp: &[(NameId, NameId)],
    islands: &FxHashMap<NameId, u32>,
) -> (FxHashMap<NameId, u32>, Sites) {
    let places: FxHashMap<NameId, u32> = site.iter().copied().zip(0..).collect();
    let mut sites = vec![Vec::new(); places.len()];
    for (one, other) in bgp {
        if let (Some(place), Some(island)) = (places.get(one), islands.get(other)) {
            sites[*place as usize].push(*island);
        }
    }
    (places, sites)
}

/// The hub of each VNet that would use one; none where one would use several, or a router another's.
fn hubs(
    gateway_transit: &[(NameId, NameId)],
    peered: &[(NameId, NameId)],
    islands: &FxHashMap<NameId, u32>,
    sites: &FxHashMap<NameId, u32>,
) -> Option<FxHashMap<NameId, Attachment>> {
    if gateway_transit.is_empty() {
        return Some(FxHashMap::default());
    }
    let peered: FxHashSet<(NameId, NameId)> = peered.iter().copied().collect();
    let mut hubs = FxHashMap::default();
    for &(gateway, spoke) in gateway_transit {
        // A hub without a gateway delivers nothing.
        let Some(island) = islands.get(&gateway) else { continue };
        let hub = Member { gateway, island: *island };
        let (there, back) = (peered.contains(&(gateway, spoke)), peered.contains(&(spoke, gateway)));
        let is_router = islands.contains_key(&spoke) || sites.contains_key(&spoke);
        if is_router || hubs.insert(spoke, Attachment::Spoke { hub, there, back }).is_some() {
            return None;
        }
    }
    Some(hubs)
}
