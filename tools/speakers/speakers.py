"""speakers.py PROGRAM FOLDER COUNT SEED: what routers learn by the rules, beside what BIRD and FRR learn.

Half of the topologies pass on the best path, as routers do, and half every path, as the rules do. What a speaker learned has
to be what the rules say, or less where the rules say more on purpose; see README.md.
"""

import os
import pathlib
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from bird import Bird
from frr import Frr
from model import Topology

AT_ONCE = 4


def run(*words):
    subprocess.run(words, check=True, capture_output=True, text=True)


def expected(program, folder):
    """Router, neighbour and prefix of each route that the rules let routers learn."""
    question = "? learned(?router, ?neighbour, ?prefix)"
    told = subprocess.run([program, "ask", str(folder), question, "--format", "csv"], capture_output=True, text=True)
    rows = [line.split(",") for line in told.stdout.splitlines()]
    if told.returncode != 0 or not rows:
        raise RuntimeError(f"{folder}: {told.stdout}{told.stderr}")
    places = [rows[0].index(name) for name in ["router", "neighbour", "prefix"]]
    return {tuple(row[place] for place in places) for row in rows[1:]}


def speak(topology, files, folder, tag, every_path, choice):
    """What the speakers of the topology learned, and who prefers what of its own."""
    names = [f"{tag}r{router.number}" for router in topology.routers]
    links = [{} for _ in topology.routers]
    speakers = []
    try:
        for name in names:
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        for count, (one, other, _, _) in enumerate(topology.tunnels):
            if other not in topology.routers[one].sessions:
                continue
            addresses = [f"10.255.{count}.1", f"10.255.{count}.2"]
            ends = [f"{tag}a{count}", f"{tag}b{count}"]
            run("ip", "link", "add", ends[0], "netns", names[one], "type", "veth", "peer", "name", ends[1], "netns", names[other])
            for end, router, address in zip(ends, [one, other], addresses):
                run("ip", "-n", names[router], "addr", "add", f"{address}/30", "dev", end)
                run("ip", "-n", names[router], "link", "set", end, "up")
            links[one][other], links[other][one] = addresses, addresses[::-1]
        numbers = {router.number: router.number_as for router in topology.routers}
        for router in topology.routers:
            own = folder / f"r{router.number}"
            own.mkdir(parents=True)
            kind = Bird if choice.random() < 0.5 else Frr
            speaker = kind(files, own, names[router.number], router, links[router.number], every_path)
            speaker.start(numbers)
            speakers.append(speaker)
        return settled(topology, speakers)
    finally:
        for speaker in speakers:
            speaker.process.kill()
            speaker.process.wait()
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def settled(topology, speakers):
    """The routes once all sessions are up and nothing has changed for a while."""
    last, alike = None, 0
    until = time.monotonic() + 90
    while time.monotonic() < until:
        time.sleep(0.7)
        if not all(speaker.is_up() for speaker in speakers):
            continue
        now = [speaker.routes() for speaker in speakers]
        last, alike = now, alike + 1 if now == last else 0
        if alike >= 3:
            break
    else:
        raise RuntimeError("sessions do not come up, or routes do not settle")
    learned, own = set(), set()
    for router, routes in zip(topology.routers, last):
        for prefix, (neighbours, is_own) in routes.items():
            if is_own and router.is_site and prefix in router.refused():
                own.add((router.name, prefix))
                continue
            learned |= {(router.name, topology.routers[neighbour].name, prefix) for neighbour in neighbours}
    return learned, own, Counter(type(speaker).__name__ for speaker in speakers)


def compare(topology, wanted, learned, own, every_path):
    """What is not as it has to be."""
    wrong = [f"learned and not by the rules: {row}" for row in sorted(learned - wanted)]
    has, should = [{(row[0], row[2]) for row in rows} for rows in (learned, wanted)]
    for router in topology.routers:
        if router.is_site and not every_path:
            unlike = {(router.name, prefix) for prefix in router.refused()} - own
            wrong += [f"a site prefers another's: {row}" for row in sorted(unlike)]
    if not topology.shares_numbers():
        lacking = should - has
        if not every_path:
            lacking = {row for row in lacking if topology.origins(row[1]) == 1}
        wrong += [f"by the rules and not learned: {row}" for row in sorted(lacking)]
        if every_path and topology.is_forest():
            wrong += [f"by the rules and not learned: {row}" for row in sorted(wanted - learned)]
    return wrong


def one(program, files, folder, seed, number):
    every_path = number % 2 == 0
    choice = random.Random(f"{seed} {number}")
    topology = Topology(choice)
    here = folder / f"t{number}"
    topology.write(here / "inventory")
    wanted = expected(program, here / "inventory")
    tag = f"s{os.getpid() % 10000}n{number}"
    try:
        learned, own, kinds = speak(topology, files, here, tag, every_path, choice)
    except RuntimeError as error:
        return number, Counter(topologies=1), [str(error)]
    counts = Counter(topologies=1, routers=len(topology.routers), sessions=sum(len(it.sessions) for it in topology.routers) // 2)
    counts.update(kinds)
    counts.update({"routes by the rules": len(wanted), "routes learned": len(learned), "routes that both have": len(wanted & learned)})
    counts["topologies alike to the last route"] = int(learned == wanted)
    counts["topologies with shared numbers"] = int(topology.shares_numbers())
    counts["topologies with summaries"] = int(any(it.summaries for it in topology.routers))
    counts["topologies with static routes that are announced"] = int(any(it.statics and it.relays for it in topology.routers))
    counts["sites that prefer a prefix of their own"] = len(own)
    return number, counts, compare(topology, wanted, learned, own, every_path)


def main():
    program, folder, count, seed = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3]), sys.argv[4]
    root = folder / "x"
    libraries = root / "usr/lib/x86_64-linux-gnu"
    os.environ["LD_LIBRARY_PATH"] = f"{libraries}:{libraries / 'frr'}"
    work = folder / f"run-{os.getpid()}"
    total, failed = Counter(), 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [pool.submit(one, program, root, work, seed, number) for number in range(count)]
        for job in jobs:
            try:
                number, counts, wrong = job.result()
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            total += counts
            failed += bool(wrong)
            for line in wrong:
                print(f"{work}/t{number}: {line}", flush=True)
    for name, value in total.items():
        print(f"{name}: {value}")
    print(f"topologies with a difference that the rules do not account for: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
