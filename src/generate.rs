//! Large inventories that anyone can make again: a shape, a size and a seed give the same networks.
//!
//! Every shape stays within Azure's limits where the size asked for allows it. Connected parts use
//! the same address space again, as unconnected networks do in real estates.

mod shapes;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::inventory::{Connection, Gateway, Inventory, Peering, Site, Vnet};
use crate::names::Name;
use crate::prefix::Prefix;
use crate::source::{Sources, Span};

/// The structure of a generated inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Many connected parts of 4 hubs in a row over BGP, each with 49 spokes; one serves P2S.
    Hubs,
    /// 50 connected parts of hubs in a ring over BGP, each with 100 spokes; every other one serves P2S.
    Estate,
    /// One connected part, a tree over BGP; every gateway has two spokes and serves P2S.
    Onepart,
    /// Gateways in a line over BGP; every fiftieth serves P2S.
    Chain,
    /// Gateways with 30 tunnels each, over BGP; every tenth serves P2S.
    Mesh,
    /// Pairs of gateways and sites without BGP; a tunnel lists 1,000 static prefixes that lie in each other.
    Dense,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 6] =
        [Self::Hubs, Self::Estate, Self::Onepart, Self::Chain, Self::Mesh, Self::Dense];

    /// The word used on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hubs => "hubs",
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
    /// How many VNets.
    pub vnets: usize,
    /// What the chance of faults and the choice of addresses start from.
    pub seed: u64,
    /// The share of peerings and tunnels that get a fault that warrants a warning, 0 to 1.
    pub faults: f64,
}

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
    let mut builder = Builder::new(plan);
    match plan.shape {
        Shape::Hubs => shapes::hubs(&mut builder, plan.vnets),
        Shape::Estate => shapes::estate(&mut builder, plan.vnets),
        Shape::Onepart => shapes::onepart(&mut builder, plan.vnets),
        Shape::Chain => shapes::chain(&mut builder, plan.vnets),
        Shape::Mesh => shapes::mesh(&mut builder, plan.vnets),
        Shape::Dense => shapes::dense(&mut builder, plan.vnets),
    }
    builder.inventory
}

struct Builder {
    inventory: Inventory,
    random: ChaCha8Rng,
    faults: f64,
    origin: Span,
}

impl Builder {
    fn new(plan: &Plan) -> Self {
        let file = Sources::default().add("generated".to_owned(), String::new(), None);
        Self {
            inventory: Inventory::default(),
            random: ChaCha8Rng::seed_from_u64(plan.seed),
            faults: plan.faults,
            origin: Span { file, start: 0, end: 0 },
        }
    }

    /// True at the rate of faults that the plan asks for.
    fn has_fault(&mut self) -> bool {
        self.faults > 0.0 && f64::from(self.random.next_u32()) < self.faults * f64::from(u32::MAX)
    }

    /// A number below `bound`, which is not 0.
    fn below(&mut self, bound: u32) -> u32 {
        self.random.next_u32() % bound
    }

    fn vnet(&mut self, name: &str, prefix: Prefix) -> Name {
        let name = self.inventory.names.intern(name);
        let vnet = Vnet { name, address_space: vec![prefix], external: false, origin: self.origin };
        self.inventory.vnets.push(vnet);
        name
    }

    fn gateway(&mut self, vnet: Name, asn: usize, client_pool: Option<Prefix>) {
        self.inventory.gateways.push(Gateway {
            vnet,
            client_pool: client_pool.into_iter().collect(),
            custom_routes: Vec::new(),
            bgp: true,
            asn: Some(private_asn(asn)),
            sku: "VpnGw5".to_owned(),
            protocols: Vec::new(),
            origin: self.origin,
        });
    }

    fn site(&mut self, name: &str, prefix: Prefix, asn: usize) -> Name {
        let name = self.inventory.names.intern(name);
        self.inventory.sites.push(Site {
            name,
            address_space: vec![prefix],
            asn: Some(private_asn(asn)),
            transit: false,
            origin: self.origin,
        });
        name
    }

    /// A spoke peered with `hub`, whose gateway it uses.
    fn spoke(&mut self, hub: Name, name: &str, prefix: Prefix) {
        let spoke = self.vnet(name, prefix);
        let (mut allows, mut uses, mut not_connected) = (true, true, None);
        if self.has_fault() {
            match self.below(3) {
                0 => allows = false,
                1 => uses = false,
                _ => not_connected = Some("Disconnected".into()),
            }
        }
        for (vnet, remote_vnet, allow_gateway_transit, use_remote_gateways) in
            [(hub, spoke, allows, false), (spoke, hub, false, uses)]
        {
            self.inventory.peerings.push(Peering {
                vnet,
                remote_vnet,
                allow_gateway_transit,
                use_remote_gateways,
                allow_vnet_access: true,
                not_connected: not_connected.clone(),
                origin: self.origin,
            });
        }
    }

    fn tunnel(&mut self, from: Name, to: Name, bgp: bool, from_static: Vec<Prefix>, to_static: Vec<Prefix>) {
        let is_down = self.has_fault();
        self.inventory.connections.push(Connection {
            from,
            to,
            bgp,
            from_static,
            to_static,
            down: is_down.then(|| "NotConnected".into()),
            name: "".into(),
            origin: self.origin,
        });
    }
}

/// Numbers from the 32-bit private range, so that routers of one part never share one.
fn private_asn(index: usize) -> u32 {
    4_200_000_000 + u32::try_from(index % 94_000_000).unwrap_or_default()
}

/// The `index`-th prefix of that length in 10.0.0.0/8, going on behind it where that is full.
fn subnet(index: usize, length: u8) -> Prefix {
    let size = 1u32 << (32 - length);
    let address = 0x0a00_0000u32.wrapping_add(u32::try_from(index).unwrap_or(u32::MAX).wrapping_mul(size));
    ipnet::IpNet::from(ipnet::Ipv4Net::new_assert(address.into(), length)).into()
}

/// The `index`-th client pool, in 172.16.0.0/12.
fn pool(index: usize) -> Prefix {
    let address = 0xac10_0000u32.wrapping_add(u32::try_from(index).unwrap_or(u32::MAX).wrapping_mul(256));
    ipnet::IpNet::from(ipnet::Ipv4Net::new_assert(address.into(), 24)).into()
}
