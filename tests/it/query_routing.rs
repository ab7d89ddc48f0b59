//! Questions about effective routes of subnets, and about appliances that see one direction only.

use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::diagnostic::{Code, Report};
use tunnelog::inventory::{Inventory, read_folder};
use tunnelog::language::parse::parse;
use tunnelog::query::evaluate::Evaluator;
use tunnelog::query::run::{Found, Outcome, answers, run};

use crate::support::folders::folder;
use crate::support::topologies::topology;

/// The rows of the answer, cells joined by blanks.
fn ask(inventory: &Inventory, question: &str) -> Vec<String> {
    let outcomes = answers(&Analysis::new(inventory), question).unwrap_or_else(|report| panic!("{report}"));
    match &outcomes[0].result {
        Found::Answer(rows) => rows.rows.iter().map(|row| row.join(" ")).collect(),
        other @ Found::Verdict(_) => panic!("{other:?}"),
    }
}

/// A hub with a spoke, and these rows of theirs.
fn hub(tables: &str, routes: &str, subnets: &str, peerings: &str, s2s: &str) -> Inventory {
    let folder = folder(&[
        (
            "vnets.csv",
            "name,address_space\nHub,10.0.0.0/16;fd00::/48\nSpoke,10.1.0.0/16\nFar,10.1.128.0/24\n",
        ),
        ("gateways.csv", "vnet,client_pool,asn\nHub,192.168.0.0/24;10.1.7.0/24,65001\n"),
        ("sites.csv", "name,address_space,asn\nSite,172.16.0.0/16;10.1.9.0/24;0.0.0.0/0,65100\n"),
        (
            "peerings.csv",
            &format!(
                "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,remote_prefixes\n{peerings}"
            ),
        ),
        ("s2s.csv", &format!("from,to,bgp\n{s2s}")),
        ("route_tables.csv", &format!("name,gateway_routes\n{tables}")),
        ("routes.csv", &format!("route_table,prefix,next_hop,next_hop_address\n{routes}")),
        ("subnets.csv", &format!("vnet,name,address_space,route_table\n{subnets}")),
    ]);
    let mut report = Report::default();
    read_folder(folder.path(), &mut report).unwrap_or_else(|| panic!("{report}"))
}

const PEERINGS: &str = "Hub,Spoke,true,false,\nSpoke,Hub,false,true,10.0.4.0/24\n";

#[test]
fn a_subnet_without_a_table_has_the_routes_of_its_vnet_its_peerings_and_the_gateway() {
    let plain = hub("", "", "Spoke,App,10.1.1.0/24,\n", PEERINGS, "Hub,Site,true\n");
    // Of the hub the peering carries a part. Inside the spoke's own space neither the pool nor the site's prefix counts,
    // and the site's default route takes the place of Azure's.
    assert_eq!(
        ask(&plain, "? effective(Spoke, App, ?prefix, ?source, ?hop)"),
        [
            "0.0.0.0/0 VirtualNetworkGateway gateway",
            "10.0.4.0/24 Default peering",
            "10.1.0.0/16 Default vnet-local",
            "172.16.0.0/16 VirtualNetworkGateway gateway",
            "192.168.0.0/24 VirtualNetworkGateway gateway",
        ]
    );
    let without_transit =
        hub("", "", "Spoke,App,10.1.1.0/24,\n", "Hub,Spoke,false,false,\nSpoke,Hub,false,false,\n", "");
    assert_eq!(
        ask(&without_transit, "? effective(Spoke, App, ?prefix, ?source, ?hop)"),
        [
            "0.0.0.0/0 Default internet",
            "10.0.0.0/16 Default peering",
            "10.1.0.0/16 Default vnet-local",
            "fd00::/48 Default peering"
        ]
    );
    let one_sided = hub("", "", "Hub,App,10.0.1.0/24,\n", "Hub,Spoke,true,false,\n", "");
    assert_eq!(
        ask(&one_sided, "? effective(Hub, App, ?prefix, ?source, ?hop)"),
        [
            "0.0.0.0/0 Default internet",
            "10.0.0.0/16 Default vnet-local",
            "10.1.7.0/24 VirtualNetworkGateway gateway",
            "192.168.0.0/24 VirtualNetworkGateway gateway",
            "::/0 Default internet",
            "fd00::/48 Default vnet-local",
        ]
    );
}

#[test]
fn a_user_route_takes_the_place_of_an_equal_one_and_may_have_several_hops() {
    let routes = "t,0.0.0.0/0,VirtualAppliance,10.0.4.4;10.0.4.5\nt,192.168.0.0/24,None,\nt,10.1.0.0/16,Internet,\n\
                  t,10.1.1.0/24,VnetLocal,\nt,20.0.0.0/8,VirtualNetworkGateway,\n";
    let with = |lets_in: bool| {
        let subnets = "Spoke,App,10.1.1.0/24,t\nSpoke,Data,10.1.2.0/24,\n";
        let steered = hub(&format!("t,{lets_in}\n"), routes, subnets, PEERINGS, "Hub,Site,true\n");
        ask(&steered, "? effective(Spoke, App, ?prefix, ?source, ?hop)")
    };
    let user = [
        "0.0.0.0/0 User appliance(10.0.4.4)",
        "0.0.0.0/0 User appliance(10.0.4.5)",
        "10.0.4.0/24 Default peering",
        "10.1.0.0/16 User internet",
        "10.1.1.0/24 User vnet-local",
        "192.168.0.0/24 User none",
        "20.0.0.0/8 User gateway",
    ];
    assert_eq!(with(false), user);
    let mut all = user.to_vec();
    all.insert(5, "172.16.0.0/16 VirtualNetworkGateway gateway");
    assert_eq!(with(true), all);
}

#[test]
fn effective_routes_join_with_what_tables_say() {
    let hub = topology("hub-and-firewall");
    // Where clients are answered through the firewall, and which subnets do not know them.
    let question = "? uses_table(?v, ?s, ?t), user_route(?t, ?p, ?hop), effective(?v, ?s, ?p, User, ?hop)";
    assert_eq!(
        ask(&hub, question),
        [
            "Hub GatewaySubnet to-spokes 10.1.0.0/16 appliance(10.0.1.4)",
            "Spoke App from-spokes 0.0.0.0/0 appliance(10.0.1.4)",
            "Spoke Data from-spokes 0.0.0.0/0 appliance(10.0.1.4)",
        ]
    );
    let question = "? subnet(Spoke, ?s, _), client_pool(Hub, ?pool), not effective(Spoke, ?s, ?pool, _, _)";
    assert_eq!(ask(&hub, question), ["App 192.168.0.0/24", "Data 192.168.0.0/24"]);
    assert_eq!(ask(&hub, "? effective(?v, ?s, ?p, ?source, peering), ?source != Default"), [] as [&str; 0]);
    // Without subnets there is nothing to tell.
    assert_eq!(ask(&topology("peered-vnets"), "? effective(?v, ?s, ?p, ?source, ?hop)"), [] as [&str; 0]);
}

#[test]
fn an_appliance_that_sees_one_direction_is_told_listed_or_not() {
    let wrong = topology("firewall-without-gateway-route");
    assert_eq!(
        ask(&wrong, "? asymmetric(?gateway, ?network, ?appliance), stateful(?appliance)"),
        ["Hub Spoke Firewall"]
    );
    assert_eq!(ask(&topology("hub-and-firewall"), "? asymmetric(?g, ?n, ?a)"), [] as [&str; 0]);
    assert_eq!(ask(&topology("stateless-appliance"), "? asymmetric(?g, ?n, ?a)"), [] as [&str; 0]);
    let mut assumed = wrong;
    assumed.appliances.clear();
    assert_eq!(ask(&assumed, "? asymmetric(Hub, ?network, ?appliance)"), ["Spoke Hub/10.0.1.4"]);
    assert_eq!(ask(&assumed, "? asymmetric(?gateway, Spoke, hub/10.0.1.4)"), ["Hub"]);
    assert_eq!(ask(&assumed, "? asymmetric(?gateway, Spoke, Hub/10.0.1.5)"), [] as [&str; 0]);
}

#[test]
fn an_appliance_that_sees_one_direction_of_the_internet_is_told_by_that_name_alone() {
    let two = topology("forced-tunnelling-two-appliances");
    assert_eq!(ask(&two, "? asymmetric(Hub, Internet, ?appliance)"), ["Inward"]);
    assert_eq!(
        ask(&two, "? asymmetric(?gateway, ?network, ?appliance)"),
        ["Hub Hub Inward", "Hub Spoke Inward", "Hub Spoke Outward"]
    );
    let one = topology("forced-tunnelling-firewall");
    assert_eq!(ask(&one, "? asymmetric(Hub, Internet, ?appliance)"), [] as [&str; 0]);
}

#[test]
fn what_a_site_sends_is_delivered_past_firewalls_and_to_itself() {
    let offices = topology("firewall-and-branch-office");
    // The site learned what HubA attaches, and the way into the spoke leads through FirewallA.
    assert_eq!(
        ask(&offices, "? delivered(Office, ?network, ?prefix)"),
        ["HubA 10.0.0.0/16", "HubA 192.168.0.0/24", "Office 10.101.0.0/16", "SpokeA 10.1.0.0/16"]
    );
    // The address pool of HubA is two firewalls away.
    assert_eq!(
        ask(&offices, "? delivered(Depot, ?network, ?prefix)"),
        ["Depot 10.102.0.0/16", "HubA 192.168.0.0/24", "HubB 10.8.0.0/16"]
    );
}

#[test]
fn appliances_on_the_way_are_told_by_direction() {
    let passes = "? passes(?gateway, ?network, ?appliance, ?direction)";
    assert_eq!(
        ask(&topology("hub-and-firewall"), passes),
        ["Hub Spoke Firewall back", "Hub Spoke Firewall there"]
    );
    assert_eq!(ask(&topology("firewall-without-gateway-route"), passes), ["Hub Spoke Firewall back"]);
    assert_eq!(ask(&topology("stateless-appliance"), passes), ["Hub Spoke Router back"]);
    // What ends at the firewall arrives nowhere.
    assert_eq!(ask(&topology("firewall-without-way-back"), passes), ["Hub Spoke Firewall there"]);
    let out = topology("forced-tunnelling-firewall");
    assert_eq!(
        ask(&out, "? passes(Hub, Internet, ?appliance, ?direction)"),
        ["Firewall back", "Firewall there"]
    );
    assert_eq!(ask(&out, "? passes(Hub, ?network, _, there)"), ["Spoke"]);
    assert_eq!(ask(&topology("s2s-chain"), passes), [] as [&str; 0]);
}

/// What is said of the names in a question.
fn said(question: &str) -> Vec<(Code, Option<String>)> {
    let inventory = topology("hub-and-firewall");
    let analysis = Analysis::new(&inventory);
    let mut report = Report::default();
    let file = parse("test.query", question, &mut report);
    let mut sink = |_: Outcome| Ok::<(), std::convert::Infallible>(());
    if !report.has_errors() {
        let Ok(()) =
            run(&mut Evaluator::new(&analysis), &file, Profile::default(), None, &mut report, &mut sink);
    }
    report.diagnostics.into_iter().map(|finding| (finding.code, finding.help)).collect()
}

#[test]
fn slips_in_names_and_words_come_with_what_was_meant() {
    let meant = |code, text: &str| [(code, Some(format!("did you mean `{text}`?")))];
    assert_eq!(said("? asymmetric(_, _, Firewal)"), meant(Code::NoSuchName, "Firewall"));
    assert_eq!(said("? uses_table(_, _, from-spoke)"), meant(Code::NoSuchName, "from-spokes"));
    assert_eq!(said("? effective(Spoke, Ap, _, _, _)"), meant(Code::NoSuchName, "App"));
    assert_eq!(said("? asymmetric(_, _, Hub/10.0.1.9)"), []);
    assert_eq!(said("? effective(_, _, _, Usr, _)"), meant(Code::BadTerm, "User"));
    assert_eq!(said("? effective(_, _, _, _, peering)"), []);
    assert_eq!(said("? passes(_, Internet, _, ther)"), meant(Code::BadTerm, "there"));
    let hops = "write `appliance(ADDRESS)`, `gateway`, `vnet-local`, `internet` or `none`; an effective route may lead to `peering` too";
    assert_eq!(said("? effective(_, _, _, _, peer)"), [(Code::BadTerm, Some(hops.to_owned()))]);
    // A user route leads into no peering.
    assert_eq!(said("+ user_route(to-spokes, 10.2.0.0/16, peering)\n? vnet(?v)"), [(Code::BadValue, None)]);
    let helps = |question: &str| said(question).into_iter().filter_map(|(_, help)| help).collect::<Vec<_>>();
    for (change, text) in [
        ("- uses_table(Spoke, Ap, from-spokes)", "App"),
        ("- uses_table(Spoke, App, from-spoke)", "from-spokes"),
        ("- user_route(to-spoke, 10.1.0.0/16, gateway)", "to-spokes"),
        ("- stateful(Firewal)", "Firewall"),
    ] {
        let found = helps(&format!("{change}\n? vnet(?v)"));
        assert!(found[0].starts_with(&format!("did you mean `{text}`? ")), "{change}: {found:?}");
    }
}
