//! `tunnelog mcp`: other verbs as tools of the Model Context Protocol, for assistants.

mod program;
mod resources;
mod server;
mod tools;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueHint;
use rmcp::service::{QuitReason, ServerInitializeError};

use self::program::Program;
use self::server::Server;
use self::tools::Tool;
use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure, without_number};

/// Answer assistants over the Model Context Protocol, on the standard input and output.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog mcp
  tunnelog mcp inventory
  tunnelog mcp /home/me/export.json --time-limit 300

docs/mcp.md shows how assistants start it, and what each tool answers.")]
pub(crate) struct Args {
    /// The folder of CSV files, or the export, that tools read where a call names no `path`.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    path: Option<PathBuf>,

    /// How long one call of a tool may take.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u16).range(1..=3600))]
    time_limit: u16,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        if self.path.as_deref() == Some(Path::new("-")) {
            return Err(Failure::new("the standard input is where calls of tools come from")
                .help("name a folder or a file"));
        }
        if io::stdin().is_terminal() {
            call.note("note: this waits for messages of the Model Context Protocol; docs/mcp.md shows how assistants start it");
        }
        let program = Program::new(call).map_err(|error| cannot_start(&error))?;
        let server = Server {
            tools: Tool::all(&(call.command)()),
            path: self.path.clone(),
            program,
            limit: Duration::from_secs(self.time_limit.into()),
        };
        // No other verb has a runtime, which would make its start slower.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| cannot_start(&error))?;
        let ended = runtime.block_on(serve(server));
        // A read of the standard input cannot be called off, and is not waited for.
        runtime.shutdown_background();
        ended
    }
}

fn cannot_start(error: &io::Error) -> Failure {
    Failure::new(format!("the server cannot be started: {}", without_number(error)))
}

/// Answers until the standard input ends.
async fn serve(server: Server) -> Result<Exit, Failure> {
    let stopped = |why: String| Failure::new(format!("the server stopped: {why}"));
    let running = match rmcp::serve_server(server, (tokio::io::stdin(), tokio::io::stdout())).await {
        Ok(running) => running,
        // Nobody asked anything.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(Exit::Clean),
        Err(error) => return Err(stopped(error.to_string())),
    };
    match running.waiting().await {
        Ok(QuitReason::JoinError(error)) | Err(error) => Err(stopped(error.to_string())),
        Ok(_) => Ok(Exit::Clean),
    }
}
