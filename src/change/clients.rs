//! Changes to clients.

use super::fact::{Edit, Fact};
use super::{Editor, put, same_text};
use crate::inventory::{Client, Os};
use crate::names::NameId;
use crate::prefix::Prefix;

impl Editor<'_> {
    fn client_row(&mut self, text: &str) -> Option<usize> {
        let listed = &self.inventory.clients;
        let rows = self.clients.get_or_insert_with(|| {
            // Of two rows with one name the first counts.
            let named = listed.as_deref().unwrap_or_default().iter().enumerate().rev();
            named.map(|(row, client)| (client.name.to_lowercase(), row)).collect()
        });
        rows.get(&text.to_lowercase()).copied()
    }

    fn client_at(&mut self, row: usize) -> Option<&mut Client> {
        self.inventory.clients.as_mut()?.get_mut(row)
    }

    fn known_client(&mut self, edit: &Edit<'_>, text: &str) -> Option<usize> {
        let row = self.client_row(text);
        if row.is_none() {
            self.unknown(
                edit,
                format!("no client is called `{text}`"),
                "`+ client(…)` and `+ os(…)` before this change add one",
            );
        }
        row
    }

    fn add_client(&mut self, edit: &Edit<'_>, text: &str, gateway: NameId, os: Os) {
        let clients = self.inventory.clients.get_or_insert_default();
        clients.push(Client::new(text, gateway, os, edit.span));
        let row = clients.len() - 1;
        if let Some(rows) = &mut self.clients {
            rows.entry(text.to_lowercase()).or_insert(row);
        }
    }

    pub(super) fn client(&mut self, edit: &Edit<'_>, text: &str, gateway: &str) {
        let Some(gateway) = self.known_gateway(edit, gateway) else { return };
        let Some(row) = self.client_row(text) else {
            if !edit.add {
                self.nothing(edit);
                return;
            }
            let os = self.later.iter().find_map(|other| match other.fact {
                Fact::Os(client, os) if other.add && same_text(client, text) => Some(os),
                _ => None,
            });
            let Some(os) = os else {
                self.refuse(
                    edit,
                    format!("the client `{text}` is new, and nothing says which operating system it has"),
                    "add `os(…)` in the same list of changes",
                );
                return;
            };
            self.add_client(edit, text, gateway, os);
            return;
        };
        let Some(client) = self.client_at(row) else { return };
        let before = client.gateway;
        if (before == gateway) == edit.add {
            self.nothing(edit);
        } else if edit.add {
            (client.gateway, client.origin) = (gateway, edit.span);
            let before = self.shown(before);
            self.note(edit, format!("the client `{text}` no longer connects to the gateway of {before}"));
        } else {
            if let Some(clients) = &mut self.inventory.clients {
                clients.remove(row);
                self.clients = None;
            }
            self.note(edit, format!("the operating system and the routes of the client `{text}` go with it"));
        }
    }

    pub(super) fn os(&mut self, edit: &Edit<'_>, text: &str, os: Os) {
        let Some(row) = self.client_row(text) else {
            if !edit.add {
                self.nothing(edit);
                return;
            }
            let gateway = self.later.iter().find_map(|other| match other.fact {
                Fact::Client(client, gateway) if other.add && same_text(client, text) => Some(gateway),
                _ => None,
            });
            let Some(gateway) = gateway else {
                self.refuse(
                    edit,
                    format!("the client `{text}` is new, and nothing says which gateway it connects to"),
                    "add `client(…)` in the same list of changes",
                );
                return;
            };
            if let Some(gateway) = self.known_gateway(edit, gateway) {
                self.add_client(edit, text, gateway, os);
            }
            return;
        };
        let Some(client) = self.client_at(row) else { return };
        let before = client.os;
        if (before == os) == edit.add {
            // A client added with its gateway a line before has its operating system from this one.
            if client.origin.file != edit.span.file || !edit.add {
                self.nothing(edit);
            }
        } else if edit.add {
            (client.os, client.origin) = (os, edit.span);
            self.note(edit, format!("the client `{text}` no longer uses {}", before.word()));
        } else {
            self.refuse(
                edit,
                format!("the client `{text}` has to have an operating system"),
                "add the one that it is to have instead",
            );
        }
    }

    pub(super) fn manual_route(&mut self, edit: &Edit<'_>, text: &str, prefix: Prefix) {
        let Some(row) = self.known_client(edit, text) else { return };
        let Some(client) = self.client_at(row) else { return };
        if put(&mut client.manual_routes, prefix, edit.add) {
            client.origin = edit.span;
        } else {
            self.nothing(edit);
        }
    }
}
