"""Gives what `client-config` writes to real clients and asks the kernel where packets go: loop.py [CLIENT...]

For each gateway and class of every topology under `facts/`, and for large ones made here, a client holds the routes that
`routes` says and takes those that `client-config` writes: once, once more, and undone. Each time the kernel is asked for addresses at all
borders of all prefixes: into the tunnel has to go what the client holds or was given, and nothing else.
"""

import csv
import io
import json
import os
import pathlib
import signal
import sys
import time

import takers
from world import World, networks, run

PROGRAM = os.environ.get("TUNNELOG", "target/release/tunnelog")
FACTS = pathlib.Path(os.environ.get("FACTS", "facts"))
LARGE = (300, 1000, 5000)


class Case:
    """The clients of one class, what they hold, and what they lack."""

    def __init__(self, path, gateway, kind, profile, held, pool):
        self.path, self.gateway, self.kind, self.profile = path, gateway, kind, profile
        self.held, self.pool = held, pool
        self.missing = networks(row["prefix"] for row in json.loads(self.written("json"))["routes"])

    def written(self, kind, *more):
        words = ["client-config", self.path, "--gateway", self.gateway, "--class", self.kind, "--model", self.profile]
        return run(PROGRAM, "--quiet", *words, "--kind", kind, *more).stdout

    @property
    def whole(self):
        return sorted(set(self.held + self.missing + self.pool), key=lambda net: (net.version, net))

    def __str__(self):
        return f"{pathlib.Path(self.path).name} {self.gateway} {self.kind}: {len(self.held)} held, {len(self.missing)} missing"


def cases_of(path):
    found = []
    for profile in ("article", "observed"):
        answer = run(PROGRAM, "--quiet", "routes", path, "--model", profile, "--format", "csv").stdout
        rows = list(csv.DictReader(io.StringIO(answer)))
        for gateway, kind in sorted({(row["gateway"], row["class"]) for row in rows}):
            of = [row for row in rows if (row["gateway"], row["class"]) == (gateway, kind)]
            pool = networks(row["prefix"] for row in of if "client-pool" in row["reason"])
            held = networks(row["prefix"] for row in of if "client-pool" not in row["reason"])
            found.append(Case(path, gateway, kind, profile, held, pool))
    return found


def large(folder, count):
    """A hub whose Windows clients lack `count` routes, every tenth of them of IPv6, to sites with hostile names."""
    path = folder / f"large-{count}"
    path.mkdir()
    six = count // 10
    prefixes = [f"10.{index // 128}.{index % 128 * 2}.0/24" for index in range(count - six)]
    prefixes += [f"fd00:{index * 2:x}::/32" for index in range(1, six + 1)]
    sites, tunnels = [["name", "address_space", "asn"]], [["from", "to", "bgp"]]
    hostile = ["a--> <b>", "it's \"quoted\" \\", "$(touch owned) `touch owned`", "two\nlines\nroute 0.0.0.0 0.0.0.0", "x" * 300, "} #{"]
    for number in range(0, count, 50):
        name = f"{hostile[number // 50 % len(hostile)]} {number}"
        sites.append([name, ";".join(prefixes[number : number + 50]), str(65100 + number // 50)])
        tunnels.append(["Hub", name, "true"])
    files = {
        "vnets.csv": [["name", "address_space"], ["Hub", "172.30.0.0/16"]],
        "gateways.csv": [["vnet", "client_pool", "asn"], ["Hub", "192.168.0.0/24;fd99::/64", "65010"]],
        "sites.csv": sites,
        "s2s.csv": tunnels,
    }
    for name, rows in files.items():
        with open(path / name, "w", newline="") as file:
            csv.writer(file).writerows(rows)
    return path


def main(names):
    chosen = [taker for taker in takers.ALL if not names or taker.__name__ in names]
    if not chosen:
        sys.exit(f"known are {', '.join(taker.__name__ for taker in takers.ALL)}")
    failures = []
    with World() as world:
        small = [case for path in sorted(FACTS.iterdir()) if path.is_dir() for case in cases_of(path)]
        counts = [int(word) for word in os.environ.get("LARGE", " ".join(map(str, LARGE))).split()]
        # What clients of the same class hold and lack is often the same in two profiles.
        many = [case for count in counts for case in cases_of(large(world.folder, count)) if case.kind == "windows"]
        for taker in chosen:
            begun, done, asked, largest = time.monotonic(), 0, 0, 0
            seen = set()
            for case in small + many:
                key = (tuple(case.held), tuple(case.missing), tuple(case.pool), case in many)
                if key in seen or not case.missing:
                    continue
                seen.add(key)
                try:
                    asked += taker(world, case)
                    done += 1
                    largest = max(largest, len(case.missing))
                except (AssertionError, RuntimeError) as error:
                    failures.append(f"{taker.__name__}: {case}: {error}")
                    print(failures[-1], file=sys.stderr)
                finally:
                    world.stop()
            lacking = sum(1 for case in small + many if case.missing)
            print(
                f"{taker.__name__}: {done} of {len(seen)} ({lacking} of {len(small + many)} classes of clients lack routes), "
                f"{asked} addresses asked for, {largest} routes at the most, {time.monotonic() - begun:.0f} s",
                flush=True,
            )
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    # Name spaces and programs go whatever ends the test.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main(sys.argv[1:])
