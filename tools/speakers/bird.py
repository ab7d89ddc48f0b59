"""A router as BIRD."""

import re
import subprocess

from model import DEFAULT


class Bird:
    def __init__(self, files, folder, namespace, router, links, every_path):
        self.root, self.folder, self.namespace = files, folder, namespace
        self.router, self.links, self.every_path = router, links, every_path
        self.socket = folder / "bird.ctl"

    def static(self, name, preference, prefixes):
        routes = "".join(f"  route {prefix} blackhole;\n" for prefix in sorted(prefixes))
        return f"protocol static {name} {{\n  ipv4 {{ preference {preference}; }};\n{routes}}}\n" if routes else ""

    def configuration(self, numbers):
        router = self.router
        summaries = set(router.summaries)
        text = f'log "{self.folder}/log" all;\nrouter id 10.254.0.{router.number + 1};\nprotocol device {{ scan time 10; }}\n'
        text += self.static("own", 220, router.announced() - summaries)
        text += self.static("summaries", 215, summaries)
        # What it delivers and does not announce.
        text += self.static("kept", 120, router.networks() - router.announced())
        for far in sorted({far for far, _ in router.statics}):
            text += self.static(f"st_{far}", 210, {prefix for to, prefix in router.statics if to == far})
        for neighbour, (own, other) in sorted(self.links.items()):
            text += self.session(neighbour, own, other, numbers[neighbour])
        return text

    def session(self, neighbour, own, other, number):
        router = self.router
        refused = sorted(router.refused())
        rejects = ""
        if refused and not router.is_site:
            rejects = f"  if net ~ [ {', '.join(prefix + '+' for prefix in refused)} ] then reject;\n"
        elif refused and self.every_path:
            # Where every path is passed on, not only the best, a site is told what it prefers by itself otherwise.
            rejects = f"  if net ~ [ {', '.join(refused)} ] then reject;\n"
        passes = "accept" if router.relays else "reject"
        paths = "add paths on; " if self.every_path else ""
        return f"""filter from_{neighbour} {{
{rejects}  accept;
}}
filter to_{neighbour} {{
  if proto = "own" || proto = "summaries" then accept;
  if proto = "kept" || proto = "st_{neighbour}" || net = {DEFAULT} then reject;
  {passes};
}}
protocol bgp bgp_{neighbour} {{
  local {own} as {router.number_as};
  neighbor {other} as {number};
  connect delay time 1; connect retry time 1; error wait time 1, 2;
  ipv4 {{ {paths}import filter from_{neighbour}; export filter to_{neighbour}; }};
}}
"""

    def start(self, numbers):
        (self.folder / "bird.conf").write_text(self.configuration(numbers))
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace, str(self.root / "usr/sbin/bird"), "-f",
             "-c", "bird.conf", "-s", str(self.socket)],
            cwd=self.folder, stdout=open(self.folder / "out", "w"), stderr=subprocess.STDOUT)

    def ask(self, question):
        asked = subprocess.run([str(self.root / "usr/sbin/birdc"), "-s", str(self.socket), question],
                               capture_output=True, text=True, timeout=20)
        return asked.stdout

    def is_up(self):
        told = self.ask("show protocols")
        return all(re.search(rf"^bgp_{neighbour} .*Established", told, re.M) for neighbour in self.links)

    def routes(self):
        """By prefix: the neighbours that it was learned from, and whether the best route is the router's own."""
        routes, prefix = {}, None
        for line in self.ask("show route").splitlines():
            found = re.match(r"(\S*)\s+.*\[(\w+) [^\]]*\] (\*)?", line)
            if not found or line.startswith("Table"):
                continue
            prefix = found[1] or prefix
            neighbours, is_own = routes.get(prefix, (frozenset(), False))
            if found[2].startswith("bgp_"):
                neighbours |= {int(found[2][4:])}
            elif found[3]:
                is_own = True
            routes[prefix] = (neighbours, is_own)
        return routes
