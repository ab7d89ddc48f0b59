//! Why evidence is refused.

use std::fmt;

use super::evidence::{LearnedRoute, Negation, State};
use crate::facts::ids::Node;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::schema::Fact;

/// Why evidence is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A learned route that the rules do not give, or not yet where it stands.
    Table(LearnedRoute),
    /// A route that the rules let a router learn is missing.
    Missing(LearnedRoute),
    /// There are no tables for the destination.
    NoTables(Prefix),
    /// The application of a rule at that place of a proof is none.
    Application(usize),
    /// A fact is not there.
    Fact(Fact),
    /// What is denied holds.
    Negation(Negation),
    /// A proof proves something else.
    Conclusion,
    /// The addresses are no part of the network's, or of the client pool's.
    Part(Prefix),
    /// The packet's first state is not in the set.
    Start(NameId),
    /// A state in which the packet arrives.
    Arrival(State),
    /// The packet leaves the set from this state for that router.
    Exit(State, NameId),
    /// A router that the network hangs on is left out, or is none.
    Attaching(NameId),
    /// The evidence is of one kind and the component of another.
    Kind,
    /// A node of a walk where the packet does something else, or that it does not come to.
    Walk(Node),
    /// Answers start somewhere else too, or not there.
    Starts,
    /// Other appliances see one direction only of connections that are answered from there.
    OneWay(Node),
    /// The clients hold a route for it.
    Route(Prefix),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table(_) => "a learned route is not given by the rules",
            Self::Missing(_) => "a learned route is missing",
            Self::NoTables(_) => "there are no tables for a destination",
            Self::Application(_) => "a step is no application of its rule",
            Self::Fact(_) => "a fact is not there",
            Self::Negation(_) => "what is denied holds",
            Self::Conclusion => "something else is proven",
            Self::Part(_) => "a destination is none of the network",
            Self::Start(_) => "the set lacks the state that the packet starts in",
            Self::Arrival(_) => "the packet arrives",
            Self::Exit(..) => "the packet leaves the set",
            Self::Attaching(_) => "a router that the network hangs on is left out",
            Self::Kind => "the evidence does not look at route tables, or looks at none",
            Self::Walk(_) => "a walk is not what packets do",
            Self::Starts => "answers start somewhere else",
            Self::OneWay(_) => "other appliances see one direction only",
            Self::Route(_) => "the client holds a route",
        })
    }
}

impl std::error::Error for Refusal {}
