//! The columns of what names are resolved by: DNS servers, resolvers, private zones and private endpoints.

use super::field::{At, Field, Value, label, name, optional, rare, required};
use crate::inventory::naming::{DnsServers, PrivateEndpoint, Resolver, ZoneLink};

pub(crate) static DNS: [Field<DnsServers>; 2] = [
    required("vnet", "the VNet that hands the servers out", name!(vnet)),
    required(
        "servers",
        "their addresses, in their order; a VNet without a row has Azure's own resolver",
        Value::Addresses(at!(servers)),
    ),
];

pub(crate) static RESOLVERS: [Field<Resolver>; 3] = [
    required("name", "its name", label!(name)),
    required("vnet", "the VNet that it stands in", name!(vnet)),
    required("address", "its address; of several, each answers", Value::Addresses(at!(addresses))),
];

pub(crate) static ZONES: [Field<ZoneLink>; 3] = [
    required("zone", "the private DNS zone, such as `privatelink.blob.core.windows.net`", label!(zone)),
    required(
        "vnet",
        "a VNet that it is linked to; empty for a zone without links",
        Value::Key(|row, inventory| row.vnet.map(|vnet| name(vnet, inventory)).unwrap_or_default()),
    ),
    rare("id", "", "the resource id of the zone in Azure", id!("privateDnsZones")),
];

pub(crate) static PRIVATE_ENDPOINTS: [Field<PrivateEndpoint>; 4] = [
    required("name", "its name", label!(name)),
    required("vnet", "the VNet that it stands in", name!(vnet)),
    required("address", "its addresses", Value::Addresses(at!(addresses))),
    optional(
        "zone",
        "",
        "the private DNS zone that has its name",
        Value::Key(|row, inventory| row.zone.map(|zone| label(zone, inventory)).unwrap_or_default()),
    ),
];
