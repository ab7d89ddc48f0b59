//! Changes to DNS servers, resolvers, private zones and private endpoints.

use super::Editor;
use crate::names::NameId;

impl Editor<'_> {
    /// Takes away the links of private zones to the VNet. A zone that has no other stays, without links.
    pub(super) fn unlink_all(&mut self, vnet: NameId) {
        let links = &mut self.inventory.zone_links;
        for row in (0..links.len()).rev() {
            if links[row].vnet == Some(vnet) {
                let zone = links[row].zone;
                let is_last = links.iter().filter(|link| link.zone == zone).count() == 1;
                if is_last {
                    links[row].vnet = None;
                } else {
                    links.remove(row);
                }
            }
        }
    }
}
