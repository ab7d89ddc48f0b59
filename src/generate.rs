//! Large inventories that anyone can make again: a shape, a size and a seed give the same networks.
//!
//! Every shape stays within Azure's limits where the size asked for allows it, so that without faults
//! nothing is found in it. What a large one exceeds is how many routes a client takes and how many
//! prefixes a BGP session carries. Connected parts use the same address space again, as unconnected
//! networks do in real estates.

mod addresses;
mod builder;
mod faults;
mod random;
mod resolvers;
mod shapes;

use builder::Builder;
pub use resolvers::with_resolvers;

use crate::inventory::Inventory;

/// The structure of a generated inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Many connected components of 4 hubs in a row over BGP, each with 49 spokes; one serves P2S.
    Hubs,
    /// The same with a firewall in each hub, past which route tables steer what P2S clients and spokes send.
    Landing,
    /// Up to 50 connected components of hubs in a ring over BGP, each with 100 spokes; every other one serves P2S.
    Estate,
    /// One connected component, a tree over BGP; every gateway has two spokes and serves P2S.
    Onepart,
    /// Gateways in a line over BGP; every fiftieth serves P2S.
    Chain,
    /// Gateways with 30 tunnels each, over BGP; every tenth serves P2S.
    Mesh,
    /// Two gateways and two sites a connected component; a tunnel to a site lists 1,000 static prefixes that
    /// lie in each other.
    Dense,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 7] =
        [Self::Hubs, Self::Landing, Self::Estate, Self::Onepart, Self::Chain, Self::Mesh, Self::Dense];

    /// The most VNets. Addresses are those of a connected component, so what bounds it is how large one becomes: where all are in
    /// one, how many have room beside the client pools.
    #[must_use]
    pub fn most_vnets(self) -> usize {
        const OF_A_COMPONENT: usize = 8_000_000;
        match self {
            Self::Hubs | Self::Landing | Self::Dense => MOST_NAMES,
            Self::Estate => shapes::PARTS_OF_AN_ESTATE * OF_A_COMPONENT,
            Self::Onepart | Self::Chain | Self::Mesh => OF_A_COMPONENT,
        }
    }

    /// The word used on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hubs => "hubs",
            Self::Landing => "landing",
            Self::Estate => "estate",
            Self::Onepart => "onepart",
            Self::Chain => "chain",
            Self::Mesh => "mesh",
            Self::Dense => "dense",
        }
    }
}

/// What is to be generated.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The structure.
    pub shape: Shape,
    /// How many VNets, up to [`Shape::most_vnets`].
    pub vnets: usize,
    /// What the choice of addresses and of faults starts from.
    pub seed: u64,
    /// The share of peerings, tunnels, P2S gateways and sites that get a fault, 0 to 1.
    pub faults: f64,
}

/// Names are 31-bit numbers, and sites have some too.
const MOST_NAMES: usize = 1 << 30;

/// The inventory of `plan`.
///
/// ```
/// use tunnelog::generate::{Plan, Shape, generate};
/// let inventory = generate(&Plan { shape: Shape::Hubs, vnets: 400, seed: 1, faults: 0.0 });
/// assert_eq!(inventory.vnets.len(), 400);
/// assert_eq!(inventory.gateways.len(), 8);
/// ```
#[must_use]
pub fn generate(plan: &Plan) -> Inventory {
    let mut builder = Builder::new(plan.seed);
    let vnets = plan.vnets.min(plan.shape.most_vnets());
    match plan.shape {
        Shape::Hubs => shapes::hubs(&mut builder, vnets),
        Shape::Landing => shapes::landing(&mut builder, vnets),
        Shape::Estate => shapes::estate(&mut builder, vnets),
        Shape::Onepart => shapes::onepart(&mut builder, vnets),
        Shape::Chain => shapes::chain(&mut builder, vnets),
        Shape::Mesh => shapes::mesh(&mut builder, vnets),
        Shape::Dense => shapes::dense(&mut builder, vnets),
    }
    let Builder { mut inventory, mut random, .. } = builder;
    if plan.faults > 0.0 {
        faults::mix_in(&mut inventory, plan.faults, &mut random);
    }
    inventory
}
