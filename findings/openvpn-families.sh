#!/bin/sh
# OpenVPN 2.6.14 (Debian 12: openvpn 2.6.14-0+deb12u2), run as root; `ip` has to be there.
#
# The same two slips in a profile, once for each family. `route` with an address and no mask is a route to that address. `route-ipv6` with an
# address and no length, for which the manual has no meaning, is taken too: a route to all 2⁶⁴ addresses around it. A route to an address
# within a network is refused by the kernel in IPv4, and the tunnel comes up without it; in IPv6 OpenVPN makes it the network's.
#
# Seen:
#   route 10.2.0.7: 10.2.0.7
#   route-ipv6 fd00:2::7: fd00:2::/64
#   route 10.3.0.7 255.255.0.0: none
#   route-ipv6 fd00:3::7/48: fd00:3::/48
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q openvpn=2.6.14-0+deb12u2 libpkcs11-helper1 liblzo2-2 liblz4-1 libcap-ng0 libnl-3-200 libnl-genl-3-200 >said 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
# A network of its own, whose processes end with this shell. With a key on both sides OpenVPN is up before anybody answers.
cat >inside <<'INSIDE'
set -eu
LD_LIBRARY_PATH=$(find "$PWD" -name '*.so.*' -exec dirname {} + | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH
ip link set lo up
usr/sbin/openvpn --genkey secret key
for route in 'route 10.2.0.7' 'route-ipv6 fd00:2::7' 'route 10.3.0.7 255.255.0.0' 'route-ipv6 fd00:3::7/48'; do
  printf 'dev tun9\nifconfig 10.9.0.1 10.9.0.2\nifconfig-ipv6 fd00:9::1 fd00:9::2\nsecret key\ncipher AES-256-CBC\nlport 1195\nverb 3\n' >probe.ovpn
  echo "$route" >>probe.ovpn
  usr/sbin/openvpn --config probe.ovpn >log 2>&1 &
  for _ in $(seq 100); do grep -q 'net_route_v[46]_add' log && break; sleep 0.1; done
  sleep 1
  seen=$({ ip -4 route show dev tun9; ip -6 route show dev tun9; } | sed -n 's/^\(10\.[23]\.[^ ]*\|fd00:[23]:[^ ]*\) .*/\1/p')
  echo "$route: ${seen:-none}"
  kill $!
  wait $! || true
done
INSIDE
unshare --net --pid --fork --kill-child --mount-proc sh inside >seen 2>errors
cat >expected <<'SEEN'
route 10.2.0.7: 10.2.0.7
route-ipv6 fd00:2::7: fd00:2::/64
route 10.3.0.7 255.255.0.0: none
route-ipv6 fd00:3::7/48: fd00:3::/48
SEEN
diff expected seen
