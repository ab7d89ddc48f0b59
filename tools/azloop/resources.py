"""An inventory of CSV files as resources of Azure.

Azure.of(FOLDER) makes what an administrator would have built. Its `variables` are the values of the variables that
commands for such an inventory use, and `sites` tells which site a local network gateway stands for.
"""
import csv
import ipaddress
import os
import re

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = "net"
REGION = "norwayeast"


def rows(folder, file):
    """The rows of one file of an inventory; none where it has no such file."""
    path = os.path.join(folder, file)
    if not os.path.exists(path):
        return []
    with open(path, newline="", encoding="utf-8-sig") as text:
        return [{name.strip(): (cell or "").strip() for name, cell in row.items() if name} for row in csv.DictReader(text)]


def words(cell):
    """The elements of a list in a cell."""
    return [word for word in re.split(r"[;, ]+", cell or "") if word]


def is_set(cell, default=False):
    """The truth value of a cell."""
    return cell.lower() in ("true", "yes", "1", "enabled") if cell else default


def letters(name):
    """A name as a part of a variable's."""
    return "".join(letter.upper() if letter.isascii() and letter.isalnum() else "_" for letter in name)


def network(prefix):
    return ipaddress.ip_network(prefix)


class Azure:
    """Resources by their ids in lower case.

    `places` says in which subscription and resource group a network lies, its gateway and its connections with it:
    {"VNet3": (SUBSCRIPTION, "spokes")}. What it does not name lies in one group.
    """

    def __init__(self, places=None):
        self.places = places or {}
        self.store = {}
        self.variables = {}
        self.sites = {}
        self.gateways = {}
        self.public = {}
        self.speaker = {}

    @classmethod
    def of(cls, folder, places=None):
        azure = cls(places)
        azure.vnets = {row["name"]: words(row["address_space"]) for row in rows(folder, "vnets.csv")}
        azure.rows_of_gateways = {row["vnet"]: row for row in rows(folder, "gateways.csv")}
        azure.rows_of_sites = {row["name"]: row for row in rows(folder, "sites.csv")}
        azure.servers = {row["vnet"]: words(row["servers"]) for row in rows(folder, "dns.csv")}
        for vnet, space in azure.vnets.items():
            azure.add_vnet(vnet, space)
        azure.add_tables(rows(folder, "route_tables.csv"), rows(folder, "routes.csv"))
        azure.add_subnets(rows(folder, "subnets.csv"))
        for number, (vnet, row) in enumerate(azure.rows_of_gateways.items()):
            azure.add_gateway(number, vnet, row)
        for row in rows(folder, "peerings.csv"):
            azure.add_side(row)
        for number, (site, row) in enumerate(azure.rows_of_sites.items()):
            azure.name_site(number, site, row)
        azure.add_tunnels(rows(folder, "s2s.csv"))
        for row in rows(folder, "appliances.csv"):
            azure.add_appliance(row)
        for row in rows(folder, "resolvers.csv"):
            azure.add_resolver(row)
        azure.add_zones(rows(folder, "zones.csv"))
        for row in rows(folder, "private_endpoints.csv"):
            azure.add_endpoint(row)
        return azure

    def id_of(self, owner, kind, name):
        subscription, group = self.places.get(owner, (SUBSCRIPTION, GROUP))
        provider = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network"
        return f"{provider}/{kind}/{name}"

    def add(self, owner, kind, name, properties, **more):
        """Adds a resource of the network `owner`, and gives its id."""
        own = self.id_of(owner, kind, name)
        self.store[own.lower()] = {
            "id": own,
            "name": name,
            "type": "Microsoft.Network/" + "/".join(kind.split("/")[::2]),
            "etag": 'W/"1"',
            **more,
            "properties": {"provisioningState": "Succeeded", **properties},
        }
        return own

    def add_vnet(self, vnet, space):
        properties = {"addressSpace": {"addressPrefixes": space}, "enableDdosProtection": False, "resourceGuid": "0"}
        summaries = words(self.rows_of_gateways.get(vnet, {}).get("summarized_prefixes"))
        if summaries:
            properties["summarizedGatewayPrefixes"] = {"addressPrefixes": summaries}
        if servers := self.servers.get(vnet):
            properties["dhcpOptions"] = {"dnsServers": servers}
        self.add(vnet, "virtualNetworks", vnet, properties, location=REGION)
        of_version_4 = [prefix for prefix in space if ":" not in prefix]
        subnet = str(list(network(of_version_4[0]).subnets(new_prefix=27))[-1]) if of_version_4 else space[0]
        self.variables["GATEWAY_SUBNET_OF_" + letters(vnet)] = subnet

    def add_subnet(self, vnet, name, prefixes, table=None):
        space = {"addressPrefix": prefixes[0]} if len(prefixes) == 1 else {"addressPrefixes": prefixes}
        used = {"routeTable": {"id": table}} if table else {}
        return self.add(vnet, f"virtualNetworks/{vnet}/subnets", name, {**space, **used, "delegations": []})

    def add_tables(self, tables, routes):
        for table in tables:
            owner = table["name"]
            listed = []
            for number, row in enumerate(it for it in routes if it["route_table"] == owner):
                name = row.get("name") or f"route-{number + 1}"
                self.variables[f"ROUTE_OF_{letters(owner)}_{letters(row['prefix'])}"] = name
                properties = {"addressPrefix": row["prefix"], "nextHopType": row["next_hop"], "hasBgpOverride": False}
                addresses = words(row.get("next_hop_address"))
                if len(addresses) == 1:
                    properties["nextHopIpAddress"] = addresses[0]
                elif addresses:
                    properties |= {"nextHopType": "VirtualApplianceEcmp", "nextHop": {"nextHopIpAddresses": addresses}}
                own = f"{self.id_of(owner, 'routeTables', owner)}/routes/{name}"
                listed.append({"id": own, "name": name, "properties": {"provisioningState": "Succeeded", **properties}})
            closed = not is_set(table.get("gateway_routes"), True)
            self.variables["RESOURCE_GROUP_OF_TABLE_" + letters(owner)] = self.places.get(owner, (SUBSCRIPTION, GROUP))[1]
            self.add(owner, "routeTables", owner, {"disableBgpRoutePropagation": closed, "routes": listed}, location=REGION)

    def add_subnets(self, subnets):
        self.subnets = {}
        for row in subnets:
            vnet, name, prefixes = row["vnet"], row["name"], words(row["address_space"])
            table = row.get("route_table")
            own = self.add_subnet(vnet, name, prefixes, table and self.id_of(table, "routeTables", table))
            self.subnets.setdefault(vnet, []).append((own, prefixes))
            if name == "GatewaySubnet":
                self.variables["GATEWAY_SUBNET_OF_" + letters(vnet)] = prefixes[0]

    def add_appliance(self, row):
        """One address in AzureFirewallSubnet is an Azure Firewall, and everything else a machine with an interface for each address."""
        name, vnet, addresses = row["name"], row["vnet"], words(row["address"])
        places = [self.subnet_of(vnet, address) for address in addresses]
        if len(addresses) == 1 and places[0].endswith("/AzureFirewallSubnet"):
            configuration = {"privateIPAddress": addresses[0], "subnet": {"id": places[0]}}
            configurations = [{"name": "default", "properties": {"provisioningState": "Succeeded", **configuration}}]
            self.add(vnet, "azureFirewalls", name, {"ipConfigurations": configurations}, location=REGION)
            return
        machine = self.id_of(vnet, "virtualMachines", name).replace("Microsoft.Network", "Microsoft.Compute")
        for number, (address, place) in enumerate(zip(addresses, places)):
            configuration = {"privateIPAddress": address, "primary": True, "subnet": {"id": place}}
            configurations = [{"name": "default", "properties": {"provisioningState": "Succeeded", **configuration}}]
            properties = {"enableIPForwarding": True, "virtualMachine": {"id": machine}, "ipConfigurations": configurations}
            self.add(vnet, "networkInterfaces", f"{name}-{number + 1}", properties, location=REGION)

    def add_resolver(self, row):
        """An inbound endpoint, in a resolver of its own."""
        name, vnet = row["name"], row["vnet"]
        self.add(vnet, "dnsResolvers", name, {"virtualNetwork": {"id": self.id_of(vnet, "virtualNetworks", vnet)}}, location=REGION)
        places = [(address, self.subnet_of(vnet, address, "Inbound")) for address in words(row["address"])]
        configurations = [{"privateIpAddress": address, "privateIpAllocationMethod": "Static", "subnet": {"id": place}} for address, place in places]
        self.add(vnet, f"dnsResolvers/{name}/inboundEndpoints", name, {"ipConfigurations": configurations}, location=REGION)

    def add_zones(self, links):
        for zone in dict.fromkeys(row["zone"] for row in links):
            linked = [row["vnet"] for row in links if row["zone"] == zone and row["vnet"]]
            self.add(zone, "privateDnsZones", zone, {"numberOfVirtualNetworkLinks": len(linked)}, location="global")
            self.variables["RESOURCE_GROUP_OF_ZONE_" + letters(zone)] = self.places.get(zone, (SUBSCRIPTION, GROUP))[1]
            for vnet in linked:
                own = {"virtualNetwork": {"id": self.id_of(vnet, "virtualNetworks", vnet)}, "registrationEnabled": False}
                own["virtualNetworkLinkState"] = "Completed"
                self.add(zone, f"privateDnsZones/{zone}/virtualNetworkLinks", f"own-link-{vnet}", own, location="global")

    def add_endpoint(self, row):
        name, vnet, addresses = row["name"], row["vnet"], words(row["address"])
        place = self.subnet_of(vnet, addresses[0], "Endpoints")
        names = [{"fqdn": f"{name}.{row.get('zone', '').removeprefix('privatelink.')}", "ipAddresses": addresses}]
        self.add(vnet, "privateEndpoints", name, {"subnet": {"id": place}, "customDnsConfigs": names}, location=REGION)

    def subnet_of(self, vnet, address, other="Appliances"):
        """The id of the subnet that holds an address; where none does, of one that is made for it."""
        for own, prefixes in self.subnets.get(vnet, []):
            if any(ipaddress.ip_address(address) in network(prefix) for prefix in prefixes):
                return own
        return self.add_subnet(vnet, other, [f"{address}/{32 if '.' in address else 128}"])

    def add_gateway(self, number, vnet, row):
        prefix = self.variables["GATEWAY_SUBNET_OF_" + letters(vnet)]
        own = self.id_of(vnet, f"virtualNetworks/{vnet}/subnets", "GatewaySubnet")
        subnet = own if own.lower() in self.store else self.add_subnet(vnet, "GatewaySubnet", [prefix])
        self.public[vnet] = f"203.0.113.{20 + number}"
        address = {"ipAddress": self.public[vnet], "publicIPAllocationMethod": "Static"}
        address = self.add(vnet, "publicIPAddresses", f"pip-{vnet}", address, location=REGION, sku={"name": "Standard"})
        self.speaker[vnet] = str(network(prefix).broadcast_address - 1)
        name = f"gw-{vnet}"
        own = self.id_of(vnet, "virtualNetworkGateways", name)
        configuration = f"{own}/ipConfigurations/default"
        sku = row.get("sku") or "VpnGw1"
        properties = {
            "gatewayType": "Vpn",
            "vpnType": "RouteBased",
            "vpnGatewayGeneration": "Generation1",
            "enableBgp": is_set(row.get("bgp"), True),
            "activeActive": False,
            "enablePrivateIpAddress": False,
            "sku": {"name": sku, "tier": sku, "capacity": 2},
            "bgpSettings": {
                "asn": int(row.get("asn") or 65515),
                "bgpPeeringAddress": self.speaker[vnet],
                "peerWeight": 0,
                "bgpPeeringAddresses": [
                    {
                        "ipconfigurationId": configuration,
                        "defaultBgpIpAddresses": [self.speaker[vnet]],
                        "customBgpIpAddresses": [],
                        "tunnelIpAddresses": [self.public[vnet]],
                    }
                ],
            },
            "ipConfigurations": [
                {
                    "name": "default",
                    "id": configuration,
                    "type": "Microsoft.Network/virtualNetworkGateways/ipConfigurations",
                    "properties": {
                        "provisioningState": "Succeeded",
                        "privateIPAllocationMethod": "Dynamic",
                        "publicIPAddress": {"id": address},
                        "subnet": {"id": subnet},
                    },
                }
            ],
            "natRules": [],
            "allowRemoteVnetTraffic": False,
            "allowVirtualWanTraffic": False,
        }
        if words(row.get("client_pool")):
            certificate = {
                "name": "root",
                "id": own + "/vpnClientRootCertificates/root",
                "properties": {"provisioningState": "Succeeded", "publicCertData": "AAAA"},
            }
            properties["vpnClientConfiguration"] = {
                "vpnClientAddressPool": {"addressPrefixes": words(row["client_pool"])},
                "vpnClientProtocols": words(row.get("protocols")) or ["OpenVPN", "IkeV2"],
                "vpnAuthenticationTypes": ["Certificate"],
                "vpnClientRootCertificates": [certificate],
                "vpnClientRevokedCertificates": [],
                "radiusServers": [],
                "vngClientConnectionConfigurations": [],
                "vpnClientIpsecPolicies": [],
            }
        if words(row.get("custom_routes")):
            properties["customRoutes"] = {"addressPrefixes": words(row["custom_routes"])}
        self.gateways[vnet] = self.add(vnet, "virtualNetworkGateways", name, properties, location=REGION)
        self.variables["GATEWAY_OF_" + letters(vnet)] = name
        self.variables["PUBLIC_IP_OF_" + letters(vnet)] = self.public[vnet]
        self.variables["BGP_ADDRESS_OF_" + letters(vnet)] = self.speaker[vnet]

    def add_side(self, row):
        vnet, remote = row["vnet"], row["remote_vnet"]
        space = self.vnets[remote]
        carried = {"none": []}.get(row.get("remote_prefixes"), words(row.get("remote_prefixes"))) if row.get("remote_prefixes") else space
        # What is no whole prefix of the other VNet can only be one of its subnets.
        is_complete = all(prefix in space for prefix in carried) and carried != []
        named = []
        for prefix in [] if is_complete else carried:
            name = "subnet-" + prefix.replace("/", "-").replace(":", ".")
            self.add_subnet(remote, name, [prefix])
            named.append(name)
        properties = {
            "peeringState": row.get("state") or "Connected",
            "peeringSyncLevel": "FullyInSync" if carried == space or not is_complete else "LocalNotInSync",
            "remoteVirtualNetwork": {"id": self.id_of(remote, "virtualNetworks", remote)},
            "allowVirtualNetworkAccess": is_set(row.get("allow_vnet_access"), True),
            "allowForwardedTraffic": True,
            "allowGatewayTransit": is_set(row["allow_gateway_transit"]),
            "useRemoteGateways": is_set(row["use_remote_gateways"]),
            "doNotVerifyRemoteGateways": False,
            "peerCompleteVnets": is_complete,
            "remoteAddressSpace": {"addressPrefixes": carried},
            "remoteVirtualNetworkAddressSpace": {"addressPrefixes": space},
            "remoteGateways": [],
        }
        if not is_complete:
            properties["remoteSubnetNames"] = named
        name = f"{vnet}-peers-{remote}"
        self.add(vnet, f"virtualNetworks/{vnet}/virtualNetworkPeerings", name, properties)
        self.variables[f"PEERING_{letters(vnet)}_TO_{letters(remote)}"] = name

    def name_site(self, number, site, row):
        space = [prefix for prefix in words(row["address_space"]) if ":" not in prefix and not prefix.endswith("/0")]
        self.public[site] = f"198.51.100.{10 + number}"
        self.speaker[site] = str(network(space[0])[1]) if space else f"169.254.21.{2 + 4 * len(self.speaker)}"
        self.variables["PUBLIC_IP_OF_" + letters(site)] = self.public[site]
        self.variables["BGP_ADDRESS_OF_" + letters(site)] = self.speaker[site]
        self.variables["ASN_OF_" + letters(site)] = row.get("asn") or "64999"

    def add_tunnels(self, tunnels):
        """Adds a connection for each end of a tunnel that is a gateway, as Azure has one each."""
        directed = {}
        for row in tunnels:
            directed.setdefault((row["from"], row["to"]), []).append(row)
        done = set()
        for one, other in directed:
            if (other, one) in done:
                continue
            done.add((one, other))
            there, back = directed[one, other], directed.get((other, one), [])
            for place in range(max(len(there), len(back))):
                pair = [side[place] if place < len(side) else None for side in (there, back)]
                listed = {(one, other): [], (other, one): []}
                for row in filter(None, pair):
                    near, far = row["from"], row["to"]
                    listed[near, far] += words(row.get("from_static"))
                    listed[far, near] += words(row.get("to_static"))
                for (near, far), own, others in (((one, other), *pair), ((other, one), *reversed(pair))):
                    if near not in self.rows_of_sites:
                        self.add_end(near, far, place + 1, own, own or others, listed[near, far])

    def add_end(self, near, far, number, own, row, static):
        tail = f"_{number}" if number > 1 else ""
        name = row.get("name", "") if own or far in self.rows_of_sites else ""
        name = name or f"{near}-to-{far}" + (f"-{number}" if number > 1 else "")
        self.variables[f"CONNECTION_{letters(near)}_TO_{letters(far)}{tail}"] = name
        bgp = is_set(row["bgp"])
        properties = {
            "virtualNetworkGateway1": {"id": self.gateways[near]},
            "enableBgp": bgp,
            "connectionStatus": row.get("status") or "Connected",
            "routingWeight": 10,
            "usePolicyBasedTrafficSelectors": False,
            "ipsecPolicies": [],
            "trafficSelectorPolicies": [],
            "connectionProtocol": "IKEv2",
            "connectionMode": "Default",
            "dpdTimeoutSeconds": 45,
        }
        if far in self.gateways and not static:
            properties |= {"connectionType": "Vnet2Vnet", "virtualNetworkGateway2": {"id": self.gateways[far]}}
        else:
            local = self.local_gateway(near, far, number, tail, bgp, static)
            properties |= {"connectionType": "IPsec", "localNetworkGateway2": {"id": local}}
        self.add(near, "connections", name, properties, location=REGION)

    def local_gateway(self, near, far, number, tail, bgp, static):
        """The local network gateway that a connection leads to, which is made where it is not there yet."""
        if far in self.gateways:
            name = f"lng-{near}-to-{far}{tail}"
            self.variables[f"LOCAL_GATEWAY_{letters(near)}_TO_{letters(far)}{tail}"] = name
            prefixes, number_of = static, self.rows_of_gateways[far].get("asn") or "65515"
            speaks = bgp
        else:
            own = words(self.rows_of_sites[far]["address_space"])
            prefixes = static or ([f"{self.speaker[far]}/32"] if bgp else own)
            number_of = self.rows_of_sites[far].get("asn")
            speaks = bool(number_of)
            known = [name for name, site in self.sites.items() if site == far]
            name = far if not known else f"{far}.{len(known) + 1}"
            for other in known if number == 1 else []:
                if self.prefixes_of(other) == prefixes:
                    name = other
            self.sites[name] = far
            self.variables[f"LOCAL_GATEWAY_OF_{letters(far)}{tail}"] = name
        properties = {"localNetworkAddressSpace": {"addressPrefixes": prefixes}, "gatewayIpAddress": self.public[far]}
        if speaks:
            properties["bgpSettings"] = {"asn": int(number_of), "bgpPeeringAddress": self.speaker[far], "peerWeight": 0}
        known = [it["id"] for it in self.local_gateways() if it["name"] == name]
        return known[0] if known else self.add(near, "localNetworkGateways", name, properties, location=REGION)

    def local_gateways(self):
        return [it for it in self.store.values() if it["type"].endswith("/localNetworkGateways")]

    def prefixes_of(self, name):
        of_name = [it for it in self.local_gateways() if it["name"] == name]
        return of_name[0]["properties"]["localNetworkAddressSpace"]["addressPrefixes"] if of_name else None
