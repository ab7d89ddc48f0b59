//! Who has no route to what was asked for, which nobody notices in a list of those who have one.

use std::collections::BTreeMap;

use tunnelog::class::Class;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;

use crate::cli::arguments::To;
use crate::cli::shell::screen;
use crate::cli::view::words;

/// Classes of clients, and clients by name, without a route.
#[derive(Default)]
pub(crate) struct Without {
    gateways: BTreeMap<Class, Vec<String>>,
    clients: Vec<String>,
}

impl Without {
    /// Adds clients of a gateway: one client each, or all of a class.
    pub(crate) fn add(&mut self, inventory: &Inventory, gateway: NameId, owners: Vec<(Option<u32>, Class)>) {
        for (client, class) in owners {
            let client = client.and_then(|index| inventory.clients.as_ref()?.get(index as usize));
            if let Some(client) = client {
                self.clients.push(screen::one_line(&client.name));
            } else {
                let name = screen::one_line(inventory.names.text(gateway));
                self.gateways.entry(class).or_default().push(name);
            }
        }
    }

    /// A sentence for each class, and one for all clients.
    pub(crate) fn sentences(&self, to: &To) -> Vec<String> {
        let to = format!(" to {}", screen::one_line(&to.to_string()));
        let classes = self.gateways.iter().map(|(class, gateways)| {
            let (system, protocol) = words::clients(*class);
            format!("No route{to}: {system} clients of {}{protocol}.", words::list(gateways))
        });
        let clients =
            (!self.clients.is_empty()).then(|| format!("No route{to}: {}.", words::list(&self.clients)));
        classes.chain(clients).collect()
    }
}
