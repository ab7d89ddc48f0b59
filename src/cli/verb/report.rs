//! `tunnelog report`: a page with the topology, what clients reach and why.

mod content;
mod reading;
mod reasons;
mod rows;
mod state;

use std::path::{Path, PathBuf};

use clap::{ValueEnum, ValueHint};

use crate::cli::arguments::{Classes, DenyArguments};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::verb::report::reading::ReadArguments;
use crate::cli::view::json::report::Document;
use crate::cli::view::page;
pub(super) use content::{NarrowArguments, PageArguments, document, known, narrowed};
pub(super) use reading::Side;
pub(super) use reasons::{Reasons, Wanted};
pub(super) use rows::Rows;
pub(super) use state::command;

/// Write a page that shows the topology, what clients reach and why: one file that opens in any browser.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog report inventory -o report.html
  tunnelog report inventory --compare inventory-of-last-week -o report.html
  tunnelog report inventory --compare old --title 'CHG0012345' --date 2026-11-28 -o change.html
  tunnelog report inventory --with '+ bgp(VNet1, VNet2)' -o what-bgp-would-bring.html
  tunnelog report large --gateway Hub --class windows -o hub.html
  tunnelog report large --around Site1 --hops 3 -o site1.html

docs/report.md shows the page, and says how much one takes.")]
pub(crate) struct Args {
    #[command(flatten)]
    read: ReadArguments,

    #[command(flatten)]
    page: PageArguments,

    #[command(flatten)]
    denied: DenyArguments,

    /// How the report is written.
    #[arg(long, short, default_value = "html", help_heading = "Output")]
    format: ReportFormat,

    /// Write to this file, which is replaced atomically.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    output: Option<PathBuf>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// A page for a browser, with all that it needs inside.
    Html,
    /// The data of the page as one JSON document.
    Json,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        Some((self.page.profile.get(), &self.page.narrow.class))
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let mut sides = reading::read(&self.read)?;
        if sides.iter().any(|side| side.inventory.is_none()) {
            for side in &mut sides {
                call.report(&mut side.report);
            }
            return Err(Failure::Reported);
        }
        document(&self.page, &mut sides, Wanted::Page, |document| self.write(document, call))?;
        let worst = sides.iter().filter_map(|side| side.report.worst()).max();
        // What is so before changes is so after them, or settled; another inventory has findings of its own.
        let reported = if self.read.compare.is_some() { 0 } else { sides.len() - 1 };
        for side in &mut sides[reported..] {
            call.count(Path::new(&side.path), &self.read.changes, &mut side.report);
        }
        Ok(self.denied.exit(worst))
    }
}

impl Args {
    fn write(&self, document: &Document<'_>, call: &Call) -> Result<(), Failure> {
        let mut output = call.output(self.output.as_deref())?;
        match self.format {
            ReportFormat::Html if output.screen.terminal => {
                return Err(
                    Failure::new("a page is not for a terminal").help("give a file with `-o report.html`")
                );
            }
            ReportFormat::Html => page::write(document, &mut output)?,
            ReportFormat::Json => output.json(document)?,
        }
        output.finish()?;
        call.wrote(self.output.as_deref());
        Ok(())
    }
}
