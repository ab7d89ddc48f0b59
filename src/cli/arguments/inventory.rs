//! Which inventories are read, and what counts as a no.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::cli::arguments::changes::ChangeArguments;

/// The one inventory of a call.
#[derive(Args, Debug)]
pub(crate) struct PathArguments {
    /// A folder of CSV files, or an export; `-` reads an export from the standard input.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
}

/// The inventories of one call.
#[derive(Args, Debug)]
pub(crate) struct InventoryArguments {
    /// Folders of CSV files, or exports, `-` for one from the standard input; with several, rows get an `inventory` column.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// What counts as a no.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct DenyArguments {
    /// Exit with 1 on a diagnostic of this severity or above.
    #[arg(long, value_name = "WEIGHT")]
    pub(crate) deny: Option<Deny>,
}

/// The severity from which a diagnostic counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    Warnings,
}

/// Whether differences count as a no.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct DifferingArguments {
    /// Exit with 1 where something differs.
    #[arg(long)]
    pub(crate) exit_code: bool,
}
