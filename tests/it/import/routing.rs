//! Subnets, route tables and appliances of exports, in every shape.

use serde_json::{Value, json};
use tunnelog::diagnostic::Report;
use tunnelog::import::read_plan;

use super::describe::{assert_says, describe, lines, messages};
use super::resources::{export, files, gateway, id, local_gateway, none, peering, to_site, vnet};
use super::terraform::{change, configured, plan, resource, sides_by, state};
use super::words::shapes::{flat, of_azapi, of_native, pascal, renamed, snake};

fn body(collection: &str, name: &str, properties: impl Into<Value>) -> Value {
    let properties = properties.into();
    json!({ "id": id(collection, name), "name": name, "properties": properties })
}

fn subnet_id(vnet: &str, name: &str) -> String {
    format!("{}/subnets/{name}", id("virtualNetworks", vnet))
}

fn subnet(name: &str, prefixes: &[&str], table: Option<&str>) -> Value {
    let mut properties = match prefixes {
        [prefix] => json!({ "addressPrefix": prefix }),
        _ => json!({ "addressPrefixes": prefixes }),
    };
    if let Some(table) = table {
        properties["routeTable"] = json!({ "id": id("routeTables", table) });
    }
    // Of the four words two are about user routes.
    let policies = if name == "App" { "RouteTableEnabled" } else { "NetworkSecurityGroupEnabled" };
    properties["privateEndpointNetworkPolicies"] = json!(policies);
    json!({ "name": name, "properties": properties })
}

fn network(name: &str, space: &str, subnets: &[Value], peer: &str) -> Value {
    let mut network = vnet(name, space);
    network["properties"]["subnets"] = json!(subnets);
    network["properties"]["virtualNetworkPeerings"] = json!([peering(peer, "Connected")]);
    network
}

fn route(name: &str, prefix: &str, hop: &str, address: Option<&str>) -> Value {
    let mut properties = json!({ "addressPrefix": prefix, "nextHopType": hop });
    if let Some(address) = address {
        properties["nextHopIpAddress"] = json!(address);
    }
    json!({ "name": name, "properties": properties })
}

/// An interface of a machine.
fn interface(name: &str, machine: &str, address: &str, forwards: bool) -> Value {
    let machine = format!(
        "/subscriptions/sub/resourceGroups/net/providers/Microsoft.Compute/virtualMachines/{machine}"
    );
    let holder = json!({ "name": "c", "properties": {
        "privateIPAddress": address, "subnet": { "id": subnet_id("hub", "Nva") } } });
    let properties = json!({ "enableIPForwarding": forwards, "virtualMachine": { "id": machine },
        "ipConfigurations": [holder] });
    body("networkInterfaces", name, properties)
}

fn front_id(name: &str) -> String {
    format!("{}/frontendIPConfigurations/{name}", id("loadBalancers", "nva-lb"))
}

/// A load balancer with the front ends, each over the interfaces.
fn balancer(fronts: &[(&str, &str)], interfaces: &[&str]) -> Value {
    let pool = format!("{}/backendAddressPools/nvas", id("loadBalancers", "nva-lb"));
    let holders: Vec<Value> = interfaces
        .iter()
        .map(|name| json!({ "id": format!("{}/ipConfigurations/c", id("networkInterfaces", name)) }))
        .collect();
    let of_front = |(name, address): &(&str, &str)| {
        json!({ "id": front_id(name), "name": name, "properties": {
            "privateIPAddress": address, "subnet": { "id": subnet_id("hub", "Nva") } } })
    };
    let rule = |(name, _): &(&str, &str)| {
        json!({ "name": format!("all-{name}"), "properties": { "frontendIPConfiguration": { "id": front_id(name) },
            "backendAddressPool": { "id": pool }, "protocol": "All", "frontendPort": 0 } })
    };
    body(
        "loadBalancers",
        "nva-lb",
        json!({
            "frontendIPConfigurations": fronts.iter().map(of_front).collect::<Vec<_>>(),
            "backendAddressPools": [{ "id": pool, "name": "nvas", "properties": { "backendIPConfigurations": holders } }],
            "loadBalancingRules": fronts.iter().map(rule).collect::<Vec<_>>(),
        }),
    )
}

/// A hub with a firewall and two virtual appliances behind a load balancer, and a spoke.
fn estate() -> Vec<Value> {
    let ecmp = json!({ "name": "ecmp", "properties": { "addressPrefix": "10.9.0.0/16",
        "nextHopType": "VirtualApplianceEcmp", "nextHop": { "nextHopIpAddresses": ["10.0.2.4", "10.0.2.5"] } } });
    let firewall = json!({ "ipConfigurations": [{ "name": "c", "properties": {
        "privateIPAddress": "10.0.1.4", "subnet": { "id": subnet_id("hub", "AzureFirewallSubnet") } } }] });
    vec![
        network(
            "hub",
            "10.0.0.0/16",
            &[
                subnet("GatewaySubnet", &["10.0.0.0/27"], Some("to-spokes")),
                subnet("AzureFirewallSubnet", &["10.0.1.0/26"], None),
                subnet("Nva", &["10.0.2.0/24"], None),
            ],
            "spoke",
        ),
        network(
            "spoke",
            "10.1.0.0/16",
            &[subnet("App", &["10.1.0.0/24", "10.1.1.0/24"], Some("from-spokes"))],
            "hub",
        ),
        body(
            "routeTables",
            "to-spokes",
            json!({ "disableBgpRoutePropagation": false,
                "routes": [route("spoke", "10.1.0.0/16", "VirtualAppliance", Some("10.0.1.4"))] }),
        ),
        body(
            "routeTables",
            "from-spokes",
            json!({ "disableBgpRoutePropagation": true,
                "routes": [route("all", "0.0.0.0/0", "VirtualAppliance", Some("10.0.1.4")), ecmp,
                    route("updates", "AzureUpdateDelivery", "Internet", None)] }),
        ),
        body("azureFirewalls", "fw", firewall),
        interface("nva-1-nic", "nva-1", "10.0.2.4", true),
        interface("nva-2-nic", "nva-2", "10.0.2.5", true),
        balancer(&[("front", "10.0.2.10")], &["nva-1-nic", "nva-2-nic"]),
    ]
}

/// What steers packets there.
const STEERED: &[&str] = &[
    "subnet hub/AzureFirewallSubnet 10.0.1.0/26",
    "subnet hub/GatewaySubnet 10.0.0.0/27 by to-spokes",
    "subnet hub/Nva 10.0.2.0/24",
    "subnet spoke/App 10.1.0.0/24 10.1.1.0/24 by from-spokes with endpoint policies",
    "table from-spokes keeps gateway routes out",
    "table to-spokes",
    "route from-spokes 0.0.0.0/0 VirtualAppliance 10.0.1.4 all",
    "route from-spokes 10.9.0.0/16 VirtualAppliance 10.0.2.4 10.0.2.5 ecmp",
    "route to-spokes 10.1.0.0/16 VirtualAppliance 10.0.1.4 spoke",
    "appliance fw hub 10.0.1.4",
    "appliance nva-lb hub 10.0.2.4 10.0.2.5 10.0.2.10",
];

/// The lines that are about what steers packets.
fn steered(described: &str) -> Vec<&str> {
    let words = ["subnet ", "table ", "route ", "appliance "];
    described.lines().filter(|line| words.iter().any(|word| line.starts_with(word))).collect()
}

/// What of that an export has, and what is said.
fn read(name: &str, text: &Value) -> (Vec<String>, Vec<String>) {
    let loaded = files(&[(name, text.to_string())]);
    let described = loaded.inventory.as_ref().map(describe).unwrap_or_default();
    let found = steered(&described).into_iter().map(str::to_owned).collect();
    (found, messages(&loaded.report).into_iter().map(str::to_owned).collect())
}

const TAG: &str = "the route for the service tag `AzureUpdateDelivery` is left out";

#[test]
fn routes_for_service_tags_are_counted() {
    let loaded = files(&[("export.json", json!({ "value": estate() }).to_string())]);
    let inventory = loaded.inventory.unwrap();
    let tables = inventory.route_tables.iter();
    let counts: Vec<_> = tables.map(|row| (inventory.labels.text(row.name), row.service_tags)).collect();
    assert_eq!(counts, [("from-spokes", 1), ("to-spokes", 0)]);
}

#[test]
fn every_shape_of_azure_gives_the_same() {
    let nested = Value::Array(estate());
    let lifted = flat(&nested);
    for (shape, text) in [
        ("the API", json!({ "value": nested })),
        ("the command line", lifted.clone()),
        ("Resource Graph", json!({ "count": 8, "total_records": 8, "data": nested })),
        ("PowerShell", renamed(&lifted, &pascal)),
        ("the Python SDK", renamed(&lifted, &snake)),
        ("Pulumi", of_native(&lifted)),
        ("azapi", of_azapi(&nested)),
    ] {
        let (found, said) = read("export.json", &text);
        assert_eq!(found, STEERED, "{shape}: {said:#?}");
        assert_eq!(said, [TAG], "{shape}");
    }
}

#[test]
fn whole_rows_of_the_portal_and_columns_of_queries() {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = estate().into_iter().map(|it| {
        format!(
            "{},{},{}\n",
            it["id"].as_str().unwrap(),
            it["name"].as_str().unwrap(),
            cell(&it["properties"].to_string())
        )
    });
    let whole = "id,name,properties\n".to_owned() + &rows.collect::<String>();
    let loaded = files(&[("rows.csv", whole)]);
    assert_eq!(steered(&describe(loaded.inventory.as_ref().unwrap())), STEERED);
    // A row for each subnet and for each route, under names of one's own.
    let vnets = format!(
        "id,name,addressPrefixes,subnetName,subnetPrefix,routeTableId\n\
         {hub},hub,10.0.0.0/16,GatewaySubnet,10.0.0.0/27,{table}\n{hub},hub,10.0.0.0/16,Nva,10.0.2.0/24,\n",
        hub = id("virtualNetworks", "hub"),
        table = id("routeTables", "to-spokes").to_uppercase(),
    );
    let routes = format!(
        "id,name,disableBgpRoutePropagation,routeName,routePrefix,nextHopType,nextHopIp\n\
         {table},to-spokes,false,a,10.1.0.0/16,VirtualAppliance,10.0.2.4\n\
         {table},to-spokes,false,b,10.2.0.0/16,None,\n",
        table = id("routeTables", "to-spokes"),
    );
    let interfaces = format!(
        "id,name,enableIPForwarding,privateIPAddress,subnetId,virtualMachineId\n{},nic,true,10.0.2.4,{},{}\n",
        id("networkInterfaces", "nic"),
        subnet_id("hub", "Nva"),
        "/subscriptions/sub/resourceGroups/net/providers/Microsoft.Compute/virtualMachines/machine",
    );
    let firewalls = format!(
        "id,name,privateIp,subnetId\n{},fw,10.0.1.4,{}\n",
        id("azureFirewalls", "fw"),
        subnet_id("hub", "AzureFirewallSubnet")
    );
    let loaded = files(&[
        ("vnets.csv", vnets),
        ("routes.csv", routes),
        ("interfaces.csv", interfaces),
        ("firewalls.csv", firewalls),
    ]);
    assert_eq!(
        lines(&loaded, ""),
        [
            "vnet hub 10.0.0.0/16",
            "subnet hub/GatewaySubnet 10.0.0.0/27 by to-spokes",
            "subnet hub/Nva 10.0.2.0/24",
            "table to-spokes",
            "route to-spokes 10.1.0.0/16 VirtualAppliance 10.0.2.4 a",
            "route to-spokes 10.2.0.0/16 None b",
            "appliance machine hub 10.0.2.4",
            "appliance fw hub 10.0.1.4",
        ]
    );
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn parts_that_stand_alone_are_put_together() {
    let mut resources = estate();
    let mut spoke_subnet = subnet("App", &["10.1.0.0/24", "10.1.1.0/24"], Some("from-spokes"));
    spoke_subnet["id"] = json!(subnet_id("spoke", "App"));
    resources[1]["properties"]["subnets"] = json!([]);
    let table = id("routeTables", "to-spokes");
    let mut spoke_route = resources[2]["properties"]["routes"][0].take();
    spoke_route["id"] = json!(format!("{table}/routes/spoke"));
    resources[2]["properties"]["routes"] = json!([]);
    // Of this subnet only the table tells that it uses it.
    resources[0]["properties"]["subnets"][0] = json!({ "id": subnet_id("hub", "GatewaySubnet") });
    resources[2]["properties"]["subnets"] = json!([{ "id": subnet_id("hub", "GatewaySubnet") }]);
    let rows =
        format!("id,name,addressPrefixes\n{},GatewaySubnet,10.0.0.0/27\n", subnet_id("hub", "GatewaySubnet"));
    resources.extend([spoke_subnet, spoke_route]);
    let loaded = files(&[("all.json", Value::Array(resources).to_string()), ("subnets.csv", rows)]);
    assert_eq!(steered(&describe(loaded.inventory.as_ref().unwrap())), STEERED);
}

/// The same estate by azurerm.
fn managed() -> Vec<(&'static str, Value)> {
    let named = |collection: &str, name: &str, mut values: Value| {
        values["id"] = json!(id(collection, name));
        values["name"] = json!(name);
        values["resource_group_name"] = json!("net");
        values
    };
    let of_vnet = |vnet: &str, name: &str, prefixes: Value| {
        json!({ "id": subnet_id(vnet, name), "name": name, "resource_group_name": "net",
            "virtual_network_name": vnet, "address_prefixes": prefixes })
    };
    let mut app = of_vnet("spoke", "App", json!(["10.1.0.0/24", "10.1.1.0/24"]));
    app["private_endpoint_network_policies"] = json!("Enabled");
    let side = |vnet: &str, remote: &str| {
        json!({ "id": format!("{}/virtualNetworkPeerings/p", id("virtualNetworks", vnet)), "name": "p",
            "resource_group_name": "net", "virtual_network_name": vnet,
            "remote_virtual_network_id": id("virtualNetworks", remote) })
    };
    let hop = |name: &str, prefix: &str, address: &str| {
        json!({ "name": name, "address_prefix": prefix, "next_hop_type": "VirtualAppliance",
            "next_hop_in_ip_address": address })
    };
    let holder = |subnet: &str, address: &str| json!([{ "name": "c", "subnet_id": subnet_id("hub", subnet), "private_ip_address": address }]);
    let interface = |name: &str, address: &str| {
        named(
            "networkInterfaces",
            name,
            json!({ "ip_forwarding_enabled": true, "ip_configuration": holder("Nva", address) }),
        )
    };
    let pool = format!("{}/backendAddressPools/nvas", id("loadBalancers", "nva-lb"));
    let joined = |name: &str| json!({ "id": "x|y", "network_interface_id": id("networkInterfaces", name), "backend_address_pool_id": pool });
    let associated = |vnet: &str, subnet: &str, table: &str| {
        let subnet = subnet_id(vnet, subnet);
        json!({ "id": subnet, "subnet_id": subnet, "route_table_id": id("routeTables", table) })
    };
    let mut spoke_route = hop("spoke", "10.1.0.0/16", "10.0.1.4");
    spoke_route["id"] = json!(format!("{}/routes/spoke", id("routeTables", "to-spokes")));
    spoke_route["route_table_name"] = json!("to-spokes");
    vec![
        (
            "azurerm_virtual_network.hub",
            named("virtualNetworks", "hub", json!({ "address_space": ["10.0.0.0/16"] })),
        ),
        (
            "azurerm_virtual_network.spoke",
            named("virtualNetworks", "spoke", json!({ "address_space": ["10.1.0.0/16"] })),
        ),
        ("azurerm_virtual_network_peering.hub", side("hub", "spoke")),
        ("azurerm_virtual_network_peering.spoke", side("spoke", "hub")),
        ("azurerm_subnet.gateway", of_vnet("hub", "GatewaySubnet", json!(["10.0.0.0/27"]))),
        ("azurerm_subnet.firewall", of_vnet("hub", "AzureFirewallSubnet", json!(["10.0.1.0/26"]))),
        ("azurerm_subnet.nva", of_vnet("hub", "Nva", json!(["10.0.2.0/24"]))),
        ("azurerm_subnet.app", app),
        (
            "azurerm_route_table.to",
            named("routeTables", "to-spokes", json!({ "disable_bgp_route_propagation": false, "route": [] })),
        ),
        ("azurerm_route.spoke", spoke_route),
        (
            "azurerm_route_table.from",
            named(
                "routeTables",
                "from-spokes",
                json!({ "bgp_route_propagation_enabled": false,
            "route": [hop("all", "0.0.0.0/0", "10.0.1.4")] }),
            ),
        ),
        ("azurerm_subnet_route_table_association.gateway", associated("hub", "GatewaySubnet", "to-spokes")),
        ("azurerm_subnet_route_table_association.app", associated("spoke", "App", "from-spokes")),
        (
            "azurerm_firewall.fw",
            named(
                "azureFirewalls",
                "fw",
                json!({ "ip_configuration": holder("AzureFirewallSubnet", "10.0.1.4") }),
            ),
        ),
        ("azurerm_network_interface.one", interface("nva-1-nic", "10.0.2.4")),
        ("azurerm_network_interface.two", interface("nva-2-nic", "10.0.2.5")),
        (
            "azurerm_lb.nva",
            named(
                "loadBalancers",
                "nva-lb",
                json!({ "frontend_ip_configuration": [{ "name": "front",
            "subnet_id": subnet_id("hub", "Nva"), "private_ip_address": "10.0.2.10" }] }),
            ),
        ),
        (
            "azurerm_lb_backend_address_pool.nvas",
            json!({ "id": pool, "name": "nvas", "loadbalancer_id": id("loadBalancers", "nva-lb") }),
        ),
        ("azurerm_network_interface_backend_address_pool_association.one", joined("nva-1-nic")),
        ("azurerm_network_interface_backend_address_pool_association.two", joined("nva-2-nic")),
        (
            "azurerm_lb_rule.all",
            json!({ "id": format!("{}/loadBalancingRules/all", id("loadBalancers", "nva-lb")), "name": "all",
            "loadbalancer_id": id("loadBalancers", "nva-lb"), "frontend_ip_configuration_name": "front", "backend_address_pool_ids": [pool] }),
        ),
    ]
}

/// The lines of [`STEERED`], but for the route with several next hops, which azurerm does not have.
fn without_ecmp() -> Vec<&'static str> {
    STEERED.iter().copied().filter(|line| !line.ends_with("ecmp")).collect()
}

#[test]
fn a_state_of_azurerm_gives_the_same() {
    let resources: Vec<Value> = managed().iter().map(|(address, values)| resource(address, values)).collect();
    let (found, said) = read("state.json", &state(&resources));
    assert_eq!(found, without_ecmp());
    assert_eq!(said, [""; 0]);
    // Interfaces of one machine are one appliance; newer and older names of fields mean the same.
    let machine = json!({ "id": "/subscriptions/sub/resourceGroups/net/providers/Microsoft.Compute/virtualMachines/machine",
        "name": "machine", "network_interface_ids": [id("networkInterfaces", "nva-1-nic"), id("networkInterfaces", "nva-2-nic")] });
    let mut few: Vec<Value> = resources.into_iter().take(16).collect();
    few.push(resource("azurerm_linux_virtual_machine.machine", &machine));
    let (found, _) = read("state.json", &state(&few));
    assert!(found.contains(&"appliance machine hub 10.0.2.4 10.0.2.5".to_owned()), "{found:#?}");
}

#[test]
fn older_words_for_network_policies_are_read_and_others_refused() {
    let app = |field: &str, value: Value| {
        let mut resources: Vec<Value> =
            managed().iter().map(|(address, values)| resource(address, values)).collect();
        let values = resources[7]["values"].as_object_mut().unwrap();
        values.remove("private_endpoint_network_policies");
        values.insert(field.to_owned(), value);
        read("state.json", &state(&resources))
    };
    let with = "subnet spoke/App 10.1.0.0/24 10.1.1.0/24 by from-spokes with endpoint policies".to_owned();
    for (field, value, counts) in [
        ("private_endpoint_network_policies", json!("Disabled"), false),
        ("private_endpoint_network_policies", json!("routetableenabled"), true),
        ("private_endpoint_network_policies_enabled", json!(true), true),
        ("private_endpoint_network_policies_enabled", json!(false), false),
        ("enforce_private_link_endpoint_network_policies", json!(true), false),
        ("enforce_private_link_endpoint_network_policies", json!(false), true),
    ] {
        let (found, said) = app(field, value);
        assert_eq!((found.contains(&with), said), (counts, Vec::new()), "{field}");
    }
    let (_, said) = app("private_endpoint_network_policies", json!("Perhaps"));
    assert!(said.iter().any(|text| text.contains("`Perhaps`")), "{said:?}");
}

/// Both sides of a plan, as far as they steer packets, and what is said.
fn sides(document: &Value) -> ([Vec<String>; 2], Vec<String>) {
    sides_by(document, |side| steered(&describe(side)).into_iter().map(str::to_owned).collect())
}

#[test]
fn a_plan_that_makes_everything() {
    let changes: Vec<Value> = managed()
        .iter()
        .map(|(address, values)| change(address, &["create"], &Value::Null, values, &json!({})))
        .collect();
    let ([before, after], said) = sides(&plan(&[], &changes, &[]));
    assert_eq!(before, [""; 0]);
    assert_eq!(after, without_ecmp());
    assert_eq!(said, [""; 0]);
}

#[test]
fn a_plan_that_knows_neither_ids_nor_addresses() {
    let mut changes = Vec::new();
    let mut config = Vec::new();
    for (address, mut values) in managed() {
        let mut unknown = json!({ "id": true });
        let mut expressions = json!({});
        values.as_object_mut().unwrap().remove("id");
        let refer =
            |field: &str, to: &str, values: &mut Value, unknown: &mut Value, expressions: &mut Value| {
                values.as_object_mut().unwrap().remove(field);
                unknown[field] = json!(true);
                expressions[field] = json!({ "references": [format!("{to}.id"), to] });
            };
        match address {
            "azurerm_subnet_route_table_association.gateway" => {
                refer("subnet_id", "azurerm_subnet.gateway", &mut values, &mut unknown, &mut expressions);
                refer(
                    "route_table_id",
                    "azurerm_route_table.to",
                    &mut values,
                    &mut unknown,
                    &mut expressions,
                );
            }
            "azurerm_subnet_route_table_association.app" => {
                refer("subnet_id", "azurerm_subnet.app", &mut values, &mut unknown, &mut expressions);
                refer(
                    "route_table_id",
                    "azurerm_route_table.from",
                    &mut values,
                    &mut unknown,
                    &mut expressions,
                );
            }
            // The address of a firewall is given when it is made.
            "azurerm_firewall.fw" => {
                values["ip_configuration"] = json!([{ "name": "c" }]);
                unknown["ip_configuration"] = json!([{ "private_ip_address": true, "subnet_id": true }]);
                expressions["ip_configuration"] = json!([{ "subnet_id": { "references": ["azurerm_subnet.firewall.id", "azurerm_subnet.firewall"] } }]);
            }
            "azurerm_route.spoke" => {
                let firewall = "azurerm_firewall.fw.ip_configuration[0].private_ip_address";
                values.as_object_mut().unwrap().remove("next_hop_in_ip_address");
                unknown["next_hop_in_ip_address"] = json!(true);
                expressions["next_hop_in_ip_address"] =
                    json!({ "references": [firewall, "azurerm_firewall.fw"] });
            }
            _ => {}
        }
        config.push(configured(address, &expressions));
        changes.push(change(address, &["create"], &Value::Null, &values, &unknown));
    }
    let mut document = plan(&[], &changes, &config);
    document["configuration"]["provider_config"] = json!({ "azurerm": { "name": "azurerm",
        "expressions": { "subscription_id": { "constant_value": "sub" } } } });
    let ([_, after], said) = sides(&document);
    let expected: Vec<&str> = without_ecmp()
        .into_iter()
        .filter(|line| !line.starts_with("appliance fw") && !line.starts_with("route to-spokes"))
        .collect();
    // Pools and rules refer to ids that are known in this plan, and to load balancers that are found by them.
    assert_eq!(after, expected, "{said:#?}");
    assert!(
        said.contains(&"the private address of firewall `fw` is not told, and it is left out".to_owned()),
        "{said:#?}"
    );
    let lost = "`next_hop_in_ip_address` of `azurerm_route.spoke` is known only once the plan is applied; the route is left out";
    assert!(said.contains(&lost.to_owned()), "{said:#?}");
}

#[test]
fn a_plan_that_takes_away_an_association_and_changes_a_route() {
    let prior: Vec<Value> = managed().iter().map(|(address, values)| resource(address, values)).collect();
    let of = |wanted: &str| managed().into_iter().find(|(address, _)| *address == wanted).unwrap().1;
    let association = of("azurerm_subnet_route_table_association.app");
    let (old, mut new) = (of("azurerm_route.spoke"), of("azurerm_route.spoke"));
    new["next_hop_in_ip_address"] = json!("10.0.2.10");
    // The table still lists its route as it was.
    let mut table = of("azurerm_route_table.to");
    table["route"] = json!([old.clone()]);
    let changes = [
        change(
            "azurerm_subnet_route_table_association.app",
            &["delete"],
            &association,
            &Value::Null,
            &json!({}),
        ),
        change("azurerm_route.spoke", &["update"], &old, &new, &json!({})),
        change("azurerm_route_table.to", &["no-op"], &table, &table, &json!({})),
    ];
    let ([before, after], said) = sides(&plan(&prior, &changes, &[]));
    assert_eq!(before, without_ecmp());
    let expected: Vec<String> = without_ecmp()
        .into_iter()
        .map(|line| {
            let line = line.replace("10.1.1.0/24 by from-spokes", "10.1.1.0/24");
            line.replace("10.1.0.0/16 VirtualAppliance 10.0.1.4", "10.1.0.0/16 VirtualAppliance 10.0.2.10")
        })
        .collect();
    assert_eq!(after, expected);
    assert_eq!(said, [""; 0]);
    // A route that goes is gone, whatever its table lists.
    let gone =
        [change("azurerm_route.spoke", &["delete"], &old, &Value::Null, &json!({})), changes[2].clone()];
    let ([_, after], _) = sides(&plan(&prior, &gone, &[]));
    assert!(!after.iter().any(|line| line.starts_with("route to-spokes")), "{after:#?}");
}

#[test]
fn a_plan_laid_over_an_export_changes_what_it_speaks_of() {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("export.json");
    std::fs::write(&export, Value::Array(estate()).to_string()).unwrap();
    let of = |wanted: &str| managed().into_iter().find(|(address, _)| *address == wanted).unwrap().1;
    let table = of("azurerm_route_table.from");
    let association = of("azurerm_subnet_route_table_association.gateway");
    let mut new = table.clone();
    new["route"][0]["next_hop_in_ip_address"] = json!("10.0.2.10");
    let prior = [
        resource("azurerm_route_table.from", &table),
        resource("azurerm_subnet_route_table_association.gateway", &association),
    ];
    let changes = [
        change("azurerm_route_table.from", &["update"], &table, &new, &json!({})),
        change(
            "azurerm_subnet_route_table_association.gateway",
            &["delete"],
            &association,
            &Value::Null,
            &json!({}),
        ),
    ];
    let file = folder.path().join("plan.json");
    std::fs::write(&file, plan(&prior, &changes, &[]).to_string()).unwrap();
    let mut report = Report::default();
    let planned = read_plan(&file, Some(&export), &mut report).unwrap();
    // The table is what the plan says it is, and the route with several next hops was never of Terraform.
    assert_eq!(steered(&describe(&planned.before)), without_ecmp());
    let after: Vec<String> = without_ecmp()
        .into_iter()
        .map(|line| {
            let line = line.replace("10.0.0.0/27 by to-spokes", "10.0.0.0/27");
            line.replace("0.0.0.0/0 VirtualAppliance 10.0.1.4", "0.0.0.0/0 VirtualAppliance 10.0.2.10")
        })
        .collect();
    assert_eq!(steered(&describe(&planned.after)), after);
}

#[test]
fn an_update_sets_the_table_of_a_subnet() {
    let update = |kind: &str, id: &str, properties: &Value| {
        json!({ "type": format!("Microsoft.Network/{kind}@2025-01-01"), "resource_id": id, "id": id,
            "body": { "properties": properties } })
    };
    let mut resources: Vec<Value> =
        managed().iter().map(|(address, values)| resource(address, values)).collect();
    resources.retain(|it| it["address"] != "azurerm_subnet_route_table_association.app");
    let table = json!({ "routeTable": { "id": id("routeTables", "from-spokes") } });
    let subnet = update("virtualNetworks/subnets", &subnet_id("spoke", "App"), &table);
    resources.push(resource("azapi_update_resource.subnet", &subnet));
    let (found, said) = read("state.json", &state(&resources));
    assert_eq!((found, said), (without_ecmp().into_iter().map(str::to_owned).collect(), Vec::new()));
    let flag = json!({ "disableBgpRoutePropagation": true });
    let table = update("routeTables", &id("routeTables", "to-spokes"), &flag);
    resources.push(resource("azapi_update_resource.table", &table));
    let (found, _) = read("state.json", &state(&resources));
    assert!(found.contains(&"table to-spokes keeps gateway routes out".to_owned()), "{found:#?}");
}

#[test]
fn predictions_of_deployments_have_route_tables_on_both_sides() {
    let estate = estate();
    let stays =
        |it: &Value| json!({ "resourceId": it["id"], "changeType": "NoChange", "before": it, "after": it });
    let mut changes: Vec<Value> = estate.iter().map(stays).collect();
    // A template that does not mention the subnets leaves them alone.
    let mut spoke = estate[1].clone();
    spoke["properties"].as_object_mut().unwrap().remove("subnets");
    changes[1] =
        json!({ "resourceId": spoke["id"], "changeType": "Modify", "before": estate[1], "after": spoke });
    let mut table = estate[2].clone();
    table["properties"]["routes"] = json!([]);
    changes[2] =
        json!({ "resourceId": table["id"], "changeType": "Modify", "before": estate[2], "after": table });
    let ([before, after], _) = sides(&json!({ "status": "Succeeded", "changes": changes }));
    assert_eq!(before, STEERED);
    let expected: Vec<&str> =
        STEERED.iter().copied().filter(|line| !line.starts_with("route to-spokes")).collect();
    assert_eq!(after, expected);
    // The whole estate anew, from nothing.
    let made = |it: &Value| json!({ "resourceId": it["id"], "changeType": "Create", "after": it });
    let changes: Vec<Value> = estate.iter().map(made).collect();
    let ([_, after], _) = sides(&json!({ "status": "Succeeded", "changes": changes }));
    assert_eq!(after, STEERED);
}

#[test]
fn the_older_provider_of_pulumi_gives_the_same() {
    fn camel(value: &Value) -> Value {
        let rename = |name: &str| {
            let mut words = name.split('_');
            let first = words.next().unwrap().to_owned();
            let plural = match name {
                "route" => "routes",
                "address_space" => "addressSpaces",
                "ip_configuration" => "ipConfigurations",
                "frontend_ip_configuration" => "frontendIpConfigurations",
                _ => "",
            };
            let camel = first + &words.map(pascal).collect::<String>();
            if plural.is_empty() { camel } else { plural.to_owned() }
        };
        renamed(value, &rename)
    }
    let kinds = [
        ("azurerm_subnet_route_table_association", "SubnetRouteTableAssociation"),
        (
            "azurerm_network_interface_backend_address_pool_association",
            "NetworkInterfaceBackendAddressPoolAssociation",
        ),
    ];
    let resources: Vec<Value> = managed()
        .iter()
        .map(|(address, values)| {
            let kind = kinds.iter().find(|(start, _)| address.starts_with(&format!("{start}.")));
            let kind = format!("azure:network/x:{}", kind.map_or("X", |(_, kind)| kind));
            // Whatever joins two resources has an id of both, or that of the first.
            let id = values["id"].as_str().filter(|id| id.starts_with('/')).unwrap_or("/subscriptions/sub/x");
            json!({ "type": kind, "id": id, "outputs": camel(values) })
        })
        .collect();
    let (found, said) =
        read("stack.json", &json!({ "deployment": { "manifest": {}, "resources": resources } }));
    assert_eq!(found, without_ecmp());
    assert_eq!(said, [""; 0]);
}

#[test]
fn an_export_in_which_nothing_steers_has_no_subnets() {
    let mut resources: Vec<Value> = estate().into_iter().take(2).collect();
    for network in &mut resources {
        for subnet in network["properties"]["subnets"].as_array_mut().unwrap() {
            subnet["properties"].as_object_mut().unwrap().remove("routeTable");
        }
    }
    // An interface that does not forward, and a load balancer before such, are no appliances.
    resources
        .extend([interface("web", "web", "10.0.2.9", false), balancer(&[("front", "10.0.2.10")], &["web"])]);
    let loaded = export(&resources);
    assert_eq!(steered(&describe(loaded.inventory.as_ref().unwrap())), [""; 0]);
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn subnets_are_taken_where_something_steers_in_their_connected_part() {
    let mut resources = estate();
    let far = network("far", "10.8.0.0/16", &[subnet("a", &["10.8.0.0/24"], None)], "far-spoke");
    resources.push(far);
    let loaded = export(&resources);
    assert_eq!(steered(&describe(loaded.inventory.as_ref().unwrap())), STEERED);
    assert_says(
        &loaded,
        "outside-model",
        "subnets of VNets whose connected component has no route table and no appliance are left out: `far`",
    );
    // A table that no subnet uses is meant for the part to which it leads.
    let idle = body(
        "routeTables",
        "forgotten",
        json!({ "routes": [route("r", "10.0.0.0/16", "VirtualAppliance", Some("10.8.0.4"))] }),
    );
    let loaded = export(&[resources.pop().unwrap(), idle]);
    assert_eq!(lines(&loaded, "subnet"), ["subnet far/a 10.8.0.0/24"]);
    assert_eq!(lines(&loaded, "table"), ["table forgotten"]);
}

#[test]
fn front_ends_over_the_same_machines_are_one_appliance() {
    let mut resources: Vec<Value> = estate().into_iter().take(5).collect();
    let two = [("trust", "10.0.2.10"), ("untrust", "10.0.2.11")];
    resources.extend([
        interface("nva-1-nic", "nva-1", "10.0.2.4", true),
        interface("nva-1-out", "nva-1", "10.0.2.6", true),
        interface("nva-1-admin", "nva-1", "10.0.2.7", false),
        interface("nva-2-nic", "nva-2", "10.0.2.5", true),
        interface("lone", "lone", "10.0.2.8", true),
        balancer(&two, &["nva-1-nic", "nva-2-nic"]),
    ]);
    assert_eq!(
        lines(&export(&resources), "appliance"),
        [
            "appliance lone hub 10.0.2.8",
            "appliance fw hub 10.0.1.4",
            "appliance nva-lb hub 10.0.2.4 10.0.2.5 10.0.2.6 10.0.2.10 10.0.2.11",
        ]
    );
    // The interfaces tell of the pools as well, and pools of addresses.
    let pool = format!("{}/backendAddressPools/nvas", id("loadBalancers", "nva-lb"));
    resources[10]["properties"]["backendAddressPools"][0]["properties"] = json!({
        "loadBalancerBackendAddresses": [{ "name": "a", "properties": {
            "ipAddress": "10.0.2.5", "virtualNetwork": { "id": id("virtualNetworks", "hub") } } }] });
    resources[5]["properties"]["ipConfigurations"][0]["properties"]["loadBalancerBackendAddressPools"] =
        json!([{ "id": pool }]);
    let loaded = export(&resources);
    assert_eq!(
        lines(&loaded, "appliance")[2],
        "appliance nva-lb hub 10.0.2.4 10.0.2.5 10.0.2.6 10.0.2.10 10.0.2.11"
    );
    // Two front ends over different machines are two.
    let mut apart = balancer(&[("trust", "10.0.2.10")], &["nva-1-nic"]);
    let other = balancer(&[("untrust", "10.0.2.11")], &["nva-2-nic"]);
    let text = other.to_string().replace("backendAddressPools/nvas", "backendAddressPools/others");
    let other: Value = serde_json::from_str(&text).unwrap();
    for field in ["frontendIPConfigurations", "backendAddressPools", "loadBalancingRules"] {
        let part = other["properties"][field][0].clone();
        apart["properties"][field].as_array_mut().unwrap().push(part);
    }
    resources[10] = apart;
    resources[5]["properties"]["ipConfigurations"][0]["properties"]
        .as_object_mut()
        .unwrap()
        .remove("loadBalancerBackendAddressPools");
    assert_eq!(
        lines(&export(&resources), "appliance"),
        [
            "appliance lone hub 10.0.2.8",
            "appliance fw hub 10.0.1.4",
            "appliance trust hub 10.0.2.4 10.0.2.6 10.0.2.10",
            "appliance untrust hub 10.0.2.5 10.0.2.11",
        ]
    );
}

#[test]
fn what_a_route_leads_to_and_does_not_forward() {
    let mut resources: Vec<Value> = estate().into_iter().take(4).collect();
    let route = &mut resources[2]["properties"]["routes"][0]["properties"];
    route["nextHopIpAddress"] = json!("10.0.2.9");
    let alone = [interface("web-nic", "web", "10.0.2.9", false)];
    let loaded = export(&[&resources[..], &alone[..]].concat());
    let message = "`10.0.2.9` is the address of interface `web-nic`, which has IP forwarding off";
    assert_says(&loaded, "forwarding-off", message);
    assert_eq!(lines(&loaded, "appliance"), [""; 0]);
    // A load balancer before it does not forward either.
    let before =
        [interface("web-nic", "web", "10.0.2.8", false), balancer(&[("front", "10.0.2.9")], &["web-nic"])];
    let loaded = export(&[&resources[..], &before[..]].concat());
    let message =
        "`10.0.2.9` is the address of load balancer `nva-lb`, behind which no interface has IP forwarding on";
    assert_says(&loaded, "forwarding-off", message);
    assert_eq!(lines(&loaded, "appliance"), ["appliance nva-lb hub 10.0.2.9"]);
    // Of a load balancer whose machines are not in the export nothing is known against it.
    let loaded = export(&[&resources[..], &before[1..]].concat());
    assert_eq!(lines(&loaded, "appliance"), ["appliance nva-lb hub 10.0.2.9"]);
    assert!(!messages(&loaded.report).iter().any(|said| said.contains("forwarding")));
    // The same address in another part is another machine.
    let mut far = interface("web-nic", "web", "10.0.2.9", false);
    far["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"] = json!(subnet_id("far", "a"));
    let loaded = export(&[&resources[..], &[vnet("far", "10.0.0.0/16"), far]].concat());
    assert!(!messages(&loaded.report).iter().any(|said| said.contains("forwarding")));
}

#[test]
fn what_is_missing_or_does_not_fit_is_named() {
    let mut resources = estate();
    resources[0]["properties"]["subnets"].as_array_mut().unwrap().extend([
        subnet("twice", &["10.0.2.128/25"], None),
        subnet("outside", &["10.7.0.0/24"], None),
        subnet("other", &["10.0.3.0/24"], Some("elsewhere")),
    ]);
    resources[2]["properties"]["routes"].as_array_mut().unwrap().extend([
        route("again", "10.1.0.0/16", "None", None),
        route("hop", "10.2.0.0/16", "VirtualAppliance", None),
        route("bits", "10.3.0.1/16", "VnetLocal", None),
        json!({ "name": "empty", "properties": { "nextHopType": "None" } }),
        json!({ "name": "where", "properties": { "addressPrefix": "10.4.0.0/16" } }),
    ]);
    resources[3]["properties"]["disablePeeringRoute"] = json!("All");
    resources[3]["properties"]["subnets"] = json!([{ "id": subnet_id("hub", "lost") }]);
    resources[4]["properties"] =
        json!({ "hubIPAddresses": { "privateIPAddress": "10.0.1.4" }, "sku": { "name": "AZFW_Hub" } });
    resources.extend([
        interface("mute", "mute", "10.7.0.4", true),
        json!({ "id": format!("{}/routes/r", id("routeTables", "none")), "name": "r",
            "properties": { "addressPrefix": "10.5.0.0/16", "nextHopType": "None" } }),
        json!({ "id": id("routeTables", "named"), "name": "named" }),
    ]);
    let loaded = export(&resources);
    assert_eq!(lines(&loaded, "subnet hub/other"), ["subnet hub/other 10.0.3.0/24"]);
    let mut routes = lines(&loaded, "route to-spokes");
    routes.sort_unstable();
    assert_eq!(
        routes,
        ["route to-spokes 10.1.0.0/16 None again", "route to-spokes 10.3.0.0/16 VnetLocal bits"]
    );
    for (code, message) in [
        ("incomplete", "`10.0.2.128/25` of subnet `hub/twice` overlaps another subnet, and is left out"),
        ("incomplete", "`10.7.0.0/24` of subnet `hub/outside` is in no prefix of the VNet, and is left out"),
        (
            "incomplete",
            "route tables that subnets use are not in the export, and steer nothing here: `elsewhere`",
        ),
        ("incomplete", "subnets that use route tables are not in the export: `hub/lost`"),
        (
            "incomplete",
            "route `spoke` of route table `to-spokes` is the second for `10.1.0.0/16`, and is left out",
        ),
        (
            "incomplete",
            "route `hop` of route table `to-spokes` does not tell `nextHopIpAddress`, and is left out",
        ),
        (
            "incomplete",
            "route `empty` of route table `to-spokes` does not tell `addressPrefix`, and is left out",
        ),
        (
            "incomplete",
            "route `where` of route table `to-spokes` does not tell `nextHopType`, and is left out",
        ),
        ("incomplete", "`10.3.0.1/16` is taken for `10.3.0.0/16`"),
        ("incomplete", "route `r` of route table `none` is left out, as the table is not in the export"),
        ("incomplete", "`10.7.0.4` of appliance `mute` is in no prefix of its VNet, and is left out"),
        ("incomplete", "resources that are named and not described are left out: `named`"),
        (
            "outside-model",
            "route table `from-spokes` keeps routes of peerings out, and counts as if it did not",
        ),
        ("outside-model", "firewall `fw` is in a hub of Virtual WAN, and is left out"),
    ] {
        assert_says(&loaded, code, message);
    }
    let route = &mut resources[2]["properties"]["routes"][0]["properties"];
    route["nextHopType"] = json!("VirtualAppliances");
    let loaded = export(&resources);
    assert!(loaded.inventory.is_none());
    assert_says(&loaded, "bad-value", "`VirtualAppliances` is not a type of a next hop");
}

#[test]
fn tables_and_appliances_of_one_name_get_longer_ones() {
    let mut resources = estate();
    let text = |index: usize| resources[index].to_string();
    let west = |text: String| text.replace("resourceGroups/net", "resourceGroups/west");
    let table: Value = serde_json::from_str(&west(text(2))).unwrap();
    let firewall: Value = serde_json::from_str(
        &text(4)
            .replace(
                "resourceGroups/net/providers/Microsoft.Network/azure",
                "resourceGroups/west/providers/Microsoft.Network/azure",
            )
            .replace("10.0.1.4", "10.0.1.5"),
    )
    .unwrap();
    resources.extend([table, firewall]);
    let loaded = export(&resources);
    assert_eq!(
        lines(&loaded, "table"),
        ["table from-spokes keeps gateway routes out", "table net/to-spokes", "table west/to-spokes"]
    );
    assert_eq!(lines(&loaded, "appliance net"), ["appliance net/fw hub 10.0.1.4"]);
    assert_eq!(lines(&loaded, "appliance west"), ["appliance west/fw hub 10.0.1.5"]);
    assert_eq!(
        lines(&loaded, "subnet hub/GatewaySubnet"),
        ["subnet hub/GatewaySubnet 10.0.0.0/27 by net/to-spokes"]
    );
}

#[test]
fn the_default_site_is_a_static_default_route() {
    let site = json!({ "gatewayDefaultSite": { "id": id("localNetworkGateways", "dc") } });
    let bgp = json!({ "bgpSettings": { "asn": 65101, "bgpPeeringAddress": "10.50.0.1" } });
    let mut resources = vec![
        vnet("hub", "10.1.0.0/16"),
        gateway("vpn", "hub", &site),
        local_gateway("dc", &["10.50.0.0/16"], &none()),
        local_gateway("shop", &["10.60.0.0/16", "10.50.0.1/32"], &bgp),
        to_site("dc", "vpn", "dc", &none()),
        to_site("shop", "vpn", "shop", &json!({ "enableBgp": true })),
    ];
    let loaded = export(&resources);
    assert_eq!(
        lines(&loaded, "tunnel"),
        ["tunnel dc hub dc static[10.50.0.0/16 0.0.0.0/0]", "tunnel shop hub shop bgp static[10.60.0.0/16]"]
    );
    // What the site holds is another matter.
    assert_eq!(lines(&loaded, "site dc"), ["site dc 10.50.0.0/16"]);
    resources.remove(4);
    let message = "no connection leads to `dc`, the default site of gateway `vpn`, which is left out";
    assert_says(&export(&resources), "outside-model", message);
}

#[test]
fn what_is_not_modelled_is_counted_in_one_line() {
    let mut resources = estate();
    let group = |name: &str, access: &str, subnet: &str| {
        body(
            "networkSecurityGroups",
            name,
            json!({ "securityRules": [{ "name": "r", "properties": { "access": access } }],
                "defaultSecurityRules": [{ "name": "d", "properties": { "access": "Deny" } }],
                "subnets": [{ "id": subnet_id("spoke", subnet) }] }),
        )
    };
    let mut unattached = group("unattached", "Deny", "App");
    unattached["properties"].as_object_mut().unwrap().remove("subnets");
    resources.extend([
        group("closed", "Deny", "App"),
        group("open", "Allow", "Db"),
        unattached,
        gateway("er", "hub", &json!({ "gatewayType": "ExpressRoute" })),
        gateway("vpn", "hub", &json!({ "natRules": [{ "name": "n" }] })),
        body("virtualHubs", "wan-hub", none()),
    ]);
    let line = "what may change answers is not modelled: network security groups that deny at 1 (`spoke/App`); NAT rules at 1 \
                (`vpn`); ExpressRoute at 1 (`er`); Virtual WAN at 1 (`wan-hub`)";
    assert_says(&export(&resources), "unmodelled", line);
    // The subnet may tell of its group, and nothing is said of nothing.
    resources.truncate(8);
    let mut closed = group("closed", "Deny", "App");
    closed["properties"].as_object_mut().unwrap().remove("subnets");
    resources.push(closed);
    assert!(!messages(&export(&resources).report).iter().any(|said| said.contains("modelled")));
    resources[1]["properties"]["subnets"][0]["properties"]["networkSecurityGroup"] =
        json!({ "id": id("networkSecurityGroups", "closed") });
    let line =
        "what may change answers is not modelled: network security groups that deny at 1 (`spoke/App`)";
    assert_says(&export(&resources), "unmodelled", line);
}
