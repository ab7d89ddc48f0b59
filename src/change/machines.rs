//! Changes to what stands in a VNet at addresses of it, under a name: appliances and private endpoints.

use std::net::IpAddr;

use super::fact::Edit;
use super::{Editor, put};
use crate::inventory::naming::PrivateEndpoint;
use crate::inventory::routing::Appliance;
use crate::inventory::{Inventory, shortened};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::source::Span;

/// A row of what stands in a VNet.
pub(super) trait Machine: Sized {
    /// What it is, with its article.
    const WHAT: &'static str;

    fn new(name: LabelId, vnet: NameId, origin: Span) -> Self;
    fn rows(inventory: &mut Inventory) -> &mut Vec<Self>;
    fn name(&self) -> LabelId;
    fn vnet(&self) -> NameId;
    fn place(&mut self) -> (&mut Vec<IpAddr>, &mut Span);
}

macro_rules! machine {
    ($row:ident $rows:ident $what:literal) => {
        impl Machine for $row {
            const WHAT: &'static str = $what;

            fn new(name: LabelId, vnet: NameId, origin: Span) -> Self {
                Self::new(name, vnet, origin)
            }

            fn rows(inventory: &mut Inventory) -> &mut Vec<Self> {
                &mut inventory.$rows
            }

            fn name(&self) -> LabelId {
                self.name
            }

            fn vnet(&self) -> NameId {
                self.vnet
            }

            fn place(&mut self) -> (&mut Vec<IpAddr>, &mut Span) {
                (&mut self.addresses, &mut self.origin)
            }
        }
    };
}

machine!(Appliance appliances "appliance");
machine!(PrivateEndpoint private_endpoints "private endpoint");

impl Editor<'_> {
    /// Adds an address to a machine or takes it away; true where the machine is new.
    pub(super) fn stand<Row: Machine>(
        &mut self,
        edit: &Edit<'_>,
        name: &str,
        vnet: &str,
        address: IpAddr,
    ) -> bool {
        let Some(vnet) = self.known_vnet(edit, vnet) else { return false };
        if !self.is_in_vnet(edit, vnet, Prefix::from(address), &format!("`{address}`")) {
            return false;
        }
        let known = self.inventory.labels.get(name);
        let row = Row::rows(self.inventory).iter().position(|row| Some(row.name()) == known);
        let Some(row) = row else {
            if edit.add {
                let label = self.inventory.labels.intern(name);
                let mut made = <Row as Machine>::new(label, vnet, edit.span);
                made.place().0.push(address);
                Row::rows(self.inventory).push(made);
            } else {
                self.nothing(edit);
            }
            return edit.add;
        };
        let other = Row::rows(self.inventory)[row].vnet();
        if other != vnet {
            if edit.add {
                let (what, name) = (Row::WHAT, shortened(name));
                let message = format!("the {what} `{name}` stands in {}", self.shown(other));
                let help = format!("{} {what} has all its addresses in one VNet", article(what));
                self.refuse(edit, message, help);
            } else {
                self.nothing(edit);
            }
            return false;
        }
        let (addresses, origin) = Row::rows(self.inventory)[row].place();
        if !put(addresses, address, edit.add) {
            self.nothing(edit);
            return false;
        }
        *origin = edit.span;
        if addresses.is_empty() {
            Row::rows(self.inventory).remove(row);
        }
        false
    }
}

fn article(what: &str) -> &'static str {
    if what.starts_with('a') { "an" } else { "a" }
}
