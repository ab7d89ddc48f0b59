//! The tools, one a row: the verb that answers, and which of its arguments a call may give.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use clap::{Arg, ArgAction, Command};
use rmcp::model::{JsonObject, Tool as Definition, ToolAnnotations};
use serde_json::{Value, json};

use crate::cli::view::words::shell_word;

/// How every tool but `rules` is told what it reads.
const PATH: &str = "path";

/// A tool as this page defines it. What its arguments mean and which words they take is in the definition of the verb.
struct Row {
    /// The verb, after which the tool is called.
    verb: &'static str,
    title: &'static str,
    says: &'static str,
    /// The format that people read.
    format: &'static str,
    reads_inventory: bool,
    /// Options by their long names, and what has no option by its name in the definition. None of them names a file.
    takes: &'static [&'static str],
    requires: &'static [&'static str],
}

const ROWS: [Row; 8] = [
    Row {
        verb: "reach",
        title: "What VPN clients reach",
        says: "Says for every network whether the clients of each gateway reach it, and what stands in the way. Use `to` for \
               one network, prefix or address, and `summary` first for a large inventory.",
        format: "table",
        reads_inventory: true,
        takes: &["gateway", "class", "client", "to", "status", "summary", "by", "model", "with", "force"],
        requires: &[],
    },
    Row {
        verb: "routes",
        title: "Routes of VPN clients",
        says: "Lists the routes that clients get from their gateway, and why each of them is there.",
        format: "table",
        reads_inventory: true,
        takes: &["gateway", "class", "client", "to", "by", "model", "with", "force"],
        requires: &[],
    },
    Row {
        verb: "names",
        title: "Private DNS zones that VPN clients resolve",
        says: "Says for every private DNS zone whether its names resolve for clients, and what stands in the way.",
        format: "table",
        reads_inventory: true,
        takes: &["gateway", "class", "client", "by", "model", "with", "force"],
        requires: &[],
    },
    Row {
        verb: "explain",
        title: "Why clients reach a destination, or do not",
        says: "Says why clients reach a destination or do not, what is missing, and which command mends it. Give `gateway` \
               or `client`, and `to` or `zone`.",
        format: "text",
        reads_inventory: true,
        takes: &["gateway", "client", "to", "zone", "class", "proof", "all", "model", "with", "force"],
        requires: &[],
    },
    Row {
        verb: "whatif",
        title: "Impact of a change",
        says: "Says what changes would do to clients, and who has to download the profile again. Nothing is changed: neither \
               Azure nor the inventory.",
        format: "table",
        reads_inventory: true,
        takes: &["changes", "gateway", "class", "client", "by", "model", "with", "force"],
        requires: &["changes"],
    },
    Row {
        verb: "fix",
        title: "Cheapest changes that open a destination",
        says: "Finds the cheapest changes that let clients reach a destination or resolve a zone, or with `break` close it, \
               and lists their az commands, which nobody runs. Give `gateway` or `client`, and `to` or `zone`.",
        format: "table",
        reads_inventory: true,
        takes: &["gateway", "client", "to", "zone", "class", "break", "never", "model", "with", "force"],
        requires: &[],
    },
    Row {
        verb: "check",
        title: "Errors and likely misconfigurations",
        says: "Lists errors and likely misconfigurations of an inventory, each with file, line and help.",
        format: "table",
        reads_inventory: true,
        takes: &["with", "force"],
        requires: &[],
    },
    Row {
        verb: "rules",
        title: "Rules that answers follow from",
        says: "Lists the rules that answers follow from, or explains the one that `rule` names, each with its source.",
        format: "text",
        reads_inventory: false,
        takes: &["rule"],
        requires: &[],
    },
];

/// How often an argument may be given, and whether it has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Flag,
    One,
    Many,
}

/// An argument of a verb that a call may give.
struct Argument {
    name: &'static str,
    says: String,
    shape: Shape,
    /// The words that it takes; none where any text will do.
    words: Vec<String>,
    /// True where the verb takes it without an option.
    is_operand: bool,
}

impl Argument {
    fn named(name: &'static str, verb: &Command) -> Option<Self> {
        let is_called =
            |it: &&Arg| it.get_long() == Some(name) || it.is_positional() && it.get_id().as_str() == name;
        let found = verb.get_arguments().find(is_called)?;
        let shape = match found.get_action() {
            ArgAction::SetTrue => Shape::Flag,
            ArgAction::Append => Shape::Many,
            _ => Shape::One,
        };
        let words = found.get_possible_values();
        let words = words.iter().filter(|_| shape != Shape::Flag).map(|word| word.get_name().to_owned());
        let says = found.get_help().map(ToString::to_string).unwrap_or_default();
        Some(Self {
            name,
            // A list says this by itself.
            says: says.replace("; may be given several times", ""),
            shape,
            words: words.collect(),
            is_operand: found.is_positional(),
        })
    }

    fn schema(&self) -> Value {
        let mut text = json!({ "type": "string" });
        if !self.words.is_empty() {
            text["enum"] = json!(self.words);
        }
        let mut schema = match self.shape {
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::One => text,
            Shape::Many => json!({ "type": "array", "items": text }),
        };
        schema["description"] = json!(self.says);
        schema
    }

    /// The values in `given`; a flag that is set is there and has none.
    fn values(&self, given: &Value) -> Result<Vec<Option<String>>, String> {
        let text = |value: &Value| value.as_str().map(|text| Some(text.to_owned()));
        let one = |value: &Value| text(value).map(|value| vec![value]);
        let (values, expected) = match (self.shape, given) {
            (Shape::Flag, _) => (
                given.as_bool().map(|is_set| is_set.then_some(None).into_iter().collect()),
                "`true` or `false`",
            ),
            (Shape::One, _) => (one(given), "a text"),
            (Shape::Many, Value::Array(list)) => (list.iter().map(text).collect(), "a list of texts"),
            // One text where a list is asked for can only mean one thing.
            (Shape::Many, _) => (one(given), "a list of texts"),
        };
        values.ok_or_else(|| format!("`{}` is {given}; it takes {expected}", self.name))
    }
}

/// A tool, with what the definition of the verb says of its arguments.
pub(crate) struct Tool {
    row: &'static Row,
    arguments: Vec<Argument>,
}

impl Tool {
    /// All tools of `program`, the definition of the whole command line.
    pub(crate) fn all(program: &Command) -> Vec<Self> {
        let tool = |row: &'static Row| {
            let verb = program.find_subcommand(row.verb)?;
            let arguments = row.takes.iter().filter_map(|name| Argument::named(name, verb));
            Some(Self { row, arguments: arguments.collect() })
        };
        ROWS.iter().filter_map(tool).collect()
    }

    pub(crate) fn name(&self) -> &'static str {
        self.row.verb
    }

    /// The tool as clients list it; `path` is read where a call names nothing else.
    pub(crate) fn definition(&self, path: Option<&Path>) -> Definition {
        let mut properties = JsonObject::new();
        let mut required = self.row.requires.to_vec();
        if self.row.reads_inventory {
            let default = path.map(|path| format!("; without it `{}`", path.display()));
            if default.is_none() {
                required.insert(0, PATH);
            }
            let says = format!("A folder of CSV files, or an export of Azure{}", default.unwrap_or_default());
            properties.insert(PATH.to_owned(), json!({ "type": "string", "description": says }));
        }
        properties.extend(self.arguments.iter().map(|it| (it.name.to_owned(), it.schema())));
        let mut schema = JsonObject::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(properties));
        schema.insert("required".to_owned(), json!(required));
        schema.insert("additionalProperties".to_owned(), json!(false));
        let annotations =
            ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false);
        Definition::new(self.row.verb, self.row.says, Arc::new(schema))
            .with_title(self.row.title)
            .with_annotations(annotations)
    }

    /// What a call asks of the program.
    ///
    /// # Errors
    /// With what is wrong with the call.
    pub(crate) fn question(&self, given: &JsonObject, path: Option<&Path>) -> Result<Question, String> {
        self.refuse_unknown(given)?;
        // What is null is not given.
        let given = |name: &str| given.get(name).filter(|value| !value.is_null());
        let (mut options, mut operands) = (Vec::new(), Vec::new());
        if self.row.reads_inventory {
            operands.push(self.path(given(PATH), path)?);
        }
        for argument in &self.arguments {
            let values =
                given(argument.name).map(|given| argument.values(given)).transpose()?.unwrap_or_default();
            if argument.is_operand {
                operands.extend(values.into_iter().flatten().map(OsString::from));
            } else {
                options.extend(values.into_iter().map(|value| (argument.name, value)));
            }
        }
        Ok(Question { verb: self.row.verb, format: self.row.format, options, operands })
    }

    fn refuse_unknown(&self, given: &JsonObject) -> Result<(), String> {
        let path = self.row.reads_inventory.then_some(PATH);
        let known: Vec<&str> = path.into_iter().chain(self.arguments.iter().map(|it| it.name)).collect();
        let Some(unknown) = given.keys().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        Err(format!("`{}` takes no `{unknown}`; it takes {}", self.row.verb, known.join(", ")))
    }

    /// What is read, named so that nobody takes it for an option or the standard input.
    fn path(&self, given: Option<&Value>, path: Option<&Path>) -> Result<OsString, String> {
        let named = match (given, path) {
            (Some(Value::String(given)), _) => given.into(),
            (Some(other), _) => return Err(format!("`{PATH}` is {other}; it takes a text")),
            (None, Some(path)) => path.as_os_str().to_owned(),
            (None, None) => {
                return Err(format!(
                    "`{}` has to know what to read: name a folder or an export as `{PATH}`",
                    self.row.verb
                ));
            }
        };
        let is_sign = named.as_encoded_bytes().starts_with(b"-");
        Ok(if is_sign { Path::new(".").join(named).into_os_string() } else { named })
    }
}

/// What is asked of the program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Question {
    verb: &'static str,
    /// The format that people read.
    pub(crate) format: &'static str,
    options: Vec<(&'static str, Option<String>)>,
    operands: Vec<OsString>,
}

impl Question {
    /// The arguments of a call of the program.
    pub(crate) fn words(&self, format: &str) -> Vec<OsString> {
        let options = self.options(format, str::to_owned).into_iter().map(OsString::from);
        options.chain(self.operands.iter().cloned()).collect()
    }

    /// The same call, for a shell.
    pub(crate) fn command(&self, format: &str) -> String {
        let quoted = |text: &str| shell_word(text).into_owned();
        let operands = self.operands.iter().map(|text| quoted(&text.to_string_lossy()));
        let words: Vec<String> = self.options(format, quoted).into_iter().chain(operands).collect();
        format!("tunnelog {}", words.join(" "))
    }

    /// The verb and its options, their values as `shown` has them, up to where operands begin.
    fn options(&self, format: &str, shown: impl Fn(&str) -> String) -> Vec<String> {
        let option = |(name, value): &(&str, Option<String>)| match value {
            None => format!("--{name}"),
            // Behind the sign a value stays one, whatever it begins with.
            Some(value) => format!("--{name}={}", shown(value)),
        };
        let begins = [self.verb.to_owned(), format!("--format={format}")];
        let end = (!self.operands.is_empty()).then(|| "--".to_owned());
        begins.into_iter().chain(self.options.iter().map(option)).chain(end).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;
    use std::path::PathBuf;

    use clap::Subcommand;

    use super::*;
    use crate::cli::verb::AnyVerb;

    fn program() -> Command {
        AnyVerb::augment_subcommands(Command::new("tunnelog"))
    }

    fn asked(verb: &str, given: Value, path: Option<&str>) -> Result<String, String> {
        let tools = Tool::all(&program());
        let tool = tools.iter().find(|tool| tool.name() == verb).unwrap();
        let Value::Object(given) = given else { panic!("{given}") };
        tool.question(&given, path.map(Path::new)).map(|question| question.command(question.format))
    }

    /// A tool cannot lose an argument that its verb calls otherwise now.
    #[test]
    fn every_argument_is_one_of_the_verb_and_names_no_file() {
        let program = program();
        let tools = Tool::all(&program);
        assert_eq!(tools.len(), ROWS.len());
        for tool in tools {
            let names: Vec<&str> = tool.arguments.iter().map(|it| it.name).collect();
            assert_eq!(names, tool.row.takes, "{}", tool.row.verb);
            assert!(tool.row.requires.iter().all(|name| names.contains(name)));
            assert!(tool.arguments.iter().all(|it| it.says.len() > 15), "{}", tool.row.verb);
            let verb = program.find_subcommand(tool.row.verb).unwrap();
            let is_file = |it: &&Arg| it.get_value_parser().type_id() == TypeId::of::<PathBuf>();
            let is_taken = |it: &Arg| it.get_long().is_some_and(|name| names.contains(&name));
            assert!(!verb.get_arguments().filter(is_file).any(is_taken), "{}", tool.row.verb);
            // What is left out besides the path names files.
            assert!(verb.get_arguments().filter(is_file).count() > 0, "{}", tool.row.verb);
        }
    }

    #[test]
    fn a_call_is_a_command() {
        let given = json!({ "to": ["Site 1"], "summary": true, "force": false, "class": null, "status": "blackhole" });
        let expected =
            "tunnelog reach --format=table --to='Site 1' --status=blackhole --summary -- inventory";
        assert_eq!(asked("reach", given, Some("inventory")).unwrap(), expected);
        let given =
            json!({ "path": "an export", "changes": ["- peered(Hub, Spoke)"], "with": ["+ bgp(A, B)"] });
        let expected =
            "tunnelog whatif --format=table --with='+ bgp(A, B)' -- 'an export' '- peered(Hub, Spoke)'";
        assert_eq!(asked("whatif", given, Some("inventory")).unwrap(), expected);
        assert_eq!(asked("rules", json!({}), None).unwrap(), "tunnelog rules --format=text");
        let expected = "tunnelog rules --format=text -- bgp-relay";
        assert_eq!(asked("rules", json!({ "rule": "bgp-relay" }), Some("inventory")).unwrap(), expected);
    }

    #[test]
    fn a_value_is_never_an_option() {
        let given = json!({ "path": "-", "to": ["--output=x", "-o"], "gateway": ["--help"] });
        let expected = "tunnelog reach --format=table --gateway=--help --to='--output=x' --to=-o -- ./-";
        assert_eq!(asked("reach", given, None).unwrap(), expected);
        let given = json!({ "path": "--output=x", "changes": ["--$(x)=y"] });
        let expected = "tunnelog whatif --format=table -- './--output=x' '--$(x)=y'";
        assert_eq!(asked("whatif", given, None).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_with_a_call_is_said() {
        let error = |verb, given| asked(verb, given, None).unwrap_err();
        let expected = "`check` takes no `output`; it takes `path`, `with`, `force`";
        assert_eq!(error("check", json!({ "output": "x" })), expected);
        assert_eq!(error("rules", json!({ "path": "x" })), "`rules` takes no `path`; it takes `rule`");
        let expected = "`check` has to know what to read: name a folder or an export as `path`";
        assert_eq!(error("check", json!({})), expected);
        assert_eq!(error("check", json!({ "path": 7 })), "`path` is 7; it takes a text");
        let wrong = |name: &str, value: Value| error("reach", json!({ "path": "x", name: value }));
        assert_eq!(wrong("to", json!(["a", 7])), "`to` is [\"a\",7]; it takes a list of texts");
        assert_eq!(wrong("summary", json!("yes")), "`summary` is \"yes\"; it takes `true` or `false`");
        assert_eq!(wrong("model", json!(["article"])), "`model` is [\"article\"]; it takes a text");
    }
}
