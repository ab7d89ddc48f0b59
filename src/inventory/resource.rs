//! What Azure calls the resource behind a row, where the inventory tells it.
//!
//! ```
//! use tunnelog::inventory::Resource;
//!
//! let id = "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/Hub";
//! let hub = Resource { id: id.into(), ..Resource::default() };
//! assert_eq!((hub.subscription(), hub.group(), hub.name()), ("s1", "net", "Hub"));
//! ```

/// The resource of Azure behind a row.
///
/// Rows hold it behind one pointer, so that an inventory without ids has no cost of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// Its id; empty where only the region is known.
    pub id: Box<str>,
    /// The region that it lies in; empty where that is not known.
    pub location: Box<str>,
}

impl Resource {
    /// The resource where its id is told.
    pub(crate) fn told(resource: Option<&Self>) -> Option<&Self> {
        resource.filter(|resource| !resource.id.is_empty())
    }

    /// The name that it has in its resource group, or within what it is a part of.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or_default()
    }

    /// Its resource group.
    #[must_use]
    pub fn group(&self) -> &str {
        segment_after(&self.id, "resourceGroups")
    }

    /// Its subscription.
    #[must_use]
    pub fn subscription(&self) -> &str {
        segment_after(&self.id, "subscriptions")
    }
}

/// The segment of an id behind the first that is called `label`, in whatever case; empty where there is none.
pub(crate) fn segment_after<'id>(id: &'id str, label: &str) -> &'id str {
    let mut segments = id.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case(label));
    segments.next().unwrap_or_default()
}

/// True for the whole id of a resource in a resource group that is one of `collection`, such as `virtualNetworks`.
pub(crate) fn is_id_of(id: &str, collection: &str) -> bool {
    let mut segments = id.split('/');
    let mut next = || segments.next().unwrap_or_default();
    let is_rooted = next().is_empty()
        && next().eq_ignore_ascii_case("subscriptions")
        && !next().is_empty()
        && next().eq_ignore_ascii_case("resourceGroups")
        && !next().is_empty()
        && next().eq_ignore_ascii_case("providers")
        && !next().is_empty();
    let mut last = id.rsplit('/');
    let name = last.next().unwrap_or_default();
    let is_filled = !id.contains("//") && !name.is_empty() && !id.contains(char::is_control);
    is_rooted && is_filled && last.next().is_some_and(|segment| segment.eq_ignore_ascii_case(collection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_whole_and_of_its_collection() {
        let group = "/subscriptions/s1/resourceGroups/Net/providers/Microsoft.Network";
        let is_vnet = |id: &str| is_id_of(id, "virtualNetworks");
        assert!(is_vnet(&format!("{group}/virtualNetworks/Hub west")));
        assert!(is_vnet(&format!("{group}/virtualnetworks/Hub").to_lowercase()));
        assert!(is_id_of(
            &format!("{group}/virtualNetworks/Hub/virtualNetworkPeerings/a"),
            "virtualNetworkPeerings"
        ));
        for id in [
            "Hub",
            "",
            "/subscriptions/s1/providers/Microsoft.Network/virtualNetworks/Hub",
            &format!("{group}/virtualNetworks/"),
            &format!("{group}//virtualNetworks/Hub"),
            &format!("{group}/virtualNetworks/Hub\n"),
            &format!("{group}/localNetworkGateways/Hub"),
            &format!("https://management.azure.com{group}/virtualNetworks/Hub"),
        ] {
            assert!(!is_vnet(id), "{id}");
        }
    }
}
