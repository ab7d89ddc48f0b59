"""How long thousands of scenarios take from Python, beside the program.

    cargo build --release --locked
    maturin build --release --locked --manifest-path bindings/python/Cargo.toml --out dist && pip install dist/tunnelog-*.whl
    python bindings/python/benches/scenarios.py target/release/tunnelog

Both read the same estate, try the same scenarios, and have all rows at the end: the program as CSV in a file, Python as a table.
Whole processes are timed, in turns. What stands before the ratio is the median of the runs, the fastest and the slowest.
"""

import argparse
import csv
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


def seconds_of(command: Sequence[str | Path]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


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
        whatif = [asked.program, "whatif", estate, "--query", query, "--force", "--format", "csv", "-o", output]
        python = [sys.executable, "-c", PYTHON, estate, query]
        commands: dict[str, list[str | Path]] = {"the program": whatif, "Python": python}
        runs: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(asked.runs):
            for name, command in commands.items():
                runs[name].append(seconds_of(command))
        for name, seconds in runs.items():
            print(f"{name}: {statistics.median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f})")
        ratio = statistics.median(runs["Python"]) / statistics.median(runs["the program"])
        print(f"ratio: {ratio:.2f}, {output.read_text().count(chr(10)) - 1} rows")


if __name__ == "__main__":
    main()
