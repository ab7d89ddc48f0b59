"""What the stand-in for Azure keeps, and what it refuses: resources of a network, as far as Azure documents its checks."""
import copy
import ipaddress

NETWORK = "microsoft.network"

# How Azure spells the collections that commands write in any case.
SPELLED = [
    "virtualNetworks",
    "virtualNetworkGateways",
    "connections",
    "localNetworkGateways",
    "publicIPAddresses",
    "virtualNetworkPeerings",
    "subnets",
    "routeTables",
    "routes",
    "privateDnsZones",
    "virtualNetworkLinks",
]
SPELLED = {name.lower(): name for name in SPELLED}

# What lies inside others, and is shown in these.
INSIDE = {"virtualnetworks": ("subnets", "virtualNetworkPeerings"), "routetables": ("routes",)}

# ASNs that Azure keeps for itself.
RESERVED = (8074, 8075, 12076, 65515, 65517, 65518, 65519, 65520)


class Refused(Exception):
    """What the service says no to, with its code."""

    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def parent(own):
    """The id of what a resource lies in."""
    return own.rsplit("/", 2)[0]


def properties(resource):
    return resource.setdefault("properties", {})


def reference(field):
    """The id in a reference, in lower case; empty where there is none."""
    return ((field or {}).get("id") or "").lower()


def networks(prefixes):
    return [ipaddress.ip_network(prefix, strict=False) for prefix in prefixes or []]


def space_of(vnet):
    return properties(vnet)["addressSpace"]["addressPrefixes"]


def prefixes_of(subnet):
    own = properties(subnet)
    return own.get("addressPrefixes") or [own["addressPrefix"]]


class Plane:
    """Resources by their ids in lower case. `note` is told of what Azure takes and people would not expect."""

    def __init__(self, note):
        self.note = note
        self.store = {}

    def get(self, own):
        return self.store.get((own or "").lower())

    def of_type(self, kind):
        return [it for it in self.store.values() if it["type"].lower() == f"{NETWORK}/{kind}"]

    def children(self, outer, collection):
        head = f"{outer['id'].lower()}/{collection}/"
        return [it for own, it in self.store.items() if own.startswith(head) and "/" not in own[len(head) :]]

    def shown(self, resource):
        """A resource as Azure answers with it: VNets with their children inside, connections without their keys."""
        resource = copy.deepcopy(resource)
        for field in INSIDE.get(resource["type"].lower().rsplit("/", 1)[-1], ()):
            inner = self.children(resource, field.lower())
            properties(resource)[field] = [self.shown(child) for child in inner]
        if resource["type"].lower() == f"{NETWORK}/connections":
            properties(resource).pop("sharedKey", None)
        return resource

    def put(self, own, body, synced=False):
        """Makes a resource or changes it; tells whether it is new, and gives it."""
        old = self.get(own)
        segments = own.strip("/").split("/")
        kind = "/".join([segments[5], *[SPELLED.get(it.lower(), it) for it in segments[6::2]]])
        new = copy.deepcopy(body)
        new.update(id=own, name=segments[-1], type=kind, etag='W/"1"')
        properties(new)["provisioningState"] = "Succeeded"
        check = {
            "virtualnetworks": self.put_outer,
            "routetables": self.put_outer,
            "routes": self.put_route,
            "subnets": self.put_subnet,
            "virtualnetworkpeerings": lambda new, old: self.put_side(new, old, synced),
            "publicipaddresses": self.put_address,
            "virtualnetworkgateways": self.put_gateway,
            "localnetworkgateways": self.put_local_gateway,
            "connections": self.put_connection,
            "virtualnetworklinks": self.put_link,
        }.get(kind.lower().rsplit("/", 1)[-1])
        if check:
            check(new, old)
        self.store[own.lower()] = new
        if kind.lower().endswith("/virtualnetworkpeerings"):
            self.connect(new)
        return old is None, new

    def take_apart(self, resource):
        """Keeps what lies inside a resource by itself."""
        kind = resource["type"].lower().rsplit("/", 1)[-1]
        for field in INSIDE.get(kind, ()):
            for child in properties(resource).pop(field, None) or []:
                own = child["id"] = f"{resource['id']}/{field}/{child['name']}"
                child.setdefault("type", f"{resource['type']}/{field}")
                self.store[own.lower()] = child

    def put_outer(self, new, _):
        """Children that a body lists are all that there are."""
        kind = new["type"].lower().rsplit("/", 1)[-1]
        given = {field: properties(new).pop(field, None) for field in INSIDE[kind]}
        self.store[new["id"].lower()] = new
        for field, children in given.items():
            if children is None:
                continue
            names = [child["name"].lower() for child in children]
            for child in self.children(new, field.lower()):
                if child["name"].lower() not in names:
                    self.store.pop(child["id"].lower())
            for child in children:
                self.put(f"{new['id']}/{field}/{child['name']}", child)

    def put_route(self, new, _):
        new.pop("location", None)
        own, table = properties(new), self.get(parent(new["id"]))
        if not table:
            raise Refused("ParentResourceNotFound", f"The route table of {new['id']} is not there", 404)
        is_appliance = own.get("nextHopType") == "VirtualAppliance"
        if is_appliance != bool(own.get("nextHopIpAddress") or own.get("nextHop")):
            raise Refused("InvalidRequestFormat", f"{new['name']}: an appliance has an address, and nothing else has")
        for other in self.children(table, "routes"):
            if other["id"].lower() != new["id"].lower() and properties(other)["addressPrefix"] == own["addressPrefix"]:
                raise Refused("RouteConflict", f"{other['name']} has the prefix of {new['name']} already")
        own.setdefault("hasBgpOverride", False)

    def put_link(self, new, old):
        own, zone = properties(new), self.get(parent(new["id"]))
        if not zone:
            raise Refused("ParentResourceNotFound", f"The zone of {new['id']} is not there", 404)
        vnet = reference(own.get("virtualNetwork"))
        if not self.get(vnet):
            raise Refused("VirtualNetworkDoesNotExist", f"{vnet} was not found")
        # A VNet has one zone of a name, whichever group that is in.
        for other in self.of_type("privatednszones/virtualnetworklinks"):
            is_same = other["id"].lower() != new["id"].lower() and parent(other["id"]).rsplit("/", 1)[1].lower() == zone["name"].lower()
            if is_same and reference(properties(other)["virtualNetwork"]) == vnet:
                raise Refused("Conflict", f"{vnet} is linked to a zone of this name already", 409)
        own["virtualNetworkLinkState"] = "Completed"
        if not old:
            properties(zone)["numberOfVirtualNetworkLinks"] = properties(zone).get("numberOfVirtualNetworkLinks", 0) + 1

    def put_subnet(self, new, _):
        new.pop("location", None)
        vnet = self.get(parent(new["id"]))
        if not vnet:
            raise Refused("ResourceNotFound", f"The VNet of {new['id']} is not there", 404)
        table = reference(properties(new).get("routeTable"))
        if table and not self.get(table):
            raise Refused("InvalidResourceReference", f"{table}, which {new['id']} refers to, was not found")
        if table and new["name"] == "GatewaySubnet":
            if any(properties(it)["addressPrefix"] in ("0.0.0.0/0", "::/0") for it in self.children(self.get(table), "routes")):
                raise Refused("RouteTableCannotHaveDefaultRoute", "GatewaySubnet takes no default route")
        space = networks(space_of(vnet))
        for prefix in networks(prefixes_of(new)):
            if not any(prefix.version == outer.version and prefix.subnet_of(outer) for outer in space):
                raise Refused("NetcfgSubnetRangeOutsideVnet", f"Subnet {new['name']} is not in the VNet's address space")

    def put_side(self, new, old, synced):
        own = properties(new)
        vnet, remote = self.get(parent(new["id"])), self.get(reference(own.get("remoteVirtualNetwork")))
        if not vnet:
            raise Refused("ResourceNotFound", "VNet not found", 404)
        if not reference(own.get("remoteVirtualNetwork")):
            raise Refused("InvalidRequestFormat", "remoteVirtualNetwork is missing")
        if not remote:
            raise Refused("InvalidResourceReference", f"what {new['id']} leads to was not found")
        back = next(iter(self.sides_to(remote, vnet)), None)
        if any(side["id"].lower() != new["id"].lower() for side in self.sides_to(vnet, remote)):
            raise Refused("AnotherPeeringAlreadyReferencesRemoteVnet", "Another peering already leads to this VNet")
        if any(one.overlaps(two) for one in networks(space_of(vnet)) for two in networks(space_of(remote))):
            raise Refused("VnetAddressSpacesOverlap", "address spaces overlap")
        self.check_transit(new, vnet, remote, back)
        was = properties(old)["peeringState"] if old else None
        if was == "Disconnected":
            raise Refused("PeeringDisconnected", "a disconnected peering must be deleted and created again")
        is_back_lost = back and properties(back)["peeringState"] == "Disconnected"
        if not old and is_back_lost:
            raise Refused("RemotePeeringIsDisconnected", "the other side is disconnected; delete it first")
        own["peeringState"] = was or ("Connected" if back and not is_back_lost else "Initiated")
        own["peeringSyncLevel"] = "FullyInSync" if own["peeringState"] == "Connected" else "RemoteNotInSync"
        own.setdefault("allowVirtualNetworkAccess", True)
        for flag in ("allowForwardedTraffic", "allowGatewayTransit", "useRemoteGateways", "doNotVerifyRemoteGateways"):
            own.setdefault(flag, False)
        own.setdefault("remoteGateways", [])
        # What a side carries is told when it is made, when it is synced, and when other subnets are named.
        subnets = ("peerCompleteVnets", "remoteSubnetNames")
        is_anew = not old or synced or any(properties(old).get(field) != own.get(field) for field in subnets)
        own["remoteAddressSpace"] = self.carried(own, remote) if is_anew else properties(old)["remoteAddressSpace"]
        own["remoteVirtualNetworkAddressSpace"] = copy.deepcopy(properties(remote)["addressSpace"])

    def check_transit(self, new, vnet, remote, back):
        own = properties(new)
        if own.get("allowGatewayTransit") is False and back and properties(back).get("useRemoteGateways"):
            raise Refused("RemotePeeringUsesGateways", "the other side still uses this gateway")
        if not own.get("useRemoteGateways"):
            return
        if self.gateways_in(vnet["id"]):
            raise Refused("PeeringVnetHasGateway", "useRemoteGateways cannot be set where the VNet has a gateway")
        if not self.gateways_in(remote["id"]):
            raise Refused("RemotePeeringRemoteVnetHasNoGateways", "the remote VNet has no gateway")
        if back and not properties(back).get("allowGatewayTransit"):
            raise Refused("RemotePeeringDoesNotAllowGatewayTransit", "the other side does not allow gateway transit")
        others = [it for it in self.children(vnet, "virtualnetworkpeerings") if it["id"].lower() != new["id"].lower()]
        if any(properties(side).get("useRemoteGateways") for side in others):
            raise Refused("MultipleUseRemoteGateways", "another peering of this VNet already uses remote gateways")

    def sides_to(self, vnet, remote):
        """The sides of a VNet that lead to another."""
        sides = self.children(vnet, "virtualnetworkpeerings")
        return [it for it in sides if reference(properties(it).get("remoteVirtualNetwork")) == remote["id"].lower()]

    def carried(self, own, remote):
        """What of the other VNet a side carries: all of it, or the subnets that it names."""
        if own.get("peerCompleteVnets", True):
            return copy.deepcopy(properties(remote)["addressSpace"])
        named = [name.lower() for name in own.get("remoteSubnetNames") or []]
        subnets = [it for it in self.children(remote, "subnets") if it["name"].lower() in named]
        return {"addressPrefixes": [prefix for subnet in subnets for prefix in prefixes_of(subnet)]}

    def connect(self, side):
        """A side that waits is connected once the other side is made or written again."""
        remote = self.get(reference(properties(side)["remoteVirtualNetwork"]))
        for back in self.sides_to(remote, self.get(parent(side["id"])))[:1]:
            both = [properties(it) for it in (side, back)]
            if {it["peeringState"] for it in both} <= {"Initiated", "Connected"}:
                for it in both:
                    it["peeringState"] = "Connected"

    def put_address(self, new, old):
        own = properties(new)
        number = 10 + len(self.of_type("publicipaddresses"))
        own.setdefault("ipAddress", (old and properties(old).get("ipAddress")) or f"203.0.113.{number}")
        own.setdefault("publicIPAllocationMethod", "Dynamic")
        if (new.get("sku") or {}).get("name") == "Standard" and own["publicIPAllocationMethod"] != "Static":
            raise Refused("StandardSkuPublicIPAddressesMustBeStatic", "Standard needs Static")

    def vnet_of(self, gateway):
        """The id of the VNet of a gateway, in lower case."""
        for configuration in properties(gateway).get("ipConfigurations") or []:
            if subnet := reference((configuration.get("properties") or {}).get("subnet")):
                return parent(subnet)
        return ""

    def gateways_in(self, vnet):
        return [it for it in self.of_type("virtualnetworkgateways") if self.vnet_of(it) == vnet.lower()]

    def put_gateway(self, new, old):
        own = properties(new)
        configurations = own.get("ipConfigurations") or []
        if not configurations:
            raise Refused("InvalidRequestFormat", "no ipConfigurations")
        for configuration in configurations:
            self.put_configuration(new, configuration)
        vnet = self.get(self.vnet_of(new))
        if vnet.get("location") != new.get("location"):
            places = f"the gateway is in {new.get('location')}, its VNet in {vnet.get('location')}"
            raise Refused("InvalidResourceReference", places)
        others = [it for it in self.gateways_in(vnet["id"]) if it["id"].lower() != new["id"].lower()]
        if any(properties(other).get("gatewayType") == own.get("gatewayType") for other in others):
            raise Refused("VnetHasGateway", "the VNet has a gateway already")
        if any(properties(side).get("useRemoteGateways") for side in self.children(vnet, "virtualnetworkpeerings")):
            raise Refused("VnetUsesRemoteGateways", "the VNet uses a remote gateway")
        own.setdefault("enableBgp", False)
        own.setdefault("activeActive", False)
        own["bgpSettings"] = self.bgp_of(own, configurations[0])
        for connection in self.of_type("connections"):
            is_own = reference(properties(connection)["virtualNetworkGateway1"]) == new["id"].lower()
            if is_own and properties(connection).get("enableBgp") and not own["enableBgp"]:
                raise Refused("GatewayBgpInUse", "a connection of this gateway has BGP")
        if old and properties(old)["gatewayType"] != own.get("gatewayType"):
            raise Refused("GatewayTypeCannotChange", "gatewayType")
        if (own.get("customRoutes") or {}).get("addressPrefixes") is not None and not own.get("vpnClientConfiguration"):
            self.note(f"custom routes at {new['id']} without vpnClientConfiguration")

    def put_configuration(self, gateway, configuration):
        configuration["id"] = f"{gateway['id']}/ipConfigurations/{configuration['name']}"
        configuration["type"] = "Microsoft.Network/virtualNetworkGateways/ipConfigurations"
        own = configuration.setdefault("properties", {})
        own["provisioningState"] = "Succeeded"
        subnet, address = self.get(reference(own.get("subnet"))), self.get(reference(own.get("publicIPAddress")))
        if not subnet:
            raise Refused("InvalidResourceReference", f"subnet {own.get('subnet')} not found")
        if not address:
            raise Refused("GatewayPublicIpMissing", f"public address {own.get('publicIPAddress')} not found")
        properties(address)["ipConfiguration"] = {"id": configuration["id"]}
        if (properties(gateway).get("sku") or {}).get("name", "").endswith("AZ") and not address.get("zones"):
            self.note(f"AZ gateway {gateway['id']} over a public address without zones")

    def bgp_of(self, own, configuration):
        """The BGP settings of a gateway with what the service fills in."""
        subnet = self.get(reference(configuration["properties"]["subnet"]))
        address = self.get(reference(configuration["properties"]["publicIPAddress"]))
        settings = own.get("bgpSettings") or {}
        settings.setdefault("asn", 65515)
        settings.setdefault("peerWeight", 0)
        if not settings.get("bgpPeeringAddress"):
            settings["bgpPeeringAddress"] = str(networks(prefixes_of(subnet))[0].broadcast_address - 1)
        addresses = settings.get("bgpPeeringAddresses") or []
        settings["bgpPeeringAddresses"] = [
            {
                "ipconfigurationId": configuration["id"],
                "defaultBgpIpAddresses": [settings["bgpPeeringAddress"]],
                "customBgpIpAddresses": [it for one in addresses for it in one.get("customBgpIpAddresses") or []],
                "tunnelIpAddresses": [properties(address)["ipAddress"]],
            }
        ]
        return settings

    def put_local_gateway(self, new, _):
        own = properties(new)
        bgp = own.get("bgpSettings")
        if not (own.get("localNetworkAddressSpace") or {}).get("addressPrefixes") and not bgp:
            self.note(f"{new['id']} is left without prefixes and without BGP")
        if not own.get("gatewayIpAddress") and not own.get("fqdn"):
            raise Refused("LocalGatewayAddress", "neither gatewayIpAddress nor fqdn")
        if (bgp or {}).get("asn") in RESERVED:
            self.note(f"{new['id']} has ASN {bgp['asn']}, reserved by Azure")
        for connection in self.of_type("connections"):
            leads_here = reference(properties(connection).get("localNetworkGateway2")) == new["id"].lower()
            if leads_here and properties(connection).get("enableBgp") and not bgp:
                raise Refused("LocalGatewayBgpInUse", "a connection with BGP leads to this local gateway")

    def put_connection(self, new, old):
        own = properties(new)
        near = self.get(reference(own.get("virtualNetworkGateway1")))
        if not near:
            raise Refused("InvalidResourceReference", f"the gateway of {new['id']} was not found")
        kind = (own.get("connectionType") or "").lower()
        field = {"vnet2vnet": "virtualNetworkGateway2", "ipsec": "localNetworkGateway2"}.get(kind, "")
        far = self.get(reference(own.get(field)))
        if not far:
            raise Refused("InvalidResourceReference", f"the far end of {new['id']} was not found")
        own["connectionType"] = {"vnet2vnet": "Vnet2Vnet", "ipsec": "IPsec"}[kind]
        if own.get("enableBgp"):
            if not properties(near).get("enableBgp"):
                raise Refused("VirtualNetworkGatewayConnectionBgp", "the gateway has BGP off")
            if kind == "vnet2vnet" and not properties(far).get("enableBgp"):
                raise Refused("VirtualNetworkGatewayConnectionBgp", "the far gateway has BGP off")
            if kind == "ipsec" and not properties(far).get("bgpSettings"):
                raise Refused("LocalNetworkGatewayNoBgp", "the local gateway has no bgpSettings")
        if not old:
            self.note_doubles(new, near, far)
        own["virtualNetworkGateway1"], own[field] = {"id": near["id"]}, {"id": far["id"]}
        own.setdefault("connectionStatus", properties(old).get("connectionStatus") if old else "Connected")
        own.setdefault("enableBgp", False)
        own.setdefault("routingWeight", 10)
        own.setdefault("usePolicyBasedTrafficSelectors", False)
        for policies in ("ipsecPolicies", "trafficSelectorPolicies"):
            own[policies] = own.get(policies) or []
        own.setdefault("ingressBytesTransferred", 0)
        own.setdefault("egressBytesTransferred", 0)

    def note_doubles(self, new, near, far):
        for other in map(properties, self.of_type("connections")):
            if reference(other["virtualNetworkGateway1"]) != near["id"].lower():
                continue
            ends = [reference(other.get(field)) for field in ("virtualNetworkGateway2", "localNetworkGateway2")]
            if far["id"].lower() in ends:
                self.note(f"{new['id']}: a connection between the same two is there already")
            local = self.get(ends[1])
            address = properties(far).get("gatewayIpAddress")
            if address and local and local is not far and properties(local).get("gatewayIpAddress") == address:
                self.note(f"{new['id']}: the same address as another connection of this gateway")

    def reset(self, gateway):
        """Whoever resets a gateway has compared what its connections are set up with, so that they come up."""
        for connection in map(properties, self.of_type("connections")):
            ends = [reference(connection.get(field)) for field in ("virtualNetworkGateway1", "virtualNetworkGateway2")]
            if gateway["id"].lower() in ends:
                connection["connectionStatus"] = "Connected"

    def delete(self, own):
        """Takes a resource away; false where there is none."""
        resource = self.get(own)
        if not resource:
            return False
        own = own.lower()
        kind = resource["type"].lower().rsplit("/", 1)[-1]
        connections = [(it, properties(it)) for it in self.of_type("connections")]
        if kind == "virtualnetworkgateways":
            self.check_unused(resource, connections)
            for address in map(properties, self.of_type("publicipaddresses")):
                if own in reference(address.get("ipConfiguration")):
                    address.pop("ipConfiguration")
        if kind == "localnetworkgateways" and any(reference(it.get("localNetworkGateway2")) == own for _, it in connections):
            raise Refused("LocalNetworkGatewayInUse", "in use")
        subnets = map(properties, self.of_type("virtualnetworks/subnets"))
        if kind == "routetables" and any(reference(it.get("routeTable")) == own for it in subnets):
            raise Refused("InUseRouteTableCannotBeDeleted", "in use")
        if kind == "virtualnetworkpeerings":
            remote = self.get(reference(properties(resource)["remoteVirtualNetwork"]))
            for side in self.sides_to(remote, self.get(parent(own))) if remote else []:
                properties(side)["peeringState"] = "Disconnected"
        for key in [key for key in self.store if key == own or key.startswith(own + "/")]:
            self.store.pop(key)
        return True

    def check_unused(self, gateway, connections):
        own = gateway["id"].lower()
        for connection, fields in connections:
            if own in (reference(fields.get("virtualNetworkGateway1")), reference(fields.get("virtualNetworkGateway2"))):
                raise Refused("VirtualNetworkGatewayCannotBeDeleted", f"connection {connection['name']} is attached to it")
        for side in self.of_type("virtualnetworks/virtualnetworkpeerings"):
            is_user = properties(side).get("useRemoteGateways")
            if is_user and reference(properties(side)["remoteVirtualNetwork"]) == self.vnet_of(gateway):
                raise Refused("InUseByPeering", f"peering {side['name']} uses this gateway")
