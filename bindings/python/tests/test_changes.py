"""Changes, one by one, together and by the thousand."""

import csv
import io
import subprocess
from pathlib import Path

import polars
import pytest

import tunnelog

# VNet1, VNet2 and VNet3 in a row, connected without BGP: VNet2 has no return path to the address pool.
CHAIN = "facts/s2s-chain"
BGP = "+ bgp(VNet1, VNet2)"
FURTHER = "+ bgp(VNet2, VNet3)"
CUT = "- s2s(VNet1, VNet2)"


def frame(table: tunnelog.Table) -> polars.DataFrame:
    return polars.DataFrame(table)


def statuses(inventory: tunnelog.Inventory) -> list[str]:
    return frame(inventory.reach(client_class="non-windows"))["status"].to_list()


def test_a_changed_inventory_is_another_one() -> None:
    before = tunnelog.load(CHAIN)
    after = before.with_changes([BGP, FURTHER])
    # facts/s2s-chain-bgp argues for the latter.
    assert statuses(after) == ["reachable", "reachable", "reachable"]
    assert statuses(before) == ["reachable", "blackhole", "unreachable"]
    assert statuses(before.with_changes(BGP).with_changes(f"# and further\n{FURTHER}")) == statuses(after)


def test_whatif_is_what_differs_afterwards() -> None:
    before = tunnelog.load(CHAIN)
    table = frame(before.whatif([BGP, FURTHER]))
    assert table.equals(frame(before.diff(before.with_changes([BGP, FURTHER]))))
    changed = table.filter(polars.col("kind") == "status", polars.col("class") == "non-windows")
    assert changed.select("network", "before", "after").rows() == [
        ("VNet2", "blackhole", "reachable"),
        ("VNet3", "unreachable", "reachable"),
    ]
    assert len(before.diff(before)) == 0


def test_rows_are_those_of_the_program(program: Path) -> None:
    written = subprocess.run(
        [program, "whatif", CHAIN, BGP, "--format", "csv"], check=True, capture_output=True, text=True
    )
    of_program = list(csv.DictReader(io.StringIO(written.stdout)))
    table = tunnelog.load(CHAIN).whatif(BGP)
    assert table.columns == [name for name in of_program[0] if name != "scenario"]
    lists = frame(table).with_columns(polars.col("reason").list.join(";"))
    rows = lists.cast(polars.String).fill_null("").rows(named=True)
    assert rows == [{name: row[name] for name in table.columns} for row in of_program]


def test_scenarios_are_tried_each_by_itself() -> None:
    inventory = tunnelog.load(CHAIN)
    tried = {"bgp": [BGP, FURTHER], "cut": CUT, "none": []}
    table = frame(inventory.scenarios(tried))
    for name, changes in tried.items():
        alone = table.filter(polars.col("scenario") == name).drop("scenario")
        assert alone.equals(frame(inventory.whatif(changes))), name
    listed = frame(inventory.scenarios([CUT, CUT]))
    assert listed["scenario"].unique(maintain_order=True).to_list() == ["0", "1"]


def test_a_thousand_scenarios_keep_their_order() -> None:
    inventory = tunnelog.load(CHAIN)
    table = frame(inventory.scenarios([BGP, CUT] * 500, client_class="non-windows"))
    order = table["scenario"].unique(maintain_order=True).to_list()
    assert order == [str(number) for number in range(1000)]
    # With BGP at VNet1 clients also get a route to VNet3, which has no return path. After the cut neither VNet2 nor VNet3 is
    # connected to VNet1.
    changed = table.filter(polars.col("kind") == "status")
    assert changed["after"].cast(polars.String).to_list() == ["reachable", "blackhole", None, None] * 500


def test_a_scenario_that_cannot_be_made_raises_or_is_left_out() -> None:
    inventory = tunnelog.load(CHAIN)
    tried = ["- peered(VNet1, VNet9)", CUT]
    with pytest.raises(tunnelog.BadChange) as raised:
        inventory.scenarios(tried)
    assert [(finding.file, finding.line) for finding in raised.value.findings] == [("scenarios", 1)]
    table = inventory.scenarios(tried, on_error="skip")
    assert frame(table)["scenario"].unique().to_list() == ["1"]
    assert "unknown-name" in [finding.code for finding in table.findings]


def test_a_gateway_may_come_with_the_change() -> None:
    inventory = tunnelog.load(CHAIN)
    changes = "+ client_pool(VNet3, 192.168.3.0/24)"
    kinds = frame(inventory.whatif(changes, gateway="VNet3"))["kind"].to_list()
    assert "appears" in kinds
    with pytest.raises(tunnelog.UnknownName):
        inventory.whatif(CUT, gateway="VNet3")
    after = inventory.with_changes(changes)
    assert set(frame(inventory.diff(after, gateway="VNet3"))["gateway"].drop_nulls()) == {"VNet3"}
