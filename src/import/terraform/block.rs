//! Values of a resource beside what is not known of them yet and how they were configured.

use serde_json::value::RawValue;

use super::configuration;
use super::instances::Instance;
use crate::import::json::Object;
use crate::source::Span;

/// A resource, or a block in one.
pub(super) struct Block<'text> {
    values: Option<Object<'text>>,
    unknown: Option<Object<'text>>,
    /// True where nothing of the block is known.
    is_unknown: bool,
    expressions: Option<Object<'text>>,
    span: Span,
}

impl<'text> Block<'text> {
    pub(super) fn of(instance: &Instance<'text>, configured: Option<&Object<'text>>) -> Self {
        Self {
            values: Some(instance.values.clone()),
            unknown: instance.unknown.clone(),
            is_unknown: false,
            expressions: configured.and_then(|resource| resource.object("expressions")),
            span: instance.span,
        }
    }

    /// Whether a value was asked for and is not known yet.
    ///
    /// What nobody configured is not known either, as Azure fills it in; that is its default then.
    pub(super) fn is_unknown(&self, name: &str) -> bool {
        let marked = self.unknown.as_ref().and_then(|unknown| unknown.get(name));
        let is_marked = self.is_unknown || marked.is_some_and(|mark| mark.get().contains("true"));
        is_marked && self.is_configured(name)
    }

    fn is_configured(&self, name: &str) -> bool {
        self.expressions.as_ref().is_none_or(|configured| configured.has(name))
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.values.as_ref()?.text(name)
    }

    pub(super) fn json(&self, name: &str) -> Option<&str> {
        self.values.as_ref()?.get(name).map(RawValue::get)
    }

    pub(super) fn list(&self, name: &str) -> Vec<(String, Span)> {
        self.values.as_ref().map(|values| values.list(name)).unwrap_or_default()
    }

    /// How many values a list has, or how many blocks of that name there are.
    pub(super) fn length(&self, name: &str) -> usize {
        let blocks = self.values.as_ref().map_or(0, |values| values.objects(name).len());
        match blocks.max(self.list(name).len()) {
            // Blocks that are not known yet are there all the same.
            0 if self.is_unknown(name) => self.expressions.as_ref().map_or(0, |it| it.objects(name).len()),
            known => known,
        }
    }

    pub(super) fn span_of(&self, name: &str) -> Span {
        match &self.values {
            Some(values) if values.get(name).is_some() => values.span_of(name),
            _ => self.span,
        }
    }

    /// What the configuration lets a value refer to.
    pub(super) fn references(&self, name: &str) -> Vec<String> {
        let expression = self.expressions.as_ref().and_then(|configured| configured.object(name));
        expression.map(|expression| configuration::references(&expression)).unwrap_or_default()
    }

    /// The blocks of that name.
    pub(super) fn blocks(&self, name: &str) -> Vec<Self> {
        let inner = |object: &Option<Object<'text>>| {
            object.as_ref().map(|object| object.objects(name)).unwrap_or_default()
        };
        let mut configured = inner(&self.expressions);
        let only = if configured.len() == 1 { configured.pop() } else { None };
        let mark = self.unknown.as_ref().and_then(|unknown| unknown.get(name));
        if self.is_unknown || mark.is_some_and(|mark| mark.get() == "true") {
            let block =
                Self { values: None, unknown: None, is_unknown: true, expressions: only, span: self.span };
            return if self.is_configured(name) { vec![block] } else { Vec::new() };
        }
        let mut unknown = inner(&self.unknown).into_iter();
        let mut configured = configured.into_iter();
        let block = |values: Object<'text>| Self {
            span: self.span,
            values: Some(values),
            unknown: unknown.next(),
            is_unknown: false,
            expressions: configured.next().or_else(|| only.clone()),
        };
        inner(&self.values).into_iter().map(block).collect()
    }
}
