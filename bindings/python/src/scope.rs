//! Whose answers are asked for, and about what.

use std::net::IpAddr;

use pyo3::prelude::*;
use tunnelog::answer::{By, Request};
use tunnelog::class::{Class, Profile};
use tunnelog::explain::Origin;
use tunnelog::inventory::{Gateway, Inventory};
use tunnelog::language::syntax::{Change, Term};
use tunnelog::names::LabelId;
use tunnelog::prefix::{Prefix, PrefixError};
use tunnelog::select::Target;

use crate::failure::Failure;

/// Whose answers are asked for; a list without entries stands for all.
#[derive(FromPyObject)]
pub(crate) struct Scope {
    pub(crate) model: String,
    pub(crate) gateways: Vec<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) clients: Vec<String>,
    pub(crate) by_client: bool,
}

impl Scope {
    /// What is asked of `inventory`. A name has to be known there, or after `changes`.
    pub(crate) fn request(&self, inventory: &Inventory, changes: &[Change]) -> Result<Request, Failure> {
        for wanted in self.gateways.iter().filter(|wanted| !is_added(changes, wanted)) {
            let named = inventory.names.get(wanted);
            if !serving(inventory).any(|gateway| Some(gateway.vnet) == named) {
                let said = format!("no VNet `{wanted}` with a Point-to-Site gateway");
                return Err(Failure::Unknown(said, wanted.clone(), gateways(inventory)));
            }
        }
        for wanted in self.clients.iter().filter(|wanted| !is_added(changes, wanted)) {
            client(inventory, wanted)?;
        }
        if self.by_client && inventory.clients.is_none() && changes.is_empty() {
            return Err(Failure::Value("the inventory lists no clients".to_owned()));
        }
        let gateways = || self.gateways.iter().filter_map(|name| inventory.names.get(name)).collect();
        let classes = self.classes()?;
        Ok(Request {
            profile: profile(&self.model)?,
            by: if self.by_client { By::Client } else { By::Class },
            gateways: (!self.gateways.is_empty()).then(gateways),
            clients: (!self.clients.is_empty()).then(|| self.clients.clone()),
            classes: (!classes.is_empty()).then_some(classes),
            ..Request::default()
        })
    }

    /// The classes that are named.
    pub(crate) fn classes(&self) -> Result<Vec<Class>, Failure> {
        words("class", &self.classes, &Class::ALL, Class::word)
    }
}

/// The model called so.
pub(crate) fn profile(model: &str) -> Result<Profile, Failure> {
    word("model", model, &Profile::ALL, Profile::word)
}

/// The values that `texts` stand for.
pub(crate) fn words<T: Copy>(
    noun: &str,
    texts: &[String],
    all: &[T],
    word_of: fn(T) -> &'static str,
) -> Result<Vec<T>, Failure> {
    texts.iter().map(|text| word(noun, text, all, word_of)).collect()
}

/// The value that `text` stands for.
pub(crate) fn word<T: Copy>(
    noun: &str,
    text: &str,
    all: &[T],
    word_of: fn(T) -> &'static str,
) -> Result<T, Failure> {
    let found = all.iter().copied().find(|one| word_of(*one) == text);
    found.ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|one| word_of(*one)).collect();
        Failure::word(noun, text, &words)
    })
}

/// The network, prefix or address that `text` stands for.
pub(crate) fn target(inventory: &Inventory, text: &str) -> Result<Target, Failure> {
    match text.parse::<Prefix>() {
        Ok(prefix) => return Ok(Target::Prefix(prefix)),
        Err(PrefixError::NotAPrefix) => {}
        Err(PrefixError::NoLength(_)) => {
            let address = text.parse::<IpAddr>();
            return address.map(Target::Address).map_err(|error| Failure::Value(error.to_string()));
        }
        Err(error @ (PrefixError::HostBits(_) | PrefixError::LeadingZero(_))) => {
            return Err(Failure::Value(error.to_string()));
        }
    }
    Target::network(inventory, text).ok_or_else(|| {
        let vnets = inventory.vnets.iter().map(|vnet| vnet.name);
        let networks = vnets.chain(inventory.sites.iter().map(|site| site.name));
        let known = networks.map(|name| inventory.names.text(name).to_owned());
        Failure::Unknown(format!("no network is called `{text}`"), text.to_owned(), known.collect())
    })
}

/// The private zone of that name.
pub(crate) fn zone(inventory: &Inventory, wanted: &str) -> Result<LabelId, Failure> {
    let links = inventory.zone_links.iter().map(|row| row.zone);
    let zones = || links.clone().chain(inventory.private_endpoints.iter().filter_map(|row| row.zone));
    let label = inventory.labels.get(wanted.strip_suffix('.').unwrap_or(wanted));
    label.filter(|label| zones().any(|zone| zone == *label)).ok_or_else(|| {
        let known = zones().map(|zone| inventory.labels.text(zone).to_owned()).collect();
        Failure::Unknown(format!("no private zone is called `{wanted}`"), wanted.to_owned(), known)
    })
}

/// The gateway or the client of that name. A client may be called like a VNet, which then stands first.
pub(crate) fn origin(inventory: &Inventory, name: &str) -> Result<Origin, Failure> {
    let named = inventory.names.get(name);
    if let Some(gateway) = serving(inventory).find(|gateway| Some(gateway.vnet) == named) {
        return Ok(Origin::Gateway(gateway.vnet));
    }
    client(inventory, name).map(Origin::Client).map_err(|_| {
        let said = format!("`{name}` is neither a VNet with a Point-to-Site gateway nor a client");
        let clients = inventory.clients.iter().flatten().map(|client| client.name.to_string());
        Failure::Unknown(said, name.to_owned(), gateways(inventory).into_iter().chain(clients).collect())
    })
}

/// The VNets whose gateways have clients.
pub(crate) fn gateways(inventory: &Inventory) -> Vec<String> {
    serving(inventory).map(|gateway| inventory.names.text(gateway.vnet).to_owned()).collect()
}

fn serving(inventory: &Inventory) -> impl Iterator<Item = &Gateway> {
    inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty())
}

fn client(inventory: &Inventory, wanted: &str) -> Result<u32, Failure> {
    let clients = || inventory.clients.iter().flatten();
    let folded = wanted.to_lowercase();
    let found = (0..).zip(clients()).find(|(_, client)| client.name.to_lowercase() == folded);
    found.map(|(index, _)| index).ok_or_else(|| {
        let known = clients().map(|client| client.name.to_string()).collect();
        Failure::Unknown(format!("no client is called `{wanted}`"), wanted.to_owned(), known)
    })
}

/// True where a change adds a fact about what is called `wanted`.
fn is_added(changes: &[Change], wanted: &str) -> bool {
    let folded = wanted.to_lowercase();
    changes.iter().filter(|change| change.add).any(|change| match change.atom.terms.first() {
        Some(Term::Constant(word)) => word.text.to_lowercase() == folded,
        _ => false,
    })
}
