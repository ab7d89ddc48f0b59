"""The documents of `explain` and `fix` are those of the program, and as their schemas have them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import tunnelog


def of_program(program: Path, *arguments: str) -> Any:
    written = subprocess.run([program, *arguments, "--format", "json"], capture_output=True, check=True)
    return json.loads(written.stdout)


@pytest.mark.parametrize(
    ("path", "start", "to"),
    [
        ("facts/s2s-chain", "VNet1", "VNet2"),
        ("facts/hub-and-firewall", "Hub", "10.1.1.4"),
        ("facts/s2s-chain-bgp", "VNet1", "10.0.0.0/8"),
    ],
)
def test_documents_are_those_of_the_program(program: Path, path: str, start: str, to: str) -> None:
    inventory = tunnelog.load(path)
    explained, fixed = inventory.explain(start, to, all=True), inventory.fix(start, to, max=2)
    assert explained["explanations"] and fixed["search"]
    assert explained == of_program(program, "explain", path, "--from", start, "--to", to, "--all")
    assert fixed == of_program(program, "fix", path, "--from", start, "--to", to, "--max", "2")
    for name, document in (("explain", explained), ("fix", fixed)):
        jsonschema.validate(document, json.loads(Path(f"docs/schema/{name}.json").read_text()))


ZONE = "privatelink.blob.core.windows.net"


@pytest.mark.parametrize("path", ["facts/names-resolver-in-hub", "facts/names-old-server"])
def test_zones_are_explained_and_fixed_as_by_the_program(program: Path, path: str) -> None:
    inventory = tunnelog.load(path)
    explained, fixed = inventory.explain("Hub", zone=ZONE), inventory.fix("Hub", zone=ZONE)
    assert explained == of_program(program, "explain", path, "--from", "Hub", "--zone", ZONE)
    assert fixed == of_program(program, "fix", path, "--from", "Hub", "--zone", ZONE)
    # Written by hand: see the README of each topology.
    assert fixed["already"] == (path == "facts/names-resolver-in-hub")
    for name, document in (("explain-zone", explained), ("fix", fixed)):
        jsonschema.validate(document, json.loads(Path(f"docs/schema/{name}.json").read_text()))


def test_what_is_asked_of_zones_is_looked_at() -> None:
    inventory = tunnelog.load("facts/names-old-server")
    with pytest.raises(tunnelog.UnknownName, match="no private zone is called `nowhere.example`"):
        inventory.explain("Hub", zone="nowhere.example")
    with pytest.raises(ValueError, match="a zone stands in the place of destinations"):
        inventory.explain("Hub", "Hub", zone=ZONE)
    with pytest.raises(ValueError, match="name a destination or a zone"):
        inventory.explain("Hub")
    with pytest.raises(ValueError, match="name a destination or a zone"):
        inventory.fix("Hub")
    with pytest.raises(ValueError, match="but no zone"):
        inventory.fix("Hub", "Hub", zone=ZONE, close=True)


def test_plans_keep_to_what_is_asked() -> None:
    inventory = tunnelog.load("facts/s2s-chain")

    def plan(**asked: Any) -> Any:
        return inventory.fix("VNet1", "VNet2", client_class="non-windows", **asked)["plans"]

    # docs/fix.md: of the measures, BGP on the connection is what brings the address pool to VNet2.
    assert plan(max=1)[0]["changes"] == ["+ bgp(VNet1, VNet2)"]
    assert plan(max=1, cost={"bgp": 50})[0]["cost"] > plan(max=1)[0]["cost"]
    assert all("+ bgp(VNet1, VNet2)" not in one["changes"] for one in plan(never="bgp"))
    with pytest.raises(ValueError, match="`magic` is no kind of change"):
        plan(never="magic")


def test_a_closed_way_is_closed() -> None:
    inventory = tunnelog.load("facts/s2s-chain-bgp")
    plans = inventory.fix("VNet1", "VNet3", close=True)["plans"]
    after = inventory.with_changes(plans[0]["changes"])
    assert len(inventory.reach(to="VNet3", status="reachable")) == 1
    assert len(after.reach(to="VNet3", status=["reachable", "needs-route"])) == 0
