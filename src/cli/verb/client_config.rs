//! `tunnelog client-config`: the routes that clients lack, for their VPN client to take.

mod model;

use std::io::Write;
use std::path::PathBuf;

use clap::{ArgGroup, ValueEnum, ValueHint};
use tunnelog::answer::Analysis;
use tunnelog::class::Class;
use tunnelog::class::limits::{Limit, OPEN_VPN, OTHER_IKEV2, WINDOWS_IKEV2};
use tunnelog::client_config::{
    GivenNames, NameError, Wanted, azure_vpn_config, missing_routes, open_vpn, power_shell, shell_script,
    strong_swan,
};
use tunnelog::diagnostic::{Code, Diagnostic};
use tunnelog::inventory::{Inventory, Os, Protocol};

use crate::cli::arguments::{ChangeArguments, Classes, DenyArguments, RowFormat, SubjectArguments};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::subject::Subject;
use crate::cli::view::json::{Head, Lacking, OfClient, OfConfig, Origin};
use crate::cli::view::rows::Rows;

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/client-config/1";

/// What Azure's own instructions call the connection of strongSwan.
const CONNECTION: &str = "azure";

/// Write the routes that clients lack, in the form that their VPN client takes.
///
/// A route is missing where packets are delivered there and back and the client has no route.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog client-config inventory --gateway Hub --class windows --kind powershell
  tunnelog client-config inventory --client anna --kind azurevpnconfig -o routes.xml
  tunnelog client-config inventory --client bert --kind bash --interface tun3 | ssh root@laptop sh

docs/client-config.md says where each kind belongs.")]
#[command(group(ArgGroup::new("whose").required(true).args(["gateway", "client"])))]
pub(crate) struct Args {
    /// A folder of CSV files, or an export.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    path: PathBuf,

    #[command(flatten)]
    subject: SubjectArguments,

    /// What the routes are written for.
    #[arg(long, value_name = "KIND")]
    kind: ConfigKind,

    /// The name of the VPN connection; by default the gateway's VNet for `powershell` and `azure` for `strongswan`.
    #[arg(long, value_name = "NAME", help_heading = "Output", value_hint = ValueHint::Other)]
    connection: Option<String>,

    /// The interface of the tunnel, for `bash`.
    #[arg(long, value_name = "NAME", default_value = "tun0", help_heading = "Output", value_hint = ValueHint::Other)]
    interface: String,

    /// Write to this file, which is replaced atomically.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    output: Option<PathBuf>,

    #[command(flatten)]
    changes: ChangeArguments,

    #[command(flatten)]
    denied: DenyArguments,
}

/// What routes are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ConfigKind {
    /// The profile of the Azure VPN Client: `<includeroutes>`.
    #[value(name = "azurevpnconfig")]
    AzureVpnConfig,
    /// A profile of OpenVPN.
    #[value(name = "openvpn")]
    OpenVpn,
    /// A script of PowerShell, for the native client of Windows.
    #[value(name = "powershell")]
    PowerShell,
    /// A child of a connection in `swanctl.conf`.
    #[value(name = "strongswan")]
    StrongSwan,
    /// A script for shells of Linux and macOS.
    Bash,
    /// One JSON document.
    Json,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        self.subject.classes()
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let mut opened = call.open(&self.path, &self.changes)?;
        let analysis = Analysis::with_facts(&opened.inventory, &opened.facts);
        let subject = Subject::new(&self.subject, &analysis, &self.path.display().to_string(), true)?;
        if let (ConfigKind::AzureVpnConfig, Some(Os::Linux)) = (self.kind, subject.system(&opened.inventory))
        {
            return Err(Failure::new("the Azure VPN Client for Linux was retired on 2026-08-31")
                .help("write the routes with `--kind openvpn` or `--kind strongswan`"));
        }
        call.narrow([opened.inventory.names.text(subject.gateway)]);
        if let Some(sentence) = model::misfit(self.kind, &subject, &opened.inventory) {
            call.note(sentence);
        }
        let routes = missing_routes(&subject.answer.reach);
        let (whose, held) = (subject.words(&opened.inventory), subject.answer.routes.len());
        let given = GivenNames::of(&opened.inventory, subject.gateway, &subject.answer);
        let (names, given) = (&opened.inventory.names, given.as_ref());
        let model = model::sentence(self, &analysis, &subject);
        let wanted = Wanted { routes: &routes, names, whose: &whose, model: &model, held, given };
        let text = text(self, &wanted, opened.inventory.names.text(subject.gateway))?;
        let (servers, suffixes) = (wanted.servers(), wanted.suffixes());
        if let Some(what) = self.kind.limit().and_then(|limit| wanted.exceeds(limit)) {
            opened.report.push(too_many(&whose, &what));
            call.report_more(&mut opened);
        }
        let inventory = &opened.inventory;
        let mut output = call.output(self.output.as_deref())?;
        output.for_programs();
        if let Some(text) = text {
            output.write_all(text.as_bytes())?;
        } else {
            let before = opened.findings.head(SCHEMA, self.subject.profile.get());
            let of_config = OfConfig { of: of_client(before, &subject, inventory), servers, suffixes };
            let rows = routes.iter().map(|route| Lacking::new(route, inventory));
            call.note(&model);
            Rows::all(RowFormat::Json, &mut output, Origin::default(), &of_config, "routes", rows)?;
        }
        output.finish()?;
        Ok(self.denied.exit(opened.findings.worst))
    }
}

fn of_client<'a>(head: Head<'a>, subject: &Subject, inventory: &'a Inventory) -> OfClient<'a> {
    OfClient {
        head,
        client: subject.client_name(inventory),
        gateway: Some(inventory.names.text(subject.gateway)),
        class: Some(subject.class.word()),
    }
}

impl ConfigKind {
    /// What most clients of the class take.
    pub(super) fn of(class: Class) -> Self {
        match class {
            Class::Windows | Class::WindowsNative => Self::PowerShell,
            Class::WindowsOpenVpn => Self::AzureVpnConfig,
            Class::NonWindowsIkev2 => Self::StrongSwan,
            Class::NonWindows | Class::NonWindowsOpenVpn => Self::OpenVpn,
        }
    }

    /// The word of `--kind`.
    pub(super) fn word(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The protocol of those who take it; none where that may be any.
    fn protocol(self) -> Option<Protocol> {
        match self {
            Self::AzureVpnConfig | Self::OpenVpn => Some(Protocol::OpenVpn),
            Self::PowerShell | Self::StrongSwan => Some(Protocol::Ikev2),
            Self::Bash | Self::Json => None,
        }
    }

    /// How many routes whoever takes it takes; none where that is not limited.
    fn limit(self) -> Option<Limit> {
        match self {
            Self::AzureVpnConfig | Self::OpenVpn => Some(OPEN_VPN),
            Self::PowerShell => Some(WINDOWS_IKEV2),
            Self::StrongSwan => Some(OTHER_IKEV2),
            Self::Bash | Self::Json => None,
        }
    }
}

/// Says that there are more routes than their taker takes.
fn too_many(whose: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::LimitExceeded, format!("{whose} get {what}"))
        .help("push fewer and wider prefixes, as custom routes or over BGP, or take a client that takes more")
}

/// The configuration; none for a document. `gateway` is its name.
fn text(arguments: &Args, wanted: &Wanted<'_>, gateway: &str) -> Result<Option<String>, Failure> {
    let connection = |default| arguments.connection.as_deref().unwrap_or(default);
    let text = match arguments.kind {
        ConfigKind::AzureVpnConfig => azure_vpn_config(wanted)?,
        ConfigKind::OpenVpn => open_vpn(wanted),
        ConfigKind::PowerShell => power_shell(wanted, connection(gateway)),
        ConfigKind::StrongSwan => {
            strong_swan(wanted, connection(CONNECTION)).map_err(|error| refused("--connection", &error))?
        }
        ConfigKind::Bash => {
            shell_script(wanted, &arguments.interface).map_err(|error| refused("--interface", &error))?
        }
        ConfigKind::Json => return Ok(None),
    };
    Ok(Some(text))
}

fn refused(option: &str, error: &NameError) -> Failure {
    Failure::new(error.to_string()).help(format!("`{option}` takes {}", error.allowed))
}
