//! Many changes to one large inventory, each tried by itself.
//!
//! A change is made to a small inventory that holds just the connected components whose networks it
//! names, and that is compared with what is known of these parts already. What it costs depends on
//! them, not on the inventory.
//!
//! ```
//! use tunnelog::answer::Request;
//! use tunnelog::diagnostic::Report;
//! use tunnelog::import::load::load;
//! use tunnelog::language::parse::parse_changes;
//! use tunnelog::scenarios::Baseline;
//!
//! let inventory = load("facts/s2s-chain").unwrap().inventory;
//! let changes = parse_changes("change", "+ bgp(VNet1, VNet2)", &mut Report::default());
//! let outcome = Baseline::new(&inventory, Request::default()).outcome(&changes, false);
//! assert!(outcome.is_made && !outcome.differences.is_empty());
//! ```

mod members;

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::answer::{Analysis, Request, Solver};
use crate::change::{apply_to, networks_of, networks_of_all};
use crate::check::warnings;
use crate::compare::{Comparison, Difference, FactDifference};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::solve::Known;
use crate::source::Sources;
use members::Members;

/// An inventory to which changes are tried.
pub struct Baseline<'a> {
    inventory: &'a Inventory,
    request: Request,
    members: Members,
    /// Each connected component by itself, once a change has touched it.
    parts: Vec<OnceLock<Arc<Part>>>,
    /// What is known of components with subnets, before a change and after one.
    known: Arc<Known>,
    /// The files that warnings point into, where warnings are wanted.
    sources: Option<&'a Sources>,
    /// The gateways whose clients are asked about, where not all are; some may come only with a change.
    gateways: Option<Vec<String>>,
}

/// Connected parts by themselves, solved.
struct Part {
    inventory: Inventory,
    facts: Facts,
    solver: Solver,
    warnings: Vec<Diagnostic>,
}

/// What changes make of an inventory.
#[derive(Debug)]
pub struct Outcome {
    /// The connected components that the changes touch, after them: what [`Difference`] refers to.
    pub inventory: Inventory,
    /// The facts that differ.
    pub facts: Vec<FactDifference>,
    /// What differs for clients, in the order of answers.
    pub differences: Vec<Difference>,
    /// What was found while the changes were made.
    pub diagnostics: Vec<Diagnostic>,
    /// What is doubtful after the changes and was not before, where that was looked for.
    pub warnings: Vec<Diagnostic>,
    /// What was doubtful before the changes and is no longer, where that was looked for.
    pub settled: Vec<Diagnostic>,
    /// False where a change could not be made, so that there is no difference to give.
    pub is_made: bool,
}

impl<'a> Baseline<'a> {
    /// Prepares `inventory` for changes, of which `request` is asked. Nothing is solved yet.
    #[must_use]
    pub fn new(inventory: &'a Inventory, request: Request) -> Self {
        let members = Members::new(inventory);
        let parts = std::iter::repeat_with(OnceLock::new).take(members.component_count()).collect();
        let text = |name: &NameId| inventory.names.text(*name).to_owned();
        let gateways = request.gateways.as_ref().map(|names| names.iter().map(text).collect());
        Self { inventory, request, members, parts, known: Arc::default(), sources: None, gateways }
    }

    /// Looks for warnings, too. `sources` are the files that the inventory and the changes were read from.
    #[must_use]
    pub fn checked(mut self, sources: &'a Sources) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Asks just for the clients of these gateways, which the inventory need not have before a change.
    #[must_use]
    pub fn narrowed(mut self, gateways: Vec<String>) -> Self {
        self.gateways = Some(gateways);
        self
    }

    /// What `changes`, made in order, bring about.
    #[must_use]
    pub fn outcome(&self, changes: &[Change], force: bool) -> Outcome {
        let touched = self.touched(changes);
        let part = match touched[..] {
            [one] => self.known(one),
            _ => Arc::new(self.part(&touched)),
        };
        let mut outcome = Outcome {
            inventory: part.inventory.clone(),
            facts: Vec::new(),
            differences: Vec::new(),
            diagnostics: Vec::new(),
            warnings: Vec::new(),
            settled: Vec::new(),
            is_made: false,
        };
        let mut report = Report::default();
        outcome.is_made = apply_to(&mut outcome.inventory, changes, force, &mut report);
        outcome.diagnostics = report.diagnostics;
        if outcome.is_made {
            let after = &outcome.inventory;
            let request = self.request_in(after);
            let old = Analysis::with_facts(&part.inventory, &part.facts);
            let new = old.after(after);
            if let Some(sources) = self.sources {
                let warnings = warnings(after, new.facts(), sources);
                outcome.settled = without(&part.warnings, &warnings);
                outcome.warnings = without(&warnings, &part.warnings);
            }
            let comparison = Comparison::of(old, new);
            outcome.facts = comparison.facts();
            outcome.differences = comparison.differences_from(&request, &part.solver);
        }
        outcome
    }

    /// A connected component by itself, solved once.
    fn known(&self, number: u32) -> Arc<Part> {
        let place = &self.parts[number as usize];
        if let Some(part) = place.get() {
            return Arc::clone(part);
        }
        // Not made in its place: a thread that waits for others' share of the work may take up another
        // change to the same part meanwhile, and would wait for itself.
        let part = Arc::new(self.part(&[number]));
        Arc::clone(place.get_or_init(|| part))
    }

    /// The numbers of the connected components whose networks `changes` name.
    #[must_use]
    pub fn touched(&self, changes: &[Change]) -> Vec<u32> {
        let names = changes.iter().flat_map(|change| networks_of(self.inventory, change));
        let names = names.chain(networks_of_all(self.inventory, changes));
        let mut touched: Vec<u32> = names.map(|name| self.members.component_of(name)).collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// The connected components that `networks` stand in, as an inventory of their own.
    #[must_use]
    pub fn around(&self, networks: &[NameId]) -> Inventory {
        let mut numbers: Vec<u32> = networks.iter().map(|name| self.members.component_of(*name)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        // What a plan calls a new table is nobody's name.
        self.members.extract_with_tables(self.inventory, &numbers)
    }

    /// The connected components that `changes` touch or that `networks` stand in, as they are before the changes, as an inventory
    /// of their own.
    #[must_use]
    pub fn before(&self, changes: &[Change], networks: &[NameId]) -> Inventory {
        let mut numbers = self.touched(changes);
        numbers.extend(networks.iter().map(|name| self.members.component_of(*name)));
        numbers.sort_unstable();
        numbers.dedup();
        self.members.extract(self.inventory, &numbers)
    }

    /// Connected parts by themselves, solved.
    fn part(&self, numbers: &[u32]) -> Part {
        let inventory = self.members.extract(self.inventory, numbers);
        let facts = Facts::lower(&inventory);
        let solver = {
            let analysis = Analysis::with_facts(&inventory, &facts);
            let mut solver = Solver::new(&analysis, &self.request).knowing(Arc::clone(&self.known));
            solver
                .solve(&analysis, analysis.gateways().into_iter().map(|gateway| facts.component_of(gateway)));
            solver
        };
        let warnings = self.sources.map(|sources| warnings(&inventory, &facts, sources)).unwrap_or_default();
        Part { inventory, facts, solver, warnings }
    }

    /// The request with the names of gateways as an extracted inventory numbers them.
    fn request_in(&self, inventory: &Inventory) -> Request {
        let mut request = self.request.clone();
        request.gateways = self
            .gateways
            .as_ref()
            .map(|gateways| gateways.iter().filter_map(|gateway| inventory.names.get(gateway)).collect());
        request
    }
}

/// The findings of `these` that `others` does not have. Their places tell nothing: a change moves them.
fn without(these: &[Diagnostic], others: &[Diagnostic]) -> Vec<Diagnostic> {
    let key = |finding: &Diagnostic| (finding.code, finding.message.clone());
    let mut left: FxHashMap<(Code, String), usize> = FxHashMap::default();
    for finding in others {
        *left.entry(key(finding)).or_default() += 1;
    }
    let is_new = |finding: &&Diagnostic| match left.get_mut(&key(finding)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    these.iter().filter(is_new).cloned().collect()
}
