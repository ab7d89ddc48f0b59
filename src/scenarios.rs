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
mod trial;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::answer::{Analysis, Request, Solver};
use crate::change::{apply_to, networks_of, networks_of_all};
use crate::check::{path_warnings, warnings};
use crate::compare::{Comparison, Difference, FactDifference};
use crate::diagnostic::{Code, Diagnostic, Report, sort};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::solve::Known;
use crate::source::Sources;
use members::Members;
pub use trial::Trial;

/// So many sets of several connected components are kept solved, as somebody who tries changes that join them goes on with these.
const JOINED: usize = 4;

/// An inventory to which changes are tried.
pub struct Baseline<'a> {
    inventory: &'a Inventory,
    request: Request,
    members: Members,
    /// Each connected component by itself, once a change has touched it.
    parts: Vec<OnceLock<Arc<Part>>>,
    /// The last sets of several, each by its numbers.
    joined: Mutex<VecDeque<(Vec<u32>, Arc<Part>)>>,
    /// What is known of components with subnets, before a change and after one.
    known: Arc<Known>,
    /// The files that warnings point into, where warnings are wanted.
    sources: Option<&'a Sources>,
    /// Whether warnings that rest on answers are looked for, too.
    has_paths: bool,
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
        Self {
            inventory,
            request,
            members,
            parts,
            joined: Mutex::default(),
            known: Arc::default(),
            sources: None,
            has_paths: false,
            gateways,
        }
    }

    /// Looks for warnings, too. `sources` are the files that the inventory and the changes were read from.
    #[must_use]
    pub fn checked(mut self, sources: &'a Sources) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Looks for warnings that rest on answers, too: appliances that see one direction only, and DNS servers out of reach.
    #[must_use]
    pub fn with_paths(mut self) -> Self {
        self.has_paths = true;
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
        let found = |trial: &Trial<'_>| {
            let (warnings, settled) = trial.warnings();
            (trial.facts(), trial.differences(), warnings, settled)
        };
        let (inventory, diagnostics, found) = self.tried(changes, force, self.sources, found);
        let is_made = found.is_some();
        let (facts, differences, warnings, settled) = found.unwrap_or_default();
        Outcome { inventory, facts, differences, diagnostics, warnings, settled, is_made }
    }

    /// Makes `changes` in order, and gives `then` both sides; gives the connected components that the changes touch, after them, what was
    /// found while the changes were made, and what `then` gave: nothing where they cannot be made. `sources` are the files of the
    /// inventory and the changes; warnings are looked for where that was asked for.
    pub fn tried<Given>(
        &self,
        changes: &[Change],
        force: bool,
        sources: Option<&Sources>,
        then: impl FnOnce(&Trial<'_>) -> Given,
    ) -> (Inventory, Vec<Diagnostic>, Option<Given>) {
        let part = self.of(&self.touched(changes));
        let mut inventory = part.inventory.clone();
        let mut report = Report::default();
        let is_made = apply_to(&mut inventory, changes, force, &mut report);
        let given = is_made.then(|| {
            let request = self.request_in(&inventory);
            let old = Analysis::with_facts(&part.inventory, &part.facts);
            let new = old.after(&inventory);
            let comparison = Comparison::of(old, new);
            let solver = comparison.solver(&request, &part.solver);
            let warnings = sources.filter(|_| self.sources.is_some()).map(|sources| {
                let new = self.warnings(&inventory, comparison.after().facts(), sources);
                (without(&new, &part.warnings), without(&part.warnings, &new))
            });
            let solvers = [&part.solver, &solver];
            let warnings = warnings.unwrap_or_default();
            let (before, diagnostics) = (&part.inventory, &report.diagnostics[..]);
            then(&Trial {
                before,
                comparison: &comparison,
                request: &request,
                solvers,
                diagnostics,
                warnings,
            })
        });
        (inventory, report.diagnostics, given)
    }

    /// Gives `then` the connected component of `network` by itself, ready to be asked.
    pub fn asked<Given>(&self, network: NameId, then: impl FnOnce(&Analysis<'_>) -> Given) -> Given {
        let part = self.known(self.members.component_of(network));
        then(&Analysis::with_facts(&part.inventory, &part.facts))
    }

    /// Solves each connected component by itself until `is_over`, so that no change has to wait for that.
    pub fn solve(&self, is_over: impl Fn() -> bool) {
        for number in (0..).take(self.parts.len()) {
            if is_over() {
                return;
            }
            self.known(number);
        }
    }

    /// Connected components by themselves, solved.
    fn of(&self, numbers: &[u32]) -> Arc<Part> {
        if let [one] = numbers {
            return self.known(*one);
        }
        let kept = |joined: &VecDeque<(Vec<u32>, Arc<Part>)>| {
            joined.iter().find(|(of, _)| of == numbers).map(|(_, part)| Arc::clone(part))
        };
        if let Some(part) = kept(&self.joined.lock().unwrap_or_else(PoisonError::into_inner)) {
            return part;
        }
        let part = Arc::new(self.part(numbers));
        let mut joined = self.joined.lock().unwrap_or_else(PoisonError::into_inner);
        joined.truncate(JOINED - 1);
        joined.push_front((numbers.to_vec(), Arc::clone(&part)));
        part
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

    /// The number of the connected component of `network`.
    #[must_use]
    pub fn component(&self, network: NameId) -> u32 {
        self.members.component_of(network)
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
        let warnings = self.sources.map(|sources| self.warnings(&inventory, &facts, sources));
        Part { inventory, facts, solver, warnings: warnings.unwrap_or_default() }
    }

    fn warnings(&self, inventory: &Inventory, facts: &Facts, sources: &Sources) -> Vec<Diagnostic> {
        let mut found = warnings(inventory, facts, sources);
        if self.has_paths {
            found.extend(path_warnings(inventory, facts, sources));
            sort(&mut found);
        }
        found
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
