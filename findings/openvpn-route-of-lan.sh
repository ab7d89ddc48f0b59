#!/bin/sh
# OpenVPN 2.6.14 (Debian 12: openvpn 2.6.14-0+deb12u2), run as root; `ip` has to be there.
#
# A profile has routes to the very networks that the machine's own interface is attached to. OpenVPN asks the kernel for its IPv4
# route without the flag by which `ip route add` is told that there is one. The kernel then puts it before its own, which has the same
# metric: neighbours on the wire are looked for in the tunnel, and the log has no warning. An IPv6 route comes with metric 1024, behind the
# kernel's 256, so that the same two lines of a profile lead IPv4 into the tunnel and leave IPv6 on the wire.
#
# Seen:
#   ip route add: RTNETLINK answers: File exists
#   10.2.3.4: tun9
#   fd00:2::99: lan
#   warnings: 0
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
ip link add lan type veth peer name other
ip address add 10.2.0.7/16 dev lan
ip address add fd00:2::7/48 dev lan nodad
ip link set lan up
ip link set other up
echo "ip route add: $(ip route add 10.2.0.0/16 via 10.2.0.9 2>&1)"
usr/sbin/openvpn --genkey secret key
usr/sbin/openvpn --dev tun9 --ifconfig 10.9.0.1 10.9.0.2 --ifconfig-ipv6 fd00:9::1 fd00:9::2 --secret key --cipher AES-256-CBC \
  --lport 1195 --verb 3 --route 10.2.0.0 255.255.0.0 --route-ipv6 fd00:2::/48 >log 2>&1 &
for _ in $(seq 100); do grep -q 'net_route_v6_add' log && break; sleep 0.1; done
sleep 1
for address in 10.2.3.4 fd00:2::99; do
  echo "$address: $(ip route get $address | sed -n 's/.* dev \([a-z0-9]*\) .*/\1/p')"
done
echo "warnings: $(grep -v DEPRECATED log | grep -c -i -E 'warn.*route|route.*(exist|fail)' || true)"
INSIDE
unshare --net --pid --fork --kill-child --mount-proc sh inside >seen 2>errors
printf '%s\n' 'ip route add: RTNETLINK answers: File exists' '10.2.3.4: tun9' 'fd00:2::99: lan' 'warnings: 0' >expected
diff expected seen
