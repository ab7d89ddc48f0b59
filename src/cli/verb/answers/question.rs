//! What is asked of one inventory.

use tunnelog::answer::{Analysis, GatewayAnswer, Request};
use tunnelog::facts::Facts;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::Narrowing;

use super::listing::{Listing, Owner, without};
use crate::cli::shell::exit::Failure;
use crate::cli::shell::work::Progress;
use crate::cli::shell::{held, work};

/// What is asked of one inventory.
pub(super) struct Question<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) facts: &'a Facts,
    /// Its path, where there are several.
    pub(super) path: Option<&'a str>,
    pub(super) request: Request,
    /// What the answer is narrowed to; of the network that another inventory of the call has, nothing.
    pub(super) targets: Vec<Option<Narrowing>>,
}

/// What the rows of one gateway, or of one client, have of a target.
#[derive(Default)]
pub(super) struct OfTarget {
    /// How many bear on it.
    pub(super) rows: usize,
    /// Who has none.
    pub(super) without: Vec<Owner>,
}

impl Question<'_> {
    /// What becomes of packets for targets that no network holds.
    pub(super) fn held(&self) -> Vec<String> {
        let analysis = Analysis::with_facts(self.inventory, self.facts);
        self.targets.iter().flatten().flat_map(|to| held::sentences(&analysis, &self.request, to)).collect()
    }

    /// Gives `sink` what `render` makes of the rows of each gateway, or of each client, in the order of the answer.
    pub(super) fn answer<L: Listing, Rendered: Send>(
        &self,
        request: &Request,
        render: impl Fn(NameId, &[L::Row], &GatewayAnswer, Vec<OfTarget>) -> Rendered + Sync,
        mut sink: impl FnMut(Rendered) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if !self.targets.is_empty() && self.targets.iter().all(Option::is_none) {
            return Ok(());
        }
        let narrowed = |gateway, answer: GatewayAnswer| {
            if self.targets.is_empty() {
                return render(gateway, L::rows(&answer), &answer, Vec::new());
            }
            let component = self.facts.component_of(gateway);
            let mut kept: Vec<Vec<L::Row>> = Vec::new();
            let mut found = Vec::new();
            for target in &self.targets {
                let Some(to) = target else {
                    found.push(OfTarget::default());
                    continue;
                };
                let rows = L::narrowed(to, component, &answer);
                let without = if L::TELLS_OF_NONE { without::<L>(&answer, &rows) } else { Vec::new() };
                found.push(OfTarget { rows: rows.len(), without });
                kept.push(rows);
            }
            let rows = if kept.len() == 1 { kept.remove(0) } else { of_any::<L>(&answer, &kept) };
            render(gateway, &rows, &answer, found)
        };
        let analysis = Analysis::with_facts(self.inventory, self.facts);
        let mut progress = Progress::new(analysis.block_count(request), "gateways or clients");
        analysis.render(request, narrowed, |rendered| {
            work::go_on()?;
            progress.step();
            sink(rendered)
        })
    }
}

/// The rows that bear on any of several targets, in their order.
fn of_any<L: Listing>(answer: &GatewayAnswer, kept: &[Vec<L::Row>]) -> Vec<L::Row> {
    L::rows(answer).iter().filter(|row| kept.iter().any(|rows| rows.contains(row))).cloned().collect()
}
