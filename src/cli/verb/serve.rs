//! `tunnelog serve`: the page of `report`, live.

mod answers;
mod engine;
mod facts;
mod gate;
mod http;
mod live;
mod patch;
mod stamp;
mod world;

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::slice;

use tunnelog::import::load::load;

use crate::cli::arguments::{Classes, ModelArguments, PathArguments};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure, without_number};
use crate::cli::verb::report::{NarrowArguments, known};
use crate::cli::verb::serve::engine::Engine;
use crate::cli::verb::serve::gate::Gate;

/// Serve the page of `report` on this machine alone: changes are tried on the map, and nothing is written.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog serve inventory
  tunnelog serve inventory --open
  tunnelog serve inventory --port 8080 --model observed
  tunnelog serve large --around Site1 --hops 3

The link that is printed holds a key: whoever has it and is on this machine can ask. Ctrl+C ends the server. docs/serve.md \
shows the page and what programs can ask.")]
pub(crate) struct Args {
    #[command(flatten)]
    inventory: PathArguments,

    /// The port, on 127.0.0.1 alone (default: one that is free).
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    port: u16,

    /// Open the page in the browser.
    #[arg(long)]
    open: bool,

    #[command(flatten)]
    narrow: NarrowArguments,

    #[command(flatten)]
    profile: ModelArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        Some((self.profile.get(), &self.narrow.class))
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let path = &self.inventory.path;
        if path == Path::new("-") {
            return Err(Failure::new("what the standard input has is gone once it is read")
                .help("give the path of a folder or a file, which is read again when it changes"));
        }
        std::fs::metadata(path).map_err(|error| {
            Failure::new(format!("`{}` cannot be read: {}", path.display(), without_number(&error)))
        })?;
        self.look()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(|error| {
            Failure::new(format!("cannot listen on port {}: {}", self.port, without_number(&error)))
        })?;
        let gate = Gate::new(listener.local_addr()?.port())?;
        let link = gate.link();
        let asked = http::start(listener, gate)?;
        let mut output = call.output(None)?;
        writeln!(output, "{link}")?;
        output.finish()?;
        if self.open && !opened(&link) {
            call.note("no browser could be opened: follow the link");
        }
        Engine::new(path, self.narrow.clone(), self.profile).run(&asked)
    }
}

impl Args {
    /// Fails where the page is to be narrowed to what the inventory does not have. What is wrong in the inventory the page tells.
    fn look(&self) -> Result<(), Failure> {
        if self.narrow.gateway.is_empty() && self.narrow.around.is_empty() {
            return Ok(());
        }
        let loaded = load(&self.inventory.path);
        loaded.map_or(Ok(()), |loaded| known(slice::from_ref(&loaded.inventory), &self.narrow))
    }
}

/// Has the system open the link in the browser of its user; false where it has no way to.
fn opened(link: &str) -> bool {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "windows") {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let quiet =
        Command::new(program).args(arguments).arg(link).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    quiet.is_ok()
}
