//! What is asked, and the answers: the documents that verbs write with `--format json`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::StatusCode;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use tunnelog::answer::{Analysis, Request};
use tunnelog::class::Class;
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::explain::{Origin as Start, Question as Asking};
use tunnelog::fix::{Costs, Direction, Limits, Planner, Wish, goals};
use tunnelog::inventory::Inventory;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;
use tunnelog::select::Target;
use tunnelog::source::Sources;

use crate::cli::arguments::{RowFormat, destination};
use crate::cli::shell::exit::Failure;
use crate::cli::shell::open::{Findings, Opened};
use crate::cli::shell::{changes, names, work};
use crate::cli::verb::report::{PageArguments, Side, Wanted, document, narrowed};
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
    Patch,
    Reason,
    Explain,
    Fix,
    Commands,
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
            "patch" => Topic::Patch,
            "reason" => Topic::Reason,
            "explain" => Topic::Explain,
            "fix" => Topic::Fix,
            "commands" => Topic::Commands,
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

impl Answer {
    /// A refusal of changes for what was found while they were made.
    pub(super) fn impossible(diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        let mut findings = Findings::default();
        findings.add(&sorted(diagnostics, sources), None);
        Self::found(&findings)
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
    /// The inventory, ready for changes, and what the page is narrowed to.
    ready: Option<(Baseline<'a>, Option<FxHashSet<String>>)>,
    page: OnceLock<Answer>,
    is_prepared: AtomicBool,
}

impl<'a> Answers<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        let ready = world.content.as_ref().ok().map(|read| {
            let classes = (!world.narrow.class.is_empty()).then(|| world.narrow.class.clone());
            let request =
                Request { profile: world.profile.get(), classes, names: true, ..Request::default() };
            let baseline = Baseline::new(&read.inventory, request).checked(&read.report.sources).with_paths();
            // Where it cannot be narrowed there is no page, which says why.
            (baseline, narrowed(&[&read.inventory], &world.narrow).ok().flatten())
        });
        Self { world, ready, page: OnceLock::new(), is_prepared: AtomicBool::new(false) }
    }

    /// Solves the inventory until `is_over`, so that whoever has the page waits for what changes alone.
    pub(super) fn prepare(&self, is_over: impl Fn() -> bool) {
        if let Some((baseline, _)) = &self.ready
            && !self.is_prepared.swap(true, Ordering::Relaxed)
        {
            baseline.solve(is_over);
        }
    }

    /// The answer to `question` of somebody who `is_gone` once nobody waits for it.
    pub(super) fn answer(&self, question: &Question, is_gone: &(dyn Fn() -> bool + Sync)) -> Answer {
        let world = self.world;
        match (question, &world.content, &self.ready) {
            (Question::Version, ..) => {
                Answer::json(format!("{{\"version\":{}}}\n", world.version).into_bytes())
            }
            (Question::Page, Ok(read), _) => self.page.get_or_init(|| page(world, read)).clone(),
            (Question::Page, Err(broken), _) => {
                let body = page::notice("The inventory has errors", &broken.text);
                Answer::html(page::NOTICE_POLICY, body)
            }
            (Question::Api(topic, body), Ok(read), Some((baseline, visible))) => {
                let asked = serde_json::from_slice(body).map_err(|error| {
                    Answer::refusal(StatusCode::BAD_REQUEST, &format!("no such request: {error}"), None, &[])
                });
                let visible = visible.as_ref();
                let answer = asked
                    .and_then(|body| Asked { world, read, baseline, visible, is_gone, body }.about(*topic));
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
    let arguments = PageArguments::bare(world.narrow.clone(), world.profile);
    let written = document(&arguments, &mut [side], Wanted::None, |document| {
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

/// The body of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Body {
    /// Made in order, each as `whatif` takes it.
    changes: Vec<String>,
    pub(super) force: bool,
    pub(super) gateway: Option<String>,
    class: Option<String>,
    /// A network, a prefix or an address.
    pub(super) to: Option<String>,
}

/// A question, and what answers it.
pub(super) struct Asked<'a> {
    pub(super) world: &'a World,
    pub(super) read: &'a Read,
    pub(super) baseline: &'a Baseline<'a>,
    /// The names of the networks that the page is narrowed to.
    pub(super) visible: Option<&'a FxHashSet<String>>,
    is_gone: &'a (dyn Fn() -> bool + Sync),
    pub(super) body: Body,
}

impl Asked<'_> {
    fn about(&self, topic: Topic) -> Result<Vec<u8>, Answer> {
        let mut document = match topic {
            Topic::Whatif => self.whatif()?,
            Topic::Report => self.report()?,
            Topic::Patch => self.patch()?,
            Topic::Reason => self.reason()?,
            Topic::Explain => self.explain()?,
            Topic::Fix => self.fix()?,
            Topic::Commands => self.commands()?,
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
        let report = Report { diagnostics: self.read.report.diagnostics.clone(), sources };
        let inventory = &self.read.inventory;
        let side = |label| Side::new(label, self.world.path.clone(), Some(inventory.clone()), report.clone());
        let mut sides =
            if changes.is_empty() { vec![side("now")] } else { vec![side("before"), side("after")] };
        if let [_, after] = &mut sides[..] {
            after.change(&changes, self.body.force);
            if after.inventory.is_none() {
                let Report { diagnostics, sources } = std::mem::take(&mut after.report);
                return Err(Answer::impossible(diagnostics, sources));
            }
        }
        let arguments = PageArguments::bare(self.world.narrow.clone(), self.world.profile);
        Ok(document(&arguments, &mut sides, Wanted::Page, |document| Ok(serde_json::to_vec(document)))??)
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
            .stopping_when(|| work::go_on().is_err() || (self.is_gone)());
        let answer = planner.plans(&wish, &Costs::default(), LIMITS, |_| true);
        work::go_on()?;
        let plans: Vec<PlanShape> =
            answer.plans.iter().map(|plan| PlanShape::new(plan, Vec::new())).collect();
        let head = opened.findings.head(fix::SCHEMA, profile);
        let shape = crate::cli::view::json::fix::Document::new(head, &wish, &answer, &plans);
        Ok(serde_json::to_vec(&shape)?)
    }

    /// The changes, and the files with their text.
    pub(super) fn parsed(&self, option: &str) -> Result<(Vec<Change>, Sources), Answer> {
        let mut report = Report { diagnostics: Vec::new(), sources: self.read.report.sources.clone() };
        let changes = changes::parsed(&self.body.changes, option, &mut report);
        if report.has_errors() {
            return Err(Answer::impossible(report.diagnostics, report.sources));
        }
        Ok((changes, report.sources))
    }

    /// The inventory with the changes made.
    fn changed(&self) -> Result<Opened, Answer> {
        let reading = self.world.changed(self.read, &self.body.changes, self.body.force);
        reading.opened().map_err(|findings| Answer::found(&findings))
    }

    /// The gateway and the destination.
    pub(super) fn whom(&self) -> Result<(&str, &str), Answer> {
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

pub(super) fn missing(field: &str) -> Answer {
    Answer::refusal(StatusCode::BAD_REQUEST, &format!("the request has no `{field}`"), None, &[])
}

/// Findings in their order, with the files that they point into.
fn sorted(diagnostics: Vec<Diagnostic>, sources: Sources) -> Report {
    let mut report = Report { diagnostics, sources };
    report.sort();
    report
}
