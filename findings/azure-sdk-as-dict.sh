#!/bin/sh
# azure-mgmt-network 30.2.0 and 33.1.0, the Python SDK of Azure's networks.
#
# `as_dict()` of one and the same model gives two different documents. Up to release 30 it is a dictionary of Python: names
# in snake case, and what Azure has under `properties` flat beside the rest. From 33 on it is the document of Azure itself: camel
# case, nested. So whatever reads dumps of inventories made with `[x.as_dict() for x in client.…list_all()]` finds no `address_space`
# any more after an upgrade, or no `properties` before one. The IPv6 flag of a peering has a name of its own in the old form:
# `enable_only_i_pv6_peering`.
#
# Seen:
#   30.2.0 ["address_space", "location", "virtual_network_peerings"] ["enable_only_i_pv6_peering", "name"]
#   33.1.0 ["location", "properties"] ["name", "properties"]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/probe.py" <<'PYTHON'
import importlib.metadata
import json

from azure.mgmt.network import models

side = models.VirtualNetworkPeering(name="to-spoke", enable_only_i_pv6_peering=True)
hub = models.VirtualNetwork(
    location="westeurope",
    address_space=models.AddressSpace(address_prefixes=["10.0.0.0/16"]),
    virtual_network_peerings=[side],
)
document = hub.as_dict()
inner = document.get("properties", document)
sides = inner.get("virtual_network_peerings") or inner.get("virtualNetworkPeerings")
names = lambda it: json.dumps(sorted(name for name in it if not name.startswith("enable_ddos") and not name.startswith("enable_vm")))
print(importlib.metadata.version("azure-mgmt-network"), names(document), names(sides[0]))
PYTHON
for version in 30.2.0 33.1.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet "azure-mgmt-network==$version" azure-mgmt-core==1.6.0
    "$folder/$version/bin/python" "$folder/probe.py"
done >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
30.2.0 ["address_space", "location", "virtual_network_peerings"] ["enable_only_i_pv6_peering", "name"]
33.1.0 ["location", "properties"] ["name", "properties"]
SEEN
diff "$folder/expected" "$folder/seen"
