//! The files that refer to names: peerings, tunnels and clients.

use super::Reading;
use super::directory::{Directory, shown};
use super::row::truth;
use super::sheet::{Known, Sheet, optional, required};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{Client, Connection, Os, Peering, Protocol};
use crate::names::{NameId, Names};
use crate::source::{Sources, Span};

pub(super) const PEERINGS: [Known; 6] = [
    required("vnet"),
    required("remote_vnet"),
    required("allow_gateway_transit"),
    required("use_remote_gateways"),
    optional("allow_vnet_access"),
    optional("state"),
];

pub(super) const TUNNELS: [Known; 7] = [
    required("from"),
    required("to"),
    required("bgp"),
    optional("from_static"),
    optional("to_static"),
    optional("status"),
    optional("name"),
];

pub(super) const CLIENTS: [Known; 5] =
    [required("name"), required("gateway"), required("os"), optional("protocol"), optional("manual_routes")];

impl Reading<'_> {
    pub(super) fn peerings(&mut self, sheet: &Sheet) {
        let [vnet, remote_vnet, transit, remote_gateways, access, state] = sheet.columns(&PEERINGS);
        if let Some(peerings) = clean_peerings(sheet, self.sources, &self.directory) {
            self.inventory.peerings = peerings;
            return;
        }
        let (directory, peerings) = (&mut self.directory, &mut self.inventory.peerings);
        peerings.reserve(sheet.most_rows(self.sources));
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let ends = (directory.vnet(row, vnet), directory.vnet(row, remote_vnet));
            let allow_gateway_transit = row.boolean(transit, None);
            let use_remote_gateways = row.boolean(remote_gateways, None);
            let allow_vnet_access = row.boolean(access, Some(true));
            let (Some(one), Some(other)) = ends else { return };
            if one == other {
                let message = format!("`{}` is peered with itself", directory.names.text(one));
                row.push(self_reference(message, row.place(vnet), row.place(remote_vnet)));
            }
            peerings.push(Peering {
                vnet: one,
                remote_vnet: other,
                allow_gateway_transit,
                use_remote_gateways,
                allow_vnet_access,
                not_connected: unless(row.text(state), &["", "Connected"]),
                origin: row.origin,
            });
        });
    }

    pub(super) fn tunnels(&mut self, sheet: &Sheet) {
        let [from, to, bgp, from_static, to_static, status, name] = sheet.columns(&TUNNELS);
        let (directory, connections) = (&mut self.directory, &mut self.inventory.connections);
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let ends = (directory.router(row, from), directory.router(row, to));
            let bgp = row.boolean(bgp, None);
            let (from_static, to_static) = (row.prefixes(from_static), row.prefixes(to_static));
            let (Some(one), Some(other)) = ends else { return };
            if one == other {
                let message = format!("a tunnel joins `{}` to itself", directory.names.text(one));
                row.push(self_reference(message, row.place(from), row.place(to)));
            }
            connections.push(Connection {
                from: one,
                to: other,
                bgp,
                from_static,
                to_static,
                down: unless(row.text(status), &["", "Connected", "Unknown"]),
                name: row.text(name).into(),
                origin: row.origin,
            });
        });
    }

    pub(super) fn clients(&mut self, sheet: &Sheet) {
        let [name, gateway, os, protocol, manual_routes] = sheet.columns(&CLIENTS);
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
                    row.push(
                        Diagnostic::new(
                            Code::DuplicateName,
                            format!("two clients are called {}", shown(text)),
                        )
                        .at(row.place(name), "defined again here")
                        .with(first, "first defined here")
                        .help("names are compared without regard to case"),
                    );
                } else {
                    first.push(row.origin);
                }
            }
            let gateway = directory.gateway(row, gateway);
            if row.text(os).is_empty() {
                row.empty(os);
            }
            let os = row.word(os, &Os::ALL, Os::word, "an operating system");
            let protocol = row.word(protocol, &Protocol::ALL, Protocol::word, "a protocol");
            let manual_routes = row.prefixes(manual_routes);
            if let (Some(name), Some(gateway), Some(os)) = (client, gateway, os) {
                let origin = row.origin;
                clients.push(Client { name: name.into(), gateway, os, protocol, manual_routes, origin });
            }
        });
        self.inventory.clients = Some(clients);
    }
}

/// The peerings of a long file about which there is nothing to say.
fn clean_peerings(sheet: &Sheet, sources: &Sources, directory: &Directory) -> Option<Vec<Peering>> {
    let [vnet, remote_vnet, transit, remote_gateways, access, state] = sheet.columns(&PEERINGS);
    let stretches = sheet.clean_rows(sources, |recent: &mut Recent, record, origin| {
        let ends = [vnet.text(record), remote_vnet.text(record)];
        let [one, other] = recent.names(ends, |text| directory.known_vnet(text))?;
        let access = access.text(record);
        let peering = Peering {
            vnet: one,
            remote_vnet: other,
            allow_gateway_transit: truth(transit.text(record))?,
            use_remote_gateways: truth(remote_gateways.text(record))?,
            allow_vnet_access: if access.is_empty() { true } else { truth(access)? },
            not_connected: unless(state.text(record), &["", "Connected"]),
            origin,
        };
        (one != other).then_some(peering)
    })?;
    let mut peerings = Vec::with_capacity(stretches.iter().map(Vec::len).sum());
    for mut stretch in stretches {
        peerings.append(&mut stretch);
    }
    Some(peerings)
}

/// The names of the record before. Exports list the peerings of a VNet together, so a name is often one of
/// these, and need not be looked for among a million.
#[derive(Default)]
struct Recent(Option<[(String, NameId); 2]>);

impl Recent {
    fn names(&mut self, texts: [&str; 2], look_up: impl Fn(&str) -> Option<NameId>) -> Option<[NameId; 2]> {
        let Some(recent) = &mut self.0 else {
            let names = [look_up(texts[0])?, look_up(texts[1])?];
            self.0 = Some([(texts[0].to_owned(), names[0]), (texts[1].to_owned(), names[1])]);
            return Some(names);
        };
        let known = |text: &str| recent.iter().find(|(known, _)| known == text).map(|(_, name)| *name);
        let [one, other] = texts.map(known);
        let names = [one.or_else(|| look_up(texts[0]))?, other.or_else(|| look_up(texts[1]))?];
        for ((known, name), (text, now)) in recent.iter_mut().zip(texts.into_iter().zip(names)) {
            if *name != now || known != text {
                text.clone_into(known);
                *name = now;
            }
        }
        Some(names)
    }
}

fn self_reference(message: String, first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(Code::SelfReference, message)
        .at(second, "expected another network")
        .with(first, "the same network")
}

/// The text where it is none of the words that stand for the usual state.
fn unless(text: &str, usual: &[&str]) -> Option<Box<str>> {
    (!usual.iter().any(|word| text.eq_ignore_ascii_case(word))).then(|| text.into())
}
