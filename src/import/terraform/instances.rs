//! The instances of resources that Terraform knows of, before and after what it plans.

use std::collections::BTreeMap;

use super::address::{self, Step};
use super::kinds;
use crate::import::json::Object;
use crate::source::Span;

/// More modules than anybody puts into one another.
pub(super) const DEEPEST: usize = 32;

/// One resource of a state or plan.
pub(super) struct Instance<'text> {
    /// Its address as written.
    pub(super) address: String,
    /// The modules that it lies in.
    pub(super) modules: Vec<Step>,
    pub(super) kind: String,
    /// What Azure calls its type, in lower case; empty for whatever has nothing to do with networks.
    pub(super) azure_type: String,
    /// Its name, with the index where it is one of several.
    pub(super) label: Step,
    /// True for a data source, which reads what exists and is managed elsewhere.
    pub(super) is_data: bool,
    pub(super) values: Object<'text>,
    /// Which values are known only once the plan is applied.
    pub(super) unknown: Option<Object<'text>>,
    /// What it was before the plan, be it replaced by another.
    pub(super) before: Option<Object<'text>>,
    /// True where the plan makes it, be it in the place of another.
    pub(super) is_made: bool,
    /// True where the plan makes or changes it.
    pub(super) is_changed: bool,
    /// The place that stands for the whole resource.
    pub(super) span: Span,
}

impl<'text> Instance<'text> {
    fn new(address: &str, is_data: bool, kind: &str, values: Object<'text>, span: Span) -> Option<Self> {
        let (modules, mut rest) = address::split_modules(address::parse(address)?);
        let label = rest.pop()?;
        let kind = kind.to_ascii_lowercase();
        Some(Self {
            address: address.to_owned(),
            modules,
            azure_type: kinds::azure_type(&kind, &values),
            kind,
            label,
            is_data,
            values,
            unknown: None,
            before: None,
            is_made: false,
            is_changed: false,
            span,
        })
    }
}

/// Instances by their addresses; those that wait to be destroyed under a key of their own.
pub(super) type Instances<'text> = BTreeMap<String, Instance<'text>>;

fn key(address: &str, deposed: Option<&str>) -> String {
    deposed.map_or_else(|| address.to_owned(), |deposed| format!("{address} {deposed}"))
}

fn is_data(resource: &Object<'_>) -> bool {
    resource.text("mode").as_deref() == Some("data")
}

/// The instances of `values`, which is a state or what is planned.
pub(super) fn of_values<'text>(values: &Object<'text>) -> Instances<'text> {
    let mut instances = Instances::new();
    if let Some(root) = values.object("root_module") {
        walk(&root, 0, &mut instances);
    }
    instances
}

fn walk<'text>(module: &Object<'text>, depth: usize, instances: &mut Instances<'text>) {
    for resource in module.objects("resources") {
        let (Some(address), Some(kind), Some(values)) =
            (resource.text("address"), resource.text("type"), resource.object("values"))
        else {
            continue;
        };
        let deposed = resource.text("deposed_key");
        let span = resource.span_of("address");
        if let Some(instance) = Instance::new(&address, is_data(&resource), &kind, values, span) {
            instances.insert(key(&address, deposed.as_deref()), instance);
        }
    }
    if depth < DEEPEST {
        for child in module.objects("child_modules") {
            walk(&child, depth + 1, instances);
        }
    }
}

/// The instances of a state as Terraform stores it.
pub(super) fn of_stored_state<'text>(state: &Object<'text>) -> Instances<'text> {
    let mut instances = Instances::new();
    for resource in state.objects("resources") {
        let (Some(kind), Some(name)) = (resource.text("type"), resource.text("name")) else { continue };
        let module = resource.text("module").map(|module| module + ".").unwrap_or_default();
        let data = if is_data(&resource) { "data." } else { "" };
        for stored in resource.objects("instances") {
            let Some(values) = stored.object("attributes") else { continue };
            let index = stored.get("index_key").map(|key| format!("[{}]", key.get())).unwrap_or_default();
            let address = format!("{module}{data}{kind}.{name}{index}");
            let span = values.span();
            if let Some(instance) = Instance::new(&address, is_data(&resource), &kind, values, span) {
                instances.insert(key(&address, stored.text("deposed").as_deref()), instance);
            }
        }
    }
    instances
}

/// What the changes of a plan say is there before it.
pub(super) struct Before<'text> {
    pub(super) instances: Instances<'text>,
    /// What is there and not described, each with its address, type and place.
    pub(super) untold: Vec<(String, String, Span)>,
}

/// The instances before a plan, as its changes tell them.
pub(super) fn before<'text>(plan: &Object<'text>) -> Before<'text> {
    let mut before = Before { instances: Instances::new(), untold: Vec::new() };
    for resource in plan.objects("resource_changes") {
        let (Some(address), Some(kind)) = (resource.text("address"), resource.text("type")) else { continue };
        let span = resource.span_of("address");
        let change = resource.object("change");
        let values = change.as_ref().and_then(|change| change.object("before"));
        let address = resource.text("previous_address").unwrap_or(address);
        if let Some(values) = values {
            let deposed = resource.text("deposed");
            if let Some(instance) = Instance::new(&address, is_data(&resource), &kind, values, span) {
                before.instances.insert(key(&address, deposed.as_deref()), instance);
            }
        } else {
            let actions = change.map(|change| change.list("actions")).unwrap_or_default();
            // What is made or read was not there for Terraform before.
            if actions.iter().any(|(action, _)| !matches!(action.as_str(), "create" | "read")) {
                before.untold.push((address, kind.to_ascii_lowercase(), span));
            }
        }
    }
    before
}

/// Makes the changes that a plan lists.
pub(super) fn apply<'text>(plan: &Object<'text>, instances: &mut Instances<'text>) {
    let changes = plan.objects("resource_changes");
    // What moves leaves its old address, to which something else may move.
    let moved: Vec<Instance<'text>> = changes
        .iter()
        .filter_map(|resource| {
            let mut instance = instances.remove(&resource.text("previous_address")?)?;
            instance.address = resource.text("address")?;
            Some(instance)
        })
        .collect();
    instances.extend(moved.into_iter().map(|instance| (instance.address.clone(), instance)));
    for resource in &changes {
        let (Some(address), Some(kind), Some(change)) =
            (resource.text("address"), resource.text("type"), resource.object("change"))
        else {
            continue;
        };
        let actions: Vec<String> = change.list("actions").into_iter().map(|(action, _)| action).collect();
        let does = |wanted: &str| actions.iter().any(|action| action == wanted);
        let key = key(&address, resource.text("deposed").as_deref());
        let Some(after) = change.object("after") else {
            // What Terraform forgets stays as it is.
            if does("delete") {
                instances.remove(&key);
            }
            continue;
        };
        let span = resource.span_of("address");
        if let Some(mut instance) = Instance::new(&address, is_data(resource), &kind, after, span) {
            instance.unknown = change.object("after_unknown");
            instance.before = change.object("before");
            instance.is_made = does("create");
            instance.is_changed = does("create") || does("update");
            if does("forget") {
                // What was there stays beside what takes its address.
                if let Some(left) = instances.remove(&key) {
                    instances.insert(format!("{key} forgotten"), left);
                }
            }
            instances.insert(key, instance);
        }
    }
}
