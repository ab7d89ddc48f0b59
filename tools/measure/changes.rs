//! What changes to one large inventory cost: one alone, and thousands in one go.

use std::time::Instant;

use rayon::prelude::*;
use tunnelog::answer::{Analysis, Request};
use tunnelog::diagnostic::Report;
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;
use tunnelog::sweep::{Removal, removals};

/// How long changes took, in seconds.
pub(crate) struct Timed {
    /// All of them in one go, on all threads.
    pub(crate) together: f64,
    /// Each alone on one thread after another, sorted; parts that no change has touched yet are solved first.
    pub(crate) alone: Vec<f64>,
}

impl Timed {
    /// What this share of the single changes did not exceed.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list of some thousands"
        )]
        let place = ((self.alone.len() - 1) as f64 * share).ceil() as usize;
        self.alone[place]
    }
}

/// Takes away `count` tunnels, sessions, gateways and peerings, evenly from a whole estate, one in each scenario;
/// every tenth alone too.
pub(crate) fn measure(vnets: usize, count: usize) -> Timed {
    let inventory = generate(&Plan { shape: Shape::Estate, vnets, seed: 1, faults: 0.0 });
    let changes = changes(&Analysis::new(&inventory), count);
    let baseline = Baseline::new(&inventory, Request::default());
    let outcome = |baseline: &Baseline<'_>, change: &Change| {
        let start = Instant::now();
        let outcome = baseline.outcome(std::slice::from_ref(change), true);
        (outcome.differences.len(), start.elapsed().as_secs_f64())
    };
    let mut alone: Vec<f64> =
        changes.iter().step_by(10).map(|change| std::hint::black_box(outcome(&baseline, change)).1).collect();
    alone.sort_unstable_by(f64::total_cmp);
    let start = Instant::now();
    let fresh = Baseline::new(&inventory, Request::default());
    let differences: usize = changes.par_iter().map(|change| outcome(&fresh, change).0).sum();
    std::hint::black_box(differences);
    Timed { together: start.elapsed().as_secs_f64(), alone }
}

/// The same number of every kind, as far as there are so many.
fn changes(analysis: &Analysis<'_>, count: usize) -> Vec<Change> {
    let kinds = [Removal::S2s, Removal::Bgp, Removal::Gateway, Removal::Peered];
    let mut texts = Vec::new();
    for (index, kind) in kinds.into_iter().enumerate() {
        let all = removals(analysis, kind);
        let wanted = (count - texts.len()) / (kinds.len() - index);
        let step = (all.len() / wanted.max(1)).max(1);
        texts.extend(all.into_iter().step_by(step).take(wanted));
    }
    parse_changes("changes", &texts.join("\n"), &mut Report::default())
}
