#!/bin/sh
# azure-cli 2.91.0, `az network vnet-gateway aad assign` and `aad remove`.
#
# How clients may sign in to a gateway is a list, `vpnAuthenticationTypes`, beside what each way needs. `aad assign` writes the tenant and
# leaves the list as it is, so that a gateway whose list is `Certificate` still has that alone. `aad remove` leaves the list out of what it sends
# altogether: where clients sign in by certificate too, that way goes with the other. Help and reference speak of Microsoft Entra alone.
# What Azure makes of a request without the list was not tried.
#
# Seen, of what is sent under `vpnClientConfiguration`:
#   assign, of Certificate: aadTenant T, vpnAuthenticationTypes ['Certificate']
#   remove, of Certificate and AAD: aadTenant None, vpnAuthenticationTypes None
#   update --vpn-auth-type Certificate: aadTenant T, vpnAuthenticationTypes ['Certificate']
set -eu
folder=$(mktemp -d)
gateway() { # TYPES TENANT
    cat >"$folder/answers.json" <<JSON
{"/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworkGateways/hub": {
  "id": "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworkGateways/hub", "location": "norwayeast",
  "name": "hub", "type": "Microsoft.Network/virtualNetworkGateways",
  "properties": {"gatewayType": "Vpn", "vpnType": "RouteBased", "sku": {"name": "VpnGw2", "tier": "VpnGw2"},
    "ipConfigurations": [{"name": "default", "properties": {"privateIPAllocationMethod": "Dynamic",
      "subnet": {"id": "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet"}}}],
    "vpnClientConfiguration": {"vpnClientAddressPool": {"addressPrefixes": ["192.168.0.0/24"]}, "vpnClientProtocols": ["OpenVPN"],
      "vpnAuthenticationTypes": [$1]$2, "vpnClientRootCertificates": [{"name": "root", "properties": {"publicCertData": "QUFB"}}]}}}}
JSON
}
gateway '"Certificate"' ''
. "$(dirname "$0")/az/setup.sh"
sent() {
    python3 - "$1" "$folder/sent" <<'PYTHON'
import json, sys
of = json.loads(open(sys.argv[2]).readlines()[-1])["properties"]["vpnClientConfiguration"]
print(f"{sys.argv[1]}: aadTenant {of.get('aadTenant')}, vpnAuthenticationTypes {of.get('vpnAuthenticationTypes')}")
PYTHON
}
{
    az network vnet-gateway aad assign --resource-group net --gateway-name hub --tenant T --audience A --issuer I --output none
    sent 'assign, of Certificate'
    gateway '"Certificate", "AAD"' ', "aadTenant": "T", "aadAudience": "A", "aadIssuer": "I"'
    az network vnet-gateway aad remove --resource-group net --gateway-name hub --output none
    sent 'remove, of Certificate and AAD'
    az network vnet-gateway update --resource-group net --name hub --vpn-auth-type Certificate --output none
    sent 'update --vpn-auth-type Certificate'
} >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
assign, of Certificate: aadTenant T, vpnAuthenticationTypes ['Certificate']
remove, of Certificate and AAD: aadTenant None, vpnAuthenticationTypes None
update --vpn-auth-type Certificate: aadTenant T, vpnAuthenticationTypes ['Certificate']
SEEN
diff "$folder/expected" "$folder/seen"
