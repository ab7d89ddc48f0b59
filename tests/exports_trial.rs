//! Recorded answers of Azure: every topology of them becomes an inventory or is clearly refused.
//!
//! The recordings are not part of this repository, so these tests do nothing where they are not
//! beside it.

use std::path::{Path, PathBuf};

use tunnelog::diagnostic::{Code, Severity};
use tunnelog::inventory::Inventory;
use tunnelog::inventory::load::{Loaded, load};

fn recordings() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/exports");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no recordings at {}", folder.display());
    None
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn messages(loaded: &Loaded) -> Vec<String> {
    let message =
        |found: &tunnelog::diagnostic::Diagnostic| format!("{}: {}", found.code.name(), found.message);
    loaded.report.diagnostics.iter().map(message).collect()
}

#[test]
fn show() {
    let Some(recordings) = recordings() else { return };
    for folder in ["arm", "labs", "csv/arg-fullrow", "spec-examples/2018-12-01", "templates"] {
        for path in entries(&recordings.join(folder)) {
            let loaded = load(&path);
            println!("## {}", path.file_name().unwrap().to_string_lossy());
            if let Some(i) = &loaded.inventory {
                println!(
                    "  {} vnets {} gw {} sites {} peerings {} conns",
                    i.vnets.len(),
                    i.gateways.len(),
                    i.sites.len(),
                    i.peerings.len(),
                    i.connections.len()
                );
            }
            for m in messages(&loaded) {
                println!("   {m}");
            }
        }
    }
}
