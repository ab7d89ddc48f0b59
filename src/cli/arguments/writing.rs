//! What the verbs that write inventories, facts and the program's own documents take.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use tunnelog::generate::{Plan, Shape};

use super::{ChangeArguments, DenyArguments, PathArguments, ProfileArguments, one_of};

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
