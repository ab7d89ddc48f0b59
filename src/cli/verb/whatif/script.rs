//! The commands of Azure's command line that make changes, in the place of what these bring about.

use std::io::Write;

use tunnelog::answer::Request;
use tunnelog::fix::commands_of;
use tunnelog::scenarios::Baseline;

use super::{Args, Scenario};
use crate::cli::shell::call::Call;
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::Opened;
use crate::cli::shell::screen;

/// Writes the commands of each scenario, below its name where a query file has several.
pub(super) fn write(
    arguments: &Args,
    scenarios: &[Scenario],
    mut opened: Opened,
    call: &Call,
) -> Result<Exit, Failure> {
    let baseline = Baseline::new(&opened.inventory, Request::default());
    let mut scripts = Vec::new();
    let mut found = Vec::new();
    for scenario in scenarios {
        let (_, mut diagnostics, commands) =
            baseline.tried(&scenario.changes, arguments.before.force, None, |trial| {
                commands_of(trial.before(), trial.after().inventory(), &scenario.changes)
            });
        found.append(&mut diagnostics);
        scripts.extend(commands.map(|commands| (scenario.name.as_str(), commands)));
    }
    let are_made = scripts.len() == scenarios.len();
    opened.report.diagnostics.append(&mut found);
    call.report_more(&mut opened);
    if !are_made {
        return Err(Failure::Reported);
    }
    let mut output = call.output(arguments.output.output.as_deref())?;
    for (name, commands) in &scripts {
        if scripts.len() > 1 || !name.is_empty() {
            writeln!(output, "# scenario {}", screen::one_line(name))?;
        }
        for command in commands {
            writeln!(output, "{command}")?;
        }
    }
    output.finish()?;
    Ok(arguments.denied.exit(opened.findings.worst))
}
