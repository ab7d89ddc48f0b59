//! Exports with route tables on the command line: from what Azure prints to answers, files and what is said below them.

use std::fs;

use serde_json::{Value, json};

use crate::support::folders::folder;
use crate::support::program::{command, finish, run};

fn id(collection: &str, name: &str) -> String {
    format!("/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/{collection}/{name}")
}

fn vnet(name: &str, space: &str, peer: &str, uses: bool, subnets: &Value) -> Value {
    json!({ "id": id("virtualNetworks", name), "name": name, "addressSpace": { "addressPrefixes": [space] }, "subnets": subnets,
        "virtualNetworkPeerings": [{ "name": peer, "peeringState": "Connected", "allowVirtualNetworkAccess": true,
            "allowGatewayTransit": !uses, "useRemoteGateways": uses, "remoteVirtualNetwork": { "id": id("virtualNetworks", peer) } }] })
}

/// The recommended hub: GatewaySubnet sends what is for the spoke through the firewall, and the spoke sends all through it.
fn hub_and_firewall() -> Vec<Value> {
    let table = |name: &str| json!({ "id": id("routeTables", name) });
    let hop = |name: &str, prefix: &str| {
        json!({ "name": name, "addressPrefix": prefix, "nextHopType": "VirtualAppliance",
        "nextHopIpAddress": "10.0.1.4" })
    };
    let gateway_subnet = format!("{}/subnets/GatewaySubnet", id("virtualNetworks", "Hub"));
    let firewall_subnet = format!("{}/subnets/AzureFirewallSubnet", id("virtualNetworks", "Hub"));
    vec![
        vnet(
            "Hub",
            "10.0.0.0/16",
            "Spoke",
            false,
            &json!([
                { "name": "GatewaySubnet", "addressPrefix": "10.0.0.0/27", "routeTable": table("to-spokes") },
                { "name": "AzureFirewallSubnet", "addressPrefix": "10.0.1.0/26" },
            ]),
        ),
        vnet(
            "Spoke",
            "10.1.0.0/16",
            "Hub",
            true,
            &json!([
                { "name": "App", "addressPrefix": "10.1.0.0/17", "routeTable": table("from-spokes") },
                { "name": "Data", "addressPrefix": "10.1.128.0/17", "routeTable": table("from-spokes") },
            ]),
        ),
        json!({ "id": id("virtualNetworkGateways", "vpn"), "name": "vpn", "gatewayType": "Vpn", "vpnType": "RouteBased",
            "sku": { "name": "VpnGw2AZ" }, "ipConfigurations": [{ "subnet": { "id": gateway_subnet } }],
            "vpnClientConfiguration": { "vpnClientAddressPool": { "addressPrefixes": ["192.168.0.0/24"] } } }),
        json!({ "id": id("routeTables", "to-spokes"), "name": "to-spokes", "disableBgpRoutePropagation": false,
            "routes": [hop("spoke", "10.1.0.0/16")] }),
        json!({ "id": id("routeTables", "from-spokes"), "name": "from-spokes", "disableBgpRoutePropagation": true,
            "routes": [hop("all", "0.0.0.0/0")] }),
        json!({ "id": id("azureFirewalls", "Firewall"), "name": "Firewall", "ipConfigurations": [
            { "privateIPAddress": "10.0.1.4", "subnet": { "id": firewall_subnet } }] }),
    ]
}

fn answer_to(export: &[Value]) -> (String, String) {
    let folder = folder(&[("export.json", &Value::Array(export.to_vec()).to_string())]);
    let run = run(&format!("reach {} --class windows --to Spoke", folder.path().display()));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    (run.stdout, run.stderr)
}

const HEADER: &str = "gateway,class,network,destination,status,reason\n";

#[test]
fn an_export_is_answered_by_its_route_tables() {
    let mut export = hub_and_firewall();
    let (rows, said) = answer_to(&export);
    assert_eq!(rows, HEADER.to_owned() + "Hub,windows,Spoke,10.1.0.0/16,reachable,transit-spoke\n");
    assert_eq!(said, "");
    // The usual mistake: nothing on GatewaySubnet, so that the firewall sees the way back alone.
    export[0]["subnets"][0].as_object_mut().unwrap().remove("routeTable");
    let (rows, _) = answer_to(&export);
    assert_eq!(rows, HEADER.to_owned() + "Hub,windows,Spoke,10.1.0.0/16,blackhole,asymmetric\n");
}

#[test]
fn import_writes_the_four_files_and_they_give_the_same() {
    let folder = folder(&[("export.json", &Value::Array(hub_and_firewall()).to_string())]);
    let place = folder.path().join("inventory");
    let run = finish(command().arg("import").arg(folder.path().join("export.json")).arg("-o").arg(&place));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let file = |name: &str| fs::read_to_string(place.join(name)).unwrap();
    assert_eq!(
        file("subnets.csv"),
        "vnet,name,address_space,route_table\nHub,AzureFirewallSubnet,10.0.1.0/26,\nHub,GatewaySubnet,10.0.0.0/27,to-spokes\n\
         Spoke,App,10.1.0.0/17,from-spokes\nSpoke,Data,10.1.128.0/17,from-spokes\n"
    );
    assert_eq!(file("route_tables.csv"), "name,gateway_routes\nfrom-spokes,false\nto-spokes,true\n");
    assert_eq!(
        file("routes.csv"),
        "route_table,prefix,next_hop,next_hop_address,name\nfrom-spokes,0.0.0.0/0,VirtualAppliance,10.0.1.4,all\n\
         to-spokes,10.1.0.0/16,VirtualAppliance,10.0.1.4,spoke\n"
    );
    assert_eq!(file("appliances.csv"), "name,vnet,address,stateful\nFirewall,Hub,10.0.1.4,true\n");
    let reach = |path: &std::path::Path| finish(command().arg("reach").arg(path)).stdout;
    assert_eq!(reach(&place), reach(&folder.path().join("export.json")));
}

#[test]
fn what_is_not_modelled_is_said_below_every_answer() {
    let mut export = hub_and_firewall();
    export.push(json!({ "id": id("networkSecurityGroups", "closed"), "name": "closed",
        "securityRules": [{ "name": "no", "access": "Deny" }],
        "subnets": [{ "id": format!("{}/subnets/App", id("virtualNetworks", "Spoke")) }] }));
    let folder = folder(&[("export.json", &Value::Array(export).to_string())]);
    let place = folder.path().display();
    let line = "note[unmodelled]: what may change answers is not modelled: network security groups that deny at 1 (`Spoke/App`)\n";
    for (verb, more) in [("reach", ""), ("routes", ""), ("ask", "gateway(?g)")] {
        let run = run(&format!("{verb} {place} {more}"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stderr.starts_with(line), "{verb}: {}", run.stderr);
        assert!(!run.stdout.contains("unmodelled"), "{verb}: {}", run.stdout);
    }
    assert!(run(&format!("check {place} --format csv")).stdout.contains("unmodelled,note,"));
    // It is no warning, documents hold it, and nobody who asks for quiet is told.
    assert_eq!(run(&format!("check {place} --deny warnings")).code, Some(0));
    assert!(run(&format!("reach {place} --format json")).stdout.contains("\"unmodelled\""));
    assert_eq!(run(&format!("reach {place} --quiet")).stderr, "");
}

#[test]
fn a_plan_that_forgets_the_way_there_is_told_before_it_is_applied() {
    let export = hub_and_firewall();
    let change = |kind: &str, before: &Value, after: &Value| json!({ "resourceId": before["id"], "changeType": kind, "before": before, "after": after });
    let mut after = export[0].clone();
    after["subnets"][0].as_object_mut().unwrap().remove("routeTable");
    let mut changes: Vec<Value> = export.iter().skip(1).map(|it| change("NoChange", it, it)).collect();
    changes.push(change("Modify", &export[0], &after));
    let plan = json!({ "status": "Succeeded", "changes": changes }).to_string();
    let folder = folder(&[("plan.json", &plan)]);
    let run = run(&format!("diff --plan {} --class windows", folder.path().join("plan.json").display()));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("uses_table(Hub, GatewaySubnet, to-spokes)"), "{}", run.stdout);
    assert!(run.stdout.contains("reachable,blackhole"), "{}", run.stdout);
}

#[test]
fn import_writes_what_resolves_names() {
    let mut export = hub_and_firewall();
    export[0]["dhcpOptions"] = json!({ "dnsServers": ["10.0.2.4"] });
    let inbound = format!("{}/inboundEndpoints/inbound", id("dnsResolvers", "resolver"));
    let subnet = format!("{}/subnets/Inbound", id("virtualNetworks", "Hub"));
    let zone = id("privateDnsZones", "privatelink.blob.core.windows.net");
    export.push(json!({ "id": inbound, "name": "inbound",
        "ipConfigurations": [{ "privateIpAddress": "10.0.2.4", "subnet": { "id": subnet } }] }));
    export.push(
        json!({ "id": zone, "name": "privatelink.blob.core.windows.net", "numberOfVirtualNetworkLinks": 1 }),
    );
    export.push(json!({ "id": format!("{zone}/virtualNetworkLinks/hub"), "name": "hub",
        "virtualNetwork": { "id": id("virtualNetworks", "Hub") }, "virtualNetworkLinkState": "Completed" }));
    export.push(json!({ "id": id("privateEndpoints", "store"), "name": "store",
        "subnet": { "id": format!("{}/subnets/Data", id("virtualNetworks", "Spoke")) },
        "customDnsConfigs": [{ "fqdn": "store.blob.core.windows.net", "ipAddresses": ["10.1.128.4"] }] }));
    let folder = folder(&[("export.json", &Value::Array(export).to_string())]);
    let place = folder.path().join("inventory");
    let run = finish(command().arg("import").arg(folder.path().join("export.json")).arg("-o").arg(&place));
    assert_eq!((run.code, run.stderr.contains("warning")), (Some(0), false), "{}", run.stderr);
    let file = |name: &str| fs::read_to_string(place.join(name)).unwrap();
    assert_eq!(file("dns.csv"), "vnet,servers\nHub,10.0.2.4\n");
    assert_eq!(file("resolvers.csv"), "name,vnet,address\ninbound,Hub,10.0.2.4\n");
    let row = format!("privatelink.blob.core.windows.net,Hub,{zone}\n");
    assert_eq!(file("zones.csv"), "zone,vnet,id\n".to_owned() + &row);
    let row = "store,Spoke,10.1.128.4,privatelink.blob.core.windows.net\n";
    assert_eq!(file("private_endpoints.csv"), "name,vnet,address,zone\n".to_owned() + row);
    let reach = |path: &std::path::Path| finish(command().arg("reach").arg(path)).stdout;
    assert_eq!(reach(&place), reach(&folder.path().join("export.json")));
}
