//! What is asked, and the answers: the documents that verbs write with `--format json`.

use std::sync::OnceLock;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tunnelog::answer::{Analysis, Request};
use tunnelog::class::Class;
use tunnelog::compare::{Comparison, FactDifference, Pair};
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::explain::{Origin as Start, Question as Asking};
use tunnelog::fix::{Costs, Direction, Limits, Planner, Wish, goals};
use tunnelog::inventory::Inventory;
use tunnelog::language::syntax::Change;
use tunnelog::names::NameId;
use tunnelog::scenarios::Baseline;
use tunnelog::select::Target;
use tunnelog::source::Sources;

use crate::cli::arguments::{RowFormat, destination};
use crate::cli::shell::exit::Failure;
use crate::cli::shell::open::{Findings, Opened};
use crate::cli::shell::{changes, names, work};
use crate::cli::verb::report::{PageArguments, Side, Wanted, document};
use crate::cli::verb::serve::live::Live;
use crate::cli::verb::serve::world::{Read, World};
use crate::cli::verb::{explain, fix, whatif};
use crate::cli::view::json::fix::PlanShape;
use crate::cli::view::json::{Changed, Finding, InScenario, Origin, Warnings, WhatifHead};
use crate::cli::view::page;
use crate::cli::view::rows::Rows;

/// As many plans, and as much effort for them, as `fix` has when nothing else is said.
const LIMITS: Limits = Limits { plans: fix::PLANS as usize, effort: fix::EFFORT as usize };

/// What is asked.
#[derive(Debug)]
pub(super) enum Question {
    Page,
    /// Which reading of the files answers come from.
    Version,
    /// A question of a program or of the page, and its body.
    Api(Topic, Vec<u8>),
}

/// What a program or the page may ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Whatif,
    Report,
    Explain,
    Fix,
    Facts,
}

impl Question {
    /// The question that a path without a body asks.
    pub(super) fn of_page(path: &str) -> Option<Self> {
        match path {
            "" => Some(Self::Page),
            "version" => Some(Self::Version),
            _ => None,
        }
    }

    /// The topic of that name.
    pub(super) fn of_api(name: &str) -> Option<Topic> {
        Some(match name {
            "whatif" => Topic::Whatif,
            "report" => Topic::Report,
            "explain" => Topic::Explain,
            "fix" => Topic::Fix,
            "facts" => Topic::Facts,
            _ => return None,
        })
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    /// What a browser may do with it.
    pub(super) policy: &'static str,
    pub(super) body: Vec<u8>,
}

/// Of what is data, nothing.
const DATA: &str = "default-src 'none'";

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

/// Why there is no answer.
#[derive(Serialize)]
struct Refusal<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    diagnostics: &'a [Finding],
}

impl Answer {
    /// A refusal that the status says all of.
    pub(super) fn status(status: StatusCode) -> Self {
        Self::refusal(status, status.canonical_reason().unwrap_or_default(), None, &[])
    }

    fn refusal(status: StatusCode, message: &str, help: Option<&str>, diagnostics: &[Finding]) -> Self {
        let body = serde_json::to_vec(&Refusal { message, help, diagnostics });
        Self { status, kind: JSON, policy: DATA, body: body.unwrap_or_default() }
    }

    /// A document.
    fn json(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, kind: JSON, policy: DATA, body }
    }

    /// A page.
    fn html(policy: &'static str, body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, kind: HTML, policy, body }
    }

    /// A refusal of what is asked, for what `findings` say.
    fn found(findings: &Findings) -> Self {
        Self::refusal(StatusCode::UNPROCESSABLE_ENTITY, "the changes cannot be made", None, &findings.all)
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Message { message, help } => {
                Self::refusal(StatusCode::UNPROCESSABLE_ENTITY, &message, help.as_deref(), &[])
            }
            other => Self::refusal(StatusCode::SERVICE_UNAVAILABLE, &other.to_string(), None, &[]),
        }
    }
}

impl From<serde_json::Error> for Answer {
    fn from(_: serde_json::Error) -> Self {
        Self::status(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<std::io::Error> for Answer {
    fn from(_: std::io::Error) -> Self {
        Self::status(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What answers are made from.
pub(super) struct Answers<'a> {
    world: &'a World,
    /// The inventory, ready for changes.
    baseline: Option<Baseline<'a>>,
    page: OnceLock<Answer>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        let read = world.content.as_ref().ok();
        let baseline = read.map(|read| Baseline::new(&read.inventory, Request::default()));
        Self { world, baseline, page: OnceLock::new() }
    }

    /// The answer to `question`.
    pub(super) fn answer(&self, question: &Question) -> Answer {
        let world = self.world;
        match (question, &world.content, &self.baseline) {
            (Question::Version, ..) => {
                Answer::json(format!("{{\"version\":{}}}\n", world.version).into_bytes())
            }
            (Question::Page, Ok(read), _) => self.page.get_or_init(|| page(world, read)).clone(),
            (Question::Page, Err(broken), _) => {
                let body = page::notice("The inventory has errors", &broken.text);
                Answer::html(page::NOTICE_POLICY, body)
            }
            (Question::Api(topic, body), Ok(read), Some(baseline)) => {
                let asked = serde_json::from_slice(body).map_err(|error| {
                    Answer::refusal(StatusCode::BAD_REQUEST, &format!("no such request: {error}"), None, &[])
                });
                let answer =
                    asked.and_then(|asked| Asked { world, read, baseline, body: asked }.about(*topic));
                answer.map_or_else(|refused| refused, Answer::json)
            }
            (Question::Api(..), content, _) => {
                let found = content.as_ref().err().map(|broken| &broken.findings.all[..]);
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Answer::refusal(status, "the inventory has errors", None, found.unwrap_or_default())
            }
        }
    }
}

/// The page of an inventory.
fn page(world: &World, read: &Read) -> Answer {
    let side = Side::new("now", world.path.clone(), Some(read.inventory.clone()), read.report.clone());
    let mut body = Vec::new();
    let arguments = PageArguments::all(world.profile);
    let written = document(&arguments, &mut [side], Wanted::One(None), |document| {
        Ok(page::write_live(document, &Live::new(world.version), &mut body)?)
    });
    match written {
        Ok(()) => Answer::html(page::LIVE_POLICY, body),
        Err(failure) => {
            let text = failure.to_string();
            Answer::html(page::NOTICE_POLICY, page::notice("There is no page of this inventory", &text))
        }
    }
}

/// A fact that a change may take away.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct FactShape<'a> {
    relation: &'static str,
    terms: &'a [String],
    /// As changes write it.
    text: String,
}

impl<'a> FactShape<'a> {
    fn of(fact: &'a FactDifference) -> Self {
        Self { relation: fact.relation, terms: &fact.terms, text: fact.to_string() }
    }
}

/// The body of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Body {
    /// Made in order, each as `whatif` takes it.
    changes: Vec<String>,
    force: bool,
    gateway: Option<String>,
    class: Option<String>,
    /// A network, a prefix or an address.
    to: Option<String>,
    /// Only the connected components that the changes touch, and that of the gateway.
    part: bool,
}

/// A question, and what answers it.
struct Asked<'a> {
    world: &'a World,
    read: &'a Read,
    baseline: &'a Baseline<'a>,
    body: Body,
}

impl Asked<'_> {
    fn about(&self, topic: Topic) -> Result<Vec<u8>, Answer> {
        let mut document = match topic {
            Topic::Whatif => self.whatif()?,
            Topic::Report => self.report()?,
            Topic::Explain => self.explain()?,
            Topic::Fix => self.fix()?,
            Topic::Facts => self.facts()?,
        };
        if !document.ends_with(b"\n") {
            document.push(b'\n');
        }
        Ok(document)
    }

    /// The document of `whatif`.
    fn whatif(&self) -> Result<Vec<u8>, Answer> {
        let (changes, sources) = self.parsed("change")?;
        let inventory = &self.read.inventory;
        let mut request = self.request()?;
        let mut gateways = Vec::new();
        if let Some(gateway) = &self.body.gateway {
            request.gateways = Some(inventory.names.get(gateway).into_iter().collect());
            gateways.push(gateway.clone());
        }
        let mut baseline = Baseline::new(inventory, request).checked(&sources);
        if !gateways.is_empty() {
            baseline = baseline.narrowed(gateways);
        }
        let mut outcome = baseline.outcome(&changes, self.body.force);
        let mut findings = self.read.findings.clone();
        let warnings = Warnings::of("", &outcome.warnings, &outcome.settled);
        outcome.diagnostics.append(&mut outcome.warnings);
        findings.add(&sorted(outcome.diagnostics, sources.clone()), None);
        if !outcome.is_made {
            return Err(Answer::found(&findings));
        }
        let head = findings.head(whatif::SCHEMA, self.world.profile.get());
        let head = WhatifHead { head, warnings: &warnings };
        let rows = Changed::all(&outcome.facts, &outcome.differences, &outcome.inventory, false);
        let rows = rows.into_iter().map(|row| InScenario { scenario: "", row });
        let mut document = Vec::new();
        let origin = Origin { inventory: None, client: None };
        Rows::all(RowFormat::Json, &mut document, origin, &head, "rows", rows)?;
        Ok(document)
    }

    /// The document of `report`.
    fn report(&self) -> Result<Vec<u8>, Answer> {
        let (changes, sources) = self.parsed("--with")?;
        let (inventory, report) = if self.body.part {
            let gateway = self.body.gateway.as_ref().and_then(|name| self.read.inventory.names.get(name));
            let gateway: Vec<NameId> = gateway.into_iter().collect();
            (self.baseline.before(&changes, &gateway), Report { diagnostics: Vec::new(), sources })
        } else {
            let diagnostics = self.read.report.diagnostics.clone();
            (self.read.inventory.clone(), Report { diagnostics, sources })
        };
        let side = |label| Side::new(label, self.world.path.clone(), Some(inventory.clone()), report.clone());
        let mut sides =
            if changes.is_empty() { vec![side("now")] } else { vec![side("before"), side("after")] };
        if let [_, after] = &mut sides[..] {
            after.change(&changes, self.body.force);
            if after.inventory.is_none() {
                let mut findings = Findings::default();
                findings.add(&after.report, None);
                return Err(Answer::found(&findings));
            }
        }
        let one = self.body.gateway.as_deref().zip(self.body.to.as_deref());
        let wanted = if self.body.part { Wanted::One(one) } else { Wanted::Page };
        let arguments = PageArguments::all(self.world.profile);
        Ok(document(&arguments, &mut sides, wanted, |document| Ok(serde_json::to_vec(document)))??)
    }

    /// The document of `explain`.
    fn explain(&self) -> Result<Vec<u8>, Answer> {
        let (gateway, _) = self.whom()?;
        let opened = self.changed()?;
        let inventory = &opened.inventory;
        let target = self.target(inventory)?;
        names::known_gateway(std::slice::from_ref(inventory), gateway)?;
        let from = inventory.names.get(gateway).map(Start::Gateway);
        let profile = self.world.profile.get();
        let classes = self.class()?.map(|class| vec![class]);
        let question = from.map(|from| Asking { profile, from, to: &target, classes, all: false });
        let analysis = Analysis::with_facts(inventory, &opened.facts);
        let Some(list) = question.and_then(|question| analysis.explain(&question)) else {
            let message = format!("`{gateway}` stands for no such clients");
            return Err(Failure::new(message).into());
        };
        let head = opened.findings.head(explain::SCHEMA, profile);
        let sources = &opened.report.sources;
        let shape = crate::cli::view::json::explain::Document::new(head, &list, &analysis, sources);
        Ok(serde_json::to_vec(&shape)?)
    }

    /// The document of `fix`.
    fn fix(&self) -> Result<Vec<u8>, Answer> {
        let (gateway, _) = self.whom()?;
        let opened = self.changed()?;
        let inventory = &opened.inventory;
        let profile = self.world.profile.get();
        let classes: Vec<Class> = self.class()?.into_iter().collect();
        let targets = [self.target(inventory)?];
        let goals = goals(inventory, gateway, &classes, &targets, profile)
            .map_err(|unclear| fix::no_goal(&unclear, inventory))?;
        let wish = Wish { direction: Direction::Open, goals, zones: Vec::new() };
        let planner = Planner::new(inventory, Request { profile, ..Request::default() })
            .stopping_when(|| work::go_on().is_err());
        let answer = planner.plans(&wish, &Costs::default(), LIMITS, |_| true);
        work::go_on()?;
        let plans: Vec<PlanShape> =
            answer.plans.iter().map(|plan| PlanShape::new(plan, Vec::new())).collect();
        let head = opened.findings.head(fix::SCHEMA, profile);
        let shape = crate::cli::view::json::fix::Document::new(head, &wish, &answer, &plans);
        Ok(serde_json::to_vec(&shape)?)
    }

    /// The facts about one network, as changes write them.
    fn facts(&self) -> Result<Vec<u8>, Answer> {
        let network = self.body.to.as_deref().ok_or_else(|| missing("to"))?;
        let opened = self.changed()?;
        let inventory = &opened.inventory;
        names::known_network(std::slice::from_ref(inventory), network)?;
        let name = inventory.names.get(network).ok_or_else(|| missing("to"))?;
        let text = inventory.names.text(name);
        let part = Baseline::new(inventory, Request::default()).before(&[], &[name]);
        let pair = Pair::new(Inventory::default(), part);
        let all = Comparison::between(&pair).facts();
        let of_network = |terms: &[String]| terms.iter().any(|term| term == text);
        // What a route table says is about the networks that use it.
        let uses = all.iter().filter(|fact| fact.relation == "uses_table" && of_network(&fact.terms));
        let tables: Vec<&String> = uses.filter_map(|fact| fact.terms.get(2)).collect();
        let of_table = |relation: &str, terms: &[String]| {
            let is_of_tables = ["user_route", "gateway_routes"].contains(&relation);
            is_of_tables && terms.first().is_some_and(|table| tables.contains(&table))
        };
        let own = all.iter().filter(|fact| of_network(&fact.terms) || of_table(fact.relation, &fact.terms));
        let mut facts: Vec<FactShape<'_>> = own.map(FactShape::of).collect();
        facts.sort();
        Ok(serde_json::to_vec(&serde_json::json!({ "network": text, "facts": facts }))?)
    }

    /// The changes, and the files with their text.
    fn parsed(&self, option: &str) -> Result<(Vec<Change>, Sources), Answer> {
        let mut report = Report { diagnostics: Vec::new(), sources: self.read.report.sources.clone() };
        let changes = changes::parsed(&self.body.changes, option, &mut report);
        if report.has_errors() {
            let mut findings = Findings::default();
            findings.add(&report, None);
            return Err(Answer::found(&findings));
        }
        Ok((changes, report.sources))
    }

    /// The inventory with the changes made.
    fn changed(&self) -> Result<Opened, Answer> {
        let reading = self.world.changed(self.read, &self.body.changes, self.body.force);
        reading.opened().map_err(|findings| Answer::found(&findings))
    }

    /// The gateway and the destination.
    fn whom(&self) -> Result<(&str, &str), Answer> {
        let gateway = self.body.gateway.as_deref().ok_or_else(|| missing("gateway"))?;
        Ok((gateway, self.body.to.as_deref().ok_or_else(|| missing("to"))?))
    }

    fn target(&self, inventory: &Inventory) -> Result<Target, Answer> {
        let (_, to) = self.whom()?;
        let to = destination(to).map_err(Failure::new)?;
        Ok(names::target(inventory, &to)?)
    }

    /// What is asked of changes: all clients, or those of a class.
    fn request(&self) -> Result<Request, Answer> {
        let classes = self.class()?.map(|class| vec![class]);
        Ok(Request { profile: self.world.profile.get(), classes, ..Request::default() })
    }

    /// The class that is named, which the model has to have.
    fn class(&self) -> Result<Option<Class>, Answer> {
        let Some(word) = &self.body.class else { return Ok(None) };
        let profile = self.world.profile.get();
        let class = profile.classes().iter().copied().find(|class| class.word() == word);
        let unknown = || Failure::new(format!("model `{}` has no class `{word}`", profile.word())).into();
        class.map(Some).ok_or_else(unknown)
    }
}

fn missing(field: &str) -> Answer {
    Answer::refusal(StatusCode::BAD_REQUEST, &format!("the request has no `{field}`"), None, &[])
}

/// Findings in their order, with the files that they point into.
fn sorted(diagnostics: Vec<Diagnostic>, sources: Sources) -> Report {
    let mut report = Report { diagnostics, sources };
    report.sort();
    report
}
