//! JSON documents: what they wrap around the resources, and which resources they hold.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::arm::{self, Taken};
use super::id::ResourceId;
use super::json::{self, Object, Place};
use super::refused::Refusal;
use super::resources::{LearnedRoute, LearnedRoutes, Resources, Side};
use super::{columns, projected, pulumi, row, stated, terraform, text, what_if};
use crate::asn::{self, AsnError};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::wrong;
use crate::source::{FileId, Span};

/// Fields that wrap resources: lists and pages, what a creation prints, and API examples.
const WRAPPERS: &[&str] = &[
    "value",
    "data",
    "rows",
    "newvnet",
    "resource",
    "vnetgateway",
    "responses",
    "200",
    "201",
    "body",
    "content",
];

/// More wrappers than any shape has around its resources.
const DEEPEST: usize = 8;

/// One file while it is read.
pub(super) struct Document<'read> {
    resources: &'read mut Resources,
    /// The side that is read where the file is to be a plan.
    plan: Option<Side>,
    learned: LearnedRoutes,
    /// Why the file is no export, where that is clear.
    pub(super) refusal: Option<(Refusal, Span)>,
    /// How many resources, routes and rows of other kinds were seen.
    pub(super) useful: usize,
    pub(super) name_only: usize,
    pub(super) empty_lists: usize,
    /// Resources of types that have nothing to do with routing, by type.
    other_types: BTreeMap<String, usize>,
    /// Resources that are named and not described.
    named: Vec<(ResourceId, Span)>,
    /// The first route without a source, which a gateway announces and did not learn.
    advertised: Option<Span>,
    /// What the rows of a projection have that is not read, and lack that matters.
    unread: Unread,
}

/// What rows have that is not read, and lack that matters; each with the first place.
#[derive(Default)]
struct Unread {
    columns: BTreeMap<String, Span>,
    lacking: BTreeMap<&'static str, Span>,
}

impl Unread {
    fn add(&mut self, columns: BTreeSet<String>, lacking: BTreeSet<&'static str>, span: Span) {
        for column in columns {
            self.columns.entry(column).or_insert(span);
        }
        for field in lacking {
            self.lacking.entry(field).or_insert(span);
        }
    }

    /// Notes what is not read, and what stands in for what is not there.
    fn note(self, resources: &mut Resources) {
        let quoted =
            |names: Vec<String>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if let Some(&span) = self.columns.values().next() {
            let names = quoted(self.columns.into_keys().collect());
            let message = format!("columns or fields that are not read: {names}");
            resources.note(Code::UnknownColumn, span, message).help = Some(
                "docs/export.md names the columns that are read; whole rows, with `properties`, say most"
                    .into(),
            );
        }
        if let Some(&span) = self.lacking.values().next() {
            let names = quoted(self.lacking.into_keys().map(str::to_owned).collect());
            let message = format!("rows without {names}, which is taken to be false");
            resources.incomplete(span, message).help = Some("add the columns to the query".into());
        }
    }
}

impl<'read> Document<'read> {
    pub(super) fn new(file_name: &str, plan: Option<Side>, resources: &'read mut Resources) -> Self {
        let learned =
            LearnedRoutes { file_name: file_name.into(), local_addresses: Vec::new(), routes: Vec::new() };
        Self {
            resources,
            plan,
            learned,
            refusal: None,
            useful: 0,
            name_only: 0,
            empty_lists: 0,
            other_types: BTreeMap::new(),
            named: Vec::new(),
            advertised: None,
            unread: Unread::default(),
        }
    }

    /// Reads a JSON file; several documents may follow one another.
    pub(super) fn read(&mut self, file: FileId, whole: &'read str) {
        let start = text::comment_length(whole);
        let json = &whole[start..];
        let place = Place::File(file, whole);
        for part in Deserializer::from_str(json).into_iter::<&RawValue>() {
            match part {
                Ok(raw) => self.visit(raw, place, 0),
                Err(error) => {
                    self.resources.diagnostics.push(unreadable_json(json, place, &error));
                    return;
                }
            }
        }
    }

    pub(super) fn note(&mut self, diagnostic: Diagnostic) {
        self.resources.diagnostics.push(diagnostic);
    }

    pub(super) fn unreadable(&mut self, span: Span, error: &serde_json::Error) {
        self.resources.diagnostics.push(unreadable(span, error));
    }

    /// Takes a file that is called JSON and begins with something else for JSON that was spoilt.
    ///
    /// To leave it out as a list of names would answer without whatever its command has found.
    pub(super) fn expect_json(&mut self, whole: &str) {
        if whole[text::comment_length(whole)..].starts_with(['[', '{']) {
            return;
        }
        let Some((_, span)) = self
            .refusal
            .take_if(|(refusal, _)| matches!(refusal, Refusal::NamesOnly | Refusal::Empty | Refusal::Yaml))
        else {
            return;
        };
        let (cause, help) = if whole[text::comment_length(whole)..].is_empty() {
            ("the file is empty", "export again; the command that should have written it may have failed")
        } else {
            (
                "it begins with other text",
                "export again, with messages of the command sent elsewhere (`2>` of a shell)",
            )
        };
        let message = format!("the JSON cannot be parsed: {cause}");
        self.note(Diagnostic::new(Code::UnreadableJson, message).at(span, "expected JSON").help(help));
    }

    /// The types of a file that holds nothing but resources of types that are not read.
    pub(super) fn only_other_types(&self) -> Option<Refusal> {
        const SHOWN: usize = 5;
        let kinds: Vec<String> =
            self.other_types.iter().take(SHOWN).map(|(kind, count)| format!("`{kind}` ({count})")).collect();
        let rest = self.other_types.len().saturating_sub(SHOWN);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        (!kinds.is_empty()).then(|| Refusal::OtherTypes(format!("{}{more}", kinds.join(", "))))
    }

    /// Hands on the learned routes and what was not read, once the whole file is read.
    pub(super) fn finish(self) {
        self.unread.note(self.resources);
        if let Some(span) = self.advertised {
            let message = "routes that a gateway advertises are worked out, and not read".to_owned();
            self.resources.outside(span, message);
        }
        if self.useful > 0 {
            self.resources.named.extend(self.named);
        }
        if !self.learned.routes.is_empty() {
            self.resources.learned_routes.push(self.learned);
        }
    }

    /// Reads whatever `raw` holds: a resource, a row, a route, or a wrapper around them.
    pub(super) fn visit<'text>(&mut self, raw: &'text RawValue, place: Place<'text>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if let Some(elements) = json::elements(raw.get()) {
            self.empty_lists += usize::from(elements.is_empty());
            for element in elements {
                self.visit(element, place, depth + 1);
            }
        } else if let Some(object) = Object::new(raw, place) {
            self.object(&object, place, depth);
        }
    }

    fn object<'text>(&mut self, object: &Object<'text>, place: Place<'text>, depth: usize) {
        let is_misplaced = depth == 0 && self.plan.is_none() && what_if::is_of_stack(object);
        let misplaced = is_misplaced.then_some((Refusal::StackPrediction, "type"));
        if let Some((refusal, field)) = Refusal::of(object).or(misplaced) {
            self.refusal.get_or_insert((refusal, object.span_of(field)));
            return;
        }
        if let Some(refusal) = Refusal::of_columns(|field| object.has(field)) {
            self.refusal.get_or_insert((refusal, object.span()));
            return;
        }
        self.note_page(object);
        let is_plan = |this: &mut Self| {
            let side = this.plan.unwrap_or_default();
            terraform::take(object, side, this.resources) || what_if::take(object, side, this.resources)
        };
        if depth == 0 && is_plan(self) {
            self.useful += 1;
            return;
        }
        if let (0, Some(read)) = (depth, pulumi::take(object, self.resources)) {
            self.useful += read;
            return;
        }
        if let Some(rows) = row::of_table(object) {
            self.rows(&rows, object.span());
            return;
        }
        let canonical = projected::Kind::of(object).map_or_else(|| row::canonical(object), |_| None);
        if let Some(row) = canonical {
            self.unread.add(row.unread, row.lacking, object.span());
            let place = Place::Cell(object.span());
            let raw: Option<&RawValue> = serde_json::from_str(&row.text).ok();
            let row = raw.and_then(|raw| Object::new(raw, place)).map(Object::without_any_underscores);
            if let Some(row) = row {
                self.resource(&row, place, depth);
            }
            return;
        }
        match object.without_underscores() {
            Some(object) => self.resource(&object, place, depth),
            None => self.resource(object, place, depth),
        }
    }

    /// Reads rows that are written as JSON objects; all of them stand at one place.
    fn rows(&mut self, rows: &[String], span: Span) {
        self.empty_lists += usize::from(rows.is_empty());
        for row in rows {
            if let Ok(raw) = serde_json::from_str(row) {
                self.visit(raw, Place::Cell(span), 1);
            }
        }
    }

    fn resource<'text>(&mut self, object: &Object<'text>, place: Place<'text>, depth: usize) {
        if let Some(kind) = projected::Kind::of(object) {
            self.unread.add(kind.unread(object), kind.lacking(object), object.span());
            kind.read(object, self.resources);
            self.useful += 1;
            return;
        }
        if self.route(object) {
            self.useful += 1;
            return;
        }
        if let Some((refusal, field)) = Refusal::of_answer(object) {
            self.refusal.get_or_insert((refusal, object.span_of(field)));
            return;
        }
        match arm::take(object, self.resources) {
            Taken::Resource => self.useful += 1,
            Taken::NameOnly(id) => {
                self.name_only += 1;
                self.named.extend(id.map(|id| (id, object.span())));
            }
            Taken::Irrelevant(kind) => *self.other_types.entry(kind).or_default() += 1,
            Taken::No => {
                // An id that is no text hides what a row about a network is.
                let names_network =
                    |raw: &RawValue| raw.get().to_ascii_lowercase().contains("/providers/microsoft.network/");
                let is_hidden = object.get("id").is_some_and(|id| id.get().starts_with(['{', '[']));
                if is_hidden && object.cells().any(|(_, raw)| names_network(raw)) {
                    stated::tell_identity(object, self.resources);
                }
                self.unwrap(object, place, depth);
            }
        }
    }

    /// Looks into an object that is no resource: what wraps resources is known, or named by whoever put them together.
    fn unwrap<'text>(&mut self, object: &Object<'text>, place: Place<'text>, depth: usize) {
        let known: Vec<&RawValue> = WRAPPERS.iter().filter_map(|wrapper| object.get(wrapper)).collect();
        if !known.is_empty() {
            for inner in known {
                self.visit(inner, place, depth + 1);
            }
        } else if columns::is_of_network(object) {
            self.refusal.get_or_insert((Refusal::NamesOnly, object.span()));
        } else {
            let is_filled = |raw: &RawValue| raw.get().starts_with(['[', '{']) && raw.get() != "[]";
            for (_, inner) in object.cells().filter(|(_, raw)| is_filled(raw)) {
                self.visit(inner, place, depth + 1);
            }
        }
    }

    /// Remembers how many rows a page of a query result holds, and how many there are in all.
    fn note_page(&mut self, object: &Object<'_>) {
        let names = ["total_records", "totalRecords"];
        let Some(field) = names.into_iter().find(|field| object.get(field).is_some() && object.has("data"))
        else {
            return;
        };
        let stated = stated::text(object, &names, self.resources);
        let total = stated.as_ref().and_then(|text| text.parse::<u64>().ok());
        if let (Some(text), None) = (&stated, total) {
            let message = format!("`{text}` is not a count of rows");
            let finding = Diagnostic::new(Code::BadValue, message);
            self.note(finding.at(object.span_of(field), "expected a number"));
        }
        if let Some(total) = total {
            let table = object.object("data").map_or(0, |table| table.length("rows"));
            let rows = object.length("data").max(table) as u64;
            let page = self.resources.pages.entry(total).or_insert((0, object.span_of("data")));
            page.0 += rows;
        }
    }

    /// Reads a route of a gateway; what it advertises is worked out from the topology and not read.
    fn route(&mut self, object: &Object<'_>) -> bool {
        let is_route = object.has("network") && (object.has("asPath") || object.has("origin"));
        if !is_route {
            return false;
        }
        let Some(network) = stated::text(object, &["network"], self.resources) else { return true };
        self.learned.local_addresses.extend(stated::address(object, "localAddress", self.resources));
        let path = self.as_path(object);
        let Some(peer) = stated::address(object, "sourcePeer", self.resources) else {
            self.advertised.get_or_insert_with(|| object.span_of("network"));
            return true;
        };
        if path.is_empty() {
            // The gateway's own.
            return true;
        }
        let span = object.span_of("network");
        if let Some(&network) = self.resources.prefixes([(network, span)]).first() {
            self.learned.routes.push(LearnedRoute { network, peer, path, origin: span });
        }
        true
    }

    /// The numbers of the routers that a route has passed; says so where one is none.
    fn as_path(&mut self, object: &Object<'_>) -> Vec<u32> {
        let Some(text) = stated::text(object, &["asPath"], self.resources) else { return Vec::new() };
        // Sets and confederations stand in brackets.
        let is_mark = |letter: char| letter.is_whitespace() || "-,{}()".contains(letter);
        let numbers = text.split(is_mark).filter(|number| !number.is_empty());
        let read = |number: &str| {
            // What a path says of others may hold numbers that none should have.
            asn::digits(number)?.parse().ok()
        };
        let mut path = Vec::new();
        for number in numbers {
            if let Some(number) = read(number) {
                path.push(number);
            } else {
                let finding = wrong::bad_asn(number, AsnError::NotANumber, object.span_of("asPath"));
                self.resources.diagnostics.push(finding);
            }
        }
        path
    }
}

/// The finding that `json`, whose parts stand at `place`, cannot be parsed.
pub(crate) fn unreadable_json(json: &str, place: Place<'_>, error: &serde_json::Error) -> Diagnostic {
    let at = offset(json, error.line(), error.column());
    unreadable(place.span(&json[at..at]), error)
}

fn unreadable(span: Span, error: &serde_json::Error) -> Diagnostic {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default().replace("EOF", "the file ends");
    Diagnostic::new(Code::UnreadableJson, format!("the JSON cannot be parsed: {reason}"))
        .at(span, "expected JSON")
        .help("export again; the file may have been cut off")
}

/// The byte at a line and column that count from 1; column 0 is the end of the line before.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
