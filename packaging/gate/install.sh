#!/bin/sh
# Fetches a released program, verifies its checksum and unpacks it:
#   packaging/gate/install.sh SOURCE VERSION FOLDER [SHA256]
# SOURCE is the address or the folder that the files of the release are at. The archive has to have the checksum that
# SHA256SUMS beside it names and, where SHA256 is given, that one too. Prints the folder that holds the program.
set -eu
if [ $# -lt 3 ] || [ $# -gt 4 ]; then
    echo "usage: packaging/gate/install.sh SOURCE VERSION FOLDER [SHA256]" >&2
    exit 2
fi
source=${1%/}
version=${2#v}
folder=$3
pinned=${4:-}
fail() {
    echo "tunnelog: $1" >&2
    exit 2
}

case $version in
[0-9]*) ;;
*) fail "\`$version\` is no release: name one, such as 0.1.0" ;;
esac
# The archives for Linux that need nothing of the system: a gate has to start wherever it is.
case $(uname -s)/$(uname -m) in
Linux/x86_64) archive=tunnelog-$version-x86_64-unknown-linux-musl.tar.gz ;;
Linux/aarch64) archive=tunnelog-$version-aarch64-unknown-linux-musl.tar.gz ;;
Darwin/x86_64) archive=tunnelog-$version-x86_64-apple-darwin.tar.gz ;;
Darwin/arm64) archive=tunnelog-$version-aarch64-apple-darwin.tar.gz ;;
MINGW*/x86_64 | MSYS*/x86_64) archive=tunnelog-$version-x86_64-pc-windows-msvc.zip ;;
*) fail "no release for $(uname -s) on $(uname -m)" ;;
esac

fetch() {
    case $source in
    *://*) curl --fail --silent --show-error --location --retry 3 --output "$folder/$1" "$source/$1" ;;
    *) cp "$source/$1" "$folder/$1" ;;
    esac || fail "\`$source\` has no $1"
}
mkdir -p "$folder"
fetch SHA256SUMS
fetch "$archive"

if command -v sha256sum > /dev/null; then
    digest=$(sha256sum < "$folder/$archive")
else
    digest=$(shasum -a 256 < "$folder/$archive")
fi
digest=${digest%% *}
listed=$(awk -v archive="$archive" '$2 == archive || $2 == "*" archive { print $1 }' "$folder/SHA256SUMS")
[ -n "$listed" ] || fail "SHA256SUMS does not list $archive"
for expected in "$listed" ${pinned:+"$pinned"}; do
    if [ "$digest" != "$expected" ]; then
        rm -f "$folder/$archive"
        fail "the checksum of $archive is $digest, and has to be $expected"
    fi
done

case $archive in
*.zip)
    unzip -q -o "$folder/$archive" -d "$folder"
    name=${archive%.zip}
    ;;
*)
    tar -xzf "$folder/$archive" -C "$folder"
    name=${archive%.tar.gz}
    ;;
esac
place=$(cd "$folder/$name" && pwd)
# What runs beside a shell of Windows knows no paths such as /c/temp.
if command -v cygpath > /dev/null; then
    place=$(cygpath -w "$place")
fi
echo "$place"
