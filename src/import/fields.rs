//! One way to ask for the fields of a resource, whatever the shape of the export that it is written in.

use serde_json::value::RawValue;

use super::id::ResourceId;
use super::json::Object;
use super::resources::Resources;
use crate::source::Span;

/// A resource, or an object within one.
pub(super) trait Fields: Sized {
    /// True where an inner object is written as a list that holds it, as Terraform writes blocks.
    const HAS_BLOCKS: bool = false;

    /// A string, or a number as text; `None` where blank.
    fn text(&self, name: &str) -> Option<String>;

    /// The JSON of whatever a field holds; `None` where that is null.
    fn json(&self, name: &str) -> Option<&str>;

    /// The values of a list, each with its place; of one that is an object or a list itself, its JSON.
    fn list(&self, name: &str) -> Vec<(String, Span)>;

    /// How many elements a list has; 0 where there is no such list.
    fn length(&self, name: &str) -> usize;

    /// True where a field holds something: a list that is not empty, or an object.
    fn is_filled(&self, name: &str) -> bool {
        self.length(name) > 0
    }

    /// The object that a field holds.
    fn object(&self, name: &str) -> Option<Self>;

    /// The objects of a list.
    fn objects(&self, name: &str) -> Vec<Self>;

    /// The resource that a field refers to, as far as that can be told.
    fn reference(&self, name: &str) -> Option<ResourceId>;

    /// The place that stands for the whole.
    fn span(&self) -> Span;

    /// The place of a field; of the whole where there is no such field.
    fn span_of(&self, name: &str) -> Span;

    /// The resource that a field refers to. Says so where it refers to one that cannot be told.
    fn target(&self, name: &str, _: &mut Resources) -> Option<ResourceId> {
        self.reference(name)
    }

    /// True where a plan or prediction does not know a field yet.
    fn is_unknown(&self, _name: &str) -> bool {
        false
    }

    /// What a field held before the plan that does not know it yet.
    fn text_before(&self, _name: &str) -> Option<String> {
        None
    }

    /// True where a field is stated, be it as an empty list.
    fn states(&self, name: &str) -> bool {
        self.text(name).is_some() || self.length(name) > 0
    }

    /// True where a plan does not know a field yet; says so, and what comes of it.
    fn note_unknown(&self, _name: &str, _consequence: &str, _: &mut Resources) -> bool {
        false
    }

    /// What `read` makes of a field that may lie in an inner object, such as `bgpSettings.asn`, or in each object of
    /// a list, such as `ipConfigurations[].subnet`: once for each object that the path leads to.
    fn each<T>(&self, path: &str, read: &mut impl FnMut(&Self, &str) -> T) -> Vec<T> {
        let Some((outer, rest)) = path.split_once('.') else { return vec![read(self, path)] };
        let objects = match outer.strip_suffix("[]") {
            Some(list) => self.objects(list),
            None => self.object(outer).into_iter().collect(),
        };
        objects.iter().flat_map(|object| object.each(rest, read)).collect()
    }
}

impl Fields for Object<'_> {
    fn text(&self, name: &str) -> Option<String> {
        Object::text(self, name)
    }

    fn json(&self, name: &str) -> Option<&str> {
        self.get(name).map(RawValue::get)
    }

    fn list(&self, name: &str) -> Vec<(String, Span)> {
        Object::list(self, name)
    }

    fn length(&self, name: &str) -> usize {
        Object::length(self, name)
    }

    fn is_filled(&self, name: &str) -> bool {
        Object::object(self, name).is_some() || Object::length(self, name) > 0
    }

    fn object(&self, name: &str) -> Option<Self> {
        Object::object(self, name)
    }

    fn objects(&self, name: &str) -> Vec<Self> {
        Object::objects(self, name)
    }

    fn reference(&self, name: &str) -> Option<ResourceId> {
        Object::reference(self, name)
    }

    fn span(&self) -> Span {
        Object::span(self)
    }

    fn span_of(&self, name: &str) -> Span {
        Object::span_of(self, name)
    }

    fn is_unknown(&self, name: &str) -> bool {
        self.is_expression(name)
    }
}

/// A row of columns: whatever it refers to, it refers to by id, and nothing lies in anything.
#[derive(Clone, Copy)]
pub(super) struct Row<'row, 'text> {
    pub(super) cells: &'row Object<'text>,
    /// What stands in a cell that has nothing to say, besides nothing.
    pub(super) blank: &'static str,
}

impl Fields for Row<'_, '_> {
    fn text(&self, name: &str) -> Option<String> {
        self.cells.text(name).filter(|cell| !cell.eq_ignore_ascii_case(self.blank))
    }

    fn json(&self, name: &str) -> Option<&str> {
        self.cells.get(name).map(RawValue::get)
    }

    fn list(&self, name: &str) -> Vec<(String, Span)> {
        let values = self.cells.list(name).into_iter();
        values.filter(|(value, _)| !value.eq_ignore_ascii_case(self.blank)).collect()
    }

    fn length(&self, name: &str) -> usize {
        self.cells.length(name)
    }

    fn object(&self, _: &str) -> Option<Self> {
        None
    }

    fn objects(&self, _: &str) -> Vec<Self> {
        Vec::new()
    }

    fn reference(&self, name: &str) -> Option<ResourceId> {
        self.text(name).map(|id| ResourceId::new(&id))
    }

    fn span(&self) -> Span {
        self.cells.span()
    }

    fn span_of(&self, name: &str) -> Span {
        self.cells.span_of(name)
    }
}
