//! The command line: the only code that prints.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use self::arguments::{Arguments, Verb};
use self::shell::exit::{Exit, Failure};
use self::shell::{screen, work};
use self::verb::{
    answers, ask, check, client_config, completions, diff, explain, export_query, facts, fix, generate,
    graph, import, init, man, reach, report, routes, rules, sweep, verify, whatif,
};

mod arguments;
mod shell;
mod verb;
mod view;

/// Runs the program on the arguments of the process.
pub(crate) fn run() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nobody is left to tell where the message itself cannot be written.
            let _ = error.print();
            return if error.use_stderr() { Exit::Invalid } else { Exit::Clean }.into();
        }
    };
    let exit = match answer(&arguments) {
        Ok(exit) => exit,
        Err(Failure::ClosedPipe) => Exit::Clean,
        Err(Failure::Interrupted) => Exit::Interrupted,
        Err(failure @ Failure::Told { .. }) => {
            let colour = screen::errors(arguments.color).colour;
            let style = if colour { AnsiColor::Red.on_default().bold() } else { Style::new() };
            let text = screen::harmless(&failure.to_string());
            let _ = writeln!(io::stderr(), "{style}error{style:#}: {text}");
            Exit::Invalid
        }
    };
    exit.into()
}

fn answer(arguments: &Arguments) -> Result<Exit, Failure> {
    let (color, quiet) = (arguments.color, arguments.quiet);
    work::prepare(arguments.jobs)?;
    match &arguments.verb {
        Verb::Routes(verb) => answers::run::<routes::Routes>(&verb.answer, &[], color, quiet),
        Verb::Reach(verb) => answers::run::<reach::Reach>(&verb.answer, &verb.fail_on, color, quiet),
        Verb::Explain(verb) => explain::run(verb, color, quiet),
        Verb::Ask(verb) => ask::run(verb, color, quiet),
        Verb::Check(verb) => check::run(verb, color),
        Verb::Init(verb) => init::run(verb, quiet),
        Verb::ExportQuery(verb) => export_query::run(verb, color),
        Verb::Import(verb) => import::run(verb, color, quiet),
        Verb::Facts(verb) => facts::run(verb, color, quiet),
        Verb::Rules(verb) => rules::run(verb, color),
        Verb::Generate(verb) => generate::run(verb, quiet),
        Verb::Whatif(verb) => whatif::run(verb, color, quiet),
        Verb::Sweep(verb) => sweep::run(verb, color, quiet),
        Verb::Diff(verb) => diff::run(verb, color, quiet),
        Verb::Fix(verb) => fix::run(verb, color, quiet),
        Verb::Report(verb) => report::run(verb, color, quiet),
        Verb::ClientConfig(verb) => client_config::run(verb, color, quiet),
        Verb::Verify(verb) => verify::run(verb, color, quiet),
        Verb::Graph(verb) => graph::run(verb, color, quiet),
        Verb::Completions(verb) => completions::run(verb),
        Verb::Man(verb) => man::run(verb),
    }
}
