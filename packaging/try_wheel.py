"""Tries an installed wheel in a checkout, with nothing but the standard library: answers have to be those that were written by hand."""

import csv
from pathlib import Path

import tunnelog

TOPOLOGY = "facts/s2s-chain-branch-bgp"

inventory = tunnelog.load(TOPOLOGY)
with Path(TOPOLOGY, "expected", "reach.csv").open(newline="") as file:
    rows = list(csv.DictReader(file))
assert inventory.gateways == sorted({row["gateway"] for row in rows}), inventory.gateways
for status in ("reachable", "needs-route"):
    count = sum(row["status"] == status for row in rows)
    assert len(inventory.reach(status=status)) == count, (status, count)
plans = tunnelog.load("facts/s2s-chain").fix("VNet1", "VNet2", client_class="non-windows")["plans"]
assert plans[0]["changes"] == ["+ bgp(VNet1, VNet2)"], plans
print("tunnelog answers")
