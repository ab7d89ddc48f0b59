#!/bin/sh
# Fills in the manifests for Homebrew and winget, once the archives of a release are there:
#   packaging/manifests.sh VERSION REPOSITORY CHECKSUMS FOLDER
# REPOSITORY is the address, such as https://github.com/OWNER/NAME; CHECKSUMS is the file SHA256SUMS of the release.
# FOLDER gets tunnelog.rb and OWNER.tunnelog*.yaml.
set -eu
if [ $# -ne 4 ]; then
    echo "usage: packaging/manifests.sh VERSION REPOSITORY CHECKSUMS FOLDER" >&2
    exit 2
fi
version=$1
repository=${2%/}
checksums=$3
folder=$4
here=$(cd "$(dirname "$0")" && pwd)
owner=${repository%/*}
owner=${owner##*/}

# A line of sed for each archive: @SHA256:TARGET@ becomes its checksum.
digests=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]tunnelog-$version-\(.*\)\.\(tar\.gz\|zip\)\$/s|@SHA256:\2@|\1|g/p" "$checksums")
fill() {
    sed -e "s|@VERSION@|$version|g" -e "s|@REPOSITORY@|$repository|g" -e "s|@OWNER@|$owner|g" -e "$digests" "$1" > "$2"
    if grep -n '@[A-Z0-9]*:*[a-z0-9_-]*@' "$2" >&2; then
        echo "$2 has a place that nothing fills: $checksums lacks an archive" >&2
        exit 1
    fi
}
mkdir -p "$folder"
fill "$here/homebrew/tunnelog.rb" "$folder/tunnelog.rb"
fill "$here/winget/tunnelog.yaml" "$folder/$owner.tunnelog.yaml"
fill "$here/winget/tunnelog.installer.yaml" "$folder/$owner.tunnelog.installer.yaml"
fill "$here/winget/tunnelog.locale.en-US.yaml" "$folder/$owner.tunnelog.locale.en-US.yaml"
