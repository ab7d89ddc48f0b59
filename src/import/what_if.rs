//! What `what-if` of a deployment or of a deployment stack predicts: each resource as it is and as it will be.

use serde_json::value::RawValue;

use super::arm;
use super::id::ResourceId;
use super::json::{Object, is_expression};
use super::resources::{Resources, Side};
use super::stated;
use crate::diagnostic::{Code, Diagnostic};

/// The collection of the peerings in a VNet.
const PEERINGS: &str = "virtualNetworkPeerings";

/// The collection of the subnets in a VNet.
const SUBNETS: &str = "subnets";

/// Collections whose members are resources of their own, and stay where a template does not mention them.
const COLLECTIONS: [&str; 4] = [PEERINGS, SUBNETS, "natRules", "connections"];

/// The kinds of changes in the order of the SDK's enum, whose numbers PowerShell writes.
const KINDS: [&str; 7] = ["create", "delete", "ignore", "deploy", "nochange", "modify", "unsupported"];

/// The kinds of changes to properties, in the same way.
const PROPERTY_KINDS: [&str; 5] = ["create", "delete", "modify", "array", "noeffect"];

const ASK_FOR_BODIES: &str = "ask with `--result-format FullResourcePayloads`";

/// The type of the prediction that is made for a deployment stack.
const STACK: &str = "microsoft.resources/deploymentstackswhatifresults";

/// True for what `what-if` of a deployment stack predicts.
pub(super) fn is_of_stack(object: &Object<'_>) -> bool {
    let is_so_called = object.text("type").is_some_and(|kind| kind.eq_ignore_ascii_case(STACK));
    is_so_called || object.object("changes").is_some_and(|changes| changes.has("resourceChanges"))
}

/// Reads `object` if it is such a prediction; false where it is none.
pub(super) fn take(object: &Object<'_>, side: Side, resources: &mut Resources) -> bool {
    let (field, changes) = if is_of_stack(object) {
        let changes = object.object("changes").map(|changes| changes.objects("resourceChanges"));
        ("provisioningState", changes.unwrap_or_default())
    } else {
        let changes = object.objects("changes");
        let is_change = |change: &Object<'_>| change.has("changeType");
        if !object.has("changes") || !(object.has("status") || changes.iter().any(is_change)) {
            return false;
        }
        ("status", changes)
    };
    resources.planned.is_plan = true;
    let status = object.text(field).unwrap_or_else(|| "Succeeded".to_owned());
    if !status.eq_ignore_ascii_case("succeeded") {
        let message = format!("what the deployment does was not worked out: its status is `{status}`");
        let finding = Diagnostic::new(Code::NotAnInventory, message)
            .at(object.span_of(field), "expected `Succeeded`")
            .help("make the template valid, then run `what-if` again");
        resources.diagnostics.push(finding);
        return true;
    }
    for change in &changes {
        stated::word(change, &["changeCertainty"], stated::CERTAINTY, resources);
    }
    let (certain, potential): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_certain);
    for change in &certain {
        self::change(change, side, resources);
    }
    for change in potential {
        potential_change(&change, side, resources);
    }
    for change in object.objects("potentialChanges") {
        potential_change(&change, side, resources);
    }
    // What is deleted and made again is there on both sides.
    let planned = &mut resources.planned;
    planned.replaced.extend(planned.gone.intersection(&planned.made).cloned());
    planned.gone.retain(|id| !planned.replaced.contains(id));
    let gone = planned.gone.clone();
    resources.drop_sides(&gone);
    true
}

/// False for a change of a stack that conditions at the time of the deployment decide on.
fn is_certain(change: &Object<'_>) -> bool {
    change.text("changeCertainty").is_none_or(|certainty| !certainty.eq_ignore_ascii_case("potential"))
}

/// The resource that a change is about, by whatever field tells it.
fn told<'text>(change: &Object<'text>) -> Option<(&'static str, &'text RawValue)> {
    ["resourceId", "fullyQualifiedResourceId", "id"]
        .into_iter()
        .find_map(|field| Some((field, change.get(field)?)))
}

/// The id of that resource; none where only the deployment knows it.
fn id(change: &Object<'_>) -> Option<ResourceId> {
    let id = change.text(told(change)?.0)?;
    id.starts_with('/').then(|| ResourceId::new(&id))
}

/// A word of what-if in lower case, be it written as its number.
fn word(text: &str, numbered: &[&str]) -> String {
    let of_number = text.parse().ok().and_then(|number: usize| numbered.get(number));
    of_number.map_or_else(|| text.to_ascii_lowercase(), |word| (*word).to_owned())
}

/// One side of a resource; a stack keeps both sides one level deeper.
fn body<'text>(change: &Object<'text>, side: &str) -> Option<Object<'text>> {
    match change.object("resourceConfigurationChanges") {
        Some(inner) => inner.object(side),
        None => change.object(side),
    }
}

/// What a resource is before or after a change that may or may not be made: what it was.
fn potential_change(change: &Object<'_>, side: Side, resources: &mut Resources) {
    let Some(id) = id(change).filter(arm::is_read) else { return };
    if let (Side::After, Some((field, _))) = (side, told(change)) {
        let message = format!("the deployment may change `{}`, and that is left out", id.name());
        resources.note(Code::UnknownValue, change.span_of(field), message);
    }
    if let Some(before) = body(change, "before").filter(|_| !is_certain(change)) {
        resources.planned.loose.insert(id.clone());
        arm::take_as(id, &before, resources);
    }
}

fn change(change: &Object<'_>, side: Side, resources: &mut Resources) {
    let Some(id) = id(change) else {
        let is_network =
            told(change).is_some_and(|(_, it)| it.get().to_ascii_lowercase().contains("microsoft.network"));
        if let (true, Side::After, Some((field, _))) = (is_network, side, told(change)) {
            let message = "a change names its resource by an expression, and is left out".to_owned();
            resources.note(Code::UnknownValue, change.span_of(field), message);
        }
        return;
    };
    if !arm::is_read(&id) {
        return;
    }
    let stated = change.text("changeType").unwrap_or_default();
    let kind = word(&stated, &KINDS);
    let (before, after) = (body(change, "before"), body(change, "after"));
    let body = match (kind.as_str(), side) {
        ("create", Side::Before) => return,
        ("create", Side::After) => {
            resources.planned.made.insert(id.clone());
            after
        }
        ("delete" | "modify", Side::Before) => before,
        ("delete", Side::After) => {
            resources.planned.gone.insert(id);
            return;
        }
        ("modify", Side::After) => {
            if let (Some(before), Some(after)) = (&before, &after) {
                peerings_gone(&id, before, after, resources);
                if after.get(PEERINGS).is_none() {
                    arm::take_peerings(&id, before, resources);
                }
                if after.get(SUBNETS).is_none() {
                    arm::take_subnets(&id, before, resources);
                }
                note_noise(&id, after, change, resources);
            }
            after
        }
        // What a stack lets go of stays as it is.
        ("nochange" | "ignore" | "detach", _) => {
            resources.planned.loose.insert(id.clone());
            after.or(before)
        }
        (_, side) => {
            if side == Side::After {
                let message = format!("what the deployment does to `{}` is not told: `{stated}`", id.name());
                let reason = change.text("unsupportedReason");
                resources.note(Code::UnknownValue, change.span_of("changeType"), message).help =
                    Some(reason.unwrap_or_else(|| ASK_FOR_BODIES.to_owned()));
            }
            resources.planned.loose.insert(id.clone());
            before
        }
    };
    match body {
        Some(body) => {
            note_expressions(&id, &body, resources);
            arm::take_as(id, &body, resources);
        }
        None if side == Side::After && ["create", "modify"].contains(&kind.as_str()) => {
            let message = format!("what `{}` will be is not told", id.name());
            resources.note(Code::UnknownValue, change.span_of("changeType"), message).help =
                Some(ASK_FOR_BODIES.into());
        }
        None if kind == "delete" => {
            let message = format!("what `{}` is before it goes is not told", id.name());
            resources.incomplete(change.span_of("changeType"), message).help = Some(ASK_FOR_BODIES.into());
        }
        None => {}
    }
}

/// Marks the peerings that a VNet has and will not have.
///
/// A template that does not mention peerings leaves them alone, whatever the differences say.
fn peerings_gone(vnet: &ResourceId, before: &Object<'_>, after: &Object<'_>, resources: &mut Resources) {
    if after.get(PEERINGS).is_none() {
        return;
    }
    let names = |body: &Object<'_>| -> Vec<String> {
        body.objects(PEERINGS).iter().filter_map(|side| side.text("name")).collect()
    };
    let kept = names(after);
    let is_kept = |name: &String| kept.iter().any(|kept| kept.eq_ignore_ascii_case(name));
    let gone = names(before).into_iter().filter(|name| !is_kept(name));
    resources.planned.gone.extend(gone.map(|name| vnet.child(PEERINGS, &name)));
}

/// Notes where a prediction deletes members of a collection that the deployment leaves alone.
fn note_noise(id: &ResourceId, after: &Object<'_>, change: &Object<'_>, resources: &mut Resources) {
    let within = change.object("resourceConfigurationChanges");
    for difference in within.as_ref().unwrap_or(change).objects("delta") {
        let Some(path) = difference.text("path") else { continue };
        let mut steps = path.split(['.', '[', '/']).filter(|step| !step.eq_ignore_ascii_case("properties"));
        let Some(step) = steps.next() else { continue };
        let collection = COLLECTIONS.into_iter().find(|known| known.eq_ignore_ascii_case(step));
        let Some(collection) = collection.filter(|collection| after.get(collection).is_none()) else {
            continue;
        };
        if deletes(&difference) {
            let message = format!(
                "what-if is known to be wrong where it deletes `{collection}` of `{}`, which the template does not mention: \
                 they stay",
                id.name()
            );
            resources.incomplete(difference.span_of("path"), message);
        }
    }
}

/// True where a property is deleted, or an element of it.
fn deletes(difference: &Object<'_>) -> bool {
    let stated = difference.text("propertyChangeType").or_else(|| difference.text("changeType"));
    match word(&stated.unwrap_or_default(), &PROPERTY_KINDS).as_str() {
        "delete" => true,
        "array" | "modify" => difference.objects("children").iter().any(deletes),
        _ => false,
    }
}

/// Warns of values that only the deployment works out.
fn note_expressions(id: &ResourceId, body: &Object<'_>, resources: &mut Resources) {
    let Some(properties) = body.get("properties") else { return };
    let text = properties.get();
    let literal = |at: usize| {
        let mut literals = serde_json::Deserializer::from_str(&text[at..]).into_iter::<&RawValue>();
        let raw = literals.next()?.ok()?;
        let literal: String = serde_json::from_str(raw.get()).ok()?;
        is_expression(&literal).then_some((raw.get().trim_matches('"'), literal))
    };
    let mut found = text
        .match_indices("\"[")
        .filter(|(at, _)| !text[..*at].ends_with('\\'))
        .filter_map(|(at, _)| literal(at));
    if let Some((part, literal)) = found.next() {
        let message = format!("`{}` has a value that only the deployment works out: `{literal}`", id.name());
        let span = body.span_in(part);
        resources.note(Code::UnknownValue, span, message).help =
            Some("what depends on it is left out, or taken for Azure's default".into());
    }
}
