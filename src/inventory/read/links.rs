//! The files that refer to names: peerings, tunnels and clients.

use super::Reading;
use super::directory::{Directory, defined_twice, shown};
use super::recent::Recent;
use super::row::fill_clean;
use super::sheet::Sheet;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::client::{Client, Os};
use crate::inventory::columns::{CLIENTS, PEERINGS, TUNNELS};
use crate::inventory::model::{Connection, Peering};
use crate::names::{NameId, Names};
use crate::source::{Sources, Span};

impl Reading<'_> {
    pub(super) fn peerings(&mut self, sheet: &Sheet) {
        if let Some(peerings) = clean_peerings(sheet, self.sources, &self.directory) {
            self.inventory.peerings = peerings.into();
            return;
        }
        let fields = sheet.place(&PEERINGS);
        let [vnet, remote_vnet, ..] = fields.each_ref().map(|placed| placed.cell);
        let (directory, peerings) = (&mut self.directory, &mut self.inventory.peerings);
        peerings.reserve(sheet.most_rows(self.sources));
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let ends = directory.vnet(row, vnet).zip(directory.vnet(row, remote_vnet));
            let side = ends.map(|(one, other)| Peering::new(one, other, row.origin));
            let Some(side) = row.fill(&fields, side) else { return };
            if side.vnet == side.remote_vnet {
                let message = format!("`{}` is peered with itself", directory.names.text(side.vnet));
                row.push(self_reference(message, row.place(vnet), row.place(remote_vnet)));
            }
            peerings.push(side);
        });
    }

    pub(super) fn tunnels(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&TUNNELS);
        let [from, to, ..] = fields.each_ref().map(|placed| placed.cell);
        let (directory, connections) = (&mut self.directory, &mut self.inventory.connections);
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let ends = directory.router(row, from).zip(directory.router(row, to));
            let tunnel = ends.map(|(one, other)| Connection::new(one, other, row.origin));
            let Some(tunnel) = row.fill(&fields, tunnel) else { return };
            if tunnel.from == tunnel.to {
                let message = format!("a connection joins `{}` to itself", directory.names.text(tunnel.from));
                row.push(self_reference(message, row.place(from), row.place(to)));
            }
            connections.push(tunnel);
        });
    }

    pub(super) fn clients(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&CLIENTS);
        let [name, gateway, os, ..] = fields.each_ref().map(|placed| placed.cell);
        let directory = &mut self.directory;
        let mut clients = Vec::new();
        // Clients have names of their own: one may be called like a network.
        let (mut names, mut first) = (Names::default(), Vec::<Span>::new());
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let client = row.required(name);
            if let Some(text) = client {
                let number = names.intern(text).index();
                if let Some(first) = first.get(number) {
                    let first = row.sources.nth_cell(*first, name.index.unwrap_or_default());
                    let message = format!("two clients are called {}", shown(text));
                    row.push(defined_twice(message, row.place(name), first));
                } else {
                    first.push(row.origin);
                }
            }
            let gateway = directory.gateway(row, gateway);
            row.required(os);
            let os = row.word(os, &Os::ALL, Os::word, "an operating system");
            let client = match (client, gateway, os) {
                (Some(name), Some(gateway), Some(os)) => Some(Client::new(name, gateway, os, row.origin)),
                _ => None,
            };
            clients.extend(row.fill(&fields, client));
        });
        self.inventory.clients = Some(clients);
    }
}

/// The peerings of a long file about which there is nothing to say.
fn clean_peerings(sheet: &Sheet, sources: &Sources, directory: &Directory) -> Option<Vec<Peering>> {
    let fields = sheet.place(&PEERINGS);
    let [vnet, remote_vnet, ..] = fields.each_ref().map(|placed| placed.cell);
    let nobody = Names::default().intern("");
    let blank = Peering::new(nobody, nobody, Span::NOWHERE);
    sheet.clean_rows(sources, blank, |recent: &mut Recent<'_, NameId>, line, side| {
        let mut named = |text| {
            let is_next = |last, text: &str| directory.next_vnet(last, text);
            recent.named(text, is_next, |text| directory.known_vnet(text))
        };
        (side.vnet, side.remote_vnet) = (named(vnet.of(line))?, named(remote_vnet.of(line))?);
        side.origin = line.origin();
        fill_clean(&fields, line, side)?;
        (side.vnet != side.remote_vnet).then_some(())
    })
}

fn self_reference(message: String, first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(Code::SelfReference, message)
        .at(second, "expected another network")
        .with(first, "the same network")
}
