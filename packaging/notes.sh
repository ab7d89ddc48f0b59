#!/bin/sh
# Prints the notes of a release, which are its section of CHANGELOG.md:
#   packaging/notes.sh TAG
# Refuses a tag that is not `v` and the version in Cargo.toml, and a version without a section.
set -eu
if [ $# -ne 1 ]; then
    echo "usage: packaging/notes.sh TAG" >&2
    exit 2
fi
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [ "$1" != "v$version" ]; then
    echo "the tag is $1, and Cargo.toml has version $version: the tag has to be v$version" >&2
    exit 1
fi
notes=$(awk -v head="## [$version]" '
    index($0, "## [") == 1 { inside = index($0, head) == 1; next }
    inside { print }' CHANGELOG.md)
if [ -z "$notes" ]; then
    echo "CHANGELOG.md has no section ## [$version]" >&2
    exit 1
fi
printf '%s\n' "$notes"
