"""What the README and the package say about themselves."""

import doctest
from pathlib import Path

import tunnelog
from tunnelog import _findings, _inventory

HERE = Path(__file__).resolve().parent.parent


def test_examples_of_the_readme_hold() -> None:
    result = doctest.testfile(str(HERE / "README.md"), module_relative=False, verbose=False)
    assert result.failed == 0
    assert result.attempted > 20


def test_examples_of_the_package_hold() -> None:
    results = [doctest.testmod(module) for module in (tunnelog, _inventory, _findings)]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 20


def test_all_that_is_public_is_described() -> None:
    classes = [getattr(tunnelog, name) for name in tunnelog.__all__ if isinstance(getattr(tunnelog, name), type)]
    assert len(classes) >= 6
    for one in classes:
        public = [name for name in vars(one) if not name.startswith("_") and callable(getattr(one, name))]
        undescribed = [name for name in public if not getattr(one, name).__doc__ and name not in ("of",)]
        assert one.__doc__ and not undescribed, (one, undescribed)
