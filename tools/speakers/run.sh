#!/usr/bin/env bash
# BGP of the rules against real speakers, in one command: tools/speakers/run.sh [COUNT [SEED [FOLDER]]]
# Random topologies become network namespaces in which BIRD or FRR is every router. Needs Debian's packages, root and
# iproute2. Takes `target/debug/tunnelog`, or what TUNNELOG names; speakers come from Debian, unpacked into FOLDER.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
count=${1:-300} seed=${2:-1} folder=${3:-$(mktemp -d)}
if [ ! -x "$folder/x/usr/sbin/bird" ] || [ ! -x "$folder/x/usr/lib/frr/bgpd" ]; then
    mkdir -p "$folder/x" "$folder/deb"
    (cd "$folder/deb" && apt-get -q download bird2 frr libyang2 libssh-gcrypt-4)
    for package in "$folder"/deb/*.deb; do dpkg-deb -x "$package" "$folder/x"; done
fi
exec python3 -B "$here/speakers.py" "${TUNNELOG:-target/debug/tunnelog}" "$folder" "$count" "$seed"
