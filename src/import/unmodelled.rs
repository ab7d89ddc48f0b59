//! What may change answers and is not modelled: what is counted of it, and where.

use std::collections::BTreeSet;

use super::fields::Fields;
use super::id::ResourceId;
use crate::source::Span;

/// What is known of it beside the resources that are counted anyway.
#[derive(Clone, Default)]
pub(super) struct Unmodelled {
    /// Network security groups with a rule of their own that denies.
    denying: BTreeSet<ResourceId>,
    /// The network security groups of subnets and interfaces.
    guards: BTreeSet<(ResourceId, ResourceId)>,
    /// Gateways and connections with NAT rules.
    pub(super) translating: BTreeSet<String>,
    /// Configurations of connected groups.
    pub(super) connecting: BTreeSet<String>,
    /// Firewalls in hubs of Virtual WAN.
    pub(super) in_hubs: BTreeSet<String>,
}

impl Unmodelled {
    /// Reads a network security group with its own rules and the ids of what it guards.
    pub(super) fn group(&mut self, id: &ResourceId, rules: &[impl Fields], users: Vec<(String, Span)>) {
        if rules.iter().any(denies) {
            self.denying.insert(id.clone());
        }
        for (user, _) in users {
            self.guard(ResourceId::new(&user), id.clone());
        }
    }

    /// Reads a rule that stands beside its network security group.
    pub(super) fn rule(&mut self, group: ResourceId, object: &impl Fields) {
        if denies(object) {
            self.denying.insert(group);
        }
    }

    pub(super) fn guard(&mut self, user: ResourceId, group: ResourceId) {
        self.guards.insert((user, group));
    }

    pub(super) fn translates(&mut self, name: &str) {
        self.translating.insert(name.to_owned());
    }

    pub(super) fn connects(&mut self, name: &str) {
        self.connecting.insert(name.to_owned());
    }

    pub(super) fn is_in_hub(&mut self, firewall: &str) {
        self.in_hubs.insert(firewall.to_owned());
    }

    /// Adds what one side of a plan has of it.
    pub(super) fn extend(&mut self, plan: Self) {
        self.denying.extend(plan.denying);
        self.guards.extend(plan.guards);
        self.translating.extend(plan.translating);
        self.connecting.extend(plan.connecting);
        self.in_hubs.extend(plan.in_hubs);
    }

    /// Takes away what is of resources that go.
    pub(super) fn remove(&mut self, is_gone: &impl Fn(&ResourceId) -> bool) {
        self.denying.retain(|id| !is_gone(id));
        self.guards.retain(|(user, group)| !is_gone(user) && !is_gone(group));
    }

    /// The subnets and interfaces before which a network security group denies something.
    pub(super) fn guarded(&self) -> BTreeSet<String> {
        let guarded = self.guards.iter().filter(|(_, group)| self.denying.contains(group));
        guarded.map(|(user, _)| user.in_vnet()).collect()
    }
}

/// True for a rule that denies.
fn denies(rule: &impl Fields) -> bool {
    rule.text("access").is_some_and(|access| access.eq_ignore_ascii_case("deny"))
}
