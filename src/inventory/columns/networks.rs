//! The columns of networks, their gateways, what joins them, and clients.

use super::field::{At, Field, OF_PEERING, OF_TUNNEL, Value, name, optional, rare, required};
use crate::inventory::client::Client;
use crate::inventory::model::{Connection, Gateway, Peering, Site, Vnet};

pub(crate) static VNETS: [Field<Vnet>; 5] = [
    required("name", "its name, by which the other files refer to it", name!(name)),
    required("address_space", "its prefixes, such as `10.1.0.0/16`", Value::Prefixes(at!(address_space))),
    rare(
        "external",
        "false",
        "whether it is known only from a peering or connection of another network, so that its address space \
         may be empty; default `false`",
        Value::Flag(at!(external)),
    ),
    rare("id", "", "its resource id in Azure", id!("virtualNetworks")),
    rare(
        "location",
        "",
        "the region that it lies in, such as `westeurope`",
        Value::Text {
            get: |row| row.resource.as_deref().map_or("", |resource| &resource.location),
            set: |row, text| {
                if !text.is_empty() {
                    row.resource.get_or_insert_default().location = text.into();
                }
            },
        },
    ),
];

pub(crate) static GATEWAYS: [Field<Gateway>; 9] = [
    required("vnet", "the VNet that it is in", name!(vnet)),
    optional(
        "client_pool",
        "",
        "where Point-to-Site clients get their addresses from; empty: no Point-to-Site",
        Value::Prefixes(at!(client_pool)),
    ),
    optional(
        "custom_routes",
        "",
        "prefixes that are pushed to every Point-to-Site client",
        Value::Prefixes(at!(custom_routes)),
    ),
    optional("bgp", "true", "whether BGP is enabled on it; default `true`", Value::Flag(at!(bgp))),
    optional("asn", "65515", "its autonomous system number; default 65515", Value::Asn(at!(asn))),
    optional("sku", "", "such as `VpnGw1AZ`; `Basic` speaks no BGP", text!(sku)),
    optional(
        "protocols",
        "",
        "of Point-to-Site: `IkeV2`, `OpenVPN`, `SSTP`",
        Value::Protocols(at!(protocols)),
    ),
    rare(
        "summarized_prefixes",
        "",
        "what it advertises over BGP in place of its VNet's own prefixes; empty: these",
        Value::Prefixes(at!(summarized_prefixes)),
    ),
    rare("id", "", "its resource id in Azure", id!("virtualNetworkGateways")),
];

pub(crate) static SITES: [Field<Site>; 5] = [
    required("name", "its name", name!(name)),
    required(
        "address_space",
        "what it holds, and advertises where it speaks BGP; may be empty",
        Value::Prefixes(at!(address_space)),
    ),
    optional("asn", "", "its autonomous system number", Value::Asn(at!(asn))),
    optional(
        "transit",
        "false",
        "whether it forwards between its connections; default `false`",
        Value::Flag(at!(transit)),
    ),
    rare("id", "", "the resource id of its local network gateway in Azure", id!("localNetworkGateways")),
];

pub(crate) static PEERINGS: [Field<Peering>; 9] = [
    required("vnet", "the VNet whose side this is", name!(vnet)),
    required("remote_vnet", "the other VNet", name!(remote_vnet)),
    required(
        "allow_gateway_transit",
        "whether this side lets the other use its gateway",
        Value::Flag(at!(allow_gateway_transit)),
    ),
    required(
        "use_remote_gateways",
        "whether this side uses the other's gateway",
        Value::Flag(at!(use_remote_gateways)),
    ),
    optional(
        "allow_vnet_access",
        "true",
        "whether traffic may pass; default `true`",
        Value::Flag(at!(allow_vnet_access)),
    ),
    optional(
        "state",
        "Connected",
        "`Connected`, `Disconnected` or `Initiated`; default `Connected`",
        Value::State(rare!(not_connected), OF_PEERING),
    ),
    rare(
        "remote_prefixes",
        "",
        "what of the other VNet's address space this side carries, or `none`; empty: all of it",
        Value::Carried(rare!(carried)),
    ),
    rare(
        "allow_forwarded_traffic",
        "true",
        "whether this side takes what the other VNet forwards for others; default `true`",
        Value::Flag(At {
            get: |row| &row.rare().allow_forwarded_traffic,
            set: |row, allows| {
                if row.rare().allow_forwarded_traffic != allows {
                    row.rare_mut().allow_forwarded_traffic = allows;
                }
            },
        }),
    ),
    rare(
        "id",
        "",
        "its resource id in Azure",
        Value::Id {
            get: |row| row.rare().resource.as_deref().map_or("", |resource| &resource.id),
            set: |row, id| row.rare_mut().resource.get_or_insert_default().id = id.into(),
            collection: "virtualNetworkPeerings",
        },
    ),
];

pub(crate) static TUNNELS: [Field<Connection>; 8] = [
    required("from", "one end: a VNet with a gateway, or a site", name!(from)),
    required("to", "the other end", name!(to)),
    required("bgp", "whether BGP is enabled on the connection", Value::Flag(at!(bgp))),
    optional(
        "from_static",
        "",
        "prefixes that `from` routes into the connection; without BGP by default the address space of `to`",
        Value::Prefixes(at!(from_static)),
    ),
    optional(
        "to_static",
        "",
        "prefixes that `to` routes into the connection; without BGP by default the address space of `from`",
        Value::Prefixes(at!(to_static)),
    ),
    optional(
        "status",
        "",
        "empty, `Connected` and `Unknown` are up; `Connecting`, `NotConnected`, `Disconnected` and `Down` are down",
        Value::State(at!(down), OF_TUNNEL),
    ),
    optional("name", "", "the connection's own name", text!(name)),
    rare("id", "", "the resource id of the connection of `from` in Azure", id!("connections")),
];

pub(crate) static CLIENTS: [Field<Client>; 5] = [
    required("name", "its name", Value::Key(|client, _| client.name.to_string())),
    required("gateway", "the VNet whose gateway it connects to", name!(gateway)),
    required(
        "os",
        "`windows`, `linux`, `macos`, `ios` or `android`",
        Value::Key(|client, _| client.os.word().to_owned()),
    ),
    optional("protocol", "", "`IkeV2`, `OpenVPN` or `SSTP`", Value::Protocol(at!(protocol))),
    optional(
        "manual_routes",
        "",
        "prefixes that its user added by hand",
        Value::Prefixes(at!(manual_routes)),
    ),
];
