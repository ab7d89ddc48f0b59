//! Plans for route tables and firewalls, written by hand.

use tunnelog::fix::{Costs, Direction, Kind};

use super::{BOTH, OTHERS, answer, is_open, opens, told, topology, wish};

const ON_POOL: &str = "+ user_route(from-spokes, 192.168.0.0/24, appliance(10.0.1.4))";

/// Costs of these kinds alone, so that few sets are tried.
fn only(kinds: &[Kind]) -> Costs {
    let mut costs = Costs::default();
    for kind in Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind)) {
        costs.set(kind, None);
    }
    costs
}

#[test]
fn each_usual_mistake_has_a_plan_of_one_step() {
    let open = |name: &str, expected: &[(u32, &[&str])]| opens(name, "Hub", &["Spoke"], BOTH, expected);
    // GatewaySubnet has no table: one that is there, or a new one.
    let made: &[&str] = &[
        "+ user_route(routes-of-Hub-GatewaySubnet, 10.1.0.0/16, appliance(10.0.1.4))",
        "+ uses_table(Hub, GatewaySubnet, routes-of-Hub-GatewaySubnet)",
    ];
    open(
        "firewall-without-gateway-route",
        &[(3, &["+ uses_table(Hub, GatewaySubnet, to-spokes)"]), (3, made)],
    );
    // The summary there loses; the spoke's own prefix does not.
    open(
        "firewall-summary-on-gateway-subnet",
        &[(4, &["+ user_route(to-spokes, 10.1.0.0/16, appliance(10.0.1.4))"])],
    );
    open("firewall-past-by-gateway-routes", &[(3, &["- gateway_routes(from-spokes)"]), (4, &[ON_POOL])]);
    open(
        "firewall-without-way-back",
        &[
            (3, &["+ gateway_routes(of-firewall)"]),
            (3, &["- uses_table(Hub, AzureFirewallSubnet, of-firewall)"]),
            (4, &["+ user_route(of-firewall, 192.168.0.0/24, gateway)"]),
        ],
    );
    // The route that leads out of reach is led to the firewall, or a longer one takes its place.
    let led: &[&str] = &[
        "- user_route(from-spokes, 0.0.0.0/0, appliance(10.9.1.4))",
        "+ user_route(from-spokes, 0.0.0.0/0, appliance(10.0.1.4))",
    ];
    open("firewall-out-of-reach", &[(4, &[ON_POOL]), (4, led)]);
    open("firewall-table-not-associated", &[(3, &["+ uses_table(Spoke, App, from-spokes)"])]);
    is_open("hub-and-firewall", "Hub", "Spoke", BOTH);
}

#[test]
fn to_go_around_a_firewall_is_a_kind_of_its_own() {
    let inventory = topology("firewall-without-gateway-route");
    let wish = wish(&inventory, Direction::Open, "Hub", &["Spoke"], BOTH);
    let around: &[(u32, &str)] =
        &[(15, "+ gateway_routes(from-spokes)"), (15, "+ user_route(from-spokes, 192.168.0.0/24, gateway)")];
    let plans = told(&answer(&inventory, &wish, &only(&[Kind::Bypass]), 20));
    for (cost, change) in around {
        assert!(plans.contains(&(*cost, vec![(*change).to_owned()])), "{change}: {plans:?}");
    }
    let plans = told(&answer(
        &inventory,
        &wish,
        &only(&[Kind::GatewayRoutes, Kind::UserRoute, Kind::RouteTable]),
        20,
    ));
    let is_past = |lines: &[String]| lines.iter().any(|line| line.contains("GatewaySubnet"));
    assert!(!plans.is_empty() && plans.iter().all(|(_, lines)| is_past(lines)), "{plans:?}");
}

#[test]
fn what_azure_does_not_permit_on_gateway_subnet_is_not_offered() {
    let inventory = topology("firewall-without-gateway-route");
    let wish = wish(&inventory, Direction::Open, "Hub", &["Spoke"], OTHERS);
    let planner = tunnelog::fix::Planner::new(&inventory, tunnelog::answer::Request::default());
    let measures = planner.vocabulary(&wish, &Costs::default());
    let lines: Vec<String> =
        measures.iter().flat_map(|measure| &measure.changes).map(ToString::to_string).collect();
    // Its table has a default route and keeps gateway routes out.
    assert!(!lines.contains(&"+ uses_table(Hub, GatewaySubnet, from-spokes)".to_owned()), "{lines:?}");
    assert!(lines.contains(&"+ uses_table(Hub, GatewaySubnet, to-spokes)".to_owned()), "{lines:?}");
    let inventory = topology("hub-and-firewall");
    let planner = tunnelog::fix::Planner::new(&inventory, tunnelog::answer::Request::default());
    let measures = planner.vocabulary(&wish, &Costs::default());
    let keeps_out = |line: &str| line == "- gateway_routes(to-spokes)";
    assert!(
        !measures.iter().flat_map(|measure| &measure.changes).any(|change| keeps_out(&change.to_string()))
    );
}

#[test]
fn what_a_way_past_a_firewall_rests_on_can_be_taken_away() {
    let inventory = topology("hub-and-firewall");
    let wish = wish(&inventory, Direction::Close, "Hub", &["Spoke"], BOTH);
    let kinds = [Kind::GatewayRoutes, Kind::UserRoute, Kind::RouteTable];
    let plans = told(&answer(&inventory, &wish, &only(&kinds), 8));
    for (cost, change) in [
        (3, "+ gateway_routes(from-spokes)"),
        (3, "- uses_table(Hub, GatewaySubnet, to-spokes)"),
        (4, "- user_route(from-spokes, 0.0.0.0/0, appliance(10.0.1.4))"),
        (4, "- user_route(to-spokes, 10.1.0.0/16, appliance(10.0.1.4))"),
    ] {
        assert!(plans.contains(&(cost, vec![change.to_owned()])), "{change}: {plans:?}");
    }
}

/// The commands of the plan for clients of Hub to Spoke that consists of `changes`, measures of that kind.
fn commands(name: &str, kind: Kind, changes: &[&str]) -> Vec<String> {
    let inventory = topology(name);
    let wish = wish(&inventory, Direction::Open, "Hub", &["Spoke"], BOTH);
    let answer = answer(&inventory, &wish, &only(&[kind]), 20);
    let is_meant = |lines: &Vec<String>| lines.iter().map(String::as_str).eq(changes.iter().copied());
    let place = told(&answer).iter().position(|(_, lines)| is_meant(lines)).expect("a plan");
    answer.plans[place].commands.clone()
}

#[test]
fn route_tables_have_commands() {
    let hub = "--resource-group \"${RESOURCE_GROUP_OF_HUB}\"";
    let of_table =
        |name: &str, table: &str| format!("--resource-group \"${{RESOURCE_GROUP_OF_TABLE_{name}}}\" {table}");
    let from_spokes = of_table("FROM_SPOKES", "--route-table-name from-spokes");
    assert_eq!(
        commands(
            "firewall-without-gateway-route",
            Kind::RouteTable,
            &["+ uses_table(Hub, GatewaySubnet, to-spokes)"]
        ),
        [format!(
            "az network vnet subnet update {hub} --vnet-name Hub --name GatewaySubnet --route-table \
             \"$(az network route-table show {} --query id --output tsv)\"",
            of_table("TO_SPOKES", "--name to-spokes")
        )]
    );
    let made = "routes-of-Hub-GatewaySubnet";
    assert_eq!(
        commands(
            "firewall-without-gateway-route",
            Kind::RouteTable,
            &[
                "+ user_route(routes-of-Hub-GatewaySubnet, 10.1.0.0/16, appliance(10.0.1.4))",
                "+ uses_table(Hub, GatewaySubnet, routes-of-Hub-GatewaySubnet)",
            ]
        ),
        [
            format!("az network route-table create {hub} --name {made} --location \"${{LOCATION_OF_HUB}}\""),
            format!(
                "az network route-table route create {hub} --route-table-name {made} --name to-10.1.0.0-16 \
                 --address-prefix 10.1.0.0/16 --next-hop-type VirtualAppliance --next-hop-ip-address 10.0.1.4"
            ),
            format!(
                "az network vnet subnet update {hub} --vnet-name Hub --name GatewaySubnet --route-table \
                 \"$(az network route-table show {hub} --name {made} --query id --output tsv)\""
            ),
        ]
    );
    assert_eq!(
        commands("firewall-past-by-gateway-routes", Kind::GatewayRoutes, &["- gateway_routes(from-spokes)"]),
        [format!(
            "az network route-table update {} --disable-bgp-route-propagation true",
            of_table("FROM_SPOKES", "--name from-spokes")
        )]
    );
    assert_eq!(
        commands(
            "firewall-without-way-back",
            Kind::RouteTable,
            &["- uses_table(Hub, AzureFirewallSubnet, of-firewall)"]
        ),
        [format!(
            "az network vnet subnet update {hub} --vnet-name Hub --name AzureFirewallSubnet --remove routeTable"
        )]
    );
    // The route that is led elsewhere keeps its name, which the inventory does not have.
    let led = [
        "- user_route(from-spokes, 0.0.0.0/0, appliance(10.9.1.4))",
        "+ user_route(from-spokes, 0.0.0.0/0, appliance(10.0.1.4))",
    ];
    assert_eq!(
        commands("firewall-out-of-reach", Kind::UserRoute, &led),
        [format!(
            "az network route-table route update {from_spokes} --name \"${{ROUTE_OF_FROM_SPOKES_0_0_0_0_0}}\" \
             --next-hop-type VirtualAppliance --next-hop-ip-address 10.0.1.4"
        )]
    );
    assert_eq!(
        commands(
            "firewall-past-by-gateway-routes",
            Kind::Bypass,
            &["- user_route(to-spokes, 10.1.0.0/16, appliance(10.0.1.4))"]
        ),
        [format!(
            "az network route-table route delete {} --name \"${{ROUTE_OF_TO_SPOKES_10_1_0_0_16}}\"",
            of_table("TO_SPOKES", "--route-table-name to-spokes")
        )]
    );
}
