//! Which rows of an inventory belong to which connected component.

use crate::facts::components::{UsersOfTables, parts};
use crate::inventory::Inventory;
use crate::names::{LabelId, Labels, NameId, Names};

/// The rows of each connected component.
pub(super) struct Members {
    of: Vec<u32>,
    parts: Vec<Rows>,
    /// The rows of zones without links, which are of no part more than of others.
    unlinked: Vec<u32>,
    /// The route tables that no subnet uses, and their routes.
    unused: Steering,
}

/// The places of the rows of one connected component, in the order of the inventory.
#[derive(Default)]
struct Rows {
    names: Vec<NameId>,
    vnets: Vec<u32>,
    gateways: Vec<u32>,
    sites: Vec<u32>,
    peerings: Vec<u32>,
    connections: Vec<u32>,
    clients: Vec<u32>,
    subnets: Vec<u32>,
    appliances: Vec<u32>,
    dns_servers: Vec<u32>,
    resolvers: Vec<u32>,
    zone_links: Vec<u32>,
    private_endpoints: Vec<u32>,
    steering: Steering,
}

/// The places of the rows of some route tables.
#[derive(Default)]
struct Steering {
    tables: Vec<u32>,
    routes: Vec<u32>,
}

impl Members {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let of = parts(inventory);
        let count = of.iter().max().map_or(0, |last| *last as usize + 1);
        let mut parts: Vec<Rows> = std::iter::repeat_with(Rows::default).take(count).collect();
        let part = |name: NameId| of[name.index()] as usize;
        for name in inventory.names.iter() {
            parts[part(name)].names.push(name);
        }
        for (row, vnet) in (0..).zip(&inventory.vnets) {
            parts[part(vnet.name)].vnets.push(row);
        }
        for (row, gateway) in (0..).zip(&inventory.gateways) {
            parts[part(gateway.vnet)].gateways.push(row);
        }
        for (row, site) in (0..).zip(&inventory.sites) {
            parts[part(site.name)].sites.push(row);
        }
        for (row, side) in (0..).zip(&inventory.peerings) {
            parts[part(side.vnet)].peerings.push(row);
        }
        for (row, connection) in (0..).zip(&inventory.connections) {
            parts[part(connection.from)].connections.push(row);
        }
        for (row, client) in (0..).zip(inventory.clients.iter().flatten()) {
            parts[part(client.gateway)].clients.push(row);
        }
        for (row, subnet) in (0..).zip(&inventory.subnets) {
            parts[part(subnet.vnet)].subnets.push(row);
        }
        for (row, appliance) in (0..).zip(&inventory.appliances) {
            parts[part(appliance.vnet)].appliances.push(row);
        }
        for (row, servers) in (0..).zip(&inventory.dns_servers) {
            parts[part(servers.vnet)].dns_servers.push(row);
        }
        for (row, resolver) in (0..).zip(&inventory.resolvers) {
            parts[part(resolver.vnet)].resolvers.push(row);
        }
        let unlinked_zones = inventory.unlinked_zones();
        let mut unlinked = Vec::new();
        for (row, link) in (0..).zip(&inventory.zone_links) {
            match link.vnet {
                Some(vnet) => parts[part(vnet)].zone_links.push(row),
                None if unlinked_zones.contains(&link.zone) => unlinked.push(row),
                None => {}
            }
        }
        for (row, endpoint) in (0..).zip(&inventory.private_endpoints) {
            parts[part(endpoint.vnet)].private_endpoints.push(row);
        }
        let users = UsersOfTables::new(inventory, &of);
        let mut unused = Steering::default();
        let mut place = |table: LabelId, put: &dyn Fn(&mut Steering)| {
            let mut is_used = false;
            for part in users.of(table) {
                put(&mut parts[part as usize].steering);
                is_used = true;
            }
            if !is_used {
                put(&mut unused);
            }
        };
        for (row, table) in (0..).zip(&inventory.route_tables) {
            place(table.name, &|steering| steering.tables.push(row));
        }
        for (row, route) in (0..).zip(&inventory.user_routes) {
            place(route.route_table, &|steering| steering.routes.push(row));
        }
        Self { of, parts, unlinked, unused }
    }

    pub(super) fn component_count(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn component_of(&self, name: NameId) -> u32 {
        self.of[name.index()]
    }

    /// The rows of some connected components as an inventory of their own, in their order, with the same names. Of route tables it has those
    /// that a change there may name: those that are used there, and those that nobody uses, as a change may have a subnet use one.
    pub(super) fn extract(&self, inventory: &Inventory, numbers: &[u32]) -> Inventory {
        self.extract_with(inventory, numbers, &numbers.iter().map(|number| &self.parts[*number as usize]))
    }

    /// The same with all route tables.
    pub(super) fn extract_with_tables(&self, inventory: &Inventory, numbers: &[u32]) -> Inventory {
        self.extract_with(inventory, numbers, &self.parts.iter())
    }

    /// The rows of some connected components, with the route tables that are used in `steered` or by nobody.
    fn extract_with<'own>(
        &'own self,
        inventory: &Inventory,
        numbers: &[u32],
        steered: &(impl Iterator<Item = &'own Rows> + Clone),
    ) -> Inventory {
        let rows = || numbers.iter().map(|number| &self.parts[*number as usize]);
        let steering = || steered.clone().map(|rows| &rows.steering).chain([&self.unused]);
        let mut members: Vec<NameId> = rows().flat_map(|rows| &rows.names).copied().collect();
        members.sort_unstable();
        let mut names = Names::default();
        let numbered: Vec<NameId> =
            members.iter().map(|name| names.intern(inventory.names.text(*name))).collect();
        let mut extracted = Inventory {
            names: Names::default(),
            vnets: pick(&inventory.vnets, rows().map(|rows| &rows.vnets)),
            gateways: pick(&inventory.gateways, rows().map(|rows| &rows.gateways)),
            sites: pick(&inventory.sites, rows().map(|rows| &rows.sites)),
            peerings: pick(&inventory.peerings, rows().map(|rows| &rows.peerings)),
            connections: pick(&inventory.connections, rows().map(|rows| &rows.connections)),
            clients: inventory.clients.as_ref().map(|all| pick(all, rows().map(|rows| &rows.clients))),
            labels: Labels::default(),
            subnets: pick(&inventory.subnets, rows().map(|rows| &rows.subnets)),
            route_tables: pick(&inventory.route_tables, steering().map(|rows| &rows.tables)),
            user_routes: pick(&inventory.user_routes, steering().map(|rows| &rows.routes)),
            appliances: pick(&inventory.appliances, rows().map(|rows| &rows.appliances)),
            dns_servers: pick(&inventory.dns_servers, rows().map(|rows| &rows.dns_servers)),
            resolvers: pick(&inventory.resolvers, rows().map(|rows| &rows.resolvers)),
            zone_links: pick(
                &inventory.zone_links,
                rows().map(|rows| &rows.zone_links).chain([&self.unlinked]),
            ),
            private_endpoints: pick(&inventory.private_endpoints, rows().map(|rows| &rows.private_endpoints)),
        };
        let mut labels = Labels::default();
        let mut number = |label: LabelId| labels.intern(inventory.labels.text(label));
        extracted.relabel(Labels::default(), &mut number);
        extracted.labels = labels;
        extracted.renumber(names, |name| members.binary_search(&name).map_or(name, |place| numbered[place]));
        extracted
    }
}

fn pick<'rows, Row: Clone, Rows: FromIterator<Row>>(
    all: &[Row],
    places: impl Iterator<Item = &'rows Vec<u32>>,
) -> Rows {
    let mut places: Vec<u32> = places.flatten().copied().collect();
    places.sort_unstable();
    // A table stands with each component that uses it.
    places.dedup();
    places.into_iter().map(|place| all[place as usize].clone()).collect()
}
