//! Calls of this very program, so that assistants get the answers that people and scripts get.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;

use super::tools::Question;
use crate::cli::shell::call::Call;

/// How many lines of an answer are given.
const MOST_LINES: usize = 200;

/// How many bytes of an answer are given, and of a document.
const MOST_BYTES: usize = 64 << 10;

/// The format of documents.
const DOCUMENT: &str = "json";

/// The program, as it is started for every call of a tool.
pub(crate) struct Program {
    path: PathBuf,
    /// What holds for every call.
    options: Vec<String>,
}

/// What the program said.
pub(crate) struct Said {
    /// True where the program gave an answer, be it a no.
    pub(crate) is_answer: bool,
    /// What came on the standard output and on the standard error, as much of it as is given. Either may be empty.
    pub(crate) texts: [String; 2],
    /// The answer as a document, or why it is left out; none where there is no answer.
    pub(crate) document: Option<Result<Value, String>>,
}

impl Program {
    /// # Errors
    /// Where the system does not say which program runs.
    pub(crate) fn new(call: &Call) -> io::Result<Self> {
        let mut options = vec!["--color=never".to_owned(), format!("--quiet={}", call.quiet)];
        options.extend(call.jobs.map(|jobs| format!("--jobs={jobs}")));
        Ok(Self { path: std::env::current_exe()?, options })
    }

    /// Has the program answer for people and as a document.
    ///
    /// # Errors
    /// Where it cannot be started or read.
    pub(crate) async fn answer(&self, question: &Question) -> io::Result<Said> {
        let (said, document) = tokio::try_join!(self.text(question), self.document(question))?;
        let (code, texts) = said;
        let is_answer = matches!(code, Some(0 | 1));
        let document = document.map(Ok).or_else(|| {
            let command = question.command(DOCUMENT);
            let size = MOST_BYTES >> 10;
            let why = format!("The JSON document is left out, as it is larger than {size} KiB: `{command}`");
            is_answer.then_some(Err(why))
        });
        Ok(Said { is_answer, texts, document })
    }

    /// A call that ends when nobody waits for it any more.
    fn started(&self, question: &Question, format: &str) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.options).args(question.words(format));
        // Where messages come from is not for it to read.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// The exit code, and what people read.
    async fn text(&self, question: &Question) -> io::Result<(Option<i32>, [String; 2])> {
        let mut running = Running::start(self.started(question, question.format).stderr(Stdio::piped()))?;
        let child = running.child()?;
        let (answer, findings) = (child.stdout.take(), child.stderr.take());
        let (answer, findings, status) =
            tokio::try_join!(Beginning::read(answer), Beginning::read(findings), child.wait())?;
        let command = question.command(question.format);
        Ok((status.code(), [answer.shown(&command), findings.shown(&command)]))
    }

    /// The document, where it is small enough.
    async fn document(&self, question: &Question) -> io::Result<Option<Value>> {
        let mut running = Running::start(self.started(question, DOCUMENT).stderr(Stdio::null()))?;
        let mut bytes = Vec::new();
        if let Some(stream) = running.child()?.stdout.take() {
            stream.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).await?;
        }
        // What is cut is no document.
        Ok(serde_json::from_slice(&bytes).ok().filter(|_| bytes.len() <= MOST_BYTES))
    }
}

/// A call that is ended when nobody waits for it any more, and whose end is then waited for: of a call that is only dropped the
/// runtime hears with the next message, and until then it stays a zombie.
struct Running(Option<Child>);

impl Running {
    fn start(command: &mut Command) -> io::Result<Self> {
        Ok(Self(Some(command.spawn()?)))
    }

    fn child(&mut self) -> io::Result<&mut Child> {
        self.0.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let is_running = |child: &Child| child.id().is_some();
        if let (Some(mut child), Ok(runtime)) =
            (self.0.take_if(|child| is_running(child)), Handle::try_current())
        {
            // Nobody is left who could be told that it cannot be killed.
            runtime.spawn(async move { drop(child.kill().await) });
        }
    }
}

/// The first bytes of a text, and how much there is of it.
#[derive(Default)]
struct Beginning {
    bytes: Vec<u8>,
    size: usize,
    lines: usize,
}

impl Beginning {
    async fn read(stream: Option<impl AsyncRead + Unpin>) -> io::Result<Self> {
        let mut read = Self::default();
        let Some(mut stream) = stream else { return Ok(read) };
        let mut buffer = vec![0; MOST_BYTES];
        let mut last = None;
        loop {
            let length = stream.read(&mut buffer).await?;
            let Some(end) = buffer[..length].last() else { break };
            last = Some(*end);
            read.size += length;
            read.lines += memchr::memchr_iter(b'\n', &buffer[..length]).count();
            let room = MOST_BYTES - read.bytes.len();
            read.bytes.extend_from_slice(&buffer[..length.min(room)]);
        }
        // A last line may have no end.
        read.lines += usize::from(last.is_some_and(|end| end != b'\n'));
        Ok(read)
    }

    /// Whole lines of it; where some are left out, a last line says how many, and which command prints them.
    fn shown(&self, command: &str) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let is_whole = self.size == self.bytes.len();
        let end = if is_whole { text.len() } else { text.rfind('\n').map_or(0, |at| at + 1) };
        let lines: Vec<&str> = text[..end].lines().take(MOST_LINES).collect();
        let left_out = self.lines - lines.len();
        let plural = if left_out == 1 { "line is" } else { "lines are" };
        let last = format!("… {left_out} more {plural} left out; all of it: `{command}`");
        let last = (left_out > 0).then_some(&*last);
        lines.into_iter().chain(last).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &[u8]) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(Beginning::read(Some(text))).unwrap().shown("tunnelog rules")
    }

    #[test]
    fn a_long_text_is_cut_between_lines() {
        assert_eq!(shown(b""), "");
        assert_eq!(shown(b"one\n\ntwo"), "one\n\ntwo");
        let lines = |count: usize| "one\n".repeat(count);
        assert_eq!(shown(lines(MOST_LINES).as_bytes()), lines(MOST_LINES).trim_end());
        let cut = format!("{}… 1 more line is left out; all of it: `tunnelog rules`", lines(MOST_LINES));
        assert_eq!(shown(lines(MOST_LINES + 1).as_bytes()), cut);
    }

    #[test]
    fn no_line_is_shown_in_part() {
        let long = "x".repeat(MOST_BYTES - 1) + "\n";
        assert_eq!(shown(long.as_bytes()), long.trim_end());
        let cut = shown(format!("one\n{long}two\n").as_bytes());
        assert_eq!(cut, "one\n… 2 more lines are left out; all of it: `tunnelog rules`");
        let cut = shown(format!("{long}{long}{long}").as_bytes());
        assert!(cut.ends_with("x\n… 2 more lines are left out; all of it: `tunnelog rules`"));
        assert_eq!(cut.lines().count(), 2);
        let cut = shown("x".repeat(MOST_BYTES + 1).as_bytes());
        assert_eq!(cut, "… 1 more line is left out; all of it: `tunnelog rules`");
    }
}
