//! `tunnelog client-config`: the routes that clients lack, for their VPN client to take.

use std::io::Write;

use tunnelog::answer::Analysis;
use tunnelog::client_config::{
    MissingRoute, NameError, azure_vpn_config, missing_routes, open_vpn, power_shell, shell_script,
    strong_swan,
};
use tunnelog::inventory::Inventory;

use crate::cli::arguments::{ClientConfigArguments, Color, ConfigKind, Format};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open;
use crate::cli::shell::output::Output;
use crate::cli::shell::subject::Subject;
use crate::cli::view::json::{Finding, Head, Lacking, OfClient, Origin};
use crate::cli::view::rows::{Chunk, Rows};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/client-config/1";

/// What Azure's own instructions call the connection of strongSwan.
const CONNECTION: &str = "azure";

pub(crate) fn run(arguments: &ClientConfigArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let (read, mut report) = open::read_with(&arguments.path, &arguments.changes);
    let worst = report.worst();
    let findings: Vec<Finding> = Finding::all(&report, None).collect();
    open::tell(&mut report, color, quiet);
    let Some((inventory, facts)) = read else { return Ok(Exit::Invalid) };
    let path = arguments.path.display().to_string();
    let subject = Subject::new(&arguments.subject, &Analysis::with_facts(&inventory, &facts), &path)?;
    let routes = missing_routes(&subject.answer.reach);
    let text = text(arguments, &subject, &inventory, &routes)?;
    let mut output = Output::open(arguments.output.as_deref(), color)?;
    output.for_programs();
    if let Some(text) = text {
        output.write_all(text.as_bytes())?;
    } else {
        let paths = [path];
        let head = Head {
            schema: SCHEMA,
            profile: Some(arguments.subject.profile.get().word()),
            inventories: &paths,
            diagnostics: Some(&findings),
        };
        let head = OfClient {
            head,
            client: subject.client_name(&inventory),
            gateway: inventory.names.text(subject.gateway),
            class: Some(subject.class.word()),
        };
        let mut rows =
            Rows::start::<Lacking<'_>>(Format::Json, &mut output, Origin::default(), &head, "routes")?;
        rows.write(&Chunk::of(Format::Json, routes.iter().map(|route| Lacking::new(route, &inventory)))?)?;
        rows.finish()?;
    }
    output.finish()?;
    Ok(arguments.denied.exit(worst))
}

/// The configuration; none for a document.
fn text(
    arguments: &ClientConfigArguments,
    subject: &Subject,
    inventory: &Inventory,
    routes: &[MissingRoute],
) -> Result<Option<String>, Failure> {
    let whose = subject.words(inventory);
    let connection = |default| arguments.connection.as_deref().unwrap_or(default);
    let text = match arguments.kind {
        ConfigKind::AzureVpnConfig => azure_vpn_config(routes, &whose)?,
        ConfigKind::OpenVpn => open_vpn(routes, &whose),
        ConfigKind::PowerShell => {
            power_shell(routes, &whose, connection(inventory.names.text(subject.gateway)))
        }
        ConfigKind::StrongSwan => strong_swan(routes, &whose, connection(CONNECTION))
            .map_err(|error| refused("--connection", &error))?,
        ConfigKind::Bash => shell_script(routes, &whose, &arguments.interface)
            .map_err(|error| refused("--interface", &error))?,
        ConfigKind::Json => return Ok(None),
    };
    Ok(Some(text))
}

fn refused(option: &str, error: &NameError) -> Failure {
    Failure::new(error.to_string()).help(format!("`{option}` takes {}", error.allowed))
}
