//! `tunnelog export-query`: what to ask Azure Resource Graph for.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};

/// Rows are whole: to expand lists in a query cuts long ones off in silence, and single columns say less.
const COLUMNS: &str = "| project id, name, type, location, properties\n| order by id asc\n";

/// Print the query whose result can be read, for Azure Resource Graph.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  az graph query --first 1000 -q \"$(tunnelog export-query)\" -o json > export.json
  tunnelog export-query --script -o export.sh && sh export.sh export
  tunnelog export-query --script=powershell -o export.ps1; ./export.ps1 export
  tunnelog export-query vnets

docs/export.md has other ways to export, and what is read from where.")]
pub(crate) struct Args {
    /// Only resources of these kinds; all that are read where none is named.
    #[arg(value_name = "KIND")]
    what: Vec<ExportWhat>,

    /// Write a script that fetches all pages of the result, for this shell.
    #[arg(long, value_name = "SHELL", num_args = 0..=1, require_equals = true, default_missing_value = "sh")]
    script: Option<ScriptShell>,

    /// Write to this file, which is replaced atomically.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    output: Option<PathBuf>,
}

/// What runs the script, and what it asks Azure with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ScriptShell {
    /// A shell of Linux, macOS or Cloud Shell, with `az`.
    Sh,
    /// PowerShell 5.1 or later, with the module `Az.ResourceGraph`.
    #[value(name = "powershell")]
    PowerShell,
}

impl ScriptShell {
    /// The script, with `QUERY` in the place of the query.
    fn script(self) -> &'static str {
        match self {
            Self::Sh => include_str!("export_query/export.sh"),
            Self::PowerShell => include_str!("export_query/export.ps1"),
        }
    }
}

/// What is exported from Azure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportWhat {
    /// Virtual networks, with their peerings.
    Vnets,
    /// Virtual network gateways.
    Gateways,
    /// Local network gateways, which stand for sites.
    Sites,
    /// Connections.
    Connections,
    /// Public addresses, which tell gateways from sites.
    Addresses,
    /// Route tables, with their routes.
    RouteTables,
    /// Azure Firewalls.
    Firewalls,
    /// Network interfaces of machines and of private endpoints, and whatever others forward.
    Interfaces,
    /// Internal load balancers.
    LoadBalancers,
    /// Inbound endpoints of DNS Private Resolvers.
    Resolvers,
    /// Private DNS zones.
    Zones,
    /// The links of private DNS zones to virtual networks.
    ZoneLinks,
    /// Private endpoints.
    PrivateEndpoints,
    /// Network security groups that deny, which are counted and not modelled.
    SecurityGroups,
}

impl ExportWhat {
    const ALL: [Self; 14] = [
        Self::Vnets,
        Self::Gateways,
        Self::Sites,
        Self::Connections,
        Self::Addresses,
        Self::RouteTables,
        Self::Firewalls,
        Self::Interfaces,
        Self::LoadBalancers,
        Self::Resolvers,
        Self::Zones,
        Self::ZoneLinks,
        Self::PrivateEndpoints,
        Self::SecurityGroups,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Vnets => "vnets",
            Self::Gateways => "gateways",
            Self::Sites => "sites",
            Self::Connections => "connections",
            Self::Addresses => "addresses",
            Self::RouteTables => "route-tables",
            Self::Firewalls => "firewalls",
            Self::Interfaces => "interfaces",
            Self::LoadBalancers => "load-balancers",
            Self::Resolvers => "resolvers",
            Self::Zones => "zones",
            Self::ZoneLinks => "zone-links",
            Self::PrivateEndpoints => "private-endpoints",
            Self::SecurityGroups => "security-groups",
        }
    }

    fn resource_type(self) -> &'static str {
        match self {
            Self::Vnets => "microsoft.network/virtualnetworks",
            Self::Gateways => "microsoft.network/virtualnetworkgateways",
            Self::Sites => "microsoft.network/localnetworkgateways",
            Self::Connections => "microsoft.network/connections",
            Self::Addresses => "microsoft.network/publicipaddresses",
            Self::RouteTables => "microsoft.network/routetables",
            Self::Firewalls => "microsoft.network/azurefirewalls",
            Self::Interfaces => "microsoft.network/networkinterfaces",
            Self::LoadBalancers => "microsoft.network/loadbalancers",
            Self::Resolvers => "microsoft.network/dnsresolvers/inboundendpoints",
            Self::Zones => "microsoft.network/privatednszones",
            Self::ZoneLinks => "microsoft.network/privatednszones/virtualnetworklinks",
            Self::PrivateEndpoints => "microsoft.network/privateendpoints",
            Self::SecurityGroups => "microsoft.network/networksecuritygroups",
        }
    }

    /// Which resources of the type matter, where not all do: a page has 1,000 rows at most.
    fn condition(self) -> Option<&'static str> {
        match self {
            // Services have interfaces by the thousand. Those of private endpoints tell the addresses of these.
            Self::Interfaces => Some(
                "tobool(properties.enableIPForwarding) or isnotempty(tostring(properties.virtualMachine.id)) or \
                 isnotempty(tostring(properties.privateEndpoint.id))",
            ),
            Self::LoadBalancers => {
                Some("tostring(properties.frontendIPConfigurations) has 'privateIPAddress'")
            }
            Self::SecurityGroups => Some("tostring(properties.securityRules) has 'Deny'"),
            _ => None,
        }
    }
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let what = if self.what.is_empty() { &ExportWhat::ALL[..] } else { &self.what };
        let mut output = call.output(self.output.as_deref())?;
        let text = match self.script {
            Some(shell) => script(shell, what),
            None => format!("{}{}", heading(self), query(what)),
        };
        output.write_all(text.as_bytes())?;
        output.finish()?;
        Ok(Exit::Clean)
    }
}

/// The query for resources of these kinds.
fn query(what: &[ExportWhat]) -> String {
    let types: Vec<String> = what.iter().map(|what| format!("    '{}'", what.resource_type())).collect();
    let condition = |what: &ExportWhat| {
        Some(format!("| where type !~ '{}' or {}\n", what.resource_type(), what.condition()?))
    };
    let conditions: String = what.iter().filter_map(condition).collect();
    format!("resources\n| where type in~ (\n{})\n{conditions}{COLUMNS}", types.join(",\n"))
}

/// How to run the query, as comments of it.
fn heading(arguments: &Args) -> String {
    let words = arguments.what.iter().fold(String::new(), |words, what| words + " " + what.word());
    let mut text =
        String::from("// What tunnelog reads, for Azure Resource Graph. It may be run as it stands:\n//\n");
    let call = format!("az graph query --first 1000 -q \"$(tunnelog export-query{words})\" -o json");
    // Writing to a string does not fail.
    let _ = writeln!(text, "//   {call} > export/page-1.json");
    text.push_str("//\n// Where the answer has a `skip_token`, there is a further page:\n//\n");
    let _ = writeln!(text, "//   {call} --skip-token TOKEN > export/page-2.json");
    text.push_str(
        "//\n// `tunnelog export-query --script` writes a script that fetches all pages. In the portal, run this in\n\
         // Resource Graph Explorer and download the result as CSV.\n",
    );
    text
}

/// A script that fetches every page.
fn script(shell: ScriptShell, what: &[ExportWhat]) -> String {
    shell.script().replace("QUERY\n", &query(what))
}
