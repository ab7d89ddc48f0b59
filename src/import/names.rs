//! Short names for resources that Azure tells apart by id only.

use rustc_hash::FxHashMap;

use super::id::ResourceId;

/// The shortest name of each resource that no other one has: the plain name, then with the resource
/// group before it, then with the subscription and the type too, and at last the whole id.
///
/// All bearers of an ambiguous name get a longer one, so that none depends on the order of reading.
pub(super) fn shortest(resources: &[(&ResourceId, &str)]) -> Vec<String> {
    let candidates: Vec<[String; 5]> = resources.iter().map(|(id, name)| id.names(name)).collect();
    let longest = candidates.first().map_or(0, |names| names.len() - 1);
    let mut lengths = vec![0; candidates.len()];
    for _ in 0..longest {
        let mut bearers: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, names) in candidates.iter().enumerate() {
            bearers.entry(names[lengths[index]].to_lowercase()).or_default().push(index);
        }
        for index in bearers.values().filter(|bearers| bearers.len() > 1).flatten() {
            lengths[*index] = (lengths[*index] + 1).min(longest);
        }
    }
    candidates
        .into_iter()
        .zip(lengths)
        .map(|(mut names, length)| std::mem::take(&mut names[length]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(subscription: &str, group: &str, collection: &str, name: &str) -> ResourceId {
        ResourceId::new(&format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/{collection}/{name}"
        ))
    }

    #[test]
    fn names_grow_only_as_far_as_they_must() {
        let ids = [
            id("a", "west", "virtualNetworks", "hub"),
            id("a", "west", "virtualNetworks", "shop"),
            id("a", "east", "virtualNetworks", "shop"),
            id("b", "east", "virtualNetworks", "Shop"),
            id("a", "west", "virtualNetworks", "edge"),
            id("a", "west", "localNetworkGateways", "edge"),
        ];
        let named: Vec<_> = ids.iter().map(|id| (id, id.name())).collect();
        assert_eq!(
            shortest(&named),
            [
                "hub",
                "west/shop",
                "a/east/shop",
                "b/east/Shop",
                "a/west/virtualNetworks/edge",
                "a/west/localNetworkGateways/edge"
            ]
        );
    }

    #[test]
    fn ids_that_differ_in_the_provider_alone_have_names_of_their_own() {
        let ids = ["Microsoft.Network", "Contoso.Network"].map(|provider| {
            ResourceId::new(&format!(
                "/subscriptions/a/resourceGroups/west/providers/{provider}/localNetworkGateways/depot"
            ))
        });
        let named: Vec<_> = ids.iter().map(|id| (id, id.name())).collect();
        assert_eq!(
            shortest(&named),
            [
                "/subscriptions/a/resourceGroups/west/providers/Microsoft.Network/localNetworkGateways/depot",
                "/subscriptions/a/resourceGroups/west/providers/Contoso.Network/localNetworkGateways/depot"
            ]
        );
    }
}
