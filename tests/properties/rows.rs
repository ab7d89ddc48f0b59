//! Inventories as rows of text: built in tests, printed as CSV when one fails, turned into the library's types.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use tunnelog::inventory::routing::{Appliance, NextHop, RouteTable, Subnet, UserRoute};
use tunnelog::inventory::{
    Carried, Client, Connection, Gateway, Inventory, Os, Peering, Protocol, RareOfPeering, Site, Vnet,
};
use tunnelog::names::{Labels, Names};
use tunnelog::prefix::Prefix;
use tunnelog::source::{Sources, Span};

/// Prefixes as text.
pub(crate) type List = Vec<String>;

/// The rows of every file of an inventory.
#[derive(Clone, Default)]
pub(crate) struct Rows {
    pub(crate) vnets: Vec<VnetRow>,
    pub(crate) gateways: Vec<GatewayRow>,
    pub(crate) sites: Vec<SiteRow>,
    pub(crate) peerings: Vec<PeeringRow>,
    pub(crate) tunnels: Vec<TunnelRow>,
    pub(crate) clients: Option<Vec<ClientRow>>,
    pub(crate) subnets: Vec<SubnetRow>,
    /// Name, and whether gateway routes are let in.
    pub(crate) route_tables: Vec<(String, bool)>,
    pub(crate) user_routes: Vec<UserRouteRow>,
    pub(crate) appliances: Vec<ApplianceRow>,
}

#[derive(Clone)]
pub(crate) struct SubnetRow {
    pub(crate) vnet: String,
    pub(crate) name: String,
    pub(crate) space: List,
    pub(crate) table: Option<String>,
}

#[derive(Clone)]
pub(crate) struct UserRouteRow {
    pub(crate) table: String,
    pub(crate) prefix: String,
    pub(crate) hop: NextHop,
    pub(crate) addresses: List,
}

#[derive(Clone)]
pub(crate) struct ApplianceRow {
    pub(crate) name: String,
    pub(crate) vnet: String,
    pub(crate) addresses: List,
    pub(crate) stateful: bool,
}

#[derive(Clone)]
pub(crate) struct VnetRow {
    pub(crate) name: String,
    pub(crate) space: List,
}

#[derive(Clone)]
pub(crate) struct GatewayRow {
    pub(crate) vnet: String,
    pub(crate) pool: List,
    pub(crate) custom: List,
    pub(crate) summaries: List,
    pub(crate) bgp: bool,
    pub(crate) asn: Option<u32>,
    pub(crate) sku: &'static str,
    pub(crate) protocols: Vec<Protocol>,
}

#[derive(Clone)]
pub(crate) struct SiteRow {
    pub(crate) name: String,
    pub(crate) space: List,
    pub(crate) asn: Option<u32>,
    pub(crate) transit: bool,
}

#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column of the file")]
pub(crate) struct PeeringRow {
    pub(crate) vnet: String,
    pub(crate) remote: String,
    pub(crate) allow_transit: bool,
    pub(crate) use_remote: bool,
    pub(crate) access: bool,
    pub(crate) connected: bool,
    /// What it carries of the other VNet; all of it where none is given.
    pub(crate) carried: Option<List>,
}

#[derive(Clone)]
pub(crate) struct TunnelRow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) bgp: bool,
    pub(crate) from_static: List,
    pub(crate) to_static: List,
    pub(crate) up: bool,
}

#[derive(Clone)]
pub(crate) struct ClientRow {
    pub(crate) name: String,
    pub(crate) gateway: String,
    pub(crate) os: Os,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) manual: List,
}

/// The words of a text, as prefixes or names.
pub(crate) fn list(words: &str) -> List {
    words.split_whitespace().map(str::to_owned).collect()
}

impl Rows {
    pub(crate) fn vnet(mut self, name: &str, space: &str) -> Self {
        self.vnets.push(VnetRow { name: name.into(), space: list(space) });
        self
    }

    pub(crate) fn gateway(mut self, vnet: &str, pool: &str, asn: u32) -> Self {
        self.gateways.push(GatewayRow {
            vnet: vnet.into(),
            pool: list(pool),
            custom: Vec::new(),
            summaries: Vec::new(),
            bgp: true,
            asn: Some(asn),
            sku: "VpnGw1",
            protocols: Vec::new(),
        });
        self
    }

    pub(crate) fn site(mut self, name: &str, space: &str, asn: u32) -> Self {
        self.sites.push(SiteRow { name: name.into(), space: list(space), asn: Some(asn), transit: false });
        self
    }

    /// Both sides of a peering; the first lets the second use its gateway where `transit` is set.
    pub(crate) fn peering(mut self, hub: &str, spoke: &str, transit: bool) -> Self {
        let side = |vnet: &str, remote: &str, allow_transit, use_remote| PeeringRow {
            vnet: vnet.into(),
            remote: remote.into(),
            allow_transit,
            use_remote,
            access: true,
            connected: true,
            carried: None,
        };
        self.peerings.extend([side(hub, spoke, transit, false), side(spoke, hub, false, transit)]);
        self
    }

    pub(crate) fn tunnel(self, from: &str, to: &str, bgp: bool) -> Self {
        self.tunnel_with(from, to, bgp, "", "")
    }

    pub(crate) fn tunnel_with(mut self, from: &str, to: &str, bgp: bool, out: &str, back: &str) -> Self {
        self.tunnels.push(TunnelRow {
            from: from.into(),
            to: to.into(),
            bgp,
            from_static: list(out),
            to_static: list(back),
            up: true,
        });
        self
    }

    /// The same rows with every name of a network, and of a client, put through `rename`.
    pub(crate) fn renamed(&self, rename: impl Fn(&str) -> String) -> Self {
        let mut rows = self.clone();
        let vnets = rows.vnets.iter_mut().map(|row| &mut row.name);
        let gateways = rows.gateways.iter_mut().map(|row| &mut row.vnet);
        let sites = rows.sites.iter_mut().map(|row| &mut row.name);
        let peerings = rows.peerings.iter_mut().flat_map(|row| [&mut row.vnet, &mut row.remote]);
        let tunnels = rows.tunnels.iter_mut().flat_map(|row| [&mut row.from, &mut row.to]);
        let clients = rows.clients.iter_mut().flatten().flat_map(|row| [&mut row.name, &mut row.gateway]);
        let subnets = rows.subnets.iter_mut().map(|row| &mut row.vnet);
        let appliances = rows.appliances.iter_mut().map(|row| &mut row.vnet);
        let of_tables = subnets.chain(appliances);
        for name in
            vnets.chain(gateways).chain(sites).chain(peerings).chain(tunnels).chain(clients).chain(of_tables)
        {
            *name = rename(name);
        }
        rows
    }

    /// The same rows with names written as `mention` says wherever they do not define a network or a client.
    pub(crate) fn mentioning(&self, mention: impl Fn(&str) -> String) -> Self {
        let mut rows = self.renamed(mention);
        rows.vnets.clone_from(&self.vnets);
        rows.sites.clone_from(&self.sites);
        for (row, defined) in rows.clients.iter_mut().flatten().zip(self.clients.iter().flatten()) {
            row.name.clone_from(&defined.name);
        }
        rows
    }

    /// The same rows in the order that `seed` gives. Rows that join the same ends in the same direction keep
    /// theirs, as the order of parallel tunnels says which rows belong together.
    pub(crate) fn shuffled(&self, seed: u64) -> Self {
        let mut rows = self.clone();
        shuffle(&mut rows.vnets, seed);
        shuffle(&mut rows.gateways, seed);
        shuffle(&mut rows.sites, seed);
        shuffle(&mut rows.peerings, seed);
        shuffle(&mut rows.tunnels, seed);
        let mut parallel: BTreeMap<(String, String), Vec<TunnelRow>> = BTreeMap::new();
        for row in self.tunnels.iter().rev() {
            parallel.entry((row.from.clone(), row.to.clone())).or_default().push(row.clone());
        }
        for row in &mut rows.tunnels {
            if let Some(next) = parallel.get_mut(&(row.from.clone(), row.to.clone())).and_then(Vec::pop) {
                *row = next;
            }
        }
        if let Some(clients) = &mut rows.clients {
            shuffle(clients, seed);
        }
        rows
    }

    /// These rows and after them the other's.
    pub(crate) fn beside(mut self, other: &Self) -> Self {
        self.vnets.extend(other.vnets.iter().cloned());
        self.gateways.extend(other.gateways.iter().cloned());
        self.sites.extend(other.sites.iter().cloned());
        self.peerings.extend(other.peerings.iter().cloned());
        self.tunnels.extend(other.tunnels.iter().cloned());
        self.subnets.extend(other.subnets.iter().cloned());
        self.route_tables.extend(other.route_tables.iter().cloned());
        self.user_routes.extend(other.user_routes.iter().cloned());
        self.appliances.extend(other.appliances.iter().cloned());
        if let Some(clients) = &mut self.clients {
            clients.extend(other.clients.iter().flatten().cloned());
        }
        self
    }

    pub(crate) fn inventory(&self) -> Inventory {
        let mut names = Names::default();
        let file = Sources::default().add("rows".into(), String::new(), None);
        let origin = Span::beginning(file);
        let mut inventory = Inventory::default();
        for row in &self.vnets {
            let name = names.intern(&row.name);
            let address_space = prefixes(&row.space);
            inventory.vnets.push(Vnet { address_space, ..Vnet::new(name, origin) });
        }
        for row in &self.gateways {
            inventory.gateways.push(Gateway {
                client_pool: prefixes(&row.pool),
                custom_routes: prefixes(&row.custom),
                summarized_prefixes: prefixes(&row.summaries),
                bgp: row.bgp,
                asn: row.asn,
                sku: row.sku.into(),
                protocols: row.protocols.clone(),
                ..Gateway::new(names.intern(&row.vnet), origin)
            });
        }
        for row in &self.sites {
            let name = names.intern(&row.name);
            let address_space = prefixes(&row.space);
            let (asn, transit) = (row.asn, row.transit);
            inventory.sites.push(Site { address_space, asn, transit, ..Site::new(name, origin) });
        }
        for row in &self.peerings {
            inventory.peerings.push(Peering {
                allow_gateway_transit: row.allow_transit,
                use_remote_gateways: row.use_remote,
                allow_vnet_access: row.access,
                rare: RareOfPeering {
                    not_connected: (!row.connected).then(|| "Disconnected".into()),
                    carried: row.carried.as_ref().map(|list| Carried(prefixes(list))),
                    ..RareOfPeering::default()
                }
                .kept(),
                ..Peering::new(names.intern(&row.vnet), names.intern(&row.remote), origin)
            });
        }
        for row in &self.tunnels {
            inventory.connections.push(Connection {
                bgp: row.bgp,
                from_static: prefixes(&row.from_static),
                to_static: prefixes(&row.to_static),
                down: (!row.up).then(|| "NotConnected".into()),
                ..Connection::new(names.intern(&row.from), names.intern(&row.to), origin)
            });
        }
        inventory.clients = self.clients.as_ref().map(|clients| {
            let client = |row: &ClientRow| Client {
                protocol: row.protocol,
                manual_routes: prefixes(&row.manual),
                ..Client::new(row.name.as_str(), names.intern(&row.gateway), row.os, origin)
            };
            clients.iter().map(client).collect()
        });
        let mut labels = Labels::default();
        for row in &self.subnets {
            let (vnet, name) = (names.intern(&row.vnet), labels.intern(&row.name));
            let route_table = row.table.as_ref().map(|table| labels.intern(table));
            let address_space = prefixes(&row.space);
            inventory.subnets.push(Subnet { address_space, route_table, ..Subnet::new(vnet, name, origin) });
        }
        for (name, gateway_routes) in &self.route_tables {
            let table = RouteTable::new(labels.intern(name), origin);
            inventory.route_tables.push(RouteTable { gateway_routes: *gateway_routes, ..table });
        }
        for row in &self.user_routes {
            let prefix = row.prefix.parse().expect("tests write canonical prefixes");
            let addresses = addresses(&row.addresses);
            let route = UserRoute::new(labels.intern(&row.table), prefix, row.hop, origin);
            inventory.user_routes.push(UserRoute { addresses, ..route });
        }
        for row in &self.appliances {
            let appliance = Appliance::new(labels.intern(&row.name), names.intern(&row.vnet), origin);
            let (addresses, stateful) = (addresses(&row.addresses), row.stateful);
            inventory.appliances.push(Appliance { addresses, stateful, ..appliance });
        }
        inventory.labels = labels;
        inventory.names = names;
        inventory
    }

    /// Each file of the inventory with its text.
    pub(crate) fn files(&self) -> Vec<(&'static str, String)> {
        let asn = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        let status = |good: bool, bad: &'static str| if good { "Connected" } else { bad };
        let mut files = vec![
            file("vnets.csv", "name,address_space", &self.vnets, |row| {
                format!("{},{}", row.name, row.space.join(";"))
            }),
            file(
                "gateways.csv",
                "vnet,client_pool,custom_routes,bgp,asn,sku,protocols,summarized_prefixes",
                &self.gateways,
                |row| {
                    let protocols: Vec<&str> = row.protocols.iter().map(|protocol| protocol.word()).collect();
                    let (pool, custom) = (row.pool.join(";"), row.custom.join(";"));
                    let tail = format!("{},{},{}", asn(row.asn), row.sku, protocols.join(";"));
                    let summaries = row.summaries.join(";");
                    format!("{},{pool},{custom},{},{tail},{summaries}", row.vnet, row.bgp)
                },
            ),
            file("sites.csv", "name,address_space,asn,transit", &self.sites, |row| {
                format!("{},{},{},{}", row.name, row.space.join(";"), asn(row.asn), row.transit)
            }),
            file(
                "peerings.csv",
                "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state,remote_prefixes",
                &self.peerings,
                |row| {
                    let flags = format!("{},{},{}", row.allow_transit, row.use_remote, row.access);
                    let state = status(row.connected, "Disconnected");
                    let carried = row
                        .carried
                        .as_ref()
                        .map(|list| if list.is_empty() { "none".to_owned() } else { list.join(";") });
                    format!("{},{},{flags},{state},{}", row.vnet, row.remote, carried.unwrap_or_default())
                },
            ),
            file("s2s.csv", "from,to,bgp,from_static,to_static,status", &self.tunnels, |row| {
                let statics = format!("{},{}", row.from_static.join(";"), row.to_static.join(";"));
                format!("{},{},{},{statics},{}", row.from, row.to, row.bgp, status(row.up, "NotConnected"))
            }),
        ];
        files.extend([
            file("subnets.csv", "vnet,name,address_space,route_table", &self.subnets, |row| {
                let table = row.table.as_deref().unwrap_or_default();
                format!("{},{},{},{table}", row.vnet, row.name, row.space.join(";"))
            }),
            file("route_tables.csv", "name,gateway_routes", &self.route_tables, |row| {
                format!("{},{}", row.0, row.1)
            }),
            file("routes.csv", "route_table,prefix,next_hop,next_hop_address", &self.user_routes, |row| {
                format!("{},{},{},{}", row.table, row.prefix, row.hop.word(), row.addresses.join(";"))
            }),
            file("appliances.csv", "name,vnet,address,stateful", &self.appliances, |row| {
                format!("{},{},{},{}", row.name, row.vnet, row.addresses.join(";"), row.stateful)
            }),
        ]);
        files.retain(|(name, text)| *name == "vnets.csv" || text.lines().count() > 1);
        if let Some(clients) = &self.clients {
            files.push(file("clients.csv", "name,gateway,os,protocol,manual_routes", clients, |row| {
                let protocol = row.protocol.map_or("", Protocol::word);
                format!("{},{},{},{protocol},{}", row.name, row.gateway, row.os.word(), row.manual.join(";"))
            }));
        }
        files
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in self.files() {
            write!(f, "\n== {name}\n{text}")?;
        }
        Ok(())
    }
}

fn file<Row>(
    name: &'static str,
    header: &str,
    rows: &[Row],
    line: impl Fn(&Row) -> String,
) -> (&'static str, String) {
    let lines = std::iter::once(header.to_owned()).chain(rows.iter().map(line));
    (name, lines.map(|line| line + "\n").collect())
}

fn addresses(list: &[String]) -> Vec<IpAddr> {
    list.iter().map(|text| text.parse().expect("tests write addresses")).collect()
}

fn prefixes(list: &[String]) -> Vec<Prefix> {
    list.iter().map(|text| text.parse().expect("tests write canonical prefixes")).collect()
}

/// Throws of dice that one number decides, by a linear congruence.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % count
    }

    /// True in so many of a hundred throws.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Fisher and Yates's shuffle.
fn shuffle<Row>(rows: &mut [Row], seed: u64) {
    let mut dice = Dice(seed);
    for last in (1..rows.len()).rev() {
        rows.swap(last, dice.below(last + 1));
    }
}
