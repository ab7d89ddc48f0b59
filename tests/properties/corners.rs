//! Route tables in places that random inventories seldom show: solver and simulator agree, and the case is what it is meant to be.

use tunnelog::inventory::routing::NextHop;

use crate::rows::{ApplianceRow, Rows, SubnetRow, UserRouteRow, list};
use crate::simulator::Lines;
use crate::steered::agree;

/// Rows with subnets, tables and appliances, by their shortest form.
struct Case(Rows);

impl Case {
    /// `table` is empty for none.
    fn subnet(mut self, vnet: &str, name: &str, space: &str, table: &str) -> Self {
        let table = (!table.is_empty()).then(|| table.to_owned());
        self.0.subnets.push(SubnetRow { vnet: vnet.into(), name: name.into(), space: list(space), table });
        self
    }

    /// A table with its user routes, `PREFIX HOP` each: `vnet-local`, `internet`, `none` or the addresses of appliances.
    fn table(mut self, name: &str, lets_in: bool, routes: &[&str]) -> Self {
        self.0.route_tables.push((name.into(), lets_in));
        for route in routes {
            let words = list(route);
            let (prefix, mut addresses) = (words[0].clone(), words[1..].to_vec());
            let hop = match &*addresses[0] {
                "vnet-local" => NextHop::VnetLocal,
                "internet" => NextHop::Internet,
                "none" => NextHop::Nowhere,
                _ => NextHop::Appliance,
            };
            addresses.retain(|_| hop == NextHop::Appliance);
            self.0.user_routes.push(UserRouteRow { table: name.into(), prefix, hop, addresses });
        }
        self
    }

    fn appliance(mut self, name: &str, vnet: &str, addresses: &str, stateful: bool) -> Self {
        let addresses = list(addresses);
        self.0.appliances.push(ApplianceRow { name: name.into(), vnet: vnet.into(), addresses, stateful });
        self
    }

    /// What both say: a line for each destination of the one gateway's Windows clients, as `DESTINATION STATUS REASON`.
    fn said(&self) -> Vec<String> {
        let lines: Lines = agree(&self.0).unwrap_or_else(|error| panic!("{error}"));
        let windows = lines.reach.iter().filter(|line| line.class == "windows");
        windows.map(|line| format!("{} {} {}", line.destination, line.status, line.reason)).collect()
    }
}

/// A hub with a gateway for clients, and a firewall in it.
fn hub(space: &str, pool: &str) -> Rows {
    Rows::default().vnet("Hub", space).gateway("Hub", pool, 65_001)
}

/// Two hubs with a firewall each, clients at the first, and two spokes of the second, one for each address family. IPv4 passes both firewalls there
/// and back; IPv6 the second there and the first back.
#[test]
fn one_family_is_asymmetric_and_the_other_is_not() {
    let mut rows = hub("10.0.0.0/16 fd00:0::/48", "192.168.0.0/24 fd01::/64")
        .vnet("Far", "10.8.0.0/16 fd00:8::/48")
        .gateway("Far", "", 65_002)
        .vnet("Four", "10.9.0.0/16")
        .vnet("Six", "fd00:9::/48")
        .peering("Hub", "Far", false)
        .peering("Far", "Four", true)
        .peering("Far", "Six", true);
    rows.gateways[0].custom = list("10.9.0.0/16 fd00:9::/48");
    let case = Case(rows)
        .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
        .subnet("Hub", "AzureFirewallSubnet", "10.0.1.0/26", "near")
        .subnet("Far", "GatewaySubnet", "10.8.0.0/27", "back")
        .subnet("Far", "AzureFirewallSubnet", "10.8.1.0/26", "far")
        .table("gateway", true, &["10.9.0.0/16 10.0.1.4", "fd00:9::/48 10.8.1.4"])
        .table("near", true, &["10.9.0.0/16 10.8.1.4"])
        .table("back", true, &["192.168.0.0/24 10.8.1.4", "fd01::/64 10.0.1.4"])
        .table("far", true, &["192.168.0.0/24 10.0.1.4"])
        .appliance("Near", "Hub", "10.0.1.4", true)
        .appliance("Beyond", "Far", "10.8.1.4", true);
    let said = case.said();
    assert!(said.contains(&"10.9.0.0/16 reachable custom-route".to_owned()), "{said:?}");
    assert!(said.contains(&"fd00:9::/48 blackhole asymmetric".to_owned()), "{said:?}");
}

/// Packets leave for the Internet by either of two appliances that keep no state. Answers of one go back directly in IPv4 and through a firewall in
/// IPv6, and those of the other through it in IPv4.
#[test]
fn one_of_two_ways_out_is_answered_past_a_firewall_in_one_family() {
    let mut rows = hub("10.0.0.0/16", "192.168.0.0/24 fd01::/64");
    rows.gateways[0].custom = list("0.0.0.0/1 128.0.0.0/1");
    let either = ["0.0.0.0/1 10.0.1.4 10.0.2.4", "128.0.0.0/1 10.0.1.4 10.0.2.4"];
    let case = Case(rows)
        .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
        .subnet("Hub", "One", "10.0.1.0/24", "one")
        .subnet("Hub", "Other", "10.0.2.0/24", "other")
        .subnet("Hub", "Firewall", "10.0.3.0/24", "")
        .table("gateway", true, &either)
        .table("one", true, &["fd01::/64 10.0.3.4"])
        .table("other", true, &["192.168.0.0/24 10.0.3.4"])
        .appliance("One", "Hub", "10.0.1.4", false)
        .appliance("Other", "Hub", "10.0.2.4", false)
        .appliance("Firewall", "Hub", "10.0.3.4", true);
    let said = case.said();
    assert!(said.contains(&"0.0.0.0/0 reachable custom-route".to_owned()), "{said:?}");
}

/// A site owns a default route and has one to the gateway as well: its own wins, so that answers to clients stay there.
#[test]
fn a_site_keeps_what_its_own_default_route_covers() {
    let rows = hub("10.0.0.0/16", "192.168.0.0/24")
        .site("Site", "172.16.0.0/16 0.0.0.0/0", 65_100)
        .tunnel_with("Hub", "Site", false, "172.16.0.0/16", "0.0.0.0/0");
    let said = Case(rows).subnet("Hub", "App", "10.0.2.0/24", "").said();
    assert!(said.contains(&"172.16.0.0/16 unreachable no-client-route;no-way-back".to_owned()), "{said:?}");
}

/// The clients' addresses lie inside a VNet that uses their gateway. Azure prefers the route of that VNet, and does not look at the gateway's.
#[test]
fn an_address_pool_inside_a_vnet_is_not_found_from_there() {
    let rows = hub("10.0.0.0/16", "10.1.200.0/24").vnet("Spoke", "10.1.0.0/16").peering("Hub", "Spoke", true);
    let said = Case(rows).subnet("Spoke", "App", "10.1.2.0/24", "").said();
    assert!(said.contains(&"10.1.0.0/16 blackhole no-way-back".to_owned()), "{said:?}");
}

/// A firewall drops answers to the clients' IPv4 addresses and has a way to their IPv6 addresses, of which the Internet of IPv4 has no use.
#[test]
fn answers_from_the_internet_have_the_family_of_the_question() {
    let mut rows = hub("10.0.0.0/16", "192.168.0.0/24 fd01::/64");
    rows.gateways[0].custom = list("0.0.0.0/1 128.0.0.0/1");
    let case = Case(rows)
        .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
        .subnet("Hub", "AzureFirewallSubnet", "10.0.1.0/26", "firewall")
        .table("gateway", true, &["0.0.0.0/1 10.0.1.4", "128.0.0.0/1 10.0.1.4"])
        // Nobody holds that address.
        .table("firewall", true, &["192.168.0.0/24 172.30.0.4"])
        .appliance("Firewall", "Hub", "10.0.1.4", true);
    let said = case.said();
    assert!(said.contains(&"0.0.0.0/0 blackhole no-way-back".to_owned()), "{said:?}");
}

/// Two spokes of a far hub answer through its gateway. Requests to one of them pass a firewall that answers do not, and those to the other pass none.
#[test]
fn a_firewall_before_one_spoke_is_of_no_concern_to_the_other() {
    let mut rows = hub("10.0.0.0/16", "192.168.0.0/24")
        .vnet("Far", "10.8.0.0/16")
        .gateway("Far", "", 65_002)
        .vnet("Behind", "10.9.0.0/16")
        .vnet("Beside", "10.10.0.0/16")
        .peering("Far", "Behind", true)
        .peering("Far", "Beside", true)
        .tunnel("Hub", "Far", true);
    rows.gateways[0].custom = list("10.9.0.0/16 10.10.0.0/16");
    let case = Case(rows)
        .subnet("Far", "GatewaySubnet", "10.8.0.0/27", "gateway")
        .subnet("Far", "AzureFirewallSubnet", "10.8.1.0/26", "")
        .table("gateway", true, &["10.9.0.0/16 10.8.1.4"])
        .appliance("Firewall", "Far", "10.8.1.4", true);
    let said = case.said();
    assert!(said.contains(&"10.9.0.0/16 blackhole asymmetric".to_owned()), "{said:?}");
    assert!(said.contains(&"10.10.0.0/16 reachable custom-route".to_owned()), "{said:?}");
}

/// The gateway's longest entry for half of its clients leads into a connection, and what comes back for them is lost there.
#[test]
fn half_of_an_address_pool_is_routed_elsewhere() {
    let rows = hub("10.0.0.0/16", "192.168.0.0/24").site("Site", "172.16.0.0/16", 65_100).tunnel_with(
        "Hub",
        "Site",
        false,
        "172.16.0.0/16 192.168.0.0/25",
        "192.168.0.0/24",
    );
    let said = Case(rows).subnet("Hub", "App", "10.0.2.0/24", "").said();
    assert!(said.contains(&"10.0.0.0/16 blackhole no-way-back".to_owned()), "{said:?}");
}

/// A site has a default route to the gateway and owns none: it is no way to the Internet.
#[test]
fn a_default_route_to_the_gateway_leads_nobody_out_of_a_site() {
    let mut rows = hub("10.0.0.0/16", "192.168.0.0/24").site("Site", "172.16.0.0/16", 65_100).tunnel_with(
        "Hub",
        "Site",
        false,
        "172.16.0.0/16 0.0.0.0/1 128.0.0.0/1",
        "0.0.0.0/0",
    );
    rows.gateways[0].custom = list("0.0.0.0/1 128.0.0.0/1");
    let said = Case(rows).subnet("Hub", "App", "10.0.2.0/24", "").said();
    assert!(said.contains(&"0.0.0.0/0 blackhole no-way-back;no-way-there".to_owned()), "{said:?}");
}

/// Of two appliances in one user route the stateful one drops what it gets. No way that arrives passes it, so answers may go past it.
#[test]
fn an_appliance_that_drops_is_not_passed() {
    let rows =
        hub("10.0.0.0/16", "192.168.0.0/24").vnet("Spoke", "10.1.0.0/16").peering("Hub", "Spoke", true);
    let case = Case(rows)
        .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
        .subnet("Hub", "Dropping", "10.0.1.0/24", "dropping")
        .subnet("Hub", "Forwarding", "10.0.2.0/24", "")
        .subnet("Spoke", "App", "10.1.2.0/24", "")
        .table("gateway", true, &["10.1.0.0/16 10.0.1.4 10.0.2.4"])
        // Nobody holds that address.
        .table("dropping", true, &["10.1.0.0/16 172.30.0.4"])
        .appliance("Dropping", "Hub", "10.0.1.4", true)
        .appliance("Forwarding", "Hub", "10.0.2.4", false);
    let said = case.said();
    assert!(said.contains(&"10.1.0.0/16 reachable transit-spoke".to_owned()), "{said:?}");
}

/// A hub with a firewall and a spoke that uses its gateway, where GatewaySubnet leads to the firewall.
fn firewalled() -> Rows {
    hub("10.0.0.0/16", "192.168.0.0/24").vnet("Spoke", "10.1.0.0/16").peering("Hub", "Spoke", true)
}

/// Of a peering with one usable side, be it of all or of a part, nothing is left: neither of both ways.
#[test]
fn one_side_of_a_peering_carries_nothing() {
    for (side, carried) in [(0, false), (1, false), (0, true), (1, true)] {
        let mut rows = firewalled();
        rows.peerings[side].connected = false;
        if carried {
            rows.peerings[0].carried = Some(list("10.1.0.0/17"));
            rows.peerings[1].carried = Some(list("10.0.0.0/17"));
        }
        let case = Case(rows)
            .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
            .subnet("Hub", "AzureFirewallSubnet", "10.0.1.0/26", "")
            .subnet("Spoke", "App", "10.1.2.0/24", "")
            .table("gateway", true, &["10.1.0.0/16 10.0.1.4", "10.1.0.0/17 10.0.1.4"]);
        let said = case.said();
        let lost = "10.1.0.0/16 unreachable no-client-route;no-way-back;no-way-there".to_owned();
        assert!(said.contains(&lost), "{side} {carried}: {said:?}");
    }
}

/// A peering carries one of two subnets. The firewall has no route to the other, though the gateway's user route leads there.
#[test]
fn a_firewall_has_the_part_that_a_peering_carries() {
    let mut rows = firewalled();
    rows.peerings[0].carried = Some(list("10.1.2.0/24"));
    let case = Case(rows)
        .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
        .subnet("Hub", "AzureFirewallSubnet", "10.0.1.0/26", "")
        .subnet("Spoke", "App", "10.1.2.0/24", "spoke")
        .subnet("Spoke", "Data", "10.1.3.0/24", "spoke")
        .table("gateway", true, &["10.1.2.0/24 10.0.1.4", "10.1.3.0/24 10.0.1.4"])
        .table("spoke", false, &["0.0.0.0/0 10.0.1.4"]);
    let said = case.said();
    assert!(said.contains(&"10.1.2.0/24 reachable transit-spoke".to_owned()), "{said:?}");
    assert!(said.contains(&"10.1.3.0/24 unreachable no-client-route;no-way-there".to_owned()), "{said:?}");
}

/// Of two appliances in one user route the stateful one stands in a spoke, to which a gateway gives no routes of other spokes: it drops.
#[test]
fn a_spoke_has_no_route_of_the_gateway_to_another_spoke() {
    let rows = firewalled().vnet("Other", "10.2.0.0/16").peering("Hub", "Other", true);
    let case = Case(rows)
        .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
        .subnet("Hub", "AzureFirewallSubnet", "10.0.1.0/26", "")
        .subnet("Other", "App", "10.2.2.0/24", "")
        .table("gateway", true, &["10.2.0.0/16 10.1.1.4 10.0.1.4"])
        .appliance("Spoke", "Spoke", "10.1.1.4", true)
        .appliance("Hub", "Hub", "10.0.1.4", false);
    let said = case.said();
    assert!(said.contains(&"10.2.0.0/16 reachable transit-spoke".to_owned()), "{said:?}");
}

/// The firewall's own table decides, and not another one with the same prefix: into the VNet itself, out to the Internet, or nowhere.
#[test]
fn next_hops_that_are_no_appliance_are_those_of_the_own_table() {
    let [into, nowhere] = ["10.0.0.0/16 reachable own-vnet", "10.0.2.0/24 blackhole no-way-there"];
    for (own, other, line) in [("vnet-local", "none", into), ("none", "vnet-local", nowhere)] {
        let case = Case(firewalled())
            .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
            .subnet("Hub", "AzureFirewallSubnet", "10.0.1.0/26", "own")
            .subnet("Hub", "App", "10.0.2.0/24", "")
            .subnet("Hub", "Data", "10.0.3.0/24", "other")
            .table("gateway", true, &["10.0.2.0/24 10.0.1.4"])
            .table("own", true, &[&format!("10.0.0.0/16 {own}")])
            .table("other", true, &[&format!("10.0.0.0/16 {other}")])
            .appliance("Firewall", "Hub", "10.0.1.4", false);
        let said = case.said();
        assert!(said.contains(&line.to_owned()), "{own}: {said:?}");
    }
    for (own, other, lines) in [
        (
            "internet",
            "none",
            &["0.0.0.0/1 blackhole no-way-back;no-way-there", "128.0.0.0/1 reachable custom-route"][..],
        ),
        ("none", "internet", &["0.0.0.0/0 blackhole no-way-back;no-way-there"][..]),
    ] {
        let mut rows = firewalled();
        rows.gateways[0].custom = list("0.0.0.0/1 128.0.0.0/1");
        let case = Case(rows)
            .subnet("Hub", "GatewaySubnet", "10.0.0.0/27", "gateway")
            .subnet("Hub", "AzureFirewallSubnet", "10.0.1.0/26", "own")
            .subnet("Hub", "App", "10.0.2.0/24", "other")
            .table("gateway", true, &["0.0.0.0/1 10.0.1.4", "128.0.0.0/1 10.0.1.4"])
            // The longer one drops half of it.
            .table("own", true, &[&format!("0.0.0.0/0 {own}"), "0.0.0.0/1 none"])
            .table("other", true, &[&format!("0.0.0.0/0 {other}")])
            .appliance("Firewall", "Hub", "10.0.1.4", true);
        let said = case.said();
        assert!(lines.iter().all(|line| said.contains(&(*line).to_owned())), "{own}: {said:?}");
    }
}
