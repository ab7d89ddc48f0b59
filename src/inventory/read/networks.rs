//! The files that define names: networks and their gateways.

use super::Reading;
use super::row::elements;
use super::sheet::{Known, Sheet, optional, required};
use crate::inventory::{Gateway, Protocol, Site, Vnet};

pub(super) const VNETS: [Known; 3] = [required("name"), required("address_space"), optional("external")];

pub(super) const GATEWAYS: [Known; 7] = [
    required("vnet"),
    optional("client_pool"),
    optional("custom_routes"),
    optional("bgp"),
    optional("asn"),
    optional("sku"),
    optional("protocols"),
];

pub(super) const SITES: [Known; 4] =
    [required("name"), required("address_space"), optional("asn"), optional("transit")];

impl Reading<'_> {
    pub(super) fn vnets(&mut self, sheet: &Sheet) {
        let [name, address_space, external] = sheet.columns(&VNETS);
        let (directory, vnets) = (&mut self.directory, &mut self.inventory.vnets);
        let most = sheet.most_rows(self.sources);
        directory.reserve(most);
        vnets.reserve(most);
        let all_read = sheet.rows(self.sources, self.diagnostics, |row| {
            let name = directory.define(row, name, false);
            if !row.whole {
                return;
            }
            let external = row.boolean(external, Some(false));
            // Of a network known only from the other side, the prefixes may be unknown.
            if !external && elements(row.text(address_space)).next().is_none() {
                row.empty(address_space);
            }
            let address_space = row.prefixes(address_space);
            if let Some(name) = name {
                vnets.push(Vnet { name, address_space, external, origin: row.origin });
            }
        });
        directory.all_networks_known &= all_read && sheet.shows_all(name);
    }

    pub(super) fn sites(&mut self, sheet: &Sheet) {
        let [name, address_space, asn, transit] = sheet.columns(&SITES);
        let (directory, sites) = (&mut self.directory, &mut self.inventory.sites);
        let all_read = sheet.rows(self.sources, self.diagnostics, |row| {
            let name = directory.define(row, name, true);
            if !row.whole {
                return;
            }
            let (address_space, asn) = (row.prefixes(address_space), row.asn(asn));
            let transit = row.boolean(transit, Some(false));
            if let Some(name) = name {
                sites.push(Site { name, address_space, asn, transit, origin: row.origin });
            }
        });
        directory.all_networks_known &= all_read && sheet.shows_all(name);
    }

    pub(super) fn gateways(&mut self, sheet: &Sheet) {
        let [vnet, client_pool, custom_routes, bgp, asn, sku, protocols] = sheet.columns(&GATEWAYS);
        let (directory, gateways) = (&mut self.directory, &mut self.inventory.gateways);
        let all_read = sheet.rows(self.sources, self.diagnostics, |row| {
            let vnet = directory.define_gateway(row, vnet);
            if !row.whole {
                return;
            }
            let (client_pool, custom_routes) = (row.prefixes(client_pool), row.prefixes(custom_routes));
            let (bgp, asn) = (row.boolean(bgp, Some(true)), row.asn(asn));
            let protocols = row.words(protocols, &Protocol::ALL, Protocol::word, "a protocol");
            if let Some(vnet) = vnet {
                gateways.push(Gateway {
                    vnet,
                    client_pool,
                    custom_routes,
                    bgp,
                    asn,
                    sku: row.text(sku).to_owned(),
                    protocols,
                    origin: row.origin,
                });
            }
        });
        directory.all_gateways_known &= all_read && sheet.shows_all(vnet);
    }
}
