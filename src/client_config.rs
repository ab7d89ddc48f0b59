//! The routes that a client lacks, and how each kind of VPN client takes them.
//!
//! A destination lacks a route where packets are delivered there and back and the client has
//! nowhere to send them. Whatever is written covers the addresses of those destinations and no
//! other, so that a client that takes it reaches them and notices nothing else.
//!
//! ```
//! use tunnelog::answer::{Analysis, Request};
//! use tunnelog::class::Class;
//! use tunnelog::client_config::missing_routes;
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/s2s-chain-bgp").unwrap().inventory;
//! let request = Request { classes: Some(vec![Class::Windows]), ..Request::default() };
//! let mut missing = Vec::new();
//! let Ok(()) = Analysis::new(&inventory).answer(&request, |_, rows| {
//!     missing = missing_routes(&rows.reach);
//!     Ok::<(), std::convert::Infallible>(())
//! });
//! assert_eq!(missing.len(), 1);
//! assert_eq!(missing[0].prefix.to_string(), "10.2.0.0/15");
//! ```

mod comment;
mod names;
mod network_manager;
mod route;
mod shell;
mod write;

use crate::answer::{ReachRow, Status};
use crate::names::NameId;
use crate::prefix::Prefix;
pub use comment::Wanted;
pub use names::GivenNames;
pub use route::MissingRoute;
pub use shell::shell_script;
pub use write::{NameError, azure_vpn_config, named_connection, open_vpn, power_shell, strong_swan};

/// The fewest routes that the client of `reach` lacks; the rows are those of one class or one client.
#[must_use]
pub fn missing_routes(reach: &[ReachRow]) -> Vec<MissingRoute> {
    let mut others: Vec<(Prefix, NameId)> = reach
        .iter()
        .filter(|row| row.status != Status::NeedsRoute)
        .map(|row| (row.destination, row.network))
        .collect();
    others.sort_unstable();
    let lacking = reach.iter().filter(|row| row.status == Status::NeedsRoute);
    let mut pieces: Vec<(Prefix, NameId)> = lacking
        .flat_map(|row| {
            let holes = longer_of_others(row.destination, row.network, &others);
            row.destination.without(&holes).into_iter().map(|piece| (piece, row.network))
        })
        .collect();
    pieces.sort_unstable();
    let fewest = Prefix::aggregate(pieces.iter().map(|(piece, _)| *piece));
    fewest
        .into_iter()
        .map(|prefix| {
            let first = pieces.partition_point(|(piece, _)| *piece < prefix);
            let inside = pieces[first..].iter().take_while(|(piece, _)| prefix.covers(*piece));
            let mut networks: Vec<NameId> = Vec::new();
            for (_, network) in inside {
                if !networks.contains(network) {
                    networks.push(*network);
                }
            }
            MissingRoute { prefix, networks }
        })
        .collect()
}

/// The destinations of other networks strictly inside `prefix`: they are none of `network`.
fn longer_of_others(prefix: Prefix, network: NameId, others: &[(Prefix, NameId)]) -> Vec<Prefix> {
    // In sorted order a prefix stands before everything inside it.
    let first = others.partition_point(|(other, _)| *other <= prefix);
    others[first..]
        .iter()
        .take_while(|(other, _)| prefix.covers(*other))
        .filter(|(_, owner)| *owner != network)
        .map(|(other, _)| *other)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Reasons;
    use crate::class::Class;
    use crate::names::Names;

    fn missing(rows: &[(&str, &str, Status)]) -> Vec<(String, Vec<String>)> {
        let mut names = Names::default();
        let rows: Vec<ReachRow> = rows
            .iter()
            .map(|(network, destination, status)| ReachRow {
                class: Class::Windows,
                client: None,
                network: names.intern(network),
                destination: destination.parse().unwrap(),
                status: *status,
                reasons: Reasons::default(),
            })
            .collect();
        let text = |name: &NameId| names.text(*name).to_owned();
        missing_routes(&rows)
            .iter()
            .map(|route| (route.prefix.to_string(), route.networks.iter().map(text).collect()))
            .collect()
    }

    fn route(prefix: &str, networks: &[&str]) -> (String, Vec<String>) {
        (prefix.to_owned(), networks.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn only_what_lacks_nothing_but_a_route_is_written() {
        let rows = [
            ("VNet1", "10.1.0.0/16", Status::Reachable),
            ("VNet2", "10.2.0.0/16", Status::NeedsRoute),
            ("VNet3", "10.3.0.0/16", Status::Unreachable),
            ("VNet4", "10.4.0.0/16", Status::Blackhole),
        ];
        assert_eq!(missing(&rows), [route("10.2.0.0/16", &["VNet2"])]);
        assert_eq!(missing(&rows[..1]), []);
    }

    #[test]
    fn neighbours_become_one_route_and_nothing_is_added() {
        let rows = [
            ("VNet2", "10.2.0.0/16", Status::NeedsRoute),
            ("VNet3", "10.3.0.0/16", Status::NeedsRoute),
            // Beside 10.5.0.0/16 this would be 10.4.0.0/15, which holds more.
            ("VNet4", "10.4.0.0/16", Status::NeedsRoute),
            ("VNet6", "10.6.0.0/16", Status::NeedsRoute),
            ("VNet6", "fd00:6::/48", Status::NeedsRoute),
        ];
        let expected = [
            route("10.2.0.0/15", &["VNet2", "VNet3"]),
            route("10.4.0.0/16", &["VNet4"]),
            route("10.6.0.0/16", &["VNet6"]),
            route("fd00:6::/48", &["VNet6"]),
        ];
        assert_eq!(missing(&rows), expected);
    }

    #[test]
    fn a_longer_prefix_of_another_network_is_left_out() {
        let rows = [
            ("Site1", "10.0.0.0/14", Status::NeedsRoute),
            ("VNet1", "10.1.0.0/16", Status::Reachable),
            ("VNet2", "10.2.0.0/16", Status::NeedsRoute),
        ];
        let expected = [route("10.0.0.0/16", &["Site1"]), route("10.2.0.0/15", &["Site1", "VNet2"])];
        assert_eq!(missing(&rows), expected);
    }
}
