#!/bin/sh
# strongSwan 5.9.8 (Debian 12: charon-systemd, strongswan-swanctl and libcharon-extra-plugins 5.9.8-5+deb12u6), run as root.
#
# `swanctl --load-conns` takes a child with any number of prefixes in `remote_ts`. The number of traffic selectors in a message is one
# octet, and 256 of them are sent with a count of 0: the other end answers INVALID_SYNTAX, and the client destroys the whole IKE SA, so
# that the children which were up before are gone too. Nothing says that a number was exceeded. 255 work.
#
# Seen:
#   255 selectors: associations 1, children held wide
#   256 selectors: associations 0, children
set -eu
version=5.9.8-5+deb12u6
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends iproute2 \
  charon-systemd=$version strongswan-swanctl=$version libcharon-extra-plugins=$version >/dev/null
folder=$(mktemp -d)
client=swc$$ server=sws$$
end() {
  for pid in $(cat "$folder"/*/pid); do kill "$pid" || true; done
  ip netns del $client || true
  ip netns del $server || true
  rm -rf "$folder"
}
trap end EXIT
mkdir -p "$folder/client/conf.d" "$folder/server/conf.d"
touch "$folder/client/pid" "$folder/server/pid"
for name in $client $server; do
  ip netns add $name
  ip -n $name link set lo up
done
ip link add wire netns $client type veth peer wire netns $server
ip -n $client addr add 198.18.0.2/30 dev wire
ip -n $server addr add 198.18.0.1/30 dev wire
ip -n $client link set wire up
ip -n $server link set wire up
secret='secrets { ike-test { secret = "not a secret" } }'
# In user space a policy needs an address of its own side.
for number in $(seq 0 255); do echo "addr add 10.0.$number.1/32 dev lo"; done | ip -n $server -batch -
ip -n $server addr add 172.30.0.1/32 dev lo
cat >"$folder/server/conf.d/hub.conf" <<CONF
connections { hub {
  version = 2
  pools = pool
  local { auth = psk
    id = hub }
  remote { auth = psk }
  children { net { local_ts = 0.0.0.0/0 } }
} }
pools { pool { addrs = 192.168.0.0/24 } }
$secret
CONF
cat >"$folder/client/conf.d/hub.conf" <<CONF
connections { hub {
  version = 2
  remote_addrs = 198.18.0.1
  vips = 0.0.0.0
  local { auth = psk
    id = client }
  remote { auth = psk
    id = hub }
  children { held { remote_ts = 172.30.0.0/16 } }
} }
$secret
CONF
start() { # FOLDER NAMESPACE
  echo 'include conf.d/*.conf' >"$1/swanctl.conf"
  cat >"$1/strongswan.conf" <<CONF
charon-systemd {
  load = random nonce openssl kdf kernel-libipsec kernel-netlink socket-default vici
  plugins { vici { socket = unix://$1/vici } }
}
CONF
  STRONGSWAN_CONF=$1/strongswan.conf ip netns exec "$2" charon-systemd >"$1/log" 2>&1 &
  echo $! >"$1/pid"
  for _ in $(seq 100); do [ -S "$1/vici" ] && break; sleep 0.1; done
  swanctl_of "$1" --load-all >/dev/null
}
swanctl_of() {
  place=$1
  shift
  SWANCTL_DIR=$place STRONGSWAN_CONF=$place/strongswan.conf swanctl "$@" --uri "unix://$place/vici" 2>/dev/null
}
start "$folder/server" $server
start "$folder/client" $client
for count in 255 256; do
  swanctl_of "$folder/client" --initiate --child held >/dev/null
  prefixes=$(for number in $(seq 0 $((count - 1))); do printf '10.0.%s.0/24,' "$number"; done)
  echo "connections { hub { children { wide { remote_ts = ${prefixes%,} } } } }" >"$folder/client/conf.d/wide.conf"
  swanctl_of "$folder/client" --load-conns >/dev/null
  swanctl_of "$folder/client" --initiate --child wide --timeout 20 >/dev/null || true
  sleep 1
  swanctl_of "$folder/client" --list-sas >"$folder/sas"
  children=$(sed -n 's/^  \([a-z]*\): #.* INSTALLED.*/\1/p' "$folder/sas" | sort | tr '\n' ' ')
  echo "$count selectors: associations $(grep -c ESTABLISHED "$folder/sas" || true), children ${children}" | sed 's/ *$//' >>"$folder/seen"
  swanctl_of "$folder/client" --terminate --ike hub >/dev/null || true
done
cat >"$folder/expected" <<'SEEN'
255 selectors: associations 1, children held wide
256 selectors: associations 0, children
SEEN
diff "$folder/expected" "$folder/seen"
