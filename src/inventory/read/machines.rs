//! What stands in a VNet at addresses of it: appliances, resolvers and private endpoints.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::cell::Cell;
use super::clean::Spaces;
use super::directory::{Directory, defined_twice, shown};
use super::row::Row;
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::model::Vnet;
use crate::names::{LabelId, Labels, NameId};
use crate::prefix::Prefix;
use crate::source::Span;

/// The rows of one file of machines.
pub(super) struct Machines<'read> {
    /// What they are, as a message names several.
    what: &'static str,
    name: Cell,
    vnet: Cell,
    address: Cell,
    spaces: Spaces<'read>,
    first: FxHashMap<LabelId, Span>,
}

impl<'read> Machines<'read> {
    pub(super) fn new(what: &'static str, [name, vnet, address]: [Cell; 3], vnets: &'read [Vnet]) -> Self {
        Self { what, name, vnet, address, spaces: Spaces::new(vnets), first: FxHashMap::default() }
    }

    /// The name and the VNet that the row tells; none where either is missing, which is said.
    pub(super) fn find(
        &mut self,
        row: &mut Row<'_>,
        directory: &mut Directory,
        labels: &mut Labels,
    ) -> Option<(LabelId, NameId)> {
        let text = row.required(self.name);
        let owner = directory.vnet(row, self.vnet);
        row.required(self.address);
        let (text, owner) = text.zip(owner)?;
        let label = labels.intern(text);
        let place = row.place(self.name);
        if let Some(first) = self.first.insert(label, place) {
            let message = format!("two {} are called {}", self.what, shown(text));
            row.push(defined_twice(message, place, first));
        }
        Some((label, owner))
    }

    /// Says which addresses are none of the VNet's.
    pub(super) fn check(&self, row: &mut Row<'_>, directory: &Directory, vnet: NameId, addresses: &[IpAddr]) {
        for own in addresses {
            if let Some(space) = self.spaces.without(vnet, Prefix::from(*own)) {
                let of = shown(directory.names.text(vnet));
                let message = format!("the address `{own}` lies in no prefix of the VNet {of}");
                row.push(outside(message, row.place(self.address), space));
            }
        }
    }
}

/// The finding that something is told to be in a VNet, and has other addresses.
pub(super) fn outside(message: String, place: Span, space: &[Prefix]) -> Diagnostic {
    Diagnostic::new(Code::OutsideVnet, message)
        .at(place, "expected addresses of the VNet")
        .help(format!("the VNet has {}", few(space)))
}
