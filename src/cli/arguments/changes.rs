//! Changes given on the command line.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// The sign that stands for a minus at the beginning of a change while the arguments are told apart.
const MINUS: char = '\u{2212}';

/// An argument that begins with a minus and a blank is a change, not an option.
pub(crate) fn masked(argument: std::ffi::OsString) -> std::ffi::OsString {
    match argument.to_str().and_then(|text| text.strip_prefix("- ")) {
        Some(rest) => format!("{MINUS} {rest}").into(),
        None => argument,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "argument parsers may fail")]
pub(crate) fn unmasked(text: &str) -> Result<String, String> {
    Ok(text.strip_prefix(MINUS).map_or_else(|| text.to_owned(), |rest| format!("-{rest}")))
}

/// Changes made to an inventory before anything is asked of it.
#[derive(Args, Debug, Default)]
pub(crate) struct ChangeArguments {
    /// Apply a change first, such as `+ bgp(VNet1, VNet2)`; may be given several times.
    #[arg(long, value_name = "CHANGE", value_parser = unmasked, help_heading = "Changes")]
    pub(crate) with: Vec<String>,

    /// Apply the changes in this file first, one per line.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Changes")]
    pub(crate) with_file: Vec<PathBuf>,

    /// Apply changes even if Azure would reject them, as far as possible.
    #[arg(long, help_heading = "Changes")]
    pub(crate) force: bool,
}

impl ChangeArguments {
    /// True where nothing is changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.with.is_empty() && self.with_file.is_empty()
    }
}
