//! `tunnelog fix` as scripts meet it: exit codes, columns, documents and words.

use std::fs;

use serde_json::Value;
use tunnelog::class::Class;
use tunnelog::fix::Kind;

use super::formats::valid;
use crate::support::program::{Run, command, finish, read};

fn fix(arguments: &[&str]) -> Run {
    finish(command().args(["fix", "--quiet"]).args(arguments))
}

fn code(arguments: &[&str]) -> i32 {
    fix(arguments).code.unwrap()
}

fn document(arguments: &[&str]) -> Value {
    let output = fix(&[arguments, &["--format", "json"]].concat());
    let document = serde_json::from_str(&output.stdout).unwrap();
    valid("fix", &document);
    document
}

#[test]
fn a_plan_and_no_need_for_one_are_clean_and_none_is_a_no() {
    assert_eq!(code(&["facts/s2s-chain", "--from", "VNet1", "--to", "VNet2"]), 0);
    assert_eq!(
        code(&["facts/s2s-chain-bgp", "--from", "vnet1", "--to", "VNet2", "--class", "non-windows"]),
        0
    );
    let never = "bgp,static-routes,tunnel,drop-gateway";
    assert_eq!(code(&["facts/s2s-chain", "--from", "VNet1", "--to", "VNet2", "--never", never]), 1);
    assert_eq!(code(&["facts/isolated-vnet", "--from", "VNet1", "--to", "VNet1", "--break"]), 1);
}

#[test]
fn wrong_use_is_told() {
    let told = |arguments: &[&str], expected: &str| {
        let output = fix(arguments);
        assert_eq!(output.code, Some(2), "{arguments:?}");
        assert!(output.stderr.contains(expected), "{arguments:?}: {}", output.stderr);
        assert!(output.stdout.is_empty(), "{arguments:?}");
    };
    let inventory = "facts/s2s-chain";
    told(&[inventory], "--from");
    told(&[inventory, "--from", "VNet1"], "--to");
    told(
        &[inventory, "--from", "VNet2", "--to", "VNet1"],
        "no client and no VNet with a Point-to-Site gateway is called `VNet2`",
    );
    told(&[inventory, "--from", "VNet1", "--to", "VNet"], "no network is called `VNet`");
    told(&[inventory, "--from", "VNet1", "--to", "10.9.9.9"], "no network holds `10.9.9.9`");
    told(
        &[inventory, "--from", "VNet1", "--to", "VNet2", "--cost", "magic=1"],
        "`magic` is no kind of measure",
    );
    told(
        &[inventory, "--from", "VNet1", "--to", "VNet2", "--class", "windows-native"],
        "has no class `windows-native`",
    );
    told(&[inventory, "--query", "nowhere.query"], "`nowhere.query` cannot be read");
}

/// What plans that update gateways or connections say once.
const DROPPED: &str = "# az sends back what it knows: settings newer than API version 2025-01-01 (local network gateways: 2021-08-01) are lost; where a resource may have such, compare `az rest --method get --url ID?api-version=NEWEST` before and after";

#[test]
fn rows_are_the_changes_the_commands_and_what_else_they_do() {
    let arguments =
        ["facts/s2s-chain", "--from", "VNet1", "--to", "VNet2", "--class", "windows", "--max", "1"];
    let csv = fix(&arguments).stdout;
    let place = |vnet: &str| format!("--resource-group \"\"${{RESOURCE_GROUP_OF_{vnet}}}\"\" --name");
    let az = |vnet: &str| format!("az network vpn-connection update {}", place(vnet));
    let gateway = |vnet: &str| format!("az network vnet-gateway update {}", place(vnet));
    let (az1, az2, gateway1, gateway2) = (az("VNET1"), az("VNET2"), gateway("VNET1"), gateway("VNET2"));
    let expected = [
        "plan,cost,item,kind,gateway,class,value",
        "1,6,change,bgp,,,\"+ bgp(VNet1, VNet2)\"",
        "1,6,change,custom-route,,,\"+ custom_route(VNet1, 10.2.0.0/16)\"",
        &format!("1,6,command,,,,\"{DROPPED}\""),
        &format!("1,6,command,,,,\"{gateway1} \"\"${{GATEWAY_OF_VNET1}}\"\" --enable-bgp true\""),
        &format!("1,6,command,,,,\"{gateway2} \"\"${{GATEWAY_OF_VNET2}}\"\" --enable-bgp true\""),
        &format!("1,6,command,,,,\"{az1} \"\"${{CONNECTION_VNET1_TO_VNET2}}\"\" --enable-bgp true\""),
        &format!("1,6,command,,,,\"{az2} \"\"${{CONNECTION_VNET2_TO_VNET1}}\"\" --enable-bgp true\""),
        &format!("1,6,command,,,,\"{gateway1} \"\"${{GATEWAY_OF_VNET1}}\"\" --custom-routes 10.2.0.0/16\""),
        "1,6,gained,,VNet1,non-windows,VNet2",
        "1,6,gained,,VNet1,windows,VNet2",
        "1,6,download,,VNet1,windows,",
    ];
    assert_eq!(csv.lines().collect::<Vec<_>>(), expected);
    let contract = read("docs/formats.md");
    assert!(contract.contains(&format!("`{}`", expected[0])));
    // What is listed is what `whatif` takes.
    let changes = ["+ bgp(VNet1, VNet2)", "+ custom_route(VNet1, 10.2.0.0/16)"];
    let whatif = finish(command().args(["whatif", "--quiet", "facts/s2s-chain"]).args(changes));
    assert!(whatif.stdout.contains("VNet1,windows,status,VNet2,10.2.0.0/16,unreachable,reachable,"));
}

#[test]
fn documents_are_as_their_schema_says() {
    let found = document(&["facts/s2s-chain", "--from", "VNet1", "--to", "VNet3", "--to", "10.2.7.0/24"]);
    assert_eq!(found["plans"][0]["cost"], 12);
    assert_eq!(found["search"]["end"], "enough");
    assert_eq!(found["goals"][0]["within"], "10.2.7.0/24");
    let already = document(&["facts/peered-vnets", "--from", "VNet1", "--to", "VNet2"]);
    assert_eq!((&already["already"], already["plans"].as_array().unwrap().len()), (&Value::Bool(true), 0));
    let closed = document(&["facts/peered-vnets", "--from", "VNet1", "--to", "VNet2", "--break"]);
    assert_eq!((&closed["direction"], &closed["search"]["end"]), (&"close".into(), &"exhausted".into()));
    let little = document(&["facts/s2s-chain", "--from", "VNet1", "--to", "VNet3", "--effort", "1"]);
    assert_eq!(little["search"]["end"], "effort");
}

#[test]
fn names_of_a_zone_are_wished_for_like_networks() {
    let zone = "privatelink.blob.core.windows.net";
    let old = ["facts/names-old-server", "--from", "Hub", "--zone", zone];
    let found = document(&old);
    assert_eq!(found["zones"][1], serde_json::json!({"gateway": "Hub", "class": "windows", "zone": zone}));
    assert_eq!(found["goals"], serde_json::json!([]));
    assert_eq!(found["plans"][0]["effects"][1]["resolves"], serde_json::json!([zone]));
    let csv = fix(&old).stdout;
    let rows: Vec<&str> = csv.lines().filter(|line| !line.contains(",command,")).collect();
    let expected = [
        "plan,cost,item,kind,gateway,class,value",
        "1,5,change,dns-server,,,\"+ dns_server(Hub, 10.0.1.4)\"",
        &format!("1,5,resolves,,Hub,non-windows,{zone}"),
        &format!("1,5,resolves,,Hub,windows,{zone}"),
        "1,5,download,,Hub,windows,",
    ];
    assert_eq!(rows, expected);
    // Both at once; what is there already is said.
    let both = fix(&[&old[..], &["--to", "Spoke", "--format", "table"]].concat()).stdout;
    let heading = "To reach Spoke, for non-Windows clients and Windows clients of Hub; to resolve names of";
    assert!(both.starts_with(heading), "{both}");
    let there =
        fix(&["facts/names-resolver-in-hub", "--from", "Hub", "--zone", zone, "--format", "table"]).stdout;
    assert!(there.contains("All of its names resolve already."), "{there}");
    // Where no resolver stands, it is said what is missing.
    let none = fix(&["facts/names-forwarder", "--from", "Hub", "--zone", zone, "--format", "table"]);
    assert_eq!(none.code, Some(1));
    assert!(none.stdout.contains("No change is known that could help."), "{}", none.stdout);
    assert!(none.stdout.contains("inbound endpoint of a DNS Private Resolver"), "{}", none.stdout);
    assert_eq!(code(&["facts/names-old-server", "--from", "Hub", "--zone", "nowhere.example"]), 2);
    assert_eq!(
        code(&["facts/names-old-server", "--from", "Hub", "--to", "Hub", "--zone", zone, "--break"]),
        2
    );
}

#[test]
fn documents_and_pages_have_every_word() {
    let schema: Value = serde_json::from_str(&read("docs/schema/fix.json")).unwrap();
    let words = |pointer: &str| -> Vec<String> {
        let list = schema.pointer(pointer).unwrap().as_array().unwrap();
        list.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(words("/$defs/measure/properties/kind/enum"), Kind::ALL.map(Kind::word));
    assert_eq!(words("/$defs/class/enum"), Class::ALL.map(Class::word));
    let page = read("docs/fix.md");
    for kind in Kind::ALL {
        let row = format!("| `{}` | {} |", kind.word(), kind.default_cost());
        assert!(page.contains(&row), "{row}");
        let closes = page.lines().find(|line| line.starts_with(&row)).unwrap();
        assert_eq!(closes.ends_with("| |"), kind.closes().is_empty(), "{closes}");
    }
}

#[test]
fn expectations_are_met_together_or_told_when_broken() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let wanted = write(
        "wanted.query",
        "expect access(VNet1, non-windows, VNet2, reachable)\n\
         expect access(VNet1, windows, VNet2, reachable)\nexpect no bgp(_, _)\n",
    );
    let found = document(&["facts/s2s-chain", "--query", &wanted, "--max", "1"]);
    let changes = ["+ static_route(VNet2, VNet1, 192.168.0.0/24)", "+ custom_route(VNet1, 10.2.0.0/16)"];
    assert_eq!(found["plans"][0]["changes"], serde_json::json!(changes));
    assert_eq!(found["plans"][0]["breaks"], serde_json::json!([]));
    // Asked for by options, the cheaper plan is listed with what it breaks.
    let from = ["--from", "VNet1", "--to", "VNet2", "--class", "non-windows", "--max", "1"];
    let found = document(&[&["facts/s2s-chain", "--query", &wanted][..], &from].concat());
    assert_eq!(found["plans"][0]["breaks"], serde_json::json!(["expect no bgp(_, _)"]));
    let vague = write("vague.query", "expect bgp(VNet1, VNet2)\n");
    let output = fix(&["facts/s2s-chain", "--query", &vague]);
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("`expect bgp(VNet1, VNet2)` does not hold"), "{}", output.stderr);
    let closed = write("closed.query", "expect no access(VNet1, _, VNet3, reachable)\n");
    let found = document(&["facts/s2s-chain-bgp", "--query", &closed, "--break", "--max", "1"]);
    assert_eq!(found["plans"][0]["changes"], serde_json::json!(["- bgp(VNet1, VNet2)"]));
}

#[test]
fn commands_are_for_the_shell_and_for_people() {
    let commands = |arguments: &[&str]| -> Vec<String> {
        let found = document(&[arguments, &["--max", "1"]].concat());
        let list = found["plans"][0]["commands"].as_array().unwrap().clone();
        list.iter().map(|line| without_places(line.as_str().unwrap())).collect()
    };
    // A new peering is made with its flags, so nothing has to be set afterwards.
    assert_eq!(
        commands(&["facts/lab-cascaded-hub", "--from", "Hub", "--to", "Spoke1"]),
        [
            "az network vnet peering create --vnet-name Hub --name \"${PEERING_HUB_TO_SPOKE1}\" --remote-vnet \"$(az network vnet show --name Spoke1 --query id --output tsv)\" --allow-vnet-access --allow-gateway-transit",
            "az network vnet peering create --vnet-name Spoke1 --name \"${PEERING_SPOKE1_TO_HUB}\" --remote-vnet \"$(az network vnet show --name Hub --query id --output tsv)\" --allow-vnet-access --use-remote-gateways",
        ]
    );
    // Of a peering that is not connected both sides are made anew, the one that lends its gateway first; a
    // side without access is set.
    assert_eq!(
        commands(&["facts/one-sided-peering", "--from", "VNet1", "--to", "VNet4"]),
        [
            "az network vnet peering delete --vnet-name VNet4 --name \"${PEERING_VNET4_TO_VNET1}\"",
            "az network vnet peering delete --vnet-name VNet1 --name \"${PEERING_VNET1_TO_VNET4}\"",
            "az network vnet peering create --vnet-name VNet1 --name \"${PEERING_VNET1_TO_VNET4}\" --remote-vnet \"$(az network vnet show --name VNet4 --query id --output tsv)\" --allow-vnet-access --allow-gateway-transit",
            "az network vnet peering create --vnet-name VNet4 --name \"${PEERING_VNET4_TO_VNET1}\" --remote-vnet \"$(az network vnet show --name VNet1 --query id --output tsv)\" --allow-vnet-access --use-remote-gateways",
        ]
    );
    assert_eq!(
        commands(&["facts/one-sided-peering", "--from", "VNet1", "--to", "VNet5"]),
        [
            "az network vnet peering update --vnet-name VNet5 --name \"${PEERING_VNET5_TO_VNET1}\" --set allowVirtualNetworkAccess=true"
        ]
    );
    // A device on premises is nobody's business but its owner's.
    let never = ["--never", "bgp", "--class", "windows"];
    assert_eq!(
        commands(&[&["facts/branch-office", "--from", "VNet1", "--to", "Site1"][..], &never].concat()),
        [
            "# on the device of Site1: route 10.1.0.0/16 192.168.0.0/24 into the connection to VNet1",
            DROPPED,
            "az network vnet-gateway update --name \"${GATEWAY_OF_VNET1}\" --custom-routes 10.101.0.0/16",
        ]
    );
    let gateway = ["--never", "peering", "--class", "non-windows"];
    assert_eq!(
        commands(&[&["facts/peered-vnets", "--from", "VNet1", "--to", "VNet3"][..], &gateway].concat()),
        [
            "az network vnet subnet create --vnet-name VNet3 --name GatewaySubnet --address-prefixes \"${GATEWAY_SUBNET_OF_VNET3}\"",
            "az network public-ip create --name \"${PUBLIC_IP_NAME_OF_VNET3}\" --sku Standard --zone 1 2 3",
            "az network vnet-gateway create --name \"${GATEWAY_OF_VNET3}\" --vnet VNet3 --public-ip-addresses \"${PUBLIC_IP_NAME_OF_VNET3}\" --gateway-type Vpn --vpn-type RouteBased --sku VpnGw1AZ --asn 64514",
            "az network vpn-connection create --name \"${CONNECTION_VNET1_TO_VNET3}\" --vnet-gateway1 \"${GATEWAY_OF_VNET1}\" --vnet-gateway2 \"$(az network vnet-gateway show --name \"${GATEWAY_OF_VNET3}\" --query id --output tsv)\" --shared-key \"$SHARED_KEY\" --enable-bgp",
            "az network vpn-connection create --name \"${CONNECTION_VNET3_TO_VNET1}\" --vnet-gateway1 \"${GATEWAY_OF_VNET3}\" --vnet-gateway2 \"$(az network vnet-gateway show --name \"${GATEWAY_OF_VNET1}\" --query id --output tsv)\" --shared-key \"$SHARED_KEY\" --enable-bgp",
        ]
    );
}

/// `line` without the options that say where things are.
fn without_places(line: &str) -> String {
    let mut line = line.to_owned();
    for option in ["--resource-group \"${RESOURCE_GROUP_OF_", "--location \"${LOCATION_OF_"] {
        while let Some(start) = line.find(option) {
            let end = line[start..].find("}\" ").map_or(line.len(), |end| start + end + 3);
            line.replace_range(start..end, "");
        }
    }
    line
}

#[test]
fn a_table_says_what_is_left_out_and_what_costs_are_measured_by() {
    let flowing = |arguments: &str| {
        let line = format!("fix facts/{arguments} --format table");
        let told = finish(command().args(line.split(' '))).stdout;
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let only = "VPN clients only: other traffic over the same connection is not looked at.";
    let scale =
        "Cost 1 is what one user does alone, 5 a setting at two places, 10 a new peering, 50 a new gateway.";
    let by_hand = "Adding the route on each client works too: `tunnelog client-config`.";
    // The site answers, and the route alone is missing.
    let route = flowing("branch-office-bgp --from VNet1 --to Site1 --class windows");
    assert!(route.ends_with(&format!("{by_hand} {scale} {only} Model: article.")), "{route}");
    // Without a return path no route on a client helps.
    let back = flowing("s2s-chain --from VNet1 --to VNet2 --class non-windows");
    assert!(back.ends_with(&format!("{scale} {only} Model: article.")) && !back.contains(by_hand), "{back}");
    let already = flowing("branch-office-bgp --from VNet1 --to Site1 --class non-windows");
    assert!(!already.contains(only), "{already}");
}
