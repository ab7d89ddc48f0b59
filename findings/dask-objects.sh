#!/bin/sh
# dask 2026.8.0, its data frames.
#
# `from_pandas` makes text of every column of objects, whatever they are: networks of `ipaddress`, lists, numbers in a column of mixed type. The
# setting behind it, `dataframe.convert-string`, is documented for data like strings. Nothing is said, and calls that were about numbers, lists and
# networks go on with text: a sum strings digits together, the greatest number is the one that begins with 9, a list is one
# element, and 10.1.0.0/16 comes before 9.0.0.0/8.
#
# Seen:
#   pandas: sum 64521, max 64512, elements 3, networks 9.0.0.0/8 10.1.0.0/16
#   dask: sum 645129, max 9, elements 2, networks 10.1.0.0/16 9.0.0.0/8
#   dask, convert-string off: sum 64521, max 64512, elements 3, networks 9.0.0.0/8 10.1.0.0/16
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet 'dask[dataframe]==2026.8.0' pandas==3.1.1 pyarrow==26.0.1
cat >probe.py <<'PYTHON'
import ipaddress

import dask
import dask.dataframe
import pandas

frame = pandas.DataFrame(
    {
        "asn": pandas.Series([64512, 9], dtype=object),
        "zones": [["a", "b"], ["c"]],
        "network": [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("9.0.0.0/8")],
    }
)


def show(name, frame):
    answers = frame["asn"].sum(), frame["asn"].max(), frame["zones"].explode(), frame.sort_values("network")["network"]
    total, most, zones, networks = dask.compute(*answers, scheduler="synchronous")
    print(f"{name}: sum {total}, max {most}, elements {len(zones)}, networks", *networks)


show("pandas", frame)
show("dask", dask.dataframe.from_pandas(frame, npartitions=1))
with dask.config.set({"dataframe.convert-string": False}):
    show("dask, convert-string off", dask.dataframe.from_pandas(frame, npartitions=1).compute(scheduler="synchronous"))
PYTHON
venv/bin/python probe.py >seen 2>said
cat >expected <<'SEEN'
pandas: sum 64521, max 64512, elements 3, networks 9.0.0.0/8 10.1.0.0/16
dask: sum 645129, max 9, elements 2, networks 10.1.0.0/16 9.0.0.0/8
dask, convert-string off: sum 64521, max 64512, elements 3, networks 9.0.0.0/8 10.1.0.0/16
SEEN
diff expected seen
