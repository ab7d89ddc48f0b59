//! What holds of an inventory, however it came about.

use std::collections::BTreeMap;
use std::path::Path;

use tunnelog::answer::Evaluation;
use tunnelog::check::check;
use tunnelog::diagnostic::Report;
use tunnelog::inventory::write::write_folder;
use tunnelog::inventory::{Inventory, read_folder};

use super::files::places;
use super::reference::agreement::{answers_agree, questions, relations_agree, same_lines, solve};

/// More networks, or tunnels, than the simulator answers for in no time.
const MANY: usize = 8;

/// More prefixes than that.
const MANY_PREFIXES: usize = 24;

/// Requires that an inventory can be checked, written and read again, and that the simulator agrees about it.
pub(crate) fn as_good_as_any(inventory: &Inventory, report: &mut Report) {
    check(inventory, report);
    places(report);
    let read = written_and_read(inventory);
    if is_small(inventory) {
        for question in questions() {
            let [one, other] = [inventory, &read].map(|from| solve(from, question, Evaluation::Auto));
            same_lines(&one, &other).expect("what is written is what is read");
        }
        agree(inventory);
    }
}

/// Requires that simulator and solver agree.
pub(crate) fn agree(inventory: &Inventory) {
    answers_agree(inventory).expect("the simulator answers like the solver");
    // Relations are made of text in which control characters of names are escaped.
    if inventory.names.iter().all(|name| !inventory.names.text(name).contains(char::is_control)) {
        relations_agree(inventory).expect("the simulator derives the relations of the solver");
    }
}

/// The inventory as it is read from the folder that it is written to, and as it is written again.
pub(crate) fn written_and_read(inventory: &Inventory) -> Inventory {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    write_folder(inventory, &first).expect("a folder");
    let mut report = Report::default();
    let read = read_folder(&first, &mut report);
    let read = read.unwrap_or_else(|| panic!("{:?} in {:?}", report.diagnostics, texts(&first)));
    write_folder(&read, &second).expect("a folder");
    assert_eq!(texts(&first), texts(&second));
    read
}

/// The files in `folder`, each with its text.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file"));
    let text = |path: &Path| std::fs::read_to_string(path).expect("a file of text");
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), text(&entry.path()))).collect()
}

fn is_small(inventory: &Inventory) -> bool {
    let clients = inventory.clients.as_deref().unwrap_or_default();
    let spaces = inventory.vnets.iter().map(|vnet| vnet.address_space.len());
    let spaces = spaces.chain(inventory.sites.iter().map(|site| site.address_space.len()));
    let routes = inventory.gateways.iter().map(|gateway| {
        gateway.client_pool.len() + gateway.custom_routes.len() + gateway.summarized_prefixes.len()
    });
    let statics = inventory.connections.iter().map(|row| row.from_static.len() + row.to_static.len());
    let manual = clients.iter().map(|client| client.manual_routes.len());
    inventory.vnets.len() + inventory.sites.len() <= MANY
        && inventory.connections.len() <= MANY
        && inventory.peerings.len() <= 2 * MANY
        && clients.len() <= MANY
        && spaces.chain(routes).chain(statics).chain(manual).sum::<usize>() <= MANY_PREFIXES
}
