//! The rows of an inventory, and the rules, that a derived tuple rests on.

use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::evidence::Asked;
use super::explanation::{Origin, Question, Told};
use super::graph::Graph;
use super::internet;
use super::missing::Search;
use super::passages::Teller;
use super::places::Places;
use super::search::Avoided;
use super::steered::Steering;
use crate::answer::{Analysis, Status};
use crate::class::{Class, Profile, RouteReason};
use crate::facts::ids::{Node, PrefixId, Target};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::proof::{Astray, Clause, Evidence, Fact, Premise, Proof, Tuple};
use crate::rule::Rule;
use crate::select::Target as Destination;
use crate::solve::{Component, solve_for};
use crate::source::Span;

/// What a tuple rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// The rules that its proofs apply, or that move the packets which are lost.
    pub rules: BTreeSet<Rule>,
    /// The clauses by which packets move where route tables steer them.
    pub clauses: BTreeSet<Clause>,
    /// The rows or resources that state the facts.
    pub rows: BTreeSet<Span>,
}

impl Support {
    /// Adds what another tuple rests on.
    pub fn extend(&mut self, other: &Self) {
        self.rules.extend(&other.rules);
        self.clauses.extend(&other.clauses);
        self.rows.extend(&other.rows);
    }
}

/// What the status of a part of a network rests on, for clients of the class.
type StatusSupport = (Class, Status, Support);

/// Finds what tuples about one inventory rest on, and keeps what it worked out.
pub struct Supporter<'a> {
    analysis: &'a Analysis<'a>,
    profile: Profile,
    places: Rc<Places<'a>>,
    parts: FxHashMap<usize, Rc<Component<'a>>>,
    /// Those with the Internet in the place of their networks.
    to_internet: FxHashMap<usize, Rc<Component<'a>>>,
    /// Of gateways and networks.
    statuses: FxHashMap<(NameId, NameId), Vec<StatusSupport>>,
}

impl<'a> Supporter<'a> {
    /// Nothing is worked out yet.
    #[must_use]
    pub fn new(analysis: &'a Analysis<'a>, profile: Profile) -> Self {
        let places = Rc::new(Places::new(analysis));
        Self {
            analysis,
            profile,
            places,
            parts: FxHashMap::default(),
            to_internet: FxHashMap::default(),
            statuses: FxHashMap::default(),
        }
    }

    /// What says that destinations of `network` have the status for clients of the class. Where packets are lost, that is
    /// what takes them as far as they get.
    pub fn status(&mut self, gateway: NameId, class: Class, network: NameId, status: Status) -> Support {
        let key = (gateway, network);
        if !self.statuses.contains_key(&key) {
            let found = self.statuses_of(gateway, network);
            self.statuses.insert(key, found);
        }
        let mut support = Support::default();
        for (_, _, one) in self.statuses[&key].iter().filter(|one| (one.0, one.1) == (class, status)) {
            support.extend(one);
        }
        support
    }

    /// What gives clients of the class the route.
    pub fn route(&mut self, gateway: NameId, class: Class, prefix: Prefix, reason: RouteReason) -> Support {
        self.about_prefix(gateway, prefix, &[(gateway, class)], |_| {
            vec![Tuple::Advertised(gateway, class, prefix, reason)]
        })
    }

    /// What makes the router deliver the prefix of the network, or of the gateway's clients, by itself.
    pub fn attached(&mut self, router: NameId, network: NameId, prefix: Prefix) -> Support {
        self.about_prefix(router, prefix, &[], |_| {
            let of = |target| Tuple::Attached(router, target, prefix);
            vec![of(Target::Network(network)), of(Target::Pool(network))]
        })
    }

    /// What makes the router learn the prefix from the neighbour.
    pub fn learned(&mut self, router: NameId, neighbour: NameId, prefix: Prefix) -> Support {
        self.about_prefix(router, prefix, &[], |graph| {
            let is_meant = |tuple: &Tuple| match tuple {
                Tuple::Learned(one, other, of, _) => (*one, *other, *of) == (router, neighbour, prefix),
                _ => false,
            };
            let mut found: Vec<Tuple> = graph.tuples().filter(is_meant).collect();
            found.sort_unstable();
            found
        })
    }

    /// What delivers packets for the prefix from the router to the network, or to the gateway's clients.
    pub fn delivered(&mut self, router: NameId, network: NameId, prefix: Prefix) -> Support {
        let part = &*self.component(router);
        let bears = |id: PrefixId| part.table.addresses([id]).iter().any(|one| prefix.overlaps(*one));
        let of = |rows: &[(PrefixId, NameId)]| -> Vec<(PrefixId, NameId)> {
            rows.iter().filter(|(id, name)| *name == network && bears(*id)).copied().collect()
        };
        let (network_parts, pool) = (of(part.network_parts.all()), of(part.pool_parts.all()));
        let gateways: &[NameId] = if pool.is_empty() { &[] } else { &[network] };
        let derived = solve_for(part, &network_parts, gateways, &[]);
        let graph = Graph::new(part, &self.analysis.inventory().names, &derived);
        if self.analysis.is_steered(router) {
            let to_network = network_parts.iter().map(|row| (Target::Network(network), row.0));
            let goals: Vec<_> =
                to_network.chain(pool.iter().map(|row| (Target::Pool(network), row.0))).collect();
            let steering = Steering::new(part, &network_parts, gateways);
            return self.steered(&steering, part, &graph, router, &goals);
        }
        let goal = |target, id: PrefixId| Tuple::Delivered(router, target, part.table.prefix(id));
        let goals = network_parts
            .iter()
            .map(|(id, _)| goal(Target::Network(network), *id))
            .chain(pool.iter().map(|(id, _)| goal(Target::Pool(network), *id)));
        let proofs: Vec<Proof> = goals.filter_map(|goal| graph.proof(goal, &Avoided::default())).collect();
        self.places.support(&proofs)
    }

    /// The same where route tables steer packets.
    fn steered(
        &self,
        steering: &Steering<'_>,
        part: &Component<'_>,
        graph: &Graph<'_>,
        router: NameId,
        goals: &[(Target, PrefixId)],
    ) -> Support {
        let asked = Asked {
            inventory: self.analysis.inventory(),
            part,
            places: &self.places,
            gateway: router,
            client: None,
            classes: &[],
            steering: Some(steering),
            all: false,
        };
        let search = Search { asked: &asked, graph, topology: &self.places.topology };
        let start = if graph.relays(router) { Node::Router(router) } else { Node::Origin(router) };
        let mut support = Support::default();
        for (target, id) in goals {
            let walk = steering.walk(graph, start, *target, *id);
            let destinations = &[walk.destination];
            let teller = Teller { search: &search, steering, destinations, to: "" };
            let way = walk.shortest(None).unwrap_or_default();
            support.extend(&self.places.of_told(&teller.passage(&walk, &way).steps));
        }
        support
    }

    /// Where the fact is stated.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> Support {
        let rows = self.places.stated(fact).spans.into_iter().collect();
        Support { rows, ..Support::default() }
    }

    fn component(&mut self, of: NameId) -> Rc<Component<'a>> {
        let facts = self.analysis.facts();
        let number = facts.component_of(of);
        Rc::clone(self.parts.entry(number).or_insert_with(|| Rc::new(Component::new(facts, number))))
    }

    fn internet_of(&mut self, of: NameId) -> Rc<Component<'a>> {
        let facts = self.analysis.facts();
        let number = facts.component_of(of);
        let part = self.to_internet.entry(number);
        let component = || Rc::new(Component::of_internet(facts, number, &facts.of_classes(number)));
        Rc::clone(part.or_insert_with(component))
    }

    /// The best proofs of what `goals` names, of what the rules derive about the prefix and what covers it.
    fn about_prefix(
        &mut self,
        router: NameId,
        prefix: Prefix,
        serves: &[(NameId, Class)],
        goals: impl Fn(&Graph<'_>) -> Vec<Tuple>,
    ) -> Support {
        let part = &*self.component(router);
        let Some(id) = part.table.id(prefix) else { return Support::default() };
        // Tables and routes on clients ask whose destination a prefix is as little as what is attached does.
        let derived = solve_for(part, &[(id, router)], &[], serves);
        let graph = Graph::new(part, &self.analysis.inventory().names, &derived);
        let goals = goals(&graph);
        let proofs: Vec<Proof> =
            goals.into_iter().filter_map(|goal| graph.proof(goal, &Avoided::default())).collect();
        self.places.support(&proofs)
    }

    /// Every part of the network with what its status rests on, for each class that the gateway serves.
    fn statuses_of(&mut self, gateway: NameId, network: NameId) -> Vec<StatusSupport> {
        let analysis = self.analysis;
        let to = Destination::Network(network, Vec::new());
        let question = Question {
            profile: self.profile,
            from: Origin::Gateway(gateway),
            to: &to,
            classes: None,
            all: false,
        };
        let Some(block) = analysis.block(&question) else { return Vec::new() };
        let facts = analysis.facts();
        let (is_internet, is_endpoint) = (network == NameId::INTERNET, network.is_endpoint());
        let part = if is_internet {
            self.internet_of(gateway)
        } else if is_endpoint {
            Rc::new(Component::of_endpoints(facts, facts.component_of(gateway)))
        } else {
            self.component(gateway)
        };
        let (part, places) = (&*part, Rc::clone(&self.places));
        let wanted = if is_internet {
            internet::wanted(part, &to)
        } else if is_endpoint {
            analysis.endpoints_wanted(part, &to)
        } else {
            analysis.wanted(part, &to)
        };
        let steering = analysis.steering(part, &wanted, gateway);
        let asked = Asked {
            inventory: analysis.inventory(),
            part,
            places: &places,
            gateway,
            client: None,
            classes: &block.classes,
            steering: steering.as_ref(),
            all: false,
        };
        let serves: Vec<(NameId, Class)> = block.classes.iter().map(|class| (gateway, *class)).collect();
        let mut found = Vec::new();
        for (target, ids) in wanted {
            let network_parts: Vec<(PrefixId, NameId)> = ids.iter().map(|id| (*id, target.name())).collect();
            let derived = solve_for(part, &network_parts, &[gateway], &serves);
            let graph = Graph::new(part, &analysis.inventory().names, &derived);
            for id in ids {
                let evidence = asked.evidence(&graph, target, id);
                let mut way = places.support(&of_ways(&evidence, &graph));
                if let Some((steered, steering)) = evidence.steered().zip(asked.steering) {
                    let search = Search { asked: &asked, graph: &graph, topology: &places.topology };
                    let destinations = &[evidence.destination];
                    let teller = Teller { search: &search, steering, destinations, to: "" };
                    way.extend(&places.of_told(&teller.all(steered)));
                }
                found.extend(evidence.routes.iter().map(|route| {
                    let mut support = places.support(route.given.proofs());
                    support.extend(&way);
                    (route.class, evidence.status(route), support)
                }));
            }
        }
        found
    }
}

impl Places<'_> {
    /// The rules and rows that rest behind what is told of ways.
    fn of_told(&self, told: &[Told]) -> Support {
        Support {
            rules: told.iter().flat_map(|step| &step.rules).copied().collect(),
            clauses: told.iter().map(|step| step.clause).collect(),
            rows: told
                .iter()
                .flat_map(|step| &step.facts)
                .flat_map(|fact| self.stated(*fact).spans)
                .collect(),
        }
    }

    /// The rules that proofs apply, and the rows that their facts come from.
    fn support<'p>(&self, proofs: impl IntoIterator<Item = &'p Proof>) -> Support {
        let mut support = Support::default();
        for step in proofs.into_iter().flat_map(|proof| &proof.steps) {
            support.rules.insert(step.rule);
            for premise in &step.premises {
                if let Premise::Fact(fact) = premise {
                    support.rows.extend(self.stated(*fact).spans);
                }
            }
        }
        support
    }
}

/// The proofs of the ways that hold, where no route table steers packets, and for those that do not, of every hop that the lost packet takes.
fn of_ways(evidence: &Evidence, graph: &Graph<'_>) -> Vec<Proof> {
    let mut proofs: Vec<Proof> =
        evidence.there_proofs().iter().chain(evidence.back_proofs()).cloned().collect();
    for astray in evidence.there_certificates().iter().chain(evidence.back_certificates()) {
        proofs.extend(hops(astray, graph));
    }
    proofs
}

fn hops(astray: &Astray, graph: &Graph<'_>) -> Vec<Proof> {
    let moving = astray.states.iter().filter(|state| state.starts || graph.relays(state.router));
    let hops = moving.flat_map(|state| {
        graph.next(state.router, astray.destination).map(|next| (state.router, next)).collect::<Vec<_>>()
    });
    hops.filter_map(|(router, next)| {
        graph.proof(Tuple::Forwards(router, next, astray.destination), &Avoided::default())
    })
    .collect()
}
