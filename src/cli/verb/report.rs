//! `tunnelog report`: a page with the topology, what clients reach and why.

mod reading;
mod reasons;
mod rows;
mod state;

use std::io::{self, Write};

use tunnelog::answer::{Analysis, Obstacle, Request};
use tunnelog::check::check;
use tunnelog::class::{Class, Profile, RouteReason};
use tunnelog::compare::{Comparison, Pair};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;

use crate::cli::arguments::{Color, ReportArguments, ReportFormat};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::{names, open, work};
use crate::cli::view::json::Head;
use crate::cli::view::json::report::{
    ChangedClients, Comparison as ComparisonShape, Document, Members, Narrowed, State, StatusWord,
    Vocabulary, Word,
};
use crate::cli::view::{page, words};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/report/1";

/// More networks than this are no page that anybody reads, and none that a browser takes easily.
const MOST_NETWORKS: usize = 10_000;

/// More rows of answers than this make a file that is slow to open.
const MOST_ROWS: usize = 200_000;

pub(crate) fn run(arguments: &ReportArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let mut sides = reading::read(arguments)?;
    if sides.iter().any(|side| side.inventory.is_none()) {
        for side in &mut sides {
            open::tell(&mut side.report, color, quiet);
        }
        return Ok(Exit::Invalid);
    }
    let mut inventories: Vec<Inventory> = sides.iter_mut().filter_map(|side| side.inventory.take()).collect();
    narrow(&mut inventories, arguments)?;
    let compared = Compared::new(inventories);
    let inventories = compared.inventories();
    let listed: Vec<&Inventory> = inventories.iter().collect();
    let members = members(&listed, arguments)?;
    let facts: Vec<_> = inventories
        .iter()
        .zip(&mut sides)
        .map(|(inventory, side)| check(inventory, &mut side.report))
        .collect();
    let worst = sides.iter().filter_map(|side| side.report.worst()).max();
    let request = request(inventories, &members, arguments);
    let analyses: Vec<Analysis<'_>> = inventories
        .iter()
        .zip(&facts)
        .map(|(inventory, facts)| Analysis::with_facts(inventory, facts))
        .collect();
    let mut states = Vec::with_capacity(analyses.len());
    let mut rows_left = MOST_ROWS;
    for (analysis, side) in analyses.iter().zip(&sides) {
        states.push(state::state(analysis, side, &members, &request, &mut rows_left)?);
    }
    let comparison = comparison(&compared, &states, &members, &request)?;
    let paths: Vec<String> = sides.iter().map(|side| side.path.clone()).collect();
    let shapes = {
        let links: Vec<_> = states.iter().map(|state| &state.links[..]).collect();
        members.shapes(&listed, &links)
    };
    let document = Document {
        head: Head {
            schema: SCHEMA,
            profile: Some(request.profile.word()),
            inventories: &paths,
            diagnostics: None,
        },
        narrowed: Narrowed {
            gateways: &arguments.gateway,
            around: &arguments.around,
            hops: (!arguments.around.is_empty()).then_some(arguments.hops.into()),
        },
        vocabulary: vocabulary(request.profile),
        networks: shapes,
        states,
        comparison,
    };
    let mut output = Output::open(arguments.output.as_deref(), color)?;
    match arguments.format {
        ReportFormat::Html if output.screen.terminal => {
            return Err(
                Failure::new("a page is not for a terminal").help("give a file with `-o report.html`")
            );
        }
        ReportFormat::Html => page::write(&document, &mut output)?,
        ReportFormat::Json => {
            serde_json::to_writer(&mut output, &document).map_err(io::Error::from)?;
            output.write_all(b"\n")?;
        }
    }
    output.finish()?;
    // What is so before changes is so after them, or settled; another inventory has findings of its own.
    let told = if arguments.compare.is_some() { 0 } else { sides.len() - 1 };
    for side in &mut sides[told..] {
        open::tell(&mut side.report, color, quiet);
    }
    Ok(arguments.denied.exit(worst))
}

/// Leaves of each inventory only the connected components that the options name.
fn narrow(inventories: &mut Vec<Inventory>, arguments: &ReportArguments) -> Result<(), Failure> {
    for wanted in &arguments.gateway {
        names::known_gateway(inventories, wanted)?;
    }
    for wanted in &arguments.around {
        names::known_network(inventories, wanted)?;
    }
    let wanted: Vec<&String> = arguments.gateway.iter().chain(&arguments.around).collect();
    if !wanted.is_empty() {
        let part = |inventory: &Inventory| {
            let known: Vec<NameId> = wanted.iter().filter_map(|name| inventory.names.get(name)).collect();
            tunnelog::scenarios::Baseline::new(inventory, Request::default()).around(&known)
        };
        *inventories = inventories.iter().map(part).collect();
    }
    Ok(())
}

/// The inventories of the page: one, or two that are compared.
enum Compared {
    One(Vec<Inventory>),
    Two(Box<Pair>),
}

impl Compared {
    fn new(inventories: Vec<Inventory>) -> Self {
        match <[Inventory; 2]>::try_from(inventories) {
            Ok([before, after]) => Self::Two(Box::new(Pair::new(before, after))),
            Err(inventories) => Self::One(inventories),
        }
    }

    fn inventories(&self) -> &[Inventory] {
        match self {
            Self::One(inventories) => inventories,
            Self::Two(pair) => pair.inventories(),
        }
    }
}

/// The networks of the page.
fn members(inventories: &[&Inventory], arguments: &ReportArguments) -> Result<Members, Failure> {
    let around: Vec<NameId> = arguments
        .around
        .iter()
        .flat_map(|wanted| inventories.iter().filter_map(|inventory| inventory.names.get(wanted)))
        .collect();
    let near = (!around.is_empty()).then_some((&around[..], usize::from(arguments.hops)));
    let members = Members::new(inventories, near);
    if members.len() <= MOST_NETWORKS {
        return Ok(members);
    }
    let narrower = if arguments.around.is_empty() {
        "name a gateway with `--gateway`, or a network with `--around`"
    } else {
        "give a smaller number with `--hops`"
    };
    let count = members.len();
    Err(Failure::new(format!("a page takes {MOST_NETWORKS} networks, and there are {count}")).help(narrower))
}

fn request(inventories: &[Inventory], members: &Members, arguments: &ReportArguments) -> Request {
    let mut gateways: Vec<NameId> = inventories
        .iter()
        .flat_map(|inventory| inventory.gateways.iter().map(|row| row.vnet))
        .filter(|name| members.number(*name).is_some())
        .collect();
    if !arguments.gateway.is_empty() {
        let is_named = |name: &NameId| {
            let known = inventories
                .iter()
                .flat_map(|one| arguments.gateway.iter().filter_map(|wanted| one.names.get(wanted)));
            known.into_iter().any(|known| known == *name)
        };
        gateways.retain(is_named);
    }
    gateways.sort_unstable();
    gateways.dedup();
    Request {
        profile: arguments.profile.get(),
        gateways: Some(gateways),
        classes: (!arguments.class.is_empty()).then(|| arguments.class.clone()),
        ..Request::default()
    }
}

fn comparison(
    compared: &Compared,
    states: &[State<'_>],
    members: &Members,
    request: &Request,
) -> Result<Option<ComparisonShape>, Failure> {
    let ([before, after], Compared::Two(pair)) = (states, compared) else { return Ok(None) };
    let comparison = Comparison::between(pair);
    let mut clients = Vec::new();
    comparison.differences(request, |difference| {
        work::go_on()?;
        clients.extend(ChangedClients::of(difference, members));
        Ok::<(), Failure>(())
    })?;
    Ok(Some(ComparisonShape::of(&comparison.facts(), clients, &before.findings, &after.findings)))
}

fn vocabulary(profile: Profile) -> Vocabulary {
    let class = |class: &Class| {
        let (system, protocol) = words::clients(*class);
        Word { word: class.word(), text: format!("{system}{protocol}") }
    };
    let status = |(status, text): &(tunnelog::answer::Status, &'static str)| StatusWord {
        word: status.word(),
        mark: words::mark(*status),
        text,
    };
    let obstacles = Obstacle::ALL.iter().map(|one| (one.word(), words::obstacle(*one)));
    let routes = RouteReason::ALL.iter().map(|one| (one.word(), words::route_reason(*one)));
    Vocabulary {
        statuses: words::LEGEND.iter().map(status).collect(),
        classes: profile.classes().iter().map(class).collect(),
        reasons: obstacles.chain(routes).map(|(word, text)| Word { word, text: text.to_owned() }).collect(),
    }
}
