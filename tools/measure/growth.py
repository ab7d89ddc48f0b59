#!/usr/bin/env python3
"""Measures how the cost of odd inputs grows: the processor time for twice as many rows beside that for so many.

    cargo build --release
    python3 tools/measure/growth.py [--program target/release/tunnelog] [--size 25000] [case ...]

A ratio of 2 is linear, one of 4 quadratic. Small times are mostly those of the process; a case counts where it takes longer.
Python 3.9 or later, and nothing else.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile

CASES = {}

SIDES = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways"


def case(function):
    """Adds a case: it writes its files into a folder and gives the arguments of the program."""
    CASES[function.__name__.replace("_", "-")] = function
    return function


def write(folder, name, header, rows):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        if header:
            file.write(header + "\n")
        for row in rows:
            file.write(row + "\n")
    return path


def prefix(number):
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}/32"


def vnets(folder, count):
    write(folder, "vnets.csv", "name,address_space", (f"spoke-{n:06},{prefix(n)}" for n in range(count)))


def pair(folder, clients=True):
    """Two hubs, the first with clients."""
    write(folder, "vnets.csv", "name,address_space", ["Hub,10.0.0.0/16", "Far,10.1.0.0/16"])
    pool = "192.168.0.0/16" if clients else ""
    write(folder, "gateways.csv", "vnet,client_pool,asn", [f"Hub,{pool},65001", "Far,,65002"])


@case
def unknown_names(folder, count):
    """Names of peerings that no VNet has, each unlike all others."""
    vnets(folder, count)
    write(folder, "peerings.csv", SIDES, (f"spoke-{n:06},spoek-{n:06},false,false" for n in range(count)))
    return ["reach", folder]


@case
def unknown_names_of_few(folder, count):
    """As many unknown names in an inventory of four thousand."""
    vnets(folder, 4000)
    write(folder, "peerings.csv", SIDES, (f"spoke-{n % 4000:06},spoek-{n:06},false,false" for n in range(count)))
    return ["reach", folder]


@case
def a_fault_a_row(folder, count):
    write(folder, "vnets.csv", "name,address_space", (f"V{n},10.0.0.1/8" for n in range(count)))
    return ["check", folder, "--format", "csv"]


@case
def prefixes_in_a_cell(folder, count):
    write(folder, "vnets.csv", "name,address_space", ["V," + ";".join(prefix(n) for n in range(count)), "W,11.0.0.0/16"])
    write(folder, "gateways.csv", "vnet,client_pool", ["V,192.168.0.0/24"])
    return ["reach", folder]


@case
def faults_in_a_cell(folder, count):
    write(folder, "vnets.csv", "name,address_space", ["V," + ";".join(f"10.0.{n}.0/8" for n in range(count))])
    return ["check", folder, "--format", "csv"]


@case
def one_peering(folder, count):
    pair(folder)
    write(folder, "peerings.csv", SIDES, ("Hub,Far,true,false" if n % 2 else "Far,Hub,false,false" for n in range(count)))
    return ["reach", folder]


@case
def tunnels_of_one_pair(folder, count):
    pair(folder)
    write(folder, "s2s.csv", "from,to,bgp", ("Hub,Far,true" for _ in range(count)))
    return ["reach", folder]


@case
def tunnels_without_bgp(folder, count):
    pair(folder)
    write(folder, "s2s.csv", "from,to,bgp", ("Hub,Far,false" for _ in range(count)))
    return ["reach", folder]


@case
def static_tunnels(folder, count):
    pair(folder)
    write(folder, "sites.csv", "name,address_space", (f"S{n},{prefix(n + 4000000)}" for n in range(count)))
    write(folder, "s2s.csv", "from,to,bgp", (f"Hub,S{n},false" for n in range(count)))
    return ["reach", folder]


@case
def spokes_of_one_hub(folder, count):
    rows = [f"spoke-{n:06},{prefix(n)}" for n in range(count)]
    write(folder, "vnets.csv", "name,address_space", ["Hub,11.0.0.0/16", *rows])
    write(folder, "gateways.csv", "vnet,client_pool", ["Hub,192.168.0.0/16"])
    sides = (row for n in range(count) for row in (f"Hub,spoke-{n:06},true,false", f"spoke-{n:06},Hub,false,true"))
    write(folder, "peerings.csv", SIDES, sides)
    return ["reach", folder]


@case
def graph_of_a_star(folder, count):
    spokes_of_one_hub(folder, count)
    return ["graph", folder, "--format", "dot"]


@case
def report_of_a_star(folder, count):
    spokes_of_one_hub(folder, count)
    return ["report", folder]


@case
def diff_of_a_star(folder, count):
    other = os.path.join(folder, "other")
    os.mkdir(other)
    spokes_of_one_hub(folder, count)
    spokes_of_one_hub(other, count - 1)
    return ["diff", folder, other, "--format", "csv"]


@case
def clients_of_one_gateway(folder, count):
    pair(folder)
    write(folder, "s2s.csv", "from,to,bgp", ["Hub,Far,true"])
    write(folder, "clients.csv", "name,gateway,os", (f"client-{n},Hub,windows" for n in range(count)))
    return ["reach", folder, "--by", "client"]


@case
def manual_routes_of_a_client(folder, count):
    pair(folder)
    write(folder, "s2s.csv", "from,to,bgp", ["Hub,Far,true"])
    routes = ";".join(prefix(n) for n in range(count))
    write(folder, "clients.csv", "name,gateway,os,manual_routes", [f"c,Hub,windows,{routes}"])
    return ["reach", folder, "--by", "client"]


@case
def custom_routes(folder, count):
    pair(folder)
    routes = ";".join(prefix(n) for n in range(count))
    write(folder, "gateways.csv", "vnet,client_pool,asn,custom_routes", [f"Hub,192.168.0.0/24,65001,{routes}", "Far,,65002,"])
    write(folder, "s2s.csv", "from,to,bgp", ["Hub,Far,true"])
    return ["routes", folder]


@case
def networks_inside_one_another(folder, count):
    """Every /16 has a VNet, and in each there are smaller ones."""
    spaces = [f"{10 + n // 256 % 100}.{n % 256}.{n // 25600}.0/{16 + n // 25600 % 14}" for n in range(count)]
    good = [f"V{n},{space}" for n, space in enumerate(spaces) if n < 25600]
    good += [f"V{n},10.{n % 256}.{n // 256 % 256}.0/24" for n in range(25600, count)]
    write(folder, "vnets.csv", "name,address_space", good[:count])
    return ["check", folder, "--format", "csv"]


@case
def one_space_for_all(folder, count):
    """Spokes of one hub that all have the same address space."""
    spokes_of_one_hub(folder, count)
    rows = [f"spoke-{n:06},10.0.0.0/16" for n in range(count)]
    write(folder, "vnets.csv", "name,address_space", ["Hub,11.0.0.0/16", *rows])
    return ["check", folder, "--format", "csv"]


@case
def one_asn_for_all(folder, count):
    rows = [f"H{n},{prefix(n)}" for n in range(count)]
    write(folder, "vnets.csv", "name,address_space", rows)
    write(folder, "gateways.csv", "vnet,client_pool,asn", ["H0,192.168.0.0/24,65001", *(f"H{n},,65001" for n in range(1, count))])
    write(folder, "s2s.csv", "from,to,bgp", (f"H0,H{n},true" for n in range(1, count)))
    return ["check", folder, "--format", "csv"]


@case
def unknown_columns(folder, count):
    header = "name,address_space," + ",".join(f"column-{n}" for n in range(count))
    write(folder, "vnets.csv", header, ["V,10.0.0.0/8" + "," * count])
    return ["check", folder, "--format", "csv"]


def network(kind, name):
    return f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/{kind}/{name}"


def exported(folder, resources):
    path = os.path.join(folder, "export.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(resources, file)
    return path


def exported_vnet(name, number, **more):
    properties = {"addressSpace": {"addressPrefixes": [prefix(number)]}, **more}
    return {"id": network("virtualNetworks", name), "name": name, "type": "microsoft.network/virtualnetworks", "properties": properties}


@case
def export_of_one_vnet(folder, count):
    """One id, again and again."""
    return ["reach", exported(folder, [exported_vnet("V", 1) for _ in range(count)])]


@case
def export_of_vnets(folder, count):
    return ["import", exported(folder, [exported_vnet(f"V{n}", n) for n in range(count)]), "-o", os.path.join(folder, "out")]


@case
def export_of_one_name(folder, count):
    """The same name in as many resource groups."""
    resources = []
    for n in range(count):
        vnet = exported_vnet("V", n)
        vnet["id"] = vnet["id"].replace("/g/", f"/g{n}/")
        resources.append(vnet)
    return ["import", exported(folder, resources), "-o", os.path.join(folder, "out")]


@case
def export_of_gaps(folder, count):
    """VNets without an address space, each with a note, in one line of JSON."""
    resources = [exported_vnet("W", 1)]
    for n in range(count):
        vnet = exported_vnet(f"V{n}", n)
        vnet["properties"] = {}
        resources.append(vnet)
    return ["check", exported(folder, resources), "--format", "csv"]


@case
def export_of_peerings(folder, count):
    """Sides of peerings of one hub that lead to VNets which the export does not have."""
    sides = [
        {
            "id": network("virtualNetworks", f"Hub/virtualNetworkPeerings/p{n}"),
            "name": f"p{n}",
            "properties": {"remoteVirtualNetwork": {"id": network("virtualNetworks", f"V{n}")}, "peeringState": "Connected"},
        }
        for n in range(count)
    ]
    return ["check", exported(folder, [exported_vnet("Hub", 1, virtualNetworkPeerings=sides)]), "--format", "csv"]


@case
def plan_of_vnets(folder, count):
    changes = []
    for n in range(count):
        values = {"id": network("virtualNetworks", f"V{n}"), "name": f"V{n}", "resource_group_name": "g", "address_space": [prefix(n)]}
        changes.append(
            {
                "address": f"azurerm_virtual_network.v[{n}]",
                "mode": "managed",
                "type": "azurerm_virtual_network",
                "name": "v",
                "change": {"actions": ["create"], "before": None, "after": values, "after_unknown": {}},
            }
        )
    path = os.path.join(folder, "plan.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {}, "resource_changes": changes}, file)
    return ["diff", "--plan", path, "--format", "csv"]


@case
def unknown_names_in_questions(folder, count):
    vnets(folder, 4000)
    path = write(folder, "asked.query", "", (f"? address(spoek-{n:06}, ?p)" for n in range(count)))
    return ["ask", folder, "--query", path, "--format", "csv"]


@case
def unknown_clients_in_questions(folder, count):
    pair(folder)
    write(folder, "clients.csv", "name,gateway,os", (f"client-{n},Hub,windows" for n in range(count)))
    path = write(folder, "asked.query", "", (f"? os(clinet-{n}, ?o)" for n in range(count)))
    return ["ask", folder, "--query", path, "--format", "csv"]


@case
def unknown_names_in_changes(folder, count):
    vnets(folder, 4000)
    path = write(folder, "changes", "", (f"+ address(spoek-{n:06}, {prefix(n)})" for n in range(count)))
    return ["reach", folder, "--with-file", path]


@case
def changes(folder, count):
    vnets(folder, 4000)
    path = write(folder, "changes", "", (f"+ address(spoke-{n % 4000:06}, 11.{n // 65536}.{n // 256 % 256}.{n % 256}/32)" for n in range(count)))
    return ["reach", folder, "--with-file", path]


@case
def changes_of_clients(folder, count):
    pair(folder)
    write(folder, "clients.csv", "name,gateway,os", ["c,Hub,windows"])
    rows = (row for n in range(count) for row in (f"+ client(c{n}, Hub)", f"+ os(c{n}, windows)"))
    path = write(folder, "changes", "", rows)
    return ["reach", folder, "--with-file", path]


@case
def new_networks_in_changes(folder, count):
    vnets(folder, 10)
    rows = (row for n in range(count) for row in (f"+ vnet(new-{n})", f"+ address(new-{n}, 11.{n // 65536}.{n // 256 % 256}.{n % 256}/32)"))
    path = write(folder, "changes", "", rows)
    return ["reach", folder, "--with-file", path]


@case
def scenarios_with_unknown_names(folder, count):
    vnets(folder, 4000)
    rows = (row for n in range(count) for row in (f"scenario {n}", f"+ bgp(spoek-{n:06}, spoke-000001)"))
    path = write(folder, "scenarios.query", "", rows)
    return ["whatif", folder, "--query", path, "--format", "csv"]


@case
def expectations(folder, count):
    spokes_of_one_hub(folder, 4000)
    path = write(folder, "expected.query", "", (f"expect access(Hub, windows, spoke-{n % 4000:06}, reachable)" for n in range(count)))
    return ["ask", folder, "--query", path, "--format", "csv"]


@case
def expectations_that_fail(folder, count):
    spokes_of_one_hub(folder, 4000)
    path = write(folder, "expected.query", "", (f"expect access(Hub, windows, spoke-{n % 4000:06}, blackhole)" for n in range(count)))
    return ["ask", folder, "--query", path, "--format", "csv"]


@case
def covered_expectations(folder, count):
    spokes_of_one_hub(folder, 400)
    path = write(folder, "expected.query", "", (f"expect access(Hub, windows, spoke-{n % 400:06}, reachable)" for n in range(count // 50)))
    return ["ask", folder, "--query", path, "--coverage", "--format", "csv"]


@case
def many_gateways_asked_for(folder, count):
    rows = [f"H{n},{prefix(n)}" for n in range(count)]
    write(folder, "vnets.csv", "name,address_space", rows)
    write(folder, "gateways.csv", "vnet,client_pool", (f"H{n},192.168.{n // 256 % 256}.{n % 256}/32" for n in range(count)))
    words = [word for n in range(0, count, 5) for word in ("--gateway", f"H{n}")]
    return ["reach", folder, *words]


def route(number):
    return f"     10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}  255.255.255.255      192.168.0.1    192.168.0.2     26"


@case
def verify_routes(folder, count):
    pair(folder)
    table = ["IPv4 Route Table", "=" * 75, "Active Routes:", "Network Destination        Netmask          Gateway       Interface  Metric"]
    table += ["          0.0.0.0          0.0.0.0      192.0.2.1      192.0.2.10     25"]
    table += [route(n) for n in range(count)]
    path = write(folder, "routes.txt", "", table)
    return ["verify", folder, "--gateway", "Hub", "--class", "windows", path, "--format", "csv"]


@case
def verify_linux_routes(folder, count):
    pair(folder)
    table = ["default via 192.0.2.1 dev eth0", *(f"{prefix(n)[:-3]} dev tun0 scope link" for n in range(count))]
    path = write(folder, "routes.txt", "", table)
    return ["verify", folder, "--gateway", "Hub", "--class", "windows", path, "--format", "csv"]


@case
def verify_faults(folder, count):
    pair(folder)
    table = ["default via 192.0.2.1 dev eth0", *(f"10.0.0.{n} dev tun0 scope link" for n in range(count))]
    path = write(folder, "routes.txt", "", table)
    return ["verify", folder, "--gateway", "Hub", "--class", "windows", path, "--format", "csv"]


@case
def facts_of_a_star(folder, count):
    spokes_of_one_hub(folder, count)
    return ["facts", folder, "-o", os.path.join(folder, "relations")]


def used():
    """The processor time of the programs that have ended: other work on the machine hardly shows in it."""
    times = resource.getrusage(resource.RUSAGE_CHILDREN)
    return times.ru_utime + times.ru_stime


def seconds(program, name, count, limit):
    with tempfile.TemporaryDirectory() as folder:
        arguments = CASES[name](folder, count)
        before = used()
        try:
            done = subprocess.run([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=limit)
        except subprocess.TimeoutExpired:
            return None, "too long"
        return used() - before, f"exit {done.returncode}, {len(done.stderr)} bytes said"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/tunnelog")
    parser.add_argument("--size", type=int, default=25000)
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a run counts as too long")
    parser.add_argument("case", nargs="*", choices=[[], *CASES])
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    print(f"{'case':32} {arguments.size:>9} {2 * arguments.size:>9}  ratio")
    for name in arguments.case or CASES:
        times = []
        for count in (arguments.size, 2 * arguments.size):
            took, end = seconds(program, name, count, arguments.limit)
            times.append(took)
            if took is None:
                break
        if None in times:
            print(f"{name:32} {end}")
        else:
            print(f"{name:32} {times[0]:8.2f}s {times[1]:8.2f}s  {times[1] / times[0]:5.2f}  {end}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
