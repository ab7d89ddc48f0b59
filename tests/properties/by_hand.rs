//! The reference itself against the topologies under `facts/`, whose answers were written by hand.

use std::fs;
use std::path::Path;

use crate::simulator::{Question, Simulator};
use crate::support::topologies::{folder_of, topologies, topology};

/// Asserts that the file, where there is one, holds exactly these lines.
fn assert_file(path: &Path, header: &str, lines: impl Iterator<Item = String>) -> usize {
    let Ok(expected) = fs::read_to_string(path) else { return 0 };
    let actual: String = std::iter::once(header.to_owned()).chain(lines).map(|line| line + "\n").collect();
    assert_eq!(actual, expected, "{}", path.display());
    1
}

#[test]
fn the_simulator_answers_as_written_by_hand() {
    let mut checked = 0;
    for name in topologies() {
        let inventory = topology(&name);
        let simulator = Simulator::new(&inventory);
        for (observed, suffix) in [(false, ""), (true, ".observed")] {
            let lines = simulator.answer(Question { observed, by_client: false });
            let routes = lines
                .routes
                .iter()
                .map(|line| [&*line.gateway, &*line.class, &*line.prefix, &*line.reason].join(","));
            let reach = lines.reach.iter().map(|line| {
                let end = [&*line.destination, &*line.status, &*line.reason].join(",");
                [&*line.gateway, &*line.class, &*line.network, &*end].join(",")
            });
            let expected = folder_of(&name).join("expected");
            let routes_file = expected.join(format!("routes{suffix}.csv"));
            let reach_file = expected.join(format!("reach{suffix}.csv"));
            let names = simulator.names(Question { observed, by_client: false }, &lines.reach);
            let names = names.into_iter().map(|line| {
                [line.gateway, line.class, line.zone, line.server, line.status, line.reason].join(",")
            });
            let names_file = expected.join(format!("names{suffix}.csv"));
            checked += assert_file(&names_file, "gateway,class,zone,server,status,reason", names);
            checked += assert_file(&routes_file, "gateway,class,prefix,reason", routes);
            let header = "gateway,class,network,destination,status,reason";
            checked += assert_file(&reach_file, header, reach);
        }
    }
    // Two files for each of the article's eight topologies, and more for the others.
    assert!(checked > 16, "only {checked} files");
}
