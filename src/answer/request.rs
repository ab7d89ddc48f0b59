//! What is asked of an analysis, and the rows that answer it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::reasons::{Reasons, Status};
use crate::class::{Class, Profile};
use crate::facts::ids::Machine;
use crate::inventory::Inventory;
use crate::names::{LabelId, NameId};
use crate::prefix::{Family, Prefix};
use crate::rules::resolution::{NameReasons, Resolution};
use crate::solve::Evaluation;

/// One row of `routes`: a route that clients hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteRow {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where clients are listed instead of classes.
    pub client: Option<u32>,
    /// The route.
    pub prefix: Prefix,
    /// Why it is held.
    pub reasons: Reasons,
}

/// One row of `reach`: what can be said of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachRow {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where clients are listed instead of classes.
    pub client: Option<u32>,
    /// The network that the destination belongs to.
    pub network: NameId,
    /// A prefix of the network's address space, or the parts of one that agree.
    pub destination: Prefix,
    /// The status.
    pub status: Status,
    /// Why it is held, or what is missing.
    pub reasons: Reasons,
}

impl ReachRow {
    /// What rows of one gateway and class are sorted by.
    pub(crate) fn text_order<'names>(&self, inventory: &'names Inventory) -> (&'names str, impl Ord + use<>) {
        (inventory.names.text(self.network), self.destination.text_order())
    }
}

/// One row of `names`: how names of a private zone resolve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRow {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where clients are listed instead of classes.
    pub client: Option<u32>,
    /// The zone; none where servers are given and no zone is known.
    pub zone: Option<LabelId>,
    /// The servers that the status rests on, sorted: those that resolve the zone, or may; otherwise all that are given.
    pub servers: Vec<IpAddr>,
    /// The status.
    pub status: Resolution,
    /// Why.
    pub reasons: NameReasons,
}

/// All rows of one gateway with P2S, in the order of the CSV output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayAnswer {
    /// The routes.
    pub routes: Vec<RouteRow>,
    /// The destinations.
    pub reach: Vec<ReachRow>,
    /// Appliances on the paths to destinations, where these were asked for and there are any.
    pub appliances: Appliances,
    /// The zones, where names are asked for.
    pub names: Vec<NameRow>,
}

/// Appliances on the paths to the destinations of networks, and back.
pub type Appliances = BTreeMap<(NameId, Prefix), OnTheWay>;

/// The appliances on ways between clients and a destination: those that some way passes on which packets arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnTheWay {
    /// There.
    pub there: BTreeSet<Machine>,
    /// Back, from where answers get to every client.
    pub back: BTreeSet<Machine>,
}

/// Whether answers are given by class of clients or client by client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// A row for each class that a gateway serves.
    #[default]
    Class,
    /// A row for each client of the inventory.
    Client,
}

/// Which of the rows are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Routes and destinations.
    #[default]
    Both,
    /// Routes alone.
    Routes,
    /// Destinations alone.
    Reach,
}

/// What is asked of an analysis.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Which description of the clients' routes is followed.
    pub profile: Profile,
    /// By class or by client.
    pub by: By,
    /// The gateways to answer for; none for all.
    pub gateways: Option<Vec<NameId>>,
    /// The clients to answer for, by their names, where clients are listed; none for all.
    pub clients: Option<Vec<String>>,
    /// The classes to answer for; none for all.
    pub classes: Option<Vec<Class>>,
    /// How connected components are cut into runs of the rules.
    pub evaluation: Evaluation,
    /// Which of the rows are given; the others are left empty.
    pub wanted: Wanted,
    /// Whether names are answered too, which follow from the destinations.
    pub names: bool,
    /// How much of a route's path BGP neighbours look at.
    pub as_paths: AsPaths,
    /// The address families of which the Internet is listed even where no client holds a route there.
    pub internet: Vec<Family>,
    /// True where the appliances on the ways are wanted.
    pub appliances: bool,
    /// True where private endpoints are listed whose answer is that of their VNet, too. Profile `article` lists none.
    pub endpoints: bool,
}

/// How much of a route's path a router looks at, before it takes the route from a BGP neighbour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsPaths {
    /// The number of the router where the route started. That is all that matters where routers of a connected component have
    /// numbers of their own.
    #[default]
    Origin,
    /// The numbers of all routers that the route passed.
    Whole,
}
