#!/bin/sh
# azure-mgmt-network 30.2.0 and 33.1.0, the Python SDK of Azure's networks.
#
# A VNet made of its address space alone. Release 30 puts the defaults of its API into the request as if they had been asked for:
# `enableDdosProtection` and `enableVmProtection` are `false`. Release 33 leaves out what nobody set. As Azure replaces
# a resource as a whole by such a request, the old release turns DDoS protection off on a VNet that has it, and the new one leaves
# that to Azure: the same three lines of Python mean two things.
#
# Seen:
#   30.2.0 ["addressSpace", "enableDdosProtection", "enableVmProtection"]
#   33.1.0 ["addressSpace"]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/probe.py" <<'PYTHON'
import importlib.metadata
import json

from azure.mgmt.network import models

hub = models.VirtualNetwork(address_space=models.AddressSpace(address_prefixes=["10.0.0.0/16"]))
request = hub.serialize() if hasattr(hub, "serialize") else hub.as_dict()
print(importlib.metadata.version("azure-mgmt-network"), json.dumps(sorted(request["properties"])))
PYTHON
for version in 30.2.0 33.1.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet "azure-mgmt-network==$version" azure-mgmt-core==1.6.0
    "$folder/$version/bin/python" "$folder/probe.py"
done >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
30.2.0 ["addressSpace", "enableDdosProtection", "enableVmProtection"]
33.1.0 ["addressSpace"]
SEEN
diff "$folder/expected" "$folder/seen"
