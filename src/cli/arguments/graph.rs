//! What the verb about diagrams takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tunnelog::class::Class;

use crate::cli::arguments::{ChangeArguments, DenyArguments, PathArguments, ProfileArguments, classes};

/// Draw networks with their peerings and tunnels, and what clients reach.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog graph facts/peered-vnets
  tunnelog graph inventory --around Hub --hops 2 --format svg -o hub.svg
  tunnelog graph inventory --from Hub --class windows --format drawio -o reach.drawio
  tunnelog graph inventory --with '+ bgp(VNet1, VNet2)' --format dot | dot -Tpng -o plan.png

docs/graph.md shows one of each kind.")]
pub(crate) struct GraphArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// Only this network and what is near it; may be given several times.
    #[arg(long, value_name = "NETWORK", help_heading = "Narrowing", value_hint = ValueHint::Other)]
    pub(crate) around: Vec<String>,

    /// How many peerings and tunnels away is near.
    #[arg(long, value_name = "N", default_value = "1", requires = "around", help_heading = "Narrowing")]
    pub(crate) hops: u16,

    /// Colour what these clients reach: those of a gateway, named by its VNet, or a client of the inventory.
    #[arg(long, value_name = "GATEWAY|CLIENT", help_heading = "Reach", value_hint = ValueHint::Other)]
    pub(crate) from: Option<String>,

    /// The class of the clients; may be left out where there is but one.
    #[arg(long, value_parser = classes(), requires = "from", help_heading = "Reach")]
    pub(crate) class: Option<Class>,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    /// What the diagram is written for.
    #[arg(long, short, default_value = "mermaid", help_heading = "Output")]
    pub(crate) format: GraphFormat,

    /// Write the answer to this file, which is replaced only once the answer is complete.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// How a diagram is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A flowchart for Mermaid, as Markdown pages show it.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// A picture for browsers and documents.
    Svg,
    /// A drawing to go on with in diagrams.net.
    Drawio,
}
