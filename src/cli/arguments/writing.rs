//! What the verbs that write inventories, facts and the program's own documents take.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tunnelog::generate::{Plan, Shape};

use crate::cli::arguments::{ChangeArguments, DenyArguments, PathArguments, ProfileArguments, one_of};

/// Turn exports of Azure into an inventory of CSV files.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog import resource-graph.json -o inventory
  tunnelog import vnets.json gateways.json connections.json -o inventory")]
pub(crate) struct ImportArguments {
    /// Exported files, or folders of them, that together are one inventory.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The folder to write the CSV files into; made where it does not exist.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// Write an inventory to fill in, with a `README.md` that explains every column; nothing is overwritten.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog init inventory
  tunnelog init demo --example && tunnelog reach demo")]
pub(crate) struct InitArguments {
    /// The folder to write into; made where it does not exist.
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,

    /// Write a small network instead: a hub with a spoke and an office.
    #[arg(long)]
    pub(crate) example: bool,
}

/// Print the query whose result can be read, for Azure Resource Graph.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  az graph query --first 1000 -q \"$(tunnelog export-query)\" -o json > export.json
  tunnelog export-query --script -o export.sh && sh export.sh export
  tunnelog export-query vnets

docs/export.md has other ways to export, and what is read from where.")]
pub(crate) struct ExportQueryArguments {
    /// Only resources of these kinds; all that are read where none is named.
    #[arg(value_name = "KIND")]
    pub(crate) what: Vec<ExportWhat>,

    /// Write a shell script that fetches all pages of the result.
    #[arg(long)]
    pub(crate) script: bool,

    /// Write to this file, which is replaced only once everything is written.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// What is exported from Azure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportWhat {
    /// Virtual networks, with their peerings.
    Vnets,
    /// Virtual network gateways.
    Gateways,
    /// Local network gateways, which stand for sites.
    Sites,
    /// Connections: the ends of tunnels.
    Connections,
    /// Public addresses, which tell gateways from sites.
    Addresses,
}

impl ExportWhat {
    pub(crate) const ALL: [Self; 5] =
        [Self::Vnets, Self::Gateways, Self::Sites, Self::Connections, Self::Addresses];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Vnets => "vnets",
            Self::Gateways => "gateways",
            Self::Sites => "sites",
            Self::Connections => "connections",
            Self::Addresses => "addresses",
        }
    }

    pub(crate) fn resource_type(self) -> &'static str {
        match self {
            Self::Vnets => "microsoft.network/virtualnetworks",
            Self::Gateways => "microsoft.network/virtualnetworkgateways",
            Self::Sites => "microsoft.network/localnetworkgateways",
            Self::Connections => "microsoft.network/connections",
            Self::Addresses => "microsoft.network/publicipaddresses",
        }
    }
}

/// Write the facts of an inventory and all that follows from them, one file a relation.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tunnelog facts inventory -o relations")]
pub(crate) struct FactsArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// The folder to write the relations into; made where it does not exist.
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// Make up a large inventory, the same for the same shape, size and seed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog generate --shape hubs --vnets 1000000 -o large
  tunnelog generate --shape estate --vnets 5000 --seed 7 --faults 0.05 -o faulty")]
pub(crate) struct GenerateArguments {
    /// The structure.
    #[arg(long, value_parser = one_of(&Shape::ALL, Shape::word))]
    pub(crate) shape: Shape,

    /// How many VNets.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(Plan::MOST_VNETS)))]
    pub(crate) vnets: u32,

    /// What the choice of addresses and of faults starts from.
    #[arg(long, default_value = "1")]
    pub(crate) seed: u64,

    /// The share of peerings, tunnels, P2S gateways and sites that get a fault, 0 to 1.
    #[arg(long, value_name = "RATE", default_value = "0", value_parser = share)]
    pub(crate) faults: f64,

    /// The folder to write the CSV files into; made where it does not exist.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
}

/// Print what a shell needs to complete this program's arguments.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tunnelog completions bash > ~/.local/share/bash-completion/completions/tunnelog")]
pub(crate) struct CompletionsArguments {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

/// Print the manual page, or write a page for every verb.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog man | man -l -
  tunnelog man -o ~/.local/share/man/man1")]
pub(crate) struct ManArguments {
    /// The folder to write one page a verb into; without it the main page is printed.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_lies_between_nothing_and_all() {
        assert_eq!(["0", "0.05", "1"].map(share), [Ok(0.0), Ok(0.05), Ok(1.0)]);
        assert!(["-0.1", "1.1", "NaN", "many"].into_iter().all(|text| share(text).is_err()));
    }
}
