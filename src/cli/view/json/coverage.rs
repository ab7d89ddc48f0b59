//! The shape of what expectations exercise.

use std::collections::BTreeSet;

use serde::Serialize;
use tunnelog::inventory::Inventory;
use tunnelog::language::print::quoted;
use tunnelog::proof::Clause;
use tunnelog::query::coverage::Coverage;
use tunnelog::rule::Rule;
use tunnelog::source::{Sources, Span};

/// What a set of expectations exercises, and what it does not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CoverageShape {
    /// How many expectations there were.
    pub(crate) expectations: usize,
    /// Every row or resource of the inventory, file by file.
    pub(crate) rows: Vec<CoveredRow>,
    /// Every rule that proofs apply and that derives something from the inventory, or that an expectation rests on.
    pub(crate) rules: Vec<CoveredRule>,
}

/// A row or resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CoveredRow {
    /// The file.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// What the row states, as a fact or two names.
    pub(crate) states: String,
    /// How many expectations rest on it.
    pub(crate) expectations: usize,
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CoveredRule {
    /// Its id.
    pub(crate) rule: &'static str,
    /// How many expectations rest on it.
    pub(crate) expectations: usize,
}

impl CoverageShape {
    /// The columns of the table.
    pub(crate) const COLUMNS: [&'static str; 5] = ["kind", "name", "file", "line", "expectations"];

    /// The shape of `coverage` of an inventory from which the rules in `applying` derive something, and where packets move by
    /// the clauses in `moving`.
    #[must_use]
    pub(crate) fn new(
        coverage: &Coverage,
        inventory: &Inventory,
        applying: &BTreeSet<Rule>,
        moving: &BTreeSet<Clause>,
        sources: &Sources,
    ) -> Self {
        let row = |(states, span): (String, Span)| CoveredRow {
            file: sources.get(span.file).path.clone(),
            line: sources.position(span).line,
            states,
            expectations: coverage.rows.get(&span).copied().unwrap_or_default(),
        };
        let rule = |rule: &Rule| CoveredRule {
            rule: rule.id(),
            expectations: coverage.rules.get(rule).copied().unwrap_or_default(),
        };
        let applies = |rule: &Rule| rule.is_applied() && applying.contains(rule);
        let is_meant = |rule: &&Rule| applies(rule) || coverage.rules.contains_key(rule);
        let clauses = Clause::ALL.iter().filter(|clause| moving.contains(clause)).map(|clause| CoveredRule {
            rule: clause.id(),
            expectations: coverage.clauses.get(clause).copied().unwrap_or_default(),
        });
        Self {
            expectations: coverage.expectations,
            rows: stated(inventory).into_iter().map(row).collect(),
            rules: Rule::ALL.iter().filter(is_meant).map(rule).chain(clauses).collect(),
        }
    }

    /// The rows of the table, in the order of [`Self::COLUMNS`].
    pub(crate) fn table(&self) -> impl Iterator<Item = [String; 5]> {
        let rows = self.rows.iter().map(|row| {
            let (line, count) = (row.line.to_string(), row.expectations.to_string());
            ["row".to_owned(), row.states.clone(), row.file.clone(), line, count]
        });
        let rules = self.rules.iter().map(|rule| {
            ["rule".into(), rule.rule.into(), String::new(), String::new(), rule.expectations.to_string()]
        });
        rows.chain(rules)
    }
}

/// What every row states, and where it stands. What is known from another network's row alone has none.
fn stated(inventory: &Inventory) -> Vec<(String, Span)> {
    let name = |name| quoted(inventory.names.text(name));
    let vnets = inventory.vnets.iter().filter(|row| !row.external);
    let mut rows: Vec<(String, Span)> =
        vnets.map(|row| (format!("vnet({})", name(row.name)), row.origin)).collect();
    rows.extend(inventory.gateways.iter().map(|row| (format!("gateway({})", name(row.vnet)), row.origin)));
    rows.extend(inventory.sites.iter().map(|row| (format!("site({})", name(row.name)), row.origin)));
    rows.extend(
        inventory
            .peerings
            .iter()
            .map(|row| (format!("peered({}, {})", name(row.vnet), name(row.remote_vnet)), row.origin)),
    );
    rows.extend(
        inventory
            .connections
            .iter()
            .map(|row| (format!("s2s({}, {})", name(row.from), name(row.to)), row.origin)),
    );
    let label = |label| quoted(inventory.labels.text(label));
    rows.extend(
        inventory
            .subnets
            .iter()
            .map(|row| (format!("subnet({}, {})", name(row.vnet), label(row.name)), row.origin)),
    );
    rows.extend(
        inventory.route_tables.iter().map(|row| (format!("route_table({})", label(row.name)), row.origin)),
    );
    rows.extend(
        inventory
            .user_routes
            .iter()
            .map(|row| (format!("user_route({}, {})", label(row.route_table), row.prefix), row.origin)),
    );
    rows.extend(
        inventory
            .appliances
            .iter()
            .map(|row| (format!("appliance({}, {})", label(row.name), name(row.vnet)), row.origin)),
    );
    rows.extend(
        inventory.dns_servers.iter().map(|row| (format!("dns_server({})", name(row.vnet)), row.origin)),
    );
    rows.extend(
        inventory
            .resolvers
            .iter()
            .map(|row| (format!("resolver({}, {})", label(row.name), name(row.vnet)), row.origin)),
    );
    rows.extend(inventory.zone_links.iter().map(|row| {
        let zone = label(row.zone);
        let states = row.vnet.map(|vnet| format!("zone_link({zone}, {})", name(vnet)));
        (states.unwrap_or_else(|| format!("private_zone({zone})")), row.origin)
    }));
    rows.extend(
        inventory
            .private_endpoints
            .iter()
            .map(|row| (format!("private_endpoint({}, {})", label(row.name), name(row.vnet)), row.origin)),
    );
    let clients = inventory.clients.iter().flatten();
    rows.extend(
        clients.map(|row| (format!("client({}, {})", quoted(&row.name), name(row.gateway)), row.origin)),
    );
    rows.sort_by_key(|(_, span)| *span);
    rows
}
