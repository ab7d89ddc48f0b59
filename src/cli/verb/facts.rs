//! `tunnelog facts`: the facts of an inventory and all that follows from them, one file a relation.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::slice;

use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::relations::{Kind, RelationRows};
use tunnelog::staged::{Place, Staged};

use crate::cli::arguments::{Color, FactsArguments};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::{open, work};

pub(crate) fn run(arguments: &FactsArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let Some(opened) =
        open::open(slice::from_ref(&arguments.inventory.path), &arguments.changes, color, quiet)
    else {
        return Ok(Exit::Invalid);
    };
    for inventory in &opened.inventories {
        write(&Analysis::new(inventory), arguments.profile.get(), &arguments.output)
            .map_err(|error| Failure::unwritable(&arguments.output, &error))?;
    }
    Ok(arguments.denied.exit(opened.worst))
}

/// A relation's file, open as long as connected components may add to it.
struct Relation {
    file: Place,
    /// The rows so far of a relation that no name tells apart by connected component.
    seen: BTreeSet<Vec<String>>,
}

/// Writes facts as `NAME.facts` and what is derived as `NAME.csv`, and what each column holds as `relations.csv`.
///
/// The files have a row a line with tabs between cells and no header, as Soufflé reads them.
fn write(analysis: &Analysis<'_>, profile: Profile, folder: &Path) -> io::Result<()> {
    work::writes_into(folder);
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
        Kind::Derived => ("derived", "csv"),
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
    let nameless = columns.iter().all(|column| matches!(*column, "class" | "prefix" | "outer" | "inner"));
    for row in rows {
        if !nameless || relation.seen.insert(row.clone()) {
            writeln!(staged.file(relation.file), "{}", row.join("\t"))?;
        }
    }
    Ok(relation)
}
