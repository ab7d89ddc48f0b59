//! The files that define names: networks and their gateways.

use super::Reading;
use super::directory::Directory;
use super::row::{elements, truth};
use super::sheet::{Known, Sheet, optional, required};
use crate::inventory::{Gateway, Protocol, Site, Vnet};
use crate::prefix::Prefix;
use crate::source::{Sources, Span};

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
        if let Some(vnets) = clean_vnets(sheet, self.sources, &mut self.directory) {
            self.inventory.vnets = vnets;
            return;
        }
        let (directory, vnets) = (&mut self.directory, &mut self.inventory.vnets);
        vnets.reserve(sheet.most_rows(self.sources));
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

/// The VNets of a long file about which there is nothing to say.
fn clean_vnets(sheet: &Sheet, sources: &Sources, directory: &mut Directory) -> Option<Vec<Vnet>> {
    struct Read<'text> {
        name: (&'text str, Span),
        address_space: Vec<Prefix>,
        external: bool,
        origin: Span,
    }
    let [name, address_space, external] = sheet.columns(&VNETS);
    let parse = |(): &mut (), record: &csv::StringRecord, origin| {
        let external = external.text(record);
        let external = if external.is_empty() { false } else { truth(external)? };
        let address_space: Option<Vec<Prefix>> =
            elements(address_space.text(record)).map(|element| element.parse().ok()).collect();
        let address_space = address_space.filter(|prefixes| external || !prefixes.is_empty())?;
        let place = sources.nth_cell(origin, name.index?);
        let text = &sources.get(place.file).text[place.range()];
        let is_whole = !text.is_empty() && text == name.text(record);
        is_whole.then_some(Read { name: (text, place), address_space, external, origin })
    };
    let stretches = sheet.clean_rows(sources, parse)?;
    if !directory.define_vnets(stretches.iter().flatten().map(|row| row.name)) {
        return None;
    }
    let mut vnets = Vec::with_capacity(directory.names.len());
    vnets.extend(stretches.into_iter().flatten().zip(directory.names.iter()).map(|(row, name)| {
        let Read { address_space, external, origin, .. } = row;
        Vnet { name, address_space, external, origin }
    }));
    Some(vnets)
}
