//! From what users name to goals.

use std::fmt;

use super::wish::{Goal, ZoneGoal};
use crate::answer::{Analysis, By, Request};
use crate::class::{Class, Profile};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::select::{Narrowing, Target};

/// Why a wish cannot be told from what was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Neither a P2S gateway nor a client is called so.
    NoSuchClients(String),
    /// The clients are not of the classes asked for.
    NotServed(String),
    /// No network holds the address or prefix.
    Nowhere(String),
    /// The Internet, to which no measure leads.
    Internet,
    /// A private endpoint, which has no measures of its own.
    Endpoint(String),
    /// The address or prefix lies in a VNet's prefix, and in none of its listed subnets.
    BesideSubnets(String, String),
    /// The network has no addresses.
    NoAddresses(String),
    /// Networks that have nothing to do with each other hold it.
    Several(String, Vec<String>),
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchClients(name) => {
                write!(f, "no client and no VNet with a Point-to-Site gateway is called `{name}`")
            }
            Self::NotServed(name) => write!(f, "`{name}` has no clients of this class"),
            Self::Nowhere(target) => write!(f, "no network holds `{target}`"),
            Self::Internet => f.write_str("no measure is known that leads clients to the Internet"),
            Self::Endpoint(name) => {
                write!(f, "`{name}` is a private endpoint, and measures are known for its VNet alone")
            }
            Self::BesideSubnets(target, vnet) => {
                write!(f, "`{target}` lies in none of the subnets that are listed of `{vnet}`")
            }
            Self::NoAddresses(name) => write!(f, "`{name}` has no addresses that could be reached"),
            Self::Several(target, networks) => {
                let networks: Vec<String> = networks.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "`{target}` is held by networks that are not connected: {}", networks.join(", "))
            }
        }
    }
}

impl std::error::Error for Unclear {}

/// Whose clients are meant.
struct Whom {
    gateway: NameId,
    client: Option<String>,
    classes: Vec<Class>,
}

/// The clients called `from`, which is a gateway or a client, as far as they are of `classes`; all where these are none.
fn whom(analysis: &Analysis<'_>, from: &str, classes: &[Class], profile: Profile) -> Result<Whom, Unclear> {
    let inventory = analysis.inventory();
    let request = |by, gateways| Request {
        profile,
        by,
        gateways,
        classes: (!classes.is_empty()).then(|| classes.to_vec()),
        ..Request::default()
    };
    let gateway = inventory.names.get(from).filter(|name| analysis.gateways().contains(name));
    let clients = inventory.clients.as_deref().unwrap_or_default();
    let is_named = |name: &str| name == from || name.to_lowercase() == from.to_lowercase();
    let client = gateway.is_none().then(|| clients.iter().find(|client| is_named(&client.name))).flatten();
    let gateway = gateway.or(client.map(|client| client.gateway));
    let gateway = gateway.ok_or_else(|| Unclear::NoSuchClients(from.to_owned()))?;
    let client = client.map(|client| client.name.to_string());
    let by = if client.is_some() { By::Client } else { By::Class };
    let mut blocks = analysis.blocks(&request(by, Some(vec![gateway])));
    blocks.retain(|block| {
        block.client.is_none_or(|index| clients.get(index as usize).is_some_and(|row| is_named(&row.name)))
    });
    let classes: Vec<Class> = blocks.into_iter().flat_map(|block| block.classes).collect();
    if classes.is_empty() {
        return Err(Unclear::NotServed(from.to_owned()));
    }
    Ok(Whom { gateway, client, classes })
}

/// The goals of clients called `from`, which is a gateway or a client, for each of `targets`.
///
/// # Errors
/// Where a name says nothing, or too much.
pub fn goals(
    inventory: &Inventory,
    from: &str,
    classes: &[Class],
    targets: &[Target],
    profile: Profile,
) -> Result<Vec<Goal>, Unclear> {
    let facts = Facts::lower(inventory);
    let analysis = Analysis::with_facts(inventory, &facts);
    let Whom { gateway, client, classes } = whom(&analysis, from, classes, profile)?;
    let mut goals = Vec::new();
    for target in targets {
        for (network, within) in networks(inventory, &facts, gateway, target, profile)? {
            goals.extend(classes.iter().map(|class| Goal {
                gateway: inventory.names.text(gateway).to_owned(),
                class: *class,
                client: client.clone(),
                network: inventory.names.text(network).to_owned(),
                within,
            }));
        }
    }
    goals.sort();
    goals.dedup();
    Ok(goals)
}

/// The goals of clients called `from`, which is a gateway or a client: names of each of `zones` are to resolve for them.
///
/// # Errors
/// Where the name says nothing.
pub fn zone_goals(
    inventory: &Inventory,
    from: &str,
    classes: &[Class],
    zones: &[LabelId],
    profile: Profile,
) -> Result<Vec<ZoneGoal>, Unclear> {
    if zones.is_empty() {
        return Ok(Vec::new());
    }
    let Whom { gateway, client, classes } = whom(&Analysis::new(inventory), from, classes, profile)?;
    let goal = |zone: &LabelId, class: &Class| ZoneGoal {
        gateway: inventory.names.text(gateway).to_owned(),
        class: *class,
        client: client.clone(),
        zone: inventory.labels.text(*zone).to_owned(),
    };
    let mut goals: Vec<ZoneGoal> =
        zones.iter().flat_map(|zone| classes.iter().map(move |class| goal(zone, class))).collect();
    goals.sort();
    goals.dedup();
    Ok(goals)
}

/// The networks that a target stands for, each with the part that matters.
fn networks(
    inventory: &Inventory,
    facts: &Facts,
    gateway: NameId,
    target: &Target,
    profile: Profile,
) -> Result<Vec<(NameId, Option<Prefix>)>, Unclear> {
    let is_site = |name: NameId| inventory.sites.iter().any(|site| site.name == name);
    let is_destination = |(name, prefix): &(NameId, Prefix)| !(prefix.is_default_route() && is_site(*name));
    let (wanted, shown) = match target {
        Target::Network(NameId::INTERNET, _) => return Err(Unclear::Internet),
        // The article knows no private endpoints: what is wished of one is wished of the VNet there.
        Target::Network(name, space) if name.is_endpoint() && profile == Profile::Article => {
            let of =
                |address: &Prefix| networks(inventory, facts, gateway, &Target::Prefix(*address), profile);
            return space.iter().map(of).collect::<Result<Vec<_>, _>>().map(|found| found.concat());
        }
        Target::Network(name, _) if name.is_endpoint() => {
            return Err(Unclear::Endpoint(inventory.names.text(*name).to_owned()));
        }
        Target::Network(name, space) => {
            let has_any = space.iter().any(|prefix| is_destination(&(*name, *prefix)));
            return if has_any {
                Ok(vec![(*name, None)])
            } else {
                Err(Unclear::NoAddresses(inventory.names.text(*name).to_owned()))
            };
        }
        Target::Prefix(prefix) => (*prefix, prefix.to_string()),
        Target::Address(address) => (Prefix::from(*address), address.to_string()),
    };
    let text = |name: &NameId| inventory.names.text(*name).to_owned();
    let narrowing = Narrowing::new(facts, target.clone());
    let own = facts.component_of(gateway);
    let mut found = narrowing.networks(own);
    if let (true, Some((vnet, _))) = (found.is_empty(), narrowing.beside_subnets(own).first()) {
        return Err(Unclear::BesideSubnets(shown, text(vnet)));
    }
    if found.is_empty() {
        let parts = narrowing.components();
        found = parts.iter().flat_map(|part| narrowing.networks(*part)).collect();
        found.sort_unstable();
        if parts.len() > 1 {
            return Err(Unclear::Several(shown, found.iter().map(text).collect()));
        }
    }
    if found.is_empty() {
        let is_public = !target.families_of_internet().is_empty();
        return Err(if is_public { Unclear::Internet } else { Unclear::Nowhere(shown) });
    }
    Ok(found.into_iter().map(|name| (name, Some(wanted))).collect())
}
