//! What `what-if` of a deployment predicts: each resource as it is and as it will be.

use serde_json::value::RawValue;

use super::arm;
use super::id::ResourceId;
use super::json::{Object, is_expression};
use super::resources::{Resources, Side};
use crate::diagnostic::{Code, Diagnostic};

/// The path of the peerings in a VNet, as differences name it.
const PEERINGS: &str = "properties.virtualNetworkPeerings";

/// Reads `object` if it is such a prediction; false where it is none.
pub(super) fn take(object: &Object<'_>, side: Side, resources: &mut Resources) -> bool {
    let changes = object.objects("changes");
    let is_change = |change: &Object<'_>| change.has("changeType");
    if !object.has("changes") || !(object.has("status") || changes.iter().any(is_change)) {
        return false;
    }
    resources.planned.is_plan = true;
    let status = object.text("status").unwrap_or_else(|| "Succeeded".to_owned());
    if !status.eq_ignore_ascii_case("succeeded") {
        let message = format!("what the deployment does was not worked out: its status is `{status}`");
        let finding = Diagnostic::new(Code::NotAnInventory, message)
            .at(object.span_of("status"), "expected `Succeeded`")
            .help("make the template valid, then run `what-if` again");
        resources.diagnostics.push(finding);
        return true;
    }
    for change in &changes {
        self::change(change, side, resources);
    }
    if side == Side::After {
        for change in object.objects("potentialChanges") {
            if let Some(id) = id(&change).filter(arm::is_read) {
                let message = format!("the deployment may change `{}`, and that is left out", id.name());
                resources.note(Code::UnknownValue, change.span_of("resourceId"), message);
            }
        }
    }
    true
}

/// The resource that a change is about; none where only the deployment knows.
fn id(change: &Object<'_>) -> Option<ResourceId> {
    let id = ["resourceId", "fullyQualifiedResourceId"].iter().find_map(|field| change.text(field))?;
    id.starts_with('/').then(|| ResourceId::new(&id))
}

fn change(change: &Object<'_>, side: Side, resources: &mut Resources) {
    let kind = change.text("changeType").unwrap_or_default();
    let Some(id) = id(change) else {
        let told = ["resourceId", "fullyQualifiedResourceId"].iter().find_map(|field| change.get(field));
        let is_network = told.is_some_and(|it| it.get().to_ascii_lowercase().contains("microsoft.network"));
        if is_network && side == Side::After {
            let message = "a change names its resource by an expression, and is left out".to_owned();
            resources.note(Code::UnknownValue, change.span_of("resourceId"), message);
        }
        return;
    };
    if !arm::is_read(&id) {
        return;
    }
    let (before, after) = (change.object("before"), change.object("after"));
    let body = match (kind.to_ascii_lowercase().as_str(), side) {
        ("create", Side::Before) => None,
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
                peerings_gone(&id, before, after, change, resources);
            }
            after
        }
        ("nochange" | "ignore", _) => {
            resources.planned.loose.insert(id.clone());
            after.or(before)
        }
        (_, side) => {
            if side == Side::After {
                let message = format!("what the deployment does to `{}` is not told: `{kind}`", id.name());
                let reason = change.text("unsupportedReason");
                resources.note(Code::UnknownValue, change.span_of("changeType"), message).help = Some(
                    reason.unwrap_or_else(|| "ask with `--result-format FullResourcePayloads`".to_owned()),
                );
            }
            resources.planned.loose.insert(id.clone());
            before
        }
    };
    if let Some(body) = body {
        note_expressions(&id, &body, resources);
        arm::take_as(id, &body, resources);
    } else if kind.eq_ignore_ascii_case("create") && side == Side::After {
        let message = format!("what `{}` will be is not told", id.name());
        resources.note(Code::UnknownValue, change.span_of("changeType"), message).help =
            Some("ask with `--result-format FullResourcePayloads`".into());
    }
}

/// Marks the peerings that a VNet has and will not have.
///
/// A template that does not mention peerings leaves them alone.
fn peerings_gone(
    vnet: &ResourceId,
    before: &Object<'_>,
    after: &Object<'_>,
    change: &Object<'_>,
    resources: &mut Resources,
) {
    let is_deleted = |difference: &Object<'_>| {
        let is = |field: &str, word: &str| {
            difference.text(field).is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        is("path", PEERINGS) && is("propertyChangeType", "delete")
    };
    if !after.has("virtualNetworkPeerings") && !change.objects("delta").iter().any(is_deleted) {
        return;
    }
    let names = |body: &Object<'_>| -> Vec<String> {
        body.objects("virtualNetworkPeerings").iter().filter_map(|side| side.text("name")).collect()
    };
    let kept = names(after);
    let is_kept = |name: &String| kept.iter().any(|kept| kept.eq_ignore_ascii_case(name));
    let gone = names(before).into_iter().filter(|name| !is_kept(name));
    resources.planned.gone.extend(gone.map(|name| vnet.child("virtualNetworkPeerings", &name)));
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
