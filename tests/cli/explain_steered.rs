//! What `explain` says where route tables steer packets, written by hand from the specification.

use serde_json::Value;

use crate::support::folders::folder;
use crate::support::program::{Run, command, finish};

fn run(topology: &str, arguments: &str) -> Run {
    let path = format!("facts/{topology}");
    let words = ["explain", &path, "--proof"].into_iter().chain(arguments.split_whitespace());
    finish(command().args(words).arg("--quiet"))
}

/// What is said of the clients of Hub and the network Spoke, on one line.
fn flat(topology: &str, arguments: &str) -> String {
    let output = run(topology, &format!("--from Hub {arguments} --class windows"));
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    output.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(flat: &str, sentences: &[&str]) {
    for sentence in sentences {
        assert!(flat.contains(sentence), "no `{sentence}` in {flat}");
    }
}

#[test]
fn a_firewall_is_passed_there_and_back() {
    let expected = "\
Clients of Hub to Spoke, 10.1.1.0/24 and 10.1.2.0/24

  ✓ reachable: Windows clients have a route, and there is a forward and a return path

The route on the client
  ✓ Windows clients have a route
    [transit-spoke-route] clients of Hub get 10.1.0.0/16, a spoke that uses the gateway
      [transit-spoke] Hub's gateway delivers to Spoke, 10.1.0.0/16, a peered VNet that uses it as
        remote gateway (peerings.csv:2, peerings.csv:3, gateways.csv:2, vnets.csv:3)
    Windows clients have the routes of the last download of their profile: one that lacks this route
      has to download it again.

Forward path
  ✓ Hub → Firewall → Spoke
    [gateway-to-appliance] Hub sends packets for 10.1.1.0/24 to Firewall, as the user route
      10.1.0.0/16 of to-spokes, the route table of GatewaySubnet, takes the place of its entry
      10.1.0.0/16 (routes.csv:2, subnets.csv:2, appliances.csv:2)
    [by-system-route] Firewall delivers packets for 10.1.1.0/24 to Spoke, longest-prefix match:
      10.1.0.0/16, of Hub's peering with Spoke (vnets.csv:3, peerings.csv:2, peerings.csv:3)

Return path
  ✓ Spoke → Firewall → Hub
    [to-appliance] Spoke's subnets App and Data send packets for the address pool 192.168.0.0/24 to
      Firewall, as the user route 0.0.0.0/0 of from-spokes leads to 10.0.1.4 (subnets.csv:4,
      subnets.csv:5, routes.csv:3, appliances.csv:2)
    [by-gateway-route] Firewall sends packets for the address pool 192.168.0.0/24 to Hub,
      longest-prefix match: 192.168.0.0/24, a route of the gateway (gateways.csv:2)
    [arrives-at-pool] Hub delivers packets for the address pool 192.168.0.0/24 to its clients,
      longest-prefix match: 192.168.0.0/24 (gateways.csv:2)

Appliances on the path
  ✓ packets pass Firewall
    [appliance-permits] what the rule sets of appliances permit is not known: that they permit this
      connection is an assumption
";
    let output = run("hub-and-firewall", "--from Hub --to Spoke --class windows");
    assert_eq!((output.code, &*output.stdout), (Some(0), expected));
}

#[test]
fn an_appliance_that_sees_one_direction_is_named_with_both_ways() {
    // There is no route on GatewaySubnet.
    let answers = "✗ Firewall sees the return path, and not the whole forward path: it is stateful, and drops such traffic there, around it: Hub → Spoke back, past it: Spoke → Firewall → Hub appliances are assumed not to translate sources. Application rules of Azure Firewall do, so what such a rule matches may work all the same";
    says(&flat("firewall-without-gateway-route", "--to Spoke"), &["✓ Hub → Spoke", answers]);
    // A summary there loses to the spoke's own prefix; both are named.
    let loses = "longest-prefix match: 10.1.0.0/16, before the user route 10.0.0.0/8 of to-spokes, the route table of \
         GatewaySubnet, which is shorter";
    says(&flat("firewall-summary-on-gateway-subnet", "--to Spoke"), &[loses, answers]);
    // The spoke's table lets in the address pool, which is longer than its default route.
    let loses = "longest-prefix match: 192.168.0.0/24, a route of the gateway, before the user route 0.0.0.0/0 of \
         from-spokes, which is shorter";
    let requests = "✗ Firewall sees the forward path, and not the whole return path: it is stateful, and drops such traffic \
         there, past it: Hub → Firewall → Spoke back, around it: Spoke → Hub";
    says(&flat("firewall-past-by-gateway-routes", "--to Spoke"), &[loses, requests]);
    // The table of one subnet is not associated.
    let flat = flat("firewall-table-not-associated", "--to Spoke");
    says(&flat, &["Spoke's subnet App sends packets", requests, "✓ packets pass Firewall"]);
}

#[test]
fn a_packet_that_is_dropped_names_the_table_and_the_route() {
    let pool = "✗ traffic to the address pool 192.168.0.0/24";
    let kept_out = "from Spoke is dropped at Firewall [to-appliance]";
    let why = "- Firewall has no route that covers the address pool 192.168.0.0/24: of-firewall, the route table of \
         AzureFirewallSubnet, keeps gateway routes out, and 192.168.0.0/24 of Hub's gateway is one (route_tables.csv:4, \
         subnets.csv:3)";
    says(&flat("firewall-without-way-back", "--to Spoke"), &[pool, kept_out, why]);
    let why = "is dropped at Spoke - the user route 0.0.0.0/0 of from-spokes leads to 10.9.1.4, \
         which is in no VNet that Spoke reaches: it is out of reach, and packets are dropped (routes.csv:3,";
    says(&flat("firewall-out-of-reach", "--to Spoke"), &[pool, why]);
    let why = "- the user route 192.168.0.0/24 of lock drops packets: its next hop is None (routes.csv:4, subnets.csv:5)";
    says(&flat("dropped-by-none", "--to 10.1.2.7"), &[pool, why]);
}

#[test]
fn a_gateway_behind_a_peering_that_carries_nothing_is_not_used() {
    // Both flags are there; the hub's side does not allow access.
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_vnet_access,allow_gateway_transit,use_remote_gateways\nHub,Spoke,false,true,false\n\
             Spoke,Hub,true,false,true\n",
        ),
        ("subnets.csv", "vnet,name,address_space,route_table\nSpoke,App,10.1.1.0/24,back\n"),
        ("route_tables.csv", "name,gateway_routes\nback,false\n"),
    ]);
    let words = ["--from", "Hub", "--to", "Spoke", "--class", "windows", "--quiet"];
    let run = finish(command().args(["explain", "--proof"]).arg(inventory.path()).args(words));
    let flat = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let why = "Spoke's subnet App has no route that covers the address pool 192.168.0.0/24: Spoke holds no gateway and uses \
               none (";
    says(&flat, &[why]);
    assert!(!flat.contains("keeps gateway routes out"), "{flat}");
}

#[test]
fn what_no_entry_of_the_gateway_covers_may_be_steered_all_the_same() {
    let flat = flat("firewall-instead-of-transit", "--to Spoke");
    says(
        &flat,
        &["[gateway-to-appliance] Hub sends", "as no entry of its own covers them, and the user route"],
    );
}

#[test]
fn a_stateless_appliance_is_passed_in_one_direction() {
    let flat = flat("stateless-appliance", "--to Spoke");
    says(&flat, &["✓ Hub → Spoke", "✓ Spoke → Router → Hub", "✓ packets pass Router"]);
    assert!(!flat.contains("sees"), "{flat}");
}

fn document(topology: &str) -> Value {
    let output = run(topology, "--from Hub --to Spoke --class windows --format json");
    serde_json::from_str::<Value>(&output.stdout).unwrap()["explanations"][0].take()
}

#[test]
fn documents_have_the_walks_and_what_they_assume() {
    let item = document("hub-and-firewall");
    assert_eq!(item["assumes"], serde_json::json!(["appliance-permits"]));
    assert_eq!(item["there"]["passages"][0]["names"], serde_json::json!(["Hub", "Firewall", "Spoke"]));
    let facts = item["there"]["passages"][0]["steps"][0]["facts"].as_array().unwrap();
    let facts: Vec<&str> = facts.iter().map(|fact| fact["fact"].as_str().unwrap()).collect();
    assert_eq!(
        facts,
        [
            "user_route(to-spokes, 10.1.0.0/16, appliance(10.0.1.4))",
            "uses_table(Hub, GatewaySubnet, to-spokes)",
            "appliance(Firewall, Hub, 10.0.1.4)"
        ]
    );
    let walk = &item["back"]["walks"][0];
    assert_eq!(walk["arrives"], true);
    let first = serde_json::json!({
        "at": "subnets", "vnet": "Spoke", "route_table": "from-spokes",
        "moves": [{
            "rule": "to-appliance", "prefix": "0.0.0.0/0", "route_table": "from-spokes",
            "to": { "at": "appliance", "appliance": "Firewall" }
        }]
    });
    assert_eq!(walk["stops"][0], first);
    let item = document("firewall-without-gateway-route");
    assert_eq!((&item["there"]["holds"], &item["back"]["holds"]), (&true.into(), &true.into()));
    assert_eq!(
        (&item["asymmetric"][0]["appliance"], &item["asymmetric"][0]["sees"]),
        (&"Firewall".into(), &"back".into())
    );
    assert!(item.get("assumes").is_none(), "{item}");
    let item = document("firewall-without-way-back");
    assert_eq!(item["back"]["lost"][0]["passage"]["names"], serde_json::json!(["Spoke", "Firewall"]));
    assert!(item.get("asymmetric").is_none(), "{item}");
}

#[test]
fn graphs_show_both_ways_past_an_appliance() {
    for format in ["dot", "mermaid"] {
        let output =
            run("firewall-without-gateway-route", &format!("--from Hub --to Spoke --format {format}"));
        for text in ["Firewall sees one direction only", "[to-appliance]", "[arrives-attached]"] {
            assert!(output.stdout.contains(text), "{format}: {}", output.stdout);
        }
    }
}
