//! Who is who: the names that an inventory defines, and what a name in a cell refers to.

use super::row::Row;
use super::sheet::Column;
use super::suggest::{Suggestions, shortened};
use crate::diagnostic::{Code, Diagnostic};
use crate::names::{Name, Names};
use crate::source::Span;

/// The networks and gateways read so far.
pub(super) struct Directory {
    /// The names of networks, VNets first.
    pub(super) names: Names,
    /// By the index of the name.
    networks: Vec<Network>,
    /// False where a fault hides names of networks, so that an unknown name proves nothing.
    pub(super) all_networks_known: bool,
    /// The same for gateways.
    pub(super) all_gateways_known: bool,
    suggestions: Suggestions,
}

/// What stands behind a name.
#[derive(Clone, Copy)]
struct Network {
    is_site: bool,
    /// Where the name is defined.
    origin: Span,
    /// Where the VNet's gateway is defined.
    gateway: Option<Span>,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            names: Names::default(),
            networks: Vec::new(),
            all_networks_known: true,
            all_gateways_known: true,
            suggestions: Suggestions::default(),
        }
    }
}

impl Directory {
    /// Makes room for `count` more networks.
    pub(super) fn reserve(&mut self, count: usize) {
        self.names.reserve(count);
        self.networks.reserve(count);
    }

    /// The name of the network that the row defines; none where it is empty or taken.
    pub(super) fn define(&mut self, row: &mut Row<'_>, column: Column, is_site: bool) -> Option<Name> {
        let text = row.required(column)?;
        let name = self.names.intern(text);
        if let Some(first) = self.networks.get(name.index()) {
            row.push(taken(text, *first, row.place(column), is_site));
            return None;
        }
        self.networks.push(Network { is_site, origin: row.place(column), gateway: None });
        Some(name)
    }

    /// The VNet whose gateway the row defines; none where it is unknown or has one.
    pub(super) fn define_gateway(&mut self, row: &mut Row<'_>, column: Column) -> Option<Name> {
        let vnet = self.vnet(row, column)?;
        let network = &mut self.networks[vnet.index()];
        if let Some(first) = network.gateway {
            let message = format!("the VNet {} has two gateways", shown(self.names.text(vnet)));
            row.push(
                Diagnostic::new(Code::DuplicateName, message)
                    .at(row.place(column), "defined again here")
                    .with(first, "first defined here")
                    .help("a VNet holds one VPN gateway at most"),
            );
            return None;
        }
        network.gateway = Some(row.place(column));
        Some(vnet)
    }

    /// The VNet of that name, if there is one.
    pub(super) fn known_vnet(&self, text: &str) -> Option<Name> {
        self.names.get(text).filter(|name| !self.networks[name.index()].is_site)
    }

    /// The VNet that the cell names.
    pub(super) fn vnet(&mut self, row: &mut Row<'_>, column: Column) -> Option<Name> {
        let text = row.required(column)?;
        let Some(name) = self.names.get(text) else {
            self.unknown(row, column, text, "a VNet", |network| !network.is_site);
            return None;
        };
        let network = self.networks[name.index()];
        if network.is_site {
            row.push(
                Diagnostic::new(Code::UnknownName, format!("{} is a site, not a VNet", shown(text)))
                    .at(row.place(column), "expected the name of a VNet")
                    .with(network.origin, "the site is defined here"),
            );
            return None;
        }
        Some(name)
    }

    /// The VNet or site that the cell names.
    pub(super) fn router(&mut self, row: &mut Row<'_>, column: Column) -> Option<Name> {
        let text = row.required(column)?;
        let name = self.names.get(text);
        if name.is_none() {
            self.unknown(row, column, text, "a VNet or a site", |_| true);
        }
        name
    }

    /// The VNet with a gateway that the cell names.
    pub(super) fn gateway(&mut self, row: &mut Row<'_>, column: Column) -> Option<Name> {
        let vnet = self.vnet(row, column)?;
        let network = self.networks[vnet.index()];
        if network.gateway.is_none() && self.all_gateways_known {
            let text = shown(self.names.text(vnet));
            row.push(
                Diagnostic::new(Code::UnknownName, format!("{text} is not a VNet with a gateway"))
                    .at(row.place(column), "expected the VNet of a gateway")
                    .with(network.origin, "the VNet is defined here")
                    .help(format!("the VNet {text} has no gateway: no row of `gateways.csv` names it")),
            );
            return None;
        }
        Some(vnet)
    }

    fn unknown(
        &mut self,
        row: &mut Row<'_>,
        column: Column,
        text: &str,
        what: &str,
        fits: impl Fn(&Network) -> bool,
    ) {
        if !self.all_networks_known {
            return;
        }
        let (names, networks) = (&self.names, &self.networks);
        let candidates =
            names.iter().filter(|name| fits(&networks[name.index()])).map(|name| names.text(name));
        let finding =
            Diagnostic::new(Code::UnknownName, format!("{} is not {what} of the inventory", shown(text)))
                .at(row.place(column), format!("expected the name of {what}"));
        row.push(match self.suggestions.nearest(text, names.len(), candidates) {
            Some(near) => finding.help(format!("did you mean {}?", shown(near))),
            None => finding.help(if what == "a VNet" {
                "a VNet is known by its row in `vnets.csv`"
            } else {
                "a VNet is known by its row in `vnets.csv`, a site by its row in `sites.csv`"
            }),
        });
    }
}

fn taken(text: &str, first: Network, place: Span, is_site: bool) -> Diagnostic {
    let finding = if first.is_site == is_site {
        let what = if is_site { "sites" } else { "VNets" };
        Diagnostic::new(Code::DuplicateName, format!("two {what} are called {}", shown(text)))
            .at(place, "defined again here")
            .with(first.origin, "first defined here")
    } else {
        Diagnostic::new(Code::NameClash, format!("a VNet and a site are called {}", shown(text)))
            .at(place, "the site is defined here")
            .with(first.origin, "the VNet is defined here")
    };
    finding.help("names are compared without regard to case")
}

/// A name as it stands in a message.
pub(super) fn shown(name: &str) -> String {
    format!("`{}`", shortened(name))
}
