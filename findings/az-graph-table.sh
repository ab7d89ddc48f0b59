#!/bin/sh
# azure-cli 2.91.0 with its extension resource-graph 2.0.0, `az graph query`.
#
# The rows of a query lie under `data` in what the command gives. Tables and tab-separated values show the outermost level alone, so
# `--output table` and `--output tsv` print the counts of the page and none of its rows, and end with 0. `--query data` brings the rows.
#
# Seen, of an answer with two rows:
#   table: 0 of 2 rows
#   tsv: 0 of 2 rows
#   table --query data: 2 of 2 rows
set -eu
folder=$(mktemp -d)
cat >"$folder/answers.json" <<'JSON'
{"/providers/Microsoft.ResourceGraph/resources": {"totalRecords": 2, "count": 2, "facets": [], "resultTruncated": "false",
  "data": [{"name": "vnet-of-east"}, {"name": "vnet-of-west"}]}}
JSON
. "$(dirname "$0")/az/setup.sh"
"$folder/venv/bin/pip" download --quiet --no-deps --dest "$folder/wheels" resource-graph==2.0.0
"$folder/venv/bin/python" -m zipfile -e "$folder"/wheels/resource_graph*.whl "$folder/extensions/resource-graph"
rows() {
    echo "$1: $(grep -c vnet-of- "$folder/shown" || true) of 2 rows"
}
{
    for form in table tsv; do
        az graph query --graph-query "resources | project name" --output "$form" >"$folder/shown"
        rows "$form"
    done
    az graph query --graph-query "resources | project name" --query data --output table >"$folder/shown"
    rows "table --query data"
} >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
table: 0 of 2 rows
tsv: 0 of 2 rows
table --query data: 2 of 2 rows
SEEN
diff "$folder/expected" "$folder/seen"
