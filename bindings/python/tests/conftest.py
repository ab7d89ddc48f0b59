"""What tests have in common: where the repository and its program are."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def program() -> Path:
    """The program as the tests of the repository built it."""
    program = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "tunnelog"
    if not program.exists():
        pytest.skip("the program is not built: cargo build")
    return program
