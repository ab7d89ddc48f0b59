//! The commands of plans, written by hand.

use tunnelog::fix::{Costs, Direction};

use super::{OTHERS, WINDOWS, answer, made, told, wish};

/// `line` without the options that say where things are, which have a test of their own.
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

/// The commands of the plan that consists of `changes`, without the groups and regions that they name, and without what
/// updates drop, which has a test of its own.
fn commands(files: &[(&str, &str)], direction: Direction, to: &str, changes: &[&str]) -> Vec<String> {
    let inventory = made(files);
    let wish = wish(&inventory, direction, "Hub", &[to], OTHERS);
    let answer = answer(&inventory, &wish, &Costs::default(), 100);
    let wanted: Vec<String> = changes.iter().map(|line| (*line).to_owned()).collect();
    let plans = told(&answer);
    let place = plans.iter().position(|(_, lines)| *lines == wanted);
    assert!(place.is_some(), "{plans:?}");
    let commands = answer.plans[place.unwrap()].commands.iter();
    commands.filter(|line| *line != DROPPED).map(|line| without_places(line)).collect()
}

/// What plans that update gateways or connections say once.
pub(super) const DROPPED: &str = "# az sends back what it knows: settings newer than API version 2025-01-01 (local network gateways: 2021-08-01) are lost; where a resource may have such, compare `az rest --method get --url ID?api-version=NEWEST` before and after";

const KEPT: &str = "# keep what this prints: IPsec policies, traffic selectors, NAT rules, custom BGP addresses, DPD timeout, mode and weight go with the connection, and have to be set on the new one";
const HUB: &str = "name,address_space\nHub,10.1.0.0/16\n";
const HUB_GATEWAY: &str = "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\n";
const DC: &str = "name,address_space,asn\nDC,10.9.0.0/16,65009\n";
const HUB_AND_FAR: &str = "name,address_space\nHub,10.1.0.0/16\nFar,10.2.0.0/16\n";
const TWO_GATEWAYS: &str = "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\nFar,,65002\n";

/// The files of a hub whose tunnels lead to the site DC.
fn to_site(tunnels: &str) -> [(&str, &str); 4] {
    [("vnets.csv", HUB), ("gateways.csv", HUB_GATEWAY), ("sites.csv", DC), ("s2s.csv", tunnels)]
}

/// The files of a hub whose tunnels lead to the gateway of Far.
fn to_gateway(tunnels: &str) -> [(&str, &str); 3] {
    [("vnets.csv", HUB_AND_FAR), ("gateways.csv", TWO_GATEWAYS), ("s2s.csv", tunnels)]
}

#[test]
fn each_of_several_tunnels_to_a_site_has_a_command() {
    let header = "from,to,bgp,from_static,to_static,status,name\n";
    let close = |rows: &str, change: &str| {
        commands(&to_site(&format!("{header}{rows}")), Direction::Close, "DC", &[change])
    };
    let device = "# on the device of DC: no BGP session with the gateway";
    let named = "Hub,DC,true,,,,t1\nHub,DC,true,,,,t2\n";
    assert_eq!(
        close(named, "- bgp(DC, Hub)"),
        [
            device,
            "az network vpn-connection update --name t1 --enable-bgp false",
            "az network local-gateway update --name \"${LOCAL_GATEWAY_OF_DC}\" --local-address-prefixes 10.9.0.0/16",
            "az network vpn-connection update --name t2 --enable-bgp false",
            "az network local-gateway update --name \"${LOCAL_GATEWAY_OF_DC_2}\" --local-address-prefixes 10.9.0.0/16",
        ]
    );
    let both = ["az network vpn-connection delete --name t1", "az network vpn-connection delete --name t2"];
    assert_eq!(close(named, "- s2s(DC, Hub)"), both);
    // A row with the site first tells of the same connections, as a site has none.
    assert_eq!(close("DC,Hub,true,,,,t1\nDC,Hub,true,,,,t2\n", "- s2s(DC, Hub)"), both);
    assert_eq!(
        close("Hub,DC,true,,,,\nHub,DC,true,,,,\n", "- s2s(DC, Hub)"),
        [
            "az network vpn-connection delete --name \"${CONNECTION_HUB_TO_DC}\"",
            "az network vpn-connection delete --name \"${CONNECTION_HUB_TO_DC_2}\"",
        ]
    );
    // The second tunnel is static, so it has no BGP to take away; the third is down already.
    let mixed = "Hub,DC,true,,,,t1\nHub,DC,false,10.9.0.0/16,192.168.0.0/24,,t2\n\
                 Hub,DC,true,,,NotConnected,t3\n";
    assert_eq!(close(mixed, "- s2s(DC, Hub)"), both);
    let open = |rows: &str, changes: &[&str]| {
        commands(&to_site(&format!("{header}{rows}")), Direction::Open, "DC", changes)
    };
    let session = "--asn 65009 --bgp-peering-address \"${BGP_ADDRESS_OF_DC}\"";
    assert_eq!(
        open("Hub,DC,false,,,,t1\nHub,DC,false,,,,t2\n", &["+ bgp(DC, Hub)"]),
        [
            format!("az network local-gateway update --name \"${{LOCAL_GATEWAY_OF_DC}}\" {session}"),
            format!("az network local-gateway update --name \"${{LOCAL_GATEWAY_OF_DC_2}}\" {session}"),
            "# on the device of DC: a BGP session with the gateway".to_owned(),
            "az network vpn-connection update --name t1 --enable-bgp true".to_owned(),
            "az network vpn-connection update --name t2 --enable-bgp true".to_owned(),
        ]
    );
}

#[test]
fn each_end_of_several_tunnels_between_gateways_has_a_command() {
    let header = "from,to,bgp,from_static,to_static,status,name\n";
    let close = |rows: &str, change: &str| {
        commands(&to_gateway(&format!("{header}{rows}")), Direction::Close, "Far", &[change])
    };
    let rows = "Hub,Far,true,,,,a-b\nFar,Hub,true,,,,b-a\nHub,Far,true,,,,a-b2\n";
    let names = ["a-b", "b-a", "a-b2", "\"${CONNECTION_FAR_TO_HUB_2}\""].map(str::to_owned);
    let mut deleted = close(rows, "- s2s(Far, Hub)");
    deleted.sort_unstable();
    let mut expected = names.map(|name| format!("az network vpn-connection delete --name {name}"));
    expected.sort_unstable();
    assert_eq!(deleted, expected);
    // Only the rows with BGP lose it: an end that has none is as it was.
    let rows = "Hub,Far,true,,,,a-b\nFar,Hub,true,,,,b-a\nHub,Far,true,,,,a-b2\nFar,Hub,false,,,,x\n";
    let mut updated = close(rows, "- bgp(Far, Hub)");
    updated.sort_unstable();
    let expected = ["a-b", "a-b2", "b-a"]
        .map(|name| format!("az network vpn-connection update --name {name} --enable-bgp false"));
    assert_eq!(updated, expected);
}

#[test]
fn a_connection_that_is_made_again_has_the_bgp_of_its_row() {
    let make = |session: &str, rest: &str| {
        let name = "--name \"${LOCAL_GATEWAY_FAR_TO_HUB}\"";
        let prefixes = "--local-address-prefixes 10.1.0.0/16 192.168.0.0/24";
        let end = "\"${CONNECTION_FAR_TO_HUB}\"";
        [
            format!(
                "az network local-gateway create {name} --gateway-ip-address \"${{PUBLIC_IP_OF_HUB}}\" {prefixes}{session}"
            ),
            KEPT.to_owned(),
            format!("az network vpn-connection show --name {end}"),
            format!(
                "SHARED_KEY=\"$(az network vpn-connection shared-key show --connection-name {end} --query value --output tsv)\""
            ),
            format!("az network vpn-connection delete --name {end}"),
            format!(
                "az network vpn-connection create --name {end} --vnet-gateway1 \"${{GATEWAY_OF_FAR}}\" --local-gateway2 \"${{LOCAL_GATEWAY_FAR_TO_HUB}}\" --shared-key \"$SHARED_KEY\"{rest}"
            ),
        ]
    };
    let back: &[&str] = &["+ static_route(Far, Hub, 192.168.0.0/24)"];
    // The second tunnel has BGP, and is down: the first has none.
    let rows = "from,to,bgp,status\nHub,Far,false,\nHub,Far,true,NotConnected\n";
    assert_eq!(commands(&to_gateway(rows), Direction::Open, "Far", back), make("", ""));
    // The end of the Hub has no BGP, so the tunnel has none; the end of Far has, and its partner has to be known.
    let rows = "from,to,bgp\nHub,Far,false\nFar,Hub,true\n";
    let session = " --asn 65001 --bgp-peering-address \"${BGP_ADDRESS_OF_HUB}\"";
    let with_bgp = make(session, " --enable-bgp");
    assert_eq!(commands(&to_gateway(rows), Direction::Open, "Far", back), with_bgp);
    let rows = "from,to,bgp\nHub,Far,true\nFar,Hub,false\n";
    assert_eq!(commands(&to_gateway(rows), Direction::Open, "Far", back), make("", ""));
    // A gateway of the Basic SKU has no BGP, whatever the row says.
    let basic = "vnet,client_pool,asn,sku\nHub,192.168.0.0/24,65001,VpnGw1\nFar,,65002,Basic\n";
    let files =
        [("vnets.csv", HUB_AND_FAR), ("gateways.csv", basic), ("s2s.csv", "from,to,bgp\nHub,Far,true\n")];
    let there = "+ static_route(Hub, Far, 10.2.0.0/16)";
    let all = commands(&files, Direction::Open, "Far", &[back[0], there]);
    let created: Vec<&String> = all.iter().filter(|line| line.contains("vpn-connection create")).collect();
    assert_eq!(created.len(), 2, "{all:?}");
    assert!(created[0].contains("FAR_TO_HUB") && !created[0].contains("--enable-bgp"), "{created:?}");
    assert!(created[1].contains("HUB_TO_FAR") && created[1].ends_with(" --enable-bgp"), "{created:?}");
}

#[test]
fn a_new_tunnel_to_a_site_has_something_to_lead_to() {
    let files = [("vnets.csv", HUB), ("gateways.csv", HUB_GATEWAY), ("sites.csv", DC)];
    let changes = ["+ s2s(Hub, DC)", "+ bgp(Hub, DC)"];
    assert_eq!(
        commands(&files, Direction::Open, "DC", &changes),
        [
            "az network local-gateway create --name DC --gateway-ip-address \"${PUBLIC_IP_OF_DC}\" --asn 65009 --bgp-peering-address \"${BGP_ADDRESS_OF_DC}\"",
            "az network vpn-connection create --name \"${CONNECTION_HUB_TO_DC}\" --vnet-gateway1 \"${GATEWAY_OF_HUB}\" --local-gateway2 DC --shared-key \"$SHARED_KEY\" --enable-bgp",
            "# on the device of DC: a BGP session with the gateway",
        ]
    );
    // Without BGP it routes what the site holds, and the site what clients have.
    let basic = "vnet,client_pool,sku\nHub,192.168.0.0/24,Basic\n";
    let files = [("vnets.csv", HUB), ("gateways.csv", basic), ("sites.csv", DC)];
    let changes =
        ["+ s2s(Hub, DC)", "+ static_route(DC, Hub, 192.168.0.0/24)", "+ custom_route(Hub, 10.9.0.0/16)"];
    let inventory = made(&files);
    let wish = wish(&inventory, Direction::Open, "Hub", &["DC"], WINDOWS);
    let plan = answer(&inventory, &wish, &Costs::default(), 1).plans.swap_remove(0);
    assert_eq!(plan.changes.iter().map(ToString::to_string).collect::<Vec<_>>(), changes);
    let group = "--resource-group \"${RESOURCE_GROUP_OF_HUB}\"";
    let location = "--location \"${LOCATION_OF_HUB}\"";
    assert_eq!(
        plan.commands,
        [
            format!(
                "az network local-gateway create {group} --name DC {location} --gateway-ip-address \"${{PUBLIC_IP_OF_DC}}\" --local-address-prefixes 10.9.0.0/16"
            ),
            format!(
                "az network vpn-connection create {group} --name \"${{CONNECTION_HUB_TO_DC}}\" {location} --vnet-gateway1 \"${{GATEWAY_OF_HUB}}\" --local-gateway2 DC --shared-key \"$SHARED_KEY\""
            ),
            "# on the device of DC: route 10.1.0.0/16 192.168.0.0/24 into the connection to Hub".to_owned(),
            DROPPED.to_owned(),
            format!(
                "az network vnet-gateway update {group} --name \"${{GATEWAY_OF_HUB}}\" --custom-routes 10.9.0.0/16"
            ),
        ]
    );
}

#[test]
fn a_number_is_set_wherever_a_local_gateway_stands_for_a_router() {
    let gateways = "vnet,client_pool\nHub,192.168.0.0/24\nFar,\n";
    let tunnels = "from,to,bgp,from_static\nHub,Far,true,10.50.0.0/16\n";
    let files = [("vnets.csv", HUB_AND_FAR), ("gateways.csv", gateways), ("s2s.csv", tunnels)];
    assert_eq!(
        commands(&files, Direction::Open, "Far", &["+ asn(Far, 64512)"]),
        [
            "az network vnet-gateway update --name \"${GATEWAY_OF_FAR}\" --asn 64512",
            "az network local-gateway update --name \"${LOCAL_GATEWAY_HUB_TO_FAR}\" --asn 64512",
        ]
    );
}

/// No local network gateway may have Azure's own number, so a plan that makes one stand for a gateway gives that another.
#[test]
fn a_number_that_only_the_commands_call_for_is_a_change_of_the_plan() {
    let gateways = "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\nFar,,\n";
    let tunnels = "from,to,bgp,from_static\nHub,Far,false,10.50.0.0/16\n";
    let files = [("vnets.csv", HUB_AND_FAR), ("gateways.csv", gateways), ("s2s.csv", tunnels)];
    let session = "--asn 64512 --bgp-peering-address \"${BGP_ADDRESS_OF_FAR}\"";
    assert_eq!(
        commands(&files, Direction::Open, "Far", &["+ asn(Far, 64512)", "+ bgp(Far, Hub)"]),
        [
            "az network vnet-gateway update --name \"${GATEWAY_OF_FAR}\" --asn 64512".to_owned(),
            format!("az network local-gateway update --name \"${{LOCAL_GATEWAY_HUB_TO_FAR}}\" {session}"),
            "az network vpn-connection update --name \"${CONNECTION_FAR_TO_HUB}\" --enable-bgp true"
                .to_owned(),
            "az network vpn-connection update --name \"${CONNECTION_HUB_TO_FAR}\" --enable-bgp true"
                .to_owned(),
        ]
    );
    // It is no measure of its own: the plan costs what BGP costs.
    let inventory = made(&files);
    let wish = wish(&inventory, Direction::Open, "Hub", &["Far"], OTHERS);
    let answer = answer(&inventory, &wish, &Costs::default(), 100);
    let plan = answer.plans.iter().find(|plan| plan.changes[0].to_string() == "+ asn(Far, 64512)").unwrap();
    let needed = plan.needed();
    assert_eq!((plan.cost, needed.len(), needed[0].kind.word()), (4, 1, "bgp"));
}

/// The connection tells which local network gateway stands for a gateway, of which no inventory knows the name.
#[test]
fn a_local_gateway_is_found_by_its_connection() {
    let group = "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network";
    let tunnels =
        format!("from,to,bgp,from_static,name,id\nHub,Far,true,10.50.0.0/16,c,{group}/connections/c\n");
    let found = "--ids \"$(az network vpn-connection show --resource-group net --subscription s1 --name c --query \
                 localNetworkGateway2.id --output tsv)\"";
    let gateways = "vnet,client_pool\nHub,192.168.0.0/24\nFar,\n";
    let files = [("vnets.csv", HUB_AND_FAR), ("gateways.csv", gateways), ("s2s.csv", &*tunnels)];
    assert_eq!(
        commands(&files, Direction::Open, "Far", &["+ asn(Far, 64512)"])[1],
        format!("az network local-gateway update {found} --asn 64512")
    );
}

#[test]
fn a_gateway_goes_after_all_of_its_connections() {
    let files = [
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nFar,10.2.0.0/16\nOther,10.3.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\nFar,,65002\nOther,,65003\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Far,true,false\nFar,Hub,false,false\n",
        ),
        ("s2s.csv", "from,to,bgp,status,name\nFar,Other,true,NotConnected,old\n"),
    ];
    assert_eq!(
        commands(&files, Direction::Open, "Far", &["- gateway(Far)", "+ gateway_transit(Hub, Far)"]),
        [
            "az network vpn-connection delete --name old",
            "az network vpn-connection delete --name \"${CONNECTION_OTHER_TO_FAR}\"",
            "az network vnet-gateway delete --name \"${GATEWAY_OF_FAR}\"",
            "az network vnet peering update --vnet-name Far --name \"${PEERING_FAR_TO_HUB}\" --set useRemoteGateways=true",
        ]
    );
}

#[test]
fn both_sides_of_a_peering_are_made_anew() {
    let peering = |hub: &str, far: &str, changes: &[&str]| {
        let header = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state";
        let rows = format!("{header}\nHub,Far,{hub}\nFar,Hub,{far}\n");
        let gateway = [("vnets.csv", HUB_AND_FAR), ("gateways.csv", HUB_GATEWAY), ("peerings.csv", &rows)];
        commands(&gateway, Direction::Open, "Far", changes)
    };
    let hub = "--vnet-name Hub --name \"${PEERING_HUB_TO_FAR}\"";
    let far = "--vnet-name Far --name \"${PEERING_FAR_TO_HUB}\"";
    let gone =
        |one: &str, other: &str| [one, other].map(|side| format!("az network vnet peering delete {side}"));
    // A gateway is lent before it is used, whichever side is not connected.
    let made = [
        format!(
            "az network vnet peering create {hub} --remote-vnet \"$(az network vnet show --name Far --query id --output tsv)\" --allow-vnet-access --allow-gateway-transit"
        ),
        format!(
            "az network vnet peering create {far} --remote-vnet \"$(az network vnet show --name Hub --query id --output tsv)\" --allow-vnet-access --use-remote-gateways"
        ),
    ];
    let (lends, uses) = ("true,false,true", "false,true,true");
    let (up, down) = (",Connected", ",Disconnected");
    assert_eq!(
        peering(&format!("{lends}{up}"), &format!("{uses}{down}"), &["+ peered(Far, Hub)"]),
        [gone(far, hub), made.clone()].concat()
    );
    assert_eq!(
        peering(&format!("{lends}{down}"), &format!("{uses}{up}"), &["+ peered(Hub, Far)"]),
        [gone(hub, far), made.clone()].concat()
    );
    // Both at once, and with a flag that was not set: it comes with the side.
    let (far_line, hub_line) = ("+ peered(Far, Hub)", "+ peered(Hub, Far)");
    let (flag, unused) = ("+ gateway_transit(Hub, Far)", "false,false,true");
    assert_eq!(
        peering(&format!("{lends}{down}"), &format!("{unused}{down}"), &[far_line, hub_line, flag]),
        [gone(far, hub), made].concat()
    );
}

/// Azure connects a side that waits as soon as the other one is there.
#[test]
fn a_side_that_waits_is_left_alone() {
    let header = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state";
    let with = |hub: &str, changes: &[&str]| {
        let rows = format!("{header}\nHub,Far,{hub},Initiated\n");
        let files = [("vnets.csv", HUB_AND_FAR), ("gateways.csv", HUB_GATEWAY), ("peerings.csv", &rows)];
        commands(&files, Direction::Open, "Far", changes)
    };
    let changes = ["+ peered(Far, Hub)", "+ peered(Hub, Far)", "+ gateway_transit(Hub, Far)"];
    let create = "az network vnet peering create --vnet-name Far --name \"${PEERING_FAR_TO_HUB}\" \
                  --remote-vnet \"$(az network vnet show --name Hub --query id --output tsv)\" --allow-vnet-access --use-remote-gateways";
    assert_eq!(
        with("true,false,true", &changes),
        [create, "# the side of Hub is Connected as soon as Far has its own"]
    );
    // What it does not say yet is set.
    let hub = "az network vnet peering update --vnet-name Hub --name \"${PEERING_HUB_TO_FAR}\" --set";
    assert_eq!(
        with("false,false,false", &changes),
        [
            create.to_owned(),
            format!("{hub} allowVirtualNetworkAccess=true"),
            format!("{hub} allowGatewayTransit=true")
        ]
    );
}

/// A side that is listed twice is connected where one of its rows is.
#[test]
fn flags_are_set_on_a_side_that_is_listed_twice() {
    let sides = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state\n\
                 Hub,Far,false,false,false,Disconnected\nFar,Hub,false,false,true,Connected\nHub,Far,false,false,true,Connected\n";
    let files = [("vnets.csv", HUB_AND_FAR), ("gateways.csv", HUB_GATEWAY), ("peerings.csv", sides)];
    let update = |vnet: &str, peering: &str, flag: &str| {
        format!(
            "az network vnet peering update --vnet-name {vnet} --name \"${{PEERING_{peering}}}\" --set {flag}=true"
        )
    };
    assert_eq!(
        commands(&files, Direction::Open, "Far", &["+ gateway_transit(Hub, Far)"]),
        [
            update("Hub", "HUB_TO_FAR", "allowGatewayTransit"),
            update("Far", "FAR_TO_HUB", "useRemoteGateways")
        ]
    );
}

#[test]
fn a_peering_is_synced_or_gets_the_subnets_that_it_lacks() {
    let open = |carried: &str, to: &str, change: &str| {
        let sides = format!(
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,remote_prefixes\nHub,Spoke,true,false,{carried}\n\
             Spoke,Hub,false,true,\n"
        );
        let vnets = "name,address_space\nHub,10.1.0.0/16\nSpoke,10.2.0.0/16;10.3.0.0/16\n";
        let files = [("vnets.csv", vnets), ("gateways.csv", HUB_GATEWAY), ("peerings.csv", sides.as_str())];
        commands(&files, Direction::Open, to, &[change])
    };
    assert_eq!(
        open("10.2.0.0/16", "10.3.0.0/16", "- partly_peered(Hub, Spoke)"),
        [
            "# az sends a sync without names of subnets and without IPv6 alone: set these again where the peering has them",
            "az network vnet peering sync --vnet-name Hub --name \"${PEERING_HUB_TO_SPOKE}\"",
        ]
    );
    // What is left out is told in the fewest prefixes, of which 10.2.2.0/23 holds the goal.
    assert_eq!(
        open("10.2.1.0/24;10.3.0.0/16", "10.2.2.0/24", "+ peered_prefix(Hub, Spoke, 10.2.2.0/23)"),
        [
            "# \"${SUBNET_OF_SPOKE}\" is the subnet of Spoke that holds 10.2.2.0/23; where several do, the commands are for each of them",
            "az network vnet peering update --vnet-name Hub --name \"${PEERING_HUB_TO_SPOKE}\" --add remoteSubnetNames \"${SUBNET_OF_SPOKE}\"",
            "az network vnet peering update --vnet-name Spoke --name \"${PEERING_SPOKE_TO_HUB}\" --add localSubnetNames \"${SUBNET_OF_SPOKE}\"",
        ]
    );
}

/// Where the inventory has ids, nothing is left to set but what only the engineer knows.
#[test]
fn ids_give_real_names_and_places() {
    let id = |group: &str, rest: &str| {
        format!("/subscriptions/s-{group}/resourceGroups/{group}/providers/Microsoft.Network/{rest}")
    };
    let vnets = format!(
        "name,address_space,id,location\nHub,10.1.0.0/16,{},westeurope\nFar,10.2.0.0/16,{},northeurope\n",
        id("core", "virtualNetworks/vnet-hub"),
        id("apps", "virtualNetworks/vnet-far")
    );
    let gateways = format!(
        "vnet,client_pool,asn,id\nHub,192.168.0.0/24,65001,{}\n",
        id("core", "virtualNetworkGateways/vgw")
    );
    let sides = format!(
        "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,state,id\nHub,Far,true,false,Connected,{}\nFar,Hub,false,true,Disconnected,{}\n",
        id("core", "virtualNetworks/vnet-hub/virtualNetworkPeerings/to-far"),
        id("apps", "virtualNetworks/vnet-far/virtualNetworkPeerings/to-hub")
    );
    let files = [("vnets.csv", &*vnets), ("gateways.csv", &*gateways), ("peerings.csv", &*sides)];
    let hub = "--resource-group core --subscription s-core --vnet-name vnet-hub --name to-far";
    let far = "--resource-group apps --subscription s-apps --vnet-name vnet-far --name to-hub";
    assert_eq!(
        commands(&files, Direction::Open, "Far", &["+ peered(Far, Hub)"]),
        [
            format!("az network vnet peering delete {far}"),
            format!("az network vnet peering delete {hub}"),
            format!(
                "az network vnet peering create {hub} --remote-vnet {} --allow-vnet-access --allow-gateway-transit",
                id("apps", "virtualNetworks/vnet-far")
            ),
            format!(
                "az network vnet peering create {far} --remote-vnet {} --allow-vnet-access --use-remote-gateways",
                id("core", "virtualNetworks/vnet-hub")
            ),
        ]
    );
}
