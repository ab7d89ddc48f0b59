#!/usr/bin/env bash
# Fetches the libraries again, with their licences.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -r -- "$folder"' EXIT

npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts \
    cytoscape@3.34.4 cytoscape-fcose@2.2.0 cose-base@2.2.0 layout-base@2.0.1
modules="$folder/node_modules"
cp "$modules/cytoscape/dist/cytoscape.min.js" "$modules/layout-base/layout-base.js" \
    "$modules/cose-base/cose-base.js" "$modules/cytoscape-fcose/cytoscape-fcose.js" "$here"
for name in cytoscape layout-base cose-base cytoscape-fcose; do
    cp "$modules/$name/LICENSE" "$here/LICENSE-$name.txt"
done
