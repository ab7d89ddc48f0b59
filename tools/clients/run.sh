#!/usr/bin/env bash
# What client-config writes, taken by real VPN clients, in one command: tools/clients/run.sh [CLIENT...]
# Needs root, Debian 12 and a network for the packages. Takes `target/release/tunnelog`, or what TUNNELOG names.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
export TUNNELOG=${TUNNELOG:-target/release/tunnelog} FACTS=${FACTS:-facts}
packages="openvpn strongswan-swanctl charon-systemd libcharon-extra-plugins network-manager network-manager-openvpn
          iproute2 dbus openssl procps python3-venv"
missing=$(for name in $packages; do dpkg -s "$name" >/dev/null 2>&1 || echo "$name"; done)
if [ -n "$missing" ]; then
  apt-get update -q
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
fi
dpkg-query -W -f '${Package} ${Version}\n' openvpn charon-systemd network-manager network-manager-openvpn iproute2
# A grammar stands in for PowerShell, which Debian does not have.
grammar=$(mktemp -d)
trap 'rm -rf "$grammar"' EXIT
python3 -m venv "$grammar"
"$grammar/bin/pip" install -q --disable-pip-version-check tree-sitter==0.25.2 tree-sitter-powershell==0.26.4
"$grammar/bin/python" -B "$here/loop.py" "$@"
