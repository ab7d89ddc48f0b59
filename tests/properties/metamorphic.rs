//! What may be done to an inventory, or to the machine, and what may then become of the answer.

use std::cell::Cell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestCaseResult, TestRunner};
use tunnelog::answer::Evaluation;
use tunnelog::diagnostic::Report;
use tunnelog::inventory::{Inventory, read_folder};

use crate::agreement::{questions, same_lines, solve, solved};
use crate::clean::clean;
use crate::generate::inventories;
use crate::laws::fewer;
use crate::rows::{PeeringRow, Rows, TunnelRow};
use crate::simulator::{Lines, Simulator};

/// What the reader makes of the files of `rows`.
fn read(rows: &Rows) -> Result<Inventory, TestCaseError> {
    let folder = tempfile::tempdir()?;
    for (name, text) in rows.files() {
        std::fs::write(folder.path().join(name), text)?;
    }
    let mut report = Report::default();
    let inventory = read_folder(folder.path(), &mut report);
    inventory.ok_or_else(|| TestCaseError::fail(format!("{:?}", report.diagnostics)))
}

/// The rows with every prefix of every cell written twice, every side of a peering told twice, and beside every tunnel
/// another one like it.
fn doubled(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    let spaces = rows.vnets.iter_mut().map(|row| &mut row.space);
    let gateways =
        rows.gateways.iter_mut().flat_map(|row| [&mut row.pool, &mut row.custom, &mut row.summaries]);
    let sites = rows.sites.iter_mut().map(|row| &mut row.space);
    let tunnels = rows.tunnels.iter_mut().flat_map(|row| [&mut row.from_static, &mut row.to_static]);
    let clients = rows.clients.iter_mut().flatten().map(|row| &mut row.manual);
    let carried = rows.peerings.iter_mut().filter_map(|row| row.carried.as_mut());
    for list in spaces.chain(gateways).chain(sites).chain(tunnels).chain(clients).chain(carried) {
        list.extend(list.clone());
    }
    rows.peerings.extend(rows.peerings.clone());
    // Which rows are the two ends of one tunnel is told by counting, so a tunnel is doubled with both of its rows.
    let ends = |row: &TunnelRow| (row.from.clone(), row.to.clone());
    let count =
        |from: &str, to: &str| rows.tunnels.iter().filter(|row| row.from == from && row.to == to).count();
    let is_even = |row: &&TunnelRow| {
        let (from, to) = ends(row);
        count(&to, &from) == 0 || count(&to, &from) == count(&from, &to)
    };
    let more: Vec<TunnelRow> = rows.tunnels.iter().filter(is_even).cloned().collect();
    rows.tunnels.extend(more);
    rows
}

/// Another link in an inventory in which nothing overlaps, all numbers differ and every tunnel speaks BGP.
#[derive(Clone, Debug)]
enum Link {
    Session(Index, Index),
    Transit(Index, Index),
}

fn link() -> impl Strategy<Value = Link> {
    let ends = || (any::<Index>(), any::<Index>());
    prop_oneof![
        ends().prop_map(|(one, other)| Link::Session(one, other)),
        ends().prop_map(|(hub, spoke)| Link::Transit(hub, spoke)),
    ]
}

/// The rows with the link; none where it would join a network with itself or there is nothing to join.
fn linked(rows: &Rows, link: &Link) -> Option<Rows> {
    let mut rows = rows.clone();
    let gateways: Vec<String> = rows.gateways.iter().map(|row| row.vnet.clone()).collect();
    let (one, other) = match link {
        Link::Session(one, other) => {
            let sites = rows.sites.iter().map(|row| row.name.clone());
            let routers: Vec<String> = gateways.iter().cloned().chain(sites).collect();
            let two =
                (!routers.is_empty()).then(|| (one.get(&routers).clone(), other.get(&routers).clone()))?;
            rows = rows.tunnel(&two.0, &two.1, true);
            two
        }
        Link::Transit(hub, spoke) => {
            let spokes: Vec<String> = rows.vnets.iter().map(|row| row.name.clone()).collect();
            let hub = (!gateways.is_empty()).then(|| hub.get(&gateways).clone())?;
            let spoke = spoke.get(&spokes).clone();
            let side = |vnet: &str, remote: &str| PeeringRow {
                vnet: vnet.to_owned(),
                remote: remote.to_owned(),
                allow_transit: vnet == hub,
                use_remote: vnet == spoke,
                access: true,
                connected: true,
                carried: None,
            };
            rows.peerings.extend([side(&hub, &spoke), side(&spoke, &hub)]);
            (hub, spoke)
        }
    };
    // A second row with the ends swapped would be the other end's connection of a tunnel that is there, which it may
    // find down: no link more, but a tunnel less.
    let joins =
        |row: &TunnelRow| (&row.from, &row.to) == (&one, &other) || (&row.from, &row.to) == (&other, &one);
    let is_new = rows.tunnels.iter().filter(|row| joins(row)).count() <= 1;
    (one != other && is_new).then_some(rows)
}

/// What clients can have: gateway, class, network and destination, where packets arrive there and back.
fn accessible(lines: &Lines) -> BTreeSet<[String; 4]> {
    let open = lines.reach.iter().filter(|line| ["reachable", "needs-route"].contains(&line.status.as_str()));
    open.map(|line| [&line.gateway, &line.class, &line.network, &line.destination].map(Clone::clone))
        .collect()
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn what_is_said_twice_is_said_once(rows in inventories()) {
        let [once, twice] = [read(&rows)?, read(&doubled(&rows))?];
        for question in questions() {
            for evaluation in [Evaluation::Auto, Evaluation::Whole, Evaluation::Single] {
                let [once, twice] = [&once, &twice].map(|from| solve(from, question, evaluation));
                same_lines(&once, &twice)?;
            }
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing(rows in inventories()) {
        let with = |threads: usize, question| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
            pool.install(|| solved(&rows, question, Evaluation::Auto))
        };
        for question in questions() {
            same_lines(&with(1, question), &with(5, question))?;
        }
    }
}

#[test]
fn more_links_give_more_access_where_nothing_overlaps() {
    let config = fewer();
    let cases = config.cases;
    let (gains, mut runner) = (Cell::new(0), TestRunner::new(config));
    let result = runner.run(&(clean(), link()), |(rows, link)| -> TestCaseResult {
        let Some(more) = linked(&rows, &link) else { return Ok(()) };
        for question in questions().filter(|question| !question.by_client) {
            let [before, after] =
                [&rows, &more].map(|rows| accessible(&solved(rows, question, Evaluation::Auto)));
            let lost: Vec<_> = before.difference(&after).collect();
            prop_assert!(lost.is_empty(), "{link:?} takes away {lost:?}");
            gains.set(gains.get() + u32::from(after.len() > before.len()));
            // The simulator sees the same gain.
            let seen = accessible(&Simulator::new(&more.inventory()).answer(question));
            prop_assert_eq!(&after, &seen);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}\n{runner}");
    }
    assert!(gains.get() >= cases / 8, "only {} of {cases} links give anything", gains.get());
}
