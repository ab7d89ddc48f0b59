//! `tunnelog init`: an inventory to fill in.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueHint;
use tunnelog::inventory::{Column, FILES};
use tunnelog::staged::Staged;

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::screen;

/// What explains every column; the columns themselves take the places of comments. CSV files have no comments, so it stands beside them.
const README: &str = include_str!("init/README.md");

/// A hub with a spoke and a site: the rows of each file. Without them it is the inventory to fill in.
const EXAMPLE: [(&str, &str); 5] = [
    ("vnets.csv", "Hub,10.1.0.0/16\nSpoke,10.2.0.0/16\n"),
    ("gateways.csv", "Hub,192.168.0.0/24,,true,65001,VpnGw1AZ,IkeV2;OpenVPN\n"),
    ("sites.csv", "Office,10.101.0.0/16,65101,false\n"),
    ("peerings.csv", "Hub,Spoke,true,false,true,Connected\nSpoke,Hub,false,true,true,Connected\n"),
    ("s2s.csv", "Hub,Office,true,,,Connected,hub-to-office\n"),
];

/// The files with their texts.
fn files(with_example: bool) -> Vec<(&'static str, String)> {
    let tables = FILES.iter().filter_map(|file| {
        let (name, rows) = EXAMPLE.into_iter().find(|(name, _)| *name == file.name)?;
        let rows = if with_example { rows } else { "" };
        let columns = file.columns.iter().filter(|column| !column.rare).map(|column| column.name);
        Some((name, format!("{}\n{rows}", columns.collect::<Vec<_>>().join(","))))
    });
    tables.chain([("README.md", readme())]).collect()
}

fn readme() -> String {
    FILES.iter().fold(README.to_owned(), |text, file| {
        let row = |column: &Column| format!("| `{}` | {} |", column.name, column.holds);
        let usual = file.columns.iter().filter(|column| !column.rare).map(row);
        let heads = ["| column | holds |", "|---|---|"].map(str::to_owned);
        let table = heads.into_iter().chain(usual).collect::<Vec<_>>().join("\n");
        let item = |column: &Column| format!("- `{}`: {}", column.name, column.holds);
        let rare = file.columns.iter().filter(|column| column.rare).map(item);
        text.replace(&format!("<!-- columns of {} -->", file.name), &table)
            .replace(&format!("<!-- rare columns of {} -->", file.name), &rare.collect::<Vec<_>>().join("\n"))
    })
}

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
        let files = files(self.example);
        // Nothing is written unless everything can be.
        if let Some((taken, _)) = files.iter().find(|(name, _)| folder.join(name).symlink_metadata().is_ok())
        {
            return Err(taken_already(&folder.join(taken)));
        }
        write(folder, &files).map_err(|error| Failure::unwritable(folder, &error))?;
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

fn write(folder: &Path, files: &[(&str, String)]) -> io::Result<()> {
    let mut staged = Staged::new(folder)?;
    for (name, text) in files {
        let place = staged.begin(name)?;
        staged.file(place).write_all(text.as_bytes())?;
    }
    staged.commit()
}

fn taken_already(path: &Path) -> Failure {
    Failure::new(format!("`{}` exists already", path.display()))
        .help("name another folder, as nothing is ever overwritten")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_every_file_and_column() {
        let readme = readme();
        for file in &FILES {
            let heading = format!("\n## {}: {}", file.name, file.row);
            let (_, section) = readme.split_once(&heading).unwrap();
            let section = section.split("\n## ").next().unwrap();
            for column in file.columns {
                let start = if column.rare { "- " } else { "| " };
                assert!(section.contains(&format!("\n{start}`{}`", column.name)), "{}", column.name);
            }
        }
        assert!(!readme.contains("<!--"), "{readme}");
    }
}
