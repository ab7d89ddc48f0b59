//! Resources of the provider azapi: bodies as Azure has them, and what Azure answered.

use serde_json::{Map, Value};

use super::body::{Body, Marks};
use super::ids;
use super::kinds::{self, ACTION, BODY, LIST, UPDATE, azure};
use super::values::Values;
use crate::import::arm::{self, Taken};
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::json::Object;
use crate::import::resources::Resources;
use crate::import::stated;

/// How to make a data source tell what it reads.
const EXPORT_ALL: &str = "let it tell all, with `response_export_values = [\"*\"]`";

/// Reads an instance, if it is about a network.
pub(super) fn read(key: &str, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let instance = values.instance;
    match (instance.kind.as_str(), instance.is_data) {
        (LIST, _) => list(values, resources),
        (ACTION, _) => action(values, resources),
        (BODY | UPDATE, _) if !arm::matters(&kinds::body_type(&instance.values)) => {}
        (BODY | UPDATE, _) => match values.known.ids.get(key) {
            Some(id) if instance.kind == UPDATE => update(id, values, resources),
            Some(id) => resource(id, values, resources),
            None => {
                let field = if instance.kind == UPDATE { "resource_id" } else { "parent_id" };
                let references = values.block.references(field);
                values.settled(field, &references, None, instance.span, resources);
            }
        },
        _ => {}
    }
}

/// What the fields of an instance hold as text, where that is JSON.
///
/// Releases before 2.0 write all bodies so. An answer of which parts were asked for by names of one's own is put
/// together again as Azure gave it.
struct Texts([Option<String>; 4]);

impl Texts {
    fn of(values: &Values<'_, '_, '_>) -> Self {
        let instance = values.instance;
        let text = |values: Option<&Object<'_>>, field: &str| {
            values.and_then(|it| dynamic(it, field).and_then(|(holder, field)| holder.embedded_text(field)))
        };
        let answer =
            |values: Option<&Object<'_>>| values.and_then(answer_by_names).or_else(|| text(values, "output"));
        let (now, before) = (Some(&instance.values), instance.before.as_ref());
        Self([text(now, "body"), answer(now), text(before, "body"), answer(before)])
    }
}

/// What holds the value of a field: a stored state writes its type beside it.
fn dynamic<'text, 'field>(
    values: &Object<'text>,
    field: &'field str,
) -> Option<(Object<'text>, &'field str)> {
    match values.object(field) {
        Some(typed) if typed.count() == 2 && typed.has("value") && typed.has("type") => {
            Some((typed, "value"))
        }
        Some(_) => Some((values.clone(), field)),
        None => values.get(field).map(|_| (values.clone(), field)),
    }
}

/// The answer of Azure, where its parts were asked for by names of one's own, each with a path.
fn answer_by_names(values: &Object<'_>) -> Option<String> {
    let (holder, field) = dynamic(values, "response_export_values")?;
    let asked = holder.object(field)?;
    let (holder, field) = dynamic(values, "output")?;
    let output = holder.object(field)?;
    let mut answer = Value::Null;
    for (name, path) in asked.texts() {
        let Some(part) = output.get(&name).and_then(|raw| raw.get().parse::<Value>().ok()) else { continue };
        // Longer expressions than paths make something else of what Azure gave.
        let is_path = |letter: char| letter.is_ascii_alphanumeric() || "._".contains(letter);
        if path.chars().all(is_path) {
            let mut place = Some(&mut answer);
            for step in path.split('.') {
                place = place.and_then(|holder| part_of(holder, step));
            }
            if let Some(place) = place {
                *place = part;
            }
        }
    }
    answer.is_object().then(|| answer.to_string())
}

/// The place of a part of an object that is being put together; none where something else stands there.
fn part_of<'value>(holder: &'value mut Value, part: &str) -> Option<&'value mut Value> {
    if holder.is_null() {
        *holder = Value::Object(Map::new());
    }
    Some(holder.as_object_mut()?.entry(part).or_insert(Value::Null))
}

/// What is known of the body of a resource that lies in `parent`.
fn body<'read, 'text, 'plan>(
    values: &'read Values<'read, 'text, 'plan>,
    texts: &'read Texts,
    parent: Option<&'read ResourceId>,
    resources: &mut Resources,
) -> Body<'read, 'text, 'plan> {
    let instance = values.instance;
    let object = |values: Option<&Object<'read>>, field: &str, text: &'read Option<String>| {
        let (holder, field) = dynamic(values?, field)?;
        holder.embedded(field, text.as_deref(), instance.span)
    };
    let now: Object<'read> = instance.values.clone();
    let was: Option<Object<'read>> = instance.before.clone().filter(|_| !instance.is_made);
    let before = object(was.as_ref(), "body", &texts.0[2]);
    let mut configured = object(Some(&now), "body", &texts.0[0]);
    let mut marks = Marks::of(instance.unknown.as_ref(), "body");
    if configured.is_none() && before.is_some() && values.block.is_unknown("body") {
        values.unknown("body", instance.span, "it is taken to stay what it was", resources);
        configured.clone_from(&before);
        marks = Marks::default();
    }
    let mut answered = object(Some(&now), "output", &texts.0[1]);
    let is_unanswered = Marks::of(instance.unknown.as_ref(), "output").covers_all();
    let space = |body: Option<&Object<'read>>| -> Option<String> {
        body?.get("addressSpace").map(|space| space.get().split_whitespace().collect())
    };
    // What Azure has given from a pool stays until something else is asked of the pool.
    let stays = instance.azure_type != azure::VNET || space(configured.as_ref()) == space(before.as_ref());
    if answered.is_none() && stays {
        answered = object(was.as_ref(), "output", &texts.0[3]);
    }
    let body = Body {
        awaits_answer: instance.is_made || (is_unanswered && answered.is_none()),
        layers: configured.into_iter().chain(answered).collect(),
        before,
        marks,
        parent,
        values,
    };
    stated::tell_kind(&body, stated::PROPERTIES, false, resources);
    body
}

/// Reads a resource, be it made by the plan or read by a data source.
fn resource(id: &ResourceId, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let instance = values.instance;
    let planned = &mut resources.planned;
    if instance.is_data {
        planned.loose.insert(id.clone());
    } else if instance.is_made {
        planned.made.insert(id.clone());
    }
    stated::tell_identity(values, resources);
    stated::tell_reference(values, "parent_id", resources);
    if values.block.is_unknown("name") {
        values.unknown("name", instance.span, "the address stands for it", resources);
    }
    if !instance.is_data && values.block.is_unknown("parent_id") {
        note_parent(id, values, resources);
    }
    let texts = Texts::of(values);
    let parent = id.owner("virtualNetworkPeerings");
    let body = body(values, &texts, parent.as_ref(), resources);
    if arm::is_read(id) && !is_told(id, &body, resources) {
        return;
    }
    arm::take_as(id.clone(), &body, resources);
    if instance.azure_type == azure::PUBLIC_ADDRESS {
        // An address that Azure has yet to give is known by whose it is.
        let addresses = resources.public_addresses.entry(id.clone()).or_default();
        if addresses.is_empty() {
            addresses.push(instance.address.clone());
        }
    }
}

/// Says what a parent that is not known yet is found by, if that is worth saying.
fn note_parent(id: &ResourceId, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let outer = values.instance.azure_type.rsplit_once('/').map_or("", |(outer, _)| outer);
    let target = values.known.configuration.only_candidate(values.instance, "parent_id", &[outer]);
    if target.as_ref().is_some_and(|target| target.assumption.is_some()) && arm::is_read(id) {
        let references = values.block.references("parent_id");
        values.settled("parent_id", &references, target, values.instance.span, resources);
    }
}

/// True where something is known of a resource; says so where nothing is.
fn is_told(id: &ResourceId, body: &Body<'_, '_, '_>, resources: &mut Resources) -> bool {
    let instance = body.values.instance;
    let is_public = instance.azure_type == azure::PUBLIC_ADDRESS;
    let needed: &[&str] = match instance.azure_type.as_str() {
        // What is told of a gateway elsewhere is completed.
        azure::GATEWAY if !resources.gateways.contains_key(id) => &["ipConfigurations"],
        _ => arm::telling(id),
    };
    let is_pending = needed.iter().any(|field| Fields::is_unknown(body, field));
    // Of a zone its name says all.
    let is_named = is_public || instance.azure_type == azure::ZONE;
    if body.tells(needed) || is_named || (is_pending && !body.layers.is_empty()) {
        return true;
    }
    if instance.azure_type == azure::SUBNET {
        return false;
    }
    let field = if instance.is_data { "output" } else { "body" };
    if body.values.block.is_unknown(field) {
        let consequence = format!("`{}` is left out", id.name());
        body.values.unknown(field, instance.span, &consequence, resources);
    } else {
        let message =
            format!("`{}` does not tell what `{}` is, and is left out", instance.address, id.name());
        let finding = resources.incomplete(instance.span, message);
        if instance.is_data {
            finding.help = Some(EXPORT_ALL.into());
        }
    }
    false
}

/// Reads properties that are set of a resource that something else makes.
fn update(id: &ResourceId, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let texts = Texts::of(values);
    let mut body = body(values, &texts, None, resources);
    // The answer is about the resource as it was then.
    body.layers.truncate(1);
    if values.block.is_unknown("body") && arm::is_read(id) {
        values.unknown("body", values.instance.span, "what is not known of it is left out", resources);
    }
    if arm::is_read(id) {
        let patch = arm::patch(id.clone(), values.instance.address.clone(), &body, resources);
        resources.patches.push(patch);
    } else {
        arm::take_as(id.clone(), &body, resources);
    }
}

/// Reads the resources that a data source lists.
fn list(values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let instance = values.instance;
    if !arm::matters(&kinds::body_type(&instance.values)) {
        return;
    }
    if values.block.is_unknown("output") {
        values.unknown("output", instance.span, "what it lists is left out", resources);
        return;
    }
    let holder = dynamic(&instance.values, "output");
    let text = holder.as_ref().and_then(|(holder, field)| holder.embedded_text(field));
    let output = holder.as_ref().and_then(|(it, field)| it.embedded(field, text.as_deref(), instance.span));
    let listed = output.map(|output| output.objects("value")).unwrap_or_default();
    let mut is_told = !listed.is_empty();
    for resource in &listed {
        resources.planned.loose.extend(resource.text("id").map(|id| ResourceId::new(&id)));
        is_told &= !matches!(arm::take(resource, resources), Taken::NameOnly(_) | Taken::No);
    }
    if !is_told {
        let message = format!("`{}` does not tell all of what it lists", instance.address);
        resources.incomplete(instance.span, message).help = Some(EXPORT_ALL.into());
    }
}

/// Notes what a resource of a network is asked to do.
fn action(values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let instance = values.instance;
    if arm::matters(&kinds::body_type(&instance.values)) {
        let id = ids::known(instance);
        let name = id.as_ref().map_or("a resource", ResourceId::name);
        let message = format!("what `{}` asks of `{name}` is left out", instance.address);
        resources.outside(instance.span, message);
    }
}
