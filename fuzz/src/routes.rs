//! Routing tables, profiles and what gateways list.

use std::convert::Infallible;
use std::path::Path;

use tunnelog::answer::{Analysis, GatewayAnswer, Request};
use tunnelog::class::Class;
use tunnelog::client_config::GivenNames;
use tunnelog::diagnostic::Report;
use tunnelog::inventory::Inventory;
use tunnelog::prefix::Prefix;
use tunnelog::source::Span;
use tunnelog::verify::{
    Cause, Client, Deviating, Deviation, Entry, Gateway, Interface, Kind, NamesOf, Table, What, advertised,
    interfaces, learned, read_bytes, through,
};

use super::files::{files, sound};
use super::reference::rows::Rows;

/// Reads the first file of `input`, whose name may be the kind that it is taken for, and compares it with an answer.
///
/// # Panics
/// Where what was read is not sound.
pub fn routes(input: &[u8]) {
    let Some((name, bytes)) = files(input).into_iter().next() else { return };
    let kind = Kind::ALL.into_iter().find(|kind| kind.word().as_bytes() == name);
    let path = Path::new("routes");
    let mut report = Report::default();
    let table = read_bytes(path, bytes.clone(), kind, &mut report);
    sound(table.is_some(), &report);
    let Some(table) = table else { return };
    let of_routes = table.entries.iter().chain(&table.excluded).map(|entry| entry.span);
    for span in of_routes.chain(spans_of_names(&table)) {
        assert!(report.sources.get(span.file).text().get(span.range()).is_some(), "{span:?} of {table:?}");
    }
    let forced = read_bytes(path, bytes, Some(table.kind), &mut Report::default());
    assert_eq!(forced.as_ref(), Some(&table), "what is told by the content");
    compared(&table);
}

/// Where the table says something of names.
fn spans_of_names(table: &Table) -> impl Iterator<Item = Span> + '_ {
    table.resolvers.iter().flat_map(|resolver| {
        let servers = resolver.servers.iter().map(|server| server.span);
        let suffixes = resolver.suffixes.iter().map(|suffix| suffix.span);
        servers.chain(suffixes).chain([resolver.span])
    })
}

/// Requires that each deviation fits the table.
fn compared(table: &Table) {
    let inventory = inventory();
    let analysis = Analysis::new(&inventory);
    let pool: Vec<Prefix> =
        inventory.gateways.iter().flat_map(|gateway| &gateway.client_pool).copied().collect();
    let given = GivenNames {
        servers: ["10.1.0.4", "10.2.0.4"].iter().filter_map(|server| server.parse().ok()).collect(),
        unreached: "10.2.0.4".parse().into_iter().collect(),
        zones: vec!["privatelink.blob.core.windows.net".into(), "contoso.internal".into()],
    };
    let named = table.entries.iter().find_map(|entry| entry.interface.as_deref()).unwrap_or("VNet1");
    let done: Result<(), Infallible> = analysis.answer(&Request::default(), |vnet, answer| {
        let gateway = Gateway::new(&analysis, vnet, None);
        for class in [Class::Windows, Class::NonWindows] {
            let answer = GatewayAnswer {
                routes: answer.routes.iter().filter(|row| row.class == class).copied().collect(),
                reach: answer.reach.iter().filter(|row| row.class == class).copied().collect(),
                ..GatewayAnswer::default()
            };
            let of_wanted = |wanted: &[Prefix]| Gateway::new(&analysis, vnet, Some(wanted)).learned;
            let client = Client {
                answer: &answer,
                class,
                pool: &pool,
                known: &[],
                old: None,
                learned: &of_wanted,
                names: Some(NamesOf { given: &given, old: None }),
            };
            for interface in [Interface::OfPool, Interface::Named(named)] {
                let vpn = through(table, &pool, &interface);
                assert!(interfaces(table, &vpn).len() <= vpn.len());
                fit(
                    table,
                    if table.kind.is_of_a_system() { &vpn } else { &[] },
                    &client.deviations(table, &interface),
                );
            }
        }
        fit(table, &[], &learned(table, &gateway, None));
        for neighbour in gateway.neighbours() {
            fit(table, &[], &advertised(table, &gateway, neighbour, None));
        }
        Ok(())
    });
    let Ok(()) = done;
}

/// Requires that each deviation is told once and points at a route, and that nothing is missing that is `there`.
fn fit(table: &Table, there: &[&Entry], deviations: &[Deviation]) {
    let key = |one: &Deviation| (one.kind, one.what.to_string(), one.cause, one.span);
    // A route that should not be there is no cover, even where there is no other.
    let is_surplus = |entry: &Entry| {
        let mut surplus = deviations.iter().filter(|one| one.kind == Deviating::Surplus);
        surplus.any(|one| one.prefix() == Some(entry.prefix))
    };
    assert!(deviations.is_sorted_by(|one, other| key(one) < key(other)), "{deviations:?}");
    for deviation in deviations {
        let is_at_names = spans_of_names(table).any(|span| Some(span) == deviation.span);
        let is_named = |address| {
            table.resolvers.iter().any(|it| it.servers.iter().any(|server| server.address == address))
        };
        let at_place = |entry: &Entry| Some(entry.span) == deviation.span;
        let has_place = table.entries.iter().chain(&table.excluded).any(at_place);
        let mut covering =
            there.iter().filter(|entry| deviation.prefix().is_some_and(|it| entry.prefix.covers(it)));
        let is_there = covering.any(|entry| !is_surplus(entry));
        match deviation.kind {
            Deviating::Missing if deviation.cause == Cause::OtherInterface => {
                assert!(has_place, "{deviation:?} of {table:?}");
            }
            Deviating::Missing => assert!(!is_there, "{deviation:?} of {table:?}"),
            Deviating::Surplus | Deviating::OtherHop => assert!(has_place, "{deviation:?} of {table:?}"),
            Deviating::MissingServer => {
                let What::Server(address) = deviation.what else { panic!("{deviation:?}") };
                // Where only bound programs ask it, its place is told.
                assert!(is_at_names || !is_named(address), "{deviation:?} of {table:?}");
            }
            Deviating::MissingSuffix => {
                assert!(deviation.span.is_none() || is_at_names, "{deviation:?} of {table:?}");
            }
            Deviating::SurplusServer => assert!(is_at_names, "{deviation:?} of {table:?}"),
            Deviating::Stale | Deviating::StaleServer => panic!("there is no older inventory: {deviation:?}"),
        }
    }
}

/// The article's chain with a branch office, with BGP.
fn inventory() -> Inventory {
    let rows = Rows::default()
        .vnet("VNet1", "10.1.0.0/16")
        .vnet("VNet2", "10.2.0.0/16")
        .gateway("VNet1", "192.168.0.0/24", 65_010)
        .gateway("VNet2", "", 65_020)
        .site("Site1", "10.101.0.0/16", 65_101)
        .tunnel("VNet1", "VNet2", true)
        .tunnel("VNet2", "Site1", true);
    rows.inventory()
}
