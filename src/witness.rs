//! How a derived tuple was reached: a rule and what it went through.
//!
//! The rules are written once, over a witness. With `()` nothing is recorded and tuples collapse
//! into plain answers; with [`Step`] each tuple carries the clause that derived it.

use std::hash::Hash;

use crate::facts::ids::{PrefixId, Target};
use crate::names::NameId;
use crate::rule::Rule;

/// Provenance of a derived tuple: nothing for answers, the applied rule for proofs.
pub(crate) trait Witness: Copy + Eq + Hash + Default {
    /// The witness of one application of `rule`, which went through `via`.
    fn step(rule: Rule, via: Via) -> Self;
}

impl Witness for () {
    fn step(_: Rule, _: Via) -> Self {}
}

/// One application of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Step {
    /// The rule.
    pub rule: Rule,
    /// What its body bound that its head does not show.
    pub via: Via,
}

/// No tuple has this one: crepe derives `Default` for its program, which then asks it of what the program is generic over.
impl Default for Step {
    fn default() -> Self {
        Self { rule: Rule::OwnVnet, via: Via::Nothing }
    }
}

impl Witness for Step {
    fn step(rule: Rule, via: Via) -> Self {
        Self { rule, via }
    }
}

/// What the body of a clause bound that the head does not show, so that the premises can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Via {
    /// Everything stands in the head.
    Nothing,
    /// A router: where a route was learned, where a static route leads, which router attaches.
    Router(NameId),
    /// What is attached.
    Target(Target),
    /// The entry of a table that decided.
    Entry(PrefixId),
    /// The VNet that it stands in.
    Vnet(NameId),
    /// The VNet that it stands in, and the part of it that a peering carries.
    Part(NameId, PrefixId),
}
