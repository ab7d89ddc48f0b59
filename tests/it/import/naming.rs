//! DNS servers, resolvers, private zones and private endpoints of exports, in every shape.

use serde_json::{Value, json};

use super::describe::{assert_says, describe, messages};
use super::resources::{export, files, gateway, id, none, peering, vnet};
use super::terraform::{change, configured, plan, resource, sides_by, state};
use super::words::shapes::{flat, of_azapi, of_native, pascal, renamed, snake};
use crate::support::loaded::Loaded;

const BLOB: &str = "privatelink.blob.core.windows.net";

fn body(id: &str, properties: impl Into<Value>) -> Value {
    let name = id.rsplit('/').next().unwrap();
    json!({ "id": id, "name": name, "properties": properties.into() })
}

fn subnet_id(vnet: &str, name: &str) -> String {
    format!("{}/subnets/{name}", id("virtualNetworks", vnet))
}

fn inbound_id() -> String {
    format!("{}/inboundEndpoints/inbound", id("dnsResolvers", "resolver"))
}

fn link_id(zone: &str, name: &str) -> String {
    format!("{}/virtualNetworkLinks/{name}", id("privateDnsZones", zone))
}

fn link(zone: &str, vnet: &str, state: &str) -> Value {
    let properties = json!({ "virtualNetwork": { "id": id("virtualNetworks", vnet) }, "registrationEnabled": false,
        "virtualNetworkLinkState": state });
    body(&link_id(zone, vnet), properties)
}

fn zone(name: &str, links: u32) -> Value {
    body(
        &id("privateDnsZones", name),
        json!({ "numberOfRecordSets": 2, "numberOfVirtualNetworkLinks": links }),
    )
}

fn endpoint(name: &str, configs: &Value, interface: Option<&str>) -> Value {
    let interfaces: Vec<Value> =
        interface.iter().map(|name| json!({ "id": id("networkInterfaces", name) })).collect();
    let properties = json!({ "subnet": { "id": subnet_id("spoke", "Data") }, "customDnsConfigs": configs,
        "networkInterfaces": interfaces });
    body(&id("privateEndpoints", name), properties)
}

fn hub_and_spoke() -> [Value; 2] {
    let mut hub = vnet("hub", "10.0.0.0/16");
    hub["properties"]["dhcpOptions"] = json!({ "dnsServers": ["10.0.3.4", "10.0.3.9"] });
    hub["properties"]["virtualNetworkPeerings"] = json!([peering("spoke", "Connected")]);
    let mut spoke = vnet("spoke", "10.1.0.0/16");
    spoke["properties"]["dhcpOptions"] = json!({ "dnsServers": [] });
    spoke["properties"]["virtualNetworkPeerings"] = json!([peering("hub", "Connected")]);
    [hub, spoke]
}

/// A resolver in the hub, two zones of which one is linked to nothing, and two private endpoints in the spoke, of which
/// one tells its address by its interface.
fn estate() -> Vec<Value> {
    let holder = |address: &str, subnet: &str| json!([{ "name": "c", "properties": { "privateIPAddress": address, "subnet": { "id": subnet } } }]);
    let configs = json!([{ "fqdn": "store.blob.core.windows.net", "ipAddresses": ["10.1.2.4"] }]);
    let mut all = hub_and_spoke().to_vec();
    all.extend([
        body(&inbound_id(), json!({ "ipConfigurations": holder("10.0.3.4", &subnet_id("hub", "Inbound")) })),
        zone(BLOB, 1),
        link(BLOB, "hub", "Completed"),
        zone("contoso.internal", 0),
        endpoint("store", &configs, Some("store-nic")),
        endpoint("vault", &json!([]), Some("vault-nic")),
        body(
            &id("networkInterfaces", "vault-nic"),
            json!({ "enableIPForwarding": false, "privateEndpoint": { "id": id("privateEndpoints", "vault") },
                "ipConfigurations": holder("10.1.2.5", &subnet_id("spoke", "Data")) }),
        ),
    ]);
    all
}

const FOUND: &[&str] = &[
    "dns hub 10.0.3.4 10.0.3.9",
    "resolver inbound hub 10.0.3.4",
    "zone contoso.internal",
    "zone privatelink.blob.core.windows.net hub",
    "endpoint store spoke 10.1.2.4 privatelink.blob.core.windows.net",
    "endpoint vault spoke 10.1.2.5",
];

fn of_names(described: &str) -> Vec<String> {
    let words = ["dns ", "resolver ", "zone ", "endpoint "];
    let lines = described.lines().filter(|line| words.iter().any(|word| line.starts_with(word)));
    lines.map(str::to_owned).collect()
}

/// What of that an export has, and what is said.
fn read(name: &str, text: &Value) -> (Vec<String>, Vec<String>) {
    let Loaded { inventory, report } = files(&[(name, text.to_string())]);
    let described = inventory.as_ref().map(describe).unwrap_or_default();
    (of_names(&described), messages(&report).into_iter().map(str::to_owned).collect())
}

#[test]
fn every_shape_of_azure_gives_the_same() {
    let nested = Value::Array(estate());
    let lifted = flat(&nested);
    for (shape, text) in [
        ("the API", json!({ "value": nested })),
        ("the command line", lifted.clone()),
        ("Resource Graph", json!({ "count": 9, "total_records": 9, "data": nested })),
        ("PowerShell", renamed(&lifted, &pascal)),
        ("the Python SDK", renamed(&lifted, &snake)),
        ("Pulumi", of_native(&lifted)),
        ("azapi", of_azapi(&nested)),
    ] {
        let (found, said) = read("export.json", &text);
        assert_eq!(found, FOUND, "{shape}: {said:#?}");
        assert_eq!(said, [""; 0], "{shape}");
    }
}

#[test]
fn whole_rows_of_the_portal_are_read() {
    let rows = estate().into_iter().map(|it| {
        let properties = it["properties"].to_string().replace('"', "\"\"");
        format!("{},{},\"{properties}\"\n", it["id"].as_str().unwrap(), it["name"].as_str().unwrap())
    });
    let loaded = files(&[("rows.csv", "id,name,properties\n".to_owned() + &rows.collect::<String>())]);
    assert_eq!(
        of_names(&describe(loaded.inventory.as_ref().unwrap())),
        FOUND,
        "{:?}",
        messages(&loaded.report)
    );
}

#[test]
fn power_shell_has_names_of_its_own_for_zones_and_resolvers() {
    let mut all = hub_and_spoke().to_vec();
    all.extend([
        json!({ "Name": "contoso.internal", "ResourceGroupName": "net", "NumberOfVirtualNetworkLinks": 1,
            "ResourceId": id("privateDnsZones", "contoso.internal"), "Location": "" }),
        json!({ "Name": "hub", "ZoneName": "contoso.internal", "ResourceId": link_id("contoso.internal", "hub"),
            "VirtualNetworkId": id("virtualNetworks", "hub"), "VirtualNetworkLinkState": "Completed" }),
        json!({ "Id": inbound_id(), "Name": "inbound", "Type": "Microsoft.Network/dnsResolvers/inboundEndpoints",
            "IPConfiguration": [{ "PrivateIPAddress": "10.0.3.4", "SubnetId": subnet_id("hub", "Inbound") }] }),
    ]);
    let (found, said) = read("export.json", &Value::Array(all));
    assert_eq!(
        found,
        ["dns hub 10.0.3.4 10.0.3.9", "resolver inbound hub 10.0.3.4", "zone contoso.internal hub"]
    );
    assert_eq!(said, [""; 0]);
}

#[test]
fn a_group_of_zones_tells_addresses_and_zone() {
    let mut all = hub_and_spoke().to_vec();
    all.push(endpoint("store", &json!([]), None));
    let configs = json!([{ "name": "blob", "properties": { "privateDnsZoneId": id("privateDnsZones", BLOB),
        "recordSets": [{ "recordType": "A", "fqdn": format!("store.{BLOB}"), "ipAddresses": ["10.1.2.4"] }] } }]);
    let group = format!("{}/privateDnsZoneGroups/default", id("privateEndpoints", "store"));
    all.push(body(&group, json!({ "privateDnsZoneConfigs": configs })));
    let (found, said) = read("export.json", &Value::Array(all));
    assert_eq!(found[1..], ["endpoint store spoke 10.1.2.4 privatelink.blob.core.windows.net"]);
    assert_eq!(said, [""; 0]);
}

#[test]
fn what_is_missing_or_not_modelled_is_named() {
    let [hub, spoke] = hub_and_spoke();
    let mut subnet = spoke.clone();
    subnet["properties"]["subnets"] = json!([{ "name": "Data", "properties": { "addressPrefix": "10.1.2.0/24",
        "serviceEndpoints": [{ "service": "Microsoft.Storage" }] } }]);
    let far = json!([{ "privateIPAddress": "10.9.3.4", "subnet": { "id": subnet_id("hub", "Inbound") } }]);
    let clients = json!({ "vpnClientConfiguration": { "vpnClientAddressPool": { "addressPrefixes": ["172.16.0.0/24"] } } });
    let loaded = export(&[
        hub,
        subnet,
        gateway("gw", "hub", &clients),
        body(&inbound_id(), json!({ "ipConfigurations": far })),
        zone(BLOB, 3),
        link(BLOB, "hub", "InProgress"),
        link(BLOB, "elsewhere", "Completed"),
        endpoint("store", &json!([]), Some("store-nic")),
        body(&id("dnsForwardingRulesets", "rules"), json!({})),
    ]);
    let described = describe(loaded.inventory.as_ref().unwrap());
    assert_eq!(
        of_names(&described),
        ["dns hub 10.0.3.4 10.0.3.9", "zone privatelink.blob.core.windows.net hub"]
    );
    for message in [
        "`10.9.3.4` of inbound endpoint `inbound` is in no prefix of its VNet, and is left out",
        "link `hub` of zone `privatelink.blob.core.windows.net` has state `InProgress`, and counts as if it were completed",
        "links of private zones lead to VNets that are not in the export, and are left out: `elsewhere`",
        "private zones have links that are not in the export: `privatelink.blob.core.windows.net`",
        "the addresses of private endpoints are not told, and they are left out: `store`",
    ] {
        assert_says(&loaded, "incomplete", message);
    }
    for message in [
        "service endpoints do nothing for Point-to-Site clients, whose addresses are in no subnet: those of `spoke/Data`",
        "resources of type `dnsforwardingrulesets` are left out: `rules`",
    ] {
        assert_says(&loaded, "outside-model", message);
    }
    assert_eq!(loaded.report.diagnostics.len(), 7, "{:#?}", messages(&loaded.report));
}

#[test]
fn what_is_no_address_or_zone_is_an_error() {
    let [mut hub, spoke] = hub_and_spoke();
    hub["properties"]["dhcpOptions"]["dnsServers"][0] = json!("dns.example");
    let loaded = export(&[hub, spoke, zone("contoso internal", 0)]);
    assert!(loaded.inventory.is_none());
    assert_says(&loaded, "bad-value", "`dns.example` is not an IP address");
    assert_says(&loaded, "bad-value", "`contoso internal` is not the name of a DNS zone");
}

/// The same by azurerm, but for the endpoint whose address its interface tells.
fn managed() -> Vec<(&'static str, Value)> {
    let named = |id: String, mut values: Value| {
        values["name"] = json!(id.rsplit('/').next());
        values["id"] = json!(id);
        values["resource_group_name"] = json!("net");
        values
    };
    let side = |vnet: &str, remote: &str| {
        let id = format!("{}/virtualNetworkPeerings/p", id("virtualNetworks", vnet));
        let remote = super::resources::id("virtualNetworks", remote);
        named(id, json!({ "virtual_network_name": vnet, "remote_virtual_network_id": remote }))
    };
    let space = |vnet: &str, space: &str, servers: Value| {
        named(id("virtualNetworks", vnet), json!({ "address_space": [space], "dns_servers": servers }))
    };
    vec![
        ("azurerm_virtual_network.hub", space("hub", "10.0.0.0/16", json!(["10.0.3.4", "10.0.3.9"]))),
        ("azurerm_virtual_network.spoke", space("spoke", "10.1.0.0/16", json!([]))),
        ("azurerm_virtual_network_peering.hub", side("hub", "spoke")),
        ("azurerm_virtual_network_peering.spoke", side("spoke", "hub")),
        (
            "azurerm_private_dns_resolver_inbound_endpoint.inbound",
            named(
                inbound_id(),
                json!({ "private_dns_resolver_id": id("dnsResolvers", "resolver"), "ip_configurations": [{
                    "private_ip_address": "10.0.3.4", "subnet_id": subnet_id("hub", "Inbound") }] }),
            ),
        ),
        ("azurerm_private_dns_zone.blob", named(id("privateDnsZones", BLOB), none())),
        (
            "azurerm_private_dns_zone_virtual_network_link.hub",
            named(
                link_id(BLOB, "hub"),
                json!({ "private_dns_zone_name": BLOB, "virtual_network_id": id("virtualNetworks", "hub") }),
            ),
        ),
        ("azurerm_private_dns_zone.contoso", named(id("privateDnsZones", "contoso.internal"), none())),
        (
            "azurerm_private_endpoint.store",
            named(
                id("privateEndpoints", "store"),
                json!({ "subnet_id": subnet_id("spoke", "Data"),
                    "private_dns_zone_group": [{ "name": "default", "private_dns_zone_ids": [id("privateDnsZones", BLOB)] }],
                    "private_service_connection": [{ "name": "c", "private_ip_address": "10.1.2.4" }] }),
            ),
        ),
    ]
}

#[test]
fn a_state_of_azurerm_gives_the_same() {
    let mut resources: Vec<Value> =
        managed().iter().map(|(address, values)| resource(address, values)).collect();
    let (found, said) = read("state.json", &state(&resources));
    assert_eq!(found, FOUND[..5]);
    assert_eq!(said, [""; 0]);
    let servers = json!({ "id": format!("{}/dnsServers/default", id("virtualNetworks", "hub")),
        "virtual_network_id": id("virtualNetworks", "hub"), "dns_servers": ["10.0.3.7"] });
    resources.push(resource("azurerm_virtual_network_dns_servers.hub", &servers));
    let (found, _) = read("state.json", &state(&resources));
    assert_eq!(found[0], "dns hub 10.0.3.7");
}

/// Both sides of a plan, as far as names resolve by them, and what is said.
fn sides(document: &Value) -> ([Vec<String>; 2], Vec<String>) {
    sides_by(document, |side| of_names(&describe(side)))
}

#[test]
fn a_plan_that_knows_no_ids_follows_what_refers_to_what() {
    let mut changes = Vec::new();
    let mut config = Vec::new();
    for (address, mut values) in managed() {
        let mut unknown = json!({ "id": true });
        let mut expressions = json!({});
        values.as_object_mut().unwrap().remove("id");
        let (field, to) = match address {
            "azurerm_private_dns_zone_virtual_network_link.hub" => {
                ("virtual_network_id", "azurerm_virtual_network.hub")
            }
            "azurerm_private_dns_resolver_inbound_endpoint.inbound" => {
                ("private_dns_resolver_id", "azurerm_private_dns_resolver.resolver")
            }
            "azurerm_private_endpoint.store" => {
                values["private_dns_zone_group"] = json!([{ "name": "default" }]);
                values["private_service_connection"] = json!([{ "name": "c" }]);
                unknown["private_dns_zone_group"] = json!([{ "private_dns_zone_ids": true }]);
                unknown["private_service_connection"] = json!([{ "private_ip_address": true }]);
                ("", "")
            }
            _ => ("", ""),
        };
        if !field.is_empty() {
            values.as_object_mut().unwrap().remove(field);
            unknown[field] = json!(true);
            expressions[field] = json!({ "references": [format!("{to}.id"), to] });
        }
        config.push(configured(address, &expressions));
        changes.push(change(address, &["create"], &Value::Null, &values, &unknown));
    }
    let resolver = json!({ "name": "resolver", "resource_group_name": "net" });
    let address = "azurerm_private_dns_resolver.resolver";
    config.push(configured(address, &none()));
    changes.push(change(address, &["create"], &Value::Null, &resolver, &json!({ "id": true })));
    let mut document = plan(&[], &changes, &config);
    document["configuration"]["provider_config"] = json!({ "azurerm": { "name": "azurerm",
        "expressions": { "subscription_id": { "constant_value": "sub" } } } });
    let ([before, after], said) = sides(&document);
    assert_eq!(before, [""; 0]);
    assert_eq!(after, FOUND[..4], "{said:#?}");
    assert_eq!(said, ["the addresses of private endpoints are not told, and they are left out: `store`"]);
}

#[test]
fn a_plan_that_changes_servers_and_takes_a_link_away() {
    let prior: Vec<Value> = managed().iter().map(|(address, values)| resource(address, values)).collect();
    let of = |wanted: &str| managed().into_iter().find(|(address, _)| *address == wanted).unwrap().1;
    let (old, link) =
        (of("azurerm_virtual_network.hub"), of("azurerm_private_dns_zone_virtual_network_link.hub"));
    let mut new = old.clone();
    new["dns_servers"] = json!(["10.0.3.4"]);
    let gone = |address: &str, values: &Value| change(address, &["delete"], values, &Value::Null, &none());
    let changes = [
        change("azurerm_virtual_network.hub", &["update"], &old, &new, &none()),
        gone("azurerm_private_dns_zone_virtual_network_link.hub", &link),
    ];
    let ([before, after], said) = sides(&plan(&prior, &changes, &[]));
    assert_eq!(before, FOUND[..5]);
    let expected =
        ["dns hub 10.0.3.4", FOUND[1], FOUND[2], "zone privatelink.blob.core.windows.net", FOUND[4]];
    assert_eq!(after, expected, "{said:#?}");
    // Servers that the plan does not know yet stay what they were, and that is told.
    new["dns_servers"] = Value::Null;
    let unknown = json!({ "dns_servers": true });
    let refers = configured(
        "azurerm_virtual_network.hub",
        &json!({ "dns_servers": { "references": ["azurerm_private_dns_resolver_inbound_endpoint.inbound"] } }),
    );
    let changes = [change("azurerm_virtual_network.hub", &["update"], &old, &new, &unknown)];
    let ([_, after], said) = sides(&plan(&prior, &changes, &[refers]));
    assert_eq!(after, FOUND[..5], "{said:#?}");
    let message = "`dns_servers` of `azurerm_virtual_network.hub` is known only once the plan is applied; what is not known of it is left out";
    assert!(said.contains(&message.to_owned()), "{said:#?}");
}

#[test]
fn the_older_provider_of_pulumi_gives_the_same() {
    let of = |kind: &str, id: String, outputs: Value| json!({ "type": kind, "id": id, "outputs": outputs });
    let space = |name: &str, space: &str, servers: Value| {
        let values = json!({ "name": name, "addressSpaces": [space], "dnsServers": servers });
        of("azure:network/virtualNetwork:VirtualNetwork", id("virtualNetworks", name), values)
    };
    let resources = json!([
        space("hub", "10.0.0.0/16", json!([])),
        space("spoke", "10.1.0.0/16", json!([])),
        of(
            "azure:network/virtualNetworkDnsServers:VirtualNetworkDnsServers",
            subnet_id("hub", "x"),
            json!({ "virtualNetworkId": id("virtualNetworks", "hub"), "dnsServers": ["10.0.3.4", "10.0.3.9"] })
        ),
        of(
            "azure:privatedns/resolverInboundEndpoint:ResolverInboundEndpoint",
            inbound_id(),
            json!({ "ipConfigurations": { "privateIpAddress": "10.0.3.4", "subnetId": subnet_id("hub", "Inbound") } })
        ),
        of("azure:privatedns/zone:Zone", id("privateDnsZones", BLOB), json!({ "name": BLOB })),
        of(
            "azure:privatedns/zoneVirtualNetworkLink:ZoneVirtualNetworkLink",
            link_id(BLOB, "hub"),
            json!({ "virtualNetworkId": id("virtualNetworks", "hub") })
        ),
        of(
            "azure:privatedns/zone:Zone",
            id("privateDnsZones", "contoso.internal"),
            json!({ "name": "contoso.internal" })
        ),
        of(
            "azure:privatelink/endpoint:Endpoint",
            id("privateEndpoints", "store"),
            json!({ "subnetId": subnet_id("spoke", "Data"),
                "privateDnsZoneGroup": { "privateDnsZoneIds": [id("privateDnsZones", BLOB)] },
                "privateServiceConnection": { "privateIpAddress": "10.1.2.4" } })
        ),
    ]);
    let (found, said) =
        read("stack.json", &json!({ "deployment": { "manifest": {}, "resources": resources } }));
    assert_eq!(found, FOUND[..5], "{said:#?}");
    assert_eq!(said, [""; 0]);
}
