//! When the warnings about route tables and appliances are given, and when not.

use std::fmt::Write as _;

use crate::support::folders::folder;
use crate::warnings::checked;

const VNETS: (&str, &str) = ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\n");
const GATEWAYS: (&str, &str) = ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n");
const PEERINGS: (&str, &str) = (
    "peerings.csv",
    "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,true,false\nSpoke,Hub,false,true\n",
);
const FIREWALL: (&str, &str) = ("appliances.csv", "name,vnet,address\nFirewall,Hub,10.0.1.4;10.0.2.4\n");
const TABLES: (&str, &str) = ("route_tables.csv", "name,gateway_routes\ngw,true\nspoke,false\n");
const SUBNETS: (&str, &str) = (
    "subnets.csv",
    "vnet,name,address_space,route_table\nHub,GatewaySubnet,10.0.0.0/27,gw\nSpoke,App,10.1.1.0/24,spoke\n",
);

/// What is found in the usual hub with these files in the place of its own.
fn found(files: &[(&'static str, &str)]) -> Vec<String> {
    let usual = [VNETS, GATEWAYS, PEERINGS, FIREWALL, TABLES, SUBNETS];
    let others = usual.iter().filter(|(name, _)| !files.iter().any(|(own, _)| own == name));
    let folder = folder(&files.iter().chain(others).copied().collect::<Vec<_>>());
    let (report, _) = checked(folder.path());
    let text =
        |finding: &tunnelog::diagnostic::Diagnostic| format!("{}: {}", finding.code.name(), finding.message);
    report.diagnostics.iter().map(text).collect()
}

fn routes(rows: &str) -> String {
    format!("route_table,prefix,next_hop,next_hop_address\n{rows}")
}

const BOTH_WAYS: &str =
    "gw,10.1.0.0/16,VirtualAppliance,10.0.1.4\nspoke,0.0.0.0/0,VirtualAppliance,10.0.1.4\n";

#[test]
fn nothing_is_found_in_a_hub_whose_firewall_sees_both_ways() {
    assert_eq!(found(&[("routes.csv", &routes(BOTH_WAYS))]), [] as [&str; 0]);
}

#[test]
fn a_custom_route_that_a_user_route_leads_on_is_no_dead_end() {
    let found = |route: &str| {
        let gateways = "vnet,client_pool,custom_routes\nHub,192.168.0.0/24,8.8.0.0/16\n";
        found(&[("routes.csv", &routes(&format!("{BOTH_WAYS}{route}\n"))), ("gateways.csv", gateways)])
    };
    assert_eq!(found("gw,8.0.0.0/8,VirtualAppliance,10.0.1.4"), [] as [&str; 0]);
    let nowhere = "custom-route-nowhere: the gateway of `Hub` pushes `8.8.0.0/16` to clients, but its table has no entry that covers it";
    // It covers a part, it drops packets, or it stands in another table.
    assert_eq!(found("gw,8.8.0.0/17,VirtualAppliance,10.0.1.4"), [nowhere]);
    assert_eq!(found("gw,8.8.0.0/16,None,"), [nowhere]);
    assert_eq!(found("spoke,8.8.0.0/16,VirtualAppliance,10.0.1.4"), [nowhere]);
}

#[test]
fn an_appliance_stands_in_the_subnet_of_any_of_its_addresses() {
    let with = |firewall: &str, subnet: &str| {
        let subnets = format!("{}Hub,Inside,{subnet},spoke\n", SUBNETS.1);
        let files =
            [("routes.csv", &*routes(BOTH_WAYS)), ("subnets.csv", &subnets), ("appliances.csv", firewall)];
        let mut found = found(&files);
        // What clients ask of the subnet itself comes back past the firewall.
        found.retain(|finding| !finding.starts_with("asymmetric-path"));
        found
    };
    let sends_back = "appliance-loop: `Firewall` stands in the subnet `Inside` of `Hub`, whose route for `0.0.0.0/0` sends back to it";
    assert_eq!(with(FIREWALL.1, "10.0.1.0/24"), [sends_back]);
    // The route leads to the first address; the subnet has the second.
    assert_eq!(with(FIREWALL.1, "10.0.2.0/24"), [sends_back]);
    assert_eq!(with(FIREWALL.1, "10.0.3.0/24"), [] as [&str; 0]);
    let assumed = with("name,vnet,address\n", "10.0.1.0/24");
    let sends_back = "appliance-loop: `Hub/10.0.1.4` stands in the subnet `Inside` of `Hub`, whose route for `0.0.0.0/0` sends back to it";
    assert!(assumed.contains(&sends_back.to_owned()), "{assumed:?}");
}

#[test]
fn one_direction_is_told_of_the_appliance_and_of_all_networks() {
    let three = [
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\nOther,10.2.0.0/16\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,true,false\n\
             Spoke,Hub,false,true\nHub,Other,true,false\nOther,Hub,false,true\n",
        ),
    ];
    let back_only = routes("spoke,0.0.0.0/0,VirtualAppliance,10.0.1.4\n");
    let subnets =
        "vnet,name,address_space,route_table\nOther,Web,10.2.1.0/24,spoke\nSpoke,App,10.1.1.0/24,spoke\n";
    let tables = "name,gateway_routes\nspoke,false\n";
    let files = [
        three[0],
        three[1],
        ("routes.csv", &back_only),
        ("subnets.csv", subnets),
        ("route_tables.csv", tables),
    ];
    let one_way = "sees one direction only of what clients of `Hub` ask of `Other`, `Spoke`";
    assert_eq!(found(&files), [format!("asymmetric-path: `Firewall` {one_way}")]);
    let mut unlisted = files.to_vec();
    unlisted.push(("appliances.csv", "name,vnet,address\n"));
    let of_unlisted = found(&unlisted);
    assert!(of_unlisted.contains(&format!("asymmetric-path: `Hub/10.0.1.4` {one_way}")), "{of_unlisted:?}");
    let mut stateless = files.to_vec();
    stateless.push(("appliances.csv", "name,vnet,address,stateful\nFirewall,Hub,10.0.1.4,false\n"));
    assert_eq!(found(&stateless), [] as [&str; 0]);
}

#[test]
fn forwarded_traffic_is_asked_of_the_side_that_receives_it() {
    let sides = |hub: bool, spoke: bool| {
        format!(
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_forwarded_traffic\n\
             Hub,Spoke,true,false,{hub}\nSpoke,Hub,false,true,{spoke}\n"
        )
    };
    let with = |hub, spoke, rows: &str| {
        found(&[("peerings.csv", &sides(hub, spoke)), ("routes.csv", &routes(rows))])
    };
    let there = "forwarded-traffic-off: the side of `Spoke` of its peering with `Hub` does not allow forwarded traffic, which an appliance there sends";
    assert_eq!(with(true, false, BOTH_WAYS), [there]);
    assert_eq!(with(false, true, BOTH_WAYS), [] as [&str; 0]);
    // What the gateway sends through the appliance alone crosses it too, for the whole spoke or for a part.
    let there_only = |prefix: &str| with(true, false, &format!("gw,{prefix},VirtualAppliance,10.0.1.4\n"));
    for prefix in ["10.1.0.0/16", "10.1.1.0/24"] {
        assert!(there_only(prefix).contains(&there.to_owned()), "{prefix}");
    }
    assert!(!there_only("10.7.0.0/16").contains(&there.to_owned()));
    assert_eq!(with(true, false, "spoke,192.168.0.0/24,VirtualNetworkGateway,\n"), [] as [&str; 0]);
}

#[test]
fn a_pool_is_halved_where_gateway_routes_are_let_in() {
    let with = |lets_in: bool, rows: &str| {
        let tables = format!("name,gateway_routes\ngw,true\nspoke,{lets_in}\n");
        let rows = routes(&format!("gw,10.1.0.0/16,VirtualAppliance,10.0.1.4\n{rows}"));
        found(&[("route_tables.csv", &tables), ("routes.csv", &rows)])
    };
    let whole = "spoke,192.168.0.0/24,VirtualAppliance,10.0.1.4\n";
    let both_halves =
        "spoke,192.168.0.0/25,VirtualAppliance,10.0.1.4\nspoke,192.168.0.128/25,VirtualAppliance,10.0.1.4\n";
    let halved = "pool-may-be-halved: `192.168.0.0/24` is the whole address pool of `Hub`, and the route table `spoke` lets gateway routes in";
    assert_eq!(with(true, whole), [halved]);
    assert_eq!(with(false, whole), [] as [&str; 0]);
    assert_eq!(with(true, both_halves), [] as [&str; 0]);
    // A route to the gateway leads where the both_halves do.
    let to_gateway = with(true, "spoke,192.168.0.0/24,VirtualNetworkGateway,\n");
    assert!(!to_gateway.contains(&halved.to_owned()), "{to_gateway:?}");
}

#[test]
fn a_reserved_range_is_lost_where_the_vnet_has_no_part_of_it() {
    let with = |rows: &str| {
        found(&[("routes.csv", &routes(&format!("gw,10.1.0.0/16,VirtualAppliance,10.0.1.4\n{rows}")))])
    };
    let lost = |route: &str| {
        format!(
            "reserved-range: `{route}` does not carry `192.168.0.0/24` of `Hub` from `Spoke`: Azure's route for `192.168.0.0/16` to `None` is longer"
        )
    };
    for route in ["128.0.0.0/1", "192.0.0.0/8"] {
        assert_eq!(with(&format!("spoke,{route},VirtualAppliance,10.0.1.4\n")), [lost(route)]);
    }
    // Neither the default route, nor the range itself, nor one around a range that the VNet uses; and a longer route is its own.
    for route in ["0.0.0.0/0", "192.168.0.0/16"] {
        assert_eq!(with(&format!("spoke,{route},VirtualAppliance,10.0.1.4\n")), [] as [&str; 0], "{route}");
    }
    let found = with(
        "spoke,0.0.0.0/1,VirtualAppliance,10.0.1.4\nspoke,128.0.0.0/1,VirtualAppliance,10.0.1.4\nspoke,192.168.0.0/24,VirtualAppliance,10.0.1.4\n",
    );
    assert_eq!(found, [] as [&str; 0]);
}

#[test]
fn routes_of_a_table_are_counted_with_those_for_service_tags() {
    let count = |prefixes: usize, tags: usize| {
        let mut rows = BOTH_WAYS.to_owned();
        for row in 1..prefixes {
            writeln!(rows, "spoke,20.{}.{}.0/24,Internet,", row / 256, row % 256).unwrap();
        }
        for row in 0..tags {
            writeln!(rows, "spoke,Tag{row},Internet,").unwrap();
        }
        found(&[("routes.csv", &routes(&rows))])
    };
    let exceeded = |count: usize, what: &str, most: usize| {
        format!("limit-exceeded: the route table `spoke` has {count} {what}; {most} is the limit of a table")
    };
    assert_eq!(count(375, 25), [] as [&str; 0]);
    assert_eq!(count(376, 25), [exceeded(401, "routes", 400)]);
    assert_eq!(count(1, 26), [exceeded(26, "routes for service tags", 25)]);
}
