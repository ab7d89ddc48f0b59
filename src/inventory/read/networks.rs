//! The files that define names: networks and their gateways.

use rayon::prelude::*;

use super::Reading;
use super::directory::Directory;
use super::line::Line;
use super::row::fill_clean;
use super::sheet::Sheet;
use crate::inventory::columns::{GATEWAYS, SITES, VNETS};
use crate::inventory::model::{Gateway, Site, Vnet, name_gateways};
use crate::inventory::text::{elements, truth};
use crate::names::{NameId, Names};
use crate::source::{Sources, Span};

impl Reading<'_> {
    pub(super) fn vnets(&mut self, sheet: &Sheet) {
        if let Some(vnets) = clean_vnets(sheet, self.sources, &mut self.directory) {
            self.inventory.vnets = vnets.into();
            return;
        }
        let fields = sheet.place(&VNETS);
        let [name, address_space, external, ..] = fields.each_ref().map(|placed| placed.cell);
        let (directory, vnets) = (&mut self.directory, &mut self.inventory.vnets);
        vnets.reserve(sheet.most_rows(self.sources));
        let all_read = sheet.rows(self.sources, self.diagnostics, |row| {
            let name = directory.define(row, name, false);
            if !row.whole {
                return;
            }
            // Of a network known only from the other side, the prefixes may be unknown.
            let is_external = truth(row.text(external)).unwrap_or(false);
            if !is_external && elements(row.text(address_space)).next().is_none() {
                row.empty(address_space, "expected a value");
            }
            vnets.extend(row.fill(&fields, name.map(|name| Vnet::new(name, row.origin))));
        });
        directory.all_networks_known &= all_read && sheet.shows_all(name);
    }

    pub(super) fn sites(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&SITES);
        let name = fields[0].cell;
        let (directory, sites) = (&mut self.directory, &mut self.inventory.sites);
        let all_read = sheet.rows(self.sources, self.diagnostics, |row| {
            let name = directory.define(row, name, true);
            if row.whole {
                sites.extend(row.fill(&fields, name.map(|name| Site::new(name, row.origin))));
            }
        });
        directory.all_networks_known &= all_read && sheet.shows_all(name);
    }

    pub(super) fn gateways(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&GATEWAYS);
        let vnet = fields[0].cell;
        let (directory, gateways) = (&mut self.directory, &mut self.inventory.gateways);
        let all_read = sheet.rows(self.sources, self.diagnostics, |row| {
            let vnet = directory.define_gateway(row, vnet);
            if row.whole {
                gateways.extend(row.fill(&fields, vnet.map(|vnet| Gateway::new(vnet, row.origin))));
            }
        });
        directory.all_gateways_known &= all_read && sheet.shows_all(vnet);
        name_gateways(&mut directory.names, gateways);
    }
}

/// The VNets of a long file about which there is nothing to say.
fn clean_vnets(sheet: &Sheet, sources: &Sources, directory: &mut Directory) -> Option<Vec<Vnet>> {
    let fields = sheet.place(&VNETS);
    let name = fields[0].cell;
    // Names get their numbers together, once all rows are read.
    let unnamed = Vnet::new(Names::default().intern(""), Span::NOWHERE);
    let fill = |(): &mut (), line: &Line<'_>, vnet: &mut Vnet| {
        vnet.origin = line.origin();
        fill_clean(&fields, line, vnet)?;
        let is_whole = vnet.external || !vnet.address_space.is_empty();
        (is_whole && !name.of(line).is_empty()).then_some(())
    };
    let mut vnets = sheet.clean_rows(sources, unnamed, fill)?;
    let (names, places) = sheet.texts(sources, name, vnets.par_iter().map(|vnet| vnet.origin));
    if !directory.define_vnets(&names, places) {
        return None;
    }
    let numbers: Vec<NameId> = directory.names.iter().collect();
    vnets.par_iter_mut().zip(numbers).for_each(|(vnet, name)| vnet.name = name);
    Some(vnets)
}
