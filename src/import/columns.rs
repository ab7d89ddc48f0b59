//! What columns and fields of resources are called, by Azure and by those who ask it.
//!
//! Names are in lower case and without blanks and underscores here, as [`plain`] makes them.

use super::json::Object;

/// The names of one type of resource.
pub(super) struct Shape {
    /// The type, without its provider.
    kind: &'static str,
    /// What Azure writes, whether it is read or cannot matter.
    fields: &'static str,
    /// Paths of fields in Azure's own form, each with what else columns are called that hold the same.
    aliases: &'static [(&'static str, &'static str)],
    /// Fields that Azure always writes, and without which an answer rests on a default.
    needed: &'static [&'static str],
    /// The shape of what lies in it.
    pub(super) inner: Option<&'static Shape>,
}

impl Shape {
    /// The fields of [`needed`](Self::needed) that a row lacks; `has` knows names in lower case.
    pub(super) fn lacking(&self, has: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
        self.needed.iter().copied().filter(move |field| !has(&field.to_ascii_lowercase()))
    }

    /// True for the names that are read, and for those that cannot matter.
    pub(super) fn knows(&self, plain: &str) -> bool {
        let is_known = |name: &str| is_of_any(name) || has(self.fields, name) || self.path(name).is_some();
        is_known(plain) || plain.strip_suffix("text").is_some_and(is_known)
    }

    /// True for what Azure writes under that name: an object where its fields lie in one.
    pub(super) fn writes(&self, plain: &str, is_object: bool) -> bool {
        match self.path(plain) {
            Some(path) => path != plain && is_object && has(self.fields, plain),
            None => self.knows(plain),
        }
    }

    /// Where Azure has what a column of that name holds; none where it has that name there too.
    pub(super) fn path(&self, plain: &str) -> Option<&'static str> {
        self.aliases.iter().find(|(_, names)| has(names, plain)).map(|(path, _)| *path)
    }
}

/// True where `name` is one of the words.
fn has(words: &str, name: &str) -> bool {
    words.split_ascii_whitespace().any(|word| word == name)
}

/// A name in lower case, without blanks, underscores and hyphens.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| !" _-".contains(*letter)).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// True for what stands beside every resource and has nothing to do with routing.
pub(super) fn is_of_any(plain: &str) -> bool {
    has(ANY, plain)
}

/// What stands beside every resource and has nothing to do with routing.
const ANY: &str = "apiversion azureapiversion changedtime createdtime etag extendedlocation id identity kind location \
    managedby managementgroup mgpath name plan properties provisioningstate region resourcegroup \
    resourcegroupid resourcegroupname resourceguid subscription subscriptionid subscriptionname systemdata \
    tag tags tagstable tenantid type zones";

const VNET: Shape = Shape {
    kind: "virtualnetworks",
    fields: "addressspace bgpcommunities ddosprotectionplan defaultpublicnatgateway dhcpoptions dnsservers \
        enableddosprotection enablevmprotection encryption flowlogs flowtimeoutinminutes ipallocations \
        privateendpointvnetpolicies sku subnets summarizedgatewayprefixes virtualnetworkpeerings",
    aliases: &[
        (
            SPACE,
            "addr address addresses addressprefix addressprefixes addressrange addressranges addressspace addressspaceaddressprefixes \
            addressspaceprefixes addressspaces cidr cidrs prefix prefixes vnetaddressprefixes \
            vnetaddressspace vnetprefixes",
        ),
        (
            SUMMARIES,
            "summarizedgatewayprefixes summarizedgatewayprefixesaddressprefixes summarizedprefixes summarizedprefix",
        ),
        (PEERINGS, "peering peerings vnetpeering vnetpeerings virtualnetworkpeering"),
        ("id", "resourceid virtualnetworkid vnetid"),
        ("name", "virtualnetwork virtualnetworkname vnet vnetname"),
        ("peeringname", "peeringname"),
        ("peeringstate", "peeringstate"),
        ("peeringsynclevel", "peeringsynclevel"),
        ("allowgatewaytransit", "allowgatewaytransit usegatewaytransit"),
        ("useremotegateways", "useremotegateways useremotegateway"),
        ("allowvirtualnetworkaccess", "allowvirtualnetworkaccess allowvnetaccess"),
        ("allowforwardedtraffic", "allowforwardedtraffic"),
        (
            "remotevnetid",
            "remote remoteid remotevnet remotevnetid remotevirtualnetwork remotevirtualnetworkid peerid \
            peervnetid",
        ),
        ("remoteaddressprefixes", "remoteaddressprefixes remoteaddressspace"),
        ("subnets.0.name", "subnet subnetname"),
        ("subnets.0.addressprefix", "subnetaddressprefix subnetaddressprefixes subnetprefix subnetprefixes"),
        ("subnets.0.routetable.id", "routetable routetableid subnetroutetable subnetroutetableid"),
        ("subnets.0.networksecuritygroup.id", "networksecuritygroup networksecuritygroupid nsg nsgid"),
    ],
    needed: &[],
    inner: Some(&PEERING),
};

const SPACE: &str = "addressspace.addressprefixes";
const SUMMARIES: &str = "summarizedgatewayprefixes.addressprefixes";
const PEERINGS: &str = "virtualnetworkpeerings";

/// The columns of a row of a VNet that are about one of its peerings, as [`VNET`] has them.
pub(super) const OF_PEERING: &[&str] = &[
    "allowforwardedtraffic",
    "allowgatewaytransit",
    "allowvirtualnetworkaccess",
    "peeringname",
    "peeringstate",
    "peeringsynclevel",
    "remoteaddressprefixes",
    "remotevnetid",
    "useremotegateways",
];

pub(super) const PEERING: Shape = Shape {
    kind: "virtualnetworks/virtualnetworkpeerings",
    fields: "allowforwardedtraffic allowgatewaytransit allowvirtualnetworkaccess donotverifyremotegateways \
        enableonlyipv6peering localaddressspace localsubnetnames localvirtualnetworkaddressspace \
        peercompletevnets peeredremoteaddressspace peeringstate peeringsynclevel remoteaddressspace \
        remotebgpcommunities remotegateways remotesubnetnames remotevirtualnetwork isprojected \
        remotevirtualnetworkaddressspace remotevirtualnetworkencryption routeservicevips useremotegateways \
        virtualnetworkid virtualnetworkname vnetid vnetname",
    aliases: &[
        ("allowforwardedtraffic", "allowforwarding"),
        ("allowgatewaytransit", "allowtransit gatewaytransit"),
        ("useremotegateways", "useremotegateway"),
        ("allowvirtualnetworkaccess", "allowvnetaccess"),
        ("name", "peeringname"),
        ("peeringstate", "state status"),
        ("peeringsynclevel", "synclevel"),
        (
            REMOTE,
            "peer peerid peervnetid remote remoteid remotevirtualnetwork remotevirtualnetworkid remotevnet \
            remotevnetid",
        ),
        (REMOTE_SPACE, "remoteaddressprefixes remoteaddressspace remoteprefixes"),
    ],
    needed: &["allowGatewayTransit", "useRemoteGateways"],
    inner: None,
};

const REMOTE: &str = "remotevirtualnetwork.id";
const REMOTE_SPACE: &str = "remoteaddressspace.addressprefixes";

const GATEWAY: Shape = Shape {
    kind: "virtualnetworkgateways",
    fields: "activeactive activeactivefeature adminstate allowremotevnettraffic allowvirtualwantraffic \
        autoscaleconfiguration bgpsettings customroutes disableipsecreplayprotection enablebgp \
        enablebgproutetranslationfornat enablednsforwarding enablehighbandwidthvpngateway \
        enableprivateipaddress gatewaydefaultsite gatewaytype inbounddnsforwardingendpoint ipconfigurations \
        ismigratetocses migratetocses natrules p2sauthtypes packetcapturediagnosticstate \
        remotevirtualnetworkpeerings resiliencymodel sku virtualnetworkgatewaymigrationstatus \
        virtualnetworkgatewaypolicygroups vnetextendedlocationresourceid vpnclientconfiguration \
        vpngatewaygeneration vpnauthenticationtypes vpntype",
    aliases: &[
        (
            POOL,
            "addresspool addresspools clientaddresspool clientaddresspools clientaddressprefixes clientpool \
            clientpools p2saddresspool p2saddresspools p2saddressprefixes p2saddressspace p2sclientpool \
            p2spool p2spools pool pools vpnaddresspool vpnclientaddresspool vpnclientaddresspools \
            vpnclientaddressprefixes vpnclientaddressspace vpnclientpool vpnpool",
        ),
        (
            CUSTOM,
            "customroute customroutes customrouteprefixes customroutesaddressprefixes p2scustomroutes \
            advertisedroutes additionalroutes",
        ),
        (
            PROTOCOLS,
            "clientprotocols p2sprotocol p2sprotocols protocols tunneltype tunneltypes vpnclientprotocols \
            vpnprotocols",
        ),
        (SUBNET, "gatewaysubnet gatewaysubnetid subnet subnetid virtualnetwork virtualnetworkid vnet vnetid"),
        (ASN, "asn bgpasn"),
        (PEER, "bgppeeringaddress bgppeerip"),
        ("enablebgp", "bgp bgpenabled"),
        ("sku.name", "gatewaysku sku skuname"),
        ("sku.tier", "skutier"),
        ("gatewaytype", "gwtype"),
        (PUBLIC, "publicip publicipaddress publicipaddresses"),
        ("id", "gatewayid resourceid"),
        ("name", "gateway gatewayname"),
    ],
    needed: &["enableBgp"],
    inner: None,
};

const POOL: &str = "vpnclientconfiguration.vpnclientaddresspool.addressprefixes";
const CUSTOM: &str = "customroutes.addressprefixes";
const PROTOCOLS: &str = "vpnclientconfiguration.vpnclientprotocols";
const SUBNET: &str = "ipconfigurations.0.subnet.id";
const ASN: &str = "bgpsettings.asn";
const PEER: &str = "bgpsettings.bgppeeringaddress";
const PUBLIC: &str = "bgpsettings.bgppeeringaddresses.0.tunnelipaddresses";

const LOCAL_GATEWAY: Shape = Shape {
    kind: "localnetworkgateways",
    fields: "bgpsettings fqdn gatewayipaddress localnetworkaddressspace",
    aliases: &[
        (
            LOCAL_SPACE,
            "addressprefixes addressspace localaddressprefixes localaddressspace localnetworkaddressprefixes \
            localnetworkaddressspace localprefixes prefixes",
        ),
        ("gatewayipaddress", "endpoint gatewayaddress gatewayip ipaddress peerip"),
        (ASN, "asn bgpasn"),
        (PEER, "bgppeeringaddress bgppeerip"),
        ("id", "localnetworkgatewayid resourceid"),
        ("name", "localnetworkgateway sitename"),
    ],
    needed: &[],
    inner: None,
};

const LOCAL_SPACE: &str = "localnetworkaddressspace.addressprefixes";

const CONNECTION: Shape = Shape {
    kind: "connections",
    fields: "authenticationtype authorizationkey certificateauthentication connectionmode connectionprotocol \
        connectionstatus connectiontype dpdtimeoutseconds egressbytestransferred egressnatrules enablebgp \
        enableprivatelinkfastpath expressroutegatewaybypass gatewaycustombgpipaddresses \
        ingressbytestransferred ingressnatrules ipsecpolicies localnetworkgateway2 \
        packetcapturediagnosticstate peer routingconfiguration routingweight sharedkey \
        trafficselectorpolicies tunnelconnectionstatus tunnelproperties uselocalazureipaddress \
        usepolicybasedtrafficselectors virtualnetworkgateway1 virtualnetworkgateway2",
    aliases: &[
        (
            NEAR,
            "gateway gateway1 gateway1id gatewayid virtualnetworkgateway1 virtualnetworkgateway1id \
            virtualnetworkgatewayid vnetgateway1 vnetgateway1id",
        ),
        (
            FAR,
            "gateway2 gateway2id remotegateway remotegatewayid virtualnetworkgateway2 \
            virtualnetworkgateway2id vnetgateway2 vnetgateway2id",
        ),
        (
            LOCAL,
            "localgateway localgateway2 localgatewayid localnetworkgateway localnetworkgateway2 \
            localnetworkgateway2id localnetworkgatewayid",
        ),
        ("enablebgp", "bgp bgpenabled"),
        ("connectionstatus", "status state"),
        ("id", "connectionid resourceid"),
        ("name", "connectionname connection"),
    ],
    needed: &["enableBgp"],
    inner: None,
};

const NEAR: &str = "virtualnetworkgateway1.id";
const FAR: &str = "virtualnetworkgateway2.id";
const LOCAL: &str = "localnetworkgateway2.id";

const PUBLIC_ADDRESS: Shape = Shape {
    kind: "publicipaddresses",
    fields: "ddossettings deleteoption dnssettings idletimeoutinminutes ipaddress ipconfiguration iptags \
        linkedpublicipaddress migrationphase natgateway publicipaddressversion publicipallocationmethod \
        publicipprefix servicepublicipaddress sku upgradedtov2",
    aliases: &[
        ("ipaddress", "address ip publicip publicipaddress"),
        ("dnssettings.fqdn", "fqdn"),
        ("publicipallocationmethod", "allocationmethod"),
        ("sku.name", "skuname"),
        ("id", "resourceid"),
    ],
    needed: &[],
    inner: None,
};

/// The address, subnet and machine of an interface or firewall.
const ADDRESS: &str = "ipconfigurations.0.privateipaddress";
const OF_SUBNET: &str = "ipconfigurations.0.subnet.id";
const ADDRESSES: &str = "address ip ipaddress privateip privateipaddress";
const SUBNETS: &str = "subnet subnetid";

const OF_VNET: Shape = Shape {
    kind: "virtualnetworks/subnets",
    fields: "addressprefix addressprefixes applicationgatewayipconfigurations defaultoutboundaccess delegations \
        ipallocations ipampoolprefixallocations ipconfigurationprofiles ipconfigurations natgateway \
        networksecuritygroup privateendpointnetworkpolicies privateendpoints privatelinkservicenetworkpolicies \
        purpose resourcenavigationlinks routetable serviceassociationlinks serviceendpointpolicies \
        serviceendpoints servicegateway sharingscope virtualnetwork vnet",
    aliases: &[
        ("addressprefixes", "cidr cidrs prefix prefixes subnetprefix subnetprefixes subnetaddressprefix"),
        ("routetable.id", "routetable routetableid"),
        ("networksecuritygroup.id", "networksecuritygroup networksecuritygroupid nsg nsgid"),
        ("id", "resourceid subnetid"),
        ("name", "subnet subnetname"),
    ],
    needed: &[],
    inner: None,
};

const ROUTE_TABLE: Shape = Shape {
    kind: "routetables",
    fields: "disablebgproutepropagation disablepeeringroute routes subnets",
    aliases: &[
        ("disablebgproutepropagation", "bgproutepropagationdisabled"),
        ("routes.0.name", "route routename"),
        ("routes.0.addressprefix", "addressprefix destination prefix routeaddressprefix routeprefix"),
        ("routes.0.nexthoptype", "nexthop nexthoptype routenexthoptype"),
        (
            "routes.0.nexthopipaddress",
            "nexthopaddress nexthopip nexthopipaddress nexthopipaddresses routenexthopip",
        ),
        ("id", "resourceid routetableid"),
        ("name", "routetable routetablename"),
    ],
    needed: &[],
    inner: None,
};

const ROUTE: Shape = Shape {
    kind: "routetables/routes",
    fields: "addressprefix hasbgpoverride nexthop nexthopipaddress nexthoptype",
    aliases: &[
        ("addressprefix", "destination prefix routeprefix"),
        ("nexthopipaddress", "nexthopaddress nexthopip nexthopipaddresses"),
        ("id", "resourceid routeid"),
        ("name", "route routename"),
    ],
    needed: &[],
    inner: None,
};

const FIREWALL: Shape = Shape {
    kind: "azurefirewalls",
    fields: "additionalproperties applicationrulecollections autoscaleconfiguration extendedlocation firewallpolicy \
        hubipaddresses ipconfigurations ipgroups managementipconfiguration natrulecollections networkrulecollections \
        sku threatintelmode virtualhub",
    aliases: &[
        (ADDRESS, ADDRESSES),
        (OF_SUBNET, SUBNETS),
        ("id", "firewallid resourceid"),
        ("name", "firewall firewallname"),
    ],
    needed: &[],
    inner: None,
};

const INTERFACE: Shape = Shape {
    kind: "networkinterfaces",
    fields: "allowport25out auxiliarymode auxiliarysku defaultoutboundconnectivityenabled disabletcpstatetracking \
        dnssettings dscpconfiguration enableacceleratednetworking enableipforwarding hostedworkloads ipconfigurations \
        macaddress migrationphase networksecuritygroup nictype primary privateendpoint privatelinkservice \
        tapconfigurations virtualmachine vnetencryptionsupported workloadtype",
    aliases: &[
        (ADDRESS, ADDRESSES),
        (OF_SUBNET, SUBNETS),
        ("virtualmachine.id", "machine machineid virtualmachine virtualmachineid vm vmid"),
        ("enableipforwarding", "ipforwarding ipforwardingenabled"),
        ("id", "interfaceid networkinterfaceid nicid resourceid"),
        ("name", "interface networkinterface nic nicname"),
    ],
    needed: &["enableIPForwarding"],
    inner: None,
};

const SHAPES: [&Shape; 11] = [
    &VNET,
    &PEERING,
    &GATEWAY,
    &LOCAL_GATEWAY,
    &CONNECTION,
    &PUBLIC_ADDRESS,
    &OF_VNET,
    &ROUTE_TABLE,
    &ROUTE,
    &FIREWALL,
    &INTERFACE,
];

/// True for a row that says something of a network, of whatever type.
pub(super) fn is_of_network(row: &Object<'_>) -> bool {
    row.cells().any(|(name, _)| {
        let plain = plain(name);
        let of_vnet = VNET.path(&plain).is_some_and(|path| [SPACE, PEERINGS, "remotevnetid"].contains(&path));
        let of_gateway = GATEWAY.path(&plain).is_some_and(|path| [POOL, CUSTOM, SUBNET].contains(&path));
        of_vnet || of_gateway || plain == "vnetname" || plain.starts_with("virtualnetworkgateway")
    })
}

/// Stands in a peering that a query took out of its VNet, and with which it may have lost others.
pub(super) const PROJECTED: &str = "isprojected";

/// The shape of a row, by the type that its id or itself tells.
pub(super) fn shape(row: &Object<'_>) -> Option<&'static Shape> {
    let Some(kind) = row.kind() else {
        let is_space = |(name, _): (&str, _)| VNET.path(&plain(name)) == Some(SPACE);
        let is_vnet = row.has("vnetId") && !row.has("gatewayType") && row.cells().any(is_space);
        return is_vnet.then_some(&VNET);
    };
    let kind = kind.strip_prefix("microsoft.network/")?;
    SHAPES.into_iter().find(|shape| shape.kind == kind)
}
