//! What one change costs after loading, and thousands of them.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rayon::prelude::*;
use tunnelog::answer::{Analysis, Request};
use tunnelog::diagnostic::Report;
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;
use tunnelog::sweep::{Removal, removals};

/// Changes of every kind that a sweep takes away, evenly from the whole inventory.
fn changes(inventory: &Inventory, count: usize) -> Vec<Change> {
    let analysis = Analysis::new(inventory);
    let kinds = [Removal::Peered, Removal::S2s, Removal::Bgp, Removal::Gateway];
    let all: Vec<String> = kinds.into_iter().flat_map(|kind| removals(&analysis, kind)).collect();
    let step = (all.len() / count).max(1);
    let texts: Vec<&str> = all.iter().step_by(step).take(count).map(String::as_str).collect();
    parse_changes("changes", &texts.join("\n"), &mut Report::default())
}

fn estate(vnets: usize) -> Inventory {
    generate(&Plan { shape: Shape::Estate, vnets, seed: 1, faults: 0.0 })
}

fn scenarios(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scenarios/estate 101000");
    group.sample_size(10);
    let inventory = estate(101_000);
    let several = changes(&inventory, 200);
    group.bench_function("prepare", |bencher| {
        bencher.iter(|| Baseline::new(&inventory, Request::default()));
    });
    let baseline = Baseline::new(&inventory, Request::default());
    let mut next = several.iter().cycle();
    group.bench_function("one change", |bencher| {
        let change = || next.next().cloned().into_iter().collect::<Vec<Change>>();
        bencher.iter_batched(change, |change| baseline.outcome(&change, true), BatchSize::SmallInput);
    });
    group.bench_function("200 changes", |bencher| {
        bencher.iter(|| {
            several.par_iter().map(|change| baseline.outcome(std::slice::from_ref(change), true)).count()
        });
    });
    group.finish();
}

criterion_group!(benches, scenarios);
criterion_main!(benches);
