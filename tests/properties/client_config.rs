//! A client that takes the routes it lacks reaches what answers, and notices nothing else.

use std::convert::Infallible;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use tunnelog::answer::{Analysis, By, ReachRow, Request, Status};
use tunnelog::change::apply;
use tunnelog::class::Profile;
use tunnelog::client_config::missing_routes;
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::Report;
use tunnelog::inventory::{Inventory, Os, Protocol};
use tunnelog::language::parse::parse_changes;
use tunnelog::prefix::Prefix;

use crate::clean::nearly_clean;
use crate::generate::inventories;
use crate::laws::fewer;
use crate::rows::{ClientRow, List, Rows};

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn what_is_written_is_what_was_lacking(
        mut rows in prop_oneof![inventories(), nearly_clean()],
        nests in vec((0usize..9, 0usize..9, 0usize..4), 0..4),
    ) {
        serve_windows(&mut rows);
        for (outer, inner, quarter) in nests {
            nest(&mut rows, outer, inner, quarter);
        }
        let inventory = rows.inventory();
        for profile in Profile::ALL {
            let request = Request { profile, by: By::Client, ..Request::default() };
            let mut answers = Vec::new();
            let done: Result<(), Infallible> = Analysis::new(&inventory).answer(&request, |_, answer| {
                let of_class = answer.reach.chunk_by(|one, other| one.class == other.class);
                answers.extend(of_class.map(<[ReachRow]>::to_vec));
                Ok(())
            });
            let Ok(()) = done;
            for reach in answers {
                takes_effect(&inventory, &reach, &request)?;
            }
        }
    }
}

/// Adds a client to each gateway whose routes leave out what BGP brings.
fn serve_windows(rows: &mut Rows) {
    let gateways: Vec<String> =
        rows.gateways.iter().filter(|row| !row.pool.is_empty()).map(|row| row.vnet.clone()).collect();
    let clients = rows.clients.get_or_insert_default();
    for gateway in gateways {
        let (os, protocol) = (Os::Windows, Some(Protocol::Ikev2));
        clients.push(ClientRow { name: format!("of {gateway}"), gateway, os, protocol, manual: Vec::new() });
    }
}

/// Gives one network a quarter of a prefix of another.
fn nest(rows: &mut Rows, outer: usize, inner: usize, quarter: usize) {
    let mut spaces: Vec<&mut List> = rows.vnets.iter_mut().map(|row| &mut row.space).collect();
    spaces.extend(rows.sites.iter_mut().map(|row| &mut row.space));
    let count = spaces.len();
    let Some(prefix) = spaces[outer % count].first().and_then(|text| text.parse::<Prefix>().ok()) else {
        return;
    };
    let Ok(mut quarters) = prefix.net().subnets(prefix.length() + 2) else { return };
    let part = quarters.nth(quarter).map(|net| Prefix::from(net).to_string());
    let space = &mut *spaces[inner % count];
    space.extend(part.filter(|part| !space.contains(part)));
}

/// Gives the client of `reach` the routes that it lacks and looks at what differs.
fn takes_effect(inventory: &Inventory, reach: &[ReachRow], request: &Request) -> TestCaseResult {
    let Some((class, Some(index))) = reach.first().map(|row| (row.class, row.client)) else { return Ok(()) };
    let clients = inventory.clients.as_deref().unwrap_or_default();
    let client = &clients[index as usize];
    let written = missing_routes(reach);
    let prefixes: Vec<Prefix> = written.iter().map(|route| route.prefix).collect();
    prop_assert_eq!(&Prefix::aggregate(prefixes.iter().copied()), &prefixes, "not the fewest");
    prop_assert_eq!(prefixes.is_empty(), reach.iter().all(|row| row.status != Status::NeedsRoute));
    let changes: Vec<String> =
        prefixes.iter().map(|prefix| format!("+ manual_route(\"{}\", {prefix})", client.name)).collect();
    let mut report = Report::default();
    let changes = parse_changes("changes", &changes.join("\n"), &mut report);
    let after = apply(inventory, &changes, false, &mut report);
    let after = after.ok_or_else(|| TestCaseError::fail(format!("{:?}", report.diagnostics)))?;
    let pair = Pair::new(inventory.clone(), after.clone());
    let comparison = Comparison::between(&pair);
    let request = Request { classes: Some(vec![class]), ..request.clone() };
    let found = comparison.all(&request);
    let lacking = |row: &&ReachRow| row.status == Status::NeedsRoute;
    let mut gained: Vec<Prefix> = Vec::new();
    for difference in &found {
        prop_assert_eq!(difference.client.as_deref(), Some(&*client.name), "somebody else notices");
        prop_assert!(difference.routes.iter().all(|route| route.gained), "a route is lost");
        gained.extend(difference.routes.iter().map(|route| route.prefix));
        for row in &difference.reach {
            let change = (row.before, row.after);
            // Of two networks that hold the very same prefix, no route leads to but one.
            let is_shared = reach
                .iter()
                .filter(lacking)
                .any(|other| other.network != row.network && other.destination.covers(row.destination))
                && is_named_by_several(inventory, row.destination);
            let is_reached = change == (Some(Status::NeedsRoute), Some(Status::Reachable));
            let is_lost = change == (Some(Status::Unreachable), Some(Status::Blackhole));
            prop_assert!(is_reached || is_lost && is_shared, "{:?} {:?}", row, prefixes);
        }
    }
    gained.sort_unstable();
    prop_assert_eq!(gained, prefixes);
    let mut still = Vec::new();
    let done: Result<(), Infallible> = Analysis::new(&after).answer(&request, |_, answer| {
        let of_client = answer.reach.iter().filter(|row| row.client == Some(index));
        still.extend(of_client.filter(lacking).map(|row| row.destination));
        Ok(())
    });
    let Ok(()) = done;
    prop_assert_eq!(still, Vec::<Prefix>::new(), "still lacking");
    Ok(())
}

/// True where two networks name the same prefix, at or around `destination`.
fn is_named_by_several(inventory: &Inventory, destination: Prefix) -> bool {
    let vnets = inventory.vnets.iter().map(|vnet| &vnet.address_space);
    let spaces = vnets.chain(inventory.sites.iter().map(|site| &site.address_space));
    let around = |space: &Vec<Prefix>| -> Vec<Prefix> {
        let mut around: Vec<Prefix> =
            space.iter().copied().filter(|prefix| prefix.covers(destination)).collect();
        around.sort_unstable();
        around.dedup();
        around
    };
    let mut named: Vec<Prefix> = spaces.flat_map(around).collect();
    named.sort_unstable();
    named.windows(2).any(|pair| pair[0] == pair[1])
}
