"""Rows of answers against the tables under facts/, which were written by hand, and against the program."""

import csv
import shutil
import subprocess
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

import tunnelog

FACTS = sorted(path.parent.parent for path in Path(__file__).parents[3].glob("facts/*/expected/reach.csv"))
LISTS = ("reason", "server")


def rows(table: tunnelog.Table) -> list[dict[str, str]]:
    """The rows as a CSV file has them."""
    lines = pyarrow.table(table).drop_columns(["model", "inventory"]).to_pylist()
    return [
        {name: ";".join(cell) if name in LISTS else cell or "" for name, cell in line.items()}
        for line in lines
    ]


def expected(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("folder", FACTS, ids=lambda path: path.name)
def test_rows_are_those_written_by_hand(folder: Path) -> None:
    compared = 0
    models: tuple[tuple[tunnelog.Model, str], ...] = (("article", ""), ("observed", ".observed"))
    for model, suffix in models:
        inventory = tunnelog.load(folder, model=model)
        for verb in ("routes", "reach", "names"):
            path = folder / "expected" / f"{verb}{suffix}.csv"
            if path.exists():
                assert rows(getattr(inventory, verb)()) == expected(path), path
                compared += 1
    assert compared >= 2


def test_there_are_topologies_to_compare() -> None:
    assert len(FACTS) > 40


@pytest.mark.parametrize("verb", ["routes", "reach", "names"])
def test_columns_are_those_of_parquet(verb: str, program: Path, tmp_path: Path) -> None:
    path, file = "facts/names-resolver-in-hub", tmp_path / "rows.parquet"
    subprocess.run([program, verb, path, "--format", "parquet", "-o", file], check=True, capture_output=True)
    table = pyarrow.table(getattr(tunnelog.load(path), verb)())
    of_program = pyarrow.parquet.read_table(file)
    assert table.column_names == of_program.column_names
    assert table.to_pylist() == of_program.to_pylist()


def test_rows_are_narrowed() -> None:
    inventory = tunnelog.load("facts/s2s-chain-bgp")
    reached = rows(inventory.reach(client_class="windows", to=["VNet2", "10.3.0.0/16"]))
    assert [row["network"] for row in reached] == ["VNet2", "VNet3"]
    assert {row["class"] for row in reached} == {"windows"}
    assert [row["network"] for row in rows(inventory.reach(to="10.2.7.4", status="needs-route"))] == ["VNet2"]
    assert [row["prefix"] for row in rows(inventory.routes(to="VNet1"))] == ["10.1.0.0/16"] * 2
    assert rows(inventory.routes(gateway="vnet1")) == rows(inventory.routes())


def test_clients_stand_in_a_column_of_their_own(tmp_path: Path) -> None:
    folder = shutil.copytree("facts/s2s-chain-bgp", tmp_path / "inventory")
    (folder / "clients.csv").write_text("name,gateway,os\nana,VNet1,windows\nben,VNet1,linux\n")
    inventory = tunnelog.load(folder)
    table = inventory.reach(by_client=True, to="VNet3")
    assert table.columns[:4] == ["model", "inventory", "client", "gateway"]
    # VNet3 comes by BGP, which no Windows client gets.
    assert [(row["client"], row["status"]) for row in rows(table)] == [("ana", "needs-route"), ("ben", "reachable")]
    assert [row["client"] for row in rows(inventory.reach(client="Ben", to="VNet3"))] == ["ben"]
