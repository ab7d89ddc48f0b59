//! `tunnelog graph`: networks as a diagram, and what clients reach in it.

use std::io::Write;

use tunnelog::answer::Analysis;
use tunnelog::diagram::Diagram;
use tunnelog::explain::Origin;
use tunnelog::facts::Facts;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;

use crate::cli::arguments::{Color, GraphArguments, GraphFormat, SubjectArguments};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::subject::Subject;
use crate::cli::shell::{names, open};
use crate::cli::verb::explain;
use crate::cli::view::diagram::content::{Content, Start};
use crate::cli::view::diagram::{dot, drawio, mermaid, svg};

/// More networks than this are no picture any more, and more than pages show.
const MOST_NETWORKS: usize = 250;

/// As many lines as Mermaid takes.
const MOST_EDGES: usize = 500;

pub(crate) fn run(arguments: &GraphArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let (read, mut report) = open::read_with(&arguments.inventory.path, &arguments.changes);
    let worst = report.worst();
    open::tell(&mut report, color, quiet);
    let Some((inventory, facts)) = read else { return Ok(Exit::Invalid) };
    let inventories = [inventory];
    for wanted in &arguments.around {
        names::known_network(&inventories, wanted)?;
    }
    let [inventory] = inventories;
    let mut diagram = Diagram::of(&inventory, &facts);
    if !arguments.around.is_empty() {
        let centres: Vec<NameId> =
            arguments.around.iter().filter_map(|wanted| inventory.names.get(wanted)).collect();
        diagram = diagram.around(&centres, arguments.hops.into());
    }
    bounded(&diagram, arguments.around.is_empty())?;
    let start = match &arguments.from {
        Some(from) => Some(answered(&mut diagram, from, arguments, &inventory, &facts)?),
        None => None,
    };
    let content = Content::new(&diagram, &inventory, start.as_ref());
    let text = match arguments.format {
        GraphFormat::Mermaid => mermaid::text(&diagram, &content),
        GraphFormat::Dot => dot::text(&diagram, &content),
        GraphFormat::Svg => svg::text(&diagram, &content)?,
        GraphFormat::Drawio => drawio::text(&diagram, &content)?,
    };
    let mut output = Output::open(arguments.output.as_deref(), color)?;
    output.write_all(text.as_bytes())?;
    output.finish()?;
    Ok(arguments.denied.exit(worst))
}

fn bounded(diagram: &Diagram, is_whole: bool) -> Result<(), Failure> {
    let counts =
        [(diagram.network_count(), MOST_NETWORKS, "networks"), (diagram.edges.len(), MOST_EDGES, "lines")];
    let Some((count, most, what)) = counts.into_iter().find(|(count, most, _)| count > most) else {
        return Ok(());
    };
    let help = if is_whole {
        "name a network with `--around`, and how far to go from it with `--hops`"
    } else {
        "give a smaller number with `--hops`"
    };
    let message = format!("the diagram would have {count} {what}, and {most} are the most that it can show");
    Err(Failure::new(message).help(help))
}

/// Takes down in the diagram what the clients called `from` can do.
fn answered(
    diagram: &mut Diagram,
    from: &str,
    arguments: &GraphArguments,
    inventory: &Inventory,
    facts: &Facts,
) -> Result<Start, Failure> {
    let (gateway, client) = match explain::from(inventory, from)? {
        Origin::Gateway(gateway) => (Some(inventory.names.text(gateway).to_owned()), None),
        Origin::Client(index) => {
            (None, inventory.clients.iter().flatten().nth(index as usize).map(|row| row.name.to_string()))
        }
    };
    let whom = SubjectArguments { client, gateway, class: arguments.class, profile: arguments.profile };
    let path = arguments.inventory.path.display().to_string();
    let subject = Subject::new(&whom, &Analysis::with_facts(inventory, facts), &path)?;
    diagram.answered(subject.gateway, &subject.answer.reach);
    Ok(Start { class: subject.class, client: subject.client_name(inventory).map(str::to_owned) })
}
