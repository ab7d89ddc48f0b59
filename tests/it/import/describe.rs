//! Inventories as lines that an expectation can be written in.

use crate::support::loaded::Loaded;
use tunnelog::diagnostic::Report;
use tunnelog::inventory::Inventory;
use tunnelog::prefix::Prefix;

fn list(prefixes: &[Prefix]) -> String {
    prefixes.iter().map(Prefix::to_string).collect::<Vec<_>>().join(" ")
}

fn addresses(addresses: &[std::net::IpAddr]) -> String {
    addresses.iter().flat_map(|address| [" ".to_owned(), address.to_string()]).collect()
}

/// The inventory in one line per thing, with words only for what is not the usual.
pub(crate) fn describe(inventory: &Inventory) -> String {
    let name = |name| inventory.names.text(name);
    let word = |is_so: bool, word: &str| if is_so { format!(" {word}") } else { String::new() };
    let number = |asn: Option<u32>| asn.map(|asn| format!(" {asn}")).unwrap_or_default();
    let mut lines = Vec::new();
    for vnet in &inventory.vnets {
        let external = word(vnet.external, "external");
        lines.push(format!("vnet {}{external} {}", name(vnet.name), list(&vnet.address_space)));
    }
    for gateway in &inventory.gateways {
        lines.push(format!(
            "gateway {}{}{}{} pool[{}] custom[{}] protocols[{}]{}",
            name(gateway.vnet),
            word(!gateway.sku.is_empty(), &gateway.sku),
            word(gateway.bgp, "bgp"),
            number(gateway.asn),
            list(&gateway.client_pool),
            list(&gateway.custom_routes),
            gateway.protocols.iter().map(|protocol| protocol.word()).collect::<Vec<_>>().join(" "),
            word(
                !gateway.summarized_prefixes.is_empty(),
                &format!("announces[{}]", list(&gateway.summarized_prefixes))
            ),
        ));
    }
    for site in &inventory.sites {
        let transit = word(site.transit, "transit");
        lines.push(format!(
            "site {}{}{transit} {}",
            name(site.name),
            number(site.asn),
            list(&site.address_space)
        ));
    }
    for peering in &inventory.peerings {
        lines.push(format!(
            "peering {} {}{}{}{}{}{}",
            name(peering.vnet),
            name(peering.remote_vnet),
            word(peering.allow_gateway_transit, "allow-transit"),
            word(peering.use_remote_gateways, "use-remote"),
            word(!peering.allow_vnet_access, "no-access"),
            peering.rare().not_connected.as_ref().map(|state| format!(" {state}")).unwrap_or_default(),
            peering
                .rare()
                .carried
                .as_ref()
                .map(|carried| format!(" only[{}]", list(&carried.0)))
                .unwrap_or_default(),
        ));
    }
    for tunnel in &inventory.connections {
        assert!(tunnel.to_static.is_empty(), "an export tells what one end routes");
        lines.push(format!(
            "tunnel {} {} {}{} static[{}]{}",
            tunnel.name,
            name(tunnel.from),
            name(tunnel.to),
            word(tunnel.bgp, "bgp"),
            list(&tunnel.from_static),
            tunnel.down.as_ref().map(|state| format!(" down {state}")).unwrap_or_default(),
        ));
    }
    for client in inventory.clients.iter().flatten() {
        lines.push(format!("client {} {} {}", client.name, name(client.gateway), client.os.word()));
    }
    let label = |label| inventory.labels.text(label);
    for subnet in &inventory.subnets {
        let table = subnet.route_table.map(|table| format!(" by {}", label(table))).unwrap_or_default();
        let own = format!("{}/{}", name(subnet.vnet), label(subnet.name));
        let policies = word(subnet.endpoint_policies, "with endpoint policies");
        lines.push(format!("subnet {own} {}{table}{policies}", list(&subnet.address_space)));
    }
    lines.extend(inventory.route_tables.iter().map(|table| {
        let keeps_out = word(!table.gateway_routes, "keeps gateway routes out");
        format!("table {}{keeps_out}", label(table.name))
    }));
    for route in &inventory.user_routes {
        let (table, hops) = (label(route.route_table), addresses(&route.addresses));
        let way = format!("{} {}{hops}", route.prefix, route.next_hop.word());
        lines.push(format!("route {table} {way} {}", route.name));
    }
    for appliance in &inventory.appliances {
        let hops = addresses(&appliance.addresses);
        lines.push(format!("appliance {} {}{hops}", label(appliance.name), name(appliance.vnet)));
    }
    let servers = inventory.dns_servers.iter();
    lines.extend(servers.map(|row| format!("dns {}{}", name(row.vnet), addresses(&row.servers))));
    for resolver in &inventory.resolvers {
        let own = addresses(&resolver.addresses);
        lines.push(format!("resolver {} {}{own}", label(resolver.name), name(resolver.vnet)));
    }
    for link in &inventory.zone_links {
        let vnet = link.vnet.map(|vnet| format!(" {}", name(vnet))).unwrap_or_default();
        lines.push(format!("zone {}{vnet}", label(link.zone)));
    }
    for endpoint in &inventory.private_endpoints {
        let (own, zone) = (addresses(&endpoint.addresses), endpoint.zone.map(label).unwrap_or_default());
        lines.push(format!("endpoint {} {}{own} {zone}", label(endpoint.name), name(endpoint.vnet)));
    }
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// What every finding says.
pub(crate) fn messages(report: &Report) -> Vec<&str> {
    report.diagnostics.iter().map(|found| found.message.as_str()).collect()
}

/// The lines of the inventory that start with `word`.
pub(crate) fn lines(loaded: &Loaded, word: &str) -> Vec<String> {
    let Some(inventory) = &loaded.inventory else { panic!("{:#?}", messages(&loaded.report)) };
    describe(inventory).lines().filter(|line| line.starts_with(word)).map(str::to_owned).collect()
}

/// Fails unless a finding of that code says just that.
#[track_caller]
pub(crate) fn assert_says(loaded: &Loaded, code: &str, message: &str) {
    let is_it =
        |found: &&tunnelog::diagnostic::Diagnostic| found.code.name() == code && found.message == message;
    assert!(
        loaded.report.diagnostics.iter().any(|found| is_it(&found)),
        "{code}: {message} is not in {:#?}",
        messages(&loaded.report)
    );
}
