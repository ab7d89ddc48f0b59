//! What `whatif`, `diff` and `sweep` are asked of, which is known once an inventory is read.

use tunnelog::answer::{By, Request};
use tunnelog::inventory::Inventory;
use tunnelog::language::relations::Relation;
use tunnelog::language::syntax::{Change, Term};

use crate::cli::arguments::ScopeArguments;
use crate::cli::shell::exit::Failure;
use crate::cli::shell::names;

/// What is asked of the first of `inventories`. A name has to be known there, in the others, or after `changes`.
pub(crate) fn request(
    scope: &ScopeArguments,
    inventories: &[Inventory],
    changes: &[&Change],
) -> Result<Request, Failure> {
    let added = |relations: &[Relation]| {
        let is_added = |change: &&&Change| {
            let relation = Relation::named(&change.atom.relation.text);
            change.add && relation.is_some_and(|relation| relations.contains(&relation))
        };
        let first = |change: &&Change| match change.atom.terms.first() {
            Some(Term::Constant(word)) => Some(word.text.to_lowercase()),
            _ => None,
        };
        changes.iter().filter(is_added).filter_map(first).collect::<Vec<_>>()
    };
    let coming = added(&[Relation::Gateway, Relation::ClientPool]);
    for wanted in &scope.gateway {
        if !coming.contains(&wanted.to_lowercase()) {
            names::known_gateway(inventories, wanted)?;
        }
    }
    let has_clients = || {
        inventories.iter().any(|inventory| inventory.clients.is_some())
            || !added(&[Relation::Client]).is_empty()
    };
    if scope.by() == By::Client && !has_clients() {
        return Err(Failure::new("no clients are listed")
            .help("add a file `clients.csv`, or leave out `--by client`"));
    }
    let coming = added(&[Relation::Client]);
    for wanted in scope.client.iter().filter(|wanted| !coming.contains(&wanted.to_lowercase())) {
        names::known_client(inventories, wanted)?;
    }
    let gateways =
        |inventory: &Inventory| scope.gateway.iter().filter_map(|name| inventory.names.get(name)).collect();
    Ok(Request {
        profile: scope.profile.get(),
        by: scope.by(),
        clients: scope.clients(),
        gateways: inventories.first().filter(|_| !scope.gateway.is_empty()).map(gateways),
        classes: (!scope.class.is_empty()).then(|| scope.class.clone()),
        ..Request::default()
    })
}
