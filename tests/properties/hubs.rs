//! Random hubs with route tables and appliances, right ones and wrong ones.

use tunnelog::inventory::routing::NextHop;

use crate::rows::{ApplianceRow, Dice, PeeringRow, Rows, SubnetRow, UserRouteRow, list};

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
    if dice.percent(25) {
        force_out(rows, dice);
    }
}

/// Sends all that clients of the first hub ask for to an appliance there, or to either of two. What comes back may take the other.
fn force_out(rows: &mut Rows, dice: &mut Dice) {
    let halves = ["0.0.0.0/1", "128.0.0.0/1"];
    let hub = rows.gateways.first_mut().expect("the first hub has a gateway");
    hub.custom = halves.map(str::to_owned).to_vec();
    let pool = hub.pool[0].clone();
    let addresses = *dice.one(&["10.0.1.4", "10.0.2.9", "10.0.1.4 10.0.2.9"]);
    let mut lead = |table: &str, prefix: &str, addresses: &str| {
        let (table, prefix) = (table.to_owned(), prefix.to_owned());
        let hop = NextHop::Appliance;
        rows.user_routes.push(UserRouteRow { table, prefix, hop, addresses: list(addresses) });
    };
    for half in halves {
        lead("Out", half, addresses);
    }
    if dice.percent(70) {
        let inward = dice.one::<&str>(&["10.0.1.4", "10.0.2.9", "172.30.0.4"]);
        lead("Back", &pool, inward);
    }
    rows.route_tables.extend([("Out".to_owned(), true), ("Back".to_owned(), dice.percent(70))]);
    let (back, space) = *dice.one(&[("AzureFirewallSubnet", "10.0.1.0/26"), ("App", "10.0.2.0/24")]);
    for (name, space, table) in [("GatewaySubnet", "10.0.0.0/27", "Out"), (back, space, "Back")] {
        rows.subnets.retain(|row| row.vnet != "Hub0" || row.name != name);
        let (vnet, table) = ("Hub0".to_owned(), Some(table.to_owned()));
        rows.subnets.push(SubnetRow { vnet, name: name.to_owned(), space: list(space), table });
    }
}

/// The first two numbers of a VNet's prefix.
pub(crate) fn base(space: &str) -> String {
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
