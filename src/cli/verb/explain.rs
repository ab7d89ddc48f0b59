//! `tunnelog explain`: why clients reach a destination, or why not.

use std::io::{self, Write};

use tunnelog::answer::{Analysis, Status};
use tunnelog::explain::{Explanation, Origin, Question};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::Target;

use crate::cli::arguments::{Color, ExplainArguments, ExplainFormat, To};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::{names, open};
use crate::cli::view::explanation::diagram::Diagram;
use crate::cli::view::explanation::text::Page;
use crate::cli::view::json::explain::Document;
use crate::cli::view::json::{Finding, Head};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/explain/1";

pub(crate) fn run(arguments: &ExplainArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let (read, mut report) = open::read_with(&arguments.inventory.path, &arguments.changes);
    let worst = report.worst();
    let findings: Vec<Finding> = Finding::all(&report, None).collect();
    open::tell(&mut report, color, quiet);
    let Some((inventory, facts)) = read else { return Ok(Exit::Invalid) };
    let from = from(&inventory, &arguments.from)?;
    let to = to(inventory, &arguments.to)?;
    let (inventory, to) = (&to.0, &to.1);
    let classes = (!arguments.class.is_empty()).then(|| arguments.class.clone());
    let question = Question { profile: arguments.profile.get(), from, to, classes, all: arguments.all };
    let analysis = Analysis::with_facts(inventory, &facts);
    let answer = gateway(inventory, &question).zip(analysis.explain(&question));
    let Some((gateway, explanations)) = answer else {
        return Err(Failure::new(format!("`{}` stands for no such clients", arguments.from))
            .help("the class has to be one that the gateway serves, and the gateway needs a client pool"));
    };
    let mut output = Output::open(arguments.output.as_deref(), color)?;
    let sources = &report.sources;
    match output.format(Some(arguments.format), ExplainFormat::Text, ExplainFormat::Text) {
        ExplainFormat::Text => {
            let root = arguments.inventory.path.display().to_string();
            let page = Page::new(&analysis, gateway, sources, &root);
            let text = if explanations.is_empty() {
                format!("{}\n", nowhere(inventory, &question))
            } else {
                page.text(&explanations, output.screen)
            };
            output.write_all(text.as_bytes())?;
        }
        ExplainFormat::Json => {
            let paths = [arguments.inventory.path.display().to_string()];
            let profile = Some(arguments.profile.get().word());
            let head = Head { schema: SCHEMA, profile, inventories: &paths, diagnostics: Some(&findings) };
            let document = Document::new(head, &explanations, &analysis, gateway, sources);
            serde_json::to_writer(&mut output, &document).map_err(io::Error::from)?;
            output.write_all(b"\n")?;
        }
        ExplainFormat::Dot | ExplainFormat::Mermaid => {
            let diagram = Diagram::of(&explanations, &analysis, gateway, sources);
            let text = if arguments.format == ExplainFormat::Dot { diagram.dot() } else { diagram.mermaid() };
            output.write_all(text.as_bytes())?;
        }
    }
    output.finish()?;
    let failed = explanations.iter().flat_map(statuses).any(|status| arguments.fail_on.contains(&status));
    // What no network holds is reached by nobody.
    let is_nowhere = explanations.is_empty() && arguments.fail_on.contains(&Status::Unreachable);
    Ok(if failed || is_nowhere { Exit::No } else { arguments.denied.exit(worst) })
}

fn statuses(explanation: &Explanation) -> Vec<Status> {
    let evidence = explanation.shown();
    evidence.routes.iter().map(|route| evidence.status(route)).collect()
}

/// The gateway or client of that name. A client may be called like a VNet, which then stands first.
pub(super) fn from(inventory: &Inventory, wanted: &str) -> Result<Origin, Failure> {
    let p2s = || inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty());
    let gateway = p2s().find(|gateway| inventory.names.get(wanted) == Some(gateway.vnet));
    if let Some(gateway) = gateway {
        return Ok(Origin::Gateway(gateway.vnet));
    }
    let clients = inventory.clients.as_deref().unwrap_or_default();
    let client = (0..).zip(clients).find(|(_, client)| client.name.to_lowercase() == wanted.to_lowercase());
    if let Some((index, _)) = client {
        return Ok(Origin::Client(index));
    }
    let message = format!("`{wanted}` is neither a VNet with a Point-to-Site gateway nor a client");
    let vnets = p2s().map(|gateway| inventory.names.text(gateway.vnet));
    let candidates = vnets.chain(clients.iter().map(|client| &*client.name));
    Err(names::suggested(Failure::new(message), wanted, candidates))
}

/// What is asked for, with the inventory given back.
fn to(inventory: Inventory, wanted: &To) -> Result<(Inventory, Target), Failure> {
    let inventories = [inventory];
    if let To::Network(name) = wanted {
        names::known_network(&inventories, name)?;
    }
    let [inventory] = inventories;
    let target = match wanted {
        To::Network(name) => Target::network(&inventory, name),
        To::Prefix(prefix) => Some(Target::Prefix(*prefix)),
        To::Address(address) => Some(Target::Address(*address)),
    };
    target.map(|target| (inventory, target)).ok_or_else(|| Failure::new("the network has no row"))
}

/// The gateway that the clients connect to.
fn gateway(inventory: &Inventory, question: &Question<'_>) -> Option<NameId> {
    match question.from {
        Origin::Gateway(gateway) => Some(gateway),
        Origin::Client(index) => {
            inventory.clients.iter().flatten().nth(index as usize).map(|row| row.gateway)
        }
    }
}

/// Why there is nothing to explain.
fn nowhere(inventory: &Inventory, question: &Question<'_>) -> String {
    let gateway = gateway(inventory, question);
    let from = gateway.map_or("", |gateway| inventory.names.text(gateway));
    let text = match question.to {
        Target::Network(name, space) => {
            let to = inventory.names.text(*name);
            let parts = tunnelog::facts::components::parts(inventory);
            if gateway.is_some_and(|gateway| parts[gateway.index()] == parts[name.index()]) {
                let space: Vec<String> = space.iter().map(ToString::to_string).collect();
                format!("{to} has no destination of its own: its address space is {}", list(&space))
            } else {
                format!("{to} is out of {from}'s world: no chain of peerings and tunnels joins the two")
            }
        }
        Target::Prefix(prefix) => format!("no network that is joined with {from} holds any of {prefix}"),
        Target::Address(address) => format!("no network that is joined with {from} holds {address}"),
    };
    crate::cli::shell::screen::one_line(&text)
}

fn list(texts: &[String]) -> String {
    if texts.is_empty() { "empty".to_owned() } else { texts.join(", ") }
}
