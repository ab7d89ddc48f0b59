//! Plans for the article's topologies and for what users ask, written by hand.

mod commands;
mod names;
mod tables;

use tunnelog::answer::{By, Request};
use tunnelog::class::{Class, Profile};
use tunnelog::diagnostic::Report;
use tunnelog::fix::{
    Answer, Costs, Direction, Effect, End, Expectations, Kind, Limits, Measure, Plan, Planner, Unclear, Wish,
    goals,
};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse;
use tunnelog::select::Target;

use crate::support::folders::folder;
use crate::support::topologies::{read, topology};

const BOTH: &[Class] = &[];
const WINDOWS: &[Class] = &[Class::Windows];
const OTHERS: &[Class] = &[Class::NonWindows];

/// Plans as their costs and their changes.
type Told = Vec<(u32, Vec<String>)>;

/// An inventory of the files given.
fn made(files: &[(&str, &str)]) -> Inventory {
    read(folder(files).path())
}

fn wish(inventory: &Inventory, direction: Direction, from: &str, to: &[&str], classes: &[Class]) -> Wish {
    let target = |text: &&str| {
        let prefix = || text.parse().map(Target::Prefix).ok();
        let address = || text.parse().map(Target::Address).ok();
        Target::network(inventory, text).or_else(prefix).or_else(address).unwrap()
    };
    let targets: Vec<Target> = to.iter().map(target).collect();
    Wish {
        direction,
        goals: goals(inventory, from, classes, &targets, Profile::Article).unwrap(),
        zones: Vec::new(),
    }
}

fn answer(inventory: &Inventory, wish: &Wish, costs: &Costs, plans: usize) -> Answer {
    let limits = Limits { plans, ..Limits::default() };
    Planner::new(inventory, Request::default()).plans(wish, costs, limits, |_| true)
}

fn told(answer: &Answer) -> Told {
    let lines = |plan: &Plan| plan.changes.iter().map(ToString::to_string).collect();
    answer.plans.iter().map(|plan| (plan.cost, lines(plan))).collect()
}

/// The cheapest plans that open a way, as many as are expected.
fn opens(name: &str, from: &str, to: &[&str], classes: &[Class], expected: &[(u32, &[&str])]) {
    let inventory = topology(name);
    let wish = wish(&inventory, Direction::Open, from, to, classes);
    let answer = answer(&inventory, &wish, &Costs::default(), expected.len());
    assert!(!answer.already, "{name}");
    assert_eq!(told(&answer), listed(expected), "{name}");
}

fn listed(plans: &[(u32, &[&str])]) -> Told {
    plans.iter().map(|(cost, lines)| (*cost, lines.iter().map(|line| (*line).to_owned()).collect())).collect()
}

fn is_open(name: &str, from: &str, to: &str, classes: &[Class]) {
    let inventory = topology(name);
    let wish = wish(&inventory, Direction::Open, from, &[to], classes);
    let answer = answer(&inventory, &wish, &Costs::default(), 5);
    assert!(answer.already && answer.plans.is_empty(), "{name}");
}

#[test]
fn a_tunnel_without_bgp_gets_bgp_or_a_static_way_back() {
    let bgp = "+ bgp(VNet1, VNet2)";
    let back = "+ static_route(VNet2, VNet1, 192.168.0.0/24)";
    let route = "+ custom_route(VNet1, 10.2.0.0/16)";
    opens("s2s-chain", "VNet1", &["VNet2"], OTHERS, &[(4, &[bgp]), (5, &[back])]);
    opens("s2s-chain", "VNet1", &["VNet2"], WINDOWS, &[(6, &[bgp, route]), (7, &[back, route])]);
    opens("s2s-chain", "VNet1", &["VNet2"], BOTH, &[(6, &[bgp, route]), (7, &[back, route])]);
}

#[test]
fn nothing_is_listed_that_has_another_plan_in_it() {
    let inventory = topology("s2s-chain");
    let wish = wish(&inventory, Direction::Open, "VNet1", &["VNet2"], OTHERS);
    let answer = answer(&inventory, &wish, &Costs::default(), 100);
    let dropped: &[&str] = &[
        "- s2s(VNet2, VNet1)",
        "- s2s(VNet2, VNet3)",
        "- gateway(VNet2)",
        "+ peered(VNet1, VNet2)",
        "+ peered(VNet2, VNet1)",
        "+ gateway_transit(VNet1, VNet2)",
    ];
    let expected: &[(u32, &[&str])] = &[
        (4, &["+ bgp(VNet1, VNet2)"]),
        (5, &["+ static_route(VNet2, VNet1, 192.168.0.0/24)"]),
        (70, dropped),
    ];
    assert_eq!(told(&answer), listed(expected));
    assert_eq!(answer.end, End::Exhausted);
}

#[test]
fn two_networks_are_met_by_one_set() {
    let expected: &[(u32, &[&str])] = &[(8, &["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)"])];
    opens("s2s-chain", "VNet1", &["VNet2", "VNet3"], OTHERS, expected);
    let routes: &[&str] = &["+ custom_route(VNet1, 10.2.0.0/16)", "+ custom_route(VNet1, 10.3.0.0/16)"];
    opens("s2s-chain-bgp", "VNet1", &["VNet2", "VNet3"], WINDOWS, &[(4, routes)]);
}

#[test]
fn each_question_of_users_is_met_by_its_remedy() {
    // 1. The hub is reachable, a spoke is not: a transit flag is missing, on either side.
    opens("spoke-without-transit", "VNet1", &["VNet3"], BOTH, &[(3, &["+ gateway_transit(VNet1, VNet3)"])]);
    opens("spoke-without-transit", "VNet1", &["VNet4"], BOTH, &[(3, &["+ gateway_transit(VNet1, VNet4)"])]);
    opens(
        "spoke-behind-remote-hub",
        "VNet1",
        &["VNet4"],
        OTHERS,
        &[(3, &["+ gateway_transit(VNet2, VNet4)"])],
    );
    // 2. The flags are right, and an old package lacks the route: nothing has to be changed.
    is_open("peered-vnets", "VNet1", "VNet2", WINDOWS);
    // 3. A spoke two peerings away: peer it with the hub.
    let peering: &[&str] =
        &["+ peered(Hub, Spoke1)", "+ peered(Spoke1, Hub)", "+ gateway_transit(Hub, Spoke1)"];
    opens("lab-cascaded-hub", "Hub", &["Spoke1"], BOTH, &[(10, peering)]);
    // 4. A spoke with its own gateway: a BGP tunnel between the gateways, whose numbers have to differ.
    let tunnel = |asn| [asn, "+ s2s(VNet1, VNet2)", "+ bgp(VNet1, VNet2)"];
    let (one, other) = (tunnel("+ asn(VNet1, 64512)"), tunnel("+ asn(VNet2, 64513)"));
    let dropped: &[&str] = &["- gateway(VNet2)", "+ gateway_transit(VNet1, VNet2)"];
    let expected: &[(u32, &[&str])] = &[(28, &one), (28, &other), (63, dropped)];
    opens("spoke-with-own-gateway", "VNet1", &["VNet2"], OTHERS, expected);
    // 5. A peering that is not connected, or not there on one side.
    opens("one-sided-peering", "VNet1", &["VNet4"], BOTH, &[(6, &["+ peered(VNet4, VNet1)"])]);
    opens("one-sided-peering", "VNet1", &["VNet5"], BOTH, &[(6, &["+ peered(VNet5, VNet1)"])]);
    // A peering that waits for a sync, or leaves subnets out.
    let sync: &[&str] = &["- partly_peered(Hub, Spoke)"];
    opens("peering-out-of-sync", "Hub", &["10.9.0.0/16"], BOTH, &[(2, sync)]);
    let subnet: &[&str] = &["+ peered_prefix(Hub, Spoke, 10.1.1.0/24)"];
    opens("subnet-peering", "Hub", &["10.1.1.0/24"], BOTH, &[(2, subnet)]);
    // 6. On-premises over a static tunnel: BGP, or the pool in the site's routes, and a route for clients.
    let route = "+ custom_route(VNet1, 10.101.0.0/16)";
    let bgp: &[&str] = &["+ bgp(Site1, VNet1)", route];
    let back: &[&str] = &["+ static_route(Site1, VNet1, 192.168.0.0/24)", route];
    opens("branch-office", "VNet1", &["Site1"], BOTH, &[(6, bgp), (7, back)]);
    // 7. Windows and a site that speaks BGP: a custom route.
    opens("branch-office-bgp", "VNet1", &["Site1"], WINDOWS, &[(2, &[route])]);
    // 8. VNet-to-VNet without BGP has a test of its own above.
    // 9. BGP never comes up, as both ends have the same number.
    opens(
        "equal-asns",
        "VNet1",
        &["VNet2"],
        OTHERS,
        &[(8, &["+ asn(VNet1, 64512)"]), (8, &["+ asn(VNet2, 64513)"])],
    );
    // 10. A new custom route that does not arrive, and 11. a tunnel that became unstable: the routes are right.
    is_open("custom-route", "VNet1", "Site1", WINDOWS);
    is_open("static-with-pool", "VNet1", "VNet2", OTHERS);
}

#[test]
fn a_client_may_add_a_route_by_hand() {
    let inventory = made(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\nVNet2,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nVNet1,192.168.0.0/24,65001\nVNet2,,65002\n"),
        ("s2s.csv", "from,to,bgp\nVNet1,VNet2,true\n"),
        ("clients.csv", "name,gateway,os\nann's laptop,VNet1,windows\nben,VNet1,windows\n"),
    ]);
    let wish = wish(&inventory, Direction::Open, "Ann's Laptop", &["10.2.7.4"], BOTH);
    let request = Request { by: By::Client, ..Request::default() };
    let planner = Planner::new(&inventory, request);
    let answer = planner.plans(&wish, &Costs::default(), Limits { plans: 2, effort: 100 }, |_| true);
    let by_hand: &[&str] = &["+ manual_route(\"ann's laptop\", 10.2.0.0/16)"];
    let by_gateway: &[&str] = &["+ custom_route(VNet1, 10.2.0.0/16)"];
    assert_eq!(told(&answer), listed(&[(1, by_hand), (2, by_gateway)]));
    assert_eq!(answer.plans[0].commands, ["# on the client ann's laptop: add a route to 10.2.0.0/16"]);
    // What Ann adds is on her machine alone; what the gateway hands out comes with a download to both.
    let whom = |plan: &Plan| {
        let effects = Effect::all(&plan.outcome);
        effects.into_iter().map(|effect| (effect.client.unwrap(), effect.download)).collect::<Vec<_>>()
    };
    assert_eq!(whom(&answer.plans[0]), [("ann's laptop".to_owned(), false)]);
    assert_eq!(whom(&answer.plans[1]), [("ann's laptop".to_owned(), true), ("ben".to_owned(), true)]);
}

#[test]
fn a_part_of_a_network_needs_less_than_all_of_it() {
    // Of VNet2 only the lower half is routed, and clients get that half.
    is_open("half-covered", "VNet1", "10.2.3.4", OTHERS);
    let expected: &[(u32, &[&str])] = &[(5, &["+ static_route(VNet1, VNet2, 10.2.0.0/16)"])];
    opens("half-covered", "VNet1", &["10.2.200.1"], OTHERS, expected);
    opens("half-covered", "VNet1", &["VNet2"], OTHERS, expected);
}

#[test]
fn ways_are_closed_at_their_narrowest() {
    let close = |name: &str, to: &str| {
        let inventory = topology(name);
        let wish = wish(&inventory, Direction::Close, "VNet1", &[to], BOTH);
        let answer = answer(&inventory, &wish, &Costs::default(), 100);
        assert_eq!(answer.end, End::Exhausted);
        (answer.already, told(&answer))
    };
    let flag: &[&str] = &["- gateway_transit(VNet1, VNet2)"];
    let (near, far): (&[&str], &[&str]) = (&["- peered(VNet1, VNet2)"], &["- peered(VNet2, VNet1)"]);
    assert_eq!(close("peered-vnets", "VNet2"), (false, listed(&[(3, flag), (6, near), (6, far)])));
    let bgp: [&[&str]; 2] = [&["- bgp(VNet1, VNet2)"], &["- bgp(VNet2, VNet3)"]];
    let tunnels: [&[&str]; 2] = [&["- s2s(VNet1, VNet2)"], &["- s2s(VNet2, VNet3)"]];
    let expected = [(4, bgp[0]), (4, bgp[1]), (6, tunnels[0]), (6, tunnels[1])];
    assert_eq!(close("s2s-chain-bgp", "VNet3"), (false, listed(&expected)));
    // Both ways round the ring have to be cut, and each at one of its two tunnels.
    let (_, ring) = close("ring", "VNet3");
    assert!(ring.iter().all(|(_, lines)| lines.len() == 2), "{ring:?}");
    assert_eq!(ring.iter().filter(|(cost, _)| *cost == 8).count(), 4, "{ring:?}");
    // A route is no part of the way: nothing comes back from here, so it is closed.
    assert_eq!(close("s2s-chain", "VNet2"), (true, Told::new()));
    assert_eq!(close("isolated-vnet", "VNet1"), (false, Told::new()));
}

#[test]
fn costs_say_what_comes_first_and_what_never_does() {
    let inventory = topology("s2s-chain");
    let wish = wish(&inventory, Direction::Open, "VNet1", &["VNet2"], OTHERS);
    let mut costs = Costs::default();
    costs.set(Kind::Bgp, Some(9));
    let back = "+ static_route(VNet2, VNet1, 192.168.0.0/24)".to_owned();
    assert_eq!(told(&answer(&inventory, &wish, &costs, 1)), [(5, vec![back])]);
    for kind in [Kind::Bgp, Kind::StaticRoutes, Kind::DropGateway] {
        costs.set(kind, None);
    }
    let none = answer(&inventory, &wish, &costs, 5);
    assert!(!none.already && none.plans.is_empty());
    assert_eq!(none.end, End::Exhausted);
}

/// A tunnel that waits for a gateway carries on what comes to the gateway that a plan adds.
#[test]
fn a_gateway_that_a_plan_adds_forwards() {
    let inventory = made(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nMiddle,10.2.0.0/16\nFar,10.3.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\nFar,,65003\n"),
        ("s2s.csv", "from,to,bgp\nFar,Middle,true\n"),
    ]);
    let wish = wish(&inventory, Direction::Open, "Hub", &["Middle", "Far"], OTHERS);
    let mut costs = Costs::default();
    costs.set(Kind::Tunnel, None);
    let answer = answer(&inventory, &wish, &costs, 5);
    let gateway: &[&str] = &["+ gateway(Middle)", "+ s2s(Hub, Middle)", "+ bgp(Hub, Middle)"];
    assert_eq!(told(&answer), listed(&[(50, gateway)]));
    assert_eq!(answer.end, End::Exhausted);
}

#[test]
fn too_little_effort_is_told() {
    let inventory = topology("s2s-chain");
    let wish = wish(&inventory, Direction::Open, "VNet1", &["VNet3"], BOTH);
    let limits = Limits { plans: 100, effort: 3 };
    let answer =
        Planner::new(&inventory, Request::default()).plans(&wish, &Costs::default(), limits, |_| true);
    let End::Effort(below) = answer.end else { panic!("{:?}", answer.end) };
    assert!(answer.plans.iter().all(|plan| plan.cost <= below), "{below}");
    assert!(answer.solved < 20, "{}", answer.solved);
}

#[test]
fn what_else_a_plan_does_is_told() {
    let inventory = topology("s2s-chain");
    let wish = wish(&inventory, Direction::Open, "VNet1", &["VNet3"], OTHERS);
    let answer = answer(&inventory, &wish, &Costs::default(), 1);
    let effect = |class, gained: &[&str], needs_route: &[&str]| Effect {
        client: None,
        gateway: "VNet1".to_owned(),
        class,
        download: false,
        gained: gained.iter().map(|name| (*name).to_owned()).collect(),
        needs_route: needs_route.iter().map(|name| (*name).to_owned()).collect(),
        lost: Vec::new(),
        resolves: Vec::new(),
        depends: Vec::new(),
        unresolved: Vec::new(),
    };
    let expected =
        [effect("non-windows", &["VNet2", "VNet3"], &[]), effect("windows", &[], &["VNet2", "VNet3"])];
    assert_eq!(Effect::all(&answer.plans[0].outcome), expected);
}

#[test]
fn a_plan_has_to_keep_what_is_expected() {
    let inventory = topology("s2s-chain");
    let mut report = Report::default();
    let text = "expect access(VNet1, non-windows, VNet2, reachable)\nexpect no bgp(_, _)\n\
                expect no access(VNet1, windows, VNet1, unreachable)\n\
                scenario what comes after a change is another matter\n+ bgp(VNet1, VNet2)\nexpect no s2s(_, _)\n";
    let expectations = Expectations::of(&[parse("wanted.query", text, &mut report)]);
    assert_eq!(report.diagnostics, []);
    assert_eq!(expectations.len(), 3);
    let goal = |place, direction| expectations.goal(place, &inventory, direction, Profile::Article);
    assert!(goal(1, Direction::Open).is_none() && goal(2, Direction::Open).is_none());
    assert!(goal(2, Direction::Close).is_none());
    assert_eq!(expectations.failing(&inventory, Profile::Article).unwrap(), [0]);
    let goals = vec![goal(0, Direction::Open).unwrap()];
    let wish = Wish { direction: Direction::Open, goals, zones: Vec::new() };
    let accept = |changes: &[tunnelog::language::syntax::Change]| {
        expectations.failing_after(&inventory, changes, Profile::Article).unwrap() == Some(Vec::new())
    };
    let limits = Limits { plans: 1, ..Limits::default() };
    let answer = Planner::new(&inventory, Request::default()).plans(&wish, &Costs::default(), limits, accept);
    let expected: &[(u32, &[&str])] = &[(5, &["+ static_route(VNet2, VNet1, 192.168.0.0/24)"])];
    assert_eq!(told(&answer), listed(expected));
}

#[test]
fn what_says_nothing_is_told() {
    let inventory = topology("default-route-site");
    let whole = |from: &str, target| goals(&inventory, from, BOTH, &[target], Profile::Article);
    let public = Target::Address("203.0.113.9".parse().unwrap());
    assert_eq!(whole("VNet1", public), Err(Unclear::Internet));
    let nowhere = Target::Address("10.203.0.9".parse().unwrap());
    assert_eq!(whole("VNet1", nowhere.clone()), Err(Unclear::Nowhere("10.203.0.9".to_owned())));
    assert_eq!(whole("Nobody", nowhere), Err(Unclear::NoSuchClients("Nobody".to_owned())));
    let observed = goals(&inventory, "VNet1", &[Class::WindowsOpenVpn], &[], Profile::Article);
    assert_eq!(observed, Err(Unclear::NotServed("VNet1".to_owned())));
    // Two estates may use the same addresses; which one is meant has to be said.
    let twice = made(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nA,10.2.0.0/16\nB,10.2.0.0/16\nC,10.9.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        ("peerings.csv", "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nB,C,false,false\n"),
    ]);
    let target = Target::Address("10.2.0.1".parse().unwrap());
    let names = vec!["A".to_owned(), "B".to_owned()];
    let several = Err(Unclear::Several("10.2.0.1".to_owned(), names));
    assert_eq!(goals(&twice, "Hub", OTHERS, &[target], Profile::Article), several);
}

#[test]
fn names_are_one_word_of_a_shell() {
    let spoke = "it's $(reboot); `x` & \"y\"";
    let cell = spoke.replace('"', "\"\"");
    let inventory = made(&[
        ("vnets.csv", &format!("name,address_space\nHub,10.1.0.0/16\n\"{cell}\",10.2.0.0/16\n")),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
    ]);
    let wish = wish(&inventory, Direction::Open, "Hub", &[spoke], BOTH);
    let answer = answer(&inventory, &wish, &Costs::default(), 1);
    let commands = &answer.plans[0].commands;
    assert_eq!(commands.len(), 2);
    // The id of the other VNet is asked for by a command of its own, which the shell reads like any other.
    let asked = commands[0].split_once("--remote-vnet \"$(").map_or("", |(_, rest)| rest);
    let asked = asked.split_once(" --query id").map_or("", |(asked, _)| asked);
    for (command, option) in [(asked, "--name"), (commands[1].as_str(), "--vnet-name")] {
        let words = shlex::split(command.split(" --remote-vnet").next().unwrap_or_default()).unwrap();
        let place = words.iter().position(|word| word == option).unwrap();
        assert_eq!(words[place + 1], spoke, "{command}");
        let variables = words.iter().filter(|word| word.contains('$') && **word != spoke);
        assert!(variables.into_iter().all(|word| word.starts_with('$')), "{command}");
    }
}

/// Addresses in a address pool are clients', whatever VNet they were taken from: without the pool they are the VNet's.
#[test]
fn a_pool_that_is_in_the_way_is_given_up_by_a_command() {
    let whose = |pools: &str| {
        let inventory = made(&[
            ("vnets.csv", "name,address_space\nNear,10.0.0.0/16\nFar,10.1.0.0/16\n"),
            (
                "gateways.csv",
                &format!("vnet,client_pool,asn\nNear,192.168.0.0/24,65100\nFar,{pools},65101\n"),
            ),
            ("s2s.csv", "from,to,bgp\nNear,Far,true\n"),
        ]);
        let wish = wish(&inventory, Direction::Open, "Near", &["Far"], OTHERS);
        let plan = answer(&inventory, &wish, &Costs::default(), 1).plans.swap_remove(0);
        (plan.changes.iter().map(ToString::to_string).collect::<Vec<_>>(), plan.commands)
    };
    let changes = vec!["- client_pool(Far, 10.1.0.0/17)".to_owned()];
    let update = |rest: &str| {
        let command = "az network vnet-gateway update --resource-group \"${RESOURCE_GROUP_OF_FAR}\"";
        vec![commands::DROPPED.to_owned(), format!("{command} --name \"${{GATEWAY_OF_FAR}}\" {rest}")]
    };
    assert_eq!(whose("10.1.0.0/17"), (changes.clone(), update("--remove vpnClientConfiguration")));
    // Trying leaves out no more than has to go.
    let kept = update("--address-prefixes 192.168.1.0/24");
    assert_eq!(whose("10.1.0.0/17;192.168.1.0/24"), (changes, kept));
}

/// What a measure holds beside what a plan needs is not listed as its part, and the cost of the set stays.
#[test]
fn measures_list_what_their_plan_needs() {
    let shown = |plan: &Plan| {
        let texts = |measure: &Measure| measure.changes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let measures = plan.needed();
        let measures = measures.iter().map(|measure| (measure.kind.word(), measure.cost, texts(measure)));
        (plan.cost, measures.collect::<Vec<_>>())
    };
    let inventory = made(&[
        ("vnets.csv", "name,address_space\nNear,10.0.0.0/16\nFar,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nNear,192.168.0.0/24,65100\nFar,10.1.0.0/17,65101\n"),
        ("s2s.csv", "from,to,bgp\nNear,Far,true\n"),
    ]);
    let others = wish(&inventory, Direction::Open, "Near", &["Far"], OTHERS);
    let plan = answer(&inventory, &others, &Costs::default(), 1).plans.swap_remove(0);
    let pool = ("drop-gateway", 60, vec!["- client_pool(Far, 10.1.0.0/17)".to_owned()]);
    // As wholes, the measures that do it are the end of the gateway and a peering instead; of the second nothing
    // is left, as nothing but the pool is in the way.
    assert_eq!(shown(&plan), (70, vec![pool]));
    let inventory = topology("s2s-chain");
    let windows = wish(&inventory, Direction::Open, "VNet1", &["VNet2"], WINDOWS);
    let mut plan = answer(&inventory, &windows, &Costs::default(), 1).plans.swap_remove(0);
    let bgp = ("bgp", 4, vec!["+ bgp(VNet1, VNet2)".to_owned()]);
    let route = ("custom-route", 2, vec!["+ custom_route(VNet1, 10.2.0.0/16)".to_owned()]);
    assert_eq!(shown(&plan), (6, vec![bgp, route.clone()]));
    plan.changes.remove(0);
    assert_eq!(shown(&plan), (6, vec![route]));
}

/// A chain of gateways, the first with clients.
fn chain(length: usize, bgp: bool) -> Inventory {
    let file = |header: &str, line: &dyn Fn(usize) -> String, first: usize| {
        let lines: Vec<String> = (first..length).map(line).collect();
        format!("{header}\n{}\n", lines.join("\n"))
    };
    let pool = |number| if number == 0 { "192.168.0.0/24" } else { "" };
    let vnet = |number| format!("V{number:02},10.{number}.0.0/16");
    let gateway = |number| format!("V{number:02},{},{}", pool(number), 65_000 + number);
    let tunnel = |number| format!("V{:02},V{number:02},{bgp}", number - 1);
    made(&[
        ("vnets.csv", &file("name,address_space", &vnet, 0)),
        ("gateways.csv", &file("vnet,client_pool,asn", &gateway, 0)),
        ("s2s.csv", &file("from,to,bgp", &tunnel, 1)),
    ])
}

#[test]
fn a_long_chain_needs_bgp_on_every_tunnel() {
    let inventory = chain(12, false);
    let wish = wish(&inventory, Direction::Open, "V00", &["V11"], OTHERS);
    let mut costs = Costs::default();
    costs.set(Kind::Tunnel, None);
    let answer = answer(&inventory, &wish, &costs, 1);
    let lines: Vec<String> =
        (1..12).map(|number| format!("+ bgp(V{:02}, V{number:02})", number - 1)).collect();
    assert_eq!(told(&answer), [(44, lines)]);
    assert!(answer.solved < 100, "{}", answer.solved);
}

#[test]
fn a_long_chain_is_closed_at_any_of_its_tunnels() {
    let inventory = chain(40, true);
    let wish = wish(&inventory, Direction::Close, "V00", &["V39"], OTHERS);
    let answer = answer(&inventory, &wish, &Costs::default(), 100);
    let at = |relation: &str, number: usize| vec![format!("- {relation}(V{:02}, V{number:02})", number - 1)];
    let mut expected: Told = (1..40).map(|number| (4, at("bgp", number))).collect();
    expected.extend((1..40).map(|number| (6, at("s2s", number))));
    assert_eq!(told(&answer), expected);
    assert_eq!(answer.end, End::Exhausted);
}
