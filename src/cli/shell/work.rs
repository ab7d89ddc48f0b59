//! Long work: how many threads do it, what is seen of it, and how it is interrupted.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tunnelog::staged;

use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::screen;

/// Work that ends before is not worth a line on the terminal.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long the work has to notice an interruption, before the process ends without it.
const NOTICE: Duration = Duration::from_millis(200);

static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Takes as many threads as asked for, and lets an interruption end the work in order.
pub(crate) fn prepare(jobs: Option<u16>) -> Result<(), Failure> {
    if let Some(jobs) = jobs {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build_global();
        pool.map_err(|error| Failure::new(format!("{jobs} threads cannot be had: {error}")))?;
    }
    // Without a handler an interruption ends the process at once, which is worse but no reason to give up.
    let _ = ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::Relaxed);
        thread::sleep(NOTICE);
        end_at_once();
    });
    Ok(())
}

/// Remembers a folder into which files are written, to leave nothing incomplete there.
pub(crate) fn writes_into(folder: &Path) {
    if let Ok(mut folders) = FOLDERS.lock() {
        folders.push(folder.to_path_buf());
    }
}

#[expect(clippy::exit, reason = "whoever interrupts does not want to wait for the work to notice")]
fn end_at_once() {
    let folders = FOLDERS.lock().map(|folders| folders.clone()).unwrap_or_default();
    for folder in &folders {
        staged::abandon(folder);
    }
    std::process::exit(i32::from(Exit::Interrupted as u8));
}

/// An error once the user has interrupted the program.
pub(crate) fn go_on() -> Result<(), Failure> {
    if INTERRUPTED.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
}

/// A line on the terminal that tells how far the work has come, where it takes long enough and nothing else is written there.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    since: Instant,
    done: u64,
}

impl Progress {
    /// Nothing done yet of `total` steps, each of which is one of `what`.
    pub(crate) fn new(total: usize, what: &'static str) -> Self {
        let is_seen = screen::shows_progress();
        let bar = is_seen.then(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len} {msg}, {eta} left");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(what)
        });
        Self { bar, since: Instant::now(), done: 0 }
    }

    /// One more step is done.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        if let Some(bar) = &self.bar
            && self.since.elapsed() >= PATIENCE
        {
            if bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.set_position(self.done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
