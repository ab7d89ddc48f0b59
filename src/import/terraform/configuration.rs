//! What the configuration in a plan says of references, where values are not known yet.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{self, Step};
use super::instances::{DEEPEST, Instance, Instances};
use crate::import::json::Object;

/// Attributes by which resources are referred to.
const TELLING: [&str; 6] = ["id", "name", "subnet", "ip_address", "fqdn", "resource_id"];

/// The resources, module calls and outputs of a configuration, and the instances they are about.
pub(super) struct Configuration<'text, 'plan> {
    /// By the modules that an entry lies in and its own address, in lower case.
    entries: BTreeMap<String, Object<'text>>,
    instances: &'plan Instances<'text>,
    /// The keys of the instances of each resource, by its address without an index, and by the index.
    groups: BTreeMap<String, BTreeMap<Option<&'plan str>, &'plan str>>,
}

/// Where references stand, and the types that they may lead to.
#[derive(Clone, Copy)]
struct Scope<'a> {
    modules: &'a [Step],
    /// The index of the resource or module that the references belong to.
    index: Option<&'a str>,
    wanted: &'a [&'a str],
}

/// The keys of instances that references lead to.
#[derive(Default)]
struct Found<'plan> {
    keys: BTreeSet<&'plan str>,
    /// True where a key of a map was taken for the key of what the map is made from.
    is_by_key: bool,
}

impl Found<'_> {
    fn add(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.is_by_key |= other.is_by_key;
    }
}

/// The instance that references lead to.
pub(super) struct Target<'text, 'plan> {
    pub(super) instance: &'plan Instance<'text>,
    /// True where that rests on a map having the keys of what it is made from.
    pub(super) is_by_key: bool,
}

/// The references that are not just the beginning of others.
pub(super) fn leaves(references: &[String]) -> impl Iterator<Item = &String> {
    references.iter().filter(|part| {
        !references
            .iter()
            .any(|whole| whole.strip_prefix(part.as_str()).is_some_and(|rest| rest.starts_with(['.', '['])))
    })
}

/// The names of modules, as entries of the configuration are found by.
fn names(modules: &[Step]) -> String {
    modules.iter().fold(String::new(), |path, step| path + &step.name.to_ascii_lowercase() + ".")
}

/// One instance of a module, as instances of resources are found by.
fn path(modules: &[Step]) -> String {
    let index = |step: &Step| step.index.as_ref().map(|index| format!("[{index}]")).unwrap_or_default();
    modules.iter().fold(String::new(), |path, step| path + &step.name + &index(step) + ".")
}

fn label(instance: &Instance<'_>) -> String {
    let data = if instance.is_data { "data." } else { "" };
    format!("{data}{}.{}", instance.kind, instance.label.name)
}

impl<'text, 'plan> Configuration<'text, 'plan> {
    pub(super) fn new(root: Option<Object<'text>>, instances: &'plan Instances<'text>) -> Self {
        let mut entries = BTreeMap::new();
        if let Some(root) = root {
            collect(&root, "", 0, &mut entries);
        }
        let mut groups: BTreeMap<String, BTreeMap<Option<&'plan str>, &'plan str>> = BTreeMap::new();
        for (key, instance) in instances.iter().filter(|(key, instance)| **key == instance.address) {
            let group = groups.entry(path(&instance.modules) + &label(instance)).or_default();
            group.insert(instance.label.index.as_deref(), key);
        }
        Self { entries, instances, groups }
    }

    fn entry(&self, modules: &[Step], address: &str) -> Option<&Object<'text>> {
        self.entries.get(&(names(modules) + &address.to_ascii_lowercase()))
    }

    /// What the configuration says of an instance.
    pub(super) fn of(&self, instance: &Instance<'_>) -> Option<&Object<'text>> {
        self.entry(&instance.modules, &label(instance))
    }

    /// The one instance of one of the `wanted` types that the references of an expression lead to.
    pub(super) fn target(
        &self,
        from: &Instance<'_>,
        references: &[String],
        wanted: &[&str],
    ) -> Option<Target<'text, 'plan>> {
        let scope = Scope { modules: &from.modules, index: from.label.index.as_deref(), wanted };
        let found = self.targets(scope, references, 0)?;
        let mut keys = found.keys.into_iter();
        let instance = self.instances.get(keys.next()?)?;
        let is_one = keys.next().is_none() && wanted.contains(&instance.kind.as_str());
        is_one.then_some(Target { instance, is_by_key: found.is_by_key })
    }

    /// What references lead to; none where one leads nobody knows where.
    fn targets(&self, scope: Scope<'_>, references: &[String], depth: usize) -> Option<Found<'plan>> {
        if depth > DEEPEST {
            return None;
        }
        let is_key = |reference: &String| ["each.key", "count.index"].contains(&reference.as_str());
        let key = references.iter().any(is_key).then_some(scope.index).flatten();
        let mut found = Found::default();
        for reference in leaves(references).filter(|reference| !is_key(reference)) {
            let steps = address::parse(reference)?;
            match (steps.first()?.name.as_str(), steps.get(1)) {
                ("var", Some(variable)) => {
                    // The variables of the whole plan are known.
                    let Some((last, outer)) = scope.modules.split_last() else { continue };
                    let call = self.entry(outer, &format!("module.{}", last.name))?;
                    let given = call.object("expressions").and_then(|given| given.object(&variable.name));
                    let references = given.map(|given| self::references(&given)).unwrap_or_default();
                    let scope = Scope { modules: outer, index: last.index.as_deref(), ..scope };
                    found.add(self.targets(scope, &references, depth + 1)?);
                }
                ("module", Some(called)) => {
                    found.add(self.outputs(scope, called, steps.get(2), key, depth)?);
                }
                ("each" | "count" | "local" | "path" | "terraform" | "self", _) => return None,
                _ => found.add(self.group(scope.modules, &steps, key)?),
            }
        }
        Some(found)
    }

    /// What the output of a called module leads to.
    fn outputs(
        &self,
        scope: Scope<'_>,
        called: &Step,
        output: Option<&Step>,
        key: Option<&str>,
        depth: usize,
    ) -> Option<Found<'plan>> {
        let call = self.entry(scope.modules, &format!("module.{}", called.name))?;
        let is_repeated = call.has("count_expression") || call.has("for_each_expression");
        let index = called.index.as_deref().or(if is_repeated { key } else { None });
        if is_repeated && index.is_none() {
            return None;
        }
        let mut modules = scope.modules.to_vec();
        modules.push(Step { name: called.name.clone(), index: index.map(str::to_owned) });
        let inner = |index| Scope { modules: &modules, index, wanted: scope.wanted };
        let Some(output) = output else {
            // Behind an index that is an expression, the plan does not name the output. Only one of the
            // wanted type can be meant.
            let prefix = names(&modules) + "output.";
            let outputs =
                self.entries.range(prefix.clone()..).take_while(|(name, _)| name.starts_with(&prefix));
            let mut found = Found::default();
            for (_, output) in outputs {
                let Some(expression) = output.object("expression") else { continue };
                let Some(mut led) = self.targets(inner(None), &references(&expression), depth + 1) else {
                    continue;
                };
                let is_wanted = |key: &&str| {
                    self.instances.get(*key).is_some_and(|it| scope.wanted.contains(&it.kind.as_str()))
                };
                led.keys.retain(is_wanted);
                found.add(led);
            }
            return Some(found);
        };
        let entry = self.entry(&modules, &format!("output.{}", output.name))?;
        let mut references = references(&entry.object("expression")?);
        if output.index.is_none() {
            return self.targets(inner(None), &references, depth + 1);
        }
        // One of a map or list: the modules of this world key it as what it is made from.
        references.push("each.key".to_owned());
        let mut found = self.targets(inner(output.index.as_deref()), &references, depth + 1)?;
        found.is_by_key = true;
        Some(found)
    }

    /// The instance of a resource that a reference names; nobody where the resource has no instances.
    fn group(&self, modules: &[Step], steps: &[Step], key: Option<&str>) -> Option<Found<'plan>> {
        let (data, steps) = match steps {
            [first, rest @ ..] if first.name == "data" => ("data.", rest),
            all => ("", all),
        };
        let [kind, label, attributes @ ..] = steps else { return None };
        if attributes.first().is_some_and(|attribute| !TELLING.contains(&attribute.name.as_str())) {
            return None;
        }
        let address = format!("{}{data}{}.{}", path(modules), kind.name, label.name);
        let Some(group) = self.groups.get(&address) else { return Some(Found::default()) };
        let mut all = group.values();
        let found = match (&label.index, all.next(), all.next()) {
            (Some(index), ..) => group.get(&Some(index.as_str())),
            (None, Some(only), None) => Some(only),
            (None, ..) => Some(group.get(&Some(key?))?),
        };
        Some(Found { keys: found.into_iter().copied().collect(), is_by_key: false })
    }
}

/// What an expression refers to.
pub(super) fn references(expression: &Object<'_>) -> Vec<String> {
    expression.list("references").into_iter().map(|(reference, _)| reference).collect()
}

fn collect<'text>(
    module: &Object<'text>,
    path: &str,
    depth: usize,
    entries: &mut BTreeMap<String, Object<'text>>,
) {
    for resource in module.objects("resources") {
        if let Some(address) = resource.text("address") {
            entries.insert(format!("{path}{}", address.to_ascii_lowercase()), resource);
        }
    }
    for (name, output) in module.object("outputs").iter().flat_map(Object::members) {
        entries.insert(format!("{path}output.{name}"), output);
    }
    for (name, call) in module.object("module_calls").iter().flat_map(Object::members) {
        if let Some(inner) = call.object("module").filter(|_| depth < DEEPEST) {
            collect(&inner, &format!("{path}{name}."), depth + 1, entries);
        }
        entries.insert(format!("{path}module.{name}"), call);
    }
}
