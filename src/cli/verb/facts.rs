//! `tunnelog facts`: the facts of an inventory and all that follows from them, one file a relation.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::path::PathBuf;

use clap::ValueHint;
use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::relations::{Kind, RelationRows, escaped};
use tunnelog::staged::{Place, Staged};

use crate::cli::arguments::{ChangeArguments, Classes, DenyArguments, ModelArguments, PathArguments};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};

/// Write the facts of an inventory and all that follows from them, one file a relation.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  tunnelog facts inventory -o relations")]
pub(crate) struct Args {
    #[command(flatten)]
    inventory: PathArguments,

    /// The folder to write the relations into; made where it does not exist.
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::DirPath)]
    output: PathBuf,

    #[command(flatten)]
    profile: ModelArguments,

    #[command(flatten)]
    changes: ChangeArguments,

    #[command(flatten)]
    denied: DenyArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let opened = call.open(&self.inventory.path, &self.changes)?;
        if !opened.inventory.subnets.is_empty() {
            call.note(
                "where subnets are listed, what is derived of packets (`beaten` to `accessible`) is left out: route tables \
                 steer them; `effective`, `passes` and `asymmetric` say how, and `reach` and `ask` have the answers",
            );
        }
        write(&Analysis::new(&opened.inventory), self.profile.get(), &self.output)
            .map_err(|error| Failure::unwritable(&self.output, &error))?;
        Ok(self.denied.exit(opened.findings.worst))
    }
}

/// A relation's file, open as long as connected components may add to it.
struct Relation {
    file: Place,
    /// The rows so far of a relation that no name tells apart by connected component.
    seen: BTreeSet<Vec<String>>,
}

/// Writes facts as `NAME.facts` and what is derived as `NAME.tsv`, and what each column holds as `relations.csv`.
///
/// The files have a row a line with tabs between cells and no header, as Soufflé reads them; `relations.csv` has a header and commas.
fn write(analysis: &Analysis<'_>, profile: Profile, folder: &Path) -> io::Result<()> {
    let mut staged = Staged::new(folder)?;
    let list = staged.begin("relations.csv")?;
    staged.file(list).write_all(b"relation,kind,columns\n")?;
    let mut relations: BTreeMap<&'static str, Relation> = BTreeMap::new();
    analysis.relations(profile, |rows| {
        let relation = match relations.remove(rows.name) {
            Some(relation) => relation,
            None => begin(&rows, &mut staged, list)?,
        };
        let relation = append(relation, &mut staged, rows.columns, &rows.rows)?;
        relations.insert(rows.name, relation);
        io::Result::Ok(())
    })?;
    staged.commit()
}

fn begin(rows: &RelationRows, staged: &mut Staged, list: Place) -> io::Result<Relation> {
    let (kind, ending) = match rows.kind {
        Kind::Fact => ("fact", "facts"),
        Kind::Derived => ("derived", "tsv"),
    };
    writeln!(staged.file(list), "{},{kind},{}", rows.name, rows.columns.join(";"))?;
    Ok(Relation { file: staged.begin(&format!("{}.{ending}", rows.name))?, seen: BTreeSet::new() })
}

fn append(
    mut relation: Relation,
    staged: &mut Staged,
    columns: &[&str],
    rows: &BTreeSet<Vec<String>>,
) -> io::Result<Relation> {
    let nameless = columns
        .iter()
        .all(|column| matches!(*column, "class" | "prefix" | "outer" | "inner" | "table" | "hop"));
    for row in rows {
        if !nameless || relation.seen.insert(row.clone()) {
            let cells: Vec<_> = row.iter().map(|cell| escaped(cell)).collect();
            writeln!(staged.file(relation.file), "{}", cells.join("\t"))?;
        }
    }
    Ok(relation)
}
