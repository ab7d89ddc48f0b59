//! `tunnelog explain`: why clients reach a destination, or why not.

mod cure;
mod zone;

use std::io::Write;
use std::path::PathBuf;
use std::slice;

use clap::{ArgGroup, ValueEnum, ValueHint};
use tunnelog::answer::{Analysis, By, Request, Status};
use tunnelog::class::Class;
use tunnelog::explain::{Explanation, Origin, Question};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::{Narrowing, Target};

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, ModelArguments, PathArguments, StartArguments, To, classes,
    destination, statuses,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::Opened;
use crate::cli::shell::output::Output;
use crate::cli::shell::screen::Screen;
use crate::cli::shell::{held, names, screen};
use crate::cli::view::explanation::brief::brief;
use crate::cli::view::explanation::diagram::Diagram;
use crate::cli::view::explanation::lines;
use crate::cli::view::explanation::lines::Line;
use crate::cli::view::explanation::text::Page;
use crate::cli::view::json::explain::Document;
use crate::cli::view::words;
use crate::cli::view::writing::{Medium, Writing};

/// The name and version of the JSON document.
pub(super) const SCHEMA: &str = "tunnelog/explain/1";

/// Say why clients reach a destination or do not, what is missing, and which command mends it.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog explain facts/s2s-chain --from VNet1 --to VNet2
  tunnelog explain inventory --from Hub --to 10.3.7.4 --class windows
  tunnelog explain inventory --from Hub --to 10.3.7.4 --proof
  tunnelog explain inventory --from laptop --to Site1 --all --format json
  tunnelog explain inventory --from Hub --zone privatelink.blob.core.windows.net
  tunnelog explain facts/s2s-chain-bgp --from VNet1 --to VNet3 --format dot | dot -Tsvg -o proof.svg

docs/explain.md shows how to read the answer.")]
#[command(group(ArgGroup::new("whose").required(true).args(["from", "gateway", "client"])))]
pub(crate) struct Args {
    #[command(flatten)]
    inventory: PathArguments,

    #[command(flatten)]
    start: StartArguments,

    /// A network, the networks that overlap a prefix, or the one that holds an address; may be given several times.
    #[arg(long, value_name = "NETWORK|PREFIX|ADDRESS", value_parser = destination, value_hint = ValueHint::Other, required_unless_present = "zone")]
    to: Vec<To>,

    /// A private DNS zone in the place of a destination: why its names resolve, or do not.
    #[arg(long, value_name = "ZONE", conflicts_with_all = ["to", "all", "fail_on"], value_hint = ValueHint::Other)]
    zone: Option<String>,

    /// Only this class of clients; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes())]
    class: Vec<Class>,

    /// Show the proof: each step with its rule and the rows of the inventory that it rests on.
    #[arg(long)]
    proof: bool,

    /// Show every proof that shares no hop with a shorter one.
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    profile: ModelArguments,

    /// Exit with 1 where a destination has one of these statuses.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = statuses())]
    fail_on: Vec<Status>,

    #[command(flatten)]
    changes: ChangeArguments,

    #[command(flatten)]
    denied: DenyArguments,

    /// How the answer is written.
    #[arg(long, short, default_value = "text", help_heading = "Output")]
    format: ExplainFormat,

    /// Write to this file, which is replaced atomically.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    output: Option<PathBuf>,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// Text to read.
    Text,
    /// Headings, lists and commands to copy, for a ticket.
    Markdown,
    /// One JSON document, with every step of every proof.
    Json,
    /// A graph for Graphviz.
    Dot,
    /// A flowchart for Mermaid, as Markdown pages show it.
    Mermaid,
}

impl ExplainFormat {
    /// Where it is read by people: in a ticket, or on a screen.
    fn medium(self, screen: Screen) -> Medium {
        if self == Self::Markdown { Medium::Ticket } else { Medium::Screen(screen) }
    }
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        Some((self.profile.get(), &self.class))
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let opened = call.open(&self.inventory.path, &self.changes)?;
        let inventory = &opened.inventory;
        let wanted = self.start.name().into_iter().chain(self.to.iter().filter_map(To::network));
        call.narrow(names::written(slice::from_ref(inventory), wanted));
        let from = names::start(inventory, &self.start)?;
        if let Some(wanted) = &self.zone {
            return zone::explain(self, wanted, from, &opened, call);
        }
        let targets: Result<Vec<Target>, Failure> =
            self.to.iter().map(|to| names::target(inventory, to)).collect();
        let targets = targets?;
        let classes = (!self.class.is_empty()).then(|| self.class.clone());
        let question =
            |to| Question { profile: self.profile.get(), from, to, classes: classes.clone(), all: self.all };
        let questions: Vec<Question<'_>> = targets.iter().map(question).collect();
        let analysis = Analysis::with_facts(inventory, &opened.facts);
        let mut explained = Explained::new(&analysis, &opened);
        for question in &questions {
            explained.add(question).ok_or_else(|| nobody(self.start_name()))?;
        }
        let mut output = call.output(self.output.as_deref())?;
        explained.write(self, &mut output)?;
        if self.format != ExplainFormat::Markdown {
            held::tell(&explained.held, self.format == ExplainFormat::Text, call, &mut output)?;
        }
        output.finish()?;
        let failed = explained.list.iter().flat_map(statuses_of).any(|status| self.fail_on.contains(&status));
        // What no network holds is reached by nobody.
        let is_nowhere = !explained.nowhere.is_empty() && self.fail_on.contains(&Status::Unreachable);
        Ok(if failed || is_nowhere { Exit::No } else { self.denied.exit(opened.findings.worst) })
    }
}

/// Says that there are no clients to explain anything to.
fn nobody(from: &str) -> Failure {
    Failure::new(format!("`{from}` stands for no such clients"))
        .help("the class has to be one that the gateway serves, and the gateway needs an address pool")
}

impl Args {
    /// The name of the gateway or the client.
    fn start_name(&self) -> &str {
        self.start.name().map(String::as_str).unwrap_or_default()
    }

    /// True where steps of proofs are left out.
    fn is_brief(&self) -> bool {
        !self.proof && !self.all
    }
}

/// What explains the answers to questions.
struct Explained<'a> {
    analysis: &'a Analysis<'a>,
    opened: &'a Opened,
    list: Vec<Explanation>,
    /// Why there is nothing to explain of what is no destination.
    nowhere: Vec<String>,
    /// What becomes of packets for what no network holds.
    held: Vec<String>,
}

impl<'a> Explained<'a> {
    fn new(analysis: &'a Analysis<'a>, opened: &'a Opened) -> Self {
        Self { analysis, opened, list: Vec::new(), nowhere: Vec::new(), held: Vec::new() }
    }

    /// Explains what a question asks; nothing where it is about nobody.
    fn add(&mut self, question: &Question<'_>) -> Option<()> {
        let explanations = self.analysis.explain(question)?;
        if explanations.is_empty() {
            self.nowhere.push(nowhere(self.analysis, question));
            self.held.extend(held(self.analysis, question));
        }
        self.list.extend(explanations);
        Some(())
    }

    /// The lines of each explanation, the few that a person wants first or all of the proof.
    fn lines(&self, arguments: &Args) -> Vec<Vec<Line>> {
        let root = arguments.inventory.path.display().to_string();
        let page = Page::new(self.analysis, &self.opened.report.sources, &root);
        let lines = |one: &Explanation| match page.lines(one) {
            lines if arguments.is_brief() => brief(lines, arguments.cures(one)),
            lines => lines,
        };
        self.list.iter().map(lines).collect()
    }

    /// Which model a short answer follows: a client whose protocol is known is answered for that, whatever the model.
    fn model(&self, arguments: &Args) -> Option<String> {
        if !arguments.is_brief() || self.list.is_empty() {
            return None;
        }
        let asked = arguments.profile.get();
        let class = self.list.iter().flat_map(|one| &one.shown().routes).map(|route| route.class).next();
        let model = class.map_or(asked, Class::profile);
        let mut sentence = words::model(model);
        if model != asked {
            sentence.push_str(words::BY_PROTOCOL);
            if let Some(one) = self.list.first().map(Explanation::shown) {
                let gateway = words::quoted(self.opened.inventory.names.text(one.gateway));
                let is_windows = class.is_some_and(Class::is_windows);
                let class = if is_windows { Class::Windows } else { Class::NonWindows }.word();
                let article =
                    [" `--gateway ", &gateway, " --class ", class, "` says what Microsoft's article says."];
                sentence.push_str(&article.concat());
            }
        }
        Some(screen::one_line(&sentence))
    }

    /// What people read. What becomes of packets that no network gets stands below all else on a screen, which is written later.
    fn text(&self, arguments: &Args, medium: Medium) -> String {
        let is_ticket = matches!(medium, Medium::Ticket);
        let mut writing = Writing::new(medium);
        let held = self.held.iter().filter(|_| is_ticket);
        self.nowhere.iter().chain(held).for_each(|sentence| writing.plain(sentence));
        if !self.nowhere.is_empty() && !self.list.is_empty() {
            writing.gap();
        }
        lines::write(&self.lines(arguments), &mut writing);
        if let Some(model) = self.model(arguments) {
            let more = if is_ticket { "" } else { " `--proof` shows each step, and the rows it rests on." };
            writing.gap();
            writing.plain(&format!("  {model}{more}"));
        }
        writing.take()
    }

    fn write(&self, arguments: &Args, output: &mut Output) -> Result<(), Failure> {
        let Self { analysis, opened, ref list, .. } = *self;
        let sources = &opened.report.sources;
        match output.format(Some(arguments.format), ExplainFormat::Text, ExplainFormat::Text) {
            format @ (ExplainFormat::Text | ExplainFormat::Markdown) => {
                output.write_all(self.text(arguments, format.medium(output.screen)).as_bytes())?;
            }
            ExplainFormat::Json => {
                let head = opened.findings.head(SCHEMA, arguments.profile.get());
                output.json(&Document::new(head, list, analysis, sources))?;
            }
            ExplainFormat::Dot => {
                output.write_all(Diagram::of(list, analysis, sources).dot().as_bytes())?;
            }
            ExplainFormat::Mermaid => {
                output.write_all(Diagram::of(list, analysis, sources).mermaid().as_bytes())?;
            }
        }
        Ok(())
    }
}

/// What becomes of packets for a target that no network holds.
fn held(analysis: &Analysis<'_>, question: &Question<'_>) -> Vec<String> {
    let inventory = analysis.inventory();
    let by = match question.from {
        Origin::Gateway(_) => By::Class,
        Origin::Client(_) => By::Client,
    };
    let request = Request {
        profile: question.profile,
        by,
        gateways: gateway(inventory, question).map(|gateway| vec![gateway]),
        classes: question.classes.clone(),
        ..Request::default()
    };
    let to = Narrowing::new(analysis.facts(), question.to.clone());
    held::sentences(analysis, &request, &to)
}

fn statuses_of(explanation: &Explanation) -> Vec<Status> {
    let evidence = explanation.shown();
    evidence.routes.iter().map(|route| evidence.status(route)).collect()
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
fn nowhere(analysis: &Analysis<'_>, question: &Question<'_>) -> String {
    let (inventory, facts) = (analysis.inventory(), analysis.facts());
    let gateway = gateway(inventory, question);
    let from = gateway.map_or("", |gateway| inventory.names.text(gateway));
    let text = match question.to {
        Target::Network(name, space) => {
            let to = inventory.names.text(*name);
            let is_near = |gateway| facts.component_of(gateway) == facts.component_of(*name);
            if gateway.is_some_and(is_near) {
                let space: Vec<String> = space.iter().map(ToString::to_string).collect();
                format!("{to} has no destination of its own: its address space is {}", list(&space))
            } else {
                format!("{to} is not connected to {from} by any chain of peerings and connections")
            }
        }
        Target::Prefix(prefix) => format!("no network connected to {from} overlaps {prefix}"),
        Target::Address(address) => format!("no network connected to {from} contains {address}"),
    };
    crate::cli::shell::screen::one_line(&text)
}

fn list(texts: &[String]) -> String {
    if texts.is_empty() { "empty".to_owned() } else { texts.join(", ") }
}
