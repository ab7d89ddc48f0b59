#!/bin/sh
# exabgp 5.0.15, BGP for programs.
#
# A prefix comes over BGP as its length and as many octets as that needs. Bits of the last octet beyond the length are irrelevant (RFC 4271,
# section 4.3), and routers take them away. ExaBGP shows them: 10.2.16.0/20 may come as 10.2.31.0/20, as 16 names altogether, each of
# them a route of its own to a program that reads the JSON, and none but the first a network to `ipaddress`. In its own
# configuration ExaBGP refuses such a prefix.
#
# Seen, of one message that announces the same prefix three times:
#   10.2.16.0/20: a network
#   10.2.17.0/20: 10.2.17.0/20 has host bits set
#   10.2.31.0/20: 10.2.31.0/20 has host bits set
#   in its configuration: invalid network 10.2.31.0 for netmask 20
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet exabgp==5.0.15
neighbor() { # ROUTE
    cat <<CONF
neighbor 127.0.0.1 {
  router-id 10.9.0.1;
  local-address 127.0.0.1;
  local-as 65010;
  peer-as 65515;
  family { ipv4 unicast; }
  $1
}
CONF
}
neighbor '' >hub.conf
neighbor 'static { route 10.2.31.0/20 next-hop 10.9.0.1; }' >static.conf
cat >message.py <<'PYTHON'
import struct

attributes = bytes([0x40, 1, 1, 0, 0x40, 2, 6, 2, 1]) + struct.pack("!I", 65515) + bytes([0x40, 3, 4, 10, 9, 0, 1])
prefixes = b"".join(bytes([20, 10, 2, octet]) for octet in (16, 17, 31))
body = struct.pack("!HH", 0, len(attributes)) + attributes + prefixes
print((b"\xff" * 16 + struct.pack("!HB", 19 + len(body), 2) + body).hex().upper())
PYTHON
cat >prefixes.py <<'PYTHON'
import ipaddress, json, sys

text = next(line for line in sys.stdin if '"announce"' in line)
update = json.loads(text[text.index("{") :])["neighbor"]["message"]["update"]
for route in update["announce"]["ipv4 unicast"]["10.9.0.1"]:
    try:
        ipaddress.ip_network(route["nlri"])
        print(f"{route['nlri']}: a network")
    except ValueError as error:
        print(f"{route['nlri']}: {error}")
PYTHON
{
    venv/bin/exabgp decode --configuration hub.conf "$(python3 message.py)" 2>&1 | python3 prefixes.py
    echo "in its configuration: $(venv/bin/exabgp validate static.conf 2>&1 | grep -o 'invalid network .*' | head -n 1)"
} >seen
cat >expected <<'SEEN'
10.2.16.0/20: a network
10.2.17.0/20: 10.2.17.0/20 has host bits set
10.2.31.0/20: 10.2.31.0/20 has host bits set
in its configuration: invalid network 10.2.31.0 for netmask 20
SEEN
diff expected seen
