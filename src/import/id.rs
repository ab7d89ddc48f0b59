//! Azure resource ids: equal without regard to case, taken apart by their segments.

use std::cmp::Ordering;

use crate::inventory::{Resource, is_id_of, segment_after};

/// What stands in an id for a subscription or group that a plan does not tell.
pub(super) const NOT_KNOWN: &str = "not-known";

/// The id of an Azure resource.
///
/// Azure keeps the case in which an id was first written, and different answers write the same id
/// in different cases, so ids are compared in lower case and printed as written.
#[derive(Clone, Debug)]
pub(super) struct ResourceId {
    key: Box<str>,
    written: Box<str>,
}

impl ResourceId {
    pub(super) fn new(written: &str) -> Self {
        let written = written.trim().trim_end_matches('/');
        Self { key: written.to_ascii_lowercase().into(), written: written.into() }
    }

    /// The id of the part called `name` of the collection `collection` of this resource.
    pub(super) fn child(&self, collection: &str, name: &str) -> Self {
        Self::new(&format!("{}/{collection}/{name}", self.written))
    }

    /// The resource in which this one lies at the collection called `collection`, such as the VNet of a subnet.
    pub(super) fn owner(&self, collection: &str) -> Option<Self> {
        let cut = self.key.rfind(&format!("/{}/", collection.to_ascii_lowercase()))?;
        Some(Self::new(&self.written[..cut]))
    }

    /// The resource in which this one lies; none where it lies in a resource group.
    pub(super) fn outer(&self) -> Option<Self> {
        let (collection, _) = self.written.rsplit_once('/')?;
        let (outer, _) = collection.rsplit_once('/')?;
        let outer = Self::new(outer);
        outer.kind().is_some().then_some(outer)
    }

    /// The last segment.
    pub(super) fn name(&self) -> &str {
        self.written.rsplit('/').next().unwrap_or_default()
    }

    /// The name of a subnet with that of its VNet before it; of anything else its name.
    pub(super) fn in_vnet(&self) -> String {
        match self.owner("subnets") {
            Some(vnet) => format!("{}/{}", vnet.name(), self.name()),
            None => self.name().to_owned(),
        }
    }

    /// The type in lower case, such as `microsoft.network/virtualnetworks`; none where the id does not tell.
    pub(super) fn kind(&self) -> Option<String> {
        let (_, path) = self.key.rsplit_once("/providers/")?;
        let mut segments = path.split('/');
        let mut kind = segments.next()?.to_owned();
        let mut found = false;
        while let (Some(part), Some(_name)) = (segments.next(), segments.next()) {
            kind.push('/');
            kind.push_str(part);
            found = true;
        }
        found.then_some(kind)
    }

    /// Ever longer names: the last segment, then with the resource group, the subscription and the type before it.
    /// The longest is the id itself, as ids may differ in nothing but the provider or what lies between.
    pub(super) fn names(&self, name: &str) -> [String; 5] {
        let group = self.after("resourcegroups");
        let subscription = self.after("subscriptions");
        let collection = self.written.rsplit('/').nth(1).unwrap_or_default();
        [
            name.to_owned(),
            format!("{group}/{name}"),
            format!("{subscription}/{group}/{name}"),
            format!("{subscription}/{group}/{collection}/{name}"),
            self.written.to_string(),
        ]
    }

    /// What a row of the inventory keeps of this id, where it is one of `collection` and Azure has it as it is.
    pub(super) fn resource(&self, collection: &str, location: Option<&str>) -> Option<Box<Resource>> {
        let is_told = is_id_of(&self.written, collection)
            && self.subscription() != Some(NOT_KNOWN)
            && self.group() != NOT_KNOWN;
        let (id, location) = (if is_told { &*self.written } else { "" }, location.unwrap_or_default());
        let is_empty = id.is_empty() && location.is_empty();
        (!is_empty).then(|| Box::new(Resource { id: id.into(), location: location.into() }))
    }

    /// The subscription; none where the id is in none.
    pub(super) fn subscription(&self) -> Option<&str> {
        Some(self.after("subscriptions")).filter(|name| !name.is_empty())
    }

    /// The resource group.
    pub(super) fn group(&self) -> &str {
        self.after("resourcegroups")
    }

    fn after(&self, label: &str) -> &str {
        segment_after(&self.written, label)
    }
}

impl std::fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for ResourceId {}

impl PartialOrd for ResourceId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ResourceId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBNET: &str = "/subscriptions/s1/resourceGroups/Net/providers/Microsoft.Network/virtualNetworks/Hub/subnets/GatewaySubnet";

    #[test]
    fn an_id_is_cut_at_its_collections() {
        let hub = ResourceId::new(SUBNET).owner("subnets").unwrap();
        assert_eq!(hub.name(), "Hub");
        assert_eq!(hub.kind().as_deref(), Some("microsoft.network/virtualnetworks"));
        assert_eq!(
            ResourceId::new(SUBNET).kind().as_deref(),
            Some("microsoft.network/virtualnetworks/subnets")
        );
        assert_eq!(hub, ResourceId::new(&format!("{}/", &SUBNET.to_uppercase()[..SUBNET.len() - 22])));
        assert_eq!(hub.names("Hub")[2], "s1/Net/Hub");
        assert_eq!(ResourceId::new(SUBNET).outer(), Some(hub.clone()));
        assert_eq!(hub.outer(), None);
        assert_eq!(ResourceId::new("/subscriptions/s1/resourceGroups/Net").kind(), None);
    }
}
