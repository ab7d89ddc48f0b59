//! Rules, facts and what is denied, as sentences with names filled in.

use super::explanation::Explanation;
use super::places::{Places, Stated};
use crate::answer::Analysis;
use crate::class::{Class, RouteReason};
use crate::facts::ids::Target;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::proof::{Application, Fact, Negation, Premise, Proof, Tuple};
use crate::rule::Rule;
use crate::schema::Cell;

/// Puts proofs about one inventory into words.
pub struct Words<'inventory> {
    places: Places<'inventory>,
}

impl<'inventory> Words<'inventory> {
    /// Words for proofs about the inventory.
    #[must_use]
    pub fn new(analysis: &Analysis<'inventory>) -> Self {
        Self { places: Places::new(analysis) }
    }

    fn inventory(&self) -> &'inventory Inventory {
        self.places.topology.inventory()
    }

    fn name(&self, name: NameId) -> &'inventory str {
        self.inventory().names.text(name)
    }

    fn target(&self, target: Target) -> String {
        match target {
            Target::Network(name) => self.name(name).to_owned(),
            Target::Pool(name) => format!("the clients of {}", self.name(name)),
        }
    }

    /// What the application says. `explanation` says how its destinations are named.
    #[must_use]
    pub fn application(&self, proof: &Proof, step: &Application, explanation: &Explanation) -> String {
        match step.conclusion {
            Tuple::Attached(..) | Tuple::Learned(..) | Tuple::Relays(_) | Tuple::NextHop(..) => {
                self.table(proof, step)
            }
            _ => self.packets(proof, step, explanation),
        }
    }

    /// What routers deliver, announce and hold.
    fn table(&self, proof: &Proof, step: &Application) -> String {
        let name = |name: NameId| self.name(name);
        match step.conclusion {
            Tuple::Attached(router, target, prefix) => match (step.rule, target) {
                (Rule::OwnVnet, _) => {
                    format!("{}'s gateway delivers to its own VNet, {prefix}", name(router))
                }
                (Rule::SiteSpace, _) => {
                    format!("{} delivers to its own address space, {prefix}", name(router))
                }
                (_, Target::Pool(_)) => {
                    format!("{}'s gateway delivers to its Point-to-Site clients, {prefix}", name(router))
                }
                (Rule::EndpointInVnet, Target::Network(endpoint)) => {
                    let (gateway, endpoint) = (name(router), name(endpoint));
                    format!(
                        "{gateway}'s gateway delivers to {endpoint}, {prefix}, a private endpoint of its VNet"
                    )
                }
                (Rule::EndpointInPeer | Rule::EndpointInPart, Target::Network(endpoint)) => format!(
                    "{}'s gateway delivers to {}, {prefix}, a private endpoint whose VNet is peered with it from both sides",
                    name(router),
                    name(endpoint)
                ),
                (_, Target::Network(spoke)) => format!(
                    "{}'s gateway delivers to {}, {prefix}, a peered VNet that uses it as remote gateway",
                    name(router),
                    name(spoke)
                ),
            },
            Tuple::Learned(router, from, prefix, _) => {
                let what = match (step.rule, earlier(proof, step, 0)) {
                    (Rule::BgpAttached, Some(Tuple::Attached(_, Target::Network(spoke), _)))
                        if spoke != from =>
                    {
                        format!("{prefix}, a prefix of {},", name(spoke))
                    }
                    (Rule::BgpAttached, _) => format!("its own prefix {prefix}"),
                    (Rule::BgpSummary, _) => format!("{prefix}, a summary,"),
                    (Rule::BgpStatic, _) => match step.premises.first() {
                        Some(Premise::Fact(Fact::StaticRoute(_, onward, _))) => {
                            format!("{prefix}, its static route to {},", name(*onward))
                        }
                        _ => prefix.to_string(),
                    },
                    (_, Some(Tuple::Learned(_, before, ..))) => {
                        format!("{prefix}, which it learned from {},", name(before))
                    }
                    _ => prefix.to_string(),
                };
                format!("{} advertises {what} to {} over BGP", name(from), name(router))
            }
            Tuple::Relays(router) => match step.rule {
                Rule::GatewayRelays => {
                    format!("{}'s gateway forwards between its connections", name(router))
                }
                _ => format!("{} forwards between its connections, as it is marked as transit", name(router)),
            },
            Tuple::NextHop(router, next, prefix) => match step.rule {
                Rule::StaticEntry => {
                    format!(
                        "{}'s end of the connection to {} routes {prefix} into it",
                        name(router),
                        name(next)
                    )
                }
                _ => format!(
                    "{}'s route {prefix} has the next hop {}, which advertised it",
                    name(router),
                    name(next)
                ),
            },
            _ => String::new(),
        }
    }

    /// What happens to packets, and what clients hold.
    fn packets(&self, proof: &Proof, step: &Application, explanation: &Explanation) -> String {
        let name = |name: NameId| self.name(name);
        let part = |part: Prefix| {
            if part == explanation.shown().destination {
                explanation.shown_as(part)
            } else {
                part.to_string()
            }
        };
        match step.conclusion {
            Tuple::Destination(Target::Network(network), prefix) => {
                format!("{} is a destination of {}", part(prefix), name(network))
            }
            Tuple::Destination(Target::Pool(gateway), prefix) => {
                format!("{prefix} is a part of the address pool of {}", name(gateway))
            }
            Tuple::Arrives(router, target, prefix) => {
                let to = match target {
                    Target::Pool(_) => " to its clients".to_owned(),
                    Target::Network(network) if network == router => " itself".to_owned(),
                    Target::Network(spoke) => format!(" to {}", name(spoke)),
                };
                let entry = entry(step, explanation);
                format!("{} delivers packets for {}{to}, {entry}", name(router), part(prefix))
            }
            Tuple::Forwards(router, next, prefix) => format!(
                "{} sends packets for {} to {}, {}",
                name(router),
                part(prefix),
                name(next),
                entry(step, explanation)
            ),
            Tuple::Delivered(router, target, prefix) => {
                let (from, prefix) = (name(router), part(prefix));
                match (step.rule, earlier(proof, step, 0)) {
                    (Rule::DeliveredNext, Some(Tuple::Arrives(next, ..))) => {
                        format!("packets for {prefix} go from {from} to {}, where they arrive", name(next))
                    }
                    (Rule::DeliveredOn, Some(Tuple::Delivered(next, ..))) => {
                        format!("packets for {prefix} go from {from} to {}, which forwards them", name(next))
                    }
                    _ => format!("packets for {prefix} arrive at {} from {from} itself", self.target(target)),
                }
            }
            Tuple::Returns(router, gateway, family) => {
                let pool = self.places.topology.client_pool(gateway);
                let of_family = match pool.iter().find(|prefix| prefix.family() != family) {
                    Some(_) => format!("{} ", family.word()),
                    None => String::new(),
                };
                format!(
                    "from {} every part of the {of_family}address pool is delivered to {}",
                    name(router),
                    name(gateway)
                )
            }
            Tuple::WayBack(gateway, network, _) => {
                let by = match earlier(proof, step, 0) {
                    Some(Tuple::Returns(router, ..)) if network.is_endpoint() => {
                        format!(" by {}'s gateway, which delivers to it", name(router))
                    }
                    Some(Tuple::Returns(router, ..)) if router != network => {
                        format!(" by {}'s gateway, which it uses", name(router))
                    }
                    _ => String::new(),
                };
                format!("answers of {} get back to the clients of {}{by}", name(network), name(gateway))
            }
            Tuple::Advertised(gateway, _, prefix, reason) => {
                let why = match reason {
                    RouteReason::OwnVnet => "the gateway's own VNet",
                    RouteReason::TransitSpoke => "a spoke that uses the gateway",
                    RouteReason::ClientPool => "the address pool",
                    RouteReason::CustomRoute => "a custom route of the gateway",
                    RouteReason::Bgp => "which the gateway learned by BGP",
                    RouteReason::Static => "a static prefix of a connection",
                    RouteReason::Manual => "which its user added",
                };
                format!("clients of {} get {prefix}, {why}", name(gateway))
            }
            Tuple::Attached(..) | Tuple::Learned(..) | Tuple::Relays(_) | Tuple::NextHop(..) => String::new(),
        }
    }

    /// What the fact says.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> String {
        let value = |cell: Cell| match cell {
            Cell::Class(class) => clients(class).to_owned(),
            cell => cell.text(self.inventory()),
        };
        let values: Vec<String> = fact.cells().map(value).collect();
        filled(fact.said(), &values)
    }

    /// What is denied, as a sentence.
    #[must_use]
    pub fn negation(&self, negation: Negation) -> String {
        let name = |name: NameId| self.name(name);
        match negation {
            Negation::Gateway(vnet) => format!("{} holds no gateway of its own", name(vnet)),
            Negation::PartlyPeered(hub, spoke) => {
                format!("{}'s side of the peering carries all of {}", name(hub), name(spoke))
            }
            Negation::DefaultRoute(prefix) => format!("{prefix} is no default route"),
            Negation::HasAsn(router, number) => {
                let number = number.display(&self.inventory().names);
                format!("{} has another ASN than {number}", name(router))
            }
            Negation::Refuses(router, prefix) if self.places.topology.is_site(router) => {
                format!("{prefix} is no prefix of {}'s own", name(router))
            }
            Negation::Refuses(router, prefix) => {
                format!("{prefix} lies in no network that {} delivers to itself", name(router))
            }
            Negation::Withholds(router, _, prefix) => {
                format!("no summary of {}'s gateway stands for {prefix}", name(router))
            }
            Negation::Attached(router, prefix) => {
                format!("{} does not deliver {prefix} itself", name(router))
            }
            Negation::Beaten(router, entry, part) => {
                format!("{} has no entry longer than {entry} that covers {part}", name(router))
            }
        }
    }

    /// Where the fact is stated.
    #[must_use]
    pub fn stated(&self, fact: Fact) -> Stated {
        self.places.stated(fact)
    }
}

/// Which entry decides, and over which.
fn entry(step: &Application, explanation: &Explanation) -> String {
    let beaten = step.premises.iter().find_map(|premise| match premise {
        Premise::Not(Negation::Beaten(router, entry, part)) => Some((*router, *entry, *part)),
        _ => None,
    });
    let Some((router, entry, part)) = beaten else { return String::new() };
    let shorter = explanation.runners_up.get(&(router, part));
    entry_text(entry, shorter.copied())
}

/// A sentence with each number in braces replaced by the value with that number.
fn filled(sentence: &str, values: &[String]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, (number, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        filled.push_str(before);
        filled.push_str(
            number.parse().ok().and_then(|number: usize| values.get(number)).map_or("", |value| value),
        );
        rest = after;
    }
    filled + rest
}

/// What the premise at that place derives.
fn earlier(proof: &Proof, step: &Application, place: usize) -> Option<Tuple> {
    match step.premises.get(place) {
        Some(Premise::Step(earlier)) => proof.steps.get(*earlier).map(|step| step.conclusion),
        _ => None,
    }
}

/// Which entry of a table decides, and which would without it.
#[must_use]
pub fn entry_text(entry: Prefix, runner_up: Option<Prefix>) -> String {
    match runner_up {
        Some(shorter) => format!("longest-prefix match: {entry}, before {shorter}"),
        None => format!("longest-prefix match: {entry}"),
    }
}

/// The clients of a class, before the word "clients".
#[must_use]
pub fn clients(class: Class) -> &'static str {
    match class {
        Class::Windows => "Windows",
        Class::WindowsNative => "native Windows",
        Class::WindowsOpenVpn => "Windows OpenVPN",
        Class::NonWindows => "non-Windows",
        Class::NonWindowsIkev2 => "non-Windows IKEv2",
        Class::NonWindowsOpenVpn => "non-Windows OpenVPN",
    }
}

/// Prefixes as a sentence lists them, the first few of many.
#[must_use]
pub fn listed(prefixes: &[Prefix]) -> String {
    const MOST: usize = 4;
    let shown: Vec<String> = prefixes.iter().take(MOST).map(ToString::to_string).collect();
    match (prefixes.len().saturating_sub(MOST), &shown[..]) {
        (0, []) => "none".to_owned(),
        (0, [one]) => one.clone(),
        (0, [first @ .., last]) => format!("{} and {last}", first.join(", ")),
        (more, _) => format!("{} and {more} more", shown.join(", ")),
    }
}
