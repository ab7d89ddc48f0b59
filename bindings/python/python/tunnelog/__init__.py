"""What Azure Point-to-Site VPN clients get and reach, worked out offline from an export, and why.

An inventory is loaded and asked. Rows are Arrow tables:

>>> import polars, tunnelog
>>> inventory = tunnelog.load("facts/s2s-chain-bgp")
>>> rows = polars.DataFrame(inventory.reach(client_class="windows"))
>>> rows.select("network", "status").rows()
[('VNet1', 'reachable'), ('VNet2', 'needs-route'), ('VNet3', 'needs-route')]
"""

from tunnelog._findings import BadChange, Finding, InvalidInventory, Refused, UnknownName
from tunnelog._inventory import Changes, Inventory, Model, Words, load
from tunnelog._tunnelog import Table

__all__ = [
    "BadChange",
    "Changes",
    "Finding",
    "Inventory",
    "InvalidInventory",
    "Model",
    "Refused",
    "Table",
    "UnknownName",
    "Words",
    "load",
]
