//! The reference itself against the eight topologies of Microsoft's article "About Point-to-Site VPN
//! routing": the routes and the access that each section lists, copied by hand.

use crate::rows::Rows;
use crate::simulator::{Lines, Question, Simulator};

const POOL: &str = "192.168.0.0/24";

fn answer(rows: &Rows) -> Lines {
    Simulator::new(&rows.inventory()).answer(Question { observed: false, by_client: false })
}

/// Asserts the routes of both classes, the networks reached as they are, and those that need a route.
fn assert_class(rows: &Rows, class: &str, routes: &str, reachable: &str, needs_route: &str) {
    let lines = answer(rows);
    let mut held: Vec<&str> =
        lines.routes.iter().filter(|line| line.class == class).map(|line| line.prefix.as_str()).collect();
    held.sort_unstable();
    let mut expected: Vec<&str> = routes.split_whitespace().collect();
    expected.sort_unstable();
    assert_eq!(held, expected, "routes of {class}");
    let networks = |status: &str| -> Vec<&str> {
        let lines = lines.reach.iter().filter(|line| line.class == class && line.status == status);
        lines.map(|line| line.network.as_str()).collect()
    };
    assert_eq!(networks("reachable"), reachable.split_whitespace().collect::<Vec<_>>(), "{class}");
    assert_eq!(networks("needs-route"), needs_route.split_whitespace().collect::<Vec<_>>(), "{class}");
}

/// A chain of VNets, each with a gateway, and Site1 behind the last where there is a branch.
fn chain(length: u32, branch: bool, bgp: bool) -> Rows {
    let mut rows = Rows::default();
    for number in 1..=length {
        let name = format!("VNet{number}");
        rows = rows.vnet(&name, &format!("10.{number}.0.0/16"));
        rows = rows.gateway(&name, if number == 1 { POOL } else { "" }, 65_000 + number);
    }
    for number in 1..length {
        rows = rows.tunnel(&format!("VNet{number}"), &format!("VNet{}", number + 1), bgp);
    }
    if branch {
        rows = rows.site("Site1", "10.101.0.0/16", 65_101);
        rows = rows.tunnel(&format!("VNet{length}"), "Site1", bgp);
    }
    rows
}

#[test]
fn one_isolated_vnet() {
    let rows = chain(1, false, false);
    assert_class(&rows, "windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "");
    assert_class(&rows, "non-windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "");
}

#[test]
fn multiple_peered_vnets() {
    let rows = chain(1, false, false)
        .vnet("VNet2", "10.2.0.0/16")
        .vnet("VNet3", "10.3.0.0/16")
        .vnet("VNet4", "10.4.0.0/16")
        .peering("VNet1", "VNet2", true)
        .peering("VNet2", "VNet3", false)
        .peering("VNet1", "VNet4", true);
    let routes = "10.1.0.0/16 10.2.0.0/16 10.4.0.0/16 192.168.0.0/24";
    assert_class(&rows, "windows", routes, "VNet1 VNet2 VNet4", "");
    assert_class(&rows, "non-windows", routes, "VNet1 VNet2 VNet4", "");
}

#[test]
fn multiple_vnets_by_s2s() {
    let rows = chain(3, false, false);
    assert_class(&rows, "windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "");
    assert_class(&rows, "non-windows", "10.1.0.0/16 10.2.0.0/16 192.168.0.0/24", "VNet1", "");
    let vnet2 =
        answer(&rows).reach.into_iter().find(|line| line.class == "non-windows" && line.network == "VNet2");
    assert_eq!(
        vnet2.map(|line| (line.status, line.reason)),
        Some(("blackhole".into(), "no-way-back".into()))
    );
}

#[test]
fn multiple_vnets_by_s2s_with_bgp() {
    let rows = chain(3, false, true);
    assert_class(&rows, "windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "VNet2 VNet3");
    let routes = "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16 192.168.0.0/24";
    assert_class(&rows, "non-windows", routes, "VNet1 VNet2 VNet3", "");
}

#[test]
fn a_branch_office() {
    let rows = chain(1, true, false);
    assert_class(&rows, "windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "");
    assert_class(&rows, "non-windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "");
}

#[test]
fn a_branch_office_with_bgp() {
    let rows = chain(1, true, true);
    assert_class(&rows, "windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "Site1");
    assert_class(&rows, "non-windows", "10.1.0.0/16 10.101.0.0/16 192.168.0.0/24", "Site1 VNet1", "");
}

#[test]
fn multiple_vnets_by_s2s_and_a_branch_office() {
    // The article lists 10.3.0.0/16 and 10.101.0.0/16 here and not without the branch: VNet1's end lists them.
    let mut rows = chain(3, true, false);
    rows.tunnels[0].from_static = crate::rows::list("10.2.0.0/16 10.3.0.0/16 10.101.0.0/16");
    assert_class(&rows, "windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "");
    let routes = "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16 10.101.0.0/16 192.168.0.0/24";
    assert_class(&rows, "non-windows", routes, "VNet1", "");
}

#[test]
fn multiple_vnets_by_s2s_and_a_branch_office_with_bgp() {
    let rows = chain(3, true, true);
    assert_class(&rows, "windows", "10.1.0.0/16 192.168.0.0/24", "VNet1", "Site1 VNet2 VNet3");
    let routes = "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16 10.101.0.0/16 192.168.0.0/24";
    assert_class(&rows, "non-windows", routes, "Site1 VNet1 VNet2 VNet3", "");
}
