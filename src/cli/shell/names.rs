//! Names on the command line that have to be known to an inventory.

use std::slice;

use tunnelog::explain::Origin;
use tunnelog::inventory::{Client, Gateway, Inventory};
use tunnelog::names::LabelId;
use tunnelog::select::Target;

use crate::cli::arguments::{StartArguments, To};
use crate::cli::shell::exit::Failure;

/// How alike two names have to be for one to be taken for a slip of the other.
const ALIKE: f64 = 0.8;

/// How many names a message lists where none of them is like what was asked for.
const NAMED: usize = 5;

/// Fails unless one of the inventories has a P2S gateway in the VNet called `wanted`.
pub(crate) fn known_gateway(inventories: &[Inventory], wanted: &str) -> Result<(), Failure> {
    let is_known = |inventory: &Inventory| {
        let named = inventory.names.get(wanted);
        serving(inventory).any(|gateway| Some(gateway.vnet) == named)
    };
    if inventories.iter().any(is_known) {
        return Ok(());
    }
    let failure = Failure::new(format!("no VNet `{wanted}` with a Point-to-Site gateway"));
    Err(suggested(failure, wanted, inventories.iter().flat_map(gateway_names)))
}

/// What the inventories call that which is `wanted`; a gateway may be wanted by a name of its own.
pub(crate) fn written<'a>(
    inventories: &'a [Inventory],
    wanted: impl IntoIterator<Item = &'a String> + Clone,
) -> impl Iterator<Item = &'a str> {
    inventories.iter().flat_map(move |inventory| {
        let known = wanted.clone().into_iter().filter_map(|name| inventory.names.get(name));
        known.map(|name| inventory.names.text(name))
    })
}

/// The gateways that have clients.
fn serving(inventory: &Inventory) -> impl Iterator<Item = &Gateway> {
    inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty())
}

/// What the gateways that have clients can be called: as their VNets, or by their own names.
pub(crate) fn gateway_names(inventory: &Inventory) -> impl Iterator<Item = &str> {
    let vnets = serving(inventory).map(|gateway| inventory.names.text(gateway.vnet));
    vnets.chain(serving(inventory).filter_map(Gateway::own_name))
}

/// Fails unless one of the inventories has a VNet or site called `wanted`.
pub(crate) fn known_network(inventories: &[Inventory], wanted: &str) -> Result<(), Failure> {
    let networks = || {
        inventories.iter().flat_map(|inventory| {
            let vnets = inventory.vnets.iter().map(|vnet| vnet.name);
            let sites = inventory.sites.iter().map(|site| site.name);
            vnets.chain(sites).map(move |name| (inventory, name))
        })
    };
    if networks().any(|(inventory, name)| inventory.names.get(wanted) == Some(name)) {
        return Ok(());
    }
    if wanted.starts_with(|letter: char| letter.is_ascii_digit()) && wanted.chars().all(is_of_ipv4) {
        return Err(Failure::new(format!("`{wanted}` is no address and no prefix")).help(
            "an IPv4 address is four numbers from 0 to 255, and the length of a prefix is at most 32",
        ));
    }
    let candidates = networks().map(|(inventory, name)| inventory.names.text(name));
    Err(suggested(Failure::new(format!("no network is called `{wanted}`")), wanted, candidates))
}

fn is_of_ipv4(letter: char) -> bool {
    letter.is_ascii_digit() || letter == '.' || letter == '/'
}

/// The gateway or client of that name. A client may be called like a VNet, which then stands first.
pub(crate) fn start(inventory: &Inventory, named: &StartArguments) -> Result<Origin, Failure> {
    if let Some(wanted) = &named.gateway {
        known_gateway(slice::from_ref(inventory), wanted)?;
    }
    let clients = inventory.clients.as_deref().unwrap_or_default();
    let wanted = named.name().map(String::as_str).unwrap_or_default();
    let client = client_called(clients, wanted).map(|(index, _)| Origin::Client(index));
    if named.client.is_some() {
        return client.ok_or_else(|| no_client(clients, wanted));
    }
    let gateway = serving(inventory).find(|gateway| inventory.names.get(wanted) == Some(gateway.vnet));
    if let Some(gateway) = gateway {
        return Ok(Origin::Gateway(gateway.vnet));
    }
    client.ok_or_else(|| {
        let message = format!("`{wanted}` is neither a VNet with a Point-to-Site gateway nor a client");
        let candidates = gateway_names(inventory).chain(clients.iter().map(|client| &*client.name));
        suggested(Failure::new(message), wanted, candidates)
    })
}

/// Fails where a client is named as one that is called like a gateway, or where what is named as one of both is not.
pub(crate) fn unambiguous(inventory: &Inventory, named: &StartArguments) -> Result<(), Failure> {
    let Some(client) = &named.client else {
        return named
            .gateway
            .as_ref()
            .map_or(Ok(()), |wanted| known_gateway(slice::from_ref(inventory), wanted));
    };
    start(inventory, named)?;
    if serving(inventory).any(|gateway| inventory.names.get(client) == Some(gateway.vnet)) {
        return Err(Failure::new(format!("`{client}` is the name of a client and of a gateway's VNet"))
            .help("give the client another name in `clients.csv`"));
    }
    Ok(())
}

/// The private zone called `wanted`.
pub(crate) fn zone(inventory: &Inventory, wanted: &str) -> Result<LabelId, Failure> {
    let links = inventory.zone_links.iter().map(|row| row.zone);
    let zones = || links.clone().chain(inventory.private_endpoints.iter().filter_map(|row| row.zone));
    let label = inventory.labels.get(wanted.strip_suffix('.').unwrap_or(wanted));
    label.filter(|label| zones().any(|zone| zone == *label)).ok_or_else(|| {
        let failure = Failure::new(format!("no private zone is called `{wanted}`"));
        suggested(failure, wanted, zones().map(|zone| inventory.labels.text(zone)))
    })
}

/// What `wanted` stands for, where networks have to be known.
pub(crate) fn target(inventory: &Inventory, wanted: &To) -> Result<Target, Failure> {
    match wanted {
        To::Network(name) => {
            if let Some(found) = Target::network(inventory, name) {
                return Ok(found);
            }
            known_network(slice::from_ref(inventory), name)?;
            Err(Failure::new(format!("no network is called `{name}`")))
        }
        To::Prefix(prefix) => Ok(Target::Prefix(*prefix)),
        To::Address(address) => Ok(Target::Address(*address)),
    }
}

/// Fails unless one of the inventories lists a client called `wanted`.
pub(crate) fn known_client(inventories: &[Inventory], wanted: &str) -> Result<(), Failure> {
    let all = || inventories.iter().flat_map(|inventory| inventory.clients.iter().flatten());
    client_called(all(), wanted).map(|_| ()).ok_or_else(|| no_client(all(), wanted))
}

/// The client called `wanted`, in whatever case, with its place among `clients`.
pub(crate) fn client_called<'a>(
    clients: impl IntoIterator<Item = &'a Client>,
    wanted: &str,
) -> Option<(u32, &'a Client)> {
    let folded = wanted.to_lowercase();
    (0..).zip(clients).find(|(_, client)| client.name.to_lowercase() == folded)
}

/// Says that none of `clients` is called `wanted`.
pub(crate) fn no_client<'a>(clients: impl IntoIterator<Item = &'a Client>, wanted: &str) -> Failure {
    let candidates = clients.into_iter().map(|client| &*client.name);
    suggested(Failure::new(format!("no client is called `{wanted}`")), wanted, candidates)
}

/// `failure` with the candidate most like `wanted`, or some of what there is where none is like it.
pub(crate) fn suggested<'a>(
    failure: Failure,
    wanted: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Failure {
    let mut candidates: Vec<&str> = candidates.collect();
    if let Some(help) = did_you_mean(wanted, candidates.iter().copied()) {
        return failure.help(help);
    }
    candidates.sort_unstable();
    candidates.dedup();
    let named: Vec<String> = candidates.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = if candidates.len() > NAMED { ", and more" } else { "" };
    match &named[..] {
        [] => failure.help("the inventory has none"),
        [one] => failure.help(format!("there is {one}")),
        _ => failure.help(format!("there are {}{more}", named.join(", "))),
    }
}

/// The question that names the candidate most like `wanted`, or the only one of which it is a part, where one is.
pub(crate) fn did_you_mean<'a>(
    wanted: &str,
    candidates: impl Iterator<Item = &'a str> + Clone,
) -> Option<String> {
    let name = closest(wanted, candidates.clone()).or_else(|| whole(wanted, candidates));
    name.map(|name| format!("did you mean `{name}`?"))
}

/// The only candidate of which `wanted` is a part.
fn whole<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut found = candidates.filter(|name| name.to_lowercase().contains(&wanted));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The candidate most like `wanted`, the first bytewise among equals.
///
/// Nothing is more like it than a name behind its resource group, as names that repeat are told apart.
fn closest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let is_behind = name.strip_suffix(&wanted).is_some_and(|group| group.ends_with('/'));
        if is_behind { 1.0 } else { strsim::jaro_winkler(&wanted, &name) }
    };
    candidates
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_like_nothing_is_told_what_there_is() {
        let help = |names: &[&str]| match suggested(Failure::new(""), "Paris", names.iter().copied()) {
            Failure::Message { help, .. } => help,
            Failure::ClosedPipe | Failure::Interrupted(_) | Failure::Reported => None,
        };
        assert_eq!(help(&[]).as_deref(), Some("the inventory has none"));
        assert_eq!(help(&["b"]).as_deref(), Some("there is `b`"));
        assert_eq!(help(&["b", "a", "b"]).as_deref(), Some("there are `a`, `b`"));
        assert_eq!(
            help(&["f", "e", "d", "c", "b", "a"]).as_deref(),
            Some("there are `a`, `b`, `c`, `d`, `e`, and more")
        );
    }

    #[test]
    fn a_part_of_one_name_stands_for_it() {
        let names = ["vnet-hub-weu", "vnet-app-weu", "vnet-hub-weu"];
        let meant = |wanted: &str| did_you_mean(wanted, names.into_iter());
        assert_eq!(meant("hub-weu").as_deref(), Some("did you mean `vnet-hub-weu`?"));
        assert_eq!(meant("weu"), None, "it is a part of both");
        assert_eq!(meant("neu"), None);
    }

    #[test]
    fn a_slip_is_told_from_another_name() {
        let names = ["Hub-West", "Hub-East", "Site1"];
        assert_eq!(closest("hubwest", names.into_iter()), Some("Hub-West"));
        assert_eq!(closest("Paris", names.into_iter()), None);
        assert_eq!(
            closest("spoke", ["spoke1", "net-b/Spoke", "net-a/Spoke"].into_iter()),
            Some("net-a/Spoke")
        );
        assert_eq!(closest("VNet9", ["VNet2", "VNet1"].into_iter()), Some("VNet1"));
    }
}
