#!/bin/sh
# NetworkManager 1.42.4 with network-manager-openvpn 1.10.2 (Debian 12: 1.42.4-1+deb12u1 and 1.10.2-2), run as root.
#
# `nmcli connection import` of a profile of OpenVPN keeps its `route` lines and drops its `route-ipv6` and `dhcp-option` lines, without a
# word: a profile with DNS servers of its own makes a connection without them. And the connection takes the default route of both
# families, although the profile has no `redirect-gateway` and OpenVPN itself would send only the listed networks into the tunnel.
#
# Seen:
#   ipv4.routes: 10.2.0.0/16
#   ipv4.never-default: no
#   ipv4.dns:
#   ipv4.dns-search:
#   ipv6.routes:
#   ipv6.never-default: no
set -eu
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends dbus \
  network-manager=1.42.4-1+deb12u1 network-manager-openvpn=1.10.2-2 >/dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/etc" "$folder/state" "$folder/connections"
for name in ca.crt client.crt client.key; do : >"$folder/$name"; done
cat >"$folder/hub.ovpn" <<PROFILE
client
dev tun
proto udp
remote 198.18.0.1 1194
ca $folder/ca.crt
cert $folder/client.crt
key $folder/client.key
route 10.2.0.0 255.255.0.0
route-ipv6 fd00:2::/48
dhcp-option DNS 10.2.0.4
dhcp-option DOMAIN contoso.internal
PROFILE
printf '[main]\nplugins=keyfile\nauth-polkit=false\nno-auto-default=*\ndns=none\n' >"$folder/nm.conf"
# A bus and a daemon of its own, with a network of its own, which end with this shell.
cat >"$folder/inside" <<INSIDE
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/dbus /run/NetworkManager
mount --bind "$folder/connections" /etc/NetworkManager/system-connections
mount --bind "$folder/state" /var/lib/NetworkManager
dbus-daemon --system --fork --nopidfile --nosyslog
NetworkManager --no-daemon --config="$folder/nm.conf" --config-dir="$folder/etc" --system-config-dir="$folder/etc" >"$folder/log" 2>&1 &
for _ in \$(seq 100); do nmcli general >/dev/null 2>&1 && break; sleep 0.1; done
nmcli connection import type openvpn file "$folder/hub.ovpn" >&2
for field in ipv4.routes ipv4.never-default ipv4.dns ipv4.dns-search ipv6.routes ipv6.never-default; do
  echo "\$field: \$(nmcli -g \$field connection show hub)" | sed 's/ *\$//'
done
INSIDE
unshare --mount --net --pid --fork --mount-proc --kill-child sh "$folder/inside" >"$folder/seen" 2>"$folder/said"
printf '%s\n' 'ipv4.routes: 10.2.0.0/16' 'ipv4.never-default: no' ipv4.dns: ipv4.dns-search: ipv6.routes: 'ipv6.never-default: no' >"$folder/expected"
diff "$folder/expected" "$folder/seen"
