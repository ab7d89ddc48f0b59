#!/bin/sh
# exabgp 4.2.25 and 5.0.15, BGP for programs.
#
# Programs behind ExaBGP read routes as JSON. One and the same message has its path of autonomous systems as a list in release 4, and as a
# dictionary of segments by number in release 5, under the same name `as-path`. What counts hops or looks for an ASN goes on without
# an error: every path has the length 1, and no ASN is in it. Sets have moved from a name of their own into the dictionary.
#
# Seen, of a path 65515 65010 4200000000 and the set 64496 64497:
#   4.2.25: length 3, has 65515 True, names as-path as-set
#   5.0.15: length 2, has 65515 False, names as-path
#   5.0.15, without the set: length 1, has 65515 False, names as-path
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 4.2.25 5.0.15; do
    python3 -m venv "$version"
    "$version/bin/pip" install --quiet "exabgp==$version"
done
cat >hub.conf <<'CONF'
neighbor 127.0.0.1 {
  router-id 10.9.0.1;
  local-address 127.0.0.1;
  local-as 65010;
  peer-as 65515;
  family { ipv4 unicast; }
  capability { asn4 enable; }
}
CONF
cat >message.py <<'PYTHON'
import struct, sys

path = struct.pack("!BB3I", 2, 3, 65515, 65010, 4200000000)
if sys.argv[1] == "set":
    path += struct.pack("!BB2I", 1, 2, 64496, 64497)
attributes = bytes([0x40, 1, 1, 0, 0x40, 2, len(path)]) + path + bytes([0x40, 3, 4, 10, 9, 0, 1])
body = struct.pack("!HH", 0, len(attributes)) + attributes + bytes([16, 10, 1])
print((b"\xff" * 16 + struct.pack("!HB", 19 + len(body), 2) + body).hex().upper())
PYTHON
cat >path.py <<'PYTHON'
import json, sys

text = next(line for line in sys.stdin if '"announce"' in line)
attribute = json.loads(text[text.index("{") :])["neighbor"]["message"]["update"]["attribute"]
path = attribute["as-path"]
names = " ".join(name for name in attribute if name.startswith("as-"))
print(f"{sys.argv[1]}: length {len(path)}, has 65515 {65515 in path}, names {names}")
PYTHON
{
    4.2.25/bin/exabgp --decode "$(python3 message.py set)" hub.conf 2>&1 | python3 path.py 4.2.25
    5.0.15/bin/exabgp decode --configuration hub.conf "$(python3 message.py set)" 2>&1 | python3 path.py 5.0.15
    5.0.15/bin/exabgp decode --configuration hub.conf "$(python3 message.py none)" 2>&1 | python3 path.py '5.0.15, without the set'
} >seen
cat >expected <<'SEEN'
4.2.25: length 3, has 65515 True, names as-path as-set
5.0.15: length 2, has 65515 False, names as-path
5.0.15, without the set: length 1, has 65515 False, names as-path
SEEN
diff expected seen
