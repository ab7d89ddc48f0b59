#!/bin/sh
# unbound 1.17.1, BIND 9.18.49, dnsmasq 2.90 and systemd-resolved 252.39 (Debian 12: 1.17.1-2+deb12u4, 1:9.18.49-1~deb12u3, 2.90-4~deb12u2,
# 252.39-1~deb12u2), run as root; `dbus-daemon`, `ip` and Python 3.11 have to be there.
#
# A client asks for data.blob.core.windows.net. The public DNS answers with a chain: data.privatelink.blob.core.windows.net, a name of a
# cluster, and its public address. Where the private zone is asked, the same name has a private address. All four have one and the same rule:
# names below privatelink.blob.core.windows.net go to the private DNS server, all others to the public one. unbound and BIND believe
# of an answer what the asked name has, and ask for the rest anew, by their own rules: the private address. dnsmasq and systemd-resolved
# take the whole chain from the public server: the public address. So Microsoft's advice to forward the zone without `privatelink` is needed
# with some forwarders, and with others the rule that it warns of works.
#
# Seen:
#   unbound 10.1.0.5
#   named 10.1.0.5
#   dnsmasq 203.0.113.60
#   resolved 203.0.113.60
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet dnslib==0.9.26
unpack() { # FOLDER PACKAGES
  mkdir "$1"
  (
    cd "$1"
    shift
    apt-get download -q "$@" >said 2>&1
    for package in ./*.deb; do dpkg -x "$package" .; done
  )
}
unpack unbound unbound=1.17.1-2+deb12u4 libevent-2.1-7 libhiredis0.14 libprotobuf-c1 libpython3.11 libnghttp2-14 libssl3
version=1:9.18.49-1~deb12u3
unpack named bind9=$version bind9-libs=$version libuv1 libfstrm0 libjson-c5 liblmdb0 libmaxminddb0 libprotobuf-c1 libnghttp2-14 libxml2 libicu72 \
  libgssapi-krb5-2 libjemalloc2 libk5crypto3 libkrb5-3 libkrb5support0 libkeyutils1 libcom-err2 libssl3 libstdc++6
unpack dnsmasq dnsmasq-base=2.90-4~deb12u2 libnetfilter-conntrack3 libnfnetlink0 libnftables1 libnftnl11 libmnl0 libxtables12 libjansson4 \
  libdbus-1-3 libidn2-0 libunistring2 libgmp10 libhogweed6 libnettle8
unpack resolved systemd-resolved=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2
cat >servers.py <<'PYTHON'
import threading

from dnslib import QTYPE, RCODE, RR
from dnslib.server import BaseResolver, DNSLogger, DNSServer

NAME = "data.blob.core.windows.net."
PRIVATE = "data.privatelink.blob.core.windows.net."
CLUSTER = "blob.cluster.store.core.windows.net."


class Zone(BaseResolver):
    def __init__(self, answers):
        self.answers = answers

    def resolve(self, request, _):
        reply = request.reply()
        name = str(request.q.qname).lower()
        if name not in self.answers:
            reply.header.rcode = RCODE.NXDOMAIN
        elif request.q.qtype == QTYPE.A:
            for line in self.answers[name]:
                reply.add_answer(*RR.fromZone(line))
        return reply


chain = [f"{NAME} 60 CNAME {PRIVATE}", f"{PRIVATE} 60 CNAME {CLUSTER}", f"{CLUSTER} 60 A 203.0.113.60"]
public = {NAME: chain, PRIVATE: chain[1:], CLUSTER: chain[2:]}
private = {PRIVATE: [f"{PRIVATE} 60 A 10.1.0.5"]}
for address, answers in (("198.18.0.53", public), ("198.18.1.53", private)):
    for tcp in (False, True):
        DNSServer(Zone(answers), address=address, port=53, tcp=tcp, logger=DNSLogger("-request,-reply,-truncated,-error")).start_thread()
threading.Event().wait()
PYTHON
cat >ask.py <<'PYTHON'
import sys, time

from dnslib import DNSRecord

for _ in range(20):
    try:
        answer = DNSRecord.parse(DNSRecord.question("data.blob.core.windows.net").send(sys.argv[1], 53, timeout=2))
        print(sys.argv[2], answer.rr[-1].rdata)
        break
    except (OSError, IndexError):
        time.sleep(0.2)
PYTHON
cat >unbound.conf <<CONF
server:
  interface: 127.0.0.2
  username: ""
  chroot: ""
  directory: "$folder"
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 198.18.0.53
forward-zone:
  name: "privatelink.blob.core.windows.net"
  forward-addr: 198.18.1.53
CONF
cat >named.conf <<CONF
options {
  directory "$folder";
  pid-file none;
  session-keyfile none;
  listen-on { 127.0.0.3; };
  listen-on-v6 { none; };
  dnssec-validation no;
  forward only;
  forwarders { 198.18.0.53; };
};
zone "privatelink.blob.core.windows.net" { type forward; forward only; forwarders { 198.18.1.53; }; };
controls { };
CONF
{ grep -v '^systemd-resolve:' /etc/passwd; echo 'systemd-resolve:x:995:995::/:/usr/sbin/nologin'; } >passwd
{ grep -v '^systemd-resolve:' /etc/group; echo 'systemd-resolve:x:995:'; } >group
: >resolv.conf
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
# A network and a bus of its own, which end with this shell. Both DNS servers are behind links, as resolved asks by link.
cat >inside <<'INSIDE'
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/dbus /run/systemd /run/netns
for file in passwd group resolv.conf; do mount --bind $file /etc/$file; done
libraries() {
  find "$PWD/$1" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':'
}
ip link set lo up
ip address add 127.0.0.3/8 dev lo # BIND listens on addresses of interfaces alone.
ip netns add far
ip -n far link set lo up
for number in 0 1; do
  ip link add link$number type veth peer name end$number netns far
  ip address add 198.18.$number.2/24 dev link$number
  ip link set link$number up
  ip -n far address add 198.18.$number.53/24 dev end$number
  ip -n far link set end$number up
done
ip netns exec far venv/bin/python servers.py &
LD_LIBRARY_PATH=$(libraries unbound) unbound/usr/sbin/unbound -d -c unbound.conf &
LD_LIBRARY_PATH=$(libraries named) named/usr/sbin/named -f -c named.conf &
LD_LIBRARY_PATH=$(libraries dnsmasq) dnsmasq/usr/sbin/dnsmasq -k -C /dev/null --no-resolv --no-hosts --listen-address 127.0.0.4 \
  --bind-interfaces --user=root --pid-file= --server=198.18.0.53 --server=/privatelink.blob.core.windows.net/198.18.1.53 &
dbus-daemon --config-file=bus.conf --fork
export LD_LIBRARY_PATH="$PWD/resolved/usr/lib/x86_64-linux-gnu/systemd"
resolved/lib/systemd/systemd-resolved &
control=resolved/usr/bin/resolvectl
for _ in $(seq 100); do $control status >/dev/null 2>&1 && break; sleep 0.1; done
$control dns link0 198.18.0.53
$control default-route link0 yes
$control dns link1 198.18.1.53
$control domain link1 '~privatelink.blob.core.windows.net'
$control default-route link1 no
unset LD_LIBRARY_PATH
sleep 1
venv/bin/python ask.py 127.0.0.2 unbound >>seen
venv/bin/python ask.py 127.0.0.3 named >>seen
venv/bin/python ask.py 127.0.0.4 dnsmasq >>seen
venv/bin/python ask.py 127.0.0.53 resolved >>seen
INSIDE
unshare --mount --net --pid --fork --mount-proc --kill-child sh inside >said 2>&1
printf '%s\n' 'unbound 10.1.0.5' 'named 10.1.0.5' 'dnsmasq 203.0.113.60' 'resolved 203.0.113.60' >expected
diff expected seen
