"""Spread scenarios over the processes of a Dask cluster, and count what clients lose.

Each worker reads the inventory once and tries its share of the scenarios on its cores:

    python bindings/python/examples/campaign.py INVENTORY SCHEDULER < changes

A line of ``changes`` is a scenario, such as ``- s2s(VNet1, VNet2)``. Without an address of a scheduler two processes are
started here.
"""

from __future__ import annotations

import sys
from functools import lru_cache

import pyarrow
import pyarrow.compute
from dask.distributed import Client

import tunnelog

SHARE = 1000
"""How many scenarios a task has: enough that to send them costs nothing beside trying them."""


@lru_cache(maxsize=1)
def inventory(path: str) -> tunnelog.Inventory:
    """The inventory, read once by each process. It does not travel between processes; its path does."""
    return tunnelog.load(path)


def lost(path: str, scenarios: dict[str, str]) -> pyarrow.Table:
    """Whom each scenario takes a network from."""
    rows = pyarrow.table(inventory(path).scenarios(scenarios))
    status = pyarrow.compute.field("kind") == "status"
    before, after = (pyarrow.compute.field(name) for name in ("before", "after"))
    # What is no longer connected at all has no status afterwards.
    gone = (before == "reachable") & (after.is_null() | (after != "reachable"))
    return rows.filter(status & gone).select(["scenario", "gateway", "class", "network"])


def campaign(client: Client, path: str, changes: list[str]) -> pyarrow.Table:
    """The losses of all scenarios, in their order."""
    named = {change: change for change in changes}
    names = list(named)
    shares = [{name: named[name] for name in names[at : at + SHARE]} for at in range(0, len(names), SHARE)]
    parts = client.gather(client.map(lost, [path] * len(shares), shares))
    return pyarrow.concat_tables(parts).unify_dictionaries()


def main() -> None:
    path, *scheduler = sys.argv[1:]
    changes = [line.strip() for line in sys.stdin if line.strip()]
    options = {"address": scheduler[0]} if scheduler else {"n_workers": 2, "threads_per_worker": 1}
    with Client(**options) as client:
        losses = campaign(client, path, changes)
    print(losses.group_by(["scenario"]).aggregate([("network", "count")]).to_pandas().to_string(index=False))


if __name__ == "__main__":
    main()
