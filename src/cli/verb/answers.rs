//! What `routes` and `reach` have in common: reading, solving, narrowing and writing.

use std::io::Write;

use tunnelog::answer::{Analysis, AsPaths, By, GatewayAnswer, Request, Status, Wanted};
use tunnelog::class::Class;
use tunnelog::facts::Facts;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::Target;

use crate::cli::arguments::{AnswerArguments, AnswerFormat, Color, Format, Paths, To, Whose};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::Opened;
use crate::cli::shell::output::Output;
use crate::cli::shell::work::Progress;
use crate::cli::shell::{names, open, work};
use crate::cli::view::json::{Context, Head, Origin, Row as Written};
use crate::cli::view::rows::{Chunk, Rows};
use crate::cli::view::tables;
use crate::cli::view::tables::{Cells, Columnar, Workbook};
use crate::cli::view::text::Page;

/// A verb that gives rows.
pub(crate) trait Verb {
    /// A row as it is computed.
    type Row: Copy + Send + Sync;
    /// A row as it is written.
    type Written<'a>: Written;
    /// The name and version of the JSON document.
    const SCHEMA: &'static str;
    /// The rows that it is about.
    const WANTED: Wanted;

    fn rows(answer: &GatewayAnswer) -> &[Self::Row];
    fn narrowed(target: &Target, answer: &GatewayAnswer) -> Vec<Self::Row>;
    fn owner(row: &Self::Row) -> (Option<u32>, Class);
    fn status(row: &Self::Row) -> Option<Status>;
    fn written<'a>(context: Context<'a>, gateway: NameId, row: &Self::Row) -> Self::Written<'a>;
    /// Tells people about the rows of one class or client.
    fn section(page: &mut Page<'_>, gateway: NameId, rows: &[Self::Row]);
}

/// Runs a verb.
pub(crate) fn run<V: Verb>(
    arguments: &AnswerArguments,
    fail_on: &[Status],
    color: Color,
    quiet: bool,
) -> Result<Exit, Failure> {
    let inventories = &arguments.inventories;
    let Some(opened) = open::open(&inventories.paths, &inventories.changes, color, quiet) else {
        return Ok(Exit::Invalid);
    };
    let questions = questions::<V>(&opened, arguments)?;
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    let format = output.format(arguments.output.format, AnswerFormat::Table, AnswerFormat::Csv);
    if matches!(format, AnswerFormat::Xlsx | AnswerFormat::Parquet) && output.is_terminal() {
        let failure = Failure::new("a terminal cannot show what is no text");
        return Err(failure.help("name a file with `-o`"));
    }
    let answer = Answer { opened: &opened, questions: &questions, fail_on, arguments };
    let given = match format {
        AnswerFormat::Table => tell_people::<V>(&questions, fail_on, &mut output)?,
        AnswerFormat::Csv => answer.write_rows::<V>(Format::Csv, &mut output)?,
        AnswerFormat::Json => answer.write_rows::<V>(Format::Json, &mut output)?,
        AnswerFormat::Ndjson => answer.write_rows::<V>(Format::Ndjson, &mut output)?,
        AnswerFormat::Markdown => answer.write_rows::<V>(Format::Markdown, &mut output)?,
        AnswerFormat::Xlsx => answer.write_workbook::<V>(&mut output)?,
        AnswerFormat::Parquet => answer.write_columns::<V>(&mut output)?,
    };
    output.finish()?;
    // What no network holds is reached by nobody: a misspelt address must not pass for a reachable one.
    let is_nowhere = arguments.to.is_some() && given.rows == 0 && fail_on.contains(&Status::Unreachable);
    let exit = if given.failed || is_nowhere { Exit::No } else { inventories.denied.exit(opened.worst) };
    // The program ends here, and to give a million networks back one by one takes longer than to end.
    std::mem::forget(opened);
    Ok(exit)
}

/// What is asked of one inventory.
struct Question<'a> {
    inventory: &'a Inventory,
    facts: &'a Facts,
    /// Its path, where there are several.
    path: Option<&'a str>,
    request: Request,
    target: Narrowed,
}

/// What an answer is narrowed to.
enum Narrowed {
    Everything,
    Only(Target),
    /// A network that another inventory of the call has.
    Nothing,
}

/// Resolves the names in the arguments. A name has to be known in one of the inventories.
fn questions<'a, V: Verb>(
    opened: &'a Opened,
    arguments: &'a AnswerArguments,
) -> Result<Vec<Question<'a>>, Failure> {
    for wanted in &arguments.scope.gateway {
        names::known_gateway(&opened.inventories, wanted)?;
    }
    if let Some(To::Network(wanted)) = &arguments.to {
        names::known_network(&opened.inventories, wanted)?;
    }
    let several = opened.paths.len() > 1;
    let question = |((inventory, facts), path): ((&'a Inventory, &'a Facts), &'a String)| {
        if arguments.scope.by == Whose::Client && inventory.clients.is_none() {
            return Err(Failure::new(format!("`{path}` lists no clients"))
                .help("add a file `clients.csv`, or leave out `--by client`"));
        }
        let gateways =
            || arguments.scope.gateway.iter().filter_map(|name| inventory.names.get(name)).collect();
        let target = match &arguments.to {
            None => Narrowed::Everything,
            Some(To::Network(name)) => {
                Target::network(inventory, name).map_or(Narrowed::Nothing, Narrowed::Only)
            }
            Some(To::Prefix(prefix)) => Narrowed::Only(Target::Prefix(*prefix)),
            Some(To::Address(address)) => Narrowed::Only(Target::Address(*address)),
        };
        let request = Request {
            profile: arguments.scope.profile.get(),
            by: match arguments.scope.by {
                Whose::Class => By::Class,
                Whose::Client => By::Client,
            },
            gateways: (!arguments.scope.gateway.is_empty()).then(gateways),
            classes: (!arguments.scope.class.is_empty()).then(|| arguments.scope.class.clone()),
            wanted: V::WANTED,
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
        Ok(Question { inventory, facts, path, request, target })
    };
    opened.inventories.iter().zip(&opened.facts).zip(&opened.paths).map(question).collect()
}

impl Question<'_> {
    /// Gives `sink` what `render` makes of the rows of each gateway, or of each client, in the order of the answer.
    fn answer<V: Verb, Rendered: Send>(
        &self,
        render: impl Fn(NameId, &[V::Row]) -> Rendered + Sync,
        mut sink: impl FnMut(Rendered) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if matches!(self.target, Narrowed::Nothing) {
            return Ok(());
        }
        let narrowed = |gateway, answer: GatewayAnswer| match &self.target {
            Narrowed::Only(target) => render(gateway, &V::narrowed(target, &answer)),
            Narrowed::Everything | Narrowed::Nothing => render(gateway, V::rows(&answer)),
        };
        let analysis = Analysis::with_facts(self.inventory, self.facts);
        let mut progress = Progress::new(analysis.block_count(&self.request), "gateways or clients");
        analysis.render(&self.request, narrowed, |rendered| {
            work::go_on()?;
            progress.step();
            sink(rendered)
        })
    }
}

/// What has been given of an answer.
#[derive(Default)]
struct Given {
    rows: usize,
    /// True where a row has one of the statuses that count as a no.
    failed: bool,
}

impl Given {
    fn add(&mut self, rows: usize, failed: bool) {
        self.rows += rows;
        self.failed |= failed;
    }
}

/// True where a row has one of the statuses that count as a no.
fn fails<V: Verb>(rows: &[V::Row], fail_on: &[Status]) -> bool {
    !fail_on.is_empty()
        && rows.iter().any(|row| V::status(row).is_some_and(|status| fail_on.contains(&status)))
}

/// An answer that programs read, before it has a form.
struct Answer<'a> {
    opened: &'a Opened,
    questions: &'a [Question<'a>],
    fail_on: &'a [Status],
    arguments: &'a AnswerArguments,
}

impl Answer<'_> {
    /// Which columns stand before those of the verb.
    fn origin(&self) -> Origin<'static> {
        Origin {
            inventory: (self.questions.len() > 1).then_some(""),
            client: (self.arguments.scope.by == Whose::Client).then_some(""),
        }
    }

    fn profile(&self) -> &'static str {
        self.arguments.scope.profile.get().word()
    }

    fn write_rows<V: Verb>(&self, format: Format, output: &mut Output) -> Result<Given, Failure> {
        let head = Head {
            schema: V::SCHEMA,
            profile: Some(self.profile()),
            inventories: &self.opened.paths,
            diagnostics: Some(&self.opened.findings),
        };
        let mut rows = Rows::start::<V::Written<'_>>(format, output, self.origin(), &head, "rows")?;
        let given =
            self.each::<V, _>(|written| Chunk::of(format, written), |chunk| Ok(rows.write(&chunk?)?))?;
        rows.finish()?;
        Ok(given)
    }

    fn write_workbook<V: Verb>(&self, output: &mut Output) -> Result<Given, Failure> {
        let columns = tables::columns::<V::Written<'_>>(self.origin());
        let width = columns.len();
        let mut workbook = Workbook::start(columns)?;
        let given = self.each::<V, _>(|written| Cells::of(width, written), |cells| workbook.write(&cells))?;
        workbook.finish(&self.opened.findings, self.origin(), output)?;
        Ok(given)
    }

    fn write_columns<V: Verb>(&self, output: &mut Output) -> Result<Given, Failure> {
        let columns = tables::columns::<V::Written<'_>>(self.origin());
        let facts = [("schema", V::SCHEMA), ("profile", self.profile())];
        let mut table = Columnar::start(output, &columns, &facts)?;
        let given =
            self.each::<V, _>(|written| Cells::of(columns.len(), written), |cells| table.write(cells))?;
        table.finish()?;
        Ok(given)
    }

    /// Gives `sink` what `render` makes of the rows of each gateway, or of each client, as they are written.
    fn each<V: Verb, Rendered: Send>(
        &self,
        render: impl Fn(&mut dyn Iterator<Item = V::Written<'_>>) -> Rendered + Sync,
        mut sink: impl FnMut(Rendered) -> Result<(), Failure>,
    ) -> Result<Given, Failure> {
        let mut given = Given::default();
        for question in self.questions {
            let context = Context { inventory: question.inventory, path: question.path };
            let render = |gateway, narrowed: &[V::Row]| {
                let mut written = narrowed.iter().map(|row| V::written(context, gateway, row));
                (narrowed.len(), fails::<V>(narrowed, self.fail_on), render(&mut written))
            };
            question.answer::<V, _>(render, |(count, fails, rendered)| {
                given.add(count, fails);
                sink(rendered)
            })?;
        }
        Ok(given)
    }
}

fn tell_people<V: Verb>(
    questions: &[Question<'_>],
    fail_on: &[Status],
    output: &mut Output,
) -> Result<Given, Failure> {
    let mut given = Given::default();
    for (index, question) in questions.iter().enumerate() {
        if index > 0 {
            output.write_all(b"\n")?;
        }
        let mut page = Page::new(question.inventory, question.path, output.screen);
        let keep = |gateway, narrowed: &[V::Row]| (gateway, narrowed.to_vec());
        question.answer::<V, _>(keep, |(gateway, narrowed)| {
            given.add(narrowed.len(), fails::<V>(&narrowed, fail_on));
            for rows in narrowed.chunk_by(|one, other| V::owner(one) == V::owner(other)) {
                V::section(&mut page, gateway, rows);
                output.write_all(page.take().as_bytes())?;
            }
            Ok(())
        })?;
        output.write_all(page.end().as_bytes())?;
    }
    Ok(given)
}
