//! Many changes to one large inventory, each tried by itself.
//!
//! A change is made to a small inventory that holds just the connected parts whose networks it
//! names, and that is compared with what is known of these parts already. What it costs depends on
//! them, not on the inventory.

mod members;

use std::sync::{Arc, OnceLock};

use crate::answer::{Analysis, Request, Solver};
use crate::change::{apply_to, networks_of};
use crate::compare::{Comparison, Difference, FactDifference};
use crate::diagnostic::{Diagnostic, Report};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::query::syntax::Change;
use members::Members;

/// An inventory to which changes are tried.
pub struct Baseline<'a> {
    inventory: &'a Inventory,
    request: Request,
    members: Members,
    /// Each connected part by itself, once a change has touched it.
    parts: Vec<OnceLock<Arc<Part>>>,
}

/// Connected parts by themselves, solved.
struct Part {
    inventory: Inventory,
    facts: Facts,
    solver: Solver,
}

/// What changes make of an inventory.
#[derive(Debug)]
pub struct Outcome {
    /// The connected parts that the changes touch, after them: what [`Difference`] refers to.
    pub inventory: Inventory,
    /// The facts that differ.
    pub facts: Vec<FactDifference>,
    /// What differs for clients, in the order of answers.
    pub differences: Vec<Difference>,
    /// What was found while the changes were made.
    pub diagnostics: Vec<Diagnostic>,
    /// False where a change could not be made, so that there is no difference to give.
    pub is_made: bool,
}

impl<'a> Baseline<'a> {
    /// Prepares `inventory` for changes, of which `request` is asked. Nothing is solved yet.
    #[must_use]
    pub fn new(inventory: &'a Inventory, request: Request) -> Self {
        let members = Members::new(inventory);
        let parts = std::iter::repeat_with(OnceLock::new).take(members.part_count()).collect();
        Self { inventory, request, members, parts }
    }

    /// What `changes`, made in order, bring about.
    #[must_use]
    pub fn outcome(&self, changes: &[Change], force: bool) -> Outcome {
        let touched = self.touched(changes);
        let part = match touched[..] {
            [one] => Arc::clone(self.parts[one as usize].get_or_init(|| self.part(&[one]))),
            _ => self.part(&touched),
        };
        let mut after = part.inventory.clone();
        let mut report = Report::default();
        let is_made = apply_to(&mut after, changes, force, &mut report);
        let diagnostics = report.diagnostics;
        if !is_made {
            return Outcome {
                inventory: after,
                facts: Vec::new(),
                differences: Vec::new(),
                diagnostics,
                is_made,
            };
        }
        let (facts, differences) = {
            let request = self.request_in(&after);
            let old = Analysis::with_facts(&part.inventory, &part.facts);
            let comparison = Comparison::new(old, Analysis::new(&after));
            (comparison.facts(), comparison.differences_from(&request, &part.solver))
        };
        Outcome { inventory: after, facts, differences, diagnostics, is_made }
    }

    /// The numbers of the connected parts whose networks `changes` name.
    #[must_use]
    pub fn touched(&self, changes: &[Change]) -> Vec<u32> {
        let names = changes.iter().flat_map(|change| networks_of(self.inventory, change));
        let mut touched: Vec<u32> = names.map(|name| self.members.part_of(name)).collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// Connected parts by themselves, solved.
    fn part(&self, numbers: &[u32]) -> Arc<Part> {
        let inventory = self.members.extract(self.inventory, numbers);
        let facts = Facts::lower(&inventory);
        let solver = {
            let analysis = Analysis::with_facts(&inventory, &facts);
            let mut solver = Solver::new(&analysis, &self.request);
            solver.solve(&analysis, analysis.gateways().into_iter().map(|gateway| facts.part_of(gateway)));
            solver
        };
        Arc::new(Part { inventory, facts, solver })
    }

    /// The request with the names of gateways as an extracted inventory numbers them.
    fn request_in(&self, inventory: &Inventory) -> Request {
        let mut request = self.request.clone();
        request.gateways = request.gateways.map(|names| {
            names
                .into_iter()
                .filter_map(|name| inventory.names.get(self.inventory.names.text(name)))
                .collect()
        });
        request
    }
}
