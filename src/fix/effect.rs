//! What a plan changes for clients, as names.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::answer::{Resolution, Status};
use crate::compare::{Difference, ReachDifference};
use crate::names::{LabelId, NameId};
use crate::scenarios::Outcome;

/// What changes for the clients of one gateway and class, or for one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The client, where clients are told of one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The gateway.
    pub gateway: String,
    /// The class.
    pub class: &'static str,
    /// True where the profile has to be downloaded again.
    pub download: bool,
    /// The networks that become reachable, wholly or in part.
    pub gained: Vec<String>,
    /// The networks that would be reachable now if clients had a route.
    pub needs_route: Vec<String>,
    /// The networks that clients lose, wholly or in part.
    pub lost: Vec<String>,
    /// The private zones whose names resolve now; empty for any name, where no zone is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<String>,
    /// Those whose names resolve now only if a server forwards them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends: Vec<String>,
    /// Those whose names no longer resolve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<String>,
}

impl Effect {
    /// What changes for clients, in the order of answers.
    #[must_use]
    pub fn all(outcome: &Outcome) -> Vec<Self> {
        let text = |name: NameId| outcome.inventory.names.text(name).to_owned();
        let effect = |difference: &Difference| {
            let names = |holds: fn(&ReachDifference) -> bool| {
                let rows = difference.reach.iter().filter(|row| holds(row));
                let names: BTreeSet<String> = rows.map(|row| text(row.network)).collect();
                names.into_iter().collect::<Vec<_>>()
            };
            let zones = |holds: fn(u8, u8) -> bool| {
                let rows = difference.names.iter();
                let rows = rows.filter(|row| holds(certainty(row.before), certainty(row.after)));
                let zone = |zone: LabelId| outcome.inventory.labels.text(zone).to_owned();
                rows.map(|row| row.zone.map(zone).unwrap_or_default()).collect::<Vec<_>>()
            };
            Self {
                client: difference.client.as_deref().map(str::to_owned),
                gateway: text(difference.gateway),
                class: difference.class.word(),
                download: difference.download,
                gained: names(|row| worth(row.after) == 2 && worth(row.before) < 2),
                needs_route: names(|row| worth(row.after) == 1 && worth(row.before) < 1),
                lost: names(|row| worth(row.after) < worth(row.before)),
                resolves: zones(|before, after| after == 2 && before < 2),
                depends: zones(|before, after| after == 1 && before != 1),
                unresolved: zones(|before, after| after == 0 && before > 0),
            }
        };
        let mut effects: Vec<Self> = outcome.differences.iter().map(effect).collect();
        effects.retain(|effect| {
            let networks = [&effect.gained, &effect.needs_route, &effect.lost];
            let zones = [&effect.resolves, &effect.depends, &effect.unresolved];
            effect.download || networks.into_iter().chain(zones).any(|names| !names.is_empty())
        });
        effects
    }
}

/// How sure clients can be of names.
fn certainty(resolution: Option<Resolution>) -> u8 {
    match resolution {
        Some(Resolution::Resolves) => 2,
        Some(Resolution::Depends) => 1,
        Some(Resolution::No) | None => 0,
    }
}

/// How near clients are to a network.
fn worth(status: Option<Status>) -> u8 {
    match status {
        Some(Status::Reachable) => 2,
        Some(Status::NeedsRoute) => 1,
        Some(Status::Blackhole | Status::Unreachable) | None => 0,
    }
}
