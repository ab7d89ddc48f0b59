//! The values of a resource as its fields, where a plan does not know some of them yet.

use std::collections::BTreeMap;

use super::block::Block;
use super::configuration::{self, Configuration};
use super::instances::Instance;
use crate::diagnostic::Code;
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::source::Span;

pub(super) const VNET: &str = "azurerm_virtual_network";
pub(super) const SUBNET: &str = "azurerm_subnet";
pub(super) const GATEWAY: &str = "azurerm_virtual_network_gateway";
pub(super) const LOCAL_GATEWAY: &str = "azurerm_local_network_gateway";
pub(super) const PUBLIC_ADDRESS: &str = "azurerm_public_ip";

/// Any resource, by its body, of the provider azapi.
pub(super) const BODY: &str = "azapi_resource";

/// The types of resources that a field may refer to.
fn wanted(field: &str) -> &'static [&'static str] {
    match field {
        "subnet_id" => &[SUBNET, VNET, BODY],
        "remote_virtual_network_id" => &[VNET, BODY],
        "virtual_network_gateway_id" | "peer_virtual_network_gateway_id" => &[GATEWAY, BODY],
        "local_network_gateway_id" => &[LOCAL_GATEWAY, BODY],
        "public_ip_address_id" | "gateway_address" | "gateway_fqdn" => &[PUBLIC_ADDRESS],
        _ => &[VNET],
    }
}

/// What references are followed through.
pub(super) struct Known<'text, 'plan> {
    pub(super) configuration: Configuration<'text, 'plan>,
    /// The ids of instances, by their keys.
    pub(super) ids: BTreeMap<String, ResourceId>,
}

/// An instance, or a block in one.
pub(super) struct Values<'read, 'text, 'plan> {
    pub(super) block: Block<'text>,
    pub(super) instance: &'read Instance<'text>,
    pub(super) known: &'read Known<'text, 'plan>,
}

impl<'read, 'text, 'plan> Values<'read, 'text, 'plan> {
    pub(super) fn of(instance: &'read Instance<'text>, known: &'read Known<'text, 'plan>) -> Self {
        Self { block: Block::of(instance, known.configuration.of(instance)), instance, known }
    }

    /// Says that a field is not known yet, and what comes of it.
    pub(super) fn unknown(&self, field: &str, span: Span, consequence: &str, resources: &mut Resources) {
        let message = format!(
            "`{field}` of `{}` is known only once the plan is applied; {consequence}",
            self.instance.address
        );
        resources.note(Code::UnknownValue, span, message);
    }

    /// The instance that a field refers to by an expression, if that can be told.
    pub(super) fn referred(&self, field: &str) -> Option<configuration::Target<'text, 'plan>> {
        let references = self.block.references(field);
        self.known.configuration.target(self.instance, &references, wanted(field))
    }

    fn id_of(&self, instance: &Instance<'_>) -> Option<ResourceId> {
        self.known.ids.get(&instance.address).cloned()
    }
}

impl Fields for Values<'_, '_, '_> {
    fn text(&self, name: &str) -> Option<String> {
        self.block.text(name)
    }

    fn list(&self, name: &str) -> Vec<(String, Span)> {
        self.block.list(name)
    }

    fn length(&self, name: &str) -> usize {
        self.block.length(name)
    }

    fn inner(&self, name: &str) -> Vec<Self> {
        let blocks = self.block.blocks(name).into_iter();
        blocks.map(|block| Self { block, ..*self }).collect()
    }

    /// A reference to what cannot be told matters to few where it is asked for like this, and is not told of.
    fn reference(&self, name: &str) -> Option<ResourceId> {
        match self.block.text(name) {
            Some(id) => id.contains('/').then(|| ResourceId::new(&id)),
            None => self.id_of(self.referred(name)?.instance),
        }
    }

    fn span(&self) -> Span {
        self.instance.span
    }

    fn span_of(&self, name: &str) -> Span {
        self.block.span_of(name)
    }

    fn target(&self, name: &str, resources: &mut Resources) -> Option<ResourceId> {
        if let Some(id) = self.block.text(name) {
            return id.contains('/').then(|| ResourceId::new(&id));
        }
        if !self.block.is_unknown(name) {
            return None;
        }
        let references = self.block.references(name);
        let shown: Vec<String> =
            configuration::leaves(&references).map(|reference| format!("`{reference}`")).collect();
        let from = if shown.is_empty() { "the configuration".to_owned() } else { shown.join(" and ") };
        let span = self.block.span_of(name);
        if let Some(target) = self.referred(name) {
            if target.is_by_key {
                let message = format!(
                    "`{name}` of `{}` is taken to lead to `{}`, by the key in {from}",
                    self.instance.address, target.instance.address
                );
                resources.incomplete(span, message);
            }
            return self.id_of(target.instance);
        }
        let message = format!(
            "`{name}` of `{}` is known only once the plan is applied, and cannot be told from {from}",
            self.instance.address
        );
        resources.note(Code::UnknownValue, span, message).help =
            Some("apply what it refers to first, then make another plan".into());
        None
    }

    fn note_unknown(&self, name: &str, consequence: &str, resources: &mut Resources) -> bool {
        let is_unknown = self.block.is_unknown(name);
        if is_unknown {
            self.unknown(name, self.block.span_of(name), consequence, resources);
        }
        is_unknown
    }
}
