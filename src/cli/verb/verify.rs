//! `tunnelog verify`: what a machine or gateway has, held against what it should have.

use std::io::Write;
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use clap::{ArgGroup, ValueHint};
use tunnelog::answer::{Analysis, GatewayAnswer};
use tunnelog::class::Class;
use tunnelog::client_config::GivenNames;
use tunnelog::diagnostic::Report;
use tunnelog::facts::Facts;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;
use tunnelog::source::Sources;
use tunnelog::verify::{
    self, Client, Deviation, Gateway, Interface, Kind, NamesOf, Old, Subnet, Table, advertised, interfaces,
    learned, through,
};

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, Format, OutputArguments, RowFormat, SubjectArguments, one_of,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::Findings;
use crate::cli::shell::output::Output;
use crate::cli::shell::subject::Subject;
use crate::cli::shell::{screen, subject};
use crate::cli::view::columns::aligned;
use crate::cli::view::json::{Deviates, OfClient, OfTable, Origin};
use crate::cli::view::rows::Rows;
use crate::cli::view::{paragraph, words};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/verify/1";

/// Compare the routes that a machine or gateway has with those that it should have.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  route print > routes.txt
  tunnelog verify inventory --gateway Hub --class windows routes.txt
  ip route | tunnelog verify inventory --client bert -
  tunnelog verify inventory --client anna azurevpnconfig.xml --old inventory-of-last-week
  tunnelog verify inventory --gateway Hub --class windows learned-routes.json --format markdown

  az network nic show-effective-route-table -g RG -n NIC | tunnelog verify inventory --subnet Spoke/App -

docs/verify.md has the kinds of files and the causes.")]
#[command(group(ArgGroup::new("whose").required(true).args(["gateway", "client", "subnet"])))]
pub(crate) struct Args {
    /// A folder of CSV files, or an export.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    path: PathBuf,

    /// What the machine or gateway has; `-` reads the standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,

    #[command(flatten)]
    subject: SubjectArguments,

    /// The subnet of a network interface, as `VNet/Subnet`, or an address in it.
    #[arg(long, value_name = "SUBNET", conflicts_with_all = ["client", "gateway", "class"], value_hint = ValueHint::Other)]
    subnet: Option<String>,

    /// What the file is, where its content does not tell.
    #[arg(long, value_name = "KIND", value_parser = one_of(&Kind::ALL, Kind::word))]
    kind: Option<Kind>,

    /// The interface of the VPN; found by the address pool where this is left out.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    interface: Option<String>,

    /// The BGP neighbour that routes are advertised to; may be left out where there is but one.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    neighbour: Option<String>,

    /// The inventory at the time of the last download, to tell routes of an old package.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    old: Option<PathBuf>,

    #[command(flatten)]
    changes: ChangeArguments,

    #[command(flatten)]
    denied: DenyArguments,

    #[command(flatten)]
    output: OutputArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        self.subject.classes()
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let opened = call.open(&self.path, &self.changes);
        let old = self.old.as_ref().map(|path| call.open(path, &ChangeArguments::default()));
        let mut report = Report::default();
        let table = verify::read_file(&self.file, self.kind, &mut report);
        call.report(&mut report);
        let (mut opened, table) = (opened?, table.ok_or(Failure::Reported)?);
        let old = old.transpose()?;
        if let Some(old) = &old {
            opened.findings.join(&old.findings);
        }
        let compared = Compared {
            arguments: self,
            inventory: &opened.inventory,
            facts: &opened.facts,
            old: old.as_ref().map(|old| &old.inventory),
            table: &table,
        };
        let verdict = match (&self.subnet, table.kind) {
            (Some(subnet), Kind::EffectiveRoutes) => compared.subnet(subnet)?,
            (Some(_), kind) => return Err(compared.not_of_a_subnet(kind)),
            (None, Kind::EffectiveRoutes) => return Err(compared.needs_subnet()),
            (None, kind) if kind.is_of_a_gateway() => compared.gateway()?,
            (None, _) => compared.client()?,
        };
        call.narrow(verdict.gateway.map(|gateway| opened.inventory.names.text(gateway)));
        verdict.write(&compared, &opened.findings, &report.sources, call)?;
        let is_right = verdict.deviations.is_empty();
        Ok(if is_right { self.denied.exit(opened.findings.worst) } else { Exit::No })
    }
}

/// What is compared with what.
struct Compared<'a> {
    arguments: &'a Args,
    inventory: &'a Inventory,
    facts: &'a Facts,
    old: Option<&'a Inventory>,
    table: &'a Table,
}

/// What was found.
struct Verdict<'a> {
    /// Whose table it is, as a sentence names them.
    whose: String,
    client: Option<&'a str>,
    gateway: Option<NameId>,
    subnet: Option<String>,
    class: Option<Class>,
    interfaces: Option<Vec<&'a str>>,
    neighbour: Option<NameId>,
    /// How much there should be, as a sentence names it.
    expected: String,
    deviations: Vec<Deviation>,
}

impl<'a> Compared<'a> {
    fn path(&self) -> String {
        self.arguments.path.display().to_string()
    }

    fn client(&self) -> Result<Verdict<'a>, Failure> {
        let inventory = self.inventory;
        let analysis = Analysis::with_facts(inventory, self.facts);
        let subject =
            Subject::new(&self.arguments.subject, &analysis, &self.path(), self.table.kind.tells_of_names())?;
        let pool = pool(inventory, subject.gateway);
        let interface = match &self.arguments.interface {
            Some(name) => Interface::Named(name),
            None => Interface::OfPool,
        };
        let entries = through(self.table, pool, &interface);
        if let (Interface::Named(name), true, true) =
            (&interface, self.table.kind.is_of_a_system(), entries.is_empty())
        {
            return Err(self.no_interface(name));
        }
        let before = self.old.map(|old| self.before(old, &subject)).transpose()?;
        let given = GivenNames::of(inventory, subject.gateway, &subject.answer);
        if self.table.kind.is_of_names() && given.is_none() {
            return Err(self.needs_names());
        }
        let was_given = self.old.zip(before.as_ref()).and_then(|(old, answer)| {
            let gateway = old.names.get(inventory.names.text(subject.gateway))?;
            GivenNames::of(old, gateway, answer)
        });
        let known = known(inventory);
        let learned = |wanted: &[Prefix]| Gateway::new(&analysis, subject.gateway, Some(wanted)).learned;
        let client = Client {
            answer: &subject.answer,
            class: subject.class,
            pool,
            known: &known,
            old: before.as_ref().map(|before| Old { routes: &before.routes }),
            learned: &learned,
            names: given.as_ref().map(|given| NamesOf { given, old: was_given.as_ref() }),
        };
        Ok(Verdict {
            whose: subject.words(inventory),
            client: subject.client_name(inventory),
            gateway: Some(subject.gateway),
            subnet: None,
            class: Some(subject.class),
            interfaces: self.table.kind.is_of_a_system().then(|| interfaces(self.table, &entries)),
            neighbour: None,
            expected: self.expected(&subject, given.as_ref()),
            deviations: client.deviations(self.table, &interface),
        })
    }

    /// How much of what the table can have the clients should have.
    fn expected(&self, subject: &Subject, given: Option<&GivenNames>) -> String {
        let kind = self.table.kind;
        let mut expected = Vec::new();
        if !kind.is_of_names() {
            expected.push(counted(subject.answer.routes.len(), "route", "routes"));
        }
        if let Some(given) = given.filter(|_| kind.tells_of_names()) {
            let reached = given.reached().count();
            let servers = if kind.is_handed_out() { given.servers.len() } else { reached };
            expected.push(counted(servers, "DNS server", "DNS servers"));
            expected.push(counted(given.suffixes().len(), "suffix", "suffixes"));
        }
        words::list(&expected)
    }

    fn needs_names(&self) -> Failure {
        let file = self.arguments.file.display();
        let path = self.path();
        Failure::new(format!(
            "`{file}` is {}, and `{path}` says nothing of DNS servers",
            self.table.kind.origin()
        ))
        .help("add a file `dns.csv`, or export again: `tunnelog export-query` asks for DNS servers and zones")
    }

    /// The answer for the same clients in the old inventory.
    fn before(&self, old: &Inventory, subject: &Subject) -> Result<GatewayAnswer, Failure> {
        let path = self.arguments.old.as_deref().unwrap_or(Path::new("")).display().to_string();
        let is_listed = old.clients.is_some();
        let gateway = self.inventory.names.text(subject.gateway).to_owned();
        let client = self.arguments.subject.client.clone().filter(|_| is_listed);
        let arguments = SubjectArguments {
            gateway: client.is_none().then_some(gateway),
            client,
            class: vec![subject.class],
            profile: self.arguments.subject.profile,
        };
        Ok(Subject::new(&arguments, &Analysis::new(old), &path, self.table.kind.tells_of_names())?.answer)
    }

    fn no_interface(&self, name: &str) -> Failure {
        let all: Vec<_> = self.table.entries.iter().collect();
        let names = interfaces(self.table, &all);
        let failure = Failure::new(format!(
            "no route of `{}` goes through an interface `{name}`",
            self.arguments.file.display()
        ));
        failure.help(format!("its routes go through {}", words::list(&names)))
    }

    fn gateway(&self) -> Result<Verdict<'a>, Failure> {
        let inventory = self.inventory;
        let name = subject::gateway(&self.arguments.subject, inventory, &self.path())?;
        let gateway = Gateway::new(&Analysis::with_facts(inventory, self.facts), name, None);
        let before = |old: &Inventory| {
            let name = old.names.get(inventory.names.text(name))?;
            let is_gateway = old.gateways.iter().any(|gateway| gateway.vnet == name);
            is_gateway.then(|| Gateway::new(&Analysis::new(old), name, None))
        };
        let old = self.old.and_then(before);
        let (neighbour, expected, deviations) = if self.table.kind == Kind::LearnedRoutes {
            let old = old.map(|old| self.renamed(old));
            (None, count(&gateway.learned, None), learned(self.table, &gateway, old.as_ref()))
        } else {
            let neighbour = self.neighbour(&gateway, name)?;
            let old = old.map(|old| self.renamed(old));
            let before = old.as_ref().map(|old| (old, neighbour));
            let expected = count(&gateway.accepted, Some(neighbour));
            (Some(neighbour), expected, advertised(self.table, &gateway, neighbour, before))
        };
        Ok(Verdict {
            whose: format!("the gateway of {}", screen::one_line(inventory.names.text(name))),
            client: None,
            gateway: Some(name),
            subnet: None,
            class: None,
            interfaces: None,
            neighbour,
            expected: counted(expected, "route", "routes"),
            deviations,
        })
    }

    fn subnet(&self, wanted: &str) -> Result<Verdict<'a>, Failure> {
        let inventory = self.inventory;
        let (vnet, label) = subject::subnet(wanted, inventory, &self.path())?;
        let subnet = Subnet::new(&Analysis::with_facts(inventory, self.facts), vnet, label);
        let name = format!("{}/{}", inventory.names.text(vnet), inventory.labels.text(label));
        let before = |old: &Inventory| {
            let vnet = old.names.get(inventory.names.text(vnet))?;
            let label = old.labels.get(inventory.labels.text(label))?;
            Some(Subnet::new(&Analysis::new(old), vnet, label))
        };
        let old = self.old.and_then(before);
        Ok(Verdict {
            whose: format!("the subnet {}", screen::one_line(&name)),
            client: None,
            gateway: None,
            subnet: Some(name),
            class: None,
            interfaces: None,
            neighbour: None,
            expected: counted(subnet.count(), "route", "routes"),
            deviations: subnet.deviations(self.table, old.as_ref()),
        })
    }

    fn not_of_a_subnet(&self, kind: Kind) -> Failure {
        let file = self.arguments.file.display();
        Failure::new(format!("`{file}` is {}, which tells nothing of a subnet", kind.origin()))
            .help("give the effective routes of a network interface, or leave out `--subnet`")
    }

    fn needs_subnet(&self) -> Failure {
        let file = self.arguments.file.display();
        Failure::new(format!("`{file}` holds the effective routes of a network interface"))
            .help("give its subnet with `--subnet VNET/SUBNET`, or an address in it")
    }

    /// The gateway of the old inventory with neighbours by their numbers in the new one; others are left out.
    fn renamed(&self, old: Gateway) -> Gateway {
        let Some(inventory) = self.old else { return old };
        let number = |(name, prefix): (NameId, Prefix)| {
            Some((self.inventory.names.get(inventory.names.text(name))?, prefix))
        };
        Gateway {
            attached: old.attached,
            statics: old.statics.into_iter().filter_map(number).collect(),
            learned: old.learned.into_iter().filter_map(number).collect(),
            accepted: old.accepted.into_iter().filter_map(number).collect(),
        }
    }

    /// The neighbour that the routes are advertised to.
    fn neighbour(&self, gateway: &Gateway, name: NameId) -> Result<NameId, Failure> {
        let names = &self.inventory.names;
        let neighbours = gateway.neighbours();
        let mut texts: Vec<&str> = neighbours.iter().map(|neighbour| names.text(*neighbour)).collect();
        texts.sort_unstable();
        let listed: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
        let shown = names.text(name);
        match (&self.arguments.neighbour, &neighbours[..]) {
            (_, []) => Err(Failure::new(format!("the gateway of `{shown}` has no BGP neighbour"))
                .help("nothing is advertised without a BGP session")),
            (None, [one]) => Ok(*one),
            (None, _) => Err(Failure::new(format!("the gateway of `{shown}` has several BGP neighbours"))
                .help(format!("give `--neighbour` with one of {}", listed.join(", ")))),
            (Some(wanted), _) => {
                names.get(wanted).filter(|found| neighbours.contains(found)).ok_or_else(|| {
                    Failure::new(format!("`{wanted}` is no BGP neighbour of the gateway of `{shown}`"))
                        .help(format!("its neighbours are {}", listed.join(", ")))
                })
            }
        }
    }
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// How many prefixes there are, those of one neighbour where one is given.
fn count(rows: &[(NameId, Prefix)], neighbour: Option<NameId>) -> usize {
    let of = rows.iter().filter(|(other, _)| neighbour.is_none_or(|neighbour| *other == neighbour));
    let mut prefixes: Vec<Prefix> = of.map(|(_, prefix)| *prefix).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes.len()
}

fn pool(inventory: &Inventory, gateway: NameId) -> &[Prefix] {
    let gateway = inventory.gateways.iter().find(|other| other.vnet == gateway);
    gateway.map(|gateway| &gateway.client_pool[..]).unwrap_or_default()
}

/// The prefixes of all networks.
fn known(inventory: &Inventory) -> Vec<Prefix> {
    let vnets = inventory.vnets.iter().flat_map(|vnet| &vnet.address_space);
    let mut known: Vec<Prefix> =
        vnets.chain(inventory.sites.iter().flat_map(|site| &site.address_space)).copied().collect();
    known.sort_unstable();
    known.dedup();
    known
}

impl Verdict<'_> {
    fn write(
        &self,
        compared: &Compared<'_>,
        findings: &Findings,
        sources: &Sources,
        call: &Call,
    ) -> Result<(), Failure> {
        let arguments = compared.arguments;
        let names = &compared.inventory.names;
        let (mut output, format) = call.answer(&arguments.output)?;
        let Format::Rows(format) = format else {
            self.write_text(compared, &mut output)?;
            if let Some(class) = self.class {
                writeln!(output, "\n  {}", words::model(class.profile()))?;
            }
            return output.finish();
        };
        if format != RowFormat::Json {
            // Rows have no place for it.
            call.note(self.what(compared));
        }
        let head = OfTable {
            of: OfClient {
                head: findings.head(SCHEMA, arguments.subject.profile.get()),
                client: self.client,
                gateway: self.gateway.map(|gateway| names.text(gateway)),
                class: self.class.map(Class::word),
            },
            subnet: self.subnet.as_deref(),
            file: &arguments.file.display().to_string(),
            kind: compared.table.kind,
            interfaces: self.interfaces.as_deref(),
            neighbour: self.neighbour.map(|neighbour| names.text(neighbour)),
        };
        let rows = self
            .deviations
            .iter()
            .map(|one| Deviates::new(one, compared.table.kind, compared.inventory, sources));
        Rows::all(format, &mut output, Origin::default(), &head, "rows", rows)?;
        output.finish()
    }

    /// What the file is and which of its routes count.
    fn what(&self, compared: &Compared<'_>) -> String {
        let kind = compared.table.kind.origin();
        let file = screen::one_line(&compared.arguments.file.display().to_string());
        let Some(interfaces) = &self.interfaces else { return format!("`{file}`: {kind}") };
        let shown: Vec<String> =
            interfaces.iter().map(|name| format!("`{}`", screen::one_line(name))).collect();
        let shown = words::list(&shown);
        match (&compared.arguments.interface, interfaces.is_empty()) {
            (Some(_), _) => format!("`{file}`: {kind}, routes through {shown}"),
            (None, false) => format!("`{file}`: {kind}, routes through {shown}, found by the address pool"),
            (None, true) => {
                format!("`{file}`: {kind}, and nothing in it has an address or a route in the address pool")
            }
        }
    }

    fn write_text(&self, compared: &Compared<'_>, output: &mut Output) -> Result<(), Failure> {
        let inventory = compared.inventory;
        let is_coloured = output.screen.colour;
        let styled = |style: Style| if is_coloured { style } else { Style::new() };
        let bold = styled(Style::new().bold());
        let mut whose = self.whose.chars();
        // A client's name stays as it is written.
        let is_name = compared.arguments.subject.client.is_some();
        let first = whose.next().into_iter();
        let first: String =
            if is_name { first.collect() } else { first.flat_map(char::to_uppercase).collect() };
        let neighbour = self.neighbour.map(|name| screen::one_line(inventory.names.text(name)));
        let towards = neighbour.map_or_else(String::new, |name| format!(", towards {name}"));
        writeln!(output, "{bold}{first}{}{towards}{bold:#}\n", whose.as_str())?;
        output.write_all(paragraph::sentence(&self.what(compared), output.screen).as_bytes())?;
        if self.deviations.is_empty() {
            writeln!(output, "\n  Nothing is missing of {}, and nothing else is there.", self.expected)?;
            return Ok(());
        }
        writeln!(output)?;
        let cells = self.deviations.iter().map(|one| {
            let neighbours: Vec<String> =
                one.neighbours.iter().map(|name| screen::one_line(inventory.names.text(*name))).collect();
            let names = words::list(&neighbours);
            let cause = if names.is_empty() {
                one.cause.word().to_owned()
            } else {
                format!("{}: {names}", one.cause.word())
            };
            let why = one.leads.clone().unwrap_or_else(|| words::reasons(one.reasons));
            vec![one.kind.word().to_owned(), one.what.to_string(), cause, why]
        });
        for (line, one) in aligned(cells.collect(), output.screen.wrap()).zip(&self.deviations) {
            let colour = if one.kind.is_missing() { AnsiColor::Red } else { AnsiColor::Yellow };
            let style = styled(colour.on_default());
            writeln!(output, "{style}{line}{style:#}")?;
        }
        let mut causes: Vec<_> = self.deviations.iter().map(|one| one.cause).collect();
        causes.sort_unstable();
        causes.dedup();
        writeln!(output)?;
        for cause in causes {
            let sentence =
                format!("{}: {} {}", cause.word(), cause.summary(), cause.help(compared.table.kind));
            output.write_all(paragraph::sentence(&sentence, output.screen).as_bytes())?;
        }
        Ok(())
    }
}
