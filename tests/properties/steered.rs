//! Route tables and appliances: solver and simulator agree on hubs with firewalls, right ones and wrong ones.

use std::collections::BTreeSet;
use std::convert::Infallible;

use proptest::prelude::*;
use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::class::Profile;
use tunnelog::inventory::Inventory;
use tunnelog::inventory::routing::NextHop;

use crate::agreement::{ask, questions, request, same_lines};
use crate::laws::config;
use crate::rows::{ApplianceRow, Dice, PeeringRow, Rows, SubnetRow, UserRouteRow, list};
use crate::simulator::{Lines, Simulator};

/// One or two hubs with spokes, perhaps a site, and route tables everywhere.
fn hubs(dice: &mut Dice) -> Rows {
    let (hubs, spokes) = (1 + dice.below(2), 1 + dice.below(3));
    let mut rows = Rows::default();
    for hub in 0..hubs {
        let name = format!("Hub{hub}");
        let six = if dice.percent(25) { format!(" fd00:{hub}::/48") } else { String::new() };
        rows = rows.vnet(&name, &format!("10.{hub}.0.0/16{six}"));
        if hub == 0 || dice.percent(70) {
            let pool = match dice.below(9) {
                0 => format!("192.168.{hub}.0/25 192.168.{hub}.128/25"),
                1 => format!("192.168.{hub}.0/24 fd01:{hub}::/64"),
                2 if hub > 0 => String::new(),
                // Inside a spoke, whose own route covers it.
                3 => format!("10.10.{}.0/24", 200 + hub),
                _ => format!("192.168.{hub}.0/24"),
            };
            rows = rows.gateway(&name, &pool, 65_001 + u32::try_from(hub).expect("few hubs"));
            let custom = [
                "10.10.0.0/16",
                "10.11.0.0/16",
                "10.0.0.0/8",
                "0.0.0.0/1",
                "0.0.0.0/1 128.0.0.0/1",
                "0.0.0.0/1 128.0.0.0/1 ::/1 8000::/1",
                "8.8.0.0/16 10.10.0.0/16",
                "2000::/3",
            ];
            if dice.percent(60) {
                let last = rows.gateways.last_mut().expect("there is one");
                last.custom = list(dice.one::<&str>(&custom));
            }
        }
    }
    for spoke in 0..spokes {
        let name = format!("Spoke{spoke}");
        let more = if dice.percent(20) { format!(" fd00:1{spoke}::/48") } else { String::new() };
        rows = rows.vnet(&name, &format!("10.1{spoke}.0.0/16{more}"));
        let hub = format!("Hub{}", dice.below(hubs));
        rows = rows.peering(&hub, &name, dice.percent(70));
        if dice.percent(15) {
            let last: &mut PeeringRow = rows.peerings.last_mut().expect("there is one");
            last.connected = false;
        }
        if dice.percent(15) {
            let at = rows.peerings.len() - 1 - dice.below(2);
            let remote = if rows.peerings[at].remote == name {
                format!("10.1{spoke}.2.0/24")
            } else {
                "10.0.1.0/24".to_owned()
            };
            rows.peerings[at].carried = Some(vec![remote]);
        }
        if spoke > 0 && dice.percent(20) {
            rows = rows.peering(&name, "Spoke0", false);
        }
    }
    if hubs == 2 && dice.percent(60) {
        // A VNet with a gateway uses its own, whatever the flags say.
        rows = rows.peering("Hub0", "Hub1", dice.percent(25));
    }
    let routers: Vec<String> = rows.gateways.iter().map(|row| row.vnet.clone()).collect();
    if routers.len() == 2 && dice.percent(50) {
        let listed = if dice.percent(30) { "10.11.0.0/16 192.168.1.0/24 10.1.0.0/16" } else { "" };
        rows = rows.tunnel_with("Hub0", "Hub1", dice.percent(60), listed, "");
    }
    if dice.percent(50) {
        let spaces =
            ["172.16.0.0/16", "172.16.0.0/16 0.0.0.0/0", "172.16.0.0/16 0.0.0.0/0 ::/0", "0.0.0.0/1"];
        let space = spaces[if dice.percent(45) { 1 + dice.below(3) } else { 0 }];
        rows = rows.site("Site", space, 65_100);
        rows.sites[0].transit = dice.percent(40);
        for router in &routers {
            if dice.percent(70) {
                let back = *dice.one(&["", "192.168.0.0/16", "10.0.0.0/8 192.168.0.0/16", "0.0.0.0/0"]);
                let there = *dice.one(&[
                    "",
                    "",
                    "172.16.0.0/16 0.0.0.0/1 128.0.0.0/1",
                    "0.0.0.0/0",
                    "8.8.0.0/16 ::/0",
                ]);
                rows = rows.tunnel_with(router, "Site", dice.percent(60), there, back);
            }
        }
    }
    rows
}

/// Subnets, route tables and appliances in the VNets of `rows`.
fn steer(rows: &mut Rows, dice: &mut Dice) {
    let vnets: Vec<(String, String)> =
        rows.vnets.iter().map(|row| (row.name.clone(), row.space[0].clone())).collect();
    let tables: Vec<String> = (0..=dice.below(4)).map(|number| format!("Table{number}")).collect();
    for table in &tables {
        rows.route_tables.push((table.clone(), dice.percent(55)));
    }
    for (vnet, space) in &vnets {
        let base = base(space);
        let kinds = [
            ("GatewaySubnet", format!("{base}.0.0/27"), 75),
            ("AzureFirewallSubnet", format!("{base}.1.0/26"), 60),
            ("App", format!("{base}.2.0/24"), 60),
            ("Data", format!("{base}.3.0/24 {base}.4.0/25"), 45),
            ("Six", format!("fd00:{}:0:1::/64", base.trim_start_matches("10.")), 50),
        ];
        let is_plain = dice.percent(25);
        for (name, prefixes, chance) in kinds {
            let has_six = rows.vnets.iter().any(|row| row.name == *vnet && row.space.len() > 1);
            let fits = (name != "GatewaySubnet" || vnet.starts_with("Hub")) && (name != "Six" || has_six);
            if !fits || !dice.percent(chance) || (is_plain && !name.ends_with("Subnet")) {
                continue;
            }
            let table = dice.percent(75).then(|| dice.one(&tables).clone());
            rows.subnets.push(SubnetRow {
                vnet: vnet.clone(),
                name: name.into(),
                space: list(&prefixes),
                table,
            });
        }
        if dice.percent(if vnet.starts_with("Hub") { 65 } else { 15 }) {
            let more = if dice.percent(20) { format!(" {base}.2.9") } else { String::new() };
            rows.appliances.push(ApplianceRow {
                name: format!("{vnet}-fw"),
                vnet: vnet.clone(),
                addresses: list(&format!("{base}.1.4{more}")),
                stateful: dice.percent(80),
            });
        }
    }
    user_routes(rows, &tables, &vnets, dice);
}

/// The first two numbers of a VNet's prefix.
fn base(space: &str) -> String {
    space.trim_end_matches(".0.0/16").to_owned()
}

/// User routes in each of `tables`.
fn user_routes(rows: &mut Rows, tables: &[String], vnets: &[(String, String)], dice: &mut Dice) {
    let wide = [
        "0.0.0.0/0",
        "10.0.0.0/8",
        "192.168.0.0/24",
        "192.168.0.0/25",
        "192.168.0.128/25",
        "192.168.0.0/16",
        "172.16.0.0/16",
        "::/0",
        "fd00::/16",
        "fd01::/64",
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "8.8.8.0/24",
        "8.8.0.0/16",
        "::/1",
    ];
    for table in tables {
        let mut named: Vec<String> = Vec::new();
        for _ in 0..=dice.below(5) {
            let (_, space) = dice.one(vnets).clone();
            let base = base(&space);
            let prefix = match dice.below(6) {
                0..=1 => (*dice.one(&wide)).to_owned(),
                2..=3 => space,
                4 => format!("{base}.2.0/24"),
                _ => (*dice.one(&[
                    format!("{base}.2.0/25"),
                    format!("{base}.0.0/17"),
                    format!("{base}.1.0/26"),
                ]))
                .clone(),
            };
            if named.contains(&prefix) {
                continue;
            }
            let hop = *dice.one(&[
                NextHop::Appliance,
                NextHop::Appliance,
                NextHop::Appliance,
                NextHop::Appliance,
                NextHop::Appliance,
                NextHop::Gateway,
                NextHop::VnetLocal,
                NextHop::Internet,
                NextHop::Nowhere,
            ]);
            let mut addresses = Vec::new();
            if hop == NextHop::Appliance {
                for _ in 0..=usize::from(dice.percent(15)) {
                    let near = if dice.percent(75) { 1 } else { vnets.len() };
                    let (_, space) = dice.one(&vnets[..near]).clone();
                    let base = self::base(&space);
                    let address = dice
                        .one(&[
                            format!("{base}.1.4"),
                            format!("{base}.1.4"),
                            format!("{base}.1.4"),
                            format!("{base}.2.9"),
                            "172.30.0.4".into(),
                        ])
                        .clone();
                    if !addresses.contains(&address) {
                        addresses.push(address);
                    }
                }
            }
            named.push(prefix.clone());
            rows.user_routes.push(UserRouteRow { table: table.clone(), prefix, hop, addresses });
        }
    }
}

/// The inventory of a number.
pub(crate) fn steered(seed: u64) -> Rows {
    let mut dice = Dice(seed);
    dice.below(2);
    let mut rows = hubs(&mut dice);
    steer(&mut rows, &mut dice);
    rows
}

/// Two more spokes for each, which differ from each other in name and prefix, and at times in one thing more.
fn with_twins(mut rows: Rows, dice: &mut Dice) -> Rows {
    let spokes = rows.vnets.iter().filter(|row| row.name.starts_with("Spoke")).count();
    for spoke in 0..spokes {
        let name = format!("Spoke{spoke}");
        let has_own_tables = dice.percent(60);
        for twin in [2, 3] {
            let named = |text: &str| {
                text.replace(&name, &format!("Twin{twin}{spoke}"))
                    .replace(&format!("10.1{spoke}."), &format!("10.{twin}{spoke}."))
                    .replace(&format!("fd00:1{spoke}:"), &format!("fd00:{twin}{spoke}:"))
            };
            let each = |list: &[String]| list.iter().map(|text| named(text)).collect::<Vec<String>>();
            add_twin(&mut rows, &name, named, each, has_own_tables.then_some(twin));
        }
        if dice.percent(40) {
            differ(&mut rows, &format!("Twin2{spoke}"), dice);
        }
    }
    rows
}

/// Another `spoke`, with tables of its own where it has a number for them.
fn add_twin(
    rows: &mut Rows,
    spoke: &str,
    named: impl Fn(&str) -> String,
    each: impl Fn(&[String]) -> Vec<String>,
    number: Option<usize>,
) {
    let mut vnet = rows.vnets.iter().find(|row| row.name == spoke).expect("it is there").clone();
    (vnet.name, vnet.space) = (named(&vnet.name), each(&vnet.space));
    let is_its = |vnet: &String, remote: &String| vnet == spoke || remote == spoke;
    let mut peerings = rows.peerings.clone();
    peerings.retain(|row| is_its(&row.vnet, &row.remote) && !is_between_spokes(row));
    for row in &mut peerings {
        (row.vnet, row.remote) = (named(&row.vnet), named(&row.remote));
        row.carried = row.carried.as_ref().map(|carried| each(carried));
    }
    let own_table =
        |table: &String| number.map_or_else(|| table.clone(), |number| format!("{table}-{spoke}-{number}"));
    let mut subnets = rows.subnets.clone();
    subnets.retain(|row| row.vnet == spoke);
    let used: std::collections::BTreeSet<String> =
        subnets.iter().filter_map(|row| row.table.clone()).collect();
    for row in &mut subnets {
        (row.vnet, row.space) = (named(&row.vnet), each(&row.space));
        row.table = row.table.as_ref().map(own_table);
    }
    for gateway in &mut rows.gateways {
        let more: Vec<String> = each(&gateway.custom);
        let more = more.into_iter().filter(|prefix| !gateway.custom.contains(prefix));
        gateway.custom.extend(more.collect::<Vec<String>>());
    }
    // What names the spoke in a table names its twin there too, and in a table of its own the twin alone.
    let mut more = Vec::new();
    for row in &rows.user_routes {
        let prefix = named(&row.prefix);
        if prefix != row.prefix {
            more.push(UserRouteRow { prefix: prefix.clone(), ..row.clone() });
        }
        if number.is_some() && used.contains(&row.table) {
            more.push(UserRouteRow { table: own_table(&row.table), prefix, ..row.clone() });
        }
    }
    if number.is_some() {
        let tables: Vec<(String, bool)> =
            rows.route_tables.iter().filter(|row| used.contains(&row.0)).cloned().collect();
        rows.route_tables.extend(tables.into_iter().map(|(table, lets_in)| (own_table(&table), lets_in)));
    }
    rows.vnets.push(vnet);
    rows.peerings.extend(peerings);
    rows.subnets.extend(subnets);
    rows.user_routes.extend(more);
}

fn is_between_spokes(row: &PeeringRow) -> bool {
    !row.vnet.starts_with("Hub") && !row.remote.starts_with("Hub")
}

/// Makes one thing of a spoke different.
fn differ(rows: &mut Rows, spoke: &str, dice: &mut Dice) {
    let base = base(&rows.vnets.iter().find(|row| row.name == spoke).expect("it is there").space[0]);
    let tables: Vec<String> = rows.route_tables.iter().map(|row| row.0.clone()).collect();
    match dice.below(6) {
        0 => rows.subnets.retain(|row| row.vnet != spoke || row.name != "App"),
        1 => {
            for row in rows.subnets.iter_mut().filter(|row| row.vnet == spoke) {
                row.table = Some(dice.one(&tables).clone());
            }
        }
        2 => rows.user_routes.retain(|row| !row.prefix.starts_with(&base)),
        3 => rows.peerings.retain(|row| row.vnet != spoke),
        4 => rows.gateways.iter_mut().for_each(|row| row.custom.retain(|one| !one.starts_with(&base))),
        _ => rows.appliances.push(ApplianceRow {
            name: format!("{spoke}-nva"),
            vnet: spoke.to_owned(),
            addresses: list(&format!("{base}.2.9")),
            stateful: true,
        }),
    }
}

/// The same networks under other names, with other numbers and addresses, in another order.
fn copy(rows: &Rows, number: u32, seed: u64) -> Rows {
    let mut rows = rows.renamed(|name| format!("{name}-{number}"));
    let label = |name: &mut String| *name = format!("{number}-{name}");
    let subnets = rows.subnets.iter_mut();
    subnets.flat_map(|row| &mut row.table).for_each(label);
    rows.route_tables.iter_mut().for_each(|row| label(&mut row.0));
    rows.user_routes.iter_mut().for_each(|row| label(&mut row.table));
    rows.appliances.iter_mut().for_each(|row| label(&mut row.name));
    for row in &mut rows.gateways {
        row.asn = row.asn.map(|asn| asn - 100 * number);
    }
    // What stands first among 10.0.0.0/16 and so on stands last.
    let moved = |text: &mut String| {
        let mut numbers = text.splitn(3, '.').map(str::to_owned).collect::<Vec<String>>();
        if numbers[0] == "10" && text != "10.0.0.0/8" {
            let second: u32 = numbers[1].parse().expect("a number follows");
            numbers[1] = (100 * number - second).to_string();
            *text = numbers.join(".");
        }
    };
    rows.vnets.iter_mut().flat_map(|row| &mut row.space).for_each(moved);
    rows.gateways.iter_mut().flat_map(|row| &mut row.custom).for_each(moved);
    rows.peerings.iter_mut().flat_map(|row| &mut row.carried).flatten().for_each(moved);
    rows.tunnels
        .iter_mut()
        .flat_map(|row| row.from_static.iter_mut().chain(&mut row.to_static))
        .for_each(moved);
    rows.subnets.iter_mut().flat_map(|row| &mut row.space).for_each(moved);
    rows.user_routes
        .iter_mut()
        .flat_map(|row| row.addresses.iter_mut().chain([&mut row.prefix]))
        .for_each(moved);
    rows.appliances.iter_mut().flat_map(|row| &mut row.addresses).for_each(moved);
    rows.shuffled(seed)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn components_that_are_alike_get_the_same_as_each_by_itself(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let first = steered(seed);
        let mut rows = first.clone();
        for number in [1, 2] {
            let mut other = copy(&first, number, dice.0);
            if dice.percent(40) {
                differ(&mut other, &format!("Spoke0-{number}"), &mut dice);
            }
            rows = rows.beside(&other);
        }
        let inventory = rows.inventory();
        let analysis = Analysis::new(&inventory);
        for question in questions().take(1) {
            let [whole, auto] = [Evaluation::Whole, Evaluation::Auto]
                .map(|evaluation| ask(&analysis, &request(question, evaluation)));
            let same = same_lines(&whole, &auto);
            prop_assert!(same.is_ok(), "{rows:?}\n{}", same.unwrap_err());
        }
    }

    #[test]
    fn spokes_that_are_alike_get_the_same_as_each_by_itself(seed in any::<u64>()) {
        let rows = with_twins(steered(seed), &mut Dice(seed));
        let inventory = rows.inventory();
        let analysis = Analysis::new(&inventory);
        for question in questions().take(1) {
            let [whole, auto] = [Evaluation::Whole, Evaluation::Auto]
                .map(|evaluation| ask(&analysis, &request(question, evaluation)));
            let same = same_lines(&whole, &auto);
            prop_assert!(same.is_ok(), "{rows:?}\n{}", same.unwrap_err());
        }
    }

    #[test]
    fn solver_and_simulator_agree_on_route_tables(seed in any::<u64>()) {
        agree(&steered(seed))?;
    }
}

/// Asserts that solver and simulator answer alike, and name the same appliances that see one direction only. Gives the answer.
pub(crate) fn agree(rows: &Rows) -> Result<Lines, TestCaseError> {
    let inventory = rows.inventory();
    let simulator = Simulator::new(&inventory);
    let question = questions().next().expect("there are some");
    let actual = ask(&Analysis::new(&inventory), &request(question, Evaluation::Auto));
    if let Err(error) = same_lines(&simulator.answer(question), &actual) {
        return Err(TestCaseError::fail(format!("{rows:?}\n{error}")));
    }
    prop_assert_eq!(simulator.asymmetric(), asymmetric(&inventory), "{:?}", rows);
    Ok(actual)
}

/// Gateway, network and appliance of the relation `asymmetric`.
fn asymmetric(inventory: &Inventory) -> BTreeSet<(String, String, String)> {
    let mut found = BTreeSet::new();
    let done: Result<(), Infallible> = Analysis::new(inventory).relations(Profile::default(), |relation| {
        if relation.name == "asymmetric" {
            found.extend(
                relation.rows.into_iter().map(|row| (row[0].clone(), row[1].clone(), row[2].clone())),
            );
        }
        Ok(())
    });
    let Ok(()) = done;
    found
}

/// What the random inventories show, so that agreement means something.
#[test]
fn random_route_tables_show_every_outcome() {
    let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for seed in 0..150 {
        let inventory = steered(seed * 7_919).inventory();
        let request = request(questions().next().expect("there are some"), Evaluation::Auto);
        for row in ask(&Analysis::new(&inventory), &request).reach {
            if row.network == "Internet" {
                *seen.entry(format!("Internet {}", row.status)).or_default() += 1;
                if row.reason.split(';').any(|reason| reason == "asymmetric") {
                    *seen.entry("Internet asymmetric".to_owned()).or_default() += 1;
                }
                continue;
            }
            let network = inventory.names.get(&row.network).expect("a row names a network");
            let is_whole = inventory.vnets.iter().any(|vnet| {
                vnet.name == network
                    && vnet.address_space.iter().any(|prefix| prefix.to_string() == row.destination)
            });
            let is_subnet = inventory.subnets.iter().any(|subnet| {
                subnet.vnet == network
                    && subnet.address_space.iter().any(|prefix| prefix.to_string() == row.destination)
            });
            *seen.entry(row.status).or_default() += 1;
            for reason in
                row.reason.split(';').filter(|reason| reason.starts_with("no-") || *reason == "asymmetric")
            {
                *seen.entry(reason.to_owned()).or_default() += 1;
            }
            *seen.entry(format!("whole {is_whole}, subnet {is_subnet}")).or_default() += 1;
        }
    }
    println!("{seen:?}");
    // It takes a route of a client and one of an appliance there.
    assert!(seen.get("Internet reachable").is_some_and(|count| *count >= 4), "{seen:?}");
    for wanted in [
        "Internet blackhole",
        "asymmetric",
        "blackhole",
        "needs-route",
        "no-client-route",
        "no-way-back",
        "no-way-there",
        "reachable",
        "unreachable",
        "whole true, subnet false",
        "whole false, subnet true",
        "whole false, subnet false",
    ] {
        assert!(seen.get(wanted).is_some_and(|count| *count >= 20), "{wanted}: {seen:?}");
    }
}
