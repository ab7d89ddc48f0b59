//! Connected parts whose routers are all alike: each seen from one of its gateways.
//!
//! Where every tunnel that carries anything speaks BGP, no two routers share a number and no two
//! prefixes overlap, a gateway learns everything that is attached anywhere within reach of its
//! sessions, whatever way the tunnels run. What can be said of a prefix then depends on its *position*
//! alone: at the gateway itself, elsewhere within reach, or out of reach, and by what means it is
//! attached there. So the rules run once, over a small inventory that holds one prefix of each position,
//! and their answer is given for every prefix in that position. Networks that static routes lead to are run
//! by themselves. docs/proofs.md has the proof.

mod apart;
mod attached;
mod moved;

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

pub(super) use self::apart::Around;
use self::apart::{Apart, Said};
use self::attached::{Attached, Attachment, hubs};
use super::request::{GatewayAnswer, ReachRow, RouteRow, Wanted};
use super::view::{Position, Seen, View, Where};
use crate::class::Class;
use crate::facts::{Asn, Rows};
use crate::groups::{join, top};
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};

/// A connected component whose routers are alike.
pub(super) struct AlikePart {
    /// The prefixes of networks, by the texts of the network and of the prefix.
    networks: Arc<Vec<(NameId, Prefix)>>,
    attached: Arc<Attached>,
    /// The client pools of gateways; none where no routes are asked for.
    pools: Vec<(Prefix, NameId)>,
    /// Networks and then pools by their places, in the order of the prefixes' texts, once routes were asked for.
    routes: OnceLock<Vec<u32>>,
    wanted: Wanted,
    /// The island of each gateway: the gateways that BGP sessions join.
    islands: FxHashMap<NameId, u32>,
    /// What is known of each site: the islands that it has sessions with.
    sites: FxHashMap<NameId, Vec<u32>>,
    /// The address families of client pools.
    families: FxHashSet<(NameId, Family)>,
    /// What static routes lead to, of which positions do not tell enough.
    apart: Option<Apart>,
}

/// A gateway and its island.
#[derive(Clone, Copy)]
struct Member {
    gateway: NameId,
    island: u32,
}

/// A component that is alike, with its facts.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) part: &'a AlikePart,
    pub(super) rows: Rows<'a>,
}

/// The gateways, and the families of their pools, to which packets return from a router. What the proof says of pools is that they are
/// delivered from the gateways of the island and from the sites within its reach.
fn returned(
    router: NameId,
    families: &FxHashSet<(NameId, Family)>,
    islands: &FxHashMap<NameId, u32>,
    sites: &FxHashMap<NameId, Vec<u32>>,
) -> Vec<(NameId, Family)> {
    let leads = |island: &u32| match sites.get(&router) {
        Some(reached) => reached.contains(island),
        None => islands.get(&router) == Some(island),
    };
    families.iter().filter(|(gateway, _)| islands.get(gateway).is_some_and(leads)).copied().collect()
}

/// True where both are the very same rows, as facts share them that were made of one another.
fn is_same<Row>(one: &[Row], other: &[Row]) -> bool {
    std::ptr::eq(one, other)
}

impl AlikePart {
    /// The connected component with these facts, if its routers are alike. What rests on facts that it has in common with one that is
    /// `known` is not worked out again.
    pub(super) fn of(around: &Around<'_>, wanted: Wanted, known: Option<&Known<'_>>) -> Option<Self> {
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
            // Networks that these lead to are run by themselves.
            static_route,
            // Where any of these has a row, the component is solved plainly.
            partly_peered,
            summarized_prefix,
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
            // A tunnel matters by its session or by a static route.
            s2s: _,
            // About names, which change no route and no way.
            dns_server: _,
            resolver: _,
            private_zone: _,
            zone_link: _,
            // Asked by runs over private endpoints alone, which are about nothing else.
            private_endpoint: _,
            endpoint_policies: _,
        } = around.facts.of(around.number);
        let has_more = !(partly_peered.is_empty()
            && summarized_prefix.is_empty()
            && custom_route.is_empty()
            && manual_route.is_empty()
            && transit_site.is_empty()
            && subnet.is_empty());
        if has_more {
            return None;
        }
        let known = known.filter(|known| is_same(known.rows.address, address));
        let has_no_other_pool = known.is_some_and(|known| {
            let mut pools = known.rows.client_pool.iter();
            client_pool.iter().all(|row| pools.any(|pool| pool == row))
        });
        if !has_distinct_numbers(asn) || !(has_no_other_pool || has_disjoint_prefixes(address, client_pool)) {
            return None;
        }
        let islands = islands(gateway, bgp)?;
        let sites = sites(site, bgp, &islands);
        let networks = match known {
            Some(known) => Arc::clone(&known.part.networks),
            None => Arc::new(in_order(address, around.inventory)),
        };
        let unchanged = known.filter(|known| {
            is_same(known.rows.gateway, gateway)
                && is_same(known.rows.site, site)
                && is_same(known.rows.gateway_transit, gateway_transit)
        });
        let attached = unchanged.and_then(|known| known.part.attached_after(known.rows.peered, peered));
        let attached = match attached {
            Some(attached) => attached,
            None => Arc::new(Attached::new(
                &networks,
                &hubs(gateway_transit, peered, &islands, &sites)?,
                &islands,
                &sites,
            )),
        };
        let families: FxHashSet<(NameId, Family)> =
            client_pool.iter().map(|(gateway, pool)| (*gateway, pool.family())).collect();
        let apart = if static_route.is_empty() {
            None
        } else {
            let returns = |router: NameId| returned(router, &families, &islands, &sites);
            let led_to = static_route.iter().map(|row| row.2);
            Some(Apart::new(around, led_to, (&networks, &attached), returns)?)
        };
        let pools = client_pool.iter().filter(|(gateway, _)| islands.contains_key(gateway));
        let pools = pools.map(|(gateway, prefix)| (*prefix, *gateway));
        let pools = if wanted == Wanted::Reach { Vec::new() } else { pools.collect() };
        Some(Self {
            networks,
            attached,
            pools,
            routes: OnceLock::new(),
            wanted,
            islands,
            sites,
            families,
            apart,
        })
    }

    /// How networks are attached where no more changed than which sides of peerings are usable; none where many changed.
    fn attached_after(
        &self,
        before: &[(NameId, NameId)],
        after: &[(NameId, NameId)],
    ) -> Option<Arc<Attached>> {
        /// So many rows are looked up one by one.
        const FEW: usize = 8;
        if is_same(before, after) {
            return Some(Arc::clone(&self.attached));
        }
        let first = before.iter().zip(after).take_while(|(one, other)| one == other).count();
        let (gone, come) = (&before[first..], &after[first..]);
        let last = gone.iter().rev().zip(come.iter().rev()).take_while(|(one, other)| one == other).count();
        let changed = [&gone[..gone.len() - last], &come[..come.len() - last]].concat();
        if changed.len() > FEW {
            return None;
        }
        let mut attached = Attached::clone(&self.attached);
        for (place, (network, _)) in self.networks.iter().enumerate() {
            let Attachment::Spoke { hub, .. } = attached.way(place) else { continue };
            if changed.contains(&(hub, *network)) || changed.contains(&(*network, hub)) {
                let (there, back) = (after.contains(&(hub, *network)), after.contains(&(*network, hub)));
                attached.of[place] = attached.place_of(Attachment::Spoke { hub, there, back });
            }
        }
        Some(Arc::new(attached))
    }

    /// The rows of a gateway for some classes, or for a client of it.
    pub(super) fn rows(
        &self,
        (view, inventory): (&View, &Inventory),
        gateway: NameId,
        client: Option<u32>,
        classes: &[Class],
        wanted: Wanted,
    ) -> GatewayAnswer {
        let mut answer = GatewayAnswer::default();
        let Some(from) = self.member(gateway) else { return answer };
        let ways = &self.attached.ways;
        let positions: Vec<Option<Position>> = ways.iter().map(|way| self.position(from, *way)).collect();
        let answers = self.answers(gateway);
        for &class in classes {
            let apart = self.apart.as_ref().map(|apart| apart.said(inventory, gateway, client, class));
            let said = |place: u32| -> Option<Said> { apart.as_ref()?.get(&place).copied() };
            if self.wanted != Wanted::Reach {
                let of_ways: Vec<_> =
                    positions.iter().map(|position| view.route(class, (*position)?)).collect();
                let routes = self.routes();
                answer.routes.reserve(classes.len() * routes.len());
                answer.routes.extend(routes.iter().filter_map(|place| {
                    let index = *place as usize;
                    let (prefix, reasons) = if let Some((_, prefix)) = self.networks.get(index) {
                        match said(*place) {
                            Some(said) => (*prefix, said.route?),
                            None => (*prefix, of_ways[self.attached.of[index] as usize]?),
                        }
                    } else {
                        let (prefix, of) = self.pools[index - self.networks.len()];
                        (prefix, view.route(class, self.pool_position(from, of)?)?)
                    };
                    Some(RouteRow { class, client, prefix, reasons })
                }));
            }
            if wanted == Wanted::Routes {
                continue;
            }
            let verdict = |position: Option<Position>, has_answers| {
                view.verdict(class, Seen { position: position?, has_answers })
            };
            let of_ways: Vec<_> = positions
                .iter()
                .map(|position| answers.map(|has_answers| verdict(*position, has_answers)))
                .collect();
            answer.reach.reserve(classes.len() * self.networks.len());
            let networks = (0..).zip(self.networks.iter().zip(&self.attached.of));
            let reach = networks.filter_map(|(place, ((network, prefix), way))| {
                let (status, reasons) = match said(place) {
                    Some(said) => said.verdict?,
                    None => of_ways[*way as usize][prefix.family() as usize]?,
                };
                Some(ReachRow { class, client, network: *network, destination: *prefix, status, reasons })
            });
            answer.reach.extend(reach);
        }
        answer
    }

    /// Networks and then pools by their places, in the order of the prefixes' texts.
    fn routes(&self) -> &[u32] {
        self.routes.get_or_init(|| {
            let prefixes = self.networks.iter().map(|row| row.1).chain(self.pools.iter().map(|row| row.0));
            let mut routes: Vec<(u32, Prefix)> = (0..).zip(prefixes).collect();
            routes.sort_by_cached_key(|(_, prefix)| prefix.text_order());
            routes.into_iter().map(|(place, _)| place).collect()
        })
    }

    /// Whether the gateway's clients have addresses of each family.
    fn answers(&self, gateway: NameId) -> [bool; 2] {
        Family::ALL.map(|family| self.families.contains(&(gateway, family)))
    }

    fn member(&self, gateway: NameId) -> Option<Member> {
        Some(Member { gateway, island: *self.islands.get(&gateway)? })
    }

    /// Where a gateway stands, seen from another; none where it is not there.
    fn place(&self, from: Member, gateway: NameId) -> Option<Where> {
        let member = self.member(gateway)?;
        Some(if member.gateway == from.gateway {
            Where::Here
        } else if member.island == from.island {
            Where::Elsewhere
        } else {
            Where::Outside
        })
    }

    /// The position of what is attached so; none where what it is attached at is not there.
    fn position(&self, from: Member, attachment: Attachment) -> Option<Position> {
        Some(match attachment {
            Attachment::Own(gateway) => Position::Own(self.place(from, gateway)?),
            Attachment::Spoke { hub, there, back } => {
                Position::Spoke { hub: self.place(from, hub)?, there, back }
            }
            Attachment::Site(site) => {
                Position::Site { within_reach: self.sites.get(&site)?.contains(&from.island) }
            }
            Attachment::Nowhere => Position::Nowhere,
        })
    }

    fn pool_position(&self, from: Member, gateway: NameId) -> Option<Position> {
        Some(Position::Pool(self.place(from, gateway)?))
    }
}

/// The prefixes of networks, by the texts of the network and of the prefix.
fn in_order(address: &[(NameId, Prefix)], inventory: &Inventory) -> Vec<(NameId, Prefix)> {
    let text = |name: NameId| inventory.names.text(name);
    let mut networks = address.to_vec();
    // Files mostly list networks by name, and few networks have several prefixes.
    networks.sort_by(|(one, a), (other, b)| {
        text(*one).cmp(text(*other)).then_with(|| a.text_order().cmp(&b.text_order()))
    });
    networks
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

/// The islands that each site has sessions with.
fn sites(
    site: &[NameId],
    bgp: &[(NameId, NameId)],
    islands: &FxHashMap<NameId, u32>,
) -> FxHashMap<NameId, Vec<u32>> {
    let mut sites: FxHashMap<NameId, Vec<u32>> = site.iter().map(|site| (*site, Vec::new())).collect();
    for (one, other) in bgp {
        if let (Some(of_site), Some(island)) = (sites.get_mut(one), islands.get(other)) {
            of_site.push(*island);
        }
    }
    sites
}
