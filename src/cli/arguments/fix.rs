//! What `fix` takes.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use tunnelog::class::Class;
use tunnelog::fix::{Costs, Kind};

use crate::cli::arguments::{
    ChangeArguments, DenyArguments, Format, OutputArguments, PathArguments, ProfileArguments, To, classes,
    destination, one_of,
};

/// Find the cheapest changes that let clients reach a network, or that close it to them.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog fix inventory --from VNet1 --to VNet3
  tunnelog fix inventory --from VNet1 --to 10.3.7.4 --class windows --never custom-route
  tunnelog fix inventory --from VNet1 --to Site1 --to VNet3 --query must-stay.query
  tunnelog fix inventory --query wanted.query --format markdown
  tunnelog fix inventory --break --from VNet1 --to Site1

docs/fix.md has the measures and what they cost.")]
pub(crate) struct FixArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// Whose clients: a gateway, named by its VNet, or one client.
    #[arg(long, value_name = "GATEWAY|CLIENT", requires = "to", required_unless_present = "queries", value_hint = ValueHint::Other)]
    pub(crate) from: Option<String>,

    /// What they are to reach; may be given several times, and is met together.
    #[arg(long, value_name = "NETWORK|PREFIX|ADDRESS", value_parser = destination, requires = "from", value_hint = ValueHint::Other)]
    pub(crate) to: Vec<To>,

    /// Only clients of this class; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes(), requires = "from")]
    pub(crate) class: Vec<Class>,

    /// A query file: without `--from` all that it expects is to hold, otherwise plans tell what of it they break; may be given several times.
    #[arg(long = "query", visible_alias = "query-file", short = 'q', value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) queries: Vec<PathBuf>,

    /// Close the ways there and back instead, whether or not clients hold a route.
    #[arg(long = "break")]
    pub(crate) close: bool,

    /// What each measure of a kind costs, such as `bgp=10`; may be given several times.
    #[arg(long, value_name = "KIND=N", value_delimiter = ',', value_parser = cost, help_heading = "Search")]
    pub(crate) cost: Vec<(Kind, u32)>,

    /// Take no measure of this kind; may be given several times.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = one_of(&Kind::ALL, Kind::word), help_heading = "Search")]
    pub(crate) never: Vec<Kind>,

    /// List this many plans at the most.
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..=1000), help_heading = "Search")]
    pub(crate) max: u16,

    /// Run the rules for this many sets of measures at the most.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Search")]
    pub(crate) effort: u32,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments<Format>,
}

fn cost(text: &str) -> Result<(Kind, u32), String> {
    let most = Costs::MOST;
    let Some((word, number)) = text.split_once('=') else {
        return Err("expected a kind and its cost, such as `bgp=10`".to_owned());
    };
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word).ok_or_else(|| {
        let words: Vec<String> = Kind::ALL.iter().map(|kind| format!("`{}`", kind.word())).collect();
        format!("`{word}` is no kind of measure; there are {}", words.join(", "))
    })?;
    match number.parse() {
        Ok(number) if number <= most => Ok((kind, number)),
        _ => Err(format!("expected a cost from 0 to {most}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_a_kind_and_a_number() {
        assert_eq!(cost("bgp=10"), Ok((Kind::Bgp, 10)));
        assert!(cost("bgp").is_err_and(|error| error.contains("`bgp=10`")));
        assert!(cost("magic=1").is_err_and(|error| error.contains("`transit-flag`")));
        assert!(cost("bgp=-1").is_err() && cost("bgp=1000001").is_err());
    }
}
