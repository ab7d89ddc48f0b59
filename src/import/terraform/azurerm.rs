//! Resources of the provider azurerm, in the shapes of all its releases.

use super::block::Block;
use super::configuration;
use super::instances::Instance;
use super::{Reader, Vnets};
use crate::diagnostic::Code;
use crate::import::arm;
use crate::import::id::ResourceId;
use crate::import::resources::{Connection, Gateway, LocalGateway, Peering, Vnet};
use crate::prefix::Prefix;
use crate::source::Span;

const VNET: &str = "azurerm_virtual_network";
const SUBNET: &str = "azurerm_subnet";
const PEERING: &str = "azurerm_virtual_network_peering";
const GATEWAY: &str = "azurerm_virtual_network_gateway";
const LOCAL_GATEWAY: &str = "azurerm_local_network_gateway";
const CONNECTION: &str = "azurerm_virtual_network_gateway_connection";
const PUBLIC_ADDRESS: &str = "azurerm_public_ip";

/// Any resource, by its body, of the provider azapi.
const BODY: &str = "azapi_resource";

/// What stands for the group of a resource where it is not known.
const NO_GROUP: &str = "not-known";

/// True for the types that a network is made of.
pub(super) fn is_read(kind: &str) -> bool {
    collection(kind).is_some() || [SUBNET, PEERING, BODY].contains(&kind)
}

/// What Azure calls a type; none for those that lie in others.
pub(super) fn collection(kind: &str) -> Option<&'static str> {
    Some(match kind {
        VNET => "virtualNetworks",
        GATEWAY => "virtualNetworkGateways",
        LOCAL_GATEWAY => "localNetworkGateways",
        CONNECTION => "connections",
        PUBLIC_ADDRESS => "publicIPAddresses",
        _ => return None,
    })
}

pub(super) fn is_vnet(kind: &str) -> bool {
    kind == VNET
}

/// What a VNet is found by where it is named.
pub(super) fn vnet_key(group: &str, name: &str) -> (String, String) {
    (group.to_ascii_lowercase(), name.to_ascii_lowercase())
}

/// The name; where it is not known, the address.
fn name(instance: &Instance<'_>) -> String {
    instance.values.text("name").unwrap_or_else(|| instance.address.replace('/', "-"))
}

/// The id that a resource will have.
pub(super) fn id(instance: &Instance<'_>, subscription: &str, vnets: &Vnets) -> ResourceId {
    let text = |field: &str| instance.values.text(field);
    let name = name(instance);
    if instance.kind == BODY {
        let kind = text("type").unwrap_or_default();
        let kind = kind.split('@').next().unwrap_or_default();
        let parent = text("parent_id")
            .unwrap_or_else(|| format!("/subscriptions/{subscription}/resourceGroups/{NO_GROUP}"));
        return ResourceId::new(&match kind.rsplit_once('/') {
            Some((_, inner)) if parent.contains("/providers/") => format!("{parent}/{inner}/{name}"),
            _ => format!("{parent}/providers/{kind}/{name}"),
        });
    }
    let group = text("resource_group_name").unwrap_or_else(|| NO_GROUP.to_owned());
    let of = |collection: &str, name: &str| {
        ResourceId::new(&format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/{collection}/{name}"
        ))
    };
    if let Some(collection) = collection(&instance.kind) {
        return of(collection, &name);
    }
    let vnet = text("virtual_network_name").unwrap_or_else(|| NO_GROUP.to_owned());
    // The VNet may be of another provider, and so in another subscription.
    let known = vnets.get(&vnet_key(&group, &vnet)).cloned();
    let vnet = known.unwrap_or_else(|| of("virtualNetworks", &vnet));
    let inner = if instance.kind == PEERING { "virtualNetworkPeerings" } else { "subnets" };
    vnet.child(inner, &name)
}

impl<'text> Reader<'text, '_, '_> {
    /// Reads one instance, if it is of a type that a network is made of.
    pub(super) fn instance(&mut self, key: &str, instance: &Instance<'text>) {
        let Some(id) = self.ids.get(key).cloned() else { return };
        let block = Block::of(instance, self.configuration.of(instance));
        if block.is_unknown("name") {
            self.unknown(instance, "name", instance.span, "the address stands for it");
        }
        let name = name(instance);
        if instance.is_data {
            self.resources.planned.loose.insert(id.clone());
        } else if instance.is_made {
            self.resources.planned.made.insert(id.clone());
        }
        match instance.kind.as_str() {
            VNET => self.vnet(instance, &block, id, name),
            PEERING => self.peering(instance, &block, &id),
            GATEWAY => self.gateway(instance, &block, id, name),
            LOCAL_GATEWAY => self.local_gateway(instance, &block, id, name),
            CONNECTION => self.connection(instance, &block, id, name),
            PUBLIC_ADDRESS => {
                // An address that Azure has yet to give is known by whose it is.
                let addresses: Vec<String> =
                    ["ip_address", "fqdn"].iter().filter_map(|field| block.text(field)).collect();
                let stand_in = || vec![instance.address.clone()];
                let addresses = if addresses.is_empty() { stand_in() } else { addresses };
                self.resources.public_addresses.insert(id, addresses);
            }
            BODY => {
                if block.is_unknown("body") && arm::is_read(&id) {
                    self.unknown(instance, "body", instance.span, "what is not known of it is left out");
                }
                let resources = &mut *self.resources;
                instance.values.embedded("body", |body| arm::take_as(id, body, resources));
            }
            _ => {}
        }
    }

    fn unknown(&mut self, instance: &Instance<'_>, field: &str, span: Span, consequence: &str) {
        let message = format!(
            "`{field}` of `{}` is known only once the plan is applied; {consequence}",
            instance.address
        );
        self.resources.note(Code::UnknownValue, span, message);
    }

    /// Prefixes; those that are not known are told of.
    fn prefixes(&mut self, instance: &Instance<'_>, block: &Block<'_>, field: &str) -> Vec<Prefix> {
        if block.is_unknown(field) {
            self.unknown(instance, field, block.span_of(field), "what is not known of it is left out");
        }
        self.resources.prefixes(block.list(field))
    }

    /// A truth value under any of its names.
    fn flag(&mut self, instance: &Instance<'_>, block: &Block<'_>, fields: &[&str], default: bool) -> bool {
        if let Some(flag) = fields.iter().find_map(|field| block.flag(field)) {
            return flag;
        }
        if let Some(field) = fields.iter().find(|field| block.is_unknown(field)) {
            let consequence = format!("it is taken to be {default}");
            self.unknown(instance, field, block.span_of(field), &consequence);
        }
        default
    }

    /// The resource that a field refers to.
    fn target(
        &mut self,
        instance: &Instance<'_>,
        block: &Block<'_>,
        field: &str,
        wanted: &[&str],
    ) -> Option<ResourceId> {
        if let Some(id) = block.text(field) {
            return id.contains('/').then(|| ResourceId::new(&id));
        }
        if !block.is_unknown(field) {
            return None;
        }
        let references = block.references(field);
        let shown: Vec<String> =
            configuration::leaves(&references).map(|reference| format!("`{reference}`")).collect();
        let from = if shown.is_empty() { "the configuration".to_owned() } else { shown.join(" and ") };
        if let Some(target) = self.configuration.target(instance, &references, wanted) {
            if target.is_by_key {
                let message = format!(
                    "`{field}` of `{}` is taken to lead to `{}`, by the key in {from}",
                    instance.address, target.instance.address
                );
                self.resources.incomplete(block.span_of(field), message);
            }
            return self.ids.get(&target.instance.address).cloned();
        }
        let message = format!(
            "`{field}` of `{}` is known only once the plan is applied, and cannot be told from {from}",
            instance.address
        );
        self.resources.note(Code::UnknownValue, block.span_of(field), message).help =
            Some("apply what it refers to first, then make another plan".into());
        None
    }

    fn vnet(&mut self, instance: &Instance<'_>, block: &Block<'_>, id: ResourceId, name: String) {
        if instance.is_data
            && self.resources.vnets.contains_key(&id)
            && block.list("address_space").is_empty()
        {
            return;
        }
        let mut space = self.prefixes(instance, block, "address_space");
        if space.is_empty() {
            // What the data source called it before.
            space = self.resources.prefixes(block.list("address_spaces"));
        }
        if space.is_empty() && !block.is_unknown("address_space") {
            self.resources
                .incomplete(instance.span, format!("VNet `{name}` has no address space in the export"));
        }
        let peerings = instance.values.object("vnet_peerings").map_or(0, |peerings| peerings.count());
        if instance.is_data && peerings > 0 {
            let message =
                format!("a data source does not tell the settings of the peerings of VNet `{name}`");
            self.resources.incomplete(instance.span, message).help =
                Some("add an export of Azure, or the state that manages them".into());
        }
        self.resources.add_vnet(id, Vnet { name, space, origin: instance.span });
    }

    fn peering(&mut self, instance: &Instance<'_>, block: &Block<'_>, id: &ResourceId) {
        let vnet = if block.is_unknown("virtual_network_name") || block.is_unknown("virtual_network_id") {
            let field = if block.is_unknown("virtual_network_id") {
                "virtual_network_id"
            } else {
                "virtual_network_name"
            };
            self.target(instance, block, field, &[VNET])
        } else {
            id.owner("virtualNetworkPeerings")
        };
        let remote = self.target(instance, block, "remote_virtual_network_id", &[VNET, BODY]);
        let (Some(vnet), Some(remote)) = (vnet, remote) else { return };
        let allow_gateway_transit = self.flag(instance, block, &["allow_gateway_transit"], false);
        let use_remote_gateways = self.flag(instance, block, &["use_remote_gateways"], false);
        let allow_vnet_access = self.flag(instance, block, &["allow_virtual_network_access"], true);
        let side = Peering {
            vnet: vnet.clone(),
            remote,
            allow_gateway_transit,
            use_remote_gateways,
            allow_vnet_access,
            state: None,
            remote_space: Vec::new(),
            projected: false,
            origin: instance.span,
        };
        let own = vnet.child("virtualNetworkPeerings", id.name());
        if instance.is_made {
            self.resources.planned.made.insert(own.clone());
        }
        self.resources.add_peering(own, side);
    }

    fn gateway(&mut self, instance: &Instance<'_>, block: &Block<'_>, id: ResourceId, name: String) {
        let mut vnet = None;
        let mut public_address_ids = Vec::new();
        for configuration in block.blocks("ip_configuration") {
            if vnet.is_none() {
                let target = self.target(instance, &configuration, "subnet_id", &[SUBNET, VNET, BODY]);
                vnet = target.and_then(|target| match target.kind().as_deref() {
                    Some("microsoft.network/virtualnetworks") => Some(target),
                    _ => target.owner("subnets"),
                });
            }
            public_address_ids.extend(self.address_of(instance, &configuration));
        }
        if vnet.is_none() {
            self.unknown(instance, "ip_configuration", instance.span, "the gateway is left out");
            return;
        }
        let bgp = block.blocks("bgp_settings").into_iter().next();
        let mut peer_addresses = Vec::new();
        let mut public_addresses = Vec::new();
        if let Some(bgp) = &bgp {
            let words = |block: &Block<'_>, field: &str| block.list(field).into_iter().map(|(word, _)| word);
            peer_addresses.extend(words(bgp, "peering_address"));
            for instance in bgp.blocks("peering_addresses") {
                public_addresses.extend(words(&instance, "tunnel_ip_addresses"));
                peer_addresses.extend(words(&instance, "default_addresses"));
                peer_addresses.extend(words(&instance, "apipa_addresses"));
            }
        }
        let asn = bgp.as_ref().and_then(|bgp| self.asn(instance, bgp));
        let mut pools = Vec::new();
        let mut protocols = Vec::new();
        for clients in block.blocks("vpn_client_configuration") {
            pools.extend(self.prefixes(instance, &clients, "address_space"));
            for group in clients.blocks("virtual_network_gateway_client_connection") {
                pools.extend(self.prefixes(instance, &group, "address_prefixes"));
            }
            protocols = self.resources.protocols(clients.list("vpn_client_protocols"));
        }
        let mut custom_routes = Vec::new();
        for routes in block.blocks("custom_route") {
            custom_routes.extend(self.prefixes(instance, &routes, "address_prefixes"));
        }
        if block.text("default_local_network_gateway_id").is_some() {
            let message = format!("the default site of gateway `{name}` is left out");
            self.resources.outside(block.span_of("default_local_network_gateway_id"), message);
        }
        let gateway = Gateway {
            name,
            vnet,
            kind: block.text("type"),
            vpn_kind: block.text("vpn_type"),
            bgp: Some(self.flag(instance, block, &["bgp_enabled", "enable_bgp"], false)),
            asn,
            sku: block.text("sku"),
            pools,
            custom_routes,
            protocols,
            peer_addresses,
            public_addresses,
            public_address_ids,
            origin: Some(instance.span),
        };
        self.resources.add_gateway(id, gateway);
    }

    /// The public address of a gateway; one that cannot be told matters to few, and is not told of.
    fn address_of(&self, instance: &Instance<'_>, block: &Block<'_>) -> Option<ResourceId> {
        const FIELD: &str = "public_ip_address_id";
        if let Some(id) = block.text(FIELD) {
            return id.contains('/').then(|| ResourceId::new(&id));
        }
        let target = self.configuration.target(instance, &block.references(FIELD), &[PUBLIC_ADDRESS])?;
        self.ids.get(&target.instance.address).cloned()
    }

    fn asn(&mut self, instance: &Instance<'_>, block: &Block<'_>) -> Option<u32> {
        if block.text("asn").is_none() && block.is_unknown("asn") {
            self.unknown(instance, "asn", block.span_of("asn"), "none is taken to be stated");
        }
        self.resources.asn(block.text("asn"), block.span_of("asn"))
    }

    fn local_gateway(&mut self, instance: &Instance<'_>, block: &Block<'_>, id: ResourceId, name: String) {
        let bgp = block.blocks("bgp_settings").into_iter().next();
        let asn = bgp.as_ref().and_then(|bgp| self.asn(instance, bgp));
        let peer_addresses = bgp.iter().flat_map(|bgp| bgp.list("bgp_peering_address"));
        let peer_addresses = peer_addresses.map(|(address, _)| address).collect();
        let mut endpoint = block.text("gateway_address").or_else(|| block.text("gateway_fqdn"));
        for field in ["gateway_address", "gateway_fqdn"] {
            if endpoint.is_none() && block.is_unknown(field) {
                let references = block.references(field);
                let target = self.configuration.target(instance, &references, &[PUBLIC_ADDRESS]);
                endpoint = target.map(|target| target.instance.address.clone());
                if endpoint.is_none() {
                    self.unknown(instance, field, instance.span, "it is taken for the address of a site");
                }
            }
        }
        let new = LocalGateway {
            space: self.prefixes(instance, block, "address_space"),
            name,
            endpoint,
            asn,
            peer_addresses,
            origin: Some(instance.span),
        };
        self.resources.add_local_gateway(id, new);
    }

    fn connection(&mut self, instance: &Instance<'_>, block: &Block<'_>, id: ResourceId, name: String) {
        let gateway = self.target(instance, block, "virtual_network_gateway_id", &[GATEWAY, BODY]);
        let far_gateway = self.target(instance, block, "peer_virtual_network_gateway_id", &[GATEWAY, BODY]);
        let local_gateway = self.target(instance, block, "local_network_gateway_id", &[LOCAL_GATEWAY, BODY]);
        let bgp = self.flag(instance, block, &["bgp_enabled", "enable_bgp"], false);
        if block.flag("use_policy_based_traffic_selectors") == Some(true)
            || !block.blocks("traffic_selector_policy").is_empty()
        {
            let message = format!(
                "the traffic selectors of connection `{name}` are left out; it counts as if it let everything through"
            );
            self.resources.outside(instance.span, message);
        }
        if ["ingress_nat_rule_ids", "egress_nat_rule_ids"].iter().any(|field| !block.list(field).is_empty()) {
            let message = format!("the NAT rules of connection `{name}` are left out");
            self.resources.outside(instance.span, message);
        }
        let new = Connection {
            name,
            kind: block.text("type"),
            gateway,
            far_gateway,
            local_gateway,
            bgp: Some(bgp),
            status: None,
            origin: Some(instance.span),
        };
        self.resources.add_connection(id, new);
    }
}
