//! What the verbs about reasons take.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tunnelog::answer::Status;
use tunnelog::class::Class;

use crate::cli::arguments::{
    ChangeArguments, DenyArguments, PathArguments, ProfileArguments, To, classes, destination, statuses,
};

/// Say why clients reach a destination or do not: the shortest proofs, and what is missing.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog explain facts/s2s-chain --from VNet1 --to VNet2
  tunnelog explain inventory --from Hub --to 10.3.7.4 --class windows
  tunnelog explain inventory --from laptop --to Site1 --all --format json
  tunnelog explain facts/s2s-chain-bgp --from VNet1 --to VNet3 --format dot | dot -Tsvg -o proof.svg

docs/explain.md shows how to read the answer.")]
pub(crate) struct ExplainArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// The gateway that clients connect to, named by its VNet, or a client of the inventory.
    #[arg(long, value_name = "GATEWAY|CLIENT", value_hint = ValueHint::Other)]
    pub(crate) from: String,

    /// A network, the networks that overlap a prefix, or the one that holds an address.
    #[arg(long, value_name = "NETWORK|PREFIX|ADDRESS", value_parser = destination, value_hint = ValueHint::Other)]
    pub(crate) to: To,

    /// Only this class of clients; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes())]
    pub(crate) class: Vec<Class>,

    /// Show every proof that shares no hop with a shorter one.
    #[arg(long)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,

    /// Exit with 1 where a destination has one of these statuses.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = statuses())]
    pub(crate) fail_on: Vec<Status>,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    /// How the answer is written.
    #[arg(long, short, default_value = "text", help_heading = "Output")]
    pub(crate) format: ExplainFormat,

    /// Write the answer to this file, which is replaced only once the answer is complete.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people.
    Text,
    /// One JSON document, with every step of every proof.
    Json,
    /// A graph for Graphviz.
    Dot,
    /// A flowchart for Mermaid, as Markdown pages show it.
    Mermaid,
}

/// List the rules that answers follow from, or explain one.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog rules
  tunnelog rules bgp-relay")]
pub(crate) struct RulesArguments {
    /// The rule to explain.
    #[arg(value_name = "ID")]
    pub(crate) rule: Option<String>,
}
