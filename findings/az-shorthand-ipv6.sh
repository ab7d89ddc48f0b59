#!/bin/sh
# azure-cli 2.91.0, its shorthand syntax for lists.
#
# Commands that say "Support shorthand-syntax" take a list as `[10.1.0.0/16,10.2.0.0/16]`. In that syntax a colon belongs to dictionaries, so a
# list that holds an IPv6 prefix is no list any more, and then the whole argument is taken for one prefix: brackets, commas and all.
# No error, no warning; it is sent as it stands. With quotes around each prefix it is a list again, and prefixes with spaces between them always are.
#
# Seen, of what is sent as `addressPrefixes`:
#   [10.1.0.0/16,10.2.0.0/16] is 2: ["10.1.0.0/16", "10.2.0.0/16"]
#   [10.1.0.0/16,fd00:1::/48] is 1: ["[10.1.0.0/16,fd00:1::/48]"]
#   ['10.1.0.0/16','fd00:1::/48'] is 2: ["10.1.0.0/16", "fd00:1::/48"]
set -eu
folder=$(mktemp -d)
echo '{}' >"$folder/answers.json"
. "$(dirname "$0")/az/setup.sh"
for list in '[10.1.0.0/16,10.2.0.0/16]' '[10.1.0.0/16,fd00:1::/48]' "['10.1.0.0/16','fd00:1::/48']"; do
    az network local-gateway create --resource-group net --name branch --location norwayeast --gateway-ip-address 203.0.113.9 \
        --local-address-prefixes "$list" --no-wait --output none
    python3 - "$list" "$folder/sent" <<'PYTHON'
import json, sys
prefixes = json.loads(open(sys.argv[2]).readlines()[-1])["properties"]["localNetworkAddressSpace"]["addressPrefixes"]
print(f"{sys.argv[1]} is {len(prefixes)}: {json.dumps(prefixes)}")
PYTHON
done >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
[10.1.0.0/16,10.2.0.0/16] is 2: ["10.1.0.0/16", "10.2.0.0/16"]
[10.1.0.0/16,fd00:1::/48] is 1: ["[10.1.0.0/16,fd00:1::/48]"]
['10.1.0.0/16','fd00:1::/48'] is 2: ["10.1.0.0/16", "fd00:1::/48"]
SEEN
diff "$folder/expected" "$folder/seen"
