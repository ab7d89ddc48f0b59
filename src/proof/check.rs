//! Verifies proofs and certificates against the facts, without the rules engine and without whatever made them.
//!
//! Every rule is known a second time, by the shape of its applications. Nothing is searched for, so there is
//! little that can be wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::applications::{derived, is_application};
use super::evidence::{
    Application, Astray, Branch, Evidence, HeldRoute, Negation, Premise, Proof, State, Tuple, Ways,
};
use super::refusal::Refusal;
use super::steering;
use super::tables::{CheckedTables, Deciding};
use super::world::World;
use crate::facts::Facts;
use crate::facts::ids::Target;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::rule::Rule;
use crate::schema::Fact;

/// Checks evidence about one connected component.
pub struct Checker {
    networks: World,
    /// The same with private endpoints in the place of networks.
    endpoints: World,
    /// The same where the Internet is in the place of networks, for classes of clients.
    internet: World,
    /// The same for one client, where routes that users added name parts of it.
    internet_of_client: World,
}

/// Checks evidence by what is known of a component.
struct Judge<'a> {
    world: &'a World,
}

type Checked = Result<(), Refusal>;

/// The tables by destination.
type AllTables = BTreeMap<Prefix, CheckedTables>;

impl Checker {
    /// A checker for the connected component with that number.
    #[must_use]
    pub fn new(facts: &Facts, part: usize) -> Self {
        Self {
            networks: World::new(&facts.of(part)),
            endpoints: World::of_endpoints(&facts.of(part)),
            internet: World::of_internet(&facts.of_classes(part)),
            internet_of_client: World::of_internet(&facts.of(part)),
        }
    }

    /// Verifies that each branch of the evidence holds, or does not, as it says.
    ///
    /// # Errors
    /// The first thing that is not as it is said to be.
    pub fn check(&self, evidence: &Evidence) -> Checked {
        let is_of_client = evidence.routes.iter().any(|route| route.client.is_some());
        let world = match (evidence.target, is_of_client) {
            (Target::INTERNET, false) => &self.internet,
            (Target::INTERNET, true) => &self.internet_of_client,
            (target, _) if target.is_endpoint() => &self.endpoints,
            _ => &self.networks,
        };
        Judge { world }.check(evidence)
    }
}

impl Judge<'_> {
    fn check(&self, evidence: &Evidence) -> Checked {
        let Evidence { gateway, target, destination, .. } = *evidence;
        let mut all = AllTables::new();
        for tables in &evidence.tables {
            all.insert(tables.destination, CheckedTables::new(self.world, tables)?);
        }
        if !self.world.is_part_of(target, destination) {
            return Err(Refusal::Part(destination));
        }
        let tables = tables_for(&all, destination)?;
        for route in &evidence.routes {
            self.route(route, gateway, tables, &all)?;
        }
        let is_steered = target == Target::INTERNET || self.world.steering.is_there();
        let (there, back) = match &evidence.ways {
            Ways::Steered(steered) if is_steered => {
                return steering::check(self.world, evidence, steered, |part| tables_for(&all, part));
            }
            Ways::Routed { there, back } if !is_steered => (there, back),
            _ => return Err(Refusal::Kind),
        };
        match there {
            Branch::Holds(proofs) => {
                let wanted = |tuple| tuple == Tuple::Delivered(gateway, target, destination);
                self.proofs(proofs, &all, wanted)?;
            }
            Branch::Fails(astray) => {
                if (astray.from, astray.target, astray.destination) != (gateway, target, destination) {
                    return Err(Refusal::Conclusion);
                }
                self.astray(astray, &all)?;
            }
        }
        let family = destination.family();
        match back {
            Branch::Holds(proofs) => {
                let wanted = match target {
                    Target::Network(network) => Tuple::WayBack(gateway, network, family),
                    Target::Pool(other) => Tuple::Returns(other, gateway, family),
                };
                self.proofs(proofs, &all, |tuple| tuple == wanted)
            }
            // Where clients have no address of the family, nothing can be sent back to one.
            Branch::Fails(each) if each.is_empty() && !self.world.has_clients(gateway, family) => Ok(()),
            Branch::Fails(each) => self.no_way_back(each, gateway, target, family, &all),
        }
    }

    /// Verifies a proof.
    fn proof(&self, proof: &Proof, all: &AllTables) -> Checked {
        for (place, step) in proof.steps.iter().enumerate() {
            for premise in &step.premises {
                match premise {
                    Premise::Step(earlier) if *earlier < place => {}
                    Premise::Step(_) => return Err(Refusal::Application(place)),
                    Premise::Fact(fact) => self.fact(*fact)?,
                    Premise::Not(negation) => self.negation(*negation, all)?,
                }
            }
            let is_valid = match step.rule {
                Rule::Returns => self.is_return(step, proof),
                _ => is_application(step, proof),
            };
            if !is_valid {
                return Err(Refusal::Application(place));
            }
        }
        Ok(())
    }

    /// Verifies proofs of something for which `wanted` holds; there has to be one.
    fn proofs(&self, proofs: &[Proof], all: &AllTables, wanted: impl Fn(Tuple) -> bool) -> Checked {
        if proofs.is_empty() {
            return Err(Refusal::Conclusion);
        }
        for proof in proofs {
            if !proof.conclusion().is_some_and(&wanted) {
                return Err(Refusal::Conclusion);
            }
            self.proof(proof, all)?;
        }
        Ok(())
    }

    fn route(&self, route: &HeldRoute, gateway: NameId, tables: &CheckedTables, all: &AllTables) -> Checked {
        if let Some(prefix) = route.by_hand {
            let is_added = route.client.is_some_and(|client| self.world.has_manual(gateway, client, prefix));
            if !is_added || !prefix.covers(tables.destination) {
                return Err(Refusal::Conclusion);
            }
        }
        match &route.given {
            Branch::Holds(proofs) => self.proofs(proofs, all, |tuple| {
                matches!(tuple, Tuple::Advertised(from, class, prefix, _)
                    if from == gateway && class == route.class && prefix.covers(tables.destination))
            }),
            // Only what is given is denied; a route by hand makes up for it.
            Branch::Fails(()) => self.no_route(route, gateway, tables),
        }
    }

    /// Verifies that the gateway gives clients no route for the destination, and their user added none.
    fn no_route(&self, route: &HeldRoute, gateway: NameId, tables: &CheckedTables) -> Checked {
        let world = self.world;
        let by_hand = |prefix: Prefix| {
            route.by_hand.is_none()
                && route.client.is_some_and(|client| world.has_manual(gateway, client, prefix))
        };
        let follows_table = route.class.follows_table();
        let follows_sites = route.class.follows_site_routes();
        for &prefix in &tables.covering {
            let handed =
                world.is_handed_out(gateway, prefix) || world.states(Fact::CustomRoute(gateway, prefix));
            let learned = follows_table && tables.learned_from(gateway, prefix).next().is_some();
            let fixed = world.statics_of(gateway).any(|(far, of)| {
                let to_gateway = follows_table && world.gateways.contains(&far);
                of == prefix && (to_gateway || follows_sites && world.sites.contains(&far))
            });
            let from_table = !prefix.is_default_route() && (learned || fixed);
            if handed && world.serves(gateway) || from_table || by_hand(prefix) {
                return Err(Refusal::Route(prefix));
            }
        }
        Ok(())
    }

    /// Verifies that the set holds the start, that no packet leaves it, and that none in it arrives.
    fn astray(&self, astray: &Astray, all: &AllTables) -> Checked {
        let tables = tables_for(all, astray.destination)?;
        let states: BTreeSet<State> = astray.states.iter().copied().collect();
        if !states.contains(&State { router: astray.from, starts: true }) {
            return Err(Refusal::Start(astray.from));
        }
        for state in &states {
            match tables.deciding(self.world, state.router) {
                Deciding::Nothing => {}
                Deciding::Here(targets) => {
                    // A packet is handed over wherever it arrives, whether or not the router relays.
                    if targets.contains(&astray.target) {
                        return Err(Refusal::Arrival(*state));
                    }
                }
                Deciding::To(neighbours) => {
                    if !(state.starts || self.world.relays(state.router)) {
                        continue;
                    }
                    for router in neighbours {
                        if !states.contains(&State { router, starts: false }) {
                            return Err(Refusal::Exit(*state, router));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn no_way_back(
        &self,
        each: &[Astray],
        gateway: NameId,
        target: Target,
        family: Family,
        all: &AllTables,
    ) -> Checked {
        let attaching = match target {
            Target::Network(network) => self.world.attaching(network),
            // Clients answer through their own gateway.
            Target::Pool(other) => BTreeSet::from([other]),
        };
        let told: BTreeSet<NameId> = each.iter().map(|astray| astray.from).collect();
        if let Some(router) = attaching.symmetric_difference(&told).next() {
            return Err(Refusal::Attaching(*router));
        }
        for astray in each {
            if astray.target != Target::Pool(gateway) {
                return Err(Refusal::Conclusion);
            }
            let part = astray.destination;
            if part.family() != family || !self.world.is_part_of_pool(gateway, part) {
                return Err(Refusal::Part(astray.destination));
            }
            self.astray(astray, all)?;
        }
        Ok(())
    }

    fn fact(&self, fact: Fact) -> Checked {
        let world = self.world;
        let holds = match fact {
            Fact::Covers(outer, inner) => outer.covers(inner),
            Fact::DefaultRoute(prefix) => prefix.is_default_route(),
            Fact::PartOfNetwork(network, part) => world.is_part_of_network(network, part),
            Fact::PartOfPool(gateway, part) => world.is_part_of_pool(gateway, part),
            // Which classes are asked about is part of the question; that there are clients is not.
            Fact::Serves(gateway, _) => world.serves(gateway),
            Fact::PoolComplete(gateway, family) => world.has_clients(gateway, family),
            Fact::Summarizes(gateway) => world.summaries_of(gateway).next().is_some(),
            Fact::OfFamily(prefix, family) => prefix.family() == family,
            Fact::FollowsTable(class) => class.follows_table(),
            Fact::FollowsSiteRoutes(class) => class.follows_site_routes(),
            stated => world.states(stated),
        };
        if holds { Ok(()) } else { Err(Refusal::Fact(fact)) }
    }

    fn negation(&self, negation: Negation, all: &AllTables) -> Checked {
        let world = self.world;
        let holds = match negation {
            Negation::Gateway(vnet) => world.gateways.contains(&vnet),
            Negation::PartlyPeered(hub, spoke) => world.states(Fact::PartlyPeered(hub, spoke)),
            Negation::DefaultRoute(prefix) => prefix.is_default_route(),
            Negation::HasAsn(router, number) => world.asn.get(&router) == Some(&number),
            Negation::Refuses(router, prefix) => world.refuses(router, prefix),
            Negation::Withholds(router, target, prefix) => world.withholds(router, target, prefix),
            Negation::Attached(router, prefix) => world.is_attached(router, prefix),
            Negation::Beaten(router, entry, part) => tables_for(all, part)?.is_beaten(world, router, entry),
        };
        if holds { Err(Refusal::Negation(negation)) } else { Ok(()) }
    }

    /// True where every part of the pool that is of the family, and nothing else, is shown to be delivered.
    fn is_return(&self, step: &Application, proof: &Proof) -> bool {
        let Tuple::Returns(router, gateway, family) = step.conclusion else { return false };
        let [Premise::Fact(Fact::HasAsn(of, _)), deliveries @ ..] = &step.premises[..] else { return false };
        let delivered: Option<Vec<Prefix>> = deliveries
            .iter()
            .map(|premise| match derived(premise, proof) {
                Some(Tuple::Delivered(from, Target::Pool(to), part)) if from == router && to == gateway => {
                    Some(part)
                }
                _ => None,
            })
            .collect();
        *of == router
            && self.world.has_clients(gateway, family)
            && delivered.is_some_and(|delivered| delivered == self.world.pool_parts(gateway, family))
    }
}

fn tables_for(all: &AllTables, destination: Prefix) -> Result<&CheckedTables, Refusal> {
    all.get(&destination).ok_or(Refusal::NoTables(destination))
}
