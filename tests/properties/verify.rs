//! A machine that has the routes of the answer passes, and one that lacks some or has more does not.

use std::convert::Infallible;
use std::fmt::Write;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use tunnelog::answer::{Analysis, GatewayAnswer, Request};
use tunnelog::class::{Profile, RouteReason};
use tunnelog::diagnostic::Report;
use tunnelog::prefix::Prefix;
use tunnelog::verify::{Client, Deviating, Deviation, Gateway, Interface, read_bytes};

use crate::generate::inventories;
use crate::laws::fewer;

/// A table of Linux with these routes through the tunnel, whose interface has an address of the pool.
fn table(prefixes: &[Prefix], pool: Prefix) -> String {
    let mut text = format!("{} dev tun0 scope link\n", pool.net().addr());
    for prefix in prefixes {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{prefix} dev tun0");
    }
    text
}

fn deviations(client: &Client<'_>, prefixes: &[Prefix]) -> Vec<Deviation> {
    let mut report = Report::default();
    let bytes = table(prefixes, client.pool[0]).into_bytes();
    let table = read_bytes(Path::new("routes"), bytes, None, &mut report);
    let table = table.unwrap_or_else(|| panic!("{:?}", report.diagnostics));
    client.deviations(&table, &Interface::Named("tun0"))
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn what_deviates_is_what_was_changed(
        rows in inventories(),
        kept in vec(any::<bool>(), 64),
        more in vec((0u8..16, 12u8..24), 0..3),
    ) {
        let inventory = rows.inventory();
        let analysis = Analysis::new(&inventory);
        for profile in Profile::ALL {
            let request = Request { profile, ..Request::default() };
            let mut answers = Vec::new();
            let done: Result<(), Infallible> = analysis.answer(&request, |gateway, answer| {
                answers.push((gateway, answer.clone()));
                Ok(())
            });
            let Ok(()) = done;
            for (name, answer) in answers {
                let pool = inventory.gateways.iter().find(|gateway| gateway.vnet == name);
                let pool = pool.map(|gateway| gateway.client_pool.clone()).unwrap_or_default();
                let learned = |wanted: &[Prefix]| Gateway::new(&analysis, name, Some(wanted)).learned;
                for class in profile.classes() {
                    let of_class = |answer: &GatewayAnswer| GatewayAnswer {
                        routes: answer.routes.iter().filter(|row| row.class == *class).copied().collect(),
                        reach: answer.reach.iter().filter(|row| row.class == *class).copied().collect(),
                        ..GatewayAnswer::default()
                    };
                    let answer = of_class(&answer);
                    let client = Client {
                        answer: &answer, class: *class, pool: &pool, known: &[], old: None, learned: &learned,
                        names: None,
                    };
                    let all: Vec<Prefix> = answer.routes.iter().map(|row| row.prefix).collect();
                    if all.is_empty() {
                        continue;
                    }
                    prop_assert_eq!(deviations(&client, &all), []);
                    let added = more.iter().map(|(network, length)| -> Prefix {
                        let address = std::net::Ipv4Addr::new(10, *network, 0, 0);
                        ipnet::IpNet::new(address.into(), *length).expect("a length of IPv4").into()
                    });
                    let held: Vec<Prefix> = (all.iter().zip(&kept))
                        .filter(|(_, kept)| **kept)
                        .map(|(prefix, _)| *prefix)
                        .chain(added)
                        .collect();
                    let found = deviations(&client, &held);
                    let of = |kind: Deviating| {
                        found.iter().filter(move |one| one.kind == kind).filter_map(Deviation::prefix)
                    };
                    // What is missing is just what should be there and is not, but for addresses of the pool itself.
                    let held_all = Prefix::aggregate(held.iter().copied().chain(pool.iter().copied()));
                    let wanted = answer.routes.iter().filter(|row| {
                        row.reasons.routes().any(|reason| reason != RouteReason::ClientPool)
                    });
                    // Of half of all addresses or more, what is missing is told whole.
                    let lacking = wanted.flat_map(|row| {
                        let parts = row.prefix.without(&held_all);
                        let is_whole = row.prefix.length() <= 1 && !parts.is_empty();
                        if is_whole { vec![row.prefix] } else { parts }
                    });
                    let own = |prefix: Prefix| prefix.without(&pool);
                    prop_assert_eq!(
                        Prefix::aggregate(of(Deviating::Missing).flat_map(own)),
                        Prefix::aggregate(lacking.flat_map(own))
                    );
                    // What is surplus is there, and holds something that should not be.
                    let wanted = Prefix::aggregate(all.iter().copied());
                    let beyond: Vec<Prefix> = held
                        .iter()
                        .copied()
                        .filter(|prefix| !prefix.without(&wanted).is_empty())
                        .filter(|prefix| !pool.iter().any(|pool| pool.covers(*prefix)))
                        .collect();
                    let mut surplus: Vec<Prefix> = of(Deviating::Surplus).collect();
                    surplus.sort_unstable();
                    let mut expected = beyond;
                    expected.sort_unstable();
                    expected.dedup();
                    prop_assert_eq!(surplus, expected);
                }
            }
        }
    }
}
