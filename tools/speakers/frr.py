"""A router as FRR: its bgpd alone, as routes are compared and packets are not sent."""

import json
import subprocess

from model import DEFAULT

OWN, STATIC = "64512:1", "64512:2"


class Frr:
    def __init__(self, files, folder, namespace, router, links, every_path):
        self.root, self.folder, self.namespace = files, folder, namespace
        self.router, self.links, self.every_path = router, links, every_path

    def configuration(self, numbers):
        router = self.router
        own = router.announced()
        onward = {}
        for far, prefix in sorted(router.statics):
            onward.setdefault(prefix, set()).add(far)
        lines = [f"log file {self.folder}/log", f"router bgp {router.number_as}", f" bgp router-id 10.254.0.{router.number + 1}",
                 " no bgp ebgp-requires-policy", " no bgp network import-check"]
        for neighbour, (_, other) in sorted(self.links.items()):
            lines += [f" neighbor {other} remote-as {numbers[neighbour]}", f" neighbor {other} timers 3 9",
                      f" neighbor {other} timers connect 1", f" neighbor {other} advertisement-interval 0",
                      f" neighbor {other} disable-connected-check"]
        lines.append(" address-family ipv4 unicast")
        lines += [f"  network {prefix} route-map own" for prefix in sorted(own)]
        if router.relays:
            for prefix in sorted(set(onward) - own - {DEFAULT}):
                # Of several tunnels that it is routed into each hears of the others.
                only = next(iter(onward[prefix])) if len(onward[prefix]) == 1 else "any"
                lines.append(f"  network {prefix} route-map static-{only}")
        for neighbour, (_, other) in sorted(self.links.items()):
            lines += [f"  neighbor {other} route-map from in", f"  neighbor {other} route-map to-{neighbour} out",
                      f"  no neighbor {other} send-community all"]
            if self.every_path:
                lines.append(f"  neighbor {other} addpath-tx-all-paths")
        lines += [" exit-address-family", "exit"]
        inside = "" if router.is_site else " le 32"
        lists = [f"ip prefix-list own permit {prefix}{inside}" for prefix in sorted(router.refused())]
        lists.append(f"ip prefix-list default permit {DEFAULT}")
        lists.append(f"bgp community-list standard own permit {OWN}")
        maps = ["route-map own permit 10", f" set community {OWN}", "exit"]
        for far in {far for far, _ in router.statics} | {"any"}:
            number = "64512:99" if far == "any" else f"64512:{100 + far}"
            maps += [f"route-map static-{far} permit 10", f" set community {STATIC} {number}", "exit"]
        if router.refused() and (not router.is_site or self.every_path):
            maps += ["route-map from deny 10", " match ip address prefix-list own", "exit"]
        maps += ["route-map from permit 20", "exit"]
        for neighbour in self.links:
            lists.append(f"bgp community-list standard into-{neighbour} permit 64512:{100 + neighbour}")
            maps += [f"route-map to-{neighbour} permit 10", " match community own", "exit",
                     f"route-map to-{neighbour} deny 20", f" match community into-{neighbour}", "exit",
                     f"route-map to-{neighbour} deny 30", " match ip address prefix-list default", "exit",
                     f"route-map to-{neighbour} {'permit' if router.relays else 'deny'} 40", "exit"]
        return "\n".join(lists + maps + lines) + "\n"

    def start(self, numbers):
        (self.folder / "bgpd.conf").write_text(self.configuration(numbers))
        (self.folder / "vtysh.conf").write_text("username root nopassword\n")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace, str(self.root / "usr/lib/frr/bgpd"), "-Z", "-S", "-u", "root", "-g", "root",
             "-f", str(self.folder / "bgpd.conf"), "-i", str(self.folder / "pid"), "--vty_socket", str(self.folder), "-P", "0"],
            cwd=self.folder, stdout=open(self.folder / "out", "w"), stderr=subprocess.STDOUT)

    def ask(self, question):
        asked = subprocess.run([str(self.root / "usr/bin/vtysh"), "--config_dir", str(self.folder), "--vty_socket", str(self.folder),
                                "-d", "bgpd", "-c", question],
                               capture_output=True, text=True, timeout=20)
        try:
            return json.loads(asked.stdout)
        except json.JSONDecodeError:
            return {}

    def is_up(self):
        peers = self.ask("show bgp ipv4 unicast summary json").get("peers", {})
        return all(peers.get(other, {}).get("state") == "Established" for _, other in self.links.values())

    def routes(self):
        by_address = {other: neighbour for neighbour, (_, other) in self.links.items()}
        routes = {}
        for prefix, paths in self.ask("show bgp ipv4 unicast json").get("routes", {}).items():
            from_peers = {by_address[path["peerId"]] for path in paths if path.get("peerId") in by_address}
            is_own = any(path.get("bestpath") and path.get("peerId") not in by_address for path in paths)
            routes[prefix] = (frozenset(from_peers), is_own)
        return routes
