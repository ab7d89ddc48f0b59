#!/bin/sh
# azure-cli 2.91.0, `az network local-gateway update` and `az resource update`.
#
# An update reads a resource, changes it and sends it back. Each command does so with a version of the API of its own, some five years old:
# 2021-08-01 for local network gateways, 2023-11-01 for peerings, 2025-01-01 for gateways and connections. A field that this version does not
# have is dropped when the answer is read, without a word, so that it is missing from what is sent back. `az resource update` takes the version
# that it is told, and sends back whatever it read.
#
# Seen, of what is sent for a resource that has a field `newerSetting` beside its prefixes (what Azure makes of it was not tried):
#   local-gateway update: newerSetting is missing
#   resource update: newerSetting is there
set -eu
folder=$(mktemp -d)
cat >"$folder/answers.json" <<'JSON'
{"/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/localNetworkGateways/branch": {
  "id": "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/localNetworkGateways/branch", "location": "norwayeast",
  "name": "branch", "type": "Microsoft.Network/localNetworkGateways",
  "properties": {"localNetworkAddressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "gatewayIpAddress": "203.0.113.9", "newerSetting": "on"}}}
JSON
. "$(dirname "$0")/az/setup.sh"
sent() {
    if tail -n 1 "$folder/sent" | grep -q newerSetting; then word=there; else word=missing; fi
    echo "$1: newerSetting is $word"
}
{
    az network local-gateway update --resource-group net --name branch --local-address-prefixes 10.2.0.0/16 --output none
    sent "local-gateway update"
    az resource update --ids /subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/localNetworkGateways/branch \
        --api-version 2025-01-01 --set properties.gatewayIpAddress=203.0.113.10 --output none
    sent "resource update"
} >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
local-gateway update: newerSetting is missing
resource update: newerSetting is there
SEEN
diff "$folder/expected" "$folder/seen"
