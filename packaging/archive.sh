#!/bin/sh
# Packs a program with its manual pages and completions, as releases have it:
#   packaging/archive.sh PROGRAM TARGET FOLDER
# FOLDER gets tunnelog-VERSION-TARGET/ and the archive of that name beside it, .zip for Windows and .tar.gz for the rest.
set -eu
if [ $# -ne 3 ]; then
    echo "usage: packaging/archive.sh PROGRAM TARGET FOLDER" >&2
    exit 2
fi
program=$1
target=$2
folder=$3
root=$(cd "$(dirname "$0")/.." && pwd)

# `tunnelog 0.1.0`, as the program itself says.
version=$("$program" --version)
name=tunnelog-${version#tunnelog }-$target
place=$folder/$name
rm -rf "$place"
mkdir -p "$place/completions" "$place/man"
cp "$program" "$place/"
cp "$root/README.md" "$root/CHANGELOG.md" "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$place/"
"$program" man -o "$place/man/man1"
"$program" completions bash > "$place/completions/tunnelog.bash"
"$program" completions zsh > "$place/completions/_tunnelog"
"$program" completions fish > "$place/completions/tunnelog.fish"
"$program" completions elvish > "$place/completions/tunnelog.elv"
"$program" completions powershell > "$place/completions/_tunnelog.ps1"

cd "$folder"
case $target in
*-windows-*) 7z a -tzip "$name.zip" "$name" > /dev/null ;;
*) tar -czf "$name.tar.gz" "$name" ;;
esac
