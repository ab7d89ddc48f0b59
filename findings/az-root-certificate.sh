#!/bin/sh
# azure-cli 2.91.0, three ways to give a gateway the root certificate of its clients.
#
# All three options have the same help: Base64 contents of the root certificate file or file path. `vnet-gateway create --root-cert-data`
# sends what stands between the marks of a PEM file. `vnet-gateway root-cert create --public-cert-data` encodes the file once more,
# marks included, so that a PEM file and a file of Base64 both arrive encoded twice and only a DER file is right; and it refuses Base64 given
# in the place of a path. `vnet-gateway update --root-cert-data` ends in an error of the program itself where the gateway has a certificate
# already. `create` without `--address-prefixes` or `--client-protocol` leaves the certificate out without a word.
#
# Seen, of what is sent as `publicCertData`:
#   create, PEM: the certificate
#   create, PEM, without a pool: nothing
#   root-cert create, PEM: Base64 of the whole PEM file
#   root-cert create, Base64: Base64 of Base64
#   root-cert create, DER: the certificate
#   update, PEM, beside another: ValueError: Missing a required field in request content: publicCertData
set -eu
folder=$(mktemp -d)
cat >"$folder/answers.json" <<'JSON'
{"/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworkGateways/hub": {
  "id": "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworkGateways/hub", "location": "norwayeast",
  "name": "hub", "type": "Microsoft.Network/virtualNetworkGateways",
  "properties": {"gatewayType": "Vpn", "vpnType": "RouteBased", "sku": {"name": "VpnGw2", "tier": "VpnGw2"},
    "ipConfigurations": [{"name": "default", "properties": {"privateIPAllocationMethod": "Dynamic",
      "subnet": {"id": "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet"}}}],
    "vpnClientConfiguration": {"vpnClientAddressPool": {"addressPrefixes": ["192.168.0.0/24"]}, "vpnClientProtocols": ["OpenVPN"],
      "vpnClientRootCertificates": [{"name": "first", "properties": {"publicCertData": "QUFB"}}]}}}}
JSON
. "$(dirname "$0")/az/setup.sh"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/root.key" -subj /CN=root -out "$folder/root.pem" 2>/dev/null
openssl x509 -in "$folder/root.pem" -outform der -out "$folder/root.der"
grep -v -- ----- "$folder/root.pem" | tr -d '\n' >"$folder/root.txt"
try() { # NAME COMMAND…
    name=$1
    shift
    : >"$folder/sent"
    az network vnet-gateway "$@" --output none 2>"$folder/said" || true
    python3 - "$name" "$folder" <<'PYTHON'
import base64, json, pathlib, sys
folder = pathlib.Path(sys.argv[2])
sent = (folder / "sent").read_text().splitlines()
if sent:
    of = json.loads(sent[-1])["properties"].get("vpnClientConfiguration", {}).get("vpnClientRootCertificates", [])
    data = of[-1]["properties"]["publicCertData"] if of else None
    kinds = {
        None: "nothing",
        base64.b64encode((folder / "root.der").read_bytes()).decode(): "the certificate",
        base64.b64encode((folder / "root.pem").read_bytes()).decode(): "Base64 of the whole PEM file",
        base64.b64encode((folder / "root.txt").read_bytes()).decode(): "Base64 of Base64",
    }
    seen = kinds.get(data, data)
else:
    seen = next((line for line in (folder / "said").read_text().splitlines() if line.startswith("ValueError")), "not sent")
print(f"{sys.argv[1]}: {seen}")
PYTHON
}
to="--resource-group net --name new --location norwayeast --vnet hub --public-ip-address ip --no-wait"
{
    try 'create, PEM' create $to --root-cert-name root --root-cert-data "$folder/root.pem" --address-prefixes 192.168.0.0/24
    try 'create, PEM, without a pool' create $to --root-cert-name root --root-cert-data "$folder/root.pem"
    to="--resource-group net --gateway-name hub --name root"
    try 'root-cert create, PEM' root-cert create $to --public-cert-data "$folder/root.pem"
    try 'root-cert create, Base64' root-cert create $to --public-cert-data "$folder/root.txt"
    try 'root-cert create, DER' root-cert create $to --public-cert-data "$folder/root.der"
    try 'update, PEM, beside another' update --resource-group net --name hub --root-cert-name root \
        --root-cert-data "$folder/root.pem"
} >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
create, PEM: the certificate
create, PEM, without a pool: nothing
root-cert create, PEM: Base64 of the whole PEM file
root-cert create, Base64: Base64 of Base64
root-cert create, DER: the certificate
update, PEM, beside another: ValueError: Missing a required field in request content: publicCertData
SEEN
diff "$folder/expected" "$folder/seen"
