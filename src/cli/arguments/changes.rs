//! What the verbs about changes take.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};
use tunnelog::sweep;

use crate::cli::arguments::{DenyArguments, Format, OutputArguments, PathArguments, ScopeArguments};
use crate::cli::shell::exit::Failure;

/// The sign that stands for a minus at the beginning of a change while the arguments are told apart.
const MINUS: char = '\u{2212}';

/// An argument that begins with a minus and a blank is a change, not an option.
pub(super) fn masked(argument: std::ffi::OsString) -> std::ffi::OsString {
    match argument.to_str().and_then(|text| text.strip_prefix("- ")) {
        Some(rest) => format!("{MINUS} {rest}").into(),
        None => argument,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "argument parsers may fail")]
pub(super) fn unmasked(text: &str) -> Result<String, String> {
    Ok(text.strip_prefix(MINUS).map_or_else(|| text.to_owned(), |rest| format!("-{rest}")))
}

/// Changes made to an inventory before anything is asked of it.
#[derive(Args, Debug, Default)]
pub(crate) struct ChangeArguments {
    /// Make a change first, such as `+ bgp(VNet1, VNet2)`; may be given several times.
    #[arg(long, value_name = "CHANGE", value_parser = unmasked, help_heading = "Changes")]
    pub(crate) with: Vec<String>,

    /// Make the changes in this file first, one a line.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Changes")]
    pub(crate) with_file: Vec<PathBuf>,

    /// Make changes that Azure would refuse, as far as they go.
    #[arg(long, help_heading = "Changes")]
    pub(crate) force: bool,
}

/// Whether differences count as a no.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct DifferingArguments {
    /// Exit with 1 where something differs.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

/// Say what changes would bring about, and which clients must download their profile again.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog whatif inventory '+ bgp(VNet1, VNet2)' '+ bgp(VNet2, VNet3)'
  tunnelog whatif inventory '- peered(Hub, Spoke1)' --class windows
  tunnelog whatif inventory --query plans.query --format csv")]
pub(crate) struct WhatifArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// Changes, made in order: `+ FACT` or `- FACT`.
    #[arg(value_name = "CHANGE", value_parser = unmasked, required_unless_present = "query")]
    pub(crate) changes: Vec<String>,

    /// Try the scenarios of this query file, each by itself; `-` reads the standard input.
    #[arg(long, short = 'q', value_name = "FILE", conflicts_with = "changes", value_hint = ValueHint::FilePath)]
    pub(crate) query: Option<PathBuf>,

    /// Try only the K-th of N equal shares of the scenarios; only the first share has a header, so that the outputs of all join to one.
    #[arg(long, value_name = "K/N", requires = "query")]
    pub(crate) shard: Option<Shard>,

    #[command(flatten)]
    pub(crate) differing: DifferingArguments,

    #[command(flatten)]
    pub(crate) before: ChangeArguments,

    #[command(flatten)]
    pub(crate) scope: ScopeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments<Format>,
}

/// Say what differs between two inventories, of facts and for clients.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog diff last-week.json today.json
  tunnelog diff inventory-of-main inventory --exit-code --format markdown
  terraform show -json plan.out > plan.json && tunnelog diff --plan plan.json
  tunnelog diff exports --plan plan.json --exit-code --format markdown")]
pub(crate) struct DiffArguments {
    /// The inventory before: a folder of CSV files, or an export.
    #[arg(value_name = "OLD", value_hint = ValueHint::AnyPath, required_unless_present = "plan")]
    pub(crate) old: Option<PathBuf>,

    /// The inventory after.
    #[arg(value_name = "NEW", value_hint = ValueHint::AnyPath, required_unless_present = "plan", conflicts_with = "plan")]
    pub(crate) new: Option<PathBuf>,

    /// Say what this plan does: of Terraform, or of a deployment's `what-if`, as JSON. OLD, if given, is an export of what the plan leaves alone.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) plan: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) differing: DifferingArguments,

    #[command(flatten)]
    pub(crate) scope: ScopeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments<Format>,
}

/// Take away, or add, one thing after the other, and list what each does to clients, the worst first.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog sweep inventory --remove s2s,gateway
  tunnelog sweep inventory --remove s2s --pairs --format csv
  tunnelog sweep inventory --add bgp")]
pub(crate) struct SweepArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// Take away each fact of these relations.
    #[arg(long, value_name = "RELATION", value_delimiter = ',', required_unless_present = "add")]
    pub(crate) remove: Vec<Removal>,

    /// Add each fact of this relation that the inventory has the means for.
    #[arg(long, value_name = "RELATION", value_delimiter = ',')]
    pub(crate) add: Vec<Addition>,

    /// Take away every two as well.
    #[arg(long, requires = "remove")]
    pub(crate) pairs: bool,

    /// Try only the K-th of N equal shares. Rows stand in the order of the changes, and only the first share has a header, so that
    /// the outputs of all join to one.
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,

    #[command(flatten)]
    pub(crate) before: ChangeArguments,

    #[command(flatten)]
    pub(crate) scope: ScopeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments<Format>,
}

/// What a sweep takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Removal {
    /// Tunnels.
    S2s,
    /// Sides of peerings.
    Peered,
    /// BGP on tunnels.
    Bgp,
    /// Gateways.
    Gateway,
}

/// What a sweep adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Addition {
    /// BGP on tunnels without.
    Bgp,
    /// The use of remote gateways in peerings without.
    GatewayTransit,
}

impl From<Removal> for sweep::Removal {
    fn from(removal: Removal) -> Self {
        match removal {
            Removal::S2s => Self::S2s,
            Removal::Peered => Self::Peered,
            Removal::Bgp => Self::Bgp,
            Removal::Gateway => Self::Gateway,
        }
    }
}

impl From<Addition> for sweep::Addition {
    fn from(addition: Addition) -> Self {
        match addition {
            Addition::Bgp => Self::Bgp,
            Addition::GatewayTransit => Self::GatewayTransit,
        }
    }
}

/// One of several equal shares of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    number: usize,
    count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(number, count)| {
            Some(Self { number: number.parse().ok()?, count: count.parse().ok()? })
        });
        parts
            .filter(|shard| (1..=shard.count).contains(&shard.number))
            .ok_or_else(|| "expected K/N with K from 1 to N, such as `2/8`".to_owned())
    }
}

impl Shard {
    /// The part of `items` that this share has.
    pub(crate) fn of<Item>(self, items: &[Item]) -> &[Item] {
        let end = |number: usize| items.len() * number / self.count;
        &items[end(self.number - 1)..end(self.number)]
    }

    /// What is said of a share in a format whose outputs do not join.
    pub(crate) fn no_document() -> Failure {
        Failure::new("one JSON document cannot be made of shares").help("use `--format ndjson`")
    }

    /// True for the share that outputs begin with.
    pub(crate) fn is_first(self) -> bool {
        self.number == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_all_there_is_and_nothing_twice() {
        let items: Vec<usize> = (0..11).collect();
        let shares = (1..=4).flat_map(|number| Shard { number, count: 4 }.of(&items).to_vec());
        assert_eq!(shares.collect::<Vec<_>>(), items);
        assert!("0/4".parse::<Shard>().is_err());
        assert!("5/4".parse::<Shard>().is_err());
        assert_eq!("4/4".parse(), Ok(Shard { number: 4, count: 4 }));
    }
}
