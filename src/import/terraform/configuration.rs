//! What the configuration in a plan says of references, where values are not known yet.

use std::collections::BTreeMap;

use super::address::{self, Step};
use super::instances::{DEEPEST, Instance, Instances};
use super::kinds::azure;
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
struct Scope<'a, 'text> {
    modules: &'a [Step],
    /// The index of the resource or module that the references belong to.
    index: Option<&'a str>,
    /// That resource or module as it is configured.
    owner: Option<&'a Object<'text>>,
    /// Azure's names of the types.
    wanted: &'a [&'a str],
    /// True where the expression makes more than the reference that is looked for, so that what leads elsewhere is passed over.
    is_wide: bool,
    /// How many local values may still be looked through.
    locals: usize,
}

/// How deep local values of modules are looked through: what a module is given, and what that is made of.
const LOCALS: usize = 2;

/// The keys of instances that references lead to, in the order of the references.
#[derive(Default)]
struct Found<'plan> {
    keys: Vec<&'plan str>,
    /// True where a key of a map was taken for the key of what the map is made from.
    is_by_key: bool,
    /// True where some references lead nobody knows where.
    is_part: bool,
}

impl Found<'_> {
    fn add(&mut self, other: Self) {
        for key in other.keys {
            if !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        self.is_by_key |= other.is_by_key;
        self.is_part |= other.is_part;
    }
}

/// The instance that references lead to.
pub(super) struct Target<'text, 'plan> {
    pub(super) instance: &'plan Instance<'text>,
    /// What else it rests on that this is the one, in words.
    pub(super) assumption: Option<&'static str>,
}

const BY_KEY: &str = "by the key in";

/// Where an expression makes a whole body, the references of all its parts stand side by side.
const BY_TYPE: &str = "as the only one of its kind in";

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

    fn scope<'a>(
        &'a self,
        from: &'a Instance<'_>,
        wanted: &'a [&'a str],
        is_wide: bool,
        locals: usize,
    ) -> Scope<'a, 'text> {
        let index = from.label.index.as_deref();
        Scope { modules: &from.modules, index, owner: self.of(from), wanted, is_wide, locals }
    }

    /// The one instance of one of the `wanted` types that the references of an expression lead to.
    pub(super) fn target(
        &self,
        from: &Instance<'_>,
        references: &[String],
        wanted: &[&str],
    ) -> Option<Target<'text, 'plan>> {
        let found = self.targets(self.scope(from, wanted, false, 0), references, 0)?;
        let [key] = found.keys[..] else { return None };
        let instance = self.instances.get(key).filter(|it| wanted.contains(&it.azure_type.as_str()))?;
        Some(Target { instance, assumption: found.is_by_key.then_some(BY_KEY) })
    }

    /// All instances of one of the `wanted` types that an expression refers to, whatever else it refers to.
    pub(super) fn candidates(
        &self,
        from: &Instance<'_>,
        references: &[String],
        wanted: &[&str],
    ) -> Vec<Target<'text, 'plan>> {
        let is_wanted = |instance: &&'plan Instance<'text>| wanted.contains(&instance.azure_type.as_str());
        // What is named comes before what a local value may hold.
        for locals in [0, LOCALS] {
            let scope = self.scope(from, wanted, true, locals);
            let Some(found) = self.targets(scope, references, 0) else { continue };
            let by_type = found.is_part.then_some(BY_TYPE);
            let assumption = if found.is_by_key { Some(BY_KEY) } else { by_type };
            let instances =
                found.keys.into_iter().filter_map(|key| self.instances.get(key)).filter(is_wanted);
            let targets: Vec<_> = instances.map(|instance| Target { instance, assumption }).collect();
            if !targets.is_empty() {
                return targets;
            }
        }
        Vec::new()
    }

    /// The only instance of one of the `wanted` types that a field of `from` refers to.
    pub(super) fn only_candidate(
        &self,
        from: &Instance<'_>,
        field: &str,
        wanted: &[&str],
    ) -> Option<Target<'text, 'plan>> {
        let expression = self.of(from)?.object("expressions")?.object(field)?;
        let mut found = self.candidates(from, &references(&expression), wanted).into_iter();
        found.next().filter(|_| found.next().is_none())
    }

    /// What references lead to; none where one leads nobody knows where.
    fn targets(&self, scope: Scope<'_, 'text>, references: &[String], depth: usize) -> Option<Found<'plan>> {
        if depth > DEEPEST {
            return None;
        }
        let key = references.iter().any(|it| is_key(it)).then_some(scope.index).flatten();
        let mut found = Found::default();
        for reference in leaves(references).filter(|it| !is_key(it)) {
            match self.follow(scope, reference, key, depth) {
                Some(led) => found.add(led),
                None if scope.is_wide => found.is_part = true,
                None => return None,
            }
        }
        Some(found)
    }

    /// What one reference leads to.
    fn follow(
        &self,
        scope: Scope<'_, 'text>,
        reference: &str,
        key: Option<&str>,
        depth: usize,
    ) -> Option<Found<'plan>> {
        let steps = address::parse(reference)?;
        match (steps.first()?.name.as_str(), steps.get(1)) {
            ("var", Some(variable)) => {
                // The variables of the whole plan are known.
                let Some((last, outer)) = scope.modules.split_last() else { return Some(Found::default()) };
                let call = self.entry(outer, &format!("module.{}", last.name))?;
                let given = call.object("expressions").and_then(|given| given.object(&variable.name));
                let references = given.map(|given| self::references(&given)).unwrap_or_default();
                let index = last.index.as_deref();
                let scope = Scope { modules: outer, index, owner: Some(call), ..scope };
                self.targets(scope, &references, depth + 1)
            }
            ("module", Some(called)) => self.outputs(scope, called, steps.get(2), key, depth),
            ("each", Some(value)) if value.name == "value" => {
                // One of a map or set: what it is made from is keyed like it.
                let mut references = self::references(&scope.owner?.object("for_each_expression")?);
                references.push("each.key".to_owned());
                let scope = Scope { owner: None, ..scope };
                let found = self.targets(scope, &references, depth + 1)?;
                Some(Found { is_by_key: true, ..found })
            }
            ("local", Some(_)) if scope.locals > 0 => Some(self.around(scope, depth)),
            ("each" | "count" | "local" | "path" | "terraform" | "self", _) => None,
            _ => self.group(scope, &steps, key),
        }
    }

    /// What a local value of a module may be made of, which no plan spells out: the resources of the module, and what it is given.
    fn around(&self, scope: Scope<'_, 'text>, depth: usize) -> Found<'plan> {
        let mut found = Found { is_part: true, ..Found::default() };
        let is_inside = |instance: &Instance<'_>| {
            instance.modules == scope.modules && scope.wanted.contains(&instance.azure_type.as_str())
        };
        let inside = self.instances.iter().filter(|(_, instance)| is_inside(instance));
        found.add(Found { keys: inside.map(|(key, _)| key.as_str()).collect(), ..Found::default() });
        let scope = Scope { locals: scope.locals - 1, ..scope };
        let inner = names(scope.modules) + "module.";
        let called = self.entries.range(inner.clone()..).take_while(|(name, _)| name.starts_with(&inner));
        for (name, _) in called {
            let called = Step { name: name[inner.len()..].to_owned(), index: None };
            found.add(self.outputs(scope, &called, None, scope.index, depth + 1).unwrap_or_default());
        }
        let Some((last, outer)) = scope.modules.split_last() else { return found };
        let Some(call) = self.entry(outer, &format!("module.{}", last.name)) else { return found };
        let scope = Scope { modules: outer, index: last.index.as_deref(), owner: Some(call), ..scope };
        let given = call.object("expressions");
        for (_, expression) in given.iter().flat_map(Object::members) {
            found.add(self.targets(scope, &references(&expression), depth + 1).unwrap_or_default());
        }
        found
    }

    /// What the output of a called module leads to.
    fn outputs(
        &self,
        scope: Scope<'_, 'text>,
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
        let inner = |index| Scope { modules: &modules, index, owner: None, ..scope };
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
                    self.instances.get(*key).is_some_and(|it| scope.wanted.contains(&it.azure_type.as_str()))
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
    fn group(&self, scope: Scope<'_, 'text>, steps: &[Step], key: Option<&str>) -> Option<Found<'plan>> {
        let (data, steps) = match steps {
            [first, rest @ ..] if first.name == "data" => ("data.", rest),
            all => ("", all),
        };
        let [kind, label, attributes @ ..] = steps else { return None };
        if !is_telling(attributes, scope.wanted) {
            return None;
        }
        let address = format!("{}{data}{}.{}", path(scope.modules), kind.name, label.name);
        let Some(group) = self.groups.get(&address) else { return Some(Found::default()) };
        let mut all = group.values();
        let found = match (&label.index, all.next(), all.next()) {
            (Some(index), ..) => group.get(&Some(index.as_str())),
            (None, Some(only), None) => Some(only),
            (None, ..) => Some(group.get(&Some(key?))?),
        };
        Some(Found { keys: found.into_iter().copied().collect(), ..Found::default() })
    }
}

/// True where a reference to these attributes of a resource refers to the resource itself.
fn is_telling(attributes: &[Step], wanted: &[&str]) -> bool {
    let is_told = |attribute: &Step| TELLING.contains(&attribute.name.as_str());
    match attributes {
        // What Azure answered: of a public address it is the address.
        [first, inner @ ..] if first.name == "output" => {
            inner.last().is_some_and(|last| last.name == "id") || wanted == [azure::PUBLIC_ADDRESS]
        }
        [first, ..] => is_told(first),
        [] => true,
    }
}

/// True for a reference to the key of the instance that it stands in.
fn is_key(reference: &str) -> bool {
    ["each.key", "count.index"].contains(&reference)
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
