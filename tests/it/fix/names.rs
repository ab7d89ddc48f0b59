//! Plans for names, written by hand.

use tunnelog::answer::Request;
use tunnelog::class::Profile;
use tunnelog::diagnostic::Report;
use tunnelog::fix::{
    Answer, Costs, Direction, Effect, End, Expectations, Kind, Planner, Unclear, Wish, zone_goals,
};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse;

use super::{BOTH, OTHERS, answer, listed, made, told, topology};

const BLOB: &str = "privatelink.blob.core.windows.net";
const SQL: &str = "privatelink.database.windows.net";

/// The wish that names of the zones resolve for clients of `from`.
fn names(inventory: &Inventory, from: &str, zones: &[&str]) -> Wish {
    let zones: Vec<_> = zones.iter().map(|zone| inventory.labels.get(zone).unwrap()).collect();
    let zones = zone_goals(inventory, from, BOTH, &zones, Profile::Article).unwrap();
    Wish { direction: Direction::Open, goals: Vec::new(), zones }
}

/// Every plan that there is.
fn resolves(name: &str, zones: &[&str], expected: &[(u32, &[&str])]) -> Answer {
    let inventory = topology(name);
    let answer = answer(&inventory, &names(&inventory, "Hub", zones), &Costs::default(), 20);
    assert!(!answer.already, "{name}");
    assert_eq!(told(&answer), listed(expected), "{name}");
    assert_eq!(answer.end, End::Exhausted, "{name}");
    answer
}

const LINK: &str = "+ zone_link(privatelink.blob.core.windows.net, Hub)";

#[test]
fn a_zone_is_linked_where_a_resolver_answers() {
    resolves("names-zone-not-linked", &[BLOB], &[(4, &[LINK])]);
    resolves(
        "names-resolver-in-hub",
        &[SQL],
        &[(4, &["+ zone_link(privatelink.database.windows.net, Hub)"])],
    );
    let inventory = topology("names-resolver-in-hub");
    let answer = answer(&inventory, &names(&inventory, "Hub", &[BLOB]), &Costs::default(), 5);
    assert!(answer.already && answer.plans.is_empty());
}

#[test]
fn clients_are_given_a_resolver_that_is_there() {
    let answer = resolves("names-old-server", &[BLOB], &[(5, &["+ dns_server(Hub, 10.0.1.4)"])]);
    let effects = Effect::all(&answer.plans[0].outcome);
    // Windows clients have the servers of the last download.
    let told: Vec<_> =
        effects.iter().map(|effect| (effect.class, effect.download, &effect.resolves[..])).collect();
    let blob = [BLOB.to_owned()];
    assert_eq!(told, [("non-windows", false, &blob[..]), ("windows", true, &blob[..])]);
    // No inventory tells that a server forwards, so that without a resolver nothing is certain.
    let answer = resolves("names-forwarder", &[BLOB], &[]);
    assert_eq!(answer.measures, 0);
}

#[test]
fn both_go_together_and_with_a_way_to_the_resolver() {
    // The resolver stands in a spoke without transit; it is not given, and the zone is not linked there.
    let inventory = made(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\nFar,10.9.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,false,false\nSpoke,Hub,false,false\n",
        ),
        ("resolvers.csv", "name,vnet,address\nInbound,Spoke,10.1.1.4\n"),
        // Where it is linked has nothing to do with the hub.
        ("zones.csv", "zone,vnet\nprivatelink.blob.core.windows.net,Far\n"),
    ]);
    let wish = names(&inventory, "Hub", &[BLOB]);
    let answer = answer(&inventory, &wish, &Costs::default(), 1);
    let changes: &[&str] = &[
        "+ gateway_transit(Hub, Spoke)",
        "+ dns_server(Hub, 10.1.1.4)",
        "+ zone_link(privatelink.blob.core.windows.net, Spoke)",
    ];
    assert_eq!(told(&answer), listed(&[(12, changes)]));
    let needed: Vec<Kind> = answer.plans[0].needed().iter().map(|measure| measure.kind).collect();
    assert_eq!(needed, [Kind::TransitFlag, Kind::DnsServer, Kind::ZoneLink]);
}

#[test]
fn names_have_commands() {
    let vnet = "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/Hub";
    let commands = |inventory: &Inventory| {
        let answer = answer(inventory, &names(inventory, "Hub", &[BLOB]), &Costs::default(), 1);
        answer.plans[0].commands.clone()
    };
    let machines = "# machines of Hub ask these servers too, each once it has renewed its DHCP lease";
    let first = "# 10.0.2.4 is asked first, and where it says that there is no such name, no other server is: \
                 let it forward the zone, or put the new one before it";
    let hub = "--resource-group \"${RESOURCE_GROUP_OF_HUB}\"";
    let update = format!("az network vnet update {hub} --name Hub --dns-servers 10.0.2.4 10.0.1.4");
    assert_eq!(commands(&topology("names-old-server")), [machines, first, &update]);
    let alone = "# machines of Hub get names of the zone from it alone from now on: one that it lacks they no longer get from \
                 the Internet (`--resolution-policy NxDomainRedirect` keeps that for zones of Private Link)";
    let link =
        "--zone-name privatelink.blob.core.windows.net --name link-to-Hub --registration-enabled false";
    let zone = "--resource-group \"${RESOURCE_GROUP_OF_ZONE_PRIVATELINK_BLOB_CORE_WINDOWS_NET}\"";
    let asked = format!("\"$(az network vnet show {hub} --name Hub --query id --output tsv)\"");
    let create = format!("az network private-dns link vnet create {zone} {link} --virtual-network {asked}");
    assert_eq!(commands(&topology("names-zone-not-linked")), [alone, &create]);
    // Where the inventory has ids, so have the commands.
    let zone_id = "/subscriptions/s2/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net";
    let inventory = made(&[
        ("vnets.csv", &format!("name,address_space,id\nHub,10.0.0.0/16,{vnet}\n")),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        ("dns.csv", "vnet,servers\nHub,168.63.129.16\n"),
        ("resolvers.csv", "name,vnet,address\nInbound,Hub,10.0.1.4\n"),
        ("zones.csv", &format!("zone,vnet,id\nprivatelink.blob.core.windows.net,,{zone_id}\n")),
    ]);
    let update = "az network vnet update --resource-group net --subscription s1 --name Hub --dns-servers 168.63.129.16 10.0.1.4";
    let create = format!(
        "az network private-dns link vnet create --resource-group dns --subscription s2 {link} --virtual-network {vnet}"
    );
    assert_eq!(commands(&inventory), [machines, update, alone, &create]);
}

#[test]
fn an_expectation_of_names_is_a_wish() {
    let inventory = topology("names-old-server");
    let text = "expect resolves(Hub, windows, privatelink.blob.core.windows.net, resolves)\n\
                expect resolves(Hub, windows, privatelink.blob.core.windows.net, depends)\n\
                expect no resolves(Hub, windows, privatelink.blob.core.windows.net, no)\n";
    let expectations = Expectations::of(&[parse("wanted.query", text, &mut Report::default())]);
    let goal = |place, direction| expectations.zone_goal(place, &inventory, direction, Profile::Article);
    assert_eq!(
        goal(0, Direction::Open),
        Some(names(&inventory, "Hub", &[BLOB]).of_class(super::WINDOWS[0]).zones[0].clone())
    );
    assert_eq!(goal(1, Direction::Open), None);
    assert_eq!(goal(2, Direction::Close), None);
    assert_eq!(expectations.goal(0, &inventory, Direction::Open, Profile::Article), None);
}

#[test]
fn what_has_no_clients_is_told() {
    let inventory = topology("names-old-server");
    let zone = inventory.labels.get(BLOB).unwrap();
    let goals = |from| zone_goals(&inventory, from, OTHERS, &[zone], Profile::Article);
    assert_eq!(goals("Spoke"), Err(Unclear::NoSuchClients("Spoke".to_owned())));
    assert_eq!(goals("Hub").unwrap().len(), 1);
    let planner = Planner::new(&inventory, Request::default());
    assert!(
        planner
            .cheapest(&Wish { direction: Direction::Open, goals: Vec::new(), zones: Vec::new() }, 1)
            .is_empty()
    );
}
