//! Why a client reaches a destination, or why not: the shortest proofs, and what is missing.
//!
//! The rules run with a witness of every step, over no more than the destination and the client
//! pool; where subnets are listed, over the whole connected part. Nothing is decided here: proofs and
//! certificates are read off what the rules derived, and [`crate::proof::Checker`] verifies them without either.
//!
//! ```
//! use tunnelog::answer::Analysis;
//! use tunnelog::explain::{Origin, Question};
//! use tunnelog::import::load::load;
//! use tunnelog::select::Target;
//!
//! let inventory = load("facts/s2s-chain").unwrap().inventory;
//! let from = Origin::gateway(&inventory, "VNet1").unwrap();
//! let to = Target::network(&inventory, "VNet2").unwrap();
//! let explanations = Analysis::new(&inventory).explain(&Question::new(from, &to)).unwrap();
//! let evidence = explanations[0].shown();
//! assert!(evidence.there_holds() && !evidence.back_holds());
//! ```

mod dropped;
mod evidence;
mod explained;
mod explanation;
mod graph;
mod internet;
mod missing;
pub mod names;
mod passages;
mod places;
mod pools;
mod premises;
pub mod rulebook;
mod search;
mod steered;
pub mod support;
mod words;

use rustc_hash::FxHashMap;

use self::evidence::Asked;
pub use self::explanation::{
    APPLIANCE_PERMITS, Asymmetry, Explanation, Hop, Lost, Missing, Origin, Passage, Passages, Question, Told,
    Waypoint,
};
use self::graph::Graph;
use self::places::Places;
pub use self::places::Stated;
use self::steered::Steering;
pub use self::words::{Words, clients, entry_text, listed};
use crate::answer::{Analysis, Block, By, Request};
use crate::class::{Class, Profile};
use crate::facts::ids;
use crate::facts::ids::PrefixId;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::proof::{Branch, Evidence, Ways};
use crate::select::Target;
use crate::solve::{Component, solve_for};

/// A network prefix with more parts is explained only where it was asked about.
const MOST_PARTS: usize = 64;

/// The parts of network prefixes, of the Internet or of address pools that a question is about.
type Wanted = Vec<(ids::Target, Vec<PrefixId>)>;

impl Analysis<'_> {
    /// How many ways a route has from one BGP session to another, at all routers of the gateway's connected component together, and as
    /// many as there are pairs of listed subnets, as route tables are looked at together. The time that an explanation takes grows with it.
    #[must_use]
    pub fn relaying_steps(&self, gateway: NameId) -> usize {
        let facts = self.facts();
        let mut sessions: FxHashMap<NameId, usize> = FxHashMap::default();
        for (router, _) in facts.bgp.of(facts.component_of(gateway)) {
            *sessions.entry(*router).or_default() += 1;
        }
        let subnets = facts.subnet.of(facts.component_of(gateway)).len();
        sessions.values().map(|count| count * count).sum::<usize>() + subnets * subnets
    }

    /// Explains every destination of the question, by network and prefix. There is none where no network
    /// of the gateway's connected component holds what was asked for, and no answer where the gateway
    /// serves no such clients.
    #[must_use]
    pub fn explain(&self, question: &Question<'_>) -> Option<Vec<Explanation>> {
        if let (Profile::Article, Target::Network(name, space)) = (question.profile, question.to)
            && let Some(address) = space.first().filter(|_| name.is_endpoint())
        {
            // The article knows no private endpoints: what is said of the VNet there is said of their addresses.
            let to = Target::Address(address.net().addr());
            return self.explain(&Question { to: &to, ..question.clone() });
        }
        let block = self.block(question)?;
        let places = Places::new(self);
        let number = self.facts().component_of(block.gateway);
        let part = Component::new(self.facts(), number);
        let mut wanted = self.wanted(&part, question.to);
        // What route tables do to packets for clients of another gateway is not known.
        if !self.is_steered(block.gateway) {
            wanted.extend(pools::wanted(&part, block.gateway, question.to, &self.inventory().names));
        }
        let mut explanations = Vec::new();
        if question.profile == Profile::Observed && !self.facts().private_endpoint.of(number).is_empty() {
            let part = Component::of_endpoints(self.facts(), number);
            let endpoints = self.endpoints_wanted(&part, question.to);
            explanations = self.explain_in(&part, &endpoints, question, &block, &places);
            if let Target::Address(address) = question.to {
                // What is said of the VNet is not said of the endpoint's address.
                let own = part.endpoints.all().iter();
                let own = own.filter(|row| part.table.prefix(row.0) == Prefix::from(*address));
                let vnets: Vec<ids::Target> = own.map(|row| ids::Target::Network(row.1.1)).collect();
                wanted.retain(|(target, _)| !vnets.contains(target));
            }
        }
        explanations.extend(self.explain_in(&part, &wanted, question, &block, &places));
        if !question.to.families_of_internet().is_empty() {
            let rows = match question.from {
                Origin::Gateway(_) => self.facts().of_classes(number),
                Origin::Client(_) => self.facts().of(number),
            };
            let part = Component::of_internet(self.facts(), number, &rows);
            let wanted = internet::wanted(&part, question.to);
            explanations.extend(self.explain_in(&part, &wanted, question, &block, &places));
        }
        Some(explanations)
    }

    /// Explains what is wanted of a connected component.
    fn explain_in(
        &self,
        part: &Component<'_>,
        wanted: &Wanted,
        question: &Question<'_>,
        block: &Block,
        places: &Places<'_>,
    ) -> Vec<Explanation> {
        let serves: Vec<(NameId, Class)> =
            block.classes.iter().map(|class| (block.gateway, *class)).collect();
        let steering = self.steering(part, wanted, block.gateway);
        let asked = Asked {
            inventory: self.inventory(),
            part,
            places,
            gateway: block.gateway,
            client: block.client,
            classes: &block.classes,
            steering: steering.as_ref(),
            all: question.all,
        };
        let mut explanations: Vec<Explanation> = Vec::new();
        for (target, ids) in wanted {
            let (network_parts, gateways): (Vec<(PrefixId, NameId)>, _) = match target {
                ids::Target::Network(name) => {
                    (ids.iter().map(|id| (*id, *name)).collect(), vec![block.gateway])
                }
                ids::Target::Pool(other) => (Vec::new(), vec![block.gateway, *other]),
            };
            let derived = solve_for(part, &network_parts, &gateways, &serves);
            let graph = Graph::new(part, &self.inventory().names, &derived);
            let evidence = ids.iter().map(|id| asked.evidence(&graph, *target, *id));
            let mut groups: Vec<(Vec<Prefix>, Vec<Evidence>)> = grouped(evidence.collect())
                .into_iter()
                .map(|group| {
                    let ids = group.iter().filter_map(|evidence| part.table.id(evidence.destination));
                    let is_internet = *target == ids::Target::INTERNET;
                    let named =
                        if is_internet { internet::named(part, ids) } else { part.table.addresses(ids) };
                    (named, group)
                })
                .filter(|(destinations, _)| concerns(question.to, destinations))
                .collect();
            groups.sort_by(|one, other| one.0.cmp(&other.0));
            let explained =
                groups.into_iter().map(|(to, group)| explained::explained(&asked, &graph, to, group));
            explanations.extend(explained);
        }
        explanations
    }

    /// What route tables do to packets between the gateway and what is wanted, where they may do something. What leads to the
    /// Internet is looked at as if they did.
    fn steering<'a>(
        &self,
        part: &'a Component<'a>,
        wanted: &Wanted,
        gateway: NameId,
    ) -> Option<Steering<'a>> {
        // What arrives at one of those that hold the same addresses arrives at the others.
        let holders = wanted.iter().flat_map(|(_, ids)| ids).flat_map(|id| part.network_parts.of(*id));
        let parts: Vec<(PrefixId, NameId)> = holders.copied().collect();
        let is_internet = parts.iter().any(|row| row.1 == NameId::INTERNET);
        (is_internet || self.is_steered(gateway)).then(|| Steering::new(part, &parts, &[gateway]))
    }

    /// Whom the question is about; nothing where the gateway serves none of the classes.
    fn block(&self, question: &Question<'_>) -> Option<Block> {
        let (by, gateway, client) = match question.from {
            Origin::Gateway(gateway) => (By::Class, gateway, None),
            Origin::Client(index) => {
                let clients = self.inventory().clients.as_deref().unwrap_or_default();
                (By::Client, clients.get(index as usize)?.gateway, Some(index))
            }
        };
        let request = Request {
            profile: question.profile,
            by,
            gateways: Some(vec![gateway]),
            classes: question.classes.clone(),
            ..Request::default()
        };
        self.blocks(&request).into_iter().find(|block| block.client == client)
    }

    /// The addresses of private endpoints that bear on the target, in the order of texts.
    fn endpoints_wanted(&self, part: &Component<'_>, to: &Target) -> Wanted {
        let bears = |network: NameId, address: Prefix| match to {
            Target::Network(name, _) => network == *name,
            to => concerns(to, &[address]),
        };
        let mut wanted = Wanted::new();
        for (id, (endpoint, _)) in part.endpoints.all() {
            if bears(*endpoint, part.table.prefix(*id)) {
                wanted.push((ids::Target::Network(*endpoint), vec![*id]));
            }
        }
        wanted.sort_by_cached_key(|(target, ids)| {
            (self.inventory().names.text(target.name()).to_owned(), part.table.prefix(ids[0]).to_string())
        });
        wanted
    }

    /// The prefixes of networks that bear on the target, each with its parts, in the order of texts.
    fn wanted(&self, part: &Component<'_>, to: &Target) -> Wanted {
        let bears = |network: NameId, prefix: Prefix| match to {
            Target::Network(name, _) => network == *name,
            Target::Prefix(wanted) => prefix.overlaps(*wanted),
            Target::Address(address) => prefix.covers(Prefix::from(*address)),
        };
        let mut own: Vec<(PrefixId, NameId)> = part.network_prefixes();
        own.retain(|(id, network)| bears(*network, part.table.prefix(*id)));
        own.sort_by_cached_key(|(id, network)| {
            (self.inventory().names.text(*network).to_owned(), part.table.prefix(*id).to_string())
        });
        let mut seen: FxHashMap<NameId, Vec<PrefixId>> = FxHashMap::default();
        let mut wanted = Wanted::new();
        for (id, network) in own {
            let mut ids = part.parts_of_network(id, network);
            if ids.len() > MOST_PARTS {
                ids.retain(|id| concerns(to, &part.table.addresses([*id])));
            }
            // A network may name a prefix and a longer one inside it.
            let seen = seen.entry(network).or_default();
            ids.retain(|id| !seen.contains(id));
            seen.extend(&ids);
            let target = ids::Target::Network(network);
            wanted.extend(ids.chunks(MOST_PARTS).map(|ids| (target, ids.to_vec())));
        }
        wanted
    }
}

/// True where the target has an address in common with the destinations.
fn concerns(to: &Target, destinations: &[Prefix]) -> bool {
    let host;
    let wanted = match to {
        Target::Network(..) => return true,
        Target::Prefix(prefix) => *prefix,
        Target::Address(address) => {
            host = Prefix::from(*address);
            host
        }
    };
    destinations.iter().any(|prefix| prefix.overlaps(wanted))
}

/// Evidence that differs in nothing but the part, together.
fn grouped(all: Vec<Evidence>) -> Vec<Vec<Evidence>> {
    let mut groups: Vec<Vec<Evidence>> = Vec::new();
    for evidence in all {
        match groups.iter_mut().find(|group| is_alike(&group[0], &evidence)) {
            Some(group) => group.push(evidence),
            None => groups.push(vec![evidence]),
        }
    }
    groups
}

fn is_alike(one: &Evidence, other: &Evidence) -> bool {
    let (old, new) = (other.destination, one.destination);
    let ways = match (&one.ways, &other.ways) {
        (Ways::Routed { there, back }, Ways::Routed { there: other_there, back: other_back }) => {
            let there = match (there, other_there) {
                (Branch::Holds(one_proofs), Branch::Holds(proofs)) => {
                    let moved = proofs.iter().map(|proof| proof.about(old, new));
                    one_proofs.len() == proofs.len()
                        && one_proofs.iter().zip(moved).all(|(one, other)| *one == other)
                }
                (Branch::Fails(one), Branch::Fails(other)) => one.states == other.states,
                _ => false,
            };
            there && back == other_back
        }
        (Ways::Steered(one), Ways::Steered(other)) => *one == other.about(old, new),
        _ => false,
    };
    ways && one.routes == other.routes
}
