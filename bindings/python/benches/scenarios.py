"""How long thousands of scenarios take from Python, beside the program.

    cargo build --release --locked
    maturin build --release --locked --manifest-path bindings/python/Cargo.toml --out dist && pip install dist/tunnelog-*.whl
    python bindings/python/benches/scenarios.py target/release/tunnelog

Both read the same estate, try the same scenarios, and have all rows at the end: the program as CSV in a file, Python as a table.
Whole processes are timed, in turns: the median, with the least and the most of the runs, or of the pairs of runs.
"""

import argparse
import csv
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

PYTHON = """
import sys, tunnelog
_, estate, query = sys.argv
parts = open(query).read().split("scenario ")[1:]
scenarios = dict(part.rstrip().split(chr(10), 1) for part in parts)
print(len(tunnelog.load(estate).scenarios(scenarios, force=True)))
"""


def seconds_of(command: Sequence[str | Path]) -> tuple[float, float]:
    """The time that passes, and that of all processors."""

    def worked() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    start, before = time.perf_counter(), worked()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start, worked() - before


def written(estate: Path, count: int) -> str:
    """Scenarios that take away one connection or one peering link each, evenly from the whole estate."""
    changes = []
    for file, relation, ends in (("peerings", "peered", ("vnet", "remote_vnet")), ("s2s", "s2s", ("from", "to"))):
        with (estate / f"{file}.csv").open(newline="") as rows:
            changes += [f"- {relation}({row[ends[0]]}, {row[ends[1]]})" for row in csv.DictReader(rows)]
    chosen = changes[:: max(len(changes) // count, 1)][:count]
    return "".join(f"scenario {number}\n{change}\n" for number, change in enumerate(chosen))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--vnets", type=int, default=101_000)
    parser.add_argument("--scenarios", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        estate, query, output = Path(folder, "estate"), Path(folder, "all.query"), Path(folder, "rows.csv")
        shape = ["--shape", "estate", "--vnets", str(asked.vnets), "--seed", "1"]
        subprocess.run([asked.program, "generate", *shape, "-o", estate], check=True, capture_output=True)
        query.write_text(written(estate, asked.scenarios))
        whatif: list[str | Path] = [asked.program, "whatif", estate, "--query", query, "--force", "--format", "csv", "-o", output]
        python: list[str | Path] = [sys.executable, "-c", PYTHON, estate, query]
        commands = {"the program": whatif, "Python": python}
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(asked.runs):
            for name, command in commands.items():
                runs[name].append(seconds_of(command))
        for place, what in enumerate(("time", "processor time")):
            for name in commands:
                seconds = [run[place] for run in runs[name]]
                print(f"{name}, {what}: {statistics.median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f})")
            pairs = zip(runs["Python"], runs["the program"], strict=True)
            ratios = [one[place] / other[place] for one, other in pairs]
            print(f"ratio of {what}: {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")
        print(f"{output.read_text().count(chr(10)) - 1} rows")


if __name__ == "__main__":
    main()
