//! What an application of each rule looks like: the premises that a conclusion needs, in the order of the
//! rule's atoms.

use super::evidence::{Application, Negation, Premise, Proof, Tuple};
use crate::class::{Class, RouteReason};
use crate::facts::ids::Target;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::rule::Rule;
use crate::schema::Fact;

/// A premise with what it says in place of where that is derived.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Derived(Tuple),
    Given(Fact),
    Not(Negation),
}

use Said::{Derived, Given, Not};

/// What the premise derives, where it is an earlier step.
pub(super) fn derived(premise: &Premise, proof: &Proof) -> Option<Tuple> {
    match premise {
        Premise::Step(place) => proof.steps.get(*place).map(|step| step.conclusion),
        Premise::Fact(_) | Premise::Not(_) => None,
    }
}

/// True where the premises are those that the rule wants for the conclusion.
pub(super) fn is_application(step: &Application, proof: &Proof) -> bool {
    let said = |premise: &Premise| match premise {
        Premise::Step(_) => derived(premise, proof).map(Derived),
        Premise::Fact(fact) => Some(Given(*fact)),
        Premise::Not(negation) => Some(Not(*negation)),
    };
    let said: Option<Vec<Said>> = step.premises.iter().map(said).collect();
    said.is_some_and(|said| match step.conclusion {
        Tuple::Attached(..) | Tuple::Relays(_) => attachment(step, &said),
        Tuple::Learned(..) | Tuple::NextHop(..) => table(step, &said),
        Tuple::Advertised(..) => route(step, &said),
        Tuple::Destination(..)
        | Tuple::Arrives(..)
        | Tuple::Forwards(..)
        | Tuple::Delivered(..)
        | Tuple::Returns(..)
        | Tuple::WayBack(..) => forwarding(step, &said),
    })
}

/// What makes a VNet a spoke of the hub's gateway, whatever of it the hub delivers.
fn of_spoke(hub: NameId, spoke: NameId) -> [Said; 5] {
    [
        Given(Fact::GatewayTransit(hub, spoke)),
        Given(Fact::Gateway(hub)),
        Given(Fact::Peered(hub, spoke)),
        Given(Fact::Peered(spoke, hub)),
        Not(Negation::Gateway(spoke)),
    ]
}

/// What brings the route of a private endpoint to the gateway of a peered VNet, whatever of it the peering carries.
fn of_endpoint(gateway: NameId, vnet: NameId, name: NameId, prefix: Prefix) -> [Said; 4] {
    [
        Given(Fact::Gateway(gateway)),
        Given(Fact::PrivateEndpoint(name, vnet, prefix.net().addr())),
        Given(Fact::Peered(gateway, vnet)),
        Given(Fact::Peered(vnet, gateway)),
    ]
}

/// True for a prefix that holds one address.
fn is_address(prefix: Prefix) -> bool {
    Prefix::from(prefix.net().addr()) == prefix
}

/// The VNet that the second premise says of a private endpoint.
fn vnet_of(said: &[Said]) -> Option<NameId> {
    match said.get(1) {
        Some(Given(Fact::PrivateEndpoint(_, vnet, _))) => Some(*vnet),
        _ => None,
    }
}

fn attachment(step: &Application, said: &[Said]) -> bool {
    match (step.rule, step.conclusion) {
        (Rule::OwnVnet, Tuple::Attached(vnet, Target::Network(of), prefix)) => {
            vnet == of && said == [Given(Fact::Gateway(vnet)), Given(Fact::Address(vnet, prefix))]
        }
        (Rule::TransitSpoke, Tuple::Attached(hub, Target::Network(spoke), prefix)) => {
            let whole = [Not(Negation::PartlyPeered(hub, spoke)), Given(Fact::Address(spoke, prefix))];
            said.strip_prefix(&of_spoke(hub, spoke)) == Some(&whole)
        }
        (Rule::TransitPrefix, Tuple::Attached(hub, Target::Network(spoke), prefix)) => {
            let part = [Given(Fact::PartlyPeered(hub, spoke)), Given(Fact::PeeredPrefix(hub, spoke, prefix))];
            said.strip_prefix(&of_spoke(hub, spoke)) == Some(&part)
        }
        (Rule::SiteSpace, Tuple::Attached(site, Target::Network(of), prefix)) => {
            site == of && said == [Given(Fact::Site(site)), Given(Fact::Address(site, prefix))]
        }
        (Rule::ClientPool, Tuple::Attached(gateway, Target::Pool(of), prefix)) => {
            gateway == of && said == [Given(Fact::Gateway(gateway)), Given(Fact::ClientPool(gateway, prefix))]
        }
        (Rule::EndpointInVnet, Tuple::Attached(gateway, Target::Network(name), prefix)) => {
            let stands = Fact::PrivateEndpoint(name, gateway, prefix.net().addr());
            is_address(prefix) && said == [Given(Fact::Gateway(gateway)), Given(stands)]
        }
        (Rule::EndpointInPeer, Tuple::Attached(gateway, Target::Network(name), prefix)) => {
            let Some(vnet) = vnet_of(said) else { return false };
            let whole = [Not(Negation::PartlyPeered(gateway, vnet))];
            said.strip_prefix(&of_endpoint(gateway, vnet, name, prefix)) == Some(&whole) && is_address(prefix)
        }
        (Rule::EndpointInPart, Tuple::Attached(gateway, Target::Network(name), prefix)) => {
            let Some(vnet) = vnet_of(said) else { return false };
            let Some(Given(Fact::PeeredPrefix(_, _, part))) = said.get(5) else { return false };
            let carried = [
                Given(Fact::PartlyPeered(gateway, vnet)),
                Given(Fact::PeeredPrefix(gateway, vnet, *part)),
                Given(Fact::Covers(*part, prefix)),
            ];
            said.strip_prefix(&of_endpoint(gateway, vnet, name, prefix)) == Some(&carried)
                && is_address(prefix)
        }
        (Rule::GatewayRelays, Tuple::Relays(gateway)) => said == [Given(Fact::Gateway(gateway))],
        (Rule::TransitSiteRelays, Tuple::Relays(site)) => said == [Given(Fact::TransitSite(site))],
        _ => false,
    }
}

fn table(step: &Application, said: &[Said]) -> bool {
    match (step.rule, step.conclusion) {
        (Rule::BgpAttached, Tuple::Learned(neighbour, router, prefix, number)) => {
            let Some(Derived(Tuple::Attached(_, target, _))) = said.first() else { return false };
            if target.is_endpoint() {
                return false;
            }
            let wanted = [
                Derived(Tuple::Attached(router, *target, prefix)),
                Not(Negation::Withholds(router, *target, prefix)),
                Given(Fact::Bgp(router, neighbour)),
                Not(Negation::Refuses(neighbour, prefix)),
                Given(Fact::HasAsn(router, number)),
                Not(Negation::HasAsn(neighbour, number)),
            ];
            said == wanted
        }
        (Rule::BgpSummary, Tuple::Learned(neighbour, router, prefix, number)) => {
            let wanted = [
                Given(Fact::SummarizedPrefix(router, prefix)),
                Given(Fact::Bgp(router, neighbour)),
                Not(Negation::Refuses(neighbour, prefix)),
                Given(Fact::HasAsn(router, number)),
                Not(Negation::HasAsn(neighbour, number)),
            ];
            said == wanted
        }
        (Rule::BgpStatic, Tuple::Learned(neighbour, router, prefix, number)) => {
            let Some(Given(Fact::StaticRoute(_, onward, _))) = said.first() else { return false };
            let wanted = [
                Given(Fact::StaticRoute(router, *onward, prefix)),
                Given(Fact::S2s(router, *onward)),
                Derived(Tuple::Relays(router)),
                Not(Negation::DefaultRoute(prefix)),
                Given(Fact::Bgp(router, neighbour)),
                Not(Negation::Refuses(neighbour, prefix)),
                Given(Fact::HasAsn(router, number)),
                Not(Negation::HasAsn(neighbour, number)),
            ];
            *onward != neighbour && said == wanted
        }
        (Rule::BgpRelay, Tuple::Learned(neighbour, router, prefix, number)) => {
            let Some(Derived(Tuple::Learned(_, from, _, _))) = said.first() else { return false };
            let wanted = [
                Derived(Tuple::Learned(router, *from, prefix, number)),
                Derived(Tuple::Relays(router)),
                Not(Negation::DefaultRoute(prefix)),
                Given(Fact::Bgp(router, neighbour)),
                Not(Negation::Refuses(neighbour, prefix)),
                Not(Negation::HasAsn(neighbour, number)),
            ];
            *from != neighbour && said == wanted
        }
        (Rule::StaticEntry, Tuple::NextHop(router, neighbour, prefix)) => {
            let fixed = Given(Fact::StaticRoute(router, neighbour, prefix));
            said == [fixed, Given(Fact::S2s(router, neighbour))]
        }
        (Rule::BgpEntry, Tuple::NextHop(router, neighbour, prefix)) => {
            let [Derived(Tuple::Learned(at, from, of, _))] = said else { return false };
            (*at, *from, *of) == (router, neighbour, prefix)
        }
        _ => false,
    }
}

fn forwarding(step: &Application, said: &[Said]) -> bool {
    match (step.rule, step.conclusion) {
        (Rule::NetworkPart, Tuple::Destination(Target::Network(network), part)) => {
            said == [Given(Fact::PartOfNetwork(network, part))]
        }
        (Rule::PoolPart, Tuple::Destination(Target::Pool(gateway), part)) => {
            said == [Given(Fact::PartOfPool(gateway, part))]
        }
        (Rule::Arrives, Tuple::Arrives(router, target, part)) => {
            let Some(Given(Fact::Covers(entry, _))) = said.get(1) else { return false };
            let wanted = [
                Derived(Tuple::Destination(target, part)),
                Given(Fact::Covers(*entry, part)),
                Derived(Tuple::Attached(router, target, *entry)),
                Not(Negation::Beaten(router, *entry, part)),
            ];
            said == wanted
        }
        (Rule::Forwards, Tuple::Forwards(router, neighbour, part)) => {
            let [Derived(Tuple::Destination(target, _)), Given(Fact::Covers(entry, _)), ..] = said else {
                return false;
            };
            let wanted = [
                Derived(Tuple::Destination(*target, part)),
                Given(Fact::Covers(*entry, part)),
                Derived(Tuple::NextHop(router, neighbour, *entry)),
                Not(Negation::Attached(router, *entry)),
                Not(Negation::Beaten(router, *entry, part)),
            ];
            said == wanted
        }
        (Rule::DeliveredHere, Tuple::Delivered(router, target, part)) => {
            said == [Derived(Tuple::Arrives(router, target, part))]
        }
        (Rule::DeliveredNext, Tuple::Delivered(router, target, part)) => {
            let Some(Derived(Tuple::Arrives(next, ..))) = said.first() else { return false };
            let arrives = Derived(Tuple::Arrives(*next, target, part));
            said == [arrives, Derived(Tuple::Forwards(router, *next, part))]
        }
        (Rule::DeliveredOn, Tuple::Delivered(router, target, part)) => {
            let Some(Derived(Tuple::Delivered(next, ..))) = said.first() else { return false };
            let (delivered, relays) = (Tuple::Delivered(*next, target, part), Tuple::Relays(*next));
            said == [Derived(delivered), Derived(relays), Derived(Tuple::Forwards(router, *next, part))]
        }
        (Rule::WayBack, Tuple::WayBack(gateway, network, family)) => {
            let [Derived(Tuple::Returns(one, to, of)), Derived(Tuple::Attached(other, target, _))] = said
            else {
                return false;
            };
            (*to, *of) == (gateway, family) && one == other && *target == Target::Network(network)
        }
        _ => false,
    }
}

fn route(step: &Application, said: &[Said]) -> bool {
    let Tuple::Advertised(gateway, class, prefix, reason) = step.conclusion else { return false };
    let serves = Given(Fact::Serves(gateway, class));
    let handed = |target| said == [serves, Derived(Tuple::Attached(gateway, target, prefix))];
    let fixed = |kind: fn(NameId) -> Fact, follows: fn(Class) -> Fact| {
        let Some(Given(Fact::StaticRoute(_, far, _))) = said.get(2) else { return false };
        let wanted = [
            serves,
            Given(follows(class)),
            Given(Fact::StaticRoute(gateway, *far, prefix)),
            Given(Fact::S2s(gateway, *far)),
            Given(kind(*far)),
            Not(Negation::DefaultRoute(prefix)),
        ];
        said == wanted
    };
    match (step.rule, reason) {
        (Rule::OwnVnetRoute, RouteReason::OwnVnet) => handed(Target::Network(gateway)),
        (Rule::TransitSpokeRoute, RouteReason::TransitSpoke) => {
            let Some(Derived(Tuple::Attached(_, target, _))) = said.get(1) else { return false };
            target.is_network() && !target.is_endpoint() && target.name() != gateway && handed(*target)
        }
        (Rule::ClientPoolRoute, RouteReason::ClientPool) => handed(Target::Pool(gateway)),
        (Rule::CustomRoute, RouteReason::CustomRoute) => {
            said == [serves, Given(Fact::CustomRoute(gateway, prefix))]
        }
        (Rule::BgpRoute, RouteReason::Bgp) => {
            let Some(Derived(Tuple::Learned(_, from, _, number))) = said.get(2) else { return false };
            let learned = Derived(Tuple::Learned(gateway, *from, prefix, *number));
            let follows = Given(Fact::FollowsTable(class));
            said == [serves, follows, learned, Not(Negation::DefaultRoute(prefix))]
        }
        (Rule::StaticGatewayRoute, RouteReason::Static) => fixed(Fact::Gateway, Fact::FollowsTable),
        (Rule::StaticSiteRoute, RouteReason::Static) => fixed(Fact::Site, Fact::FollowsSiteRoutes),
        _ => false,
    }
}
