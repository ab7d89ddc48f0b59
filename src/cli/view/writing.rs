//! Text in parts, as a screen shows it or as a ticket has it: headings, sentences, short tables, changes and commands.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use tunnelog::class::Profile;

use crate::cli::arguments::{Format, RowFormat};
use crate::cli::shell::screen;
use crate::cli::shell::screen::Screen;
use crate::cli::view::columns::{TIE, aligned};
use crate::cli::view::{markdown, paragraph, words};

/// Where a text is read.
#[derive(Clone, Copy)]
pub(crate) enum Medium {
    /// On a screen, or in what is piped from one.
    Screen(Screen),
    /// In a ticket, as Markdown.
    Ticket,
}

/// Who reads an answer.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    Person(Medium),
    Program(RowFormat),
}

impl Reader {
    /// Who reads what is written in this format, on that screen.
    pub(crate) fn of(format: Format, screen: Screen) -> Self {
        match format {
            Format::Table => Self::Person(Medium::Screen(screen)),
            Format::Rows(RowFormat::Markdown) => Self::Person(Medium::Ticket),
            Format::Rows(format) => Self::Program(format),
            Format::Own(none) => match none {},
        }
    }
}

/// A text, written part by part.
pub(crate) struct Writing {
    text: String,
    medium: Medium,
    /// True in a ticket once there is a part, from which the next is set apart.
    has_parts: bool,
}

impl Writing {
    pub(crate) fn new(medium: Medium) -> Self {
        Self { text: String::new(), medium, has_parts: false }
    }

    /// Where the text is read.
    pub(crate) fn medium(&self) -> Medium {
        self.medium
    }

    /// What was written since the last call.
    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// A blank line on a screen. In a ticket every part is set apart from the one before.
    pub(crate) fn gap(&mut self) {
        if let Medium::Screen(_) = self.medium {
            self.text.push('\n');
        }
    }

    /// What a whole text is about.
    pub(crate) fn title(&mut self, text: &str) {
        match self.medium {
            Medium::Screen(_) => {
                self.line(Style::new().bold().underline(), text);
                self.gap();
            }
            Medium::Ticket => self.part(&format!("## {}", markdown::prose(text))),
        }
    }

    /// What the next parts are about.
    pub(crate) fn heading(&mut self, text: &str) {
        match self.medium {
            Medium::Screen(_) => self.line(Style::new().bold(), text),
            Medium::Ticket => self.part(&format!("### {}", markdown::prose(text))),
        }
    }

    /// A sentence, indented on a screen.
    pub(crate) fn sentence(&mut self, text: &str) {
        match self.medium {
            Medium::Screen(screen) => self.text.push_str(&paragraph::sentence(text, screen)),
            Medium::Ticket => self.part(&markdown::prose(text.trim())),
        }
    }

    /// A sentence behind `indent`, broken where the screen ends.
    pub(crate) fn flush(&mut self, text: &str, indent: &str) {
        match self.medium {
            Medium::Screen(screen) => self.text.push_str(&paragraph::flush(text, indent, screen)),
            Medium::Ticket => self.part(&markdown::prose(text)),
        }
    }

    /// What is drawn for screens.
    pub(crate) fn drawn(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A line that stays one on a screen, without an indent.
    pub(crate) fn plain(&mut self, text: &str) {
        match self.medium {
            Medium::Screen(_) => self.line(Style::new(), text),
            Medium::Ticket => self.part(&markdown::prose(text.trim())),
        }
    }

    /// The model that an answer follows.
    pub(crate) fn model(&mut self, model: Profile) {
        self.gap();
        self.sentence(&words::model(model));
    }

    /// Rows below their heads, which a screen leaves out; each in its style.
    pub(crate) fn table(&mut self, heads: &[&str], rows: Vec<Vec<String>>, style: impl Fn(usize) -> Style) {
        match self.medium {
            Medium::Screen(screen) => {
                for (index, line) in aligned(rows, screen.wrap()).enumerate() {
                    self.line(style(index), &line);
                }
            }
            Medium::Ticket => {
                let line = |cells: &mut dyn Iterator<Item = String>| {
                    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
                };
                let mut lines = vec![line(&mut heads.iter().map(|head| (*head).to_owned()))];
                lines.push(format!("|{}", " --- |".repeat(heads.len())));
                lines.extend(
                    rows.iter().map(|row| {
                        line(&mut row.iter().map(|cell| markdown::escaped(&cell.replace(TIE, " "))))
                    }),
                );
                self.part(&lines.join("\n"));
            }
        }
    }

    /// Changes as `whatif` takes them, each beginning with its sign.
    pub(crate) fn changes(&mut self, changes: &[String], indent: &str) {
        match self.medium {
            Medium::Screen(_) => {
                for change in changes {
                    let colour = if change.starts_with('+') { AnsiColor::Green } else { AnsiColor::Red };
                    self.line(colour.on_default(), &format!("{indent}{}", screen::one_line(change)));
                }
            }
            Medium::Ticket => self.fenced("diff", changes.iter().map(|change| screen::one_line(change))),
        }
    }

    /// Commands, which may be copied, so that each stays on its lines however long these are.
    pub(crate) fn commands(&mut self, commands: &[String], indent: &str) {
        match self.medium {
            Medium::Screen(_) => {
                for command in commands {
                    self.line(Style::new().dimmed(), &format!("{indent}{}", screen::harmless(command)));
                }
            }
            Medium::Ticket => self.fenced("sh", commands.iter().map(|command| screen::harmless(command))),
        }
    }

    /// A list of a ticket: each item with how deep it stands.
    pub(crate) fn list(&mut self, items: &[(usize, String)]) {
        if items.is_empty() {
            return;
        }
        let item = |(depth, text): &(usize, String)| {
            format!("{}- {}", "  ".repeat(*depth), markdown::prose(&screen::one_line(text)))
        };
        self.part(&items.iter().map(item).collect::<Vec<_>>().join("\n"));
    }

    /// Lines as they are, between fences that none of them ends.
    fn fenced(&mut self, language: &str, lines: impl Iterator<Item = String>) {
        let lines = lines.collect::<Vec<_>>().join("\n");
        if lines.is_empty() {
            return;
        }
        let runs = lines.split(|letter| letter != '`').map(str::len);
        let fence = "`".repeat(runs.max().unwrap_or_default().max(2) + 1);
        self.part(&format!("{fence}{language}\n{lines}\n{fence}"));
    }

    /// A line on a screen.
    pub(crate) fn line(&mut self, style: Style, text: &str) {
        let is_coloured = matches!(self.medium, Medium::Screen(screen) if screen.colour);
        let style = if is_coloured { style } else { Style::new() };
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{style}{text}{style:#}");
    }

    /// A part of a ticket.
    fn part(&mut self, text: &str) {
        if self.has_parts {
            self.text.push('\n');
        }
        self.has_parts = true;
        self.text.push_str(text);
        self.text.push('\n');
    }
}
