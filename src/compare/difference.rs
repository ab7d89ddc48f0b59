//! What differs for clients.

use crate::answer::{NameReasons, Reasons, Resolution, Status};
use crate::class::Class;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// Whether a gateway serves the clients before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// It serves them after the change alone.
    Appears,
    /// It served them before the change alone.
    Disappears,
    /// It serves them before and after.
    Stays,
}

/// A route that clients hold before or after the change alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteDifference {
    /// The route.
    pub prefix: Prefix,
    /// True where it is held after the change, false where it was before.
    pub gained: bool,
    /// Why it is held, or was.
    pub reasons: Reasons,
}

/// A destination of which something else can be said after the change, or until the profile is downloaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachDifference {
    /// The network that it belongs to.
    pub network: NameId,
    /// The destination.
    pub destination: Prefix,
    /// The status before; none where it was no destination.
    pub before: Option<Status>,
    /// The status after; none where it is no destination any more.
    pub after: Option<Status>,
    /// The status from the change until the profile is downloaded again, for clients that have to.
    pub until: Option<Status>,
    /// Why, after the change where it is a destination then.
    pub reasons: Reasons,
}

/// A private zone whose names resolve otherwise after the change, or until the profile is downloaded again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameDifference {
    /// The zone; none for what is asked of servers where no zone is known.
    pub zone: Option<LabelId>,
    /// Whether they resolve before; none where nothing was said of the zone.
    pub before: Option<Resolution>,
    /// Whether they resolve after; none where nothing is said of the zone any more.
    pub after: Option<Resolution>,
    /// Whether they resolve from the change until the profile is downloaded again, for clients that have to.
    pub until: Option<Resolution>,
    /// Why, after the change where something is said of it then.
    pub reasons: NameReasons,
}

/// What differs for the clients of one gateway and class, or for one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The gateway.
    pub gateway: NameId,
    /// The client, where clients are listed instead of classes.
    pub client: Option<Box<str>>,
    /// The class.
    pub class: Class,
    /// Whether the gateway serves them before and after.
    pub presence: Presence,
    /// True where the clients have to download the profile again: to get the routes and DNS servers after
    /// the change, or to connect at all.
    pub download: bool,
    /// True where the gateway is taken away and made anew, so that nobody connects in between.
    pub outage: bool,
    /// The routes gained and lost: those gained first, each in the order of texts.
    pub routes: Vec<RouteDifference>,
    /// The destinations.
    pub reach: Vec<ReachDifference>,
    /// The private zones, in the order of texts.
    pub names: Vec<NameDifference>,
}
