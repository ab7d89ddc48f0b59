"""The notebook and the campaign run as they stand there."""

from pathlib import Path

import nbclient
import nbformat
import pytest

HERE = Path(__file__).resolve().parent.parent


def test_the_notebook_runs() -> None:
    notebook = nbformat.read(HERE / "examples" / "estate.ipynb", as_version=4)
    client = nbclient.NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": "."}})
    client.execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) >= 5
    # docs/tour.md: the change lets both classes reach the shop, and nothing else differs.
    said = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    assert "2 statuses differ, of shop" in said


def test_a_campaign_runs_on_two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("dask.distributed")
    monkeypatch.syspath_prepend(str(HERE / "examples"))
    # What a worker is to run, it imports by name.
    monkeypatch.setenv("PYTHONPATH", str(HERE / "examples"))
    import campaign

    monkeypatch.setattr(campaign, "SHARE", 1)
    changes = ["- s2s(VNet1, VNet2)", "- s2s(VNet2, VNet3)", "- client_pool(VNet1, 192.168.0.0/24)"]
    with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        losses = campaign.campaign(client, "facts/s2s-chain-bgp", changes)
        assert len(client.scheduler_info()["workers"]) == 2
    # Windows clients have no route to lose. Clients of a pool that goes are served no more, which is no status.
    networks: dict[str, list[tuple[str, str]]] = {change: [] for change in changes}
    for row in losses.to_pylist():
        networks[row["scenario"]].append((row["class"], row["network"]))
    assert networks[changes[0]] == [("non-windows", "VNet2"), ("non-windows", "VNet3")]
    assert networks[changes[1]] == [("non-windows", "VNet3")]
