//! What fields of an export state: truth values, words, numbers, addresses and prefixes.
//!
//! Whatever is none of its kind is an error with its place, as it is in an inventory of files. What a plan does not
//! know yet, and what an export leaves out, states nothing.

use std::net::IpAddr;

use super::fields::Fields;
use super::id::ResourceId;
use super::resources::Resources;
use super::{json, row};
use crate::asn;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{self, OF_PEERING, OF_TUNNEL, States, shortened, wrong};
use crate::prefix::Prefix;
use crate::source::Span;

/// Words that a field takes and none else.
#[derive(Clone, Copy)]
pub(super) struct Words(States);

impl Words {
    const fn new(of: &'static str, all: &'static [&'static str]) -> Self {
        Self(States { of, usual: all, others: &[] })
    }
}

pub(super) const PEERING_STATE: Words = Words(OF_PEERING);
pub(super) const CONNECTION_STATUS: Words = Words(OF_TUNNEL);
pub(super) const SYNC_LEVEL: Words = Words::new(
    "a sync level of a peering",
    &["FullyInSync", "RemoteNotInSync", "LocalNotInSync", "LocalAndRemoteNotInSync"],
);
pub(super) const GATEWAY_TYPE: Words =
    Words::new("a type of a virtual network gateway", &["Vpn", "ExpressRoute", "LocalGateway"]);
pub(super) const VPN_TYPE: Words = Words::new("a type of a VPN", &["RouteBased", "PolicyBased"]);
pub(super) const CONNECTION_TYPE: Words =
    Words::new("a type of a connection", &["IPsec", "Vnet2Vnet", "ExpressRoute", "VPNClient"]);

pub(super) const NEXT_HOP: Words = Words::new(
    "a type of a next hop",
    &["VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "VirtualApplianceEcmp", "None"],
);
pub(super) const LINK_STATE: Words =
    Words::new("a state of a link of a private DNS zone", &["Completed", "InProgress"]);
pub(super) const ENDPOINT_POLICIES: Words = Words::new(
    "a setting of network policies for private endpoints",
    &["Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"],
);
pub(super) const TOPOLOGY: Words = Words::new("a connectivity topology", &["HubAndSpoke", "Mesh"]);
pub(super) const GROUP_CONNECTIVITY: Words =
    Words::new("a connectivity of a group", &["None", "DirectlyConnected"]);
pub(super) const CERTAINTY: Words = Words::new("a certainty of a change", &["Definite", "Potential"]);

/// The text that a field states under the first of its names that states any; says so where it holds an object or
/// a list.
pub(super) fn text(fields: &impl Fields, names: &[&str], resources: &mut Resources) -> Option<String> {
    names
        .iter()
        .find_map(|name| each_text(fields, name, "a text", names, resources).into_iter().next())
        .map(|(text, _)| text)
}

/// The texts at a path, each with its place.
fn each_text<F: Fields>(
    fields: &F,
    path: &str,
    wanted: &str,
    others: &[&str],
    resources: &mut Resources,
) -> Vec<(String, Span)> {
    let found = along(fields, path, resources, &mut |holder: &F, name, resources| {
        // `sku` may be the name, or an object that has it.
        let is_holder = |other: &&str| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        if let Some(json) = nested(holder, name)
            && !others.iter().any(is_holder)
        {
            tell(other_kind(json, name, wanted, holder.span_of(name)), resources);
        }
        holder.text(name).map(|text| (text, holder.span_of(name)))
    });
    found.into_iter().flatten().collect()
}

/// The JSON of a field where that is an object or a list.
fn nested<'fields>(fields: &'fields impl Fields, name: &str) -> Option<&'fields str> {
    fields.json(name).filter(|json| json.starts_with(['{', '[']))
}

/// The finding that a field holds a value of another kind.
fn other_kind(json: &str, name: &str, wanted: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is `{}`, which is not {wanted}", shortened(json));
    Diagnostic::new(Code::BadValue, message).at(span, format!("expected {wanted}"))
}

/// Adds a finding, unless it was added when another field on the same way was read.
fn tell(finding: Diagnostic, resources: &mut Resources) {
    const NEAR: usize = 8;
    if !resources.diagnostics.iter().rev().take(NEAR).any(|known| *known == finding) {
        resources.diagnostics.push(finding);
    }
}

/// What `read` makes of a field, as [`Fields::each`] does. Says so where an object on the way to it is none.
pub(super) fn along<F: Fields, T>(
    fields: &F,
    path: &str,
    resources: &mut Resources,
    read: &mut impl FnMut(&F, &str, &mut Resources) -> T,
) -> Vec<T> {
    let Some((outer, rest)) = path.split_once('.') else { return vec![read(fields, path, resources)] };
    let inner = if let Some(list) = outer.strip_suffix("[]") {
        objects(fields, list, resources)
    } else {
        tell_kind(fields, outer, false, resources);
        fields.object(outer).into_iter().collect()
    };
    inner.iter().flat_map(|object| along(object, rest, resources, read)).collect()
}

/// The objects of a list. Says so where the field is no list, or holds something else.
pub(super) fn objects<F: Fields>(fields: &F, name: &str, resources: &mut Resources) -> Vec<F> {
    tell_kind(fields, name, true, resources);
    let objects = fields.objects(name);
    for object in &objects {
        tell_own(object, resources);
    }
    objects
}

/// The objects of a list, or the one that stands there without a list around it.
pub(super) fn one_or_more<F: Fields>(fields: &F, name: &str, resources: &mut Resources) -> Vec<F> {
    if F::HAS_BLOCKS || !fields.json(name).is_some_and(|json| json.starts_with('{')) {
        return objects(fields, name, resources);
    }
    let only = fields.object(name);
    if let Some(only) = &only {
        tell_own(only, resources);
    }
    only.into_iter().collect()
}

/// The field in which Azure writes most of what it says of a resource.
pub(super) const PROPERTIES: &str = "properties";

/// Says so where the id, the name or the properties of an object are of another kind.
pub(super) fn tell_own(object: &impl Fields, resources: &mut Resources) {
    tell_kind(object, PROPERTIES, false, resources);
    tell_identity(object, resources);
}

/// Says so where the id or the name of an object is no text.
pub(super) fn tell_identity(object: &impl Fields, resources: &mut Resources) {
    for (name, wanted) in [("id", ID), ("name", "a text")] {
        // A name may look like a number.
        let is_other = |json: &&str| if name == "id" { is_no_text(json) } else { is_nested(json) };
        if let Some(json) = object.json(name).filter(is_other).filter(|_| !object.is_unknown(name)) {
            tell(other_kind(json, name, wanted, object.span_of(name)), resources);
        }
    }
}

const ID: &str = "the id of a resource";

/// True for an object or a list that holds anything.
fn is_nested(json: &str) -> bool {
    json.starts_with(['{', '[']) && holds_any(json)
}

/// True for that, and for a number and a truth value.
fn is_no_text(json: &str) -> bool {
    is_nested(json) || !json.starts_with(['{', '[', '"'])
}

/// The resource that a field refers to. Says so where the field, or the id in it, is of another kind.
pub(super) fn reference(fields: &impl Fields, name: &str, resources: &mut Resources) -> Option<ResourceId> {
    tell_reference(fields, name, resources);
    fields.reference(name)
}

/// The same, and says so where it refers to one that cannot be told.
pub(super) fn target(fields: &impl Fields, name: &str, resources: &mut Resources) -> Option<ResourceId> {
    tell_reference(fields, name, resources);
    fields.target(name, resources)
}

/// Says that a field, or the id in it, is no resource.
pub(super) fn tell_reference<F: Fields>(fields: &F, name: &str, resources: &mut Resources) {
    let Some(json) = fields.json(name).filter(|_| !fields.is_unknown(name)) else { return };
    let is_id = F::HAS_BLOCKS || name.to_ascii_lowercase().ends_with("id");
    if json.starts_with('{') && !is_id {
        if let Some(object) = fields.object(name) {
            tell_identity(&object, resources);
        }
    } else if is_no_text(json) {
        let wanted = if is_id { ID } else { "an object with an id" };
        tell(other_kind(json, name, wanted, fields.span_of(name)), resources);
    }
}

/// True for what is neither an empty list nor an empty object: nothing is lost with these.
fn holds_any(json: &str) -> bool {
    json.chars().any(|letter| !letter.is_ascii_whitespace() && !"[]{}".contains(letter))
}

/// Says that a field, or an element of it, holds something else than an object or, where `is_list`, a list of objects.
pub(super) fn tell_kind<F: Fields>(fields: &F, name: &str, is_list: bool, resources: &mut Resources) {
    let Some(json) = fields.json(name).filter(|_| !fields.is_unknown(name)) else { return };
    // PowerShell writes the type of what lies too deep in the place of it.
    let is_blank = |json: &str| json == "\"\"" || row::is_type_name(json.trim_start_matches('"'));
    let is_many = is_list || F::HAS_BLOCKS;
    let wanted = if is_many { "a list of objects" } else { "an object" };
    if !json.starts_with(if is_many { '[' } else { '{' }) {
        // A SKU may be stated by its name alone.
        let is_known = name == "sku" && !json.starts_with(['{', '[']);
        if holds_any(json) && !is_blank(json) && !is_known {
            tell(other_kind(json, name, wanted, fields.span_of(name)), resources);
        }
        return;
    }
    for element in json::elements(json).unwrap_or_default() {
        let element = element.get();
        if !element.starts_with('{') && element != "null" && holds_any(element) && !is_blank(element) {
            tell(other_kind(element, name, wanted, fields.span_of(name)), resources);
        }
    }
}

/// The truth value under the first of its names that states anything; says so where that is none.
pub(super) fn flag(fields: &impl Fields, names: &[&str], resources: &mut Resources) -> Option<bool> {
    for name in names {
        let stated = nested(fields, name).map(str::to_owned).or_else(|| fields.text(name));
        let Some(stated) = stated else { continue };
        let value = inventory::truth(&stated);
        if value.is_none() {
            resources.diagnostics.push(wrong::bad_boolean(&stated, name, fields.span_of(name)));
        }
        return value;
    }
    None
}

/// The word that a field states, in its usual spelling; says so where it is none of them.
pub(super) fn word(
    fields: &impl Fields,
    names: &[&str],
    words: Words,
    resources: &mut Resources,
) -> Option<String> {
    let found = names
        .iter()
        .find_map(|name| each_text(fields, name, words.0.of, names, resources).into_iter().next());
    let (text, span) = found?;
    let word = words.0.word(&text);
    if word.is_none() {
        resources.diagnostics.push(wrong::bad_state(&text, span, words.0));
    }
    word.map(str::to_owned)
}

/// The address that a field states.
pub(super) fn address(fields: &impl Fields, name: &str, resources: &mut Resources) -> Option<String> {
    let found = each_text(fields, name, "an IP address", &[], resources);
    checked(found, resources).into_iter().next()
}

/// The addresses of all lists.
pub(super) fn addresses(fields: &impl Fields, names: &[&str], resources: &mut Resources) -> Vec<String> {
    let found = lists(fields, names, resources);
    checked(found, resources)
}

fn checked(found: Vec<(String, Span)>, resources: &mut Resources) -> Vec<String> {
    let mut addresses = Vec::new();
    for (text, span) in found {
        if text.parse::<IpAddr>().is_ok() {
            addresses.push(text);
        } else {
            resources.diagnostics.push(wrong::bad_address(&text, span));
        }
    }
    addresses
}

/// The elements of all lists.
pub(super) fn lists<F: Fields>(fields: &F, names: &[&str], resources: &mut Resources) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for name in names {
        found.extend(along(fields, name, resources, &mut |holder: &F, name, _| holder.list(name)));
    }
    found.into_iter().flatten().collect()
}

/// The elements of the first list that has any.
pub(super) fn first_list(
    fields: &impl Fields,
    names: &[&str],
    resources: &mut Resources,
) -> Vec<(String, Span)> {
    let lists: Vec<_> = names.iter().map(|name| lists(fields, &[name], resources)).collect();
    lists.into_iter().find(|list| !list.is_empty()).unwrap_or_default()
}

/// The prefixes of all lists, each once. What is not known of them is told.
pub(super) fn prefixes<F: Fields>(fields: &F, names: &[&str], resources: &mut Resources) -> Vec<Prefix> {
    let mut texts = Vec::new();
    for name in names {
        texts.extend(along(fields, name, resources, &mut |holder: &F, name, resources| {
            holder.note_unknown(name, "what is not known of it is left out", resources);
            holder.list(name)
        }));
    }
    resources.prefixes(texts.into_iter().flatten())
}

/// An autonomous system number; says so where it is none.
pub(super) fn asn<F: Fields>(fields: &F, path: &str, resources: &mut Resources) -> Option<u32> {
    let stated = along(fields, path, resources, &mut |holder: &F, name, resources| {
        let text = nested(holder, name).map(str::to_owned).or_else(|| holder.text(name));
        if text.is_none() {
            holder.note_unknown(name, "none is taken to be stated", resources);
        }
        text.map(|text| (text, holder.span_of(name)))
    });
    let (text, span) = stated.into_iter().flatten().next()?;
    let number = asn::parse(&text);
    number.map_err(|error| resources.diagnostics.push(wrong::bad_asn(&text, error, span))).ok()
}
