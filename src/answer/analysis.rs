//! An inventory with its facts, and whom an answer is for.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::request::{By, Request};
use crate::class::{Class, Profile, classes_of_client, protocols_or_default};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::solve::{Component, is_steered};
use crate::topology::{Kept, Topology};

/// Rows that are given together: those of one gateway, or of one client.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) gateway: NameId,
    pub(crate) client: Option<u32>,
    pub(crate) classes: Vec<Class>,
}

/// An inventory with its facts, ready to be asked.
pub struct Analysis<'inventory> {
    inventory: &'inventory Inventory,
    facts: Cow<'inventory, Facts>,
    /// What was looked up of the inventory, once somebody asked for it.
    kept: OnceLock<Kept>,
}

impl<'inventory> Analysis<'inventory> {
    /// Lowers `inventory` to facts. Nothing is solved yet.
    #[must_use]
    pub fn new(inventory: &'inventory Inventory) -> Self {
        Self { inventory, facts: Cow::Owned(Facts::lower(inventory)), kept: OnceLock::new() }
    }

    /// The same where `facts` are those of `inventory`.
    #[must_use]
    pub fn with_facts(inventory: &'inventory Inventory, facts: &'inventory Facts) -> Self {
        Self { inventory, facts: Cow::Borrowed(facts), kept: OnceLock::new() }
    }

    /// The same of an inventory that changes made of this one: what is said in rows that both share is not worked out again.
    #[must_use]
    pub(crate) fn after<'after>(&self, inventory: &'after Inventory) -> Analysis<'after> {
        let facts = Cow::Owned(self.facts.after(self.inventory, inventory));
        Analysis { inventory, facts, kept: OnceLock::new() }
    }

    /// The facts.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The inventory.
    #[must_use]
    pub fn inventory(&self) -> &'inventory Inventory {
        self.inventory
    }

    /// The inventory's rows by name. It is made once: every reason that is asked for looks things up there.
    pub(crate) fn topology(&self) -> Topology<'inventory> {
        Topology::keeping(self.inventory, self.kept.get_or_init(|| Kept::of(self.inventory)))
    }

    /// True where subnets are listed in the network's component, so that route tables may steer packets there.
    #[must_use]
    pub fn is_steered(&self, network: NameId) -> bool {
        is_steered(&self.facts, self.facts.component_of(network))
    }

    /// The gateways with P2S, sorted bytewise by name.
    #[must_use]
    pub fn gateways(&self) -> Vec<NameId> {
        let with_pool = self.inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty());
        let mut gateways: Vec<NameId> = with_pool.map(|gateway| gateway.vnet).collect();
        gateways.sort_unstable_by_key(|name| self.inventory.names.text(*name));
        gateways
    }

    /// The classes that each P2S gateway serves, or that its clients belong to.
    pub(super) fn serves(&self, profile: Profile, by: By) -> FxHashMap<NameId, Vec<Class>> {
        let mut serves: FxHashMap<NameId, Vec<Class>> = FxHashMap::default();
        match by {
            By::Client => {
                for client in self.inventory.clients.iter().flatten() {
                    let classes = classes_of_client(self.inventory, client, profile);
                    serves.entry(client.gateway).or_default().extend(classes);
                }
            }
            By::Class => {
                for gateway in &self.inventory.gateways {
                    let classes = serves.entry(gateway.vnet).or_default();
                    match profile {
                        Profile::Article => classes.extend(profile.classes()),
                        Profile::Observed => classes.extend(
                            protocols_or_default(&gateway.protocols).iter().flat_map(|one| Class::over(*one)),
                        ),
                    }
                }
            }
        }
        for classes in serves.values_mut() {
            classes.sort_unstable();
            classes.dedup();
        }
        serves
    }

    /// What rows are given together for, in the order of the answer.
    pub(crate) fn blocks(&self, request: &Request) -> Vec<Block> {
        let wanted: Option<FxHashSet<NameId>> =
            request.gateways.as_ref().map(|list| list.iter().copied().collect());
        let wanted_gateway = |gateway: NameId| wanted.as_ref().is_none_or(|set| set.contains(&gateway));
        let wanted_class = |class: &Class| request.classes.as_ref().is_none_or(|list| list.contains(class));
        let gateways = self.gateways();
        let mut blocks: Vec<Block> = match request.by {
            By::Class => {
                let serves = self.serves(request.profile, request.by);
                let classes = |gateway: &NameId| serves.get(gateway).cloned().unwrap_or_default();
                gateways
                    .into_iter()
                    .map(|gateway| Block { gateway, client: None, classes: classes(&gateway) })
                    .collect()
            }
            By::Client => {
                let with_pool: FxHashSet<NameId> = gateways.into_iter().collect();
                let named = |list: &Vec<String>| list.iter().map(|name| name.to_lowercase()).collect();
                let named: Option<FxHashSet<String>> = request.clients.as_ref().map(named);
                let is_wanted =
                    |name: &str| named.as_ref().is_none_or(|named| named.contains(&name.to_lowercase()));
                let clients = self.inventory.clients.as_deref().unwrap_or_default();
                let mut blocks: Vec<(&str, Block)> = (0u32..)
                    .zip(clients)
                    .filter(|(_, client)| with_pool.contains(&client.gateway) && is_wanted(&client.name))
                    .map(|(index, client)| {
                        let classes = classes_of_client(self.inventory, client, request.profile);
                        (&*client.name, Block { gateway: client.gateway, client: Some(index), classes })
                    })
                    .collect();
                blocks.sort_by_key(|(name, _)| *name);
                blocks.into_iter().map(|(_, block)| block).collect()
            }
        };
        blocks.retain_mut(|block| {
            block.classes.retain(wanted_class);
            wanted_gateway(block.gateway) && !block.classes.is_empty()
        });
        blocks
    }

    /// The classes that each P2S gateway of `part` serves.
    pub(crate) fn serves_of_part(&self, part: &Component<'_>, profile: Profile) -> Vec<(NameId, Class)> {
        of_part(part, &self.serves(profile, By::Class))
    }
}

pub(super) fn of_part(part: &Component<'_>, serves: &FxHashMap<NameId, Vec<Class>>) -> Vec<(NameId, Class)> {
    let of = |gateway| serves.get(&gateway).into_iter().flatten().map(move |class| (gateway, *class));
    part.p2s_gateways().into_iter().flat_map(of).collect()
}
