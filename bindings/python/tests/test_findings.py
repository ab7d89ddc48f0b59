"""What is wrong, as exceptions and findings."""

import pickle

import pytest

import tunnelog
from tunnelog import Finding

DIAGNOSTICS = "tests/fixtures/diagnostics"


def test_an_inventory_with_errors_tells_all_of_them() -> None:
    with pytest.raises(tunnelog.InvalidInventory) as raised:
        tunnelog.load(f"{DIAGNOSTICS}/bad-prefix")
    first, *others = raised.value.findings
    assert (first.code, first.severity, first.line) == ("bad-prefix", "error", 2)
    assert first.file and first.column and first.help
    assert [finding.line for finding in others] == [3, 4]
    assert str(raised.value).splitlines()[0].startswith(f"{first.file}:2:{first.column}: error[bad-prefix]: ")


def test_a_path_without_an_inventory_has_a_finding_without_a_place() -> None:
    with pytest.raises(tunnelog.InvalidInventory) as raised:
        tunnelog.load("nowhere")
    assert [(one.code, one.file, one.line) for one in raised.value.findings] == [("unreadable-file", None, None)]


def test_mistakes_in_changes_have_their_line() -> None:
    inventory = tunnelog.load("facts/s2s-chain")
    for changes, code, line in [
        (["+ bgp(VNet1, VNet2)", "+ bgp(VNet1)"], "wrong-arity", 2),
        ("+ bgp(VNet1, Vnet3", "query-syntax", 1),
        ("? bgp(VNet1, ?x)", "query-syntax", 1),
        ("+ bgp(VNet1, VNet7)", "unknown-name", 1),
    ]:
        for call in (inventory.with_changes, inventory.whatif):
            with pytest.raises(tunnelog.BadChange) as raised:
                call(changes)
            errors = [one for one in raised.value.findings if one.severity == "error"]
            assert [(one.code, one.file, one.line) for one in errors] == [(code, "changes", line)]


def test_warnings_are_on_the_inventory_and_follow_changes() -> None:
    def codes(inventory: tunnelog.Inventory) -> list[str]:
        return [finding.code for finding in inventory.findings]

    inventory = tunnelog.load(f"{DIAGNOSTICS}/one-sided-peering")
    assert codes(inventory) == ["one-sided-peering"]
    assert "one-sided-peering" not in codes(inventory.with_changes("+ peered(Spoke, Hub)"))


def test_check_looks_at_answers_too() -> None:
    inventory = tunnelog.load(f"{DIAGNOSTICS}/asymmetric-path")
    assert "asymmetric-path" not in [finding.code for finding in inventory.findings]
    assert "asymmetric-path" in [finding.code for finding in inventory.check()]


def test_an_unknown_name_comes_with_the_nearest() -> None:
    inventory = tunnelog.load("facts/s2s-chain")
    with pytest.raises(tunnelog.UnknownName, match="did you mean `VNet1`") as raised:
        inventory.reach(gateway="Vnet11")
    assert raised.value.known == ["VNet1"]
    with pytest.raises(tunnelog.UnknownName, match="no network is called `Paris`"):
        inventory.reach(to="Paris")
    with pytest.raises(tunnelog.UnknownName, match="no client is called `ana`"):
        inventory.reach(client="ana")
    with pytest.raises(tunnelog.UnknownName, match="neither a VNet"):
        inventory.explain("VNet2", "VNet1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"status": "fine"}, "no status; there are blackhole, needs-route, reachable, unreachable"),
        ({"client_class": "mac"}, "`mac` is no class"),
        ({"to": "10.1.0.1/16"}, "10.1.0.0/16"),
        ({"by_client": True}, "lists no clients"),
    ],
)
def test_a_wrong_word_comes_with_the_right_ones(arguments: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        tunnelog.load("facts/s2s-chain").reach(**arguments)  # type: ignore[arg-type]


def test_exceptions_travel_between_processes() -> None:
    finding = Finding("bad-prefix", "error", "no prefix", "vnets.csv", 2, 3, None)
    for error in (tunnelog.BadChange([finding]), tunnelog.UnknownName("no VNet `a`", "a", ["b"])):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and str(again) == str(error)
    assert pickle.loads(pickle.dumps(tunnelog.BadChange([finding]))).findings == [finding]
