//! Inventories in which all routers are nearly alike, so that the shortcuts taken for them are tried, and their limits.

use proptest::prelude::*;
use tunnelog::answer::Evaluation;

use crate::agreement::{answers_agree, questions, same_lines, solved};
use crate::generate::inventories;
use crate::laws::config;
use crate::rows::Rows;

/// What may be left as it was generated, or as bad. Each breaks a condition of the shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    SharedNumbers,
    Prefixes,
    StaticPrefixes,
    TunnelsWithoutBgp,
    CustomRoutes,
    ManualRoutes,
    TransitSites,
    SeveralHubs,
    PartlyPeered,
    Summaries,
}

const FLAWS: [Flaw; 10] = [
    Flaw::SharedNumbers,
    Flaw::Prefixes,
    Flaw::StaticPrefixes,
    Flaw::TunnelsWithoutBgp,
    Flaw::CustomRoutes,
    Flaw::ManualRoutes,
    Flaw::TransitSites,
    Flaw::SeveralHubs,
    Flaw::PartlyPeered,
    Flaw::Summaries,
];

/// The same networks without any flaw but the one given.
fn cleaned(mut rows: Rows, flaw: Option<Flaw>) -> Rows {
    let cleans = |other: Flaw| flaw != Some(other);
    let mut next = 0u8;
    let mut fresh = |family: &str| {
        next += 1;
        if family.contains(':') { format!("fd00:{next}::/32") } else { format!("10.{next}.0.0/16") }
    };
    if cleans(Flaw::Prefixes) {
        let pools = rows.gateways.iter_mut().map(|gateway| &mut gateway.pool);
        let spaces = rows.vnets.iter_mut().map(|vnet| &mut vnet.space);
        let sites = rows.sites.iter_mut().map(|site| &mut site.space);
        for prefix in pools.chain(spaces).chain(sites).flatten() {
            *prefix = fresh(prefix);
        }
    }
    for (number, gateway) in (1..).zip(&mut rows.gateways) {
        // Shared by every third, neighbours mostly have different numbers, and sessions come up.
        gateway.asn = Some(if cleans(Flaw::SharedNumbers) { number } else { 1 + number % 3 });
        if cleans(Flaw::TunnelsWithoutBgp) {
            (gateway.bgp, gateway.sku) = (true, "VpnGw1");
        }
        if cleans(Flaw::CustomRoutes) {
            gateway.custom.clear();
        }
        if cleans(Flaw::Summaries) {
            gateway.summaries.clear();
        }
    }
    for (number, site) in (100..).zip(&mut rows.sites) {
        if cleans(Flaw::SharedNumbers) {
            site.asn = Some(number);
        }
        if cleans(Flaw::TransitSites) {
            site.transit = false;
        }
    }
    for tunnel in &mut rows.tunnels {
        if cleans(Flaw::StaticPrefixes) {
            tunnel.from_static.clear();
            tunnel.to_static.clear();
        }
        if cleans(Flaw::TunnelsWithoutBgp) {
            tunnel.bgp = true;
        }
    }
    for client in rows.clients.iter_mut().flatten() {
        if cleans(Flaw::ManualRoutes) {
            client.manual.clear();
        }
    }
    if cleans(Flaw::PartlyPeered) {
        rows.peerings.iter_mut().for_each(|side| side.carried = None);
    }
    if cleans(Flaw::SeveralHubs) {
        let gateways: Vec<String> = rows.gateways.iter().map(|gateway| gateway.vnet.clone()).collect();
        let mut users: Vec<String> = Vec::new();
        for side in &mut rows.peerings {
            let is_second = users.contains(&side.vnet);
            side.use_remote &=
                !is_second && !gateways.contains(&side.vnet) && gateways.contains(&side.remote);
            if side.use_remote {
                users.push(side.vnet.clone());
            }
        }
    }
    rows
}

pub(crate) fn clean() -> impl Strategy<Value = Rows> {
    inventories().prop_map(|rows| cleaned(rows, None))
}

pub(crate) fn nearly_clean() -> impl Strategy<Value = Rows> {
    let flaw = prop_oneof![1 => Just(None), 4 => prop::sample::select(&FLAWS[..]).prop_map(Some)];
    (inventories(), flaw).prop_map(|(rows, flaw)| cleaned(rows, flaw))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn shortcuts_change_nothing(rows in nearly_clean()) {
        for question in questions() {
            let plain = solved(&rows, question, Evaluation::Whole);
            same_lines(&plain, &solved(&rows, question, Evaluation::Auto))?;
        }
    }

    #[test]
    fn the_simulator_answers_like_the_solver_on_clean_inventories(rows in nearly_clean()) {
        answers_agree(&rows.inventory())?;
    }
}
