//! What is doubtful in an inventory that can be read: an answer is given, and the user should look.
//!
//! An inventory may have a million networks, so every check is a pass over rows in file order or over
//! rows that were sorted first. None compares all pairs, and an entry has at most one finding of a kind.

mod as_paths;
mod carried;
mod derived;
mod gateways;
mod limits;
mod look_alikes;
mod naming;
mod numbers;
mod overlaps;
mod peerings;
mod refused;
mod summaries;
mod tables;
mod tunnels;

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic, Report, sort};
use crate::facts::Facts;
use crate::inventory::{Inventory, elements};
use crate::names::NameId;
use crate::prefix::{Prefix, PrefixError};
use crate::source::{Sources, Span};
use crate::topology::Topology;

/// Adds every warning about `inventory` to `report`, whose findings are then in file order.
///
/// The inventory must have been read into the same report without an error. Its facts, which have to be
/// worked out for this, are given back.
pub fn check(inventory: &Inventory, report: &mut Report) -> Facts {
    let facts = Facts::lower(inventory);
    report.diagnostics.extend(warnings(inventory, &facts, &report.sources));
    if inventory.vnets.is_empty() {
        let finding = Diagnostic::new(Code::NoVnet, "the inventory has no VNet yet");
        report.push(finding.help(
            "write the first one below the header of `vnets.csv`, such as `Hub,10.1.0.0/16`, and its clients' addresses \
             into `gateways.csv`, such as `Hub,192.168.0.0/24`",
        ));
    }
    report.sort();
    facts
}

/// Every warning about `inventory`, whose facts are `facts`, in file order.
///
/// The rows of the inventory must have been read from `sources`.
#[must_use]
pub fn warnings(inventory: &Inventory, facts: &Facts, sources: &Sources) -> Vec<Diagnostic> {
    let context = Context::new(inventory, facts, sources);
    let checks: [fn(&Context<'_>, &mut Found); 14] = [
        overlaps::check,
        peerings::check,
        numbers::check,
        tunnels::check,
        gateways::check,
        refused::check,
        summaries::check,
        limits::check,
        look_alikes::check,
        carried::check,
        derived::check,
        as_paths::check,
        tables::check,
        naming::check,
    ];
    let run = |check: &fn(&Context<'_>, &mut Found)| {
        let mut found = Vec::new();
        check(&context, &mut found);
        found
    };
    let found: Vec<Found> = checks.par_iter().map(run).collect();
    let mut found: Vec<Diagnostic> = found.into_iter().flatten().collect();
    sort(&mut found);
    found
}

/// Adds a warning about every stateful appliance that sees one direction only of what clients ask for, and every DNS server out of their reach.
///
/// This solves every component with subnets or DNS servers and so costs what its answer costs: [`check`] leaves it out. Rows of answers say
/// the same, with the reasons `asymmetric` and `server-out-of-reach`.
pub fn check_paths(inventory: &Inventory, facts: &Facts, report: &mut Report) {
    report.diagnostics.extend(path_warnings(inventory, facts, &report.sources));
    report.sort();
}

/// What [`check_paths`] adds.
pub(crate) fn path_warnings(inventory: &Inventory, facts: &Facts, sources: &Sources) -> Vec<Diagnostic> {
    if inventory.subnets.is_empty() && inventory.dns_servers.is_empty() {
        return Vec::new();
    }
    let mut found = tables::one_way::check(inventory, facts, sources);
    found.append(&mut naming::check_reach(&Context::new(inventory, facts, sources)));
    found
}

/// The inventory with what several checks look up in it.
struct Context<'run> {
    inventory: &'run Inventory,
    facts: &'run Facts,
    sources: &'run Sources,
    topology: Topology<'run>,
    /// What each router delivers by itself, part by part: networks, not pools. Sorted in each part.
    attached: Vec<Vec<(NameId, Prefix)>>,
    /// Whether a VNet uses remote gateways in one of its peerings, by the index of its name.
    uses_gateway: Vec<bool>,
    /// The lists that findings were about, as far as they are long.
    elements: Mutex<FxHashMap<(Span, &'static str), Elements>>,
}

impl<'run> Context<'run> {
    fn new(inventory: &'run Inventory, facts: &'run Facts, sources: &'run Sources) -> Self {
        let mut context = Self {
            inventory,
            facts,
            sources,
            topology: Topology::new(inventory),
            attached: Vec::new(),
            uses_gateway: vec![false; inventory.names.len()],
            elements: Mutex::default(),
        };
        for row in inventory.peerings.iter().filter(|row| row.use_remote_gateways) {
            context.uses_gateway[row.vnet.index()] = true;
        }
        let parts = (0..facts.component_count).into_par_iter();
        context.attached = parts.map(|part| context.attached_in(part)).collect();
        context
    }

    /// What the routers of one connected component deliver by themselves, sorted.
    fn attached_in(&self, part: usize) -> Vec<(NameId, Prefix)> {
        let mut attached = Vec::new();
        let mut attach = |router, network: NameId| {
            attached.extend(self.topology.address_space(network).iter().map(|prefix| (router, *prefix)));
        };
        for router in self.facts.gateway.of(part).iter().chain(self.facts.site.of(part)) {
            attach(*router, *router);
        }
        // Both relations stand in the order of pairs, so one pass joins them. To ask the topology of each spoke whether a
        // hub attaches it would look up the rows of a million pairs one by one.
        let order = |(one, other): (NameId, NameId)| (one.min(other), one.max(other));
        let mut peered = self.facts.peered.of(part);
        for &(hub, spoke) in self.facts.gateway_transit.of(part) {
            let pair = order((hub, spoke));
            peered = &peered[peered.iter().take_while(|row| order(**row) < pair).count()..];
            let usable_sides = peered.iter().take(2).filter(|row| order(**row) == pair).count();
            let is_spoke = self.topology.has_gateway(hub) && !self.topology.has_gateway(spoke);
            if is_spoke && usable_sides == 2 {
                attach(hub, spoke);
            }
        }
        attached.sort_unstable();
        attached.dedup();
        attached
    }

    /// What the router delivers by itself.
    fn attached_to(&self, router: NameId) -> &[(NameId, Prefix)] {
        rows_of(&self.attached[self.facts.component_of(router)], router, |row| row.0)
    }

    /// The name as messages show it.
    fn shown(&self, name: NameId) -> String {
        format!("`{}`", self.inventory.names.text(name))
    }

    /// The cell of a record.
    fn cell(&self, record: Span, column: &str) -> Span {
        self.sources.cell(record, column)
    }

    /// The cell of a record, or where the file lacks that column the cell of another.
    fn cell_or(&self, record: Span, column: &str, other: &str) -> Span {
        let cell = self.cell(record, column);
        if cell == record { self.cell(record, other) } else { cell }
    }

    /// The prefix in a list; the whole cell where it is not written there as it is printed.
    fn element(&self, record: Span, column: &'static str, prefix: Prefix) -> Span {
        if record.range().len() < LONG {
            return Elements::of(self, record, column).place(prefix);
        }
        // A cell may have thousands of elements, each with a finding.
        let mut known = self.elements.lock().unwrap_or_else(PoisonError::into_inner);
        let elements = known.entry((record, column));
        elements.or_insert_with(|| Elements::of(self, record, column)).place(prefix)
    }
}

/// What is cut into its elements once for all findings, and no shorter record.
const LONG: usize = 1 << 10;

/// Where the prefixes of a list stand.
struct Elements {
    cell: Span,
    places: FxHashMap<Prefix, Span>,
}

impl Elements {
    fn of(context: &Context<'_>, record: Span, column: &str) -> Self {
        let cell = context.cell(record, column);
        let source = context.sources.get(cell.file);
        let text = &source.text()[cell.range()];
        let mut places = FxHashMap::default();
        if source.table.is_none() || cell == record {
            return Self { cell, places };
        }
        for element in elements(text) {
            let (Ok(prefix) | Err(PrefixError::NoLength(prefix))) = element.parse() else { continue };
            let before = element.as_ptr().addr() - text.as_ptr().addr();
            places.entry(prefix).or_insert(cell.within(before..before + element.len()));
        }
        Self { cell, places }
    }

    fn place(&self, prefix: Prefix) -> Span {
        self.places.get(&prefix).copied().unwrap_or(self.cell)
    }
}

/// The rows of `router` among rows that are sorted by router.
fn rows_of<Row>(rows: &[Row], router: NameId, key: impl Fn(&Row) -> NameId) -> &[Row] {
    let start = rows.partition_point(|row| key(row) < router);
    let length = rows[start..].partition_point(|row| key(row) == router);
    &rows[start..start + length]
}

type Found = Vec<Diagnostic>;
