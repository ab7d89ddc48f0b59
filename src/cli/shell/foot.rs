//! What is said below an answer: how much was found in the inventories, and what of theirs is not modelled.

use std::collections::BTreeSet;
use std::path::Path;

use tunnelog::diagnostic::{Code, Diagnostic, Severity};

use crate::cli::arguments::ChangeArguments;
use crate::cli::shell::screen;
use crate::cli::view::words;

/// So many inventories and codes are named; there may be more.
const NAMED: usize = 3;

/// Findings that are not shown where they are found.
#[derive(Default)]
pub(crate) struct Foot {
    unmodelled: Vec<Diagnostic>,
    /// What `check` would show, by inventory.
    counted: Vec<(String, Vec<Diagnostic>)>,
    /// True where changes were made before.
    is_changed: bool,
    /// What the answer is narrowed to, as findings quote it, in small letters.
    about: Vec<String>,
}

impl Foot {
    /// Keeps what is said below the answer in any case.
    pub(crate) fn keep(&mut self, unmodelled: impl IntoIterator<Item = Diagnostic>) {
        self.unmodelled.extend(unmodelled);
    }

    /// Counts what was found in the inventory at `path`.
    pub(crate) fn count(&mut self, path: &Path, changes: &ChangeArguments, findings: Vec<Diagnostic>) {
        self.is_changed |= !changes.is_empty();
        self.counted.push((path.display().to_string(), findings));
    }

    /// Narrows the answer to what is called `names`.
    pub(crate) fn narrow<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        self.about.extend(names.into_iter().map(|name| format!("`{}`", name.to_lowercase())));
    }

    /// What was found in each inventory, in the order in which they were read; it is no longer counted.
    pub(crate) fn take_counted(&mut self) -> impl Iterator<Item = Vec<Diagnostic>> + use<> {
        std::mem::take(&mut self.counted).into_iter().map(|(_, findings)| findings)
    }

    /// The lines below the answer.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut said = BTreeSet::new();
        let unmodelled = self.unmodelled.iter().filter(|finding| said.insert(finding.message.as_str()));
        let mut lines: Vec<String> = unmodelled
            .map(|finding| {
                format!("note[{}]: {}", Code::Unmodelled.name(), screen::one_line(&finding.message))
            })
            .collect();
        lines.extend(self.counts());
        lines
    }

    /// How much was found, and which verb shows it.
    fn counts(&self) -> Option<String> {
        let (mut warnings, mut notes, mut about) = (0, 0, 0);
        let mut codes = BTreeSet::new();
        for finding in self.counted.iter().flat_map(|(_, findings)| findings) {
            match finding.severity() {
                Severity::Warning => {
                    warnings += 1;
                    if self.is_about(finding) {
                        about += 1;
                        codes.insert(finding.code.name());
                    }
                }
                Severity::Note => notes += 1,
                Severity::Error => {}
            }
        }
        let meant = match about {
            _ if self.about.is_empty() => String::new(),
            0 => ", none of them about this answer".to_owned(),
            count => {
                let named: Vec<&str> = codes.iter().take(NAMED).copied().collect();
                let more = if codes.len() > NAMED { ", …" } else { "" };
                format!(", {count} of them about this answer ({}{more})", named.join(", "))
            }
        };
        let counts = match (warnings, notes) {
            (0, 0) => return None,
            (0, notes) => words::counted(notes, "note"),
            (warnings, 0) => words::counted(warnings, "warning") + &meant,
            (warnings, notes) => {
                let comma = if meant.is_empty() { "" } else { "," };
                let warnings = words::counted(warnings, "warning");
                format!("{warnings}{meant}{comma} and {}", words::counted(notes, "note"))
            }
        };
        let with_findings = self.counted.iter().filter(|(_, findings)| !findings.is_empty());
        let paths: BTreeSet<&String> = with_findings.map(|(path, _)| path).collect();
        let named: Vec<String> = paths.iter().take(NAMED).map(|path| screen::one_line(path)).collect();
        let more = if paths.len() > NAMED { " …" } else { "" };
        let with = if self.is_changed { " with the same `--with`" } else { "" };
        Some(format!("{counts}: `tunnelog check {}{more}`{with}", named.join(" ")))
    }

    /// True where a finding names what the answer is narrowed to.
    fn is_about(&self, finding: &Diagnostic) -> bool {
        if self.about.is_empty() {
            return false;
        }
        let message = finding.message.to_lowercase();
        self.about.iter().any(|name| message.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: Code, message: &str) -> Diagnostic {
        Diagnostic::new(code, message)
    }

    fn foot(paths: &[&str], about: &[&str]) -> Vec<String> {
        let mut foot = Foot::default();
        for path in paths {
            let findings = vec![
                found(Code::TunnelDown, "the connection between `Hub` and `HQ` is down"),
                found(Code::OneSidedPeering, "the peering between `Hub2` and `App` has one side"),
                found(Code::UnknownColumn, "the column `owner` is not read"),
            ];
            foot.count(Path::new(path), &ChangeArguments::default(), findings);
        }
        foot.narrow(about.iter().copied());
        foot.lines()
    }

    #[test]
    fn findings_are_counted() {
        assert_eq!(foot(&[], &[]), [""; 0]);
        assert_eq!(foot(&["est"], &[]), ["2 warnings and 1 note: `tunnelog check est`"]);
        let five = ["a", "b", "c", "d", "e"];
        assert_eq!(foot(&five, &[]), ["10 warnings and 5 notes: `tunnelog check a b c …`"]);
    }

    #[test]
    fn those_about_the_answer_are_told_from_the_others() {
        let said = |about: &[&str]| foot(&["est"], about).concat();
        let line = |of_them: &str, codes: &str| {
            format!(
                "2 warnings, {of_them} of them about this answer{codes}, and 1 note: `tunnelog check est`"
            )
        };
        assert_eq!(said(&["hub"]), line("1", " (tunnel-down)"));
        assert_eq!(said(&["Ub", "HQ"]), line("1", " (tunnel-down)"));
        assert_eq!(said(&["hub", "app"]), line("2", " (one-sided-peering, tunnel-down)"));
        assert_eq!(said(&["data"]), line("none", ""));
    }

    #[test]
    fn changes_of_the_call_are_named() {
        let mut foot = Foot::default();
        let changes = ChangeArguments { with: vec!["+ bgp(A, B)".to_owned()], ..ChangeArguments::default() };
        foot.count(Path::new("est"), &changes, vec![found(Code::SameAsn, "`A` and `B` have one ASN")]);
        assert_eq!(foot.lines(), ["1 warning: `tunnelog check est` with the same `--with`"]);
    }
}
