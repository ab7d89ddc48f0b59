//! `tunnelog init`: an inventory to fill in.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::ValueHint;

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::screen;

/// What explains every column. CSV files have no comments, so it stands beside them.
const README: (&str, &str) = ("README.md", include_str!("init/README.md"));

/// A hub with a spoke and a site. Without its rows it is the inventory to fill in.
const EXAMPLE: [(&str, &str); 5] = [
    ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nSpoke,10.2.0.0/16\n"),
    (
        "gateways.csv",
        "vnet,client_pool,custom_routes,bgp,asn,sku,protocols\n\
         Hub,192.168.0.0/24,,true,65001,VpnGw1,IkeV2;OpenVPN\n",
    ),
    ("sites.csv", "name,address_space,asn,transit\nOffice,10.101.0.0/16,65101,false\n"),
    (
        "peerings.csv",
        "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state\n\
         Hub,Spoke,true,false,true,Connected\nSpoke,Hub,false,true,true,Connected\n",
    ),
    ("s2s.csv", "from,to,bgp,from_static,to_static,status,name\nHub,Office,true,,,Connected,hub-to-office\n"),
];

/// Write an inventory to fill in, with a `README.md` that explains every column; nothing is overwritten.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog init inventory
  tunnelog init demo --example && tunnelog reach demo")]
pub(crate) struct Args {
    /// The folder to write into; made where it does not exist.
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    folder: PathBuf,

    /// Write a small network instead: a hub with a spoke and an office.
    #[arg(long)]
    example: bool,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let folder = &self.folder;
        let files = EXAMPLE.map(|(name, text)| {
            let end = if self.example { text.len() } else { text.find('\n').map_or(0, |end| end + 1) };
            (name, &text[..end])
        });
        let files = || files.iter().copied().chain([README]);
        // Nothing is written unless everything can be.
        if let Some((taken, _)) = files().find(|(name, _)| folder.join(name).symlink_metadata().is_ok()) {
            return Err(taken_already(&folder.join(taken)));
        }
        fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, &error))?;
        for (name, text) in files() {
            let path = folder.join(name);
            create(&path, text).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => taken_already(&path),
                _ => Failure::unwritable(&path, &error),
            })?;
        }
        let place = screen::one_line(&folder.display().to_string());
        let (what, next) =
            if self.example { ("a small network", "reach") } else { ("an inventory to fill in", "check") };
        call.note(format_args!(
            "wrote `{place}`: {what}, and `README.md`, which explains every column\n\n\
             next: `tunnelog {next} {place}`"
        ));
        Ok(Exit::Clean)
    }
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    File::create_new(path)?.write_all(text.as_bytes())
}

fn taken_already(path: &Path) -> Failure {
    Failure::new(format!("`{}` exists already", path.display()))
        .help("name another folder, as nothing is ever overwritten")
}
