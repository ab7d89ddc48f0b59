//! The rows of `routes`, `reach` and `names`.

use std::fmt;
use std::net::IpAddr;

use std::collections::BTreeSet;

use crate::answer::{NameReasons, NameRow, OnTheWay, ReachRow, Reasons, RouteRow, Status};
use crate::facts::ids::Machine;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;
use serde::Serialize;

use super::row::{Cell, Origin, Row, as_list, as_text, as_words};

/// What the rows of an answer refer to.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The inventory that was analysed.
    pub inventory: &'a Inventory,
    /// Its path, where there are several.
    pub path: Option<&'a str>,
}

impl<'a> Context<'a> {
    fn origin(self, client: Option<u32>) -> Origin<'a> {
        let clients = self.inventory.clients.as_deref().unwrap_or_default();
        let client = client.and_then(|index| clients.get(index as usize));
        Origin { inventory: self.path, client: client.map(|client| &*client.name) }
    }

    /// A row of `routes` as it is written.
    #[must_use]
    pub fn route(self, gateway: NameId, row: &RouteRow) -> Route<'a> {
        Route {
            origin: self.origin(row.client),
            gateway: self.inventory.names.text(gateway),
            class: row.class.word(),
            prefix: row.prefix,
            reasons: row.reasons,
        }
    }

    /// The rows of one class or client, of which there is at least one, counted.
    #[must_use]
    pub fn count(self, gateway: NameId, rows: &[ReachRow]) -> Count<'a> {
        let [reachable, needs_route, blackhole, unreachable] = Count::of(rows);
        let (client, class) = (rows[0].client, rows[0].class.word());
        Count {
            origin: self.origin(client),
            gateway: self.inventory.names.text(gateway),
            class,
            destinations: rows.len(),
            reachable,
            needs_route,
            blackhole,
            unreachable,
        }
    }

    /// A row of `reach` as it is written.
    #[must_use]
    pub fn destination(
        self,
        gateway: NameId,
        row: &ReachRow,
        appliances: Option<&OnTheWay>,
    ) -> Destination<'a> {
        let named = |machines: &BTreeSet<Machine>| {
            let mut names: Vec<String> = machines.iter().map(|one| one.text(self.inventory)).collect();
            names.sort_unstable();
            names
        };
        let way = |way: &OnTheWay| Way { there: named(&way.there), back: named(&way.back) };
        Destination {
            origin: self.origin(row.client),
            gateway: self.inventory.names.text(gateway),
            class: row.class.word(),
            network: self.inventory.names.text(row.network),
            prefix: row.destination,
            status: row.status.word(),
            reasons: row.reasons,
            appliances: appliances.map(way),
        }
    }

    /// A row of `names` as it is written.
    #[must_use]
    pub fn name(self, gateway: NameId, row: &NameRow) -> NameOf<'a> {
        NameOf {
            origin: self.origin(row.client),
            gateway: self.inventory.names.text(gateway),
            class: row.class.word(),
            zone: row.zone.map(|zone| self.inventory.labels.text(zone)),
            servers: Servers(row.servers.clone()),
            status: row.status.word(),
            reasons: row.reasons,
        }
    }
}

/// A row of `reach --summary`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Count<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    gateway: &'a str,
    class: &'static str,
    destinations: usize,
    reachable: usize,
    needs_route: usize,
    blackhole: usize,
    unreachable: usize,
}

impl Count<'_> {
    /// How many rows have each status, in the order of the columns.
    #[must_use]
    pub fn of(rows: &[ReachRow]) -> [usize; 4] {
        [Status::Reachable, Status::NeedsRoute, Status::Blackhole, Status::Unreachable]
            .map(|status| rows.iter().filter(|row| row.status == status).count())
    }
}

impl Row for Count<'_> {
    const COLUMNS: &'static [&'static str] =
        &["gateway", "class", "destinations", "reachable", "needs_route", "blackhole", "unreachable"];

    fn origin(&self) -> Origin<'_> {
        self.origin
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.gateway))?;
        cell(Cell::Text(self.class))?;
        let counts = [self.destinations, self.reachable, self.needs_route, self.blackhole, self.unreachable];
        counts.iter().try_for_each(|count| cell(Cell::Shown(count)))
    }
}

/// A row of `routes`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Route<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    gateway: &'a str,
    class: &'static str,
    #[serde(serialize_with = "as_text")]
    prefix: Prefix,
    #[serde(serialize_with = "as_list")]
    reasons: Reasons,
}

impl Row for Route<'_> {
    const COLUMNS: &'static [&'static str] = &["gateway", "class", "prefix", "reason"];

    fn origin(&self) -> Origin<'_> {
        self.origin
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.gateway))?;
        cell(Cell::Text(self.class))?;
        cell(Cell::Shown(&self.prefix))?;
        cell(Cell::Shown(&self.reasons))
    }
}

/// The names of appliances on the way.
#[derive(Clone, Debug, Serialize)]
struct Way {
    there: Vec<String>,
    back: Vec<String>,
}

/// A row of `reach`.
#[derive(Clone, Debug, Serialize)]
pub struct Destination<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    gateway: &'a str,
    class: &'static str,
    network: &'a str,
    #[serde(rename = "destination", serialize_with = "as_text")]
    prefix: Prefix,
    status: &'static str,
    #[serde(serialize_with = "as_list")]
    reasons: Reasons,
    #[serde(skip_serializing_if = "Option::is_none")]
    appliances: Option<Way>,
}

impl Row for Destination<'_> {
    const COLUMNS: &'static [&'static str] =
        &["gateway", "class", "network", "destination", "status", "reason"];

    fn origin(&self) -> Origin<'_> {
        self.origin
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.gateway))?;
        cell(Cell::Text(self.class))?;
        cell(Cell::Text(self.network))?;
        cell(Cell::Shown(&self.prefix))?;
        cell(Cell::Text(self.status))?;
        cell(Cell::Shown(&self.reasons))
    }
}

/// A row of `names`.
#[derive(Clone, Debug, Serialize)]
pub struct NameOf<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    gateway: &'a str,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    servers: Servers,
    status: &'static str,
    #[serde(serialize_with = "as_words")]
    reasons: NameReasons,
}

/// Servers, in one cell or a list.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
struct Servers(Vec<IpAddr>);

impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<String> = self.0.iter().map(IpAddr::to_string).collect();
        f.write_str(&addresses.join(";"))
    }
}

impl Row for NameOf<'_> {
    const COLUMNS: &'static [&'static str] = &["gateway", "class", "zone", "server", "status", "reason"];

    fn origin(&self) -> Origin<'_> {
        self.origin
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.gateway))?;
        cell(Cell::Text(self.class))?;
        cell(Cell::Text(self.zone.unwrap_or_default()))?;
        cell(Cell::Shown(&self.servers))?;
        cell(Cell::Text(self.status))?;
        cell(Cell::Shown(&self.reasons))
    }
}
