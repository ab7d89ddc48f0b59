//! What `report` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tunnelog::class::Class;

use crate::cli::arguments::{ChangeArguments, DenyArguments, PathArguments, ProfileArguments, classes};

/// Write a page that shows the topology, what clients reach and why: one file that opens in any browser.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog report inventory -o report.html
  tunnelog report inventory --compare inventory-of-last-week -o report.html
  tunnelog report inventory --with '+ bgp(VNet1, VNet2)' -o what-bgp-would-bring.html
  tunnelog report large --gateway Hub --class windows -o hub.html
  tunnelog report large --around Site1 --hops 3 -o site1.html

docs/report.md shows the page, and says how much one takes.")]
pub(crate) struct ReportArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// Show what differs from this older inventory.
    #[arg(long, value_name = "OLD", value_hint = ValueHint::AnyPath)]
    pub(crate) compare: Option<PathBuf>,

    /// Show what the changes of this query file would bring about; `-` reads the standard input.
    #[arg(long, short = 'q', value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Changes")]
    pub(crate) query: Option<PathBuf>,

    /// The scenario of the query file, where it has several.
    #[arg(long, value_name = "NAME", requires = "query", help_heading = "Changes")]
    pub(crate) scenario: Option<String>,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    /// Only the clients of this gateway, named by its VNet, and its connected component; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Narrowing")]
    pub(crate) gateway: Vec<String>,

    /// Only this class of clients; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes(), help_heading = "Narrowing")]
    pub(crate) class: Vec<Class>,

    /// Only what lies around this network; may be given several times.
    #[arg(long, value_name = "NETWORK", help_heading = "Narrowing")]
    pub(crate) around: Vec<String>,

    /// How many peerings and tunnels away from the networks of `--around`.
    #[arg(long, value_name = "N", default_value = "2", requires = "around", help_heading = "Narrowing")]
    pub(crate) hops: u16,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    /// How the report is written.
    #[arg(long, short, default_value = "html", help_heading = "Output")]
    pub(crate) format: ReportFormat,

    /// Write the report to this file, which is replaced only once the report is complete.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// A page for a browser, with all that it needs inside.
    Html,
    /// The data of the page as one JSON document.
    Json,
}
