"""Tables in the hands of those who read Arrow."""

import duckdb
import pandas
import polars
import pyarrow
import pytest

import tunnelog

# facts/s2s-chain-bgp/expected/reach.csv
STATUSES = ["reachable"] * 4 + ["needs-route"] * 2


@pytest.fixture
def table() -> tunnelog.Table:
    return tunnelog.load("facts/s2s-chain-bgp").reach()


def test_everyone_reads_the_same(table: tunnelog.Table) -> None:
    assert pyarrow.table(table).column("status").to_pylist() == STATUSES
    assert polars.DataFrame(table)["status"].to_list() == STATUSES
    assert pandas.DataFrame.from_arrow(table)["status"].tolist() == STATUSES
    reach = table
    found = duckdb.sql("select status, list_contains(reason, 'bgp') from reach")
    assert found and found.fetchall() == list(zip(STATUSES, [False, True, True, False, False, False], strict=True))
    assert len(reach) == 6


def test_types_suit_each_column(table: tunnelog.Table) -> None:
    schema = pyarrow.schema(table)
    word = pyarrow.dictionary(pyarrow.int8(), pyarrow.string())
    assert [schema.field(name).type for name in ("class", "status")] == [word, word]
    assert schema.field("destination").type == pyarrow.string()
    assert schema.field("reason").type == pyarrow.list_(pyarrow.string())
    assert schema == pyarrow.table(table).schema
    assert isinstance(pandas.DataFrame.from_arrow(table)["status"].dtype, pandas.CategoricalDtype)
    assert polars.DataFrame(table).schema["reason"] == polars.List(polars.String)


def test_memory_is_shared_and_outlives_the_table(table: tunnelog.Table) -> None:
    first, second = pyarrow.table(table), pyarrow.table(table)
    addresses = [one.column("network").chunk(0).buffers()[2].address for one in (first, second)]
    assert addresses[0] == addresses[1]
    networks = first.column("network")
    del table, first, second
    assert networks.to_pylist() == ["VNet1", "VNet2", "VNet3"] * 2


def test_an_answer_without_rows_has_its_columns(table: tunnelog.Table) -> None:
    empty = tunnelog.load("facts/s2s-chain-bgp").reach(status="blackhole")
    assert len(empty) == 0
    assert pyarrow.table(empty).schema == pyarrow.schema(table)
    assert polars.DataFrame(empty).columns == table.columns


def test_what_does_not_apply_is_null() -> None:
    rows = pyarrow.table(tunnelog.load("facts/s2s-chain").whatif("- s2s(VNet2, VNet3)")).to_pylist()
    facts = [row for row in rows if row["kind"] == "fact-removed"]
    assert facts and all(row["gateway"] is None and row["reason"] == [] for row in facts)
