"""Round trips through the real az and the stand-in for Azure. setup.sh sets the environment.

round_trips.py export INVENTORY…     the export script, then reach beside reach on the CSV files
round_trips.py fix CASES [NAME…]     every command of plans, then an export, then reach beside what was predicted
round_trips.py document              the commands of docs/export.md as they are printed

Each part prints its counts last, and ends with 1 where something is not as it should be.
"""
import csv
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request

import resources
from resources import Azure

PROGRAM = os.environ.get("TUNNELOG", "target/release/tunnelog")
SERVICE = os.environ["STAND_IN"]
FACTS = os.environ.get("FACTS", "facts")
OTHER = "00000000-0000-0000-0000-000000000002"

# What variables stand for that no inventory knows, by how they begin.
USUAL = {"RESOURCE_GROUP_OF_": resources.GROUP, "LOCATION_OF_": resources.REGION, "ASN_OF_": "64999"}

# What may have to be set where the names of Azure are known: what is new, secret or lies behind a gateway, and where a
# route table is.
NEEDED = ("RESOURCE_GROUP_OF_TABLE_", "ROUTE_OF_", "SHARED_KEY", "PUBLIC_IP_", "BGP_ADDRESS_OF_", "GATEWAY_SUBNET_OF_", "SUBNET_OF_", "ASN_OF_")
OF_NEW = ("GATEWAY_OF_", "CONNECTION_", "LOCAL_GATEWAY_", "PEERING_")

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"

# What an export knows of sites is less than an inventory says.
SITES = ["name", "address_space", "asn", "transit"]
TUNNELS = ["from", "to", "bgp", "from_static", "to_static", "status", "name"]

# Nor does Azure know what a machine that forwards does with half a connection.
APPLIANCES = ["name", "vnet", "address", "stateful"]


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def call(path, body=None):
    """Asks the stand-in something that Azure does not have."""
    context = ssl.create_default_context(cafile=f"{SERVICE}/cert.pem")
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"https://127.0.0.1:{read(f'{SERVICE}/port')}{path}", data)
    return json.load(urllib.request.urlopen(request, context=context))


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def log_size():
    return os.path.getsize(f"{SERVICE}/log.jsonl")


def notes_from(start):
    """What the stand-in found remarkable since then, each once."""
    with open(f"{SERVICE}/log.jsonl", encoding="utf-8") as log:
        log.seek(start)
        entries = [json.loads(line) for line in log]
    return list(dict.fromkeys(entry["note"] for entry in entries if "note" in entry))


def reach(inventory, changes=()):
    """What clients reach, and which names they resolve."""
    said = ""
    for verb in ("reach", "names"):
        answer = run(PROGRAM, verb, "--quiet", inventory, "--format", "csv", *[f"--with={change}" for change in changes])
        said += answer.stdout if answer.returncode in (0, 1) else f"exit {answer.returncode}\n{answer.stderr[:1500]}"
    return said


def export(folder):
    """Runs the script of export-query, which makes FOLDER/export."""
    script = f"{folder}/export.sh"
    run(PROGRAM, "export-query", "--script", "-o", script)
    return run("sh", script, f"{folder}/export")


def write(path, columns, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def overlay(exported, original, sites, folder):
    """What is exported as an inventory, with what only the original can know: the settings of sites and of appliances."""
    imported = run(PROGRAM, "import", exported, "-o", folder)
    if imported.returncode:
        return imported.stderr
    own = {row["name"]: row for row in resources.rows(original, "sites.csv")}
    found = {}
    for row in resources.rows(folder, "sites.csv"):
        name = sites.get(row["name"], row["name"])
        known = own.get(name, {})
        space = known.get("address_space", row["address_space"])
        found.setdefault(name, {"name": name, "address_space": space, "asn": row.get("asn", ""), "transit": known.get("transit", "")})
    for name, row in own.items():
        found.setdefault(name, {column: row.get(column, "") for column in SITES})
    if found:
        write(f"{folder}/sites.csv", SITES, found.values())
    tunnels, before, seen = resources.rows(folder, "s2s.csv"), resources.rows(original, "s2s.csv"), {}
    for row in tunnels:
        row["from"], row["to"] = (sites.get(row[end], row[end]) for end in ("from", "to"))
        pair = (row["from"], row["to"])
        if row["to"] in own:
            number = seen[pair] = seen.get(pair, -1) + 1
            listed = [
                (it.get("to_static") if it["from"] == row["from"] else it.get("from_static")) or ""
                for it in before
                if {it["from"], it["to"]} == set(pair)
            ]
            row["to_static"] = listed[number] if number < len(listed) else row.get("to_static", "")
    tunnels += [row for row in before if row["from"] in own and row["to"] in own]
    if tunnels:
        write(f"{folder}/s2s.csv", TUNNELS, tunnels)
    stateful = {row["name"]: row.get("stateful", "") for row in resources.rows(original, "appliances.csv")}
    if any(stateful.values()):
        listed = resources.rows(folder, "appliances.csv")
        write(f"{folder}/appliances.csv", APPLIANCES, [{**row, "stateful": stateful.get(row["name"], "")} for row in listed])
    if os.path.exists(f"{original}/clients.csv"):
        shutil.copy(f"{original}/clients.csv", folder)
    return imported.stderr


def difference(expected, found):
    one, other = set(expected.splitlines()), set(found.splitlines())
    return [f"  expected {row}" for row in sorted(one - other)] + [f"  found    {row}" for row in sorted(other - one)]


def exports(folders):
    same = 0
    for folder in folders:
        azure = Azure.of(folder)
        call("/_reset", azure.store)
        place = tempfile.mkdtemp()
        script = export(place)
        said = overlay(f"{place}/export", folder, azure.sites, f"{place}/inventory")
        expected, found = reach(folder), reach(f"{place}/inventory")
        is_same = script.returncode == 0 and expected == found
        same += is_same
        print(f"== {os.path.basename(folder.rstrip('/'))}: {'same' if is_same else 'DIFFERS'}   [{place}]", flush=True)
        if not is_same:
            print(script.stderr[:600], *difference(expected, found), "  import said:", said[:1500], sep="\n")
    print(f"{same} of {len(folders)} topologies answer the same once exported")
    return same == len(folders)


def is_own(change, sites):
    """True for what no command does: on a device of a site, or on a client."""
    relation, terms = re.fullmatch(r"[+-] (\w+)\((.*)\)", change).groups()
    ends = [term.strip().strip('"') for term in terms.split(",")]
    if relation == "manual_route":
        return True
    if relation in ("s2s", "bgp"):
        return ends[0] in sites and ends[1] in sites
    return relation in ("static_route", "transit_site", "asn") and ends[0] in sites


def set_up(azure, commands, has_ids):
    """The environment that commands are run in; tells too what of it should have been known."""
    values = dict(os.environ, SHARED_KEY="abc123")
    text = "\n".join(commands)
    wrong = []
    for name in sorted(set(re.findall(r"\$\{([A-Z_0-9]+)\}", text))):
        known = azure.variables.get(name)
        usual = next((value for start, value in USUAL.items() if name.startswith(start)), None)
        values[name] = known or usual or name.lower().replace("_", "-")
        is_new = name.startswith(OF_NEW) and not known
        if has_ids and not (is_new or name.startswith(NEEDED)):
            wrong.append(f"{name} should be known")
    for name, vnet, prefix in re.findall(r'# "\$\{(\w+)\}" is the subnet of (\S+) that holds ([^;]+);', text):
        azure.add_subnet(vnet, values[name], [prefix])
    return values, wrong


def run_all(commands, values):
    """Runs commands as they are printed, until one fails. What az writes to the error stream counts as a fault."""
    faults, ran = [], []
    for command in commands:
        if command.startswith("#"):
            continue
        line = command
        if name := re.match(r"([A-Z_]+)=", command):
            # An assignment takes the exit code of what it runs; what it gave has to be something.
            line = f'{command}; test -n "${name[1]}"'
        done = run("sh", "-uc", line, env=values, stdin=subprocess.DEVNULL, timeout=120)
        said = " | ".join(filter(str.strip, done.stderr.splitlines()))
        ran.append(command)
        if done.returncode or said:
            faults.append(f"exit {done.returncode}: {command}\n        {said[:400]}")
        if done.returncode:
            break
    return ran, faults


def plans_of(inventory, arguments):
    """The plans, or why the question cannot be asked."""
    answer = run(PROGRAM, "fix", inventory, *arguments, "--format", "json", "--quiet")
    if answer.returncode not in (0, 1):
        return None, answer.stderr.strip()
    return json.loads(answer.stdout)["plans"], ""


def places_of(folder):
    """Every other VNet in another group, which lies in another subscription, and with it the route tables that it uses."""
    names = [row["name"] for row in resources.rows(folder, "vnets.csv")]
    places = {name: (OTHER, "spokes") for name in names[1::2]}
    tables = {row["route_table"]: places[row["vnet"]] for row in resources.rows(folder, "subnets.csv") if row["vnet"] in places}
    return places | {table: place for table, place in tables.items() if table}


class Tally:
    """What has been run, and what came of it."""

    def __init__(self):
        self.plans = self.commands = self.failed = self.unasked = 0
        self.kinds = set()
        self.forms = set()


def form(command):
    """What is the same in commands that differ in names alone."""
    command = re.sub(r'"\$\(az ([^$]*?) --.*?\)"', r"<\1>", command)
    head = re.match(r"(?:[A-Z_]+=)?\"?\$?\(?([a-z0-9 -]+?)(?= --|$)", command)
    options = re.findall(r"--[a-z0-9-]+", command)
    kept = [it for it in options if it not in ("--resource-group", "--subscription", "--name")]
    settings = re.findall(r"--(?:set|remove|add|enable-bgp) (\S+)", command)
    return " ".join([head[1] if head else command, *kept, *settings])


def try_case(case, has_ids, tally):
    """Runs every plan of a case, about CSV files or about an export of what they describe."""
    folder = os.path.join(FACTS, case["of"]) if "of" in case else os.path.join(os.path.dirname(__file__), case["own"])
    places = places_of(folder) if has_ids else {}
    asked = folder
    if has_ids:
        call("/_reset", Azure.of(folder, places).store)
        before = tempfile.mkdtemp()
        export(before)
        asked = f"{before}/export"
        run(PROGRAM, "import", asked, "-o", f"{before}/inventory")
    kind = "export" if has_ids else "inventory"
    plans, why_not = plans_of(asked, case["args"])
    if plans is None:
        # An export knows no clients by name, and of a site with BGP not what it holds.
        print(f"== {case['name']} ({kind}): cannot be asked: {why_not}", flush=True)
        tally.unasked += 1
        tally.failed += not has_ids
        return
    print(f"== {case['name']} ({kind}): {' '.join(case['args'])}: {len(plans)} plan(s)", flush=True)
    for number, plan in enumerate(plans, 1):
        azure = Azure.of(folder, places)
        values, faults = set_up(azure, plan["commands"], has_ids)
        call("/_reset", azure.store)
        start = log_size()
        ran, failed = run_all(plan["commands"], values)
        notes = notes_from(start)
        faults += failed + [note for note in notes if "reserved" in note]
        after = tempfile.mkdtemp()
        export(after)
        # A prefix that a plan lets a gateway route to a site is no network of the site, which an export does not tell apart.
        known, named = (f"{before}/inventory", {}) if has_ids else (folder, azure.sites)
        overlay(f"{after}/export", known, named, f"{after}/inventory")
        sites = {row["name"] for row in resources.rows(folder, "sites.csv")} | set(azure.sites)
        expected = reach(asked, plan["changes"])
        found = reach(f"{after}/inventory", [change for change in plan["changes"] if is_own(change, sites)])
        is_right = expected == found and not faults
        direction = "close" if "--break" in case["args"] else "open"
        tally.plans += 1
        tally.failed += not is_right
        tally.commands += len(ran)
        if is_right:
            tally.kinds |= {(direction, measure["kind"]) for measure in plan["measures"]}
            tally.forms |= {form(command) for command in ran}
        print(f"  plan {number} {'ok' if is_right else 'FAULT'}: {'; '.join(plan['changes'])}   [{after}]")
        print(*[f"     {fault}" for fault in faults], *[f"     note: {note}" for note in notes], sep="\n", end="\n" if faults or notes else "")
        if expected != found:
            print(*difference(expected, found)[:12], sep="\n")
        sys.stdout.flush()


def fixes(cases, only):
    tally = Tally()
    for case in json.loads(read(cases)):
        if only and case["name"] not in only:
            continue
        for has_ids in (False, True):
            try_case(case, has_ids, tally)
    # The program itself says which kinds there are.
    listed = run(PROGRAM, "fix", FACTS, "--never", "?").stderr
    kinds = set(re.search(r"possible values: ([^\]]*)\]", listed)[1].split(", "))
    missing = kinds - {kind for _, kind in tally.kinds}
    print(f"{tally.plans - tally.failed} of {tally.plans} plans as predicted; {tally.commands} commands of {len(tally.forms)} forms")
    print(f"{tally.unasked} questions cannot be asked of an export")
    print(f"{len(kinds - missing)} of {len(kinds)} kinds of measures" + (f"; missing: {', '.join(sorted(missing))}" if missing else ""))
    return tally.failed == 0 and (only or not missing)


def document():
    """Runs the commands of docs/export.md for whoever has no Resource Graph, and reads what they write."""
    folder = os.path.join(FACTS, "s2s-chain-branch")
    azure = Azure.of(folder)
    call("/_reset", azure.store)
    text = read(os.path.join(FACTS, "..", "docs", "export.md"))
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    failed = ran = 0
    for block in (it for it in blocks if it.lstrip().startswith(("az ", "for ")) or "\naz " in it):
        place = tempfile.mkdtemp()
        os.makedirs(f"{place}/exports")
        # A template of Bicep would be compiled by a tool that az downloads.
        for word, meant in {"GROUP": resources.GROUP, "GATEWAY": "gw-VNet1", "main.bicep": "main.json"}.items():
            block = block.replace(word, meant)
        with open(f"{place}/main.json", "w", encoding="utf-8") as template:
            json.dump({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": []}, template)
        done = run("bash", "-euc", block, cwd=place, timeout=300, stdin=subprocess.DEVNULL)
        ran += 1
        failed += done.returncode != 0
        print(f"== {block.splitlines()[0]} …: exit {done.returncode} {done.stderr[:300]}")
        if "vnet list" in block:
            expected, found = reach(folder), reach(f"{place}/exports")
            print("   answers:", "same" if expected == found else "\n".join(difference(expected, found)[:8]))
    print(f"{ran - failed} of {ran} blocks of docs/export.md ran as printed")
    return failed == 0


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    done = {"export": lambda: exports(rest), "fix": lambda: fixes(rest[0], rest[1:]), "document": document}[what]()
    sys.exit(0 if done else 1)
