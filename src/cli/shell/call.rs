//! One call of the program: how it opens what it is given, and how it speaks to its user.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tunnelog::diagnostic::{Code, Diagnostic, Report, Severity};
use tunnelog::source::Sources;

use crate::cli::arguments::{ChangeArguments, Classes, Color, Format, OutputArguments, OwnFormats};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::foot::Foot;
use crate::cli::shell::open::{Opened, OpenedAll, Reading};
use crate::cli::shell::output::Output;
use crate::cli::shell::{open, screen};
use crate::cli::view::diagnostics;

/// A verb with its arguments.
pub(crate) trait Verb {
    /// The model, and the classes that are asked for; `None` for a verb that takes no class.
    fn classes(&self) -> Option<Classes<'_>>;

    /// Does what is asked.
    fn run(&self, call: &Call) -> Result<Exit, Failure>;
}

/// What all parts of one call have in common.
pub(crate) struct Call {
    pub(crate) color: Color,
    pub(crate) quiet: bool,
    /// How many threads were asked for.
    pub(crate) jobs: Option<u16>,
    /// True where findings count as a no, so that they are shown and not only counted.
    denies: bool,
    /// The definition of the whole command line.
    pub(crate) command: fn() -> clap::Command,
    /// What is said below the answer.
    foot: RefCell<Foot>,
}

impl Call {
    pub(crate) fn new(
        color: Color,
        quiet: bool,
        jobs: Option<u16>,
        denies: bool,
        command: fn() -> clap::Command,
    ) -> Self {
        Self { color, quiet, jobs, denies, command, foot: RefCell::default() }
    }

    /// Says what has to be said below the answer.
    pub(crate) fn foot(&self) {
        self.foot.take().lines().iter().for_each(|line| self.note(line));
    }

    /// Narrows the answer to what is called `names`: findings about it are counted apart.
    pub(crate) fn narrow<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        self.foot.borrow_mut().narrow(names);
    }

    /// Reads one inventory, makes changes to it, checks it and reports what was found.
    ///
    /// # Errors
    /// Where it has errors, which are reported.
    pub(crate) fn open(&self, path: &Path, changes: &ChangeArguments) -> Result<Opened, Failure> {
        self.opened(open::read_with(path, changes), changes)
    }

    /// Reports what was found in an inventory that `changes` were made to, and in what else was read with it.
    ///
    /// # Errors
    /// Where there are errors among it.
    pub(crate) fn opened(&self, mut reading: Reading, changes: &ChangeArguments) -> Result<Opened, Failure> {
        let has_errors = reading.report.has_errors();
        let findings = reading.findings();
        if has_errors && reading.checked.is_some() {
            self.report_errors(&mut reading.report);
        }
        self.count(Path::new(&findings.paths[0]), changes, &mut reading.report);
        let (inventory, facts) = reading.checked.filter(|_| !has_errors).ok_or(Failure::Reported)?;
        Ok(Opened { inventory, facts, report: reading.report, findings })
    }

    /// Reads every inventory and reports what was found.
    ///
    /// # Errors
    /// Where one of them has errors, which are reported.
    pub(crate) fn open_all(
        &self,
        paths: &[PathBuf],
        changes: &ChangeArguments,
    ) -> Result<OpenedAll, Failure> {
        let paths = open::in_order(paths);
        let mut opened = OpenedAll::default();
        for path in &paths {
            let (checked, mut report) = opened.add(path, changes, paths.len() > 1);
            self.count(path, changes, &mut report);
            opened.keep(checked, report.sources);
        }
        if opened.inventories.len() == paths.len() { Ok(opened) } else { Err(Failure::Reported) }
    }

    /// Reports findings about what was read later than the inventory.
    pub(crate) fn report_more(&self, opened: &mut Opened) {
        opened.report.sort();
        opened.findings.add(&opened.report, None);
        self.report(&mut opened.report);
    }

    /// Counts what was found in the inventory at `path` below the answer, which comes first; errors are shown, with all
    /// that was found beside them, and where the user asked for quiet nothing is counted.
    pub(crate) fn count(&self, path: &Path, changes: &ChangeArguments, report: &mut Report) {
        if self.quiet || self.denies || report.has_errors() {
            self.report(report);
            report.diagnostics.clear();
            return;
        }
        self.keep_unmodelled(report);
        self.foot.borrow_mut().count(path, changes, std::mem::take(&mut report.diagnostics));
    }

    /// Shows the errors alone. They are in what is asked, so that what was found in the inventory has nothing to do with them.
    fn report_errors(&self, report: &mut Report) {
        let is_other = |diagnostic: &mut Diagnostic| diagnostic.severity() != Severity::Error;
        let rest: Vec<Diagnostic> = report.diagnostics.extract_if(.., is_other).collect();
        self.report(report);
        report.diagnostics = rest;
    }

    /// Shows what was counted so far, as no answer comes; `sources` are those of the inventories.
    pub(crate) fn show_counted(&self, sources: Vec<Sources>) {
        let counted = self.foot.borrow_mut().take_counted();
        for (diagnostics, sources) in counted.zip(sources) {
            self.report(&mut Report { diagnostics, sources });
        }
    }

    /// Keeps what is said below the answer in any case.
    fn keep_unmodelled(&self, report: &mut Report) {
        let is_unmodelled = |diagnostic: &mut Diagnostic| diagnostic.code == Code::Unmodelled;
        self.foot.borrow_mut().keep(report.diagnostics.extract_if(.., is_unmodelled));
    }

    /// Writes the findings to the standard error, only errors where the user asked for quiet.
    pub(crate) fn report(&self, report: &mut Report) {
        self.keep_unmodelled(report);
        report.diagnostics.retain(|diagnostic| !self.quiet || diagnostic.severity() == Severity::Error);
        if report.diagnostics.is_empty() {
            return;
        }
        let screen = screen::errors(self.color);
        let mut stream = io::BufWriter::new(io::stderr().lock());
        // The answer is worth giving even where nobody reads what is doubtful about it.
        let _ = diagnostics::render(report, &mut stream, screen.colour, screen.width);
    }

    /// Says on the standard error what else is good to know, unless the user asked for quiet.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.quiet {
            // What was asked for is done, whether or not anybody hears of it.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Says that a file is complete, where nothing else would come to the screen.
    pub(crate) fn wrote(&self, path: Option<&Path>) {
        if let Some(path) = path {
            self.note(format_args!("wrote `{}`", screen::one_line(&path.display().to_string())));
        }
    }

    /// Opens the file at `path`, or the standard output.
    pub(crate) fn output(&self, path: Option<&Path>) -> Result<Output, Failure> {
        Output::open(path, self.color)
    }

    /// Opens the place of an answer: a table on a terminal and CSV elsewhere, unless the user asked for another format.
    pub(crate) fn answer<Own: OwnFormats + PartialEq>(
        &self,
        arguments: &OutputArguments<Own>,
    ) -> Result<(Output, Format<Own>), Failure> {
        let mut output = self.output(arguments.output.as_deref())?;
        let format = output.format(arguments.format, Format::Table, Format::CSV);
        Ok((output, format))
    }
}
