//! Answers that rest on a route which passes two routers with one ASN: the second one would refuse it.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Context, Found};
use crate::class::Class;
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::Asn;
use crate::names::NameId;
use crate::solve::{Component, Evaluation, Known, MOST_SHARED, is_steered, shared, solve, steer};
use crate::source::Span;

/// How many pairs of a router and a prefix a connected component may have to be solved once more for this.
const MOST_ENTRIES: usize = 200_000;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let parts = (0..context.facts.component_count).into_par_iter();
    let mut all: Vec<Diagnostic> = parts.filter_map(|part| look(context, part)).collect();
    found.append(&mut all);
}

/// What follows for clients from one connected component.
#[derive(Default, PartialEq, Eq)]
struct Answers {
    accessible: BTreeSet<(NameId, NameId, u32)>,
    advertised: BTreeSet<(NameId, Class, u32, u16)>,
}

fn look(context: &Context<'_>, number: usize) -> Option<Diagnostic> {
    let facts = context.facts;
    if facts.client_pool.of(number).is_empty() {
        return None;
    }
    let mut shared = shared(facts, number);
    let mut sessions: FxHashMap<NameId, usize> = FxHashMap::default();
    for (router, _) in facts.bgp.of(number) {
        *sessions.entry(*router).or_default() += 1;
    }
    // Routes come to a router on one session and go on from it on another.
    let passes_on = |router: &NameId| {
        let relays =
            facts.gateway.of(number).contains(router) || facts.transit_site.of(number).contains(router);
        relays && sessions.get(router).is_some_and(|count| *count > 1)
    };
    if !shared.values().flatten().any(passes_on) {
        return None;
    }
    let count = shared.len();
    let (asn, routers) = shared.pop_first()?;
    let entries = facts.asn.of(number).len().saturating_mul(facts.address.of(number).len());
    let unknown = |why: String| {
        Some(placed(
            context,
            &routers,
            format!("{why}, so it is not known whether answers rest on routes that pass one twice"),
        ))
    };
    if entries > MOST_ENTRIES {
        return unknown(format!(
            "routers of a connected component with {} routers share an ASN",
            facts.asn.of(number).len()
        ));
    }
    if count > MOST_SHARED {
        return unknown(format!("{count} ASNs are shared by routers of a connected component"));
    }
    let part = Component::new(facts, number);
    let by_origin = answers(&part);
    let exact = answers(&part.following_paths());
    if by_origin == exact {
        return None;
    }
    let about = by_origin.accessible.symmetric_difference(&exact.accessible).map(|row| (row.0, row.1));
    let lost: BTreeSet<(NameId, NameId)> = about.collect();
    let of = match lost.first() {
        Some((gateway, network)) => {
            let (gateway, network) = (context.shown(*gateway), context.shown(*network));
            let more = lost.len() - 1;
            let others = if more == 0 { String::new() } else { format!(", and {more} other answers") };
            format!("what is said of {network} to clients of {gateway}{others}")
        }
        None => "which routes clients hold".to_owned(),
    };
    let asn = match (asn, count) {
        (Asn::Number(number), 1) => format!("ASN {number}"),
        _ => "an ASN".to_owned(),
    };
    Some(placed(
        context,
        &routers,
        format!("{of} rests on routes that pass {asn} twice, which routers refuse"),
    ))
}

fn answers(part: &Component<'_>) -> Answers {
    let gateways = part.p2s_gateways();
    let serves: Vec<(NameId, Class)> =
        gateways.iter().flat_map(|gateway| Class::ALL.map(|class| (*gateway, class))).collect();
    let mut answers = Answers::default();
    if is_steered(part.facts, part.number) {
        let steered = steer(part, &serves, Evaluation::Auto, &Known::default());
        answers.accessible.extend(steered.accessible().map(|row| (row.0, row.1, row.2.0)));
        let advertised = steered.advertised();
        answers.advertised.extend(advertised.map(|row| (row.0, row.1, row.2.0, row.3 as u16)));
        return answers;
    }
    solve::<()>(part, &serves, Evaluation::Auto, |derived, _| {
        answers.accessible.extend(derived.accessible.iter().map(|row| (row.0, row.1, row.2.0)));
        answers.advertised.extend(derived.advertised.iter().map(|row| (row.0, row.1, row.2.0, row.3 as u16)));
    });
    answers
}

fn placed(context: &Context<'_>, routers: &[NameId], message: String) -> Diagnostic {
    let mut places: Vec<(Span, NameId)> = routers
        .iter()
        .filter_map(|router| Some((super::numbers::place(context, *router)?, *router)))
        .collect();
    places.sort_unstable();
    let mut diagnostic = Diagnostic::new(Code::RepeatedAsn, message);
    if let [(first, name), .., (last, _)] = places[..] {
        diagnostic = diagnostic
            .at(last, "expected an ASN of its own")
            .with(first, format!("the ASN of {}", context.shown(name)));
    }
    diagnostic.help("give each router an ASN of its own; `--as-paths whole` answers without such routes")
}
