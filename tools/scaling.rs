//! Measures whole runs of the program over growing inventories, and writes a table and a plot of them.
//!
//! ```text
//! cargo run --release --example scaling -- --sizes 1000,10000,100000,1000000 -o docs/performance
//! ```

#![expect(clippy::print_stderr, reason = "whoever waits for hours wants to see how far it is")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use plotters::prelude::*;
use tunnelog::generate::Shape;

#[path = "measure/process.rs"]
mod process;

use process::{Outcome, Runs};

#[derive(Parser)]
struct Arguments {
    /// How many VNets; a size above a shape's largest stands for the largest.
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000,1000000")]
    sizes: Vec<usize>,

    /// How many times each inventory is answered.
    #[arg(long, default_value = "5")]
    runs: usize,

    /// The folder to write `scaling.csv` and `scaling.svg` into.
    #[arg(long, short, default_value = "docs/performance")]
    output: PathBuf,
}

/// The largest size of a shape whose answer somebody may want: a few million rows.
fn largest(shape: Shape) -> usize {
    match shape {
        Shape::Hubs | Shape::Landing => 1_000_000,
        Shape::Estate => 101_000,
        Shape::Onepart => 4_500,
        Shape::Chain => 1_500,
        Shape::Mesh | Shape::Dense => 1_000,
    }
}

/// The runs over one inventory.
struct Point {
    shape: Shape,
    vnets: usize,
    rows: usize,
    runs: Runs,
}

fn main() -> ExitCode {
    match measure(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Outcome<()> {
    let program = process::program()?;
    let mut points: Vec<Point> = Vec::new();
    for shape in Shape::ALL {
        let mut sizes: Vec<usize> = arguments.sizes.iter().map(|size| (*size).min(largest(shape))).collect();
        sizes.sort_unstable();
        sizes.dedup();
        for vnets in sizes {
            points.push(point(&program, shape, vnets, arguments.runs.max(1))?);
        }
    }
    fs::create_dir_all(&arguments.output)?;
    table(&points, &arguments.output.join("scaling.csv"))?;
    plot(&points, &arguments.output.join("scaling.svg"))
}

fn point(program: &Path, shape: Shape, vnets: usize, runs: usize) -> Outcome<Point> {
    let folder = tempfile::tempdir()?;
    process::generate(program, shape, vnets, &[], folder.path())?;
    let output = folder.path().join("answer.csv");
    let run = || process::run(&mut process::reach(program, folder.path(), &output));
    let runs = Runs::new(&(0..runs).map(|_| run()).collect::<Outcome<Vec<_>>>()?);
    let rows = process::rows(&output)?;
    eprintln!("{} of {vnets} VNets: {:.3} s, {rows} rows", shape.word(), runs.median());
    Ok(Point { shape, vnets, rows, runs })
}

fn table(points: &[Point], path: &Path) -> Outcome<()> {
    let mut writer = csv::Writer::from_path(path)?;
    let header =
        ["shape", "vnets", "rows", "median_seconds", "fastest_seconds", "slowest_seconds", "peak_bytes"];
    writer.write_record(header)?;
    for point in points {
        let runs = &point.runs;
        let seconds = [runs.median(), runs.fastest(), runs.slowest()].map(|seconds| format!("{seconds:.4}"));
        let [median, fastest, slowest] = seconds;
        let (vnets, rows, peak) =
            (point.vnets.to_string(), point.rows.to_string(), runs.peak_bytes.to_string());
        writer.write_record([point.shape.word(), &vnets, &rows, &median, &fastest, &slowest, &peak])?;
    }
    writer.flush()?;
    Ok(())
}

/// Time and peak memory over the number of VNets, side by side, all axes logarithmic.
fn plot(points: &[Point], path: &Path) -> Outcome<()> {
    let area = SVGBackend::new(path, (1_000, 440)).into_drawing_area();
    area.fill(&WHITE)?;
    let panels = area.split_evenly((1, 2));
    let time = |point: &Point| point.runs.median();
    let spread = |point: &Point| (point.runs.fastest(), point.runs.slowest());
    panel(&panels[0], "seconds", points, time, spread)?;
    let mebibytes = |point: &Point| float(point.runs.peak_bytes) / f64::from(1 << 20);
    panel(&panels[1], "peak memory, MiB", points, mebibytes, |point| (mebibytes(point), mebibytes(point)))?;
    area.present()?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "nobody sees the last digits of a plotted number")]
fn float(number: u64) -> f64 {
    number as f64
}

fn panel<'path>(
    area: &DrawingArea<SVGBackend<'path>, plotters::coord::Shift>,
    what: &str,
    points: &[Point],
    value: impl Fn(&Point) -> f64,
    spread: impl Fn(&Point) -> (f64, f64),
) -> Outcome<()>
where
    SVGBackend<'path>: DrawingBackend<ErrorType: 'static>,
{
    let vnets = |point: &Point| float(point.vnets as u64);
    let bounds = |values: &mut dyn Iterator<Item = f64>| {
        let values: Vec<f64> = values.collect();
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(0.0, f64::max);
        (lowest / 1.5)..(highest * 1.5)
    };
    let across = bounds(&mut points.iter().map(vnets));
    let up = bounds(&mut points.iter().flat_map(|point| [spread(point).0, spread(point).1]));
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(across.log_scale(), up.log_scale())?;
    chart
        .configure_mesh()
        .x_desc("VNets")
        .y_desc(what)
        .x_label_formatter(&|vnets| format!("{vnets:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    for (index, shape) in Shape::ALL.into_iter().enumerate() {
        let colour = Palette99::pick(index).to_rgba();
        let of_shape: Vec<&Point> = points.iter().filter(|point| point.shape == shape).collect();
        let line = of_shape.iter().map(|point| (vnets(point), value(point)));
        chart
            .draw_series(LineSeries::new(line.clone(), colour))?
            .label(shape.word())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour));
        chart.draw_series(line.map(|place| Circle::new(place, 3, colour.filled())))?;
        chart.draw_series(of_shape.iter().map(|point| {
            let (low, high) = spread(point);
            PathElement::new([(vnets(point), low), (vnets(point), high)], colour)
        }))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    Ok(())
}
