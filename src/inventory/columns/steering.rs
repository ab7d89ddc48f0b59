//! The columns of subnets, route tables, user routes and appliances.

use super::field::{At, Field, Value, label, name, optional, rare, required};
use crate::inventory::routing::{Appliance, RouteTable, Subnet, UserRoute};

pub(crate) static SUBNETS: [Field<Subnet>; 5] = [
    required("vnet", "the VNet that it is in", name!(vnet)),
    required("name", "its name, such as `GatewaySubnet`", label!(name)),
    required(
        "address_space",
        "its prefixes, each inside one prefix of the VNet",
        Value::Prefixes(at!(address_space)),
    ),
    optional(
        "route_table",
        "",
        "the route table that it uses",
        Value::Key(|row, inventory| row.route_table.map(|table| label(table, inventory)).unwrap_or_default()),
    ),
    rare(
        "endpoint_policies",
        "false",
        "whether user routes win against the addresses of private endpoints in it: \
         `privateEndpointNetworkPolicies` is `Enabled` or `RouteTableEnabled`; default `false`",
        Value::Flag(at!(endpoint_policies)),
    ),
];

pub(crate) static ROUTE_TABLES: [Field<RouteTable>; 2] = [
    required("name", "its name", label!(name)),
    optional(
        "gateway_routes",
        "true",
        "whether it lets in the routes of the gateway (`disableBgpRoutePropagation` is the opposite); default `true`",
        Value::Flag(at!(gateway_routes)),
    ),
];

pub(crate) static ROUTES: [Field<UserRoute>; 5] = [
    required("route_table", "the route table that it stands in", label!(route_table)),
    required("prefix", "what it is for", Value::Key(|row, _| row.prefix.to_string())),
    required(
        "next_hop",
        "`VirtualAppliance`, `VirtualNetworkGateway`, `VnetLocal`, `Internet` or `None`",
        Value::Key(|row, _| row.next_hop.word().to_owned()),
    ),
    optional(
        "next_hop_address",
        "",
        "of `VirtualAppliance`: its address; of several, any serves",
        Value::Addresses(at!(addresses)),
    ),
    optional("name", "", "its own name", text!(name)),
];

pub(crate) static APPLIANCES: [Field<Appliance>; 4] = [
    required("name", "its name", label!(name)),
    required("vnet", "the VNet that its addresses are in", name!(vnet)),
    required(
        "address",
        "its addresses: of its interfaces, or of internal load balancers before it",
        Value::Addresses(at!(addresses)),
    ),
    optional(
        "stateful",
        "true",
        "whether it drops a connection of which it sees one direction only; default `true`",
        Value::Flag(at!(stateful)),
    ),
];
