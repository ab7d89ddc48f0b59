//! What users set once for every call: in variables, and in a file that is looked for upward.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use tunnelog::class::Profile;
use tunnelog::diagnostic::{Code, Diagnostic, Report};
use tunnelog::source::{FileId, Span};

use crate::cli::arguments::JOBS;
use crate::cli::shell::names;

/// What the file is called.
pub(crate) const FILE: &str = "tunnelog.toml";

/// What the names of variables begin with.
const PREFIX: &str = "TUNNELOG_";

/// So many bytes are more than four settings need.
const LARGEST: u64 = 1 << 16;

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Format,
    Jobs,
    Model,
    Quiet,
}

impl Key {
    pub(crate) const ALL: [Self; 4] = [Self::Format, Self::Jobs, Self::Model, Self::Quiet];

    /// What it is called in the file; the option has the same name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Jobs => "jobs",
            Self::Model => "model",
            Self::Quiet => "quiet",
        }
    }

    /// What the variable is called.
    pub(crate) fn variable(self) -> String {
        format!("{PREFIX}{}", self.word().to_uppercase())
    }

    /// What is taken for a value of it.
    fn expected(self, command: &Command) -> String {
        let listed =
            |words: Vec<String>| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Format => listed(formats(command).into_iter().collect()),
            Self::Jobs => format!("a number from {} to {}", JOBS.start(), JOBS.end()),
            Self::Model => listed(Profile::ALL.iter().map(|model| model.word().to_owned()).collect()),
            Self::Quiet => "`true` or `false`".to_owned(),
        }
    }

    fn takes(self, value: &str, command: &Command) -> bool {
        match self {
            Self::Format => formats(command).contains(value),
            Self::Jobs => value.parse::<i64>().is_ok_and(|jobs| JOBS.contains(&jobs)),
            Self::Model => Profile::ALL.iter().any(|model| model.word() == value),
            Self::Quiet => ["true", "false"].contains(&value),
        }
    }
}

/// The formats of all verbs.
fn formats(command: &Command) -> BTreeSet<String> {
    let arguments = command.get_subcommands().flat_map(Command::get_arguments);
    let named = arguments.filter(|argument| argument.get_id() == Key::Format.word());
    named.flat_map(Arg::get_possible_values).map(|value| value.get_name().to_owned()).collect()
}

/// A value with where it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) value: String,
    /// A variable, or a line of the file.
    pub(crate) place: String,
}

/// What users have set, one setting for each key at most.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    set: [Option<Setting>; Key::ALL.len()],
    /// Variables that look like settings and are none, with what may be meant.
    pub(crate) notes: Vec<String>,
}

impl Settings {
    /// The settings of this process for what `command` takes.
    ///
    /// # Errors
    /// Everything in the variables and in the file that is no setting.
    pub(crate) fn read(command: &Command) -> Result<Self, Report> {
        let mut reading = Reading { command, settings: Self::default(), report: Report::default() };
        reading.variables();
        if let Some(path) = env::current_dir().ok().and_then(|folder| file_above(&folder)) {
            reading.file(&path);
        }
        let Reading { settings, mut report, .. } = reading;
        report.sort();
        if report.has_errors() { Err(report) } else { Ok(settings) }
    }

    /// The setting of `key`.
    pub(crate) fn get(&self, key: Key) -> Option<&Setting> {
        self.set[key as usize].as_ref()
    }

    /// True where nothing is set.
    pub(crate) fn is_empty(&self) -> bool {
        self.set.iter().all(Option::is_none)
    }

    /// The same command line with what is set for what is not given. A verb that does not have the format keeps its own.
    pub(crate) fn applied(&self, command: Command) -> Command {
        let command = command.mut_args(|argument| self.defaulted(argument));
        command.mut_subcommands(|verb| verb.mut_args(|argument| self.defaulted(argument)))
    }

    fn defaulted(&self, argument: Arg) -> Arg {
        let key = Key::ALL.into_iter().find(|key| argument.get_id() == key.word());
        let Some(setting) = key.and_then(|key| self.get(key)) else { return argument };
        let known = argument.get_possible_values();
        if known.is_empty() || known.iter().any(|value| value.get_name() == setting.value) {
            // clap keeps defaults as long as the program runs.
            argument.default_value(&*setting.value.clone().leak())
        } else {
            argument
        }
    }
}

/// The file of this name in `folder` or in the nearest folder above it.
fn file_above(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file())
}

struct Reading<'a> {
    command: &'a Command,
    settings: Settings,
    report: Report,
}

impl Reading<'_> {
    /// Variables count before the file. An empty one sets nothing.
    fn variables(&mut self) {
        let setting = |(name, value): (OsString, OsString)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
            (!value.is_empty()).then(|| (name, value.to_string_lossy().into_owned()))
        };
        let mut variables: Vec<(String, String)> = env::vars_os().filter_map(setting).collect();
        variables.sort_unstable();
        let known = Key::ALL.map(Key::variable);
        for (name, value) in variables {
            let Some(key) = Key::ALL.into_iter().find(|key| key.variable() == name) else {
                let help = names::did_you_mean(&name, known.iter().map(String::as_str));
                let help = help.map(|help| format!("; {help}")).unwrap_or_default();
                self.settings.notes.push(format!("note: the variable `{name}` sets nothing{help}"));
                continue;
            };
            if key.takes(&value, self.command) {
                self.settings.set[key as usize] = Some(Setting { value, place: name });
            } else {
                let message = format!("the variable `{name}` is `{value}`");
                let help = format!("it may be {}", key.expected(self.command));
                self.report.push(Diagnostic::new(Code::BadSetting, message).help(help));
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let shown = path.display().to_string();
        let size = path.metadata().map_or(0, |found| found.len());
        let read = if size > LARGEST {
            Err(format!("it is larger than {} KiB", LARGEST >> 10))
        } else {
            std::fs::read_to_string(path).map_err(|error| error.to_string())
        };
        let text = match read {
            Ok(text) => text,
            Err(cause) => {
                let message = format!("`{shown}` cannot be read: {cause}");
                self.report.push(Diagnostic::new(Code::UnreadableFile, message));
                return;
            }
        };
        let file = self.report.sources.add(shown.clone(), text.clone(), None);
        let (table, mistakes) = DeTable::parse_recoverable(&text);
        for mistake in mistakes {
            let span = Span::new(file, mistake.span().unwrap_or_default());
            let found =
                Diagnostic::new(Code::BadSetting, format!("`{shown}` is not TOML: {}", mistake.message()));
            self.report.push(found.at(span, "expected a line like `model = \"observed\"`"));
        }
        for (name, value) in table.get_ref() {
            self.entry(file, &text, &shown, name, value);
        }
    }

    fn entry(
        &mut self,
        file: FileId,
        text: &str,
        shown: &str,
        name: &Spanned<impl AsRef<str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let called = name.get_ref().as_ref();
        let Some(key) = Key::ALL.into_iter().find(|key| key.word() == called) else {
            let known = Key::ALL.map(Key::word);
            let all = known.map(|word| format!("`{word}`")).join(", ");
            let help = names::did_you_mean(called, known.into_iter());
            let found = Diagnostic::new(Code::BadSetting, format!("`{called}` is no setting"))
                .at(Span::new(file, name.span()), format!("expected one of {all}"));
            self.report
                .push(found.help(help.unwrap_or_else(|| "`tunnelog help config` lists them".to_owned())));
            return;
        };
        let written = match (key, value.get_ref()) {
            (Key::Quiet, DeValue::Boolean(value)) => Some(value.to_string()),
            (Key::Jobs, DeValue::Integer(value)) => Some(value.as_str().to_owned()),
            (Key::Format | Key::Model, DeValue::String(value)) => Some(value.to_string()),
            _ => None,
        };
        if let Some(value) = written.filter(|value| key.takes(value, self.command)) {
            let line = text[..name.span().start].matches('\n').count() + 1;
            let place = format!("{shown}:{line}");
            // A variable counts before the file.
            self.settings.set[key as usize].get_or_insert(Setting { value, place });
        } else {
            let found = Diagnostic::new(Code::BadSetting, format!("`{called}` cannot have this value"))
                .at(Span::new(file, value.span()), format!("expected {}", key.expected(self.command)));
            self.report.push(found);
        }
    }
}
