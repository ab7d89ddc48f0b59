//! JSON objects that know where in the file they stand, and do not care how Azure nested them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::id::ResourceId;
use crate::inventory;
use crate::source::{FileId, Span};

/// Where the parts of a JSON text stand for the user.
#[derive(Clone, Copy)]
pub(crate) enum Place<'text> {
    /// The text is the file's own: a part stands where it is.
    File(FileId, &'text str),
    /// The text was made from a cell: every part stands there.
    Cell(Span),
}

impl Place<'_> {
    /// The place of `part`, which is a slice of the text.
    pub(crate) fn span(self, part: &str) -> Span {
        match self {
            Self::Cell(span) => span,
            Self::File(file, text) => {
                let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
                Span::new(file, start..start + part.len())
            }
        }
    }
}

type Fields<'text> = BTreeMap<String, &'text RawValue>;

/// A JSON object, its fields found without regard to case.
///
/// Azure's own bodies put most fields below `properties`; its command line lifts them out. The
/// fields of `properties` count as the object's own, so that both read alike.
#[derive(Clone)]
pub(crate) struct Object<'text> {
    fields: Fields<'text>,
    place: Place<'text>,
    text: &'text str,
    spelling: Spelling,
}

/// What in the names of fields makes no difference, besides case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// Nothing.
    Exact,
    /// Underscores: `address_space` is `addressSpace`, as the Python SDK writes it.
    WithoutUnderscores,
}

impl Spelling {
    fn key(self, name: &str) -> String {
        let mut key = name.to_ascii_lowercase();
        if self == Self::WithoutUnderscores {
            key.retain(|letter| letter != '_');
        }
        key
    }

    fn fields(self, text: &str) -> Option<Fields<'_>> {
        let fields: Fields<'_> = serde_json::from_str(text).ok()?;
        Some(fields.into_iter().map(|(name, value)| (self.key(&name), value)).collect())
    }
}

/// The elements of a JSON array; none where `text` is something else.
pub(crate) fn elements(text: &str) -> Option<Vec<&RawValue>> {
    if text.starts_with('[') { serde_json::from_str(text).ok() } else { None }
}

/// True for an expression of a deployment template, which stands where a value is yet to be worked out.
pub(super) fn is_expression(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && text.contains('(')
}

/// The text of a JSON string, number or boolean; none where it is blank, an expression or something else.
fn scalar(raw: &RawValue) -> Option<String> {
    let text = raw.get();
    let value = match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok()?,
        b'n' | b'{' | b'[' => return None,
        _ => text.to_owned(),
    };
    let trimmed = value.trim();
    (!trimmed.is_empty() && !is_expression(trimmed)).then(|| trimmed.to_owned())
}

impl<'text> Object<'text> {
    /// The object that `raw` holds; none where it is something else.
    pub(crate) fn new(raw: &'text RawValue, place: Place<'text>) -> Option<Self> {
        Self::spelt(raw.get(), place, Spelling::Exact)
    }

    fn spelt(text: &'text str, place: Place<'text>, spelling: Spelling) -> Option<Self> {
        if !text.starts_with('{') {
            return None;
        }
        let mut own = spelling.fields(text)?;
        let nested = own.get("properties").and_then(|properties| spelling.fields(properties.get()));
        for (name, value) in nested.into_iter().flatten() {
            let is_blank = own.get(&name).is_none_or(|known| matches!(known.get(), "null" | "\"\""));
            if is_blank {
                own.insert(name, value);
            }
        }
        Some(Self { fields: own, place, text, spelling })
    }

    /// The same object with underscores in names left aside; none where no name of it has any.
    pub(super) fn without_underscores(&self) -> Option<Self> {
        let has_any = self.fields.keys().any(|name| name.contains('_'));
        if has_any { Self::spelt(self.text, self.place, Spelling::WithoutUnderscores) } else { None }
    }

    /// The same object with underscores in the names within left aside too.
    pub(super) fn without_any_underscores(self) -> Self {
        Self::spelt(self.text, self.place, Spelling::WithoutUnderscores).unwrap_or(self)
    }

    /// The object that a part of this one holds.
    fn inner(&self, raw: &'text RawValue) -> Option<Self> {
        Self::spelt(raw.get(), self.place, self.spelling)
    }

    fn raw(&self, name: &str) -> Option<&'text RawValue> {
        self.fields.get(&self.spelling.key(name)).copied().filter(|value| value.get() != "null")
    }

    /// The raw text of a field that is there and not null.
    pub(crate) fn get(&self, name: &str) -> Option<&'text RawValue> {
        self.raw(name)
    }

    /// True where the field is there, be it null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(&self.spelling.key(name))
    }

    /// A string, or a number as text; none where blank.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.raw(name).and_then(scalar)
    }

    /// An object below this one.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        self.inner(self.raw(name)?)
    }

    /// The objects of an array; none where there is no such array.
    pub(crate) fn objects(&self, name: &str) -> Vec<Self> {
        let elements = self.raw(name).and_then(|raw| elements(raw.get())).unwrap_or_default();
        elements.into_iter().filter_map(|element| self.inner(element)).collect()
    }

    /// The JSON of an object that a field holds as text.
    pub(super) fn embedded_text(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| text.starts_with('{'))
    }

    /// The object that a field holds, or that `text` is where the field holds it as text and so stands at `span`.
    pub(super) fn embedded<'other>(
        &self,
        name: &str,
        text: Option<&'other str>,
        span: Span,
    ) -> Option<Object<'other>>
    where
        'text: 'other,
    {
        match text {
            Some(text) => Object::new(serde_json::from_str(text).ok()?, Place::Cell(span)),
            None => self.object(name),
        }
    }

    /// True where the field holds an expression of a template instead of its value.
    pub(super) fn is_expression(&self, name: &str) -> bool {
        let literal = self.raw(name).and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
        literal.is_some_and(|literal| is_expression(&literal))
    }

    /// The elements of an array, of which those that are no objects are none.
    pub(super) fn elements(&self, name: &str) -> Vec<Option<Self>> {
        let elements = self.raw(name).and_then(|raw| elements(raw.get())).unwrap_or_default();
        elements.into_iter().map(|element| Self::new(element, self.place)).collect()
    }

    /// The type that the id tells, else the type itself, in lower case, such as `microsoft.network/virtualnetworks`.
    pub(super) fn kind(&self) -> Option<String> {
        let id = self.text("id").filter(|id| id.starts_with('/'));
        let stated =
            || self.text("type").map(|kind| kind.to_ascii_lowercase()).filter(|kind| kind.contains('/'));
        id.and_then(|id| ResourceId::new(&id).kind()).or_else(stated)
    }

    /// The fields by their names in lower case, with those that are null.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&str, &'text RawValue)> {
        self.fields.iter().map(|(name, raw)| (name.as_str(), *raw))
    }

    /// The name of a field as it is written.
    pub(super) fn written(&self, name: &str) -> String {
        let own: BTreeMap<String, &RawValue> = serde_json::from_str(self.text).unwrap_or_default();
        let key = self.spelling.key(name);
        own.into_keys().find(|own| self.spelling.key(own) == key).unwrap_or_else(|| name.to_owned())
    }

    /// How many fields there are.
    pub(super) fn count(&self) -> usize {
        self.fields.len()
    }

    /// The fields that hold objects, by their names in lower case.
    pub(super) fn members(&self) -> Vec<(&str, Self)> {
        let members = self.fields.iter();
        members.filter_map(|(name, raw)| Some((name.as_str(), self.inner(raw)?))).collect()
    }

    /// The fields that hold texts, by their names in lower case.
    pub(super) fn texts(&self) -> Vec<(String, String)> {
        self.fields.iter().filter_map(|(name, raw)| Some((name.clone(), scalar(raw)?))).collect()
    }

    /// How many elements the array has; 0 where there is no such array.
    pub(crate) fn length(&self, name: &str) -> usize {
        self.raw(name).and_then(|raw| elements(raw.get())).map_or(0, |list| list.len())
    }

    /// The values of an array of strings, or of a string that holds a list, each with its place. An object or array
    /// where a value should be is there as its JSON.
    pub(crate) fn list(&self, name: &str) -> Vec<(String, Span)> {
        let Some(raw) = self.raw(name) else { return Vec::new() };
        let span = |value: &RawValue| self.place.span(value.get().trim_matches('"'));
        let nested = |value: &RawValue| value.get().starts_with(['{', '[']).then(|| value.get().to_owned());
        match elements(raw.get()) {
            Some(elements) => {
                let text = |value: &RawValue| scalar(value).or_else(|| nested(value));
                elements.iter().filter_map(|value| Some((text(value)?, span(value)))).collect()
            }
            None if raw.get().starts_with('{') => vec![(raw.get().to_owned(), span(raw))],
            None => scalar(raw)
                .map(|cell| inventory::elements(&cell).map(|value| (value.to_owned(), span(raw))).collect())
                .unwrap_or_default(),
        }
    }

    /// The resource that a field refers to: an object with an id, or the id itself.
    pub(super) fn reference(&self, name: &str) -> Option<ResourceId> {
        let id = self.object(name).map_or_else(|| self.text(name), |target| target.text("id"))?;
        id.contains('/').then(|| ResourceId::new(&id))
    }

    /// A short place that stands for the whole object: its name, else its id, else its beginning.
    pub(crate) fn span(&self) -> Span {
        let named = ["name", "id"].into_iter().find_map(|name| self.raw(name));
        self.place.span(named.map_or(&self.text[..1], |value| value.get().trim_matches('"')))
    }

    /// The place of a slice of the object's text.
    pub(super) fn span_in(&self, part: &str) -> Span {
        self.place.span(part)
    }

    /// The place of a field; of the object where there is no such field.
    pub(crate) fn span_of(&self, name: &str) -> Span {
        self.raw(name).map_or_else(|| self.span(), |value| self.place.span(value.get().trim_matches('"')))
    }
}
