//! How and where an answer is written.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};

/// How and where an answer is written.
#[derive(Args, Debug)]
pub(crate) struct OutputArguments<Own: OwnFormats = Nothing> {
    /// How the answer is written: by default a table on a terminal, and CSV elsewhere.
    #[arg(long, short, value_parser = formats::<Own>(), help_heading = "Output")]
    pub(crate) format: Option<Format<Own>>,

    /// Write to this file, which is replaced atomically.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// The formats that only one verb has, after those of every verb that gives rows.
pub(crate) trait OwnFormats: ValueEnum + Copy + Send + Sync + 'static {}

impl<Own: ValueEnum + Copy + Send + Sync + 'static> OwnFormats for Own {}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format<Own = Nothing> {
    /// For people.
    Table,
    /// As rows for programs.
    Rows(RowFormat),
    /// As only this verb writes it.
    Own(Own),
}

/// How rows are written for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// One row a line, separated by commas.
    Csv,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table, for a ticket.
    Markdown,
}

/// no other formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nothing {}

impl ValueEnum for Nothing {
    fn value_variants<'a>() -> &'a [Self] {
        &[]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match *self {}
    }
}

impl<Own> Format<Own> {
    /// What most programs take.
    pub(crate) const CSV: Self = Self::Rows(RowFormat::Csv);
}

impl<Own: OwnFormats> Format<Own> {
    /// Every format with its word and help, in the order in which help lists them.
    fn all() -> Vec<(Self, PossibleValue)> {
        let mut all = vec![(Self::Table, PossibleValue::new("table").help("A table to read"))];
        let named = |format: &RowFormat| Some((Self::Rows(*format), format.to_possible_value()?));
        all.extend(RowFormat::value_variants().iter().filter_map(named));
        let named = |own: &Own| Some((Self::Own(*own), own.to_possible_value()?));
        all.extend(Own::value_variants().iter().filter_map(named));
        all
    }
}

/// A parser of formats.
fn formats<Own: OwnFormats>() -> impl TypedValueParser<Value = Format<Own>> {
    PossibleValuesParser::new(Format::<Own>::all().into_iter().map(|(_, word)| word)).try_map(|text| {
        let found = Format::all().into_iter().find(|(_, word)| word.get_name() == text);
        found.map(|(format, _)| format).ok_or("not one of the formats")
    })
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}
