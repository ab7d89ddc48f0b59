//! Long work: how many threads do it, what is seen of it, and how it is interrupted.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::shell::exit::Failure;
use crate::cli::shell::{screen, signals};

/// Work that ends before is not worth a line on the terminal.
const PATIENCE: Duration = Duration::from_millis(500);

/// Lets a signal end the work in order, and takes as many threads as asked for.
pub(crate) fn prepare(jobs: Option<u16>) -> Result<(), Failure> {
    signals::listen();
    if let Some(jobs) = jobs {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build_global();
        pool.map_err(|error| Failure::new(format!("cannot start {jobs} threads: {error}")))?;
    }
    Ok(())
}

/// An error once the program was told to end.
pub(crate) fn go_on() -> Result<(), Failure> {
    signals::received().map_or(Ok(()), |code| Err(Failure::Interrupted(code)))
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
