//! Each stage of the work on generated inventories, with the plain solver beside the rules.
//!
//! Sizes are small, so that a run stays short; `tools/ratios.rs` measures large inventories.

use std::convert::Infallible;
use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use tempfile::TempDir;
use tunnelog::answer::{Analysis, Evaluation, GatewayAnswer, Request};
use tunnelog::check::check;
use tunnelog::diagnostic::Report;
use tunnelog::facts::Facts;
use tunnelog::generate::{Plan, Shape, generate, with_resolvers};
use tunnelog::import::load;
use tunnelog::inventory::{Inventory, write};
use tunnelog::names::{NameId, Names};

#[path = "baseline/solver.rs"]
mod baseline;

/// A generated inventory, in memory and in a folder.
struct Subject {
    shape: Shape,
    inventory: Inventory,
    folder: TempDir,
}

fn subjects() -> Vec<Subject> {
    let subject = |shape: Shape| {
        let vnets = match shape {
            Shape::Hubs => 2_000,
            // The rules take a second and more for each part as a whole.
            Shape::Landing => 400,
            Shape::Estate => 2_020,
            Shape::Onepart => 300,
            Shape::Chain => 150,
            Shape::Mesh => 60,
            Shape::Dense => 4,
        };
        let inventory = generate(&Plan { shape, vnets, seed: 1, faults: 0.0 });
        let folder = tempfile::tempdir().expect("a folder for the inventory");
        write::write_folder(&inventory, folder.path()).expect("the folder takes files");
        Subject { shape, inventory, folder }
    };
    Shape::ALL.into_iter().map(subject).collect()
}

fn read(folder: &Path) -> load::Loaded {
    load::load(folder).expect("generated inventories are valid")
}

/// How many rows `reach` has, so that none can be left out.
fn rows(analysis: &Analysis<'_>, request: &Request) -> usize {
    let mut rows = 0;
    let count = |_: NameId, answer: &GatewayAnswer| {
        rows += black_box(&answer.reach).len();
        Ok::<(), Infallible>(())
    };
    let Ok(()) = analysis.answer(request, count);
    rows
}

/// The rows as CSV text.
fn csv_text(names: &Names, answers: &[(NameId, GatewayAnswer)]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (gateway, answer) in answers {
        for row in &answer.reach {
            let (gateway, network) = (names.text(*gateway), names.text(row.network));
            let (class, status) = (row.class.word(), row.status.word());
            let (destination, reasons) = (row.destination.to_string(), row.reasons.to_string());
            let record = [gateway, class, network, &destination, status, &reasons];
            writer.write_record(record).expect("memory takes rows");
        }
    }
    writer.into_inner().expect("memory takes rows")
}

fn stages(criterion: &mut Criterion) {
    let subjects = subjects();
    let mut group = criterion.benchmark_group("read");
    for subject in &subjects {
        group.bench_function(subject.shape.word(), |bencher| {
            bencher.iter_with_large_drop(|| read(subject.folder.path()));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("check");
    for subject in &subjects {
        group.bench_function(subject.shape.word(), |bencher| {
            let loaded = || {
                let loaded = read(subject.folder.path());
                (loaded.inventory, loaded.report)
            };
            let work = |(inventory, mut report): (Inventory, Report)| {
                check(&inventory, &mut report);
                report
            };
            bencher.iter_batched(loaded, work, BatchSize::LargeInput);
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("lower to facts");
    for subject in &subjects {
        group.bench_function(subject.shape.word(), |bencher| {
            bencher.iter_with_large_drop(|| Facts::lower(&subject.inventory));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("write rows as CSV");
    for subject in &subjects {
        let mut answers: Vec<(NameId, GatewayAnswer)> = Vec::new();
        let keep = |gateway: NameId, answer: &GatewayAnswer| {
            answers.push((gateway, answer.clone()));
            Ok::<(), Infallible>(())
        };
        let Ok(()) = Analysis::new(&subject.inventory).answer(&Request::default(), keep);
        group.bench_function(subject.shape.word(), |bencher| {
            bencher.iter_with_large_drop(|| csv_text(&subject.inventory.names, &answers));
        });
    }
    group.finish();
}

/// From an inventory in memory to rows in memory, which includes lowering to facts. `one thread` is what
/// compares with the baseline, which has one.
fn solvers(criterion: &mut Criterion) {
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    for subject in subjects() {
        let inventory = &subject.inventory;
        let mut group = criterion.benchmark_group(format!("solve {}", subject.shape.word()));
        group.sample_size(10);
        // The plain solver knows nothing of route tables.
        if subject.shape != Shape::Landing {
            group.bench_function("baseline", |bencher| {
                bencher.iter(|| {
                    let mut rows = 0;
                    baseline::rows(inventory, |row| {
                        black_box(row);
                        rows += 1;
                    });
                    rows
                });
            });
        }
        group.bench_function(BenchmarkId::new("solver", "one thread"), |bencher| {
            let work = || rows(&Analysis::new(inventory), &Request::default());
            bencher.iter(|| one_thread.install(work));
        });
        group.bench_function(BenchmarkId::new("solver", "all threads"), |bencher| {
            bencher.iter(|| rows(&Analysis::new(inventory), &Request::default()));
        });
        group.bench_function(BenchmarkId::new("solver", "one gateway"), |bencher| {
            let analysis = Analysis::new(inventory);
            let gateways = analysis.gateways().into_iter().take(1).collect();
            let request = Request { gateways: Some(gateways), ..Request::default() };
            bencher.iter(|| rows(&analysis, &request));
        });
        if subject.shape == Shape::Hubs {
            let named = with_resolvers(inventory.clone());
            let request = Request { names: true, ..Request::default() };
            group.bench_function(BenchmarkId::new("solver", "names"), |bencher| {
                bencher.iter(|| rows(&Analysis::new(&named), &request));
            });
        }
        group.bench_function(BenchmarkId::new("rules", "every part whole"), |bencher| {
            let request = Request { evaluation: Evaluation::Whole, ..Request::default() };
            bencher.iter(|| rows(&Analysis::new(inventory), &request));
        });
        group.finish();
    }
}

criterion_group!(benches, stages, solvers);
criterion_main!(benches);
