//! What a page is about, and all that it says.

use rustc_hash::FxHashSet;
use tunnelog::answer::{Analysis, Obstacle, Request};
use tunnelog::check::{check, check_paths};
use tunnelog::class::{Class, Profile, RouteReason};
use tunnelog::compare::{Comparison, Pair};
use tunnelog::facts::Facts;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;

use crate::cli::arguments::{ModelArguments, classes};
use crate::cli::shell::exit::Failure;
use crate::cli::shell::{names, work};
use crate::cli::verb::report::reading::Side;
use crate::cli::verb::report::reasons::Wanted;
use crate::cli::verb::report::state::{self, MOST_ROWS};
use crate::cli::view::json::Head;
use crate::cli::view::json::report::{
    ChangedClients, Clients, Comparison as ComparisonShape, Document, Members, Narrowed, PageHead, State,
    StatusWord, Vocabulary, Word,
};
use crate::cli::view::words;

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/report/1";

/// More networks than this are no page that anybody reads, and none that a browser takes easily.
const MOST_NETWORKS: usize = 10_000;

/// What a page is narrowed to.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct NarrowArguments {
    /// Only the clients of this gateway, named by its VNet or as Azure calls it, and its connected component; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Narrowing")]
    pub(crate) gateway: Vec<String>,

    /// Only this class of clients; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes(), help_heading = "Narrowing")]
    pub(crate) class: Vec<Class>,

    /// Only what lies around this network; may be given several times.
    #[arg(long, value_name = "NETWORK", help_heading = "Narrowing")]
    pub(crate) around: Vec<String>,

    /// How many peerings and connections away from the networks of `--around`.
    #[arg(long, value_name = "N", default_value = "2", requires = "around", help_heading = "Narrowing")]
    hops: u16,
}

/// What a page is narrowed to, by which model, and what stands at its head.
#[derive(clap::Args, Debug)]
pub(crate) struct PageArguments {
    #[command(flatten)]
    pub(super) narrow: NarrowArguments,

    #[command(flatten)]
    pub(super) profile: ModelArguments,

    /// The heading of the page: a change number, for example.
    #[arg(long, value_name = "TEXT", help_heading = "Head of the page")]
    title: Option<String>,

    /// A remark below the heading.
    #[arg(long, value_name = "TEXT", help_heading = "Head of the page")]
    note: Option<String>,

    /// The date on the page, written as it is given: no clock is asked, so that the same call gives the same bytes.
    #[arg(long, value_name = "DATE", help_heading = "Head of the page")]
    date: Option<String>,
}

impl PageArguments {
    /// A page without a head.
    pub(crate) fn bare(narrow: NarrowArguments, profile: ModelArguments) -> Self {
        Self { narrow, profile, title: None, note: None, date: None }
    }
}

/// Gives `then` what the page says of `sides`, one inventory without errors or two that are compared, with as many reasons as are
/// `wanted`. Warnings about an inventory join what was found when it was read.
pub(crate) fn document<Given>(
    arguments: &PageArguments,
    sides: &mut [Side],
    wanted: Wanted,
    then: impl FnOnce(&Document<'_>) -> Result<Given, Failure>,
) -> Result<Given, Failure> {
    let mut inventories: Vec<Inventory> = sides.iter_mut().filter_map(|side| side.inventory.take()).collect();
    narrow(&mut inventories, &arguments.narrow)?;
    let compared = Compared::new(inventories);
    let members = members(&compared.listed(), &arguments.narrow)?;
    let facts: Vec<Facts> = compared
        .listed()
        .into_iter()
        .zip(&mut *sides)
        .map(|(inventory, side)| {
            let facts = check(inventory, &mut side.report);
            check_paths(inventory, &facts, &mut side.report);
            facts
        })
        .collect();
    let analyses: Vec<Analysis<'_>> = compared
        .listed()
        .into_iter()
        .zip(&facts)
        .map(|(inventory, facts)| Analysis::with_facts(inventory, facts))
        .collect();
    let content = Content { arguments, sides, compared: &compared, analyses: &analyses, wanted };
    content.give(&members, then)
}

/// What a page is made of.
struct Content<'a> {
    arguments: &'a PageArguments,
    sides: &'a [Side],
    compared: &'a Compared,
    analyses: &'a [Analysis<'a>],
    wanted: Wanted,
}

impl Content<'_> {
    fn give<Given>(
        &self,
        members: &Members,
        then: impl FnOnce(&Document<'_>) -> Result<Given, Failure>,
    ) -> Result<Given, Failure> {
        let arguments = self.arguments;
        let listed = self.compared.listed();
        let request = request(&listed, members, arguments);
        let mut states = Vec::with_capacity(self.analyses.len());
        let mut rows_left = MOST_ROWS;
        for (analysis, side) in self.analyses.iter().zip(self.sides) {
            states.push(state::state(analysis, side, members, &request, self.wanted, &mut rows_left)?);
        }
        let comparison = comparison(self.compared, &states, members, &request)?;
        let paths: Vec<String> = self.sides.iter().map(|side| side.path.clone()).collect();
        let networks = {
            let links: Vec<_> = states.iter().map(|state| &state.links[..]).collect();
            let number = members.number(NameId::INTERNET);
            let is_there = |one: &Clients| one.reach.iter().any(|row| Some(row.0) == number);
            let told_of = states.iter().any(|state| state.clients.iter().any(is_there));
            members.shapes(&listed, &links, told_of || self.wanted == Wanted::None)
        };
        let profile = Some(request.profile.word());
        then(&Document {
            head: Head { schema: SCHEMA, profile, inventories: &paths, diagnostics: None },
            page: PageHead {
                tool: concat!("tunnelog ", env!("CARGO_PKG_VERSION")),
                title: arguments.title.as_deref(),
                note: arguments.note.as_deref(),
                date: arguments.date.as_deref(),
            },
            narrowed: Narrowed {
                gateways: &arguments.narrow.gateway,
                around: &arguments.narrow.around,
                hops: (!arguments.narrow.around.is_empty()).then_some(arguments.narrow.hops.into()),
            },
            vocabulary: vocabulary(request.profile),
            networks,
            states,
            comparison,
        })
    }
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

    fn listed(&self) -> Vec<&Inventory> {
        match self {
            Self::One(inventories) => inventories.iter().collect(),
            Self::Two(pair) => pair.inventories().iter().collect(),
        }
    }
}

/// Fails where an option names what none of `inventories` has.
pub(crate) fn known(inventories: &[Inventory], arguments: &NarrowArguments) -> Result<(), Failure> {
    arguments.gateway.iter().try_for_each(|wanted| names::known_gateway(inventories, wanted))?;
    arguments.around.iter().try_for_each(|wanted| names::known_network(inventories, wanted))
}

/// Leaves of each inventory only the connected components that the options name.
fn narrow(inventories: &mut Vec<Inventory>, arguments: &NarrowArguments) -> Result<(), Failure> {
    known(inventories, arguments)?;
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

/// The names of the networks that the page of `inventories` is narrowed to, two of which are compared; none where it has all.
pub(crate) fn narrowed(
    inventories: &[&Inventory],
    arguments: &NarrowArguments,
) -> Result<Option<FxHashSet<String>>, Failure> {
    if arguments.gateway.is_empty() && arguments.around.is_empty() {
        return Ok(None);
    }
    let known = |name: &String| inventories.iter().any(|inventory| inventory.names.get(name).is_some());
    let mut arguments = arguments.clone();
    arguments.gateway.retain(known);
    arguments.around.retain(known);
    if arguments.gateway.is_empty() && arguments.around.is_empty() {
        return Ok(Some(FxHashSet::default()));
    }
    let mut parts: Vec<Inventory> = inventories.iter().map(|inventory| (*inventory).clone()).collect();
    narrow(&mut parts, &arguments)?;
    let compared = Compared::new(parts);
    let listed = compared.listed();
    let members = members(&listed, &arguments)?;
    let names = members.shapes(&listed, &[], false).into_iter().map(|network| network.name.to_owned());
    Ok(Some(names.collect()))
}

/// The networks of the page.
fn members(inventories: &[&Inventory], arguments: &NarrowArguments) -> Result<Members, Failure> {
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

fn request(inventories: &[&Inventory], members: &Members, arguments: &PageArguments) -> Request {
    let mut gateways: Vec<NameId> = inventories
        .iter()
        .flat_map(|inventory| inventory.gateways.iter().map(|row| row.vnet))
        .filter(|name| members.number(*name).is_some())
        .collect();
    let narrow = &arguments.narrow;
    if !narrow.gateway.is_empty() {
        let is_named = |name: &NameId| {
            let known = inventories
                .iter()
                .flat_map(|one| narrow.gateway.iter().filter_map(|wanted| one.names.get(wanted)));
            known.into_iter().any(|known| known == *name)
        };
        gateways.retain(is_named);
    }
    gateways.sort_unstable();
    gateways.dedup();
    Request {
        profile: arguments.profile.get(),
        gateways: Some(gateways),
        classes: (!narrow.class.is_empty()).then(|| narrow.class.clone()),
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
