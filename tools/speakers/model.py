"""A random topology: the inventory of it, and what each of its routers is told to do."""

import csv
import ipaddress

SPACES = ["10.0.0.0/8", "10.0.0.0/15", "10.2.0.0/15"] + [f"10.{k}.0.0/16" for k in range(4)]
SPACES += [f"10.{k}.{j}.0/24" for k in range(4) for j in range(2)]
DEFAULT = "0.0.0.0/0"


def inside(inner, outer):
    return ipaddress.ip_network(inner).subnet_of(ipaddress.ip_network(outer))


class Router:
    """A gateway, with its VNet, spokes and clients, or a site."""

    def __init__(self, number, is_site, random):
        self.number, self.is_site = number, is_site
        self.name = f"{'Site' if is_site else 'VNet'}{number}"
        self.transit = is_site and random.random() < 0.5
        self.relays = self.transit or not is_site
        self.space = random.sample(SPACES, random.choice([1, 1, 2]))
        if is_site and random.random() < 0.3:
            self.space.append(DEFAULT)
        self.spokes = {}
        self.pool, self.summaries = [], []
        if not is_site:
            for spoke in range(random.choice([0, 0, 1, 2])):
                self.spokes[f"Spoke{number}{spoke}"] = random.sample(SPACES, 1)
            if random.random() < 0.7:
                self.pool = [f"192.168.{random.choice([number, number, 0])}.0/24"]
            if random.random() < 0.3:
                self.summaries = random.sample(SPACES, random.choice([1, 2]))
        # A site may state no number: it has one that no other router has.
        self.states_number = not is_site or random.random() < 0.8
        shared = random.random() < 0.15
        self.number_as = random.choice([64900, 64901]) if shared and self.states_number else 64600 + number
        # Neighbour and prefix.
        self.statics = set()
        self.sessions = set()

    def networks(self):
        """What it delivers to networks."""
        return set(self.space).union(*self.spokes.values())

    def announced(self):
        """What it delivers and announces: as documented, summaries take the place of its own VNet and of what they cover."""
        told = set(self.pool)
        if not self.summaries:
            return told | self.networks()
        for spoke in self.spokes.values():
            told |= {prefix for prefix in spoke if not any(inside(prefix, summary) for summary in self.summaries)}
        return told | set(self.summaries)

    def originated(self):
        return self.announced() | ({prefix for _, prefix in self.statics if prefix != DEFAULT} if self.relays else set())

    def refused(self):
        """What a gateway refuses with all that lies inside, as documented, and a site by itself."""
        return self.networks() - {DEFAULT}


class Topology:
    def __init__(self, random):
        count = random.randint(2, 6)
        self.routers = [Router(number, number > 0 and random.random() < 0.5, random) for number in range(count)]
        self.tunnels = []
        pairs = [(random.randrange(number), number) for number in range(1, count)]
        more = [(one, other) for other in range(count) for one in range(other) if (one, other) not in pairs]
        pairs += random.sample(more, min(len(more), random.choice([0, 0, 1, 2])))
        for one, other in pairs:
            bgp = random.random() < 0.85
            listed = [random.sample(SPACES + [DEFAULT], 1) if random.random() < 0.2 else [] for _ in range(2)]
            self.tunnels.append((one, other, bgp, listed))
            for near, far, prefixes in [(one, other, listed[0]), (other, one, listed[1])]:
                routed = prefixes if prefixes or bgp else self.routers[far].space
                self.routers[near].statics |= {(far, prefix) for prefix in routed}
            # Azure is not known to run BGP inside one AS.
            if bgp and self.routers[one].number_as != self.routers[other].number_as:
                self.routers[one].sessions.add(other)
                self.routers[other].sessions.add(one)

    def shares_numbers(self):
        numbers = [router.number_as for router in self.routers]
        return len(set(numbers)) < len(numbers)

    def is_forest(self):
        """True where sessions make no circle."""
        group = list(range(len(self.routers)))
        for router in self.routers:
            for other in router.sessions:
                if router.number < other:
                    if group[router.number] == group[other]:
                        return False
                    group = [group[other] if it == group[router.number] else it for it in group]
        return True

    def origins(self, prefix):
        return sum(prefix in router.originated() for router in self.routers)

    def write(self, folder):
        folder.mkdir(parents=True)

        def table(name, header, rows):
            with open(folder / name, "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                writer.writerows(rows)

        gateways = [router for router in self.routers if not router.is_site]
        sites = [router for router in self.routers if router.is_site]
        vnets = [(it.name, ";".join(it.space)) for it in gateways]
        vnets += [(name, ";".join(space)) for it in gateways for name, space in it.spokes.items()]
        table("vnets.csv", ["name", "address_space"], vnets)
        header = ["vnet", "client_pool", "asn", "summarized_prefixes"]
        table("gateways.csv", header, [(it.name, ";".join(it.pool), it.number_as, ";".join(it.summaries)) for it in gateways])
        header = ["name", "address_space", "asn", "transit"]
        number = lambda it: it.number_as if it.states_number else ""
        table("sites.csv", header, [(it.name, ";".join(it.space), number(it), str(it.transit).lower()) for it in sites])
        header = ["vnet", "remote_vnet", "allow_gateway_transit", "use_remote_gateways"]
        sides = [side for it in gateways for spoke in it.spokes
                 for side in [(it.name, spoke, "true", "false"), (spoke, it.name, "false", "true")]]
        table("peerings.csv", header, sides)
        rows = [(self.routers[one].name, self.routers[other].name, str(bgp).lower(), *(";".join(it) for it in listed))
                for one, other, bgp, listed in self.tunnels]
        table("s2s.csv", ["from", "to", "bgp", "from_static", "to_static"], rows)
