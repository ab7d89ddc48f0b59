//! What an answer does not rest on may come and go, and the answer stays.
//!
//! A proof lists the facts that it rests on, and the tables of a certificate the sessions over which routes came. A fact
//! that neither names could still matter, as a cause to refuse a prefix or as a longer entry. It could only do so with a
//! prefix that covers the destination or a part of the address pool, or one that cuts the pool, so these count as named.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use tunnelog::answer::{Analysis, By, ReachRow};
use tunnelog::change::apply;
use tunnelog::class::Profile;
use tunnelog::diagnostic::Report;
use tunnelog::explain::{Origin as From, Question};
use tunnelog::facts::Facts;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;
use tunnelog::proof::{Astray, Checker, Evidence, Origin, Proof, Tuple};
use tunnelog::select::Target;

use crate::changes::{self, line, parsed};
use crate::generate::inventories;
use crate::laws::fewer;
use crate::proofs::{holds, rows};
use crate::rows::Rows;

/// A fact in the terms in which evidence may rest on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    /// Anything said of a prefix.
    Of(&'static str, NameId, NameId, Prefix),
    /// One side of a peering, or its use of a gateway.
    Peering(&'static str, NameId, NameId),
    /// A tunnel, or the session on it.
    Tunnel(&'static str, NameId, NameId),
    /// A site that relays.
    Transit(NameId),
}

/// The facts that can come or go without a network or its number.
fn facts(facts: &Facts) -> BTreeSet<Fact> {
    let prefixed = [
        ("address", facts.address.all()),
        ("client_pool", facts.client_pool.all()),
        ("custom_route", facts.custom_route.all()),
        ("summarized_prefix", facts.summarized_prefix.all()),
    ];
    let mut all = BTreeSet::new();
    for (relation, rows) in prefixed {
        all.extend(rows.iter().map(|row| Fact::Of(relation, row.0, row.0, row.1)));
    }
    all.extend(facts.static_route.all().iter().map(|row| Fact::Of("static_route", row.0, row.1, row.2)));
    all.extend(facts.peered_prefix.all().iter().map(|row| Fact::Of("peered_prefix", row.0, row.1, row.2)));
    all.extend(facts.partly_peered.all().iter().map(|row| Fact::Peering("partly_peered", row.0, row.1)));
    let gateways: BTreeMap<u32, NameId> = facts.client.all().iter().copied().collect();
    all.extend(facts.manual_route.all().iter().map(|(client, prefix)| {
        let gateway = gateways[client];
        Fact::Of("manual_route", gateway, gateway, *prefix)
    }));
    all.extend(facts.peered.all().iter().map(|row| Fact::Peering("peered", row.0, row.1)));
    all.extend(facts.gateway_transit.all().iter().map(|row| Fact::Peering("gateway_transit", row.0, row.1)));
    all.extend(facts.s2s.all().iter().map(|row| Fact::Tunnel("s2s", row.0, row.1)));
    all.extend(facts.bgp.all().iter().map(|row| Fact::Tunnel("bgp", row.0, row.1)));
    all.extend(facts.transit_site.all().iter().map(|site| Fact::Transit(*site)));
    all
}

/// True where the evidence names the fact, or the fact is about a prefix in question.
fn rests_on(evidence: &Evidence, facts: &Facts, fact: Fact) -> bool {
    // Addresses in the address pool that are a network's are no client's, so a prefix of one there cuts the pool.
    let pools = || facts.client_pool.all().iter().filter(|row| row.0 == evidence.gateway);
    let matters = |prefix: Prefix| {
        evidence.tables.iter().any(|tables| prefix.covers(tables.destination))
            || pools().any(|pool| pool.1.covers(prefix))
    };
    let mut learned = evidence.tables.iter().flat_map(|tables| &tables.learned);
    match fact {
        // With its last summary a gateway announces its own VNet again.
        Fact::Of("summarized_prefix", gateway, _, prefix) => {
            let mut own = facts.address.all().iter().filter(|row| row.0 == gateway);
            matters(prefix) || own.any(|row| matters(row.1))
        }
        Fact::Of(_, _, _, prefix) => matters(prefix),
        Fact::Peering(_, one, other) => {
            let mut spaces = facts.address.all().iter().filter(|row| row.0 == one || row.0 == other);
            spaces.any(|row| matters(row.1))
        }
        Fact::Tunnel(_, one, other) => {
            learned.any(|route| [(one, other), (other, one)].contains(&(route.router, route.neighbour)))
        }
        Fact::Transit(site) => {
            let announced = |origin| !matches!(origin, Origin::Attached(_) | Origin::Summary);
            learned.any(|route| route.neighbour == site && announced(route.origin))
                || proofs(evidence)
                    .any(|proof| proof.steps.iter().any(|step| step.conclusion == Tuple::Relays(site)))
                || certificates(evidence).any(|astray| astray.states.iter().any(|state| state.router == site))
        }
    }
}

fn proofs(evidence: &Evidence) -> impl Iterator<Item = &Proof> {
    let routes = evidence.routes.iter().flat_map(|route| route.given.proofs());
    routes.chain(evidence.there_proofs()).chain(evidence.back_proofs())
}

fn certificates(evidence: &Evidence) -> impl Iterator<Item = &Astray> {
    evidence.there_certificates().iter().chain(evidence.back_certificates())
}

/// The rows of one client or class about one network, with whom they are of.
type Group = (NameId, Option<u32>, Vec<ReachRow>);

fn groups(analysis: &Analysis<'_>, profile: Profile, by: By) -> Vec<Group> {
    let mut groups = Vec::new();
    for (gateway, client, mut rows) in rows(analysis, profile, by) {
        // There is no evidence about the Internet yet.
        rows.retain(|row| row.network != NameId::INTERNET);
        for rows in rows.chunk_by(|one, other| (one.class, one.network) == (other.class, other.network)) {
            groups.push((gateway, client, rows.to_vec()));
        }
    }
    groups
}

/// Removes a fact, and compares all that does not rest on it; the number of comparisons.
fn compared(rows: &Rows, which: Index) -> Result<usize, TestCaseError> {
    let before = rows.inventory();
    let stated = changes::facts(&before);
    let stated: Vec<_> = stated.into_iter().filter(|fact| RELATIONS.contains(&&*fact.0)).collect();
    if stated.is_empty() {
        return Ok(0);
    }
    let changes = parsed(&line(false, which.get(&stated)));
    let Some(after) = apply(&before, &changes, true, &mut Report::default()) else { return Ok(0) };
    let [old, new] = [&before, &after].map(Analysis::new);
    let [had, has] = [old.facts(), new.facts()].map(facts);
    // Static prefixes that an end lists keep it from those of the far network, which may come in their place.
    let comes: Vec<Fact> = has.difference(&had).copied().collect();
    if !comes.iter().all(|fact| matches!(fact, Fact::Of(..))) {
        return Ok(0);
    }
    let goes: Vec<Fact> = had.difference(&has).copied().collect();
    if goes.is_empty() {
        return Ok(0);
    }
    let mut count = 0;
    for by in [By::Class, By::Client] {
        if by == By::Client && before.clients.is_none() {
            continue;
        }
        // What leaves the part takes its prefixes along, and the limits of parts of prefixes with them.
        let left = |gateway: NameId, name: NameId| {
            let together = |analysis: &Analysis<'_>| {
                analysis.facts().component_of(name) == analysis.facts().component_of(gateway)
            };
            together(&old) && !together(&new)
        };
        let stays = |evidence: &Evidence| {
            let leaves =
                |fact: &&Fact| matches!(fact, Fact::Of(_, name, ..) if left(evidence.gateway, *name));
            let cuts = |fact: &Fact| match fact {
                Fact::Of(_, _, _, prefix) => {
                    evidence.tables.iter().any(|tables| tables.destination.overlaps(*prefix))
                }
                _ => true,
            };
            let mut gone = goes.iter().chain(had.iter().filter(leaves));
            !gone.any(|fact| rests_on(evidence, old.facts(), *fact)) && !comes.iter().any(cuts)
        };
        let now = groups(&new, Profile::Observed, by);
        for (gateway, client, rows) in groups(&old, Profile::Observed, by) {
            let (class, network) = (rows[0].class, rows[0].network);
            let part = new.facts().component_of(gateway);
            if new.facts().component_of(network) != part {
                // Out of the gateway's world by now, and not listed.
                continue;
            }
            let to = target(&before, network);
            let from = client.map_or(From::Gateway(gateway), From::Client);
            let classes = Some(vec![class]);
            let question = Question { profile: Profile::Observed, from, to: &to, classes, all: false };
            let checker = Checker::new(new.facts(), part);
            let same = |other: &&Group| {
                let row = &other.2[0];
                (other.0, other.1, row.class, row.network) == (gateway, client, class, network)
            };
            for explanation in old.explain(&question).expect("rows are of clients") {
                if explanation.evidence.iter().all(&stays) {
                    let now = now.iter().find(same).map(|group| &group.2[..]);
                    holds(&checker, now.unwrap_or_default(), &explanation)?;
                    count += 1;
                }
            }
        }
    }
    Ok(count)
}

fn target(inventory: &Inventory, network: NameId) -> Target {
    Target::network(inventory, inventory.names.text(network)).expect("rows name networks")
}

/// What can be taken away without a network or a number going with it.
const RELATIONS: [&str; 13] = [
    "address",
    "bgp",
    "client_pool",
    "custom_route",
    "gateway_transit",
    "manual_route",
    "partly_peered",
    "peered",
    "peered_prefix",
    "s2s",
    "static_route",
    "summarized_prefix",
    "transit_site",
];

#[test]
fn what_no_proof_or_certificate_names_changes_no_answer() {
    let strategy = (inventories(), any::<Index>());
    let config: Config = fewer();
    let cases = config.cases;
    let (count, mut runner) = (Cell::new(0usize), TestRunner::new(config));
    let result = runner.run(&strategy, |(rows, which)| -> TestCaseResult {
        count.set(count.get() + compared(&rows, which)?);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}\n{runner}");
    }
    // Most facts of a random inventory are of no concern to most answers.
    assert!(count.get() >= cases as usize, "only {} comparisons in {cases} cases", count.get());
}
