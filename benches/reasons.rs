//! What a reason and a remedy cost on a large estate, after loading.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tunnelog::answer::{Analysis, Request};
use tunnelog::class::{Class, Profile};
use tunnelog::explain::{Origin, Question};
use tunnelog::facts::Facts;
use tunnelog::fix::{Costs, Direction, Goal, Limits, Planner, Wish};
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::inventory::Inventory;
use tunnelog::select::Target;

const GATEWAY: &str = "hub-00000-0000";
const FAR_HUB: &str = "hub-00000-0010";
const FAR_SPOKE: &str = "spoke-00000-0010-005";

/// An estate of 101,000 VNets, half a ring of gateways from [`GATEWAY`] to [`FAR_SPOKE`].
fn estate() -> Inventory {
    generate(&Plan { shape: Shape::Estate, vnets: 101_000, seed: 1, faults: 0.0 })
}

/// The estate where the far spoke does not use its hub's gateway.
fn without_flag() -> Inventory {
    let mut inventory = estate();
    let spoke = inventory.names.get(FAR_SPOKE);
    for side in inventory.peerings.iter_mut().filter(|side| Some(side.vnet) == spoke) {
        side.use_remote_gateways = false;
    }
    inventory
}

/// The estate where no tunnel of the far hub has BGP.
fn without_bgp() -> Inventory {
    let mut inventory = estate();
    let hub = inventory.names.get(FAR_HUB);
    for row in inventory.connections.iter_mut().filter(|row| [Some(row.from), Some(row.to)].contains(&hub)) {
        row.bgp = false;
    }
    inventory
}

fn explain(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("explain/estate 101000");
    group.sample_size(20);
    for (what, inventory) in
        [("a yes over ten tunnels", estate()), ("a missing flag", without_flag()), ("no BGP", without_bgp())]
    {
        let facts = Facts::lower(&inventory);
        let analysis = Analysis::with_facts(&inventory, &facts);
        let (Some(gateway), Some(to)) =
            (inventory.names.get(GATEWAY), Target::network(&inventory, FAR_SPOKE))
        else {
            continue;
        };
        let question = Question {
            profile: Profile::Article,
            from: Origin::Gateway(gateway),
            to: &to,
            classes: None,
            all: false,
        };
        group.bench_function(what, |bencher| bencher.iter(|| black_box(analysis.explain(&question))));
    }
    group.finish();
}

fn fix(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fix/estate 101000");
    group.sample_size(10);
    let goal = |class| Goal {
        gateway: GATEWAY.to_owned(),
        class,
        client: None,
        network: FAR_SPOKE.to_owned(),
        within: None,
    };
    for (what, inventory) in [("a missing flag", without_flag()), ("no BGP", without_bgp())] {
        let planner = Planner::new(&inventory, Request::default());
        for (who, classes) in [
            ("non-Windows", &[Class::NonWindows][..]),
            ("both classes", &[Class::NonWindows, Class::Windows]),
        ] {
            let goals = classes.iter().map(|class| goal(*class)).collect();
            let wish = Wish { direction: Direction::Open, goals, zones: Vec::new() };
            group.bench_function(format!("{what}, {who}"), |bencher| {
                bencher
                    .iter(|| black_box(planner.plans(&wish, &Costs::default(), Limits::default(), |_| true)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, explain, fix);
criterion_main!(benches);
