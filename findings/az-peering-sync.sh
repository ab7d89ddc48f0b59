#!/bin/sh
# azure-cli 2.91.0, `az network vnet peering sync`.
#
# A sync is documented as bringing the address space of a peering up to date. It reads the peering and sends it back with five fields and
# no more: what a peering of single subnets consists of (`peerCompleteVnets`, `localSubnetNames`, `remoteSubnetNames`) and
# `enableOnlyIPv6Peering` are not sent, nor `doNotVerifyRemoteGateways`. `az network vnet peering update` of the same release, with the same version
# of the API, sends all of them back. What Azure makes of a request without them was not tried.
#
# Seen, of what is sent under `properties`:
#   sync allowForwardedTraffic allowGatewayTransit allowVirtualNetworkAccess remoteVirtualNetwork useRemoteGateways
#   update allowForwardedTraffic allowGatewayTransit allowVirtualNetworkAccess doNotVerifyRemoteGateways enableOnlyIPv6Peering
#     localSubnetNames peerCompleteVnets peeringState remoteSubnetNames remoteVirtualNetwork useRemoteGateways
set -eu
folder=$(mktemp -d)
cat >"$folder/answers.json" <<'JSON'
{"/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/virtualNetworkPeerings/to-spoke": {
  "id": "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/virtualNetworkPeerings/to-spoke",
  "name": "to-spoke", "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
  "properties": {"peeringState": "Connected", "allowVirtualNetworkAccess": true, "allowForwardedTraffic": true,
    "allowGatewayTransit": true, "useRemoteGateways": false, "doNotVerifyRemoteGateways": true, "peerCompleteVnets": false,
    "localSubnetNames": ["app"], "remoteSubnetNames": ["web"], "enableOnlyIPv6Peering": true,
    "remoteVirtualNetwork": {"id": "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/spoke"}}}}
JSON
. "$(dirname "$0")/az/setup.sh"
sent() {
    python3 -c 'import json, sys; print(sys.argv[1], *json.loads(open(sys.argv[2]).readlines()[-1])["properties"])' "$1" "$folder/sent"
}
{
    az network vnet peering sync --resource-group net --vnet-name hub --name to-spoke --output none && sent sync
    az network vnet peering update --resource-group net --vnet-name hub --name to-spoke --set allowForwardedTraffic=true --output none && sent update
} >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
sync allowForwardedTraffic allowGatewayTransit allowVirtualNetworkAccess remoteVirtualNetwork useRemoteGateways
update allowForwardedTraffic allowGatewayTransit allowVirtualNetworkAccess doNotVerifyRemoteGateways enableOnlyIPv6Peering localSubnetNames peerCompleteVnets peeringState remoteSubnetNames remoteVirtualNetwork useRemoteGateways
SEEN
diff "$folder/expected" "$folder/seen"
