//! Diagnostics.
use std::io;
use tunnelog::diagnostic::Report;
pub(crate) fn render(
    report: &Report,
    out: &mut impl io::Write,
    _colour: bool,
    _width: usize,
) -> io::Result<()> {
    report.diagnostics.iter().try_for_each(|diagnostic| writeln!(out, "{}", diagnostic.message))
}
