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
    pub(super) target: Narrowed,
}

/// What an answer is narrowed to.
pub(super) enum Narrowed {
    Everything,
    Only(Narrowing),
    /// A network that another inventory of the call has.
    Nothing,
}

impl Question<'_> {
    /// What becomes of packets for a target that no network holds.
    pub(super) fn held(&self) -> Vec<String> {
        let Narrowed::Only(to) = &self.target else { return Vec::new() };
        held::sentences(&Analysis::with_facts(self.inventory, self.facts), &self.request, to)
    }

    /// Gives `sink` what `render` makes of the rows of each gateway, or of each client, in the order of the answer.
    pub(super) fn answer<L: Listing, Rendered: Send>(
        &self,
        request: &Request,
        render: impl Fn(NameId, &[L::Row], &GatewayAnswer, Vec<Owner>) -> Rendered + Sync,
        mut sink: impl FnMut(Rendered) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if matches!(self.target, Narrowed::Nothing) {
            return Ok(());
        }
        let narrowed = |gateway, answer: GatewayAnswer| match &self.target {
            Narrowed::Only(to) => {
                let rows = L::narrowed(to, self.facts.component_of(gateway), &answer);
                let without = if L::TELLS_OF_NONE { without::<L>(&answer, &rows) } else { Vec::new() };
                render(gateway, &rows, &answer, without)
            }
            Narrowed::Everything | Narrowed::Nothing => {
                render(gateway, L::rows(&answer), &answer, Vec::new())
            }
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
