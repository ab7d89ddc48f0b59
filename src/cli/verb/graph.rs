//! `tunnelog graph`: networks as a diagram, and what clients reach in it.

use std::io::Write;
use std::path::PathBuf;
use std::slice;

use clap::{ValueEnum, ValueHint};
use tunnelog::answer::Analysis;
use tunnelog::class::{Class, Profile};
use tunnelog::diagram::Diagram;
use tunnelog::explain::{Origin, Question};
use tunnelog::facts::Facts;
use tunnelog::facts::ids::Node;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::Target;
use tunnelog::topology::Topology;

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, ModelArguments, PathArguments, StartArguments, SubjectArguments,
    classes,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::names;
use crate::cli::shell::subject::Subject;
use crate::cli::view::diagram::content::{Content, Start};
use crate::cli::view::diagram::{dot, drawio, mermaid, svg};

/// More networks than this are no picture any more, and more than pages show.
const MOST_NETWORKS: usize = 250;

/// As many lines as Mermaid takes.
const MOST_EDGES: usize = 500;

/// Draw networks with their peerings and connections, and what clients reach.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog graph facts/peered-vnets
  tunnelog graph inventory --around Hub --hops 2 --format svg -o hub.svg
  tunnelog graph inventory --from Hub --class windows --format drawio -o reach.drawio
  tunnelog graph inventory --with '+ bgp(VNet1, VNet2)' --format dot | dot -Tpng -o plan.png

docs/graph.md shows one of each kind.")]
pub(crate) struct Args {
    #[command(flatten)]
    inventory: PathArguments,

    /// Only this network and what is near it; may be given several times.
    #[arg(long, value_name = "NETWORK", help_heading = "Narrowing", value_hint = ValueHint::Other)]
    around: Vec<String>,

    /// How many peerings and connections away is near.
    #[arg(long, value_name = "N", default_value = "1", requires = "around", help_heading = "Narrowing")]
    hops: u16,

    /// Draw VNets that are alike apart: those joined with this network, or all of them; may be given several times.
    #[arg(long, value_name = "NETWORK|all", help_heading = "Narrowing", value_hint = ValueHint::Other)]
    expand: Vec<String>,

    #[command(flatten, next_help_heading = "Reach")]
    start: StartArguments,

    /// The class of the clients whose reach is coloured; may be left out where there is but one.
    #[arg(long, value_delimiter = ',', value_parser = classes(), requires = "start", help_heading = "Reach")]
    class: Vec<Class>,

    #[command(flatten)]
    profile: ModelArguments,

    #[command(flatten)]
    changes: ChangeArguments,

    #[command(flatten)]
    denied: DenyArguments,

    /// What the diagram is written for.
    #[arg(long, short, default_value = "mermaid", help_heading = "Output")]
    format: GraphFormat,

    /// Write to this file, which is replaced atomically.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    output: Option<PathBuf>,
}

/// How a diagram is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// A flowchart for Mermaid, as Markdown pages show it.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// A picture for browsers and documents.
    Svg,
    /// A drawing to go on with in diagrams.net.
    Drawio,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        Some((self.profile.get(), &self.class))
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let opened = call.open(&self.inventory.path, &self.changes)?;
        let inventory = &opened.inventory;
        for wanted in &self.around {
            names::known_network(slice::from_ref(inventory), wanted)?;
        }
        let topology = Topology::new(inventory);
        let mut diagram = Diagram::of(&topology);
        if !self.around.is_empty() {
            let centres: Vec<NameId> =
                self.around.iter().filter_map(|wanted| inventory.names.get(wanted)).collect();
            diagram = diagram.around(&topology, &centres, self.hops.into());
        }
        let start = match self.start.name() {
            Some(_) => Some(answered(&mut diagram, self, inventory, &opened.facts)?),
            None => None,
        };
        diagram = folded(diagram, &self.expand, inventory)?;
        bounded(&diagram, self.around.is_empty())?;
        let content = Content::new(&diagram, inventory, start.as_ref());
        let text = match self.format {
            GraphFormat::Mermaid => mermaid::text(&diagram, &content),
            GraphFormat::Dot => dot::text(&diagram, &content),
            GraphFormat::Svg => svg::text(&diagram, &content)?,
            GraphFormat::Drawio => drawio::text(&diagram, &content)?,
        };
        let mut output = call.output(self.output.as_deref())?;
        output.write_all(text.as_bytes())?;
        output.finish()?;
        call.wrote(self.output.as_deref());
        Ok(self.denied.exit(opened.findings.worst))
    }
}

/// The diagram with one node for VNets that are alike, but for those of `expand`.
fn folded(diagram: Diagram, expand: &[String], inventory: &Inventory) -> Result<Diagram, Failure> {
    let is_known = |wanted: &String| inventory.names.get(wanted).is_some();
    if expand.iter().any(|wanted| wanted == "all" && !is_known(wanted)) {
        return Ok(diagram);
    }
    for wanted in expand {
        names::known_network(slice::from_ref(inventory), wanted)?;
    }
    let opened: Vec<NameId> = expand.iter().filter_map(|wanted| inventory.names.get(wanted)).collect();
    Ok(diagram.folded(|network| opened.contains(&network)))
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

/// Marks in the diagram what the clients that are named can do.
fn answered(
    diagram: &mut Diagram,
    arguments: &Args,
    inventory: &Inventory,
    facts: &Facts,
) -> Result<Start, Failure> {
    let (gateway, client) = match names::start(inventory, &arguments.start)? {
        Origin::Gateway(gateway) => (Some(inventory.names.text(gateway).to_owned()), None),
        Origin::Client(index) => {
            (None, inventory.clients.iter().flatten().nth(index as usize).map(|row| row.name.to_string()))
        }
    };
    let whom =
        SubjectArguments { client, gateway, class: arguments.class.clone(), profile: arguments.profile };
    let path = arguments.inventory.path.display().to_string();
    let subject = Subject::new(&whom, &Analysis::with_facts(inventory, facts), &path, false)?;
    diagram.answered(subject.gateway, &subject.answer.reach);
    let analysis = Analysis::with_facts(inventory, facts);
    diagram.with_internet(&subject.answer.reach, &leaving(&analysis, &subject, arguments.profile.get()));
    Ok(Start { class: subject.class, client: subject.client_name(inventory).map(str::to_owned) })
}

/// Where packets of the clients leave for the Internet.
fn leaving(analysis: &Analysis<'_>, subject: &Subject, profile: Profile) -> Vec<Node> {
    if !subject.answer.reach.iter().any(|row| row.network == NameId::INTERNET) {
        return Vec::new();
    }
    let to = Target::Network(NameId::INTERNET, Vec::new());
    let question = Question { profile, ..Question::new(Origin::Gateway(subject.gateway), &to) };
    let explanations = analysis.explain(&question).unwrap_or_default();
    let evidence = explanations.iter().flat_map(|explanation| &explanation.evidence);
    evidence.filter_map(|evidence| evidence.steered()).flat_map(|steered| steered.there.leaving()).collect()
}
