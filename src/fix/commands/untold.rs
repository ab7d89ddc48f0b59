//! Why no command makes a change.

use crate::language::syntax::{Change, Term};

/// Why there is no command for `change`, one of `changes`; none where there is one. Of a list that is set as a whole, `is_left` is true where
/// anything is left.
pub(super) fn reason(change: &Change, changes: &[Change], is_left: bool) -> Option<&'static str> {
    let relation = change.atom.relation.text.as_str();
    Some(match (relation, change.add) {
        ("vnet", true) => "a VNet is created with a region and a group, of which changes say nothing",
        ("vnet", false) => "a VNet is deleted with all that lies in it, which an inventory does not have",
        ("site", _) => "a site is a device; its local network gateway comes with a connection to it",
        ("address", _) => {
            "an address space is set as a whole, and every peering of the VNet is synced after it"
        }
        ("subnet", _) => {
            "a subnet is created or deleted with what lies in it, which an inventory does not have"
        }
        ("appliance" | "stateful", _) => "an appliance is a machine or a firewall with rules of its own",
        ("summarized_prefix", _) => "the command line has no option for the summaries of a gateway",
        ("dns_server", false) if !is_left => {
            "without a server of its own a VNet goes back to Azure's resolver, which the portal sets"
        }
        ("client" | "os", _) => "Azure has no list of clients",
        ("asn", false) if !is_renumbered(change, changes) => {
            "a number is not taken away, but another one set: `+ asn` says which"
        }
        ("partly_peered", true) => "which subnets a peering carries is set when it is created",
        ("peered_prefix", false) => "which subnet of the peering has the prefix, an inventory does not have",
        ("private_zone", _) => "a zone is created or deleted with its records",
        ("zone_link", false) => "what the link is called, an inventory does not have",
        ("resolver", _) => "a resolver is created with a subnet of its own, of which changes say nothing",
        ("private_endpoint", _) => "a private endpoint is created with what it leads to",
        ("endpoint_policies", _) => {
            "the setting is for network security groups too, which an inventory does not have"
        }
        _ => return None,
    })
}

/// True where another change says which number the router gets.
fn is_renumbered(change: &Change, changes: &[Change]) -> bool {
    let router = |change: &Change| match change.atom.terms.first() {
        Some(Term::Constant(word)) => Some(word.text.to_lowercase()),
        _ => None,
    };
    let is_number = |other: &&Change| other.add && other.atom.relation.text == "asn";
    changes.iter().filter(is_number).any(|other| router(other) == router(change))
}
