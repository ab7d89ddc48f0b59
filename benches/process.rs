//! Whole runs of the program, from CSV files to a CSV file, beside a bare program that reads the same files
//! and writes as many rows.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use criterion::Criterion;
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::inventory::write;

#[path = "process/bare.rs"]
mod bare;

fn reach(folder: &Path, output: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tunnelog"));
    command.args(["reach", "--format", "csv", "--quiet", "-o"]).args([output, folder]);
    command
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().expect("the program starts");
    assert!(status.success(), "{command:?} ends with {status}");
}

fn processes(criterion: &mut Criterion) {
    let itself = env::current_exe().expect("a program knows where it is");
    criterion.bench_function("process/version", |bencher| {
        bencher.iter(|| run(Command::new(env!("CARGO_BIN_EXE_tunnelog")).arg("--version")));
    });
    for (shape, vnets) in
        [(Shape::Hubs, 5_000), (Shape::Landing, 5_000), (Shape::Estate, 5_000), (Shape::Onepart, 300)]
    {
        let inventory = generate(&Plan { shape, vnets, seed: 1, faults: 0.0 });
        let folder = tempfile::tempdir().expect("a folder for the inventory");
        write::write_folder(&inventory, folder.path()).expect("the folder takes files");
        let output = folder.path().join("answer.csv");
        run(&mut reach(folder.path(), &output));
        let rows = fs::read_to_string(&output).expect("the answer is there").lines().count() - 1;
        let mut group = criterion.benchmark_group(format!("process/{} {vnets}", shape.word()));
        group.sample_size(10);
        group.bench_function("reach", |bencher| {
            bencher.iter(|| run(&mut reach(folder.path(), &output)));
        });
        group.bench_function("bare", |bencher| {
            let bare = || {
                let mut command = Command::new(&itself);
                command.arg("bare").arg(folder.path()).arg(rows.to_string()).arg(&output);
                command
            };
            bencher.iter(|| run(&mut bare()));
        });
        group.finish();
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(done) = bare::asked(&arguments) {
        return if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let mut criterion = Criterion::default().configure_from_args();
    processes(&mut criterion);
    criterion.final_summary();
    ExitCode::SUCCESS
}
