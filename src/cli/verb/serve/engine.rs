//! The inventory in memory: questions are answered from it, and when its files change it is read again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::arguments::ModelArguments;
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::work;
use crate::cli::verb::report::NarrowArguments;
use crate::cli::verb::serve::answers::{Answers, Question};
use crate::cli::verb::serve::http::Asked;
use crate::cli::verb::serve::stamp::Stamp;
use crate::cli::verb::serve::world::World;

/// How often a signal is looked for.
const TICK: Duration = Duration::from_millis(50);

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What answers, and about which files.
pub(super) struct Engine {
    path: PathBuf,
    narrow: NarrowArguments,
    profile: ModelArguments,
}

impl Engine {
    pub(super) fn new(path: &Path, narrow: NarrowArguments, profile: ModelArguments) -> Self {
        Self { path: path.to_owned(), narrow, profile }
    }

    /// Answers until the program is told to end.
    pub(super) fn run(&self, asked: &Receiver<Asked>) -> Result<Exit, Failure> {
        let mut version = 0;
        loop {
            version += 1;
            let stamp = Stamp::of(&self.path);
            let world = World::read(&self.path, self.narrow.clone(), self.profile, version);
            self.answer(&Answers::new(&world), &stamp, asked)?;
        }
    }

    /// Answers until the files are others than at `stamp`. Each question has a thread, so that none waits for another.
    fn answer(&self, answers: &Answers<'_>, stamp: &Stamp, asked: &Receiver<Asked>) -> Result<(), Failure> {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let answered = |Asked { question, reply }| {
                let is_over = || is_over.load(Ordering::Relaxed) || work::go_on().is_err();
                // Whoever asked may have gone meanwhile.
                let answer = answers.answer(&question, &|| reply.is_closed());
                if reply.send(answer).is_ok() && matches!(question, Question::Page) {
                    answers.prepare(is_over);
                }
            };
            let ended = self.listen(stamp, asked, |asked| {
                scope.spawn(move || answered(asked));
            });
            is_over.store(true, Ordering::Relaxed);
            ended
        })
    }

    /// Gives `answer` what is asked until the files are others than at `stamp`.
    fn listen(
        &self,
        stamp: &Stamp,
        asked: &Receiver<Asked>,
        mut answer: impl FnMut(Asked),
    ) -> Result<(), Failure> {
        let mut looked = Instant::now();
        loop {
            work::go_on()?;
            match asked.recv_timeout(TICK) {
                Ok(asked) => answer(asked),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::new("the server has ended by itself"));
                }
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                if Stamp::of(&self.path) != *stamp {
                    return Ok(());
                }
            }
        }
    }
}
