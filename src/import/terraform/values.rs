//! The values of a resource as its fields, where a plan does not know some of them yet.

use std::collections::BTreeMap;

use super::block::Block;
use super::configuration::{self, Configuration};
use super::instances::Instance;
use super::kinds::wanted;
use crate::diagnostic::Code;
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::source::Span;

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

    /// The ids that a list holds, and those of what it refers to by expressions where it is not known yet.
    pub(super) fn referred_all(&self, field: &str) -> Vec<ResourceId> {
        let listed = self.block.list(field);
        if !listed.is_empty() || !self.block.is_unknown(field) {
            return listed.iter().map(|(id, _)| ResourceId::new(id)).collect();
        }
        let references = self.block.references(field);
        let found = self.known.configuration.candidates(self.instance, &references, wanted(field));
        found.iter().filter_map(|target| self.known.id_of(target.instance)).collect()
    }

    /// The id of what a field is found to refer to, with a note of what that rests on; where nothing is found,
    /// that is told.
    pub(super) fn settled(
        &self,
        field: &str,
        references: &[String],
        target: Option<configuration::Target<'text, 'plan>>,
        span: Span,
        resources: &mut Resources,
    ) -> Option<ResourceId> {
        let address = &self.instance.address;
        let shown: Vec<String> =
            configuration::leaves(references).map(|reference| format!("`{reference}`")).collect();
        let from = if shown.is_empty() { "the configuration".to_owned() } else { shown.join(" and ") };
        let found = target.and_then(|it| Some((self.known.id_of(it.instance)?, it)));
        let Some((id, target)) = found else {
            let message = format!(
                "`{field}` of `{address}` is known only once the plan is applied, and cannot be told from {from}"
            );
            resources.note(Code::UnknownValue, span, message).help =
                Some("apply what it refers to first, then make another plan".into());
            return None;
        };
        if let Some(assumption) = target.assumption {
            let leads_to = &target.instance.address;
            let message =
                format!("`{field}` of `{address}` is taken to lead to `{leads_to}`, {assumption} {from}");
            resources.incomplete(span, message);
        }
        Some(id)
    }

    /// True where addresses come from a pool that has yet to give them.
    fn awaits_pool(&self, field: &str) -> bool {
        let is_planned = self.instance.unknown.is_some();
        let given = |pool: &Block<'_>| !pool.list("allocated_ip_address_prefixes").is_empty();
        let pools = self.block.blocks("ip_address_pool");
        let is_awaited = !pools.is_empty() && !pools.iter().any(given);
        field == "address_space" && is_planned && is_awaited && self.block.list(field).is_empty()
    }
}

impl Known<'_, '_> {
    pub(super) fn id_of(&self, instance: &Instance<'_>) -> Option<ResourceId> {
        self.ids.get(&instance.address).cloned()
    }
}

impl Fields for Values<'_, '_, '_> {
    const HAS_BLOCKS: bool = true;

    fn text(&self, name: &str) -> Option<String> {
        self.block.text(name)
    }

    fn json(&self, name: &str) -> Option<&str> {
        self.block.json(name)
    }

    fn list(&self, name: &str) -> Vec<(String, Span)> {
        self.block.list(name)
    }

    fn length(&self, name: &str) -> usize {
        self.block.length(name)
    }

    fn object(&self, name: &str) -> Option<Self> {
        self.objects(name).into_iter().next()
    }

    fn objects(&self, name: &str) -> Vec<Self> {
        let blocks = self.block.blocks(name).into_iter();
        blocks.map(|block| Self { block, ..*self }).collect()
    }

    /// A reference to what cannot be told matters to few where it is asked for like this, and is not told of.
    fn reference(&self, name: &str) -> Option<ResourceId> {
        match self.block.text(name) {
            Some(id) => id.contains('/').then(|| ResourceId::new(&id)),
            None => self.known.id_of(self.referred(name)?.instance),
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
        self.settled(name, &references, self.referred(name), self.block.span_of(name), resources)
    }

    fn is_unknown(&self, name: &str) -> bool {
        self.block.is_unknown(name) || self.awaits_pool(name)
    }

    fn text_before(&self, name: &str) -> Option<String> {
        self.instance.before.as_ref()?.text(name)
    }

    fn note_unknown(&self, name: &str, consequence: &str, resources: &mut Resources) -> bool {
        let is_unknown = self.is_unknown(name);
        if is_unknown {
            self.unknown(name, self.block.span_of(name), consequence, resources);
        }
        is_unknown
    }
}
