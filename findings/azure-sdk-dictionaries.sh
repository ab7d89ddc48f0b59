#!/bin/sh
# azure-mgmt-network 30.2.0 and 33.1.0, the Python SDK of Azure's networks.
#
# A method that takes a model takes a dictionary too. Release 30 reads a dictionary in snake case and sends what Azure
# expects. Release 33 sends it as it stands: `address_space` at the top, where Azure knows no such name. No error, no warning,
# and the type checker is content with both. A script that was right for years puts a VNet without an address space after an upgrade.
# The request is looked at before it would leave: a transport of our own takes it, and nothing is sent.
#
# Seen:
#   30.2.0 {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
#   33.1.0 {"location": "westeurope", "address_space": {"address_prefixes": ["10.0.0.0/16"]}}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/probe.py" <<'PYTHON'
import importlib.metadata

from azure.core.credentials import AccessToken, AccessTokenInfo
from azure.core.pipeline.transport import HttpTransport
from azure.mgmt.network import NetworkManagementClient


class Seen(Exception):
    pass


class Nowhere(HttpTransport):
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def open(self):
        pass

    def close(self):
        pass

    def send(self, request, **_):
        body = getattr(request, "content", None) or request.body
        raise Seen(body)


class Anybody:
    def get_token(self, *_, **__):
        return AccessToken("none", 4102444800)

    def get_token_info(self, *_, **__):
        return AccessTokenInfo("none", 4102444800)


client = NetworkManagementClient(Anybody(), "00000000-0000-0000-0000-000000000000", transport=Nowhere(), retry_total=0)
hub = {"location": "westeurope", "address_space": {"address_prefixes": ["10.0.0.0/16"]}}
try:
    client.virtual_networks.begin_create_or_update("net", "hub", hub)
except Seen as seen:
    print(importlib.metadata.version("azure-mgmt-network"), seen)
PYTHON
for version in 30.2.0 33.1.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet "azure-mgmt-network==$version" azure-core==1.41.0 azure-mgmt-core==1.6.0
    "$folder/$version/bin/python" "$folder/probe.py"
done >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
30.2.0 {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
33.1.0 {"location": "westeurope", "address_space": {"address_prefixes": ["10.0.0.0/16"]}}
SEEN
diff "$folder/expected" "$folder/seen"
