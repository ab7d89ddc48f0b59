//! Where the rows of each name stand in an inventory.

use std::num::NonZeroU32;

use crate::inventory::Inventory;
use crate::names::NameId;

/// Where the rows of VNets, gateways and sites stand, by the names of networks.
#[derive(Clone, Debug, Default)]
pub struct Rows(Vec<OfName>);

/// The rows of one name.
#[derive(Clone, Copy, Debug, Default)]
struct OfName {
    vnet: Option<RowNumber>,
    gateway: Option<RowNumber>,
    site: Option<RowNumber>,
}

/// The number of a row, from 1: `None` takes no room beside it, of which a million networks need much.
type RowNumber = NonZeroU32;

impl Rows {
    /// The rows of `inventory` as it is now. Of two rows with one name the first counts.
    #[must_use]
    pub fn of(inventory: &Inventory) -> Self {
        let mut rows = vec![OfName::default(); inventory.names.len()];
        for (row, vnet) in inventory.vnets.iter().enumerate().rev() {
            rows[vnet.name.index()].vnet = number(row);
        }
        for (row, gateway) in inventory.gateways.iter().enumerate().rev() {
            rows[gateway.vnet.index()].gateway = number(row);
        }
        for (row, site) in inventory.sites.iter().enumerate().rev() {
            rows[site.name.index()].site = number(row);
        }
        Self(rows)
    }

    /// The row of the VNet in [`Inventory::vnets`].
    #[must_use]
    pub fn vnet(&self, name: NameId) -> Option<usize> {
        self.of_name(name).vnet.map(index)
    }

    /// The row of the VNet's gateway in [`Inventory::gateways`].
    #[must_use]
    pub fn gateway(&self, vnet: NameId) -> Option<usize> {
        self.of_name(vnet).gateway.map(index)
    }

    /// The row of the site in [`Inventory::sites`].
    #[must_use]
    pub fn site(&self, name: NameId) -> Option<usize> {
        self.of_name(name).site.map(index)
    }

    /// Adds the last row of the VNets, which has this name.
    pub(crate) fn add_vnet(&mut self, name: NameId, inventory: &Inventory) {
        self.of_new(name).vnet = last(inventory.vnets.len());
    }

    /// Adds the last row of the gateways, which is of the VNet of this name.
    pub(crate) fn add_gateway(&mut self, vnet: NameId, inventory: &Inventory) {
        self.of_new(vnet).gateway = last(inventory.gateways.len());
    }

    /// Adds the last row of the sites, which has this name.
    pub(crate) fn add_site(&mut self, name: NameId, inventory: &Inventory) {
        self.of_new(name).site = last(inventory.sites.len());
    }

    fn of_new(&mut self, name: NameId) -> &mut OfName {
        if self.0.len() <= name.index() {
            self.0.resize(name.index() + 1, OfName::default());
        }
        &mut self.0[name.index()]
    }

    /// Nothing for a name that came after the rows were looked up.
    fn of_name(&self, name: NameId) -> OfName {
        self.0.get(name.index()).copied().unwrap_or_default()
    }
}

fn number(row: usize) -> Option<RowNumber> {
    RowNumber::new(u32::try_from(row).ok()?.checked_add(1)?)
}

/// The number of the last of so many rows.
fn last(count: usize) -> Option<RowNumber> {
    RowNumber::new(u32::try_from(count).ok()?)
}

fn index(number: RowNumber) -> usize {
    number.get() as usize - 1
}
