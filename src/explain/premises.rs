//! What each step of the rules rests on: a tuple and its step name one clause and what its body bound.

use super::graph::Graph;
use crate::facts::ids::Target;
use crate::names::{NameId, Names};
use crate::prefix::Prefix;
use crate::proof::{Fact, Negation, Shown, Tuple};
use crate::rule::Rule;
use crate::witness::{Step, Via};

/// A condition before it is known where in a proof it is derived.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    Derived(Tuple),
    Fact(Fact),
    Not(Negation),
}

use Condition::{Derived, Fact as Given, Not};

impl Condition {
    pub(super) fn derived(&self) -> Option<Tuple> {
        match self {
            Self::Derived(tuple) => Some(*tuple),
            Self::Fact(_) | Self::Not(_) => None,
        }
    }

    pub(super) fn text(&self, names: &Names) -> String {
        match self {
            Self::Derived(tuple) => Shown(names, *tuple).to_string(),
            Self::Fact(fact) => Shown(names, *fact).to_string(),
            Self::Not(negation) => Shown(names, *negation).to_string(),
        }
    }
}

impl Graph<'_> {
    /// The premises of every application by which the step may have derived the tuple: what the step
    /// leaves open is bound in every way. None for what proofs never rest on, such as what is only denied.
    pub(super) fn premises(&self, tuple: Tuple, step: Step) -> Vec<Vec<Condition>> {
        match tuple {
            Tuple::Attached(gateway, target, prefix) if target.is_endpoint() => {
                self.endpoint(gateway, target.name(), prefix, step).into_iter().collect()
            }
            Tuple::Attached(..) | Tuple::Relays(_) => attachment(tuple, step).into_iter().collect(),
            Tuple::Learned(..) => announcement(tuple, step).into_iter().collect(),
            Tuple::NextHop(router, neighbour, prefix) => {
                if step.rule == Rule::BgpEntry {
                    return self
                        .learned_from(router, neighbour, prefix)
                        .map(|tuple| vec![Derived(tuple)])
                        .collect();
                }
                let fixed = Given(Fact::StaticRoute(router, neighbour, prefix));
                vec![vec![fixed, Given(Fact::S2s(router, neighbour))]]
            }
            Tuple::Advertised(..) => self.route(tuple, step),
            Tuple::Destination(..)
            | Tuple::Arrives(..)
            | Tuple::Forwards(..)
            | Tuple::Delivered(..)
            | Tuple::Returns(..)
            | Tuple::WayBack(..) => self.forwarding(tuple, step),
        }
    }

    /// What lets a gateway deliver to a private endpoint.
    fn endpoint(&self, gateway: NameId, name: NameId, prefix: Prefix, step: Step) -> Option<Vec<Condition>> {
        let stands = |vnet| Given(Fact::PrivateEndpoint(name, vnet, prefix.net().addr()));
        let peered = |vnet| {
            let sides = [Fact::Peered(gateway, vnet), Fact::Peered(vnet, gateway)].map(Given);
            [&[Given(Fact::Gateway(gateway)), stands(vnet)][..], &sides].concat()
        };
        match (step.rule, step.via) {
            (Rule::EndpointInVnet, _) => Some(vec![Given(Fact::Gateway(gateway)), stands(gateway)]),
            (Rule::EndpointInPeer, Via::Vnet(vnet)) => {
                Some([&peered(vnet)[..], &[Not(Negation::PartlyPeered(gateway, vnet))]].concat())
            }
            (Rule::EndpointInPart, Via::Part(vnet, part)) => {
                let part = self.prefix(part);
                let carried = [
                    Fact::PartlyPeered(gateway, vnet),
                    Fact::PeeredPrefix(gateway, vnet, part),
                    Fact::Covers(part, prefix),
                ];
                Some([&peered(vnet)[..], &carried.map(Given)].concat())
            }
            _ => None,
        }
    }

    fn forwarding(&self, tuple: Tuple, step: Step) -> Vec<Vec<Condition>> {
        match (step.rule, step.via, tuple) {
            (Rule::NetworkPart, _, Tuple::Destination(target, part)) => {
                vec![vec![Given(Fact::PartOfNetwork(target.name(), part))]]
            }
            (Rule::PoolPart, _, Tuple::Destination(target, part)) => {
                vec![vec![Given(Fact::PartOfPool(target.name(), part))]]
            }
            (Rule::Arrives, Via::Entry(entry), Tuple::Arrives(router, target, part)) => {
                let entry = self.prefix(entry);
                vec![vec![
                    Derived(Tuple::Destination(target, part)),
                    Given(Fact::Covers(entry, part)),
                    Derived(Tuple::Attached(router, target, entry)),
                    Not(Negation::Beaten(router, entry, part)),
                ]]
            }
            (Rule::Forwards, Via::Entry(entry), Tuple::Forwards(router, neighbour, part)) => {
                let entry = self.prefix(entry);
                let conditions = |target: &Target| {
                    vec![
                        Derived(Tuple::Destination(*target, part)),
                        Given(Fact::Covers(entry, part)),
                        Derived(Tuple::NextHop(router, neighbour, entry)),
                        Not(Negation::Attached(router, entry)),
                        Not(Negation::Beaten(router, entry, part)),
                    ]
                };
                self.targets(part).iter().map(conditions).collect()
            }
            (Rule::DeliveredHere, _, Tuple::Delivered(router, target, part)) => {
                vec![vec![Derived(Tuple::Arrives(router, target, part))]]
            }
            (Rule::DeliveredNext, Via::Router(next), Tuple::Delivered(router, target, part)) => {
                let arrives = Derived(Tuple::Arrives(next, target, part));
                vec![vec![arrives, Derived(Tuple::Forwards(router, next, part))]]
            }
            (Rule::DeliveredOn, Via::Router(next), Tuple::Delivered(router, target, part)) => vec![vec![
                Derived(Tuple::Delivered(next, target, part)),
                Derived(Tuple::Relays(next)),
                Derived(Tuple::Forwards(router, next, part)),
            ]],
            (Rule::Returns, _, Tuple::Returns(router, gateway, family)) => {
                let delivered = |part| Derived(Tuple::Delivered(router, Target::Pool(gateway), part));
                let number = self.asn(router).map(Given);
                let parts = self.parts_of_pool(gateway, family);
                vec![number.into_iter().chain(parts.map(delivered)).collect()]
            }
            (Rule::WayBack, Via::Router(router), Tuple::WayBack(gateway, network, family)) => {
                let target = Target::Network(network);
                let returns = Derived(Tuple::Returns(router, gateway, family));
                let own = self.attached_to(router).iter().filter(|row| row.0 == target);
                own.map(|row| vec![returns, Derived(Tuple::Attached(router, target, row.1))]).collect()
            }
            _ => Vec::new(),
        }
    }

    fn route(&self, tuple: Tuple, step: Step) -> Vec<Vec<Condition>> {
        let Tuple::Advertised(gateway, class, prefix, _) = tuple else { return Vec::new() };
        let serves = Given(Fact::Serves(gateway, class));
        let handed = |target| vec![vec![serves, Derived(Tuple::Attached(gateway, target, prefix))]];
        let fixed = |far, follows, kind| {
            vec![vec![
                serves,
                Given(follows),
                Given(Fact::StaticRoute(gateway, far, prefix)),
                Given(Fact::S2s(gateway, far)),
                Given(kind),
                Not(Negation::DefaultRoute(prefix)),
            ]]
        };
        match (step.rule, step.via) {
            (Rule::OwnVnetRoute, _) => handed(Target::Network(gateway)),
            (Rule::TransitSpokeRoute, Via::Target(target)) => handed(target),
            (Rule::ClientPoolRoute, _) => handed(Target::Pool(gateway)),
            (Rule::CustomRoute, _) => vec![vec![serves, Given(Fact::CustomRoute(gateway, prefix))]],
            (Rule::BgpRoute, Via::Router(neighbour)) => {
                let follows = Given(Fact::FollowsTable(class));
                let conditions =
                    |tuple| vec![serves, follows, Derived(tuple), Not(Negation::DefaultRoute(prefix))];
                self.learned_from(gateway, neighbour, prefix).map(conditions).collect()
            }
            (Rule::StaticGatewayRoute, Via::Router(far)) => {
                fixed(far, Fact::FollowsTable(class), Fact::Gateway(far))
            }
            (Rule::StaticSiteRoute, Via::Router(far)) => {
                fixed(far, Fact::FollowsSiteRoutes(class), Fact::Site(far))
            }
            _ => Vec::new(),
        }
    }
}

/// What makes a VNet a spoke of the hub's gateway, whatever of it the hub delivers.
fn of_spoke(hub: NameId, spoke: NameId) -> [Condition; 5] {
    [
        Given(Fact::GatewayTransit(hub, spoke)),
        Given(Fact::Gateway(hub)),
        Given(Fact::Peered(hub, spoke)),
        Given(Fact::Peered(spoke, hub)),
        Not(Negation::Gateway(spoke)),
    ]
}

fn attachment(tuple: Tuple, step: Step) -> Option<Vec<Condition>> {
    let conditions = match (step.rule, tuple) {
        (Rule::OwnVnet, Tuple::Attached(vnet, _, prefix)) => {
            vec![Given(Fact::Gateway(vnet)), Given(Fact::Address(vnet, prefix))]
        }
        (Rule::TransitSpoke, Tuple::Attached(hub, target, prefix)) => {
            let spoke = target.name();
            let whole = [Not(Negation::PartlyPeered(hub, spoke)), Given(Fact::Address(spoke, prefix))];
            [&of_spoke(hub, spoke)[..], &whole].concat()
        }
        (Rule::TransitPrefix, Tuple::Attached(hub, target, prefix)) => {
            let spoke = target.name();
            let part = [Given(Fact::PartlyPeered(hub, spoke)), Given(Fact::PeeredPrefix(hub, spoke, prefix))];
            [&of_spoke(hub, spoke)[..], &part].concat()
        }
        (Rule::SiteSpace, Tuple::Attached(site, _, prefix)) => {
            vec![Given(Fact::Site(site)), Given(Fact::Address(site, prefix))]
        }
        (Rule::ClientPool, Tuple::Attached(gateway, _, prefix)) => {
            vec![Given(Fact::Gateway(gateway)), Given(Fact::ClientPool(gateway, prefix))]
        }
        (Rule::GatewayRelays, Tuple::Relays(gateway)) => vec![Given(Fact::Gateway(gateway))],
        (Rule::TransitSiteRelays, Tuple::Relays(site)) => vec![Given(Fact::TransitSite(site))],
        _ => return None,
    };
    Some(conditions)
}

fn announcement(tuple: Tuple, step: Step) -> Option<Vec<Condition>> {
    let Tuple::Learned(neighbour, router, prefix, number) = tuple else { return None };
    let session = Given(Fact::Bgp(router, neighbour));
    let accepted = Not(Negation::Refuses(neighbour, prefix));
    let starts = Given(Fact::HasAsn(router, number));
    let unlike = Not(Negation::HasAsn(neighbour, number));
    let relays = Derived(Tuple::Relays(router));
    let no_default = Not(Negation::DefaultRoute(prefix));
    let conditions = match (step.rule, step.via) {
        (Rule::BgpAttached, Via::Target(target)) => {
            let announced = Not(Negation::Withholds(router, target, prefix));
            let attached = Derived(Tuple::Attached(router, target, prefix));
            vec![attached, announced, session, accepted, starts, unlike]
        }
        (Rule::BgpSummary, _) => {
            vec![Given(Fact::SummarizedPrefix(router, prefix)), session, accepted, starts, unlike]
        }
        (Rule::BgpStatic, Via::Router(onward)) => {
            let fixed = Given(Fact::StaticRoute(router, onward, prefix));
            let tunnel = Given(Fact::S2s(router, onward));
            vec![fixed, tunnel, relays, no_default, session, accepted, starts, unlike]
        }
        (Rule::BgpRelay, Via::Router(from)) => {
            let learned = Derived(Tuple::Learned(router, from, prefix, number));
            vec![learned, relays, no_default, session, accepted, unlike]
        }
        _ => return None,
    };
    Some(conditions)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use proc_macro2::{TokenStream, TokenTree};

    use super::*;
    use crate::answer::Analysis;
    use crate::class::Class;
    use crate::explain::rulebook::{Clause, clauses};
    use crate::import::load::load;
    use crate::schema::ENTRIES;
    use crate::solve::{Component, Derived, Evaluation, solve, solve_endpoints};

    /// The relation that is called so in Rust.
    fn name(variant: &str) -> &'static str {
        ENTRIES.iter().find(|entry| entry.variant == variant).expect("a relation of the schema").name
    }

    /// The relations that the clause names, as an application of it does.
    fn written(clause: &Clause) -> Vec<String> {
        let body: TokenStream = clause.text.split_once("<-").expect("an arrow").1.parse().expect("tokens");
        let mut named = Vec::new();
        let mut is_denied = false;
        let mut before: Option<String> = None;
        for token in body {
            match (&token, before.take()) {
                (TokenTree::Punct(mark), _) => is_denied = mark.as_char() == '!',
                // What a condition says of two AS paths is said of ASNs: a path that starts at the router itself
                // has its ASN, and the one that is offered the path has another.
                (TokenTree::Group(condition), None) => {
                    let condition = condition.to_string().replace(' ', "");
                    match condition.as_str() {
                        "(!own.contains(other))" => named.extend(["asn", "!asn"].map(str::to_owned)),
                        "(!path.contains(other))" => named.push("!asn".to_owned()),
                        // The rest compares values that other premises bind.
                        _ => assert!(!condition.contains(".contains("), "{condition}"),
                    }
                }
                (TokenTree::Group(_), Some(relation)) => {
                    named.push(format!("{}{}", if is_denied { "!" } else { "" }, name(&relation)));
                }
                (TokenTree::Ident(word), _) => {
                    before = Some(word.to_string()).filter(|word| word.starts_with(char::is_uppercase));
                }
                (TokenTree::Literal(_), _) => {}
            }
        }
        if clause.rule == Some(Rule::Returns) {
            // The deliveries of all parts stand for "does not stray", and that these are all is looked at apart.
            assert_eq!(named, ["pool_complete", "asn", "!strays"]);
            named = ["asn", "delivered"].map(str::to_owned).to_vec();
        }
        named
    }

    fn named(condition: &Condition, names: &Names) -> String {
        let text = condition.text(names);
        let relation = text.split('(').next().unwrap_or_default();
        format!("{}{relation}", if matches!(condition, Not(_)) { "!" } else { "" })
    }

    #[test]
    fn premises_are_those_that_the_clauses_name() {
        let mut applied: BTreeMap<Rule, BTreeSet<Vec<String>>> = BTreeMap::new();
        for folder in Path::new(env!("CARGO_MANIFEST_DIR")).join("facts").read_dir().expect("topologies") {
            let inventory = load(folder.expect("a topology").path()).expect("a valid inventory").inventory;
            let analysis = Analysis::new(&inventory);
            for number in 0..analysis.facts().component_count {
                let part = Component::new(analysis.facts(), number);
                let gateways = part.p2s_gateways().into_iter();
                let serves: Vec<_> =
                    gateways.flat_map(|gateway| Class::ALL.map(|class| (gateway, class))).collect();
                let mut note = |part: &Component<'_>, derived: &Derived<Step>| {
                    let graph = Graph::new(part, &inventory.names, derived);
                    for tuple in graph.tuples() {
                        for step in graph.steps(tuple) {
                            for premises in graph.premises(tuple, *step) {
                                let mut named: Vec<String> =
                                    premises.iter().map(|one| named(one, &inventory.names)).collect();
                                if step.rule == Rule::Returns {
                                    named.dedup();
                                }
                                applied.entry(step.rule).or_default().insert(named);
                            }
                        }
                    }
                };
                solve(&part, &serves, Evaluation::Whole, |derived, _| note(&part, derived));
                let part = Component::of_endpoints(analysis.facts(), number);
                solve_endpoints(&part, &serves, |derived| note(&part, derived));
            }
        }
        for clause in clauses() {
            let rule = clause.rule.expect("a rule of routers");
            let found = applied.remove(&rule).unwrap_or_default();
            let wanted: BTreeSet<Vec<String>> =
                rule.is_applied().then(|| written(&clause)).into_iter().collect();
            assert_eq!(found, wanted, "{}", clause.id);
        }
    }
}
