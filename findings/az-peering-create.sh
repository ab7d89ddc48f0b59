#!/bin/sh
# azure-cli 2.91.0, `az network vnet peering create`.
#
# A peering made of nothing but names. az sends `allowVirtualNetworkAccess: false`, by which the peering is connected and no packet passes;
# its help names no default for the option that allows it. PowerShell's `Add-AzVirtualNetworkPeering` is the other way round: it has a switch that
# forbids access. `peerCompleteVnets`, whose default is told in the help, is sent as true.
#
# Seen, of what is sent under `properties`:
#   names alone: allowVirtualNetworkAccess False, peerCompleteVnets True
#   --allow-vnet-access: allowVirtualNetworkAccess True, peerCompleteVnets True
#   the help of --allow-vnet-access has the word default: 0 times
set -eu
folder=$(mktemp -d)
echo '{}' >"$folder/answers.json"
. "$(dirname "$0")/az/setup.sh"
create() { # NAME OPTIONS
    name=$1
    shift
    az network vnet peering create --resource-group net --vnet-name hub --name to-spoke --remote-vnet spoke "$@" --output none
    python3 - "$name" "$folder/sent" <<'PYTHON'
import json, sys
of = json.loads(open(sys.argv[2]).readlines()[-1])["properties"]
print(f"{sys.argv[1]}: " + ", ".join(f"{name} {of.get(name)}" for name in ("allowVirtualNetworkAccess", "peerCompleteVnets")))
PYTHON
}
{
    create 'names alone'
    create --allow-vnet-access --allow-vnet-access
    az network vnet peering create --help >"$folder/help"
    count=$(sed -n '/^    --allow-vnet-access/,/^    --enable/p' "$folder/help" | grep -c -i default || true)
    echo "the help of --allow-vnet-access has the word default: $count times"
} >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
names alone: allowVirtualNetworkAccess False, peerCompleteVnets True
--allow-vnet-access: allowVirtualNetworkAccess True, peerCompleteVnets True
the help of --allow-vnet-access has the word default: 0 times
SEEN
diff "$folder/expected" "$folder/seen"
