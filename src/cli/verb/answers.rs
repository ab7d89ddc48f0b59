//! What `routes`, `reach` and `names` have in common: reading, solving, narrowing and writing.

mod listing;
mod models;
mod question;

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::ValueHint;
use tunnelog::answer::{Analysis, AsPaths, By, GatewayAnswer, NameRow, Request, Wanted};
use tunnelog::facts::Facts;
use tunnelog::import::load::is_inventory;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Family;
use tunnelog::select::{Narrowing, Target};

pub(crate) use self::listing::{Listing, Owner, Statuses};
use self::models::OfWindows;
use self::question::{OfTarget, Question};
use crate::cli::arguments::{
    Classes, Format, InventoryArguments, OutputArguments, RowFormat, ScopeArguments, To, destination,
};
use crate::cli::shell::call::Call;
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::OpenedAll;
use crate::cli::shell::output::Output;
use crate::cli::shell::{held, names};
use crate::cli::view::json::{Context, NameOf, Origin};
use crate::cli::view::rows::{Chunk, Rows};
use crate::cli::view::tables;
use crate::cli::view::tables::{Cells, Columnar, Cover, Workbook};
use crate::cli::view::text::Page;
use crate::cli::view::without::Without;
use crate::cli::view::writing::Medium;

/// What the verbs that give an answer take.
#[derive(clap::Args, Debug)]
pub(crate) struct AnswerArguments {
    #[command(flatten)]
    inventories: InventoryArguments,

    #[command(flatten)]
    output: OutputArguments<Binary>,

    #[command(flatten)]
    scope: ScopeArguments,

    /// Which part of the AS path is checked for loops.
    #[arg(long, value_name = "EXTENT", default_value = "origin")]
    as_paths: Paths,

    /// Only what leads to a network, overlaps a prefix, or covers an address with the longest prefix; may be given several times.
    #[arg(long, value_name = "NETWORK|PREFIX|ADDRESS", value_parser = destination, help_heading = "Narrowing", value_hint = ValueHint::Other)]
    to: Vec<To>,
}

/// How much of a route's path matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Paths {
    /// The ASN where the prefix was first advertised.
    Origin,
    /// Every ASN on the path, which matters where routers share ASNs.
    Whole,
}

/// How only these verbs write their answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Binary {
    /// An Excel workbook: a matrix, a list, and what `check` finds.
    Xlsx,
    /// A Parquet file with the columns of the CSV, for a data lake.
    Parquet,
}

impl AnswerArguments {
    /// The model, and the classes that are asked for.
    pub(crate) fn classes(&self) -> Option<Classes<'_>> {
        self.scope.classes()
    }

    /// Fails where a destination is named, of which rows have none.
    pub(crate) fn refuse_destination(&self) -> Result<(), Failure> {
        if self.to.is_empty() {
            return Ok(());
        }
        Err(Failure::new("names are of zones, and `--to` names a destination")
            .help("`tunnelog explain --zone` says why names of one zone resolve"))
    }

    /// The gateways and the network that the answer is narrowed to.
    fn narrowed(&self) -> impl Iterator<Item = &String> + Clone {
        self.scope.gateway.iter().chain(self.to.iter().filter_map(To::network))
    }

    /// Fails where a format is asked for that holds nothing but the rows of the verb.
    pub(crate) fn refuse_binary(&self, option: &str) -> Result<(), Failure> {
        match self.output.format {
            Some(Format::Own(_)) => {
                Err(Failure::new(format!("`{option}` has no workbook and no Parquet file"))
                    .help("use another format, such as `--format csv`"))
            }
            _ => Ok(()),
        }
    }
}

/// Answers for the inventories of the call.
pub(crate) fn run<L: Listing>(
    arguments: &AnswerArguments,
    statuses: Statuses<'_, L::Status>,
    call: &Call,
) -> Result<Exit, Failure> {
    let inventories = &arguments.inventories;
    let opened = call.open_all(&inventories.paths, &inventories.changes)?;
    let mut questions = questions::<L>(&opened, arguments)?;
    call.narrow(names::written(&opened.inventories, arguments.narrowed()));
    let (mut output, format) = call.answer(&arguments.output)?;
    refuse_terminal(format, &output)?;
    ask_besides::<L>(&mut questions, format, arguments, statuses);
    let answer = Answer { opened: &opened, questions: &questions, statuses, arguments };
    let mut tally = match format {
        Format::Table => answer.write_text::<L>(Medium::Screen(output.screen), &mut output)?,
        Format::Rows(RowFormat::Markdown) => answer.write_text::<L>(Medium::Ticket, &mut output)?,
        Format::Rows(format) => answer.write_rows::<L>(format, &mut output)?,
        Format::Own(Binary::Xlsx) => answer.write_workbook::<L>(&mut output)?,
        Format::Own(Binary::Parquet) => answer.write_columns::<L>(&mut output)?,
    };
    answer.tell_rest::<L>(&mut tally, format, call, &mut output)?;
    output.finish()?;
    if tally.rows == 0
        && let Err(failure) = answer.nothing_of_an_export::<L>()
    {
        call.show_counted(opened.sources);
        return Err(failure);
    }
    // What no network holds is reached by nobody: a misspelt address must not pass for a reachable one.
    let is_failing = L::NOWHERE.is_some_and(|status| statuses.fail_on.contains(&status));
    let is_nowhere = is_failing && tally.has_unmet(&arguments.to);
    let exit =
        if tally.failed || is_nowhere { Exit::No } else { inventories.denied.exit(opened.findings.worst) };
    // The program ends here, and to give a million networks back one by one takes longer than to end.
    std::mem::forget(opened);
    Ok(exit)
}

/// Asks for what stands beside rows. A table has no place for appliances, and rows have none for names; where rows are left out, names
/// are no matter.
fn ask_besides<L: Listing>(
    questions: &mut [Question<'_>],
    format: Format<Binary>,
    arguments: &AnswerArguments,
    statuses: Statuses<'_, L::Status>,
) {
    let is_nested = matches!(format, Format::Rows(RowFormat::Json | RowFormat::Ndjson));
    let is_shown =
        matches!(format, Format::Table | Format::Rows(RowFormat::Markdown) | Format::Own(Binary::Xlsx));
    let is_whole = arguments.to.is_empty() && statuses.only.is_empty();
    for question in questions {
        question.request.appliances = L::HAS_APPLIANCES && is_nested;
        question.request.names = L::NAMES || L::TELLS_OF_NAMES && is_shown && is_whole;
    }
}

/// Fails where a terminal would get binary output.
fn refuse_terminal(format: Format<Binary>, output: &Output) -> Result<(), Failure> {
    if matches!(format, Format::Own(_)) && output.is_terminal() {
        let failure = Failure::new("binary output cannot be written to a terminal");
        return Err(failure.help("name a file with `-o`"));
    }
    Ok(())
}

/// Resolves the names in the arguments. A name has to be known in one of the inventories.
fn questions<'a, L: Listing>(
    opened: &'a OpenedAll,
    arguments: &'a AnswerArguments,
) -> Result<Vec<Question<'a>>, Failure> {
    for wanted in &arguments.scope.gateway {
        names::known_gateway(&opened.inventories, wanted)?;
    }
    let is_known =
        |wanted: &String| opened.inventories.iter().any(|one| Target::network(one, wanted).is_some());
    for wanted in arguments.to.iter().filter_map(To::network).filter(|wanted| !is_known(wanted)) {
        names::known_network(&opened.inventories, wanted)?;
    }
    for wanted in &arguments.scope.client {
        names::known_client(&opened.inventories, wanted)?;
    }
    let several = opened.findings.paths.len() > 1;
    let question = |((inventory, facts), path): ((&'a Inventory, &'a Facts), &'a String)| {
        if arguments.scope.by() == By::Client && inventory.clients.is_none() {
            return Err(Failure::new(format!("`{path}` lists no clients"))
                .help("add a file `clients.csv`, or leave out `--by client`"));
        }
        let gateways =
            || arguments.scope.gateway.iter().filter_map(|name| inventory.names.get(name)).collect();
        let target = |wanted: &To| match wanted {
            To::Network(name) => Target::network(inventory, name),
            To::Prefix(prefix) => Some(Target::Prefix(*prefix)),
            To::Address(address) => Some(Target::Address(*address)),
        };
        let narrowing = |wanted| target(wanted).map(|target| Narrowing::new(facts, target));
        let targets: Vec<Option<Narrowing>> = arguments.to.iter().map(narrowing).collect();
        let families = targets.iter().flatten().flat_map(|to| to.target().families_of_internet());
        let mut internet: Vec<Family> = families.collect();
        internet.sort_unstable();
        internet.dedup();
        let request = Request {
            profile: arguments.scope.profile.get(),
            by: arguments.scope.by(),
            clients: arguments.scope.clients(),
            gateways: (!arguments.scope.gateway.is_empty()).then(gateways),
            classes: (!arguments.scope.class.is_empty()).then(|| arguments.scope.class.clone()),
            wanted: L::WANTED,
            internet,
            as_paths: match arguments.as_paths {
                Paths::Origin => AsPaths::Origin,
                Paths::Whole => AsPaths::Whole,
            },
            ..Request::default()
        };
        if let (Paths::Whole, Some((gateway, count))) =
            (arguments.as_paths, Analysis::with_facts(inventory, facts).not_followed(&request))
        {
            let gateway = inventory.names.text(gateway);
            return Err(Failure::new(format!(
                "{count} ASNs are shared by routers around `{gateway}`, too many to follow all paths"
            ))
            .help("name other gateways with `--gateway`, or leave out `--as-paths whole`"));
        }
        let path = several.then_some(path.as_str());
        Ok(Question { inventory, facts, path, request, targets })
    };
    opened.inventories.iter().zip(&opened.facts).zip(&opened.findings.paths).map(question).collect()
}

/// What has been written of an answer.
#[derive(Default)]
struct Tally {
    rows: usize,
    /// True where a row has one of the statuses that count as a no.
    failed: bool,
    /// By target: how many rows bear on it, and those who have none.
    targets: Vec<(usize, Without)>,
}

impl Tally {
    fn add(&mut self, rows: usize, failed: bool) {
        self.rows += rows;
        self.failed |= failed;
    }

    /// Counts the rows that bear on each target, and takes down who has none.
    fn add_targets(&mut self, inventory: &Inventory, gateway: NameId, found: Vec<OfTarget>) {
        self.targets.resize_with(found.len(), Default::default);
        for ((rows, without), of_target) in self.targets.iter_mut().zip(found) {
            *rows += of_target.rows;
            without.add(inventory, gateway, of_target.without);
        }
    }

    /// True where no row bears on one of `targets`.
    fn has_unmet(&self, targets: &[To]) -> bool {
        let rows = |place: usize| self.targets.get(place).map_or(0, |target| target.0);
        (0..targets.len()).any(|place| rows(place) == 0)
    }

    /// Who has no row for which target.
    fn without(&mut self, targets: &[To]) -> Vec<String> {
        let each = self.targets.iter_mut().zip(targets);
        each.flat_map(|((_, without), to)| std::mem::take(without).sentences(to)).collect()
    }
}

/// An answer that programs read, before it has a form.
struct Answer<'a, S> {
    opened: &'a OpenedAll,
    questions: &'a [Question<'a>],
    statuses: Statuses<'a, S>,
    arguments: &'a AnswerArguments,
}

impl<S: Copy + PartialEq + Sync> Answer<'_, S> {
    /// Writes the answer for people.
    fn write_text<L: Listing<Status = S>>(
        &self,
        medium: Medium,
        output: &mut Output,
    ) -> Result<Tally, Failure> {
        let Self { questions, statuses, arguments, .. } = *self;
        let mut tally = Tally::default();
        for (index, question) in questions.iter().enumerate() {
            if index > 0 {
                output.write_all(b"\n")?;
            }
            let mut page = Page::new(question.inventory, question.path, statuses.only.is_empty(), medium);
            let before = tally.rows;
            let (mut of_windows, mut is_shown) = (OfWindows::new::<L>(&question.request), false);
            let keep = |gateway, narrowed: &[L::Row], answer: &GatewayAnswer, targets| {
                let names: Vec<NameRow> =
                    answer.names.iter().filter(|_| L::TELLS_OF_NAMES).cloned().collect();
                (gateway, narrowed.to_vec(), names, targets)
            };
            question.answer::<L, _>(&question.request, keep, |(gateway, narrowed, names, targets)| {
                tally.add(narrowed.len(), statuses.fails::<L>(&narrowed));
                tally.add_targets(question.inventory, gateway, targets);
                of_windows.add::<L>(question, gateway, &narrowed);
                let kept = statuses.kept::<L>(&narrowed);
                is_shown |= !kept.is_empty();
                for rows in kept.chunk_by(|one, other| L::owner(one) == L::owner(other)) {
                    L::section(&mut page, gateway, rows);
                    let owner = rows.first().map(L::owner);
                    let own = names.iter().filter(|row| Some((row.client, row.class)) == owner);
                    page.names(&own.collect::<Vec<_>>());
                    output.write_all(page.take().as_bytes())?;
                }
                Ok(())
            })?;
            let sentences = tally.without(&arguments.to);
            let model = is_shown.then(|| of_windows.sentence::<L>(question)).transpose()?;
            output.write_all(page.end(tally.rows - before, &sentences, model.as_deref()).as_bytes())?;
        }
        Ok(tally)
    }

    /// Says what rows have no place for: what becomes of packets that no network gets, and who has no row.
    fn tell_rest<L: Listing<Status = S>>(
        &self,
        tally: &mut Tally,
        format: Format<Binary>,
        call: &Call,
        output: &mut Output,
    ) -> Result<(), Failure> {
        if tally.rows == 0 && L::WANTED == Wanted::Reach {
            let sentences: Vec<String> = self.questions.iter().flat_map(Question::held).collect();
            held::tell(&sentences, matches!(format, Format::Table), call, output)?;
        }
        for sentence in &tally.without(&self.arguments.to) {
            call.note(sentence);
        }
        Ok(())
    }

    /// Says why there is no row, where an export holds networks and no answer comes of it.
    ///
    /// Whoever exports a network and asks what its clients reach has clients; what is missing was left out.
    fn nothing_of_an_export<L: Listing<Status = S>>(&self) -> Result<(), Failure> {
        let arguments = self.arguments;
        // Where nobody knows a zone, there is nothing to be said of names.
        let is_narrowed = L::NAMES
            || !arguments.to.is_empty()
            || !arguments.scope.client.is_empty()
            || !arguments.scope.gateway.is_empty()
            || !arguments.scope.class.is_empty();
        let has_clients = |question: &Question<'_>| {
            question.inventory.gateways.iter().any(|gateway| !gateway.client_pool.is_empty())
        };
        let has_clients = self.questions.iter().any(has_clients);
        let is_export = |path: &PathBuf| !is_inventory(path);
        if (is_narrowed && has_clients) || !arguments.inventories.paths.iter().any(is_export) {
            return Ok(());
        }
        let message = if has_clients {
            "nothing comes of the export: what its gateways with an address pool lead to is not in it"
        } else {
            "nothing comes of the export: no gateway that was read from it has an address pool"
        };
        Err(Failure::new(message)
            .help("the notes say what was left out; `tunnelog export-query` prints the query that exports all that is read"))
    }

    /// Which columns stand before those of the verb.
    fn origin(&self) -> Origin<'static> {
        Origin {
            inventory: (self.questions.len() > 1).then_some(""),
            client: (self.arguments.scope.by() == By::Client).then_some(""),
        }
    }

    fn write_rows<L: Listing<Status = S>>(
        &self,
        format: RowFormat,
        output: &mut Output,
    ) -> Result<Tally, Failure> {
        let head = self.opened.findings.head(L::SCHEMA, self.arguments.scope.profile.get());
        let mut rows = Rows::start::<L::Written<'_>>(format, output, self.origin(), &head, "rows")?;
        let tally =
            self.each::<L, _>(|written, _| Chunk::of(format, written), |chunk| Ok(rows.write(&chunk?)?))?;
        rows.finish()?;
        Ok(tally)
    }

    fn write_workbook<L: Listing<Status = S>>(&self, output: &mut Output) -> Result<Tally, Failure> {
        let columns = tables::columns::<L::Written<'_>>(self.origin());
        let width = columns.len();
        let of_names = tables::columns::<NameOf<'_>>(self.origin());
        let width_of_names = of_names.len();
        let cover = Cover {
            verb: L::SCHEMA,
            inventories: self.opened.findings.paths.clone(),
            model: self.arguments.scope.profile.get().word(),
        };
        let mut workbook = Workbook::start(columns, cover)?;
        let tally = self.each::<L, _>(
            |written, names| (Cells::of(width, written), Cells::of(width_of_names, names)),
            |(cells, names)| {
                workbook.keep_names(names);
                workbook.write(&cells)
            },
        )?;
        workbook.finish(of_names, &self.opened.findings.all, self.origin(), output)?;
        Ok(tally)
    }

    fn write_columns<L: Listing<Status = S>>(&self, output: &mut Output) -> Result<Tally, Failure> {
        let columns = tables::columns::<L::Written<'_>>(self.origin());
        let width = columns.len();
        let model = self.arguments.scope.profile.get().word();
        let facts = [("schema", L::SCHEMA), ("profile", model)];
        // Several inventories have a column of their own.
        let path = self.opened.findings.paths.first().filter(|_| self.questions.len() == 1);
        let constants: Vec<(&str, &str)> =
            std::iter::once(("model", model)).chain(path.map(|path| ("inventory", path.as_str()))).collect();
        let mut table = Columnar::start(output, &constants, columns, &facts)?;
        let tally = self.each::<L, _>(|written, _| Cells::of(width, written), |cells| table.write(cells))?;
        table.finish()?;
        Ok(tally)
    }

    /// Gives `sink` what `render` makes of the rows of each gateway, or of each client, as they are written, and of its names where these are told besides.
    fn each<L: Listing<Status = S>, Rendered: Send>(
        &self,
        render: impl Fn(
            &mut dyn Iterator<Item = L::Written<'_>>,
            &mut dyn Iterator<Item = NameOf<'_>>,
        ) -> Rendered
        + Sync,
        mut sink: impl FnMut(Rendered) -> Result<(), Failure>,
    ) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        for question in self.questions {
            let context = Context { inventory: question.inventory, path: question.path };
            let render = |gateway, narrowed: &[L::Row], answer: &GatewayAnswer, targets| {
                let kept = self.statuses.kept::<L>(narrowed);
                let names = answer.names.iter().filter(|_| L::TELLS_OF_NAMES);
                let mut names = names.map(|row| context.name(gateway, row));
                let mut written = L::written(context, gateway, &kept, &answer.appliances);
                let rendered = render(&mut written, &mut names);
                (narrowed.len(), self.statuses.fails::<L>(narrowed), (gateway, targets), rendered)
            };
            question.answer::<L, _>(
                &question.request,
                render,
                |(count, fails, (gateway, targets), rendered)| {
                    tally.add(count, fails);
                    tally.add_targets(question.inventory, gateway, targets);
                    sink(rendered)
                },
            )?;
        }
        Ok(tally)
    }
}
