//! The body of a resource of azapi, where a plan does not know some of it yet and Azure answered the rest.

use serde_json::value::RawValue;

use super::configuration::Target;
use super::kinds::{azure, wanted};
use super::values::Values;
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::json::Object;
use crate::import::resources::Resources;
use crate::source::Span;

/// An object in the body of a resource, or the whole of it.
#[derive(Clone)]
pub(super) struct Body<'read, 'text, 'plan> {
    /// What is configured, then what Azure answered: the first that says something is right.
    pub(super) layers: Vec<Object<'read>>,
    /// What was configured before the plan.
    pub(super) before: Option<Object<'read>>,
    /// What is not known yet.
    pub(super) marks: Marks<'read>,
    /// True where Azure has yet to answer.
    pub(super) awaits_answer: bool,
    /// The resource in which the whole lies.
    pub(super) parent: Option<&'read ResourceId>,
    pub(super) values: &'read Values<'read, 'text, 'plan>,
}

/// Which parts of an object are known only once a plan is applied.
#[derive(Clone, Default)]
pub(super) struct Marks<'text> {
    parts: Option<Object<'text>>,
    is_all: bool,
}

impl<'text> Marks<'text> {
    /// The marks of a field of `object`.
    pub(super) fn of(object: Option<&Object<'text>>, field: &str) -> Self {
        let mark = object.and_then(|object| object.get(field));
        Self::new(object.and_then(|object| object.object(field)), mark.is_some_and(|it| it.get() == "true"))
    }

    fn new(parts: Option<Object<'text>>, is_all: bool) -> Self {
        let within = parts.as_ref().and_then(|parts| parts.get("properties"));
        let is_all = is_all || within.is_some_and(|it| it.get() == "true");
        Self { parts, is_all }
    }

    fn field(&self, field: &str) -> Self {
        let inner = Self::of(self.parts.as_ref(), field);
        Self { is_all: inner.is_all || self.is_all, ..inner }
    }

    /// The marks of the elements of a list.
    fn elements(&self, field: &str) -> Vec<Self> {
        let elements = self.parts.as_ref().map(|parts| parts.elements(field)).unwrap_or_default();
        elements.into_iter().map(|parts| Self::new(parts, self.is_all)).collect()
    }

    /// True where the whole of a field is not known.
    pub(super) fn covers(&self, field: &str) -> bool {
        self.field(field).is_all
    }

    /// True where nothing is known.
    pub(super) fn covers_all(&self) -> bool {
        self.is_all
    }

    /// True where some of a field is not known.
    fn touches(&self, field: &str) -> bool {
        let mark = self.parts.as_ref().and_then(|parts| parts.get(field));
        self.is_all || mark.is_some_and(|mark| mark.get().contains("true"))
    }
}

impl<'read, 'text, 'plan> Body<'read, 'text, 'plan> {
    /// The layer that says something of a field.
    fn layer(&self, field: &str) -> Option<&Object<'read>> {
        if self.marks.covers(field) {
            return None;
        }
        self.layers.iter().find(|layer| layer.get(field).is_some())
    }

    /// True where one of the fields is said something of.
    pub(super) fn tells(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.layer(field).is_some())
    }

    fn inner(&self, layers: Vec<Object<'read>>, before: Option<Object<'read>>, marks: Marks<'read>) -> Self {
        Self { layers, before, marks, ..self.clone() }
    }

    /// The resource that a field refers to, where its id is not known yet.
    fn referred(&self, field: &str, references: &[String]) -> Option<Target<'text, 'plan>> {
        let known = self.values.known;
        let mut found = known.configuration.candidates(self.values.instance, references, wanted(field));
        // Nothing is peered with itself.
        found.retain(|it| known.id_of(it.instance).as_ref() != self.parent);
        if field == "subnet" {
            let name =
                |it: &Target<'_, '_>| known.id_of(it.instance).map(|id| id.name().to_ascii_lowercase());
            narrow(&mut found, |it| it.instance.azure_type == azure::SUBNET);
            narrow(&mut found, |it| name(it).as_deref() == Some("gatewaysubnet"));
            let vnet = |it: &Target<'_, '_>| known.id_of(it.instance).and_then(|id| id.owner("subnets"));
            let first = found.first().and_then(vnet);
            if first.is_some() && found.iter().all(|it| vnet(it) == first) {
                found.truncate(1);
            }
        }
        let near = "virtualNetworkGateway1";
        if field == "virtualNetworkGateway2" && !self.is_reference_unknown(near) {
            let near = Fields::reference(self, near);
            found.retain(|it| known.id_of(it.instance) != near);
        }
        let mut found = found.into_iter();
        match (found.next(), found.next(), found.next()) {
            (Some(only), None, _) => Some(only),
            // The references of both ends of a connection stand in the order in which they are written.
            (Some(first), Some(_), None) if field == near => Some(Target { assumption: IN_ORDER, ..first }),
            (Some(_), Some(second), None) if field == "virtualNetworkGateway2" => {
                Some(Target { assumption: IN_ORDER, ..second })
            }
            _ => None,
        }
    }

    fn is_reference_unknown(&self, field: &str) -> bool {
        self.marks.covers(field) || self.marks.field(field).covers("id")
    }
}

/// Keeps what is so, if anything is.
fn narrow<T>(found: &mut Vec<T>, is_so: impl Fn(&T) -> bool) {
    if found.iter().any(&is_so) {
        found.retain(is_so);
    }
}

const IN_ORDER: Option<&str> = Some("by the order in");

impl Fields for Body<'_, '_, '_> {
    fn text(&self, name: &str) -> Option<String> {
        self.layer(name)?.text(name)
    }

    fn json(&self, name: &str) -> Option<&str> {
        self.layer(name)?.get(name).map(RawValue::get)
    }

    fn list(&self, name: &str) -> Vec<(String, Span)> {
        self.layer(name).map(|layer| layer.list(name)).unwrap_or_default()
    }

    fn length(&self, name: &str) -> usize {
        self.layer(name).map_or(0, |layer| layer.length(name))
    }

    fn is_filled(&self, name: &str) -> bool {
        self.layer(name).is_some_and(|layer| Fields::is_filled(layer, name))
    }

    fn object(&self, name: &str) -> Option<Self> {
        let marks = self.marks.field(name);
        let layers: Vec<_> = self.layers.iter().filter_map(|layer| layer.object(name)).collect();
        let before = self.before.as_ref().and_then(|before| before.object(name));
        (!layers.is_empty() || marks.is_all).then(|| self.inner(layers, before, marks))
    }

    fn objects(&self, name: &str) -> Vec<Self> {
        if self.marks.covers(name) {
            return vec![self.inner(Vec::new(), None, self.marks.field(name))];
        }
        let elements = self.layer(name).map(|layer| layer.elements(name)).unwrap_or_default();
        let mut marks = self.marks.elements(name).into_iter();
        let mut known = Vec::new();
        for element in elements {
            let marks = marks.next().unwrap_or_default();
            known.extend(element.map(|element| self.inner(vec![element], None, marks)));
        }
        known
    }

    fn reference(&self, name: &str) -> Option<ResourceId> {
        if self.is_reference_unknown(name) {
            let references = self.values.block.references("body");
            return self.values.known.id_of(self.referred(name, &references)?.instance);
        }
        self.layer(name)?.reference(name)
    }

    fn span(&self) -> Span {
        self.values.instance.span
    }

    fn span_of(&self, name: &str) -> Span {
        self.layer(name).map_or_else(|| self.span(), |layer| layer.span_of(name))
    }

    fn target(&self, name: &str, resources: &mut Resources) -> Option<ResourceId> {
        if !self.is_reference_unknown(name) {
            return self.layer(name)?.reference(name);
        }
        let references = self.values.block.references("body");
        self.values.settled(name, &references, self.referred(name, &references), self.span(), resources)
    }

    fn is_unknown(&self, name: &str) -> bool {
        let awaits_pool = name == "addressPrefixes"
            && self.awaits_answer
            && self.layer(name).is_none()
            && Fields::is_filled(self, "ipamPoolPrefixAllocations");
        awaits_pool || self.marks.touches(name)
    }

    fn text_before(&self, name: &str) -> Option<String> {
        self.before.as_ref()?.text(name)
    }

    fn states(&self, name: &str) -> bool {
        self.layer(name).is_some()
    }

    fn note_unknown(&self, name: &str, consequence: &str, resources: &mut Resources) -> bool {
        let is_unknown = self.is_unknown(name);
        if is_unknown {
            self.values.unknown(name, self.span_of(name), consequence, resources);
        }
        is_unknown
    }
}
