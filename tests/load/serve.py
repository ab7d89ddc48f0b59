"""Many ask `tunnelog serve` at once, for minutes, while its files change: is every answer the program's own, and does memory stay?

    python3 tests/load/serve.py --program target/release/tunnelog --minutes 10

Each answer is compared with what the command line says of the same files. Needs Python alone; memory is read from Linux's /proc.
"""

import argparse
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit


class Server:
    """The program as a server, until the end of the block."""

    def __init__(self, program, path):
        self.process = subprocess.Popen([program, "serve", path, "--quiet"], stdout=subprocess.PIPE, text=True)
        self.link = urlsplit(self.process.stdout.readline().strip())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def ask(self, path, body=None):
        """What is answered to a request on a connection of its own."""
        connection = http.client.HTTPConnection(self.link.hostname, self.link.port, timeout=300)
        try:
            if body is None:
                connection.request("GET", self.link.path + path)
            else:
                connection.request("POST", self.link.path + path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def leave(self, path, body):
        """Asks and goes before there is an answer."""
        connection = http.client.HTTPConnection(self.link.hostname, self.link.port, timeout=300)
        connection.request("POST", self.link.path + path, json.dumps(body), {"Content-Type": "application/json"})
        connection.close()

    def version(self):
        return json.loads(self.ask("version")[1])["version"]

    def memory(self):
        """The resident memory, in MB."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return 0
        return int(re.search(r"VmRSS:\s+(\d+)", status.read_text()).group(1)) // 1024


def statuses_of_patch(document):
    """The statuses that differ, as `whatif` has them."""
    networks = [network["name"] for network in document["networks"]]
    return sorted(
        (networks[clients["gateway"]], clients["class"], networks[row[0]], row[1], row[2], row[3])
        for clients in document["comparison"]["clients"]
        for row in clients["reach"]
        if row[2] != row[3]
    )


def statuses_of_whatif(document):
    return sorted(
        (row["gateway"], row["class"], row["network"], row["prefix"], row.get("before"), row.get("after"))
        for row in document["rows"]
        if row["kind"] == "status" and row.get("before") != row.get("after")
    )


class Question:
    """What is asked of the server, and of the command line. `read` makes of an answer what is compared."""

    def __init__(self, name, path, body, words, read=lambda text: text, read_own=lambda text: text):
        self.name, self.path, self.body, self.words = name, path, body, words
        self.read, self.read_own = read, read_own

    def own_answer(self, program, path):
        """What the program says on the command line."""
        verb, *rest = self.words
        done = subprocess.run([program, verb, path, *rest, "--quiet"], capture_output=True, text=True, check=False)
        return self.read_own(done.stdout)


def questions(gateways, networks, changes, chance):
    """The kinds of questions that people and the page ask."""
    found = [Question("report", "api/report", {}, ["report", "--format", "json"])]
    json_of = ["--format", "json"]
    for change in changes:
        found.append(Question("whatif", "api/whatif", {"changes": [change]}, ["whatif", change, *json_of]))
        found.append(Question(
            "patch", "api/patch", {"changes": [change]}, ["whatif", change, *json_of],
            lambda text: statuses_of_patch(json.loads(text)), lambda text: statuses_of_whatif(json.loads(text)),
        ))
    for _ in range(6):
        gateway, network, change = chance.choice(gateways), chance.choice(networks), chance.choice(changes)
        asked = ["--from", gateway, "--to", network]
        body = {"gateway": gateway, "to": network}
        found.append(Question("explain", "api/explain", body, ["explain", *asked, *json_of]))
        body = {**body, "changes": [change]}
        found.append(Question("explain", "api/explain", body, ["explain", *asked, "--with", change, *json_of]))
    for network in chance.sample(networks, 2):
        body = {"gateway": gateways[0], "to": network, "class": "windows"}
        words = ["fix", "--from", gateways[0], "--to", network, "--class", "windows", *json_of]
        found.append(Question("fix", "api/fix", body, words))
    return found


class Trial:
    """Clients that ask, files that change, and what came of it."""

    def __init__(self, server, asked, answers, seconds):
        self.server, self.asked, self.answers = server, asked, answers
        self.end = time.monotonic() + seconds
        self.lock = threading.Lock()
        self.counts, self.wrong, self.left = {}, [], 0
        # Which variant of the files each version is.
        self.variant_of = {server.version(): 0}

    def client(self, number):
        chance = random.Random(number)
        while time.monotonic() < self.end:
            question = chance.choice(self.asked)
            if question.name == "fix" and chance.random() < 0.2:
                self.server.leave(question.path, question.body)
                with self.lock:
                    self.left += 1
                continue
            before = self.server.version()
            status, text = self.server.ask(question.path, question.body)
            after = self.server.version()
            with self.lock:
                known = self.variant_of.get(before) if before == after else None
                variants = range(len(self.answers)) if known is None else [known]
                self.counts[question.name] = self.counts.get(question.name, 0) + 1
            try:
                answer = question.read(text)
            except (ValueError, KeyError):
                answer = text
            if status != 200 or all(answer != self.answers[variant][question] for variant in variants):
                with self.lock:
                    self.wrong.append((question.name, question.body, status, text[:300]))

    def change_files(self, path, variants, every):
        """Puts one variant in the place of the other, again and again."""
        variant = 0
        while time.monotonic() < self.end - every:
            time.sleep(every)
            variant = 1 - variant
            last = self.server.version()
            # Not in the folder that is served: a file more would be read again, too.
            new = path.parent.with_suffix(".new")
            new.write_text(variants[variant])
            with self.lock:
                # Until the files were read again nobody knows which they are.
                self.variant_of.pop(last, None)
            os.replace(new, path)
            while time.monotonic() < self.end and (version := self.server.version()) == last:
                time.sleep(0.05)
            with self.lock:
                self.variant_of[version] = variant


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", default="target/release/tunnelog")
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--clients", type=int, default=50)
    arguments.add_argument("--vnets", type=int, default=300)
    arguments.add_argument("--every", type=float, default=15, help="seconds between changes of the files")
    given = arguments.parse_args()
    program = os.path.abspath(given.program)
    folder = Path(tempfile.mkdtemp(prefix="tunnelog-load-"))
    estate = folder / "estate"
    try:
        return run(given, program, folder, estate)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(given, program, folder, estate):
    os.chdir(folder)
    made = ["generate", "--shape", "estate", "--vnets", str(given.vnets), "--seed", "1", "-o", "estate", "--quiet"]
    subprocess.run([program, *made], check=True)
    rows = [line.split(",") for line in (estate / "s2s.csv").read_text().splitlines()]
    head, tunnels = rows[0], rows[1:]
    pairs = [(row[head.index("from")], row[head.index("to")]) for row in tunnels]
    peerings = [line.split(",")[:2] for line in (estate / "peerings.csv").read_text().splitlines()[1:]]
    gateways = [line.split(",")[0] for line in (estate / "gateways.csv").read_text().splitlines()[1:]]
    networks = [line.split(",")[0] for line in (estate / "vnets.csv").read_text().splitlines()[1:]]
    chance = random.Random(1)
    changes = [f"- s2s({one}, {other})" for one, other in chance.sample(pairs, min(3, len(pairs)))]
    changes += [f"- peered({one}, {other})" for one, other in chance.sample(peerings, min(3, len(peerings)))]
    changes += [f"+ custom_route({gateways[0]}, 10.255.0.0/24)"]
    with_pools = subprocess.run(
        [program, "reach", "estate", "--format", "csv", "--quiet"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1:]
    gateways = sorted({line.split(",")[0] for line in with_pools})
    asked = questions(gateways, networks, changes, chance)
    # The other variant has a VNet more, which stands alone.
    file = estate / "vnets.csv"
    text = file.read_text()
    columns = len(text.splitlines()[0].split(","))
    variants = [text, text + ",".join(["another-vnet", "10.254.0.0/16"] + [""] * (columns - 2)) + "\n"]
    answers = []
    for variant in variants:
        file.write_text(variant)
        answers.append({question: question.own_answer(program, "estate") for question in asked})
    file.write_text(variants[0])
    with Server(program, "estate") as server:
        for question in asked:
            server.ask(question.path, question.body)
        first = server.memory()
        trial = Trial(server, asked, answers, given.minutes * 60)
        threads = [threading.Thread(target=trial.client, args=(number,)) for number in range(given.clients)]
        threads.append(threading.Thread(target=trial.change_files, args=(file, variants, given.every)))
        for thread in threads:
            thread.start()
        samples = []
        while any(thread.is_alive() for thread in threads):
            samples.append(server.memory())
            time.sleep(1)
        time.sleep(2)
        last = server.memory()
        versions = server.version()
    fifth = max(1, len(samples) // 5)
    parts = [max(samples[place:place + fifth]) for place in range(0, len(samples), fifth)]
    print(f"{given.clients} clients, {given.minutes:g} minutes, {given.vnets} VNets")
    print("answers:", sum(trial.counts.values()), dict(sorted(trial.counts.items())))
    print("left before the answer:", trial.left, " files read again:", versions - 1)
    print("wrong answers:", len(trial.wrong))
    print(f"memory: {first} MB before, {last} MB after; the most in each fifth of the time: {parts} MB")
    for wrong in trial.wrong[:5]:
        print("wrong:", *wrong, file=sys.stderr)
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
