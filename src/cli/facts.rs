//! `tunnelog facts`: the facts of an inventory and all that follows from them, one file a relation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::slice;

use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::relations::{Kind, RelationRows};

use super::arguments::{Color, FactsArguments};
use super::{Exit, Failure, open};

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

/// A relation's file, open as long as connected parts may add to it.
struct Relation {
    file: BufWriter<File>,
    /// The rows so far of a relation that no name tells apart by connected part.
    seen: BTreeSet<Vec<String>>,
}

/// Writes facts as `NAME.facts` and what is derived as `NAME.csv`, and what each column holds as `relations.csv`.
///
/// The files have a row a line with tabs between cells and no header, as Soufflé reads them.
fn write(analysis: &Analysis<'_>, profile: Profile, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut list = BufWriter::new(File::create(folder.join("relations.csv"))?);
    list.write_all(b"relation,kind,columns\n")?;
    let mut relations: BTreeMap<&'static str, Relation> = BTreeMap::new();
    analysis.relations(profile, |rows| {
        let relation = match relations.remove(rows.name) {
            Some(relation) => relation,
            None => begin(&rows, folder, &mut list)?,
        };
        let relation = append(relation, rows.columns, &rows.rows)?;
        relations.insert(rows.name, relation);
        io::Result::Ok(())
    })?;
    relations.into_values().try_for_each(|mut relation| relation.file.flush())?;
    list.flush()
}

fn begin(rows: &RelationRows, folder: &Path, list: &mut impl Write) -> io::Result<Relation> {
    let (kind, ending) = match rows.kind {
        Kind::Fact => ("fact", "facts"),
        Kind::Derived => ("derived", "csv"),
    };
    writeln!(list, "{},{kind},{}", rows.name, rows.columns.join(";"))?;
    let file = File::create(folder.join(format!("{}.{ending}", rows.name)))?;
    Ok(Relation { file: BufWriter::new(file), seen: BTreeSet::new() })
}

fn append(mut relation: Relation, columns: &[&str], rows: &BTreeSet<Vec<String>>) -> io::Result<Relation> {
    let nameless = columns.iter().all(|column| matches!(*column, "class" | "prefix" | "outer" | "inner"));
    for row in rows {
        if !nameless || relation.seen.insert(row.clone()) {
            writeln!(relation.file, "{}", row.join("\t"))?;
        }
    }
    Ok(relation)
}
