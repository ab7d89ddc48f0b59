//! `tunnelog generate`: a large inventory that anyone can make again.

use tunnelog::generate::{Plan, Shape, generate, with_resolvers};

use crate::cli::arguments::{Classes, one_of};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::folder::TargetArguments;

/// Make up a large inventory, the same for the same shape, size and seed.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog generate --shape hubs --vnets 1000000 -o large
  tunnelog generate --shape hubs --vnets 1000000 --resolvers -o large
  tunnelog generate --shape estate --vnets 5000 --seed 7 --faults 0.05 -o faulty")]
pub(crate) struct Args {
    /// The structure.
    #[arg(long, value_parser = one_of(&Shape::ALL, Shape::word))]
    shape: Shape,

    /// How many VNets.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    vnets: u32,

    /// What the choice of addresses and of faults starts from.
    #[arg(long, default_value = "1")]
    seed: u64,

    /// The share of peerings, connections, P2S gateways and sites that get a fault, 0 to 1.
    #[arg(long, value_name = "RATE", default_value = "0", value_parser = share)]
    faults: f64,

    /// A DNS Private Resolver in the VNet of each gateway with clients, who are given it, and a private zone linked there.
    #[arg(long)]
    resolvers: bool,

    #[command(flatten)]
    target: TargetArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        self.target.refuse_inventory()?;
        let (vnets, most) = (self.vnets as usize, self.shape.most_vnets());
        if vnets > most {
            let message =
                format!("`{}` has addresses for {most} VNets, and not for {vnets}", self.shape.word());
            return Err(
                Failure::new(message).help("`--shape hubs` has room for more: its components are small")
            );
        }
        let mut inventory =
            generate(&Plan { shape: self.shape, vnets, seed: self.seed, faults: self.faults });
        if self.resolvers {
            inventory = with_resolvers(inventory);
        }
        self.target.write(&inventory, call)?;
        Ok(Exit::Clean)
    }
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
