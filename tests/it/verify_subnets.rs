//! Effective routes of network interfaces, in every form in which Azure shows them, beside those of their subnet.

use tunnelog::answer::Analysis;
use tunnelog::diagnostic::{Code, Report};
use tunnelog::inventory::Inventory;
use tunnelog::verify::{Kind, Subnet, Table, read_bytes};

use crate::support::topologies::topology;

/// What the text is read as, without telling its kind.
fn table(text: &str) -> Table {
    let mut report = Report::default();
    let table = read_bytes("routes".as_ref(), text.into(), None, &mut report);
    let table = table.unwrap_or_else(|| panic!("{report}\n{text}"));
    assert_eq!(table.kind, Kind::EffectiveRoutes, "{text}");
    table
}

fn subnet(inventory: &Inventory, vnet: &str, name: &str) -> Subnet {
    let (vnet, name) = (inventory.names.get(vnet).unwrap(), inventory.labels.get(name).unwrap());
    Subnet::new(&Analysis::new(inventory), vnet, name)
}

/// How the text deviates from what the spoke's subnet should have: kind, prefix, cause, and where it leads.
fn found(inventory: &Inventory, text: &str, old: Option<&Inventory>) -> Vec<String> {
    let old = old.map(|old| subnet(old, "Spoke", "App"));
    let deviations = subnet(inventory, "Spoke", "App").deviations(&table(text), old.as_ref());
    let line = deviations.iter().map(|one| {
        let leads = one.leads.as_deref().unwrap_or_default();
        format!("{} {} {}: {leads}", one.kind.word(), one.what, one.cause.word())
    });
    line.collect()
}

/// A route of Azure's answer.
fn route(source: &str, state: &str, prefix: &str, hop: &str, address: &str) -> String {
    let address = if address.is_empty() { String::new() } else { format!("\"{address}\"") };
    format!(
        r#"{{"addressPrefix": ["{prefix}"], "nextHopIpAddress": [{address}], "nextHopType": "{hop}", "source": "{source}", "state": "{state}"}}"#
    )
}

fn answer(routes: &[String]) -> String {
    format!(r#"{{"value": [{}]}}"#, routes.join(", "))
}

/// What the spoke of the hub with a firewall should have, without its default route.
fn of_spoke() -> Vec<String> {
    vec![
        route("Default", "Active", "10.1.0.0/16", "VnetLocal", ""),
        route("Default", "Active", "10.0.0.0/16", "VNetPeering", ""),
    ]
}

fn to_firewall() -> String {
    route("User", "Active", "0.0.0.0/0", "VirtualAppliance", "10.0.1.4")
}

const JSON_OF_POWERSHELL: &str = r#"[
  {"Name": "", "DisableBgpRoutePropagation": false, "State": "Active", "Source": "Default",
   "AddressPrefix": ["10.1.0.0/16"], "NextHopType": "VnetLocal", "NextHopIpAddress": []},
  {"Name": "", "DisableBgpRoutePropagation": false, "State": "Active", "Source": "Default",
   "AddressPrefix": ["10.0.0.0/16"], "NextHopType": "VNetPeering", "NextHopIpAddress": []},
  {"Name": "", "DisableBgpRoutePropagation": false, "State": "Invalid", "Source": "Default",
   "AddressPrefix": ["0.0.0.0/0"], "NextHopType": "Internet", "NextHopIpAddress": []},
  {"Name": "everything", "DisableBgpRoutePropagation": false, "State": "Active", "Source": "User",
   "AddressPrefix": ["0.0.0.0/0"], "NextHopType": "VirtualAppliance", "NextHopIpAddress": ["10.0.1.4"]}
]"#;

const LIST_OF_POWERSHELL: &str = "
Name                       :
DisableBgpRoutePropagation : False
State                      : Active
Source                     : Default
AddressPrefix              : {10.1.0.0/16}
NextHopType                : VnetLocal
NextHopIpAddress           : {}

Name                       :
DisableBgpRoutePropagation : False
State                      : Active
Source                     : Default
AddressPrefix              : {10.0.0.0/16, 10.8.0.0/16}
NextHopType                : VNetPeering
NextHopIpAddress           : {}

Name                       : everything
DisableBgpRoutePropagation : False
State                      : Active
Source                     : User
AddressPrefix              : {0.0.0.0/0}
NextHopType                : VirtualAppliance
NextHopIpAddress           : {10.0.1.4}
";

const TABLE_OF_AZ: &str = "\
Source    State    Address Prefix    Next Hop Type     Next Hop IP
--------  -------  ----------------  ----------------  -------------
Default   Active   10.1.0.0/16       VnetLocal
Default   Active   10.0.0.0/16 10.8.0.0/16  VNetPeering
Default   Invalid  0.0.0.0/0         Internet
Default   Active   10.0.0.0/8        None
User      Active   0.0.0.0/0         VirtualAppliance  10.0.1.4
";

const CSV_OF_PORTAL: &str = "\
Source,State,Address Prefixes,Next Hop Type,Next Hop IP Address,User Defined Route Name
Default,Active,10.1.0.0/16,Virtual network,-,-
Default,Active,\"10.0.0.0/16, 10.8.0.0/16\",VNet peering,-,-
Default,Invalid,0.0.0.0/0,Internet,-,-
Default,Active,192.168.0.0/16,None,-,-
User,Active,0.0.0.0/0,Virtual appliance,10.0.1.4,everything
";

const CSV_OF_POWERSHELL: &str = r#""Name","DisableBgpRoutePropagation","State","Source","AddressPrefix","NextHopType","NextHopIpAddress","AddressPrefixText","NextHopIpAddressText"
"","False","Active","Default","System.Collections.Generic.List`1[System.String]","VnetLocal","System.Collections.Generic.List`1[System.String]","[
  ""10.1.0.0/16""
]","[]"
"","False","Active","Default","System.Collections.Generic.List`1[System.String]","VNetPeering","System.Collections.Generic.List`1[System.String]","[
  ""10.0.0.0/16"",
  ""10.8.0.0/16""
]","[]"
"","False","Invalid","Default","System.Collections.Generic.List`1[System.String]","Internet","System.Collections.Generic.List`1[System.String]","[
  ""0.0.0.0/0""
]","[]"
"everything","False","Active","User","System.Collections.Generic.List`1[System.String]","VirtualAppliance","System.Collections.Generic.List`1[System.String]","[
  ""0.0.0.0/0""
]","[
  ""10.0.1.4""
]"
"#;

#[test]
fn what_powershell_exports_needs_the_columns_of_texts() {
    let of_spoke = "\"State\",\"Source\",\"AddressPrefix\",\"NextHopType\"\n\
                    \"Active\",\"Default\",\"System.Collections.Generic.List`1[System.String]\",\"VnetLocal\"\n";
    let expected = [(Code::MissingColumn, "the column `AddressPrefixText` is missing".to_owned())];
    assert_eq!(said(of_spoke), expected);
}

#[test]
fn every_form_says_the_same() {
    let hub = topology("hub-and-firewall");
    assert_eq!(subnet(&hub, "Spoke", "App").count(), 3);
    assert_eq!(found(&hub, JSON_OF_POWERSHELL, None), [] as [&str; 0]);
    let more = ["surplus 10.8.0.0/16 not-in-inventory: it leads to `peering`"];
    for text in [
        LIST_OF_POWERSHELL,
        TABLE_OF_AZ,
        CSV_OF_PORTAL,
        CSV_OF_POWERSHELL,
        &CSV_OF_PORTAL.replace("\"10.0.0.0/16, 10.8.0.0/16\"", "10.0.0.0/16;10.8.0.0/16"),
    ] {
        assert_eq!(found(&hub, text, None), more, "{text}");
    }
    let mut right = of_spoke();
    right.push(to_firewall());
    assert_eq!(found(&hub, &answer(&right), None), [] as [&str; 0]);
    // A list without its wrapper, and one route alone, as PowerShell writes a list of one.
    assert_eq!(found(&hub, &format!("[{}]", right.join(",")), None), [] as [&str; 0]);
    let alone = found(&hub, &to_firewall(), None);
    let missing = |prefix, hop| format!("missing {prefix} no-peering-route: expected is `{hop}`");
    assert_eq!(alone, [missing("10.0.0.0/16", "peering"), missing("10.1.0.0/16", "vnet-local")]);
}

#[test]
fn what_azure_has_of_itself_and_what_is_beaten_does_not_count() {
    let hub = topology("hub-and-firewall");
    let mut right = of_spoke();
    right.push(to_firewall());
    for prefix in
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "25.4.0.0/14", "127.0.0.0/8"]
    {
        right.push(route("Default", "Active", prefix, "None", ""));
    }
    right.push(route("Default", "Invalid", "0.0.0.0/0", "Internet", ""));
    right.push(route("VirtualNetworkGateway", "Invalid", "10.1.0.0/16", "VirtualNetworkGateway", "20.1.1.1"));
    assert_eq!(found(&hub, &answer(&right), None), [] as [&str; 0]);
    // A route to nowhere that somebody made does.
    right.push(route("User", "Active", "10.7.0.0/16", "None", ""));
    let surplus = "surplus 10.7.0.0/16 not-in-route-table: it leads to `none`";
    assert_eq!(found(&hub, &answer(&right), None), [surplus]);
}

#[test]
fn the_cause_is_told_by_the_source() {
    let hub = topology("hub-and-firewall");
    let pool =
        || route("VirtualNetworkGateway", "Active", "192.168.0.0/24", "VirtualNetworkGateway", "20.50.2.7");
    // The table was never associated: Azure's own route to the Internet is in effect, and the gateway's.
    let mut without_table = of_spoke();
    without_table.extend([route("Default", "Active", "0.0.0.0/0", "Internet", ""), pool()]);
    assert_eq!(
        found(&hub, &answer(&without_table), None),
        [
            "other-hop 0.0.0.0/0 other-next-hop: it leads to `internet`, and expected is `appliance(10.0.1.4)`",
            "surplus 192.168.0.0/24 gateway-routes-on: it leads to `gateway`",
        ]
    );
    assert_eq!(
        found(&hub, &answer(&of_spoke()), None),
        ["missing 0.0.0.0/0 no-user-route: expected is `appliance(10.0.1.4)`"]
    );
    // In a subnet without a table the gateway's routes are missed.
    let mut open = topology("hub-and-firewall");
    for row in &mut open.subnets {
        row.route_table = None;
    }
    let internet = route("Default", "Active", "0.0.0.0/0", "Internet", "");
    let mut closed = of_spoke();
    closed.push(internet);
    assert_eq!(
        found(&open, &answer(&closed), None),
        ["missing 192.168.0.0/24 no-gateway-route: expected is `gateway`"]
    );
    open.gateways[0].client_pool.push("192.168.9.0/24".parse().unwrap());
    let off = |prefix| format!("missing {prefix} gateway-routes-off: expected is `gateway`");
    assert_eq!(found(&open, &answer(&closed), None), [off("192.168.0.0/24"), off("192.168.9.0/24")]);
    closed.push(pool());
    let one = "missing 192.168.9.0/24 no-gateway-route: expected is `gateway`";
    assert_eq!(found(&open, &answer(&closed), None), [one]);
    // What the old inventory had is stale.
    closed.push(route("VirtualNetworkGateway", "Active", "192.168.9.0/24", "VirtualNetworkGateway", ""));
    let mut new = topology("hub-and-firewall");
    new.subnets.clone_from(&open.subnets);
    let stale = "stale 192.168.9.0/24 old-network: it leads to `gateway`";
    assert_eq!(found(&new, &answer(&closed), Some(&open)), [stale]);
}

#[test]
fn several_next_hops_are_one_route() {
    let mut hub = topology("hub-and-firewall");
    let spoke = hub.user_routes.iter_mut().find(|row| row.prefix.is_default_route()).unwrap();
    spoke.addresses.push("10.0.1.5".parse().unwrap());
    let both = r#"{"addressPrefix": ["0.0.0.0/0"], "nextHopIpAddress": ["10.0.1.5", "10.0.1.4"], "nextHopType": "VirtualAppliance", "source": "User", "state": "Active"}"#;
    let mut right = of_spoke();
    right.push(both.to_owned());
    assert_eq!(found(&hub, &answer(&right), None), [] as [&str; 0]);
    right.pop();
    right.push(to_firewall());
    assert_eq!(
        found(&hub, &answer(&right), None),
        [
            "other-hop 0.0.0.0/0 other-next-hop: it leads to `appliance(10.0.1.4)`, and expected is `appliance(10.0.1.4)` or `appliance(10.0.1.5)`"
        ]
    );
}

/// What is said of a text.
fn said(text: &str) -> Vec<(Code, String)> {
    let mut report = Report::default();
    let _ = read_bytes("routes".as_ref(), text.into(), None, &mut report);
    report.diagnostics.into_iter().map(|finding| (finding.code, finding.message)).collect()
}

#[test]
fn what_is_not_compared_is_noted_and_what_is_wrong_is_a_fault() {
    let endpoint = route("Default", "Active", "20.1.0.0/16", "VirtualNetworkServiceEndpoint", "");
    let left_out = [(
        Code::OutsideModel,
        "a route of `Default` to `VirtualNetworkServiceEndpoint` is left out".to_owned(),
    )];
    assert_eq!(said(&answer(&[endpoint.clone(), to_firewall()])), left_out);
    // Nothing but such routes is a table all the same.
    assert_eq!(said(&answer(&[endpoint])), left_out);
    let bad = |message: &str| [(Code::BadRoute, message.to_owned())];
    let with = |prefix: &str, hop: &str, address: &str| {
        said(&answer(&[route("User", "Active", prefix, hop, address)]))
    };
    assert_eq!(with("10.1.0.1/16", "None", ""), bad("`10.1.0.1/16` is not a canonical prefix"));
    assert_eq!(with("0.0.0.0/0", "VirtualAppliance", ""), bad("a route to an appliance without its address"));
    assert_eq!(with("0.0.0.0/0", "VirtualAppliance", "10.0.1"), bad("`10.0.1` is not an address"));
    let empty = r#"[{"addressPrefix": [], "nextHopType": "None", "source": "User", "state": "Active"}]"#;
    assert_eq!(said(empty), bad("a route without a prefix"));
    // PowerShell cuts long lists.
    let cut = LIST_OF_POWERSHELL.replace("10.8.0.0/16}", "10.8.0.0/16...}");
    assert_eq!(said(&cut), bad("`10.8.0.0/16...` is not a canonical prefix"));
}
