#!/bin/sh
# polars 2.1.0, `read_ndjson` and `scan_ndjson`; pyarrow 26.0.1, DuckDB 2.0.1 and pandas 3.1.1 beside it.
#
# Lines of JSON leave out what a resource does not have. polars looks at 100 of them, and a field that first comes later is no column:
# its values are gone without a word, while a value of another type in a known field is an error. pyarrow and pandas have the
# column, and DuckDB does for 20,480 lines and ends with an error beyond.
#
# Seen, of 201 connections, of which the last one says enableBgp:
#   read_ndjson: name
#   scan_ndjson: name
#   read_ndjson, infer_schema_length=None: name enableBgp
#   pyarrow: name enableBgp
#   DuckDB: name enableBgp
#   pandas: name enableBgp
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1 pandas==3.1.1
cat >probe.py <<'PYTHON'
import json

import duckdb
import pandas
import polars
import pyarrow.json

with open("connections.ndjson", "w", encoding="utf-8") as file:
    for number in range(200):
        print(json.dumps({"name": f"site{number}"}), file=file)
    print(json.dumps({"name": "last", "enableBgp": True}), file=file)

print("read_ndjson:", *polars.read_ndjson("connections.ndjson").columns)
print("scan_ndjson:", *polars.scan_ndjson("connections.ndjson").collect().columns)
whole = polars.read_ndjson("connections.ndjson", infer_schema_length=None)
print("read_ndjson, infer_schema_length=None:", *whole.columns)
print("pyarrow:", *pyarrow.json.read_json("connections.ndjson").column_names)
print("DuckDB:", *duckdb.sql("from 'connections.ndjson'").columns)
print("pandas:", *pandas.read_json("connections.ndjson", lines=True).columns)
PYTHON
venv/bin/python probe.py >seen
cat >expected <<'SEEN'
read_ndjson: name
scan_ndjson: name
read_ndjson, infer_schema_length=None: name enableBgp
pyarrow: name enableBgp
DuckDB: name enableBgp
pandas: name enableBgp
SEEN
diff expected seen
