//! What the verbs about one client, or one class of clients, take.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tunnelog::class::{Class, Profile};
use tunnelog::verify::Kind;

use crate::cli::arguments::{
    ChangeArguments, DenyArguments, Format, OutputArguments, ProfileArguments, classes, one_of,
};

/// Whom the answer is about.
#[derive(Args, Debug)]
pub(crate) struct SubjectArguments {
    /// The client, by its name in `clients.csv`.
    #[arg(long, value_name = "NAME", required_unless_present = "gateway", conflicts_with = "gateway", value_hint = ValueHint::Other)]
    pub(crate) client: Option<String>,

    /// The gateway that the clients connect to, named by its VNet.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) gateway: Option<String>,

    /// The class of the clients; may be left out where there is but one.
    #[arg(long, value_parser = classes())]
    pub(crate) class: Option<Class>,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,
}

impl SubjectArguments {
    /// The profile, and the class that is asked for.
    pub(super) fn classes(&self) -> (Profile, &[Class]) {
        (self.profile.get(), self.class.as_slice())
    }
}

/// Write the routes that clients lack, in the form that their VPN client takes.
///
/// A route is missing where packets are delivered there and back and the client holds no route.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog client-config inventory --gateway Hub --class windows --kind powershell
  tunnelog client-config inventory --client anna --kind azurevpnconfig -o routes.xml
  tunnelog client-config inventory --client bert --kind bash --interface tun3 | ssh root@laptop sh

docs/client-config.md says where each kind belongs.")]
pub(crate) struct ClientConfigArguments {
    /// A folder of CSV files, or an export.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) subject: SubjectArguments,

    /// What the routes are written for.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: ConfigKind,

    /// The name of the VPN connection; by default the gateway's VNet for `powershell` and `azure` for `strongswan`.
    #[arg(long, value_name = "NAME", help_heading = "Output", value_hint = ValueHint::Other)]
    pub(crate) connection: Option<String>,

    /// The interface of the tunnel, for `bash`.
    #[arg(long, value_name = "NAME", default_value = "tun0", help_heading = "Output", value_hint = ValueHint::Other)]
    pub(crate) interface: String,

    /// Write to this file, which is replaced only once all is written.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// What routes are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigKind {
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

/// Compare the routes that a machine or gateway has with those that it should have.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  route print > routes.txt
  tunnelog verify inventory --gateway Hub --class windows routes.txt
  ip route | tunnelog verify inventory --client bert -
  tunnelog verify inventory --client anna azurevpnconfig.xml --old inventory-of-last-week
  tunnelog verify inventory --gateway Hub --class windows learned-routes.json --format markdown

docs/verify.md has the kinds of files and the causes.")]
pub(crate) struct VerifyArguments {
    /// A folder of CSV files, or an export.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,

    /// What the machine or gateway has; `-` reads the standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) subject: SubjectArguments,

    /// What the file is, where its content does not tell.
    #[arg(long, value_name = "KIND", value_parser = one_of(&Kind::ALL, Kind::word))]
    pub(crate) kind: Option<Kind>,

    /// The interface of the VPN; found by the client pool where this is left out.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) interface: Option<String>,

    /// The BGP neighbour that routes are advertised to; may be left out where there is but one.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) neighbour: Option<String>,

    /// The inventory at the time of the last download, to tell routes of an old package.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) old: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments<Format>,
}
