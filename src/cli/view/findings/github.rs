//! Findings as workflow commands of GitHub Actions, which mark the lines of a change.

use std::io::{self, Write};

use tunnelog::diagnostic::{Diagnostic, Report, Severity};

use crate::cli::shell::screen;
use crate::cli::view::findings::place::slashed;

/// A command for each finding; one that has no place marks the inventory itself.
pub(crate) fn write(report: &Report, inventory: &str, writer: &mut impl Write) -> io::Result<()> {
    for finding in &report.diagnostics {
        let command = match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let file = finding.span.map_or(inventory, |span| &report.sources.get(span.file).path);
        write!(writer, "::{command} file={},", property(&slashed(file)))?;
        if let Some(span) = finding.span {
            let position = report.sources.position(span);
            write!(writer, "line={},col={},", position.line, position.column)?;
        }
        writeln!(writer, "title={}::{}", property(finding.code.name()), data(&text(finding, report)))?;
    }
    Ok(())
}

/// What is wrong, what was expected, where else to look, and what to do, each on a line.
fn text(finding: &Diagnostic, report: &Report) -> String {
    let mut lines = vec![screen::one_line(&finding.message)];
    if !finding.label.is_empty() {
        lines.push(screen::one_line(&finding.label));
    }
    for (span, label) in &finding.related {
        let position = report.sources.position(*span);
        let file = screen::one_line(&slashed(&report.sources.get(span.file).path));
        let label = screen::one_line(label);
        lines.push(format!("{file}:{}:{}: {label}", position.line, position.column));
    }
    if let Some(help) = &finding.help {
        lines.push(format!("help: {}", screen::one_line(help)));
    }
    lines.join("\n")
}

/// The text of a command, escaped as the runner reads it back.
fn data(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    screen::one_line(&escaped)
}

/// The value of a property of a command, escaped as the runner reads it back.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(data("50%\r\n::error::a,b"), "50%25%0D%0A::error::a,b");
        assert_eq!(property("50%\r\n::a,b"), "50%25%0D%0A%3A%3Aa%2Cb");
        assert_eq!(data("%0A"), "%250A");
        assert_eq!(property("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
    }
}
