"""Inventories, and what can be asked of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal, TypeAlias

from tunnelog import _tunnelog
from tunnelog._findings import Finding
from tunnelog._tunnelog import Table

Model: TypeAlias = Literal["article", "observed"]
"""How clients get their routes: as Microsoft's article has it, or as field reports do, protocol by protocol."""

Words: TypeAlias = str | Sequence[str] | None
"""One name or several; none stands for all."""

Changes: TypeAlias = str | Sequence[str]
"""Changes, made in order: a list, or a text with one a line, such as ``+ bgp(VNet1, VNet2)``."""


def load(path: str | PathLike[str], *, model: Model = "article") -> Inventory:
    """Read the inventory at ``path``: a folder of CSV files, or an export of Azure.

    >>> load("facts/s2s-chain").gateways
    ['VNet1']

    What has errors raises ``InvalidInventory``, whose ``findings`` lists all of them.
    """
    if model not in ("article", "observed"):
        raise ValueError(f"`{model}` is no model; there are article, observed")
    return Inventory(_tunnelog.load(path), model)


class Inventory:
    """An inventory without errors. It never changes: ``with_changes`` gives another one.

    ``gateway``, ``client_class`` and ``client`` narrow any answer to these, and take one name or several. Answers are by
    class of clients; with ``by_client``, or where ``client`` names some, they are by client.
    """

    def __init__(self, native: _tunnelog.Inventory, model: Model) -> None:
        self._native = native
        self._model: Model = model

    @property
    def path(self) -> str:
        """The path that it was read from."""
        return self._native.path

    @property
    def model(self) -> Model:
        """How clients are taken to get their routes."""
        return self._model

    @property
    def gateways(self) -> list[str]:
        """The VNets with a Point-to-Site gateway, sorted."""
        return self._native.gateways

    @property
    def findings(self) -> list[Finding]:
        """The notes and warnings about what was read, or changed.

        >>> [finding.code for finding in load("tests/fixtures/diagnostics/one-sided-peering").findings]
        ['one-sided-peering']
        """
        return self._native.findings()

    def __repr__(self) -> str:
        return f"<tunnelog.Inventory: {self.path}>"

    def check(self) -> list[Finding]:
        """The findings, with those that need the answers: appliances and DNS servers that a packet does not come back from."""
        return self._native.check()

    def routes(
        self,
        *,
        gateway: Words = None,
        client_class: Words = None,
        client: Words = None,
        by_client: bool = False,
        to: Words = None,
    ) -> Table:
        """The routes that clients get. ``to`` keeps those that bear on a network, a prefix or an address.

        >>> import pyarrow
        >>> rows = pyarrow.table(load("facts/isolated-vnet").routes(client_class="windows"))
        >>> rows.column("prefix").to_pylist()
        ['10.1.0.0/16', '192.168.0.0/24']
        """
        return self._native.routes(self._scope(gateway, client_class, client, by_client), _listed(to))

    def reach(
        self,
        *,
        gateway: Words = None,
        client_class: Words = None,
        client: Words = None,
        by_client: bool = False,
        to: Words = None,
        status: Words = None,
    ) -> Table:
        """Whether clients reach each destination, and what stands in the way.

        ``to`` keeps the rows of a network, a prefix or an address, ``status`` those with one of these statuses.

        >>> import pyarrow
        >>> rows = pyarrow.table(load("facts/s2s-chain").reach(to="VNet2", client_class="non-windows"))
        >>> rows.select(["status", "reason"]).to_pylist()
        [{'status': 'blackhole', 'reason': ['no-way-back']}]
        """
        scope = self._scope(gateway, client_class, client, by_client)
        return self._native.reach(scope, _listed(to), _listed(status))

    def names(
        self,
        *,
        gateway: Words = None,
        client_class: Words = None,
        client: Words = None,
        by_client: bool = False,
        status: Words = None,
    ) -> Table:
        """Whether names of each private zone resolve for clients, by which servers, and what stands in the way."""
        scope = self._scope(gateway, client_class, client, by_client)
        return self._native.names(scope, _listed(status))

    def with_changes(self, changes: Changes, *, force: bool = False) -> Inventory:
        """The inventory after ``changes``; this one stays as it is, and both share the files that were read.

        >>> inventory = load("facts/s2s-chain")
        >>> after = inventory.with_changes(["+ bgp(VNet1, VNet2)"])
        >>> len(inventory.reach(status="reachable")), len(after.reach(status="reachable"))
        (2, 3)

        Changes that have mistakes raise ``BadChange``, as do those that Azure would refuse, unless ``force`` makes them as
        far as they go.
        """
        return Inventory(self._native.with_changes(_listed(changes), force), self._model)

    def whatif(
        self,
        changes: Changes,
        *,
        gateway: Words = None,
        client_class: Words = None,
        client: Words = None,
        by_client: bool = False,
        force: bool = False,
    ) -> Table:
        """What ``changes`` bring about: facts, then routes and statuses that differ. Cells that do not apply are null.

        >>> import pyarrow
        >>> rows = pyarrow.table(load("facts/s2s-chain").whatif("- s2s(VNet1, VNet2)", client_class="non-windows"))
        >>> sorted(set(rows.column("kind").to_pylist()))
        ['fact-removed', 'route-lost', 'status']
        """
        scope = self._scope(gateway, client_class, client, by_client)
        return self._native.whatif(scope, _listed(changes), force)

    def scenarios(
        self,
        scenarios: Mapping[str, Changes] | Sequence[Changes],
        *,
        gateway: Words = None,
        client_class: Words = None,
        client: Words = None,
        by_client: bool = False,
        force: bool = False,
        on_error: Literal["raise", "skip"] = "raise",
    ) -> Table:
        """What each of many scenarios brings about, tried by itself, on all cores.

        The column ``scenario`` has the name of each, or its place in the list, from 0. With ``on_error="skip"`` a
        scenario that cannot be made has no rows, and ``findings`` of the table says why.

        >>> inventory = load("facts/s2s-chain")
        >>> table = inventory.scenarios({"cut": "- s2s(VNet1, VNet2)", "bgp": "+ bgp(VNet1, VNet2)"})
        >>> import polars
        >>> polars.DataFrame(table)["scenario"].unique().sort().to_list()
        ['bgp', 'cut']
        """
        if on_error not in ("raise", "skip"):
            raise ValueError(f"`{on_error}` is no way to go on; there are raise, skip")
        named: list[tuple[str, Changes]]
        if isinstance(scenarios, Mapping):
            named = list(scenarios.items())
        else:
            named = [(str(place), changes) for place, changes in enumerate(scenarios)]
        scope = self._scope(gateway, client_class, client, by_client)
        listed = [(name, _listed(changes)) for name, changes in named]
        return self._native.scenarios(scope, listed, force, on_error == "skip")

    def diff(
        self,
        other: Inventory,
        *,
        gateway: Words = None,
        client_class: Words = None,
        client: Words = None,
        by_client: bool = False,
    ) -> Table:
        """What differs in ``other``, which comes after this one, in the columns of ``whatif``."""
        scope = self._scope(gateway, client_class, client, by_client)
        return self._native.diff(scope, other._native)

    def explain(
        self,
        start: str,
        to: Words = None,
        *,
        zone: str | None = None,
        client_class: Words = None,
        all: bool = False,
    ) -> dict[str, Any]:
        """Why clients of ``start``, a gateway or a client, reach a network, prefix or address, or why not.

        With ``zone`` in the place of ``to``: why names of a private zone resolve for them, or why not. It is the document
        that ``tunnelog explain --format json`` writes, with the steps of every proof.

        >>> document = load("facts/s2s-chain").explain("VNet1", "VNet2", client_class="windows")
        >>> [explanation["back"]["holds"] for explanation in document["explanations"]]
        [False]
        >>> names = load("facts/names-resolver-in-hub")
        >>> document = names.explain("Hub", zone="privatelink.blob.core.windows.net", client_class="windows")
        >>> [explanation["status"] for explanation in document["explanations"]]
        ['resolves']
        """
        scope, destinations = self._scope(None, client_class, None, False), _listed(to)
        if zone is None:
            if not destinations:
                raise ValueError("there is nothing to explain: name a destination or a zone")
            text = self._native.explain(scope, start, destinations, all)
        elif destinations or all:
            raise ValueError("a zone stands in the place of destinations, and has one explanation of each kind")
        else:
            text = self._native.explain_zone(scope, start, zone)
        document: dict[str, Any] = json.loads(text)
        return document

    def fix(
        self,
        start: str,
        to: Words = None,
        *,
        zone: Words = None,
        client_class: Words = None,
        close: bool = False,
        cost: Mapping[str, int] | None = None,
        never: Words = None,
        max: int = 5,
        effort: int = 2000,
    ) -> dict[str, Any]:
        """The cheapest changes that let clients of ``start``, a gateway or a client, reach ``to`` and resolve names of ``zone``.

        Both take one name or several, and all are met together. With ``close`` the changes close the way to ``to`` instead.
        ``cost`` says what a kind of change costs, ``never`` which are not to be proposed; docs/fix.md lists the kinds. It is
        the document that ``tunnelog fix --format json`` writes.

        >>> document = load("facts/s2s-chain").fix("VNet1", "VNet2", client_class="non-windows")
        >>> document["plans"][0]["changes"]
        ['+ bgp(VNet1, VNet2)']
        """
        destinations, zones = _listed(to), _listed(zone)
        if not destinations and not zones:
            raise ValueError("there is nothing to look for: name a destination or a zone")
        if close and zones:
            raise ValueError("a way can be closed, but no zone")
        search = _Search(close, list((cost or {}).items()), _listed(never), max, effort)
        scope = self._scope(None, client_class, None, False)
        document: dict[str, Any] = json.loads(self._native.fix(scope, start, destinations, zones, search))
        return document

    def _scope(self, gateway: Words, client_class: Words, client: Words, by_client: bool) -> _Scope:
        clients = _listed(client)
        return _Scope(self._model, _listed(gateway), _listed(client_class), clients, by_client or bool(clients))


@dataclass(frozen=True)
class _Scope:
    model: str
    gateways: list[str]
    classes: list[str]
    clients: list[str]
    by_client: bool


@dataclass(frozen=True)
class _Search:
    close: bool
    cost: list[tuple[str, int]]
    never: list[str]
    most: int
    effort: int


def _listed(words: Words) -> list[str]:
    if words is None:
        return []
    return [words] if isinstance(words, str) else list(words)
