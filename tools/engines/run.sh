#!/bin/sh
# Has DuckDB, clingo and, where it is installed, Soufflé read the files of `facts`, with names that would forge rows.
#
#     cargo build && tools/engines/run.sh [target/debug/tunnelog]
#
# Needs Python 3.9 or later and a network, for the packages of PyPI that it puts into a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-target/debug/tunnelog}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" --quiet install duckdb==2.0.1 clingo==5.8.3
"$folder/python/bin/python" "$here/engines.py" "$program" "$folder"
