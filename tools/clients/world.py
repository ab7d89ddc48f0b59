"""A client and a server in network namespaces of their own, and the kernel as the judge of where packets go."""

import ipaddress
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

CLIENT, SERVER = "198.18.0.2", "198.18.0.1"
CLIENT6, SERVER6 = "2001:db8:ffff::2", "2001:db8:ffff::1"


def run(*words, check=True, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def wait(what, until, seconds=30):
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come about in {seconds} s")
        time.sleep(0.1)


class World:
    """Two namespaces and a cable between them. The client's default route leads to the server, beside any tunnel."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clients-"))
        self.client, self.server = f"tlc{os.getpid()}", f"tls{os.getpid()}"
        self.started = []
        for name in (self.client, self.server):
            run("ip", "netns", "add", name)
            self.within(name, "ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "wire", "netns", self.client, "type", "veth", "peer", "wire", "netns", self.server)
        for name, four, six in ((self.client, CLIENT, CLIENT6), (self.server, SERVER, SERVER6)):
            self.within(name, "ip", "addr", "add", f"{four}/30", "dev", "wire")
            self.within(name, "ip", "addr", "add", f"{six}/64", "dev", "wire", "nodad")
            self.within(name, "ip", "link", "set", "wire", "up")
        self.within(self.client, "ip", "route", "add", "default", "via", SERVER)
        self.within(self.client, "ip", "-6", "route", "add", "default", "via", SERVER6)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        for name in (self.client, self.server):
            run("ip", "netns", "del", name, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def within(self, name, *words, **more):
        return run("ip", "netns", "exec", name, *words, **more)

    def start(self, name, *words, log, **more):
        """Starts a program that is stopped at the end, whatever happens."""
        with open(self.folder / log, "w") as file:
            process = subprocess.Popen(
                ["ip", "netns", "exec", name, *map(str, words)], stdout=file, stderr=file, stdin=subprocess.DEVNULL, **more
            )
        self.started.append(process)
        return process

    def stop(self):
        for process in reversed(self.started):
            process.terminate()
        for process in self.started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.started.clear()

    def table(self):
        """Every route of the client, in the order of texts; what the kernel counts down is left out."""
        lines = []
        for family in ("-4", "-6"):
            lines += self.within(self.client, "ip", family, "route", "show", "table", "all").stdout.splitlines()
        return sorted(line.strip() for line in lines if " lo " not in line and "ff00::/8" not in line and "fe80:" not in line)

    def devices(self, addresses):
        """The interface by which the kernel sends a packet to each address."""
        found = {}
        for family, version in (("-4", 4), ("-6", 6)):
            wanted = [address for address in addresses if address.version == version]
            if not wanted:
                continue
            orders = "".join(f"route get {address}\n" for address in wanted)
            done = self.within(self.client, "ip", family, "-o", "-force", "-batch", "-", input=orders, check=False)
            for line in done.stdout.splitlines():
                words = line.split()
                name = words[1] if words[0] in ("local", "broadcast", "unreachable", "multicast") else words[0]
                device = words[words.index("dev") + 1] if "dev" in words else words[0]
                found[ipaddress.ip_address(name)] = device
        return found


def borders(prefixes):
    """The first and last addresses of prefixes, and those just before and behind."""
    addresses = set()
    for net in prefixes:
        first, last = int(net.network_address), int(net.broadcast_address)
        kind = type(net.network_address)
        top = 2 ** net.max_prefixlen - 1
        addresses.update(kind(number) for number in (first - 1, first, (first + last) // 2, last, last + 1) if 0 <= number <= top)
    # Addresses that mean something of their own to a kernel go nowhere by a route.
    special = [ipaddress.ip_network(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "ff00::/8", "fe80::/10")]
    return {address for address in addresses if not any(address in net for net in special)}


class Covered:
    """Whether addresses lie in any of some prefixes."""

    def __init__(self, prefixes):
        self.of = {}
        for net in prefixes:
            self.of.setdefault((net.version, net.prefixlen), set()).add(int(net.network_address))

    def __contains__(self, address):
        bits = address.max_prefixlen
        return any(
            version == address.version and (int(address) >> (bits - length) << (bits - length)) in nets
            for (version, length), nets in self.of.items()
        )


def judge(world, tunnel, prefixes, ignored=()):
    """How many addresses were asked for; fails where the kernel sends one into the tunnel or beside it by mistake."""
    apart = Covered(list(ignored) + [ipaddress.ip_network("198.18.0.0/30"), ipaddress.ip_network("2001:db8:ffff::/64")])
    addresses = [address for address in sorted(borders(prefixes), key=lambda it: (it.version, int(it))) if address not in apart]
    inside = Covered(prefixes)
    devices = world.devices(addresses)
    wrong = [
        f"{address} goes by {devices.get(address)}"
        for address in addresses
        if (devices.get(address) == tunnel) != (address in inside)
    ]
    if wrong:
        raise AssertionError(f"{len(wrong)} of {len(addresses)} addresses: {'; '.join(wrong[:5])}")
    return len(addresses)


def networks(texts):
    return [ipaddress.ip_network(text) for text in texts]


def shown(value):
    return json.dumps(value, indent=1, sort_keys=True, default=str)
