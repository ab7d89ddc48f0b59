//! `tunnelog fix`: the cheapest changes that open a way, or close one.

use std::io::{self, Write};

use tunnelog::answer::{By, Request};
use tunnelog::diagnostic::Report;
use tunnelog::fix::{Answer, Costs, Direction, Expectations, Limits, Planner, Unclear, Wish, goals};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse;
use tunnelog::select::Target;

use crate::cli::arguments::{Color, FixArguments, Format, To};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::{changes, names, open, work};
use crate::cli::view::json::fix::{Document, Line, PlanShape};
use crate::cli::view::json::{Finding, Head, Origin};
use crate::cli::view::plans;
use crate::cli::view::rows::{Chunk, Rows};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/fix/1";

pub(crate) fn run(arguments: &FixArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let (inventory, mut report) = open::read_with(&arguments.inventory.path, &arguments.changes);
    let expectations = expectations(arguments, &mut report);
    if let Some((inventory, _)) = &inventory {
        expectations.check(inventory, arguments.profile.get(), &mut report);
    }
    let worst = report.worst();
    let has_errors = report.has_errors();
    let findings: Vec<Finding> = Finding::all(&report, None).collect();
    open::tell(&mut report, color, quiet);
    let Some((inventory, _)) = inventory.filter(|_| !has_errors) else { return Ok(Exit::Invalid) };
    let inventories = [inventory];
    let inventory = &inventories[0];
    let before = failing(&expectations, inventory, arguments)?;
    let wish = wish(arguments, &inventories, &expectations, &before)?;
    let by_client = wish.goals.iter().any(|goal| goal.client.is_some());
    let request = Request {
        profile: arguments.profile.get(),
        by: if by_client { By::Client } else { By::Class },
        ..Request::default()
    };
    let is_strict = arguments.from.is_none();
    let accept = |changes: &[tunnelog::language::syntax::Change]| {
        let failing = || expectations.failing_after(inventory, changes, arguments.profile.get());
        !is_strict || failing().is_ok_and(|failing| failing.is_some_and(|failing| failing.is_empty()))
    };
    let planner = Planner::new(inventory, request).stopping_when(|| work::go_on().is_err());
    let limits = Limits { plans: arguments.max.into(), effort: arguments.effort as usize };
    let answer = planner.plans(&wish, &costs(arguments), limits, accept);
    work::go_on()?;
    let plans = shapes(&answer, &expectations, &before, inventory, arguments)?;
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    let paths = [arguments.inventory.path.display().to_string()];
    let profile = Some(arguments.profile.get().word());
    let head = Head { schema: SCHEMA, profile, inventories: &paths, diagnostics: Some(&findings) };
    match output.format(arguments.output.format, Format::Table, Format::Csv) {
        Format::Table => {
            let text = plans::page(&wish, &answer, &plans, output.screen);
            output.write_all(text.as_bytes())?;
        }
        Format::Json => {
            let document = Document::new(head, &wish, &answer, &plans);
            serde_json::to_writer(&mut output, &document).map_err(io::Error::from)?;
            output.write_all(b"\n")?;
        }
        Format::Ndjson => {
            for plan in &plans {
                serde_json::to_writer(&mut output, plan).map_err(io::Error::from)?;
                output.write_all(b"\n")?;
            }
        }
        format @ (Format::Csv | Format::Markdown) => {
            let origin = Origin { inventory: None, client: by_client.then_some("") };
            let mut rows = Rows::start::<Line<'_>>(format, &mut output, origin, &head, "plans")?;
            rows.write(&Chunk::of(format, Line::all(&plans, by_client))?)?;
            rows.finish()?;
        }
    }
    output.finish()?;
    let is_found = answer.already || !plans.is_empty();
    Ok(if is_found { arguments.denied.exit(worst) } else { Exit::No })
}

/// What the query files of the call expect; mistakes in them are reported.
fn expectations(arguments: &FixArguments, report: &mut Report) -> Expectations {
    let mut files = Vec::new();
    for path in &arguments.queries {
        if let Some(text) = changes::read(path, report) {
            files.push(parse(&path.display().to_string(), &text, report));
        }
    }
    if report.has_errors() { Expectations::default() } else { Expectations::of(&files) }
}

/// The expectations that do not hold before anything is changed.
fn failing(
    expectations: &Expectations,
    inventory: &Inventory,
    arguments: &FixArguments,
) -> Result<Vec<usize>, Failure> {
    expectations
        .failing(inventory, arguments.profile.get())
        .map_err(|error| Failure::new(format!("an expectation cannot be answered: {error}")))
}

/// What is wanted: what the options name, or else what the query files expect.
fn wish(
    arguments: &FixArguments,
    inventories: &[Inventory],
    expectations: &Expectations,
    before: &[usize],
) -> Result<Wish, Failure> {
    let inventory = &inventories[0];
    let direction = if arguments.close { Direction::Close } else { Direction::Open };
    let Some(from) = &arguments.from else {
        let goal = |place| expectations.goal(place, inventory, direction, arguments.profile.get());
        if let Some(place) = before.iter().find(|place| goal(**place).is_none()) {
            let text = expectations.text(*place);
            let form = match direction {
                Direction::Open => "expect access(GATEWAY, CLASS, NETWORK, reachable)",
                Direction::Close => "expect no access(GATEWAY, _, NETWORK, reachable)",
            };
            return Err(Failure::new(format!("`{text}` does not hold, and no measure is known for it"))
                .help(format!("what is to be brought about has the form `{form}`")));
        }
        let goals = (0..expectations.len()).filter_map(goal).collect();
        return Ok(Wish { direction, goals });
    };
    let mut targets = Vec::new();
    for to in &arguments.to {
        targets.push(match to {
            To::Network(name) => {
                names::known_network(inventories, name)?;
                Target::network(inventory, name)
                    .ok_or_else(|| Failure::new(format!("no network is called `{name}`")))?
            }
            To::Prefix(prefix) => Target::Prefix(*prefix),
            To::Address(address) => Target::Address(*address),
        });
    }
    let goals = goals(inventory, from, &arguments.class, &targets, arguments.profile.get())
        .map_err(|unclear| no_goal(&unclear, inventory))?;
    Ok(Wish { direction, goals })
}

fn no_goal(unclear: &Unclear, inventory: &Inventory) -> Failure {
    let failure = Failure::new(unclear.to_string());
    match unclear {
        Unclear::NoSuchClients(wanted) => {
            let gateways = inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty());
            let gateways = gateways.map(|gateway| inventory.names.text(gateway.vnet));
            let clients = inventory.clients.iter().flatten().map(|client| &*client.name);
            names::suggested(failure, wanted, gateways.chain(clients))
        }
        Unclear::Nowhere(_) => {
            failure.help("`tunnelog ask PATH '? address(?network, ?prefix)'` lists what networks hold")
        }
        Unclear::NotServed(_) | Unclear::NoAddresses(_) | Unclear::Several(..) => failure,
    }
}

fn costs(arguments: &FixArguments) -> Costs {
    let mut costs = Costs::default();
    for (kind, cost) in &arguments.cost {
        costs.set(*kind, Some(*cost));
    }
    for kind in &arguments.never {
        costs.set(*kind, None);
    }
    costs
}

/// The plans as they are written, with the expectations that each breaks.
fn shapes(
    answer: &Answer,
    expectations: &Expectations,
    before: &[usize],
    inventory: &Inventory,
    arguments: &FixArguments,
) -> Result<Vec<PlanShape>, Failure> {
    let mut shapes = Vec::with_capacity(answer.plans.len());
    for plan in &answer.plans {
        let mut breaks = Vec::new();
        if !expectations.is_empty() {
            let after = expectations.failing_after(inventory, &plan.changes, arguments.profile.get());
            let after =
                after.map_err(|error| Failure::new(format!("an expectation cannot be answered: {error}")))?;
            let broken = after.unwrap_or_default().into_iter().filter(|place| !before.contains(place));
            breaks = broken.map(|place| expectations.text(place)).collect();
        }
        shapes.push(PlanShape::new(plan, breaks));
    }
    Ok(shapes)
}
