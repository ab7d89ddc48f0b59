#!/bin/sh
# systemd-resolved 252.39 (Debian 12: systemd-resolved and libsystemd-shared 252.39-1~deb12u2), run as root; `dbus-daemon` and `ip` have to be there.
#
# What `resolvectl status` writes into a file is no list of `Name: value`. The servers of the system come without a colon behind their
# name, unlike those of links, so that a split at `: ` loses them. And long lists of domains wrap as they would on a terminal of 80
# columns: a domain may stand in a line of its own, without a name.
#
# Seen:
#   DNS Servers 192.0.2.53
#   DNS Servers: 10.1.0.4 10.1.0.5
#   DNS Domain: ~blob.core.windows.net ~vault.azure.net ~vaultcore.azure.net
#   contoso.internal ~database.windows.net
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q systemd-resolved=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2 >said 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
{ grep -v '^systemd-resolve:' /etc/passwd; echo 'systemd-resolve:x:995:995::/:/usr/sbin/nologin'; } >passwd
{ grep -v '^systemd-resolve:' /etc/group; echo 'systemd-resolve:x:995:'; } >group
echo 'nameserver 192.0.2.53' >resolv.conf
cat >bus.conf <<'BUS'
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
BUS
# A daemon and a bus of its own, with a network of its own, which end with this shell.
cat >inside <<INSIDE
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/dbus /run/systemd
for file in passwd group resolv.conf; do mount --bind "$folder/\$file" "/etc/\$file"; done
export LD_LIBRARY_PATH="$folder/usr/lib/x86_64-linux-gnu/systemd"
ip link set lo up
ip tuntap add tun0 mode tun
ip address add 172.16.201.2/24 dev tun0
ip link set tun0 up
dbus-daemon --config-file="$folder/bus.conf" --fork
"$folder/lib/systemd/systemd-resolved" >"$folder/log" 2>&1 &
control="$folder/usr/bin/resolvectl"
for _ in \$(seq 100); do "\$control" status >/dev/null 2>&1 && break; sleep 0.1; done
"\$control" dns tun0 10.1.0.4 10.1.0.5
"\$control" domain tun0 '~blob.core.windows.net' '~vault.azure.net' '~vaultcore.azure.net' contoso.internal '~database.windows.net'
"\$control" status | cat
INSIDE
unshare --mount --net --pid --fork --mount-proc --kill-child sh inside >status 2>errors
sed 's/^ *//' status | grep -E '^DNS |^contoso' >seen
printf '%s\n' 'DNS Servers 192.0.2.53' 'DNS Servers: 10.1.0.4 10.1.0.5' \
  'DNS Domain: ~blob.core.windows.net ~vault.azure.net ~vaultcore.azure.net' 'contoso.internal ~database.windows.net' >expected
diff expected seen
