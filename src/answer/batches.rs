//! Answers a batch of gateways at a time, in the order of the CSV output.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::analysis::{Analysis, Block};
use super::request::{GatewayAnswer, Request};
use super::solver::Solver;

/// How many blocks a thread gets at a time: enough to keep it busy, few enough to hold their rows.
pub(crate) const BLOCKS_OF_A_BATCH: usize = 16;

/// The blocks of an answer that are still to be given. A component stays solved until its last block is given.
pub(super) struct Batches<'a> {
    analysis: &'a Analysis<'a>,
    blocks: std::vec::IntoIter<Block>,
    solver: Solver,
    /// How many blocks of each component are still to be given.
    waiting: FxHashMap<usize, usize>,
}

impl<'a> Batches<'a> {
    pub(super) fn new(analysis: &'a Analysis<'a>, request: &Request) -> Self {
        let blocks = analysis.blocks(request);
        let mut waiting: FxHashMap<usize, usize> = FxHashMap::default();
        for block in &blocks {
            *waiting.entry(analysis.facts().component_of(block.gateway)).or_default() += 1;
        }
        let solver = Solver::new(analysis, request);
        Self { analysis, blocks: blocks.into_iter(), solver, waiting }
    }

    /// What `render` makes of the next blocks, on all threads; `None` once all blocks are given.
    pub(super) fn next<Rendered: Send>(
        &mut self,
        render: impl Fn(&Block, GatewayAnswer) -> Rendered + Sync,
    ) -> Option<Vec<Rendered>> {
        let size = BLOCKS_OF_A_BATCH * rayon::current_num_threads();
        let batch: Vec<Block> = self.blocks.by_ref().take(size).collect();
        if batch.is_empty() {
            return None;
        }
        let component_of = |block: &Block| self.analysis.facts().component_of(block.gateway);
        self.solver.solve(self.analysis, batch.iter().map(component_of));
        let rows = |block: &Block| render(block, self.solver.rows(self.analysis, block));
        let rendered = batch.par_iter().map(rows).collect();
        let is_done = |component: &usize| {
            let left = self.waiting.entry(*component).and_modify(|left| *left -= 1).or_default();
            *left == 0
        };
        self.solver.forget(batch.iter().map(component_of).filter(is_done));
        Some(rendered)
    }
}
