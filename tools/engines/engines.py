"""Compares what each engine reads of the files of `facts` with the rows that are in them, as docs/formats.md has each read them."""

import csv
import json
import os
import shutil
import subprocess
import sys

import clingo
import duckdb

# Each would forge a row, a cell or a value, were it written as it is.
NAMES = [
    'Hub\t10.9.0.0/16\nForged',
    '"quoted',
    'back\\slash\\t\\',
    "carriage\rreturn",
    "#comment",
    "it's, a; list",
    "NULL",
    "007",
    "true",
    "line\u2028and\x85next",
    "Zürich",
]


def inventory(folder):
    os.mkdir(folder)

    def write(name, header, rows):
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    write("vnets.csv", ["name", "address_space"], [[name, f"10.{n}.0.0/16"] for n, name in enumerate(NAMES)])
    hub, *others = NAMES
    write("gateways.csv", ["vnet", "client_pool", "asn"], [[hub, "192.168.0.0/24", 65001]])
    flags = ["vnet", "remote_vnet", "allow_gateway_transit", "use_remote_gateways"]
    sides = [side for name in others for side in ([hub, name, "true", "false"], [name, hub, "false", "true"])]
    write("peerings.csv", flags, sides)


def rows(path):
    """The cells as they stand in a file, a row a line."""
    with open(path, encoding="utf-8", newline="\n") as file:
        return [tuple(line.rstrip("\n").split("\t")) for line in file]


def of_python(path, _name, _width):
    with open(path, encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def of_duckdb(path, _name, width):
    if os.path.getsize(path) == 0:
        return []
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
    how = f"delim='\\t', header=false, quote='', escape='', comment='', columns={{{columns}}}"
    return duckdb.sql(f"SELECT * FROM read_csv('{path}', {how})").fetchall()


def of_clingo(path, name, width):
    facts = [f"{name}({','.join(json.dumps(cell, ensure_ascii=False) for cell in row)})." for row in rows(path)]
    control = clingo.Control(["--warn=none"])
    control.add("base", [], "\n".join(facts))
    control.ground([("base", [])])
    atoms = control.symbolic_atoms.by_signature(name, width)
    return [tuple(argument.string for argument in atom.symbol.arguments) for atom in atoms]


def of_souffle(path, name, width):
    folder = os.path.dirname(path)
    columns = ", ".join(f"c{n}: symbol" for n in range(width))
    program = f'.decl {name}({columns})\n.input {name}(filename="{os.path.basename(path)}")\n.output {name}(IO=stdout)\n'
    done = subprocess.run(["souffle", "-F", folder, "-"], input=program, capture_output=True, text=True, check=True)
    lines = done.stdout.split("\n")
    marks = [n for n, line in enumerate(lines) if line.startswith("====")]
    return [tuple(line.split("\t")) for line in lines[marks[0] + 1 : marks[1]]]


def main():
    program, folder = sys.argv[1:]
    inventory(os.path.join(folder, "inventory"))
    relations = os.path.join(folder, "relations")
    subprocess.run([program, "facts", "--quiet", os.path.join(folder, "inventory"), "-o", relations], check=True)
    with open(os.path.join(relations, "relations.csv"), encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    engines = {"Python": of_python, "DuckDB": of_duckdb, "clingo": of_clingo}
    if shutil.which("souffle"):
        engines["Soufflé"] = of_souffle
    else:
        print("Soufflé is not installed, and not tried")
    for engine, read in engines.items():
        count = 0
        for relation in listed:
            width = len(relation["columns"].split(";"))
            ending = "facts" if relation["kind"] == "fact" else "tsv"
            path = os.path.join(relations, f"{relation['relation']}.{ending}")
            expected = sorted(rows(path))
            found = sorted(read(path, relation["relation"], width))
            if found != expected or any(len(row) != width for row in expected):
                sys.exit(f"{engine}: {relation['relation']}: {found} instead of {expected}")
            count += len(expected)
        print(f"{engine}: {count} rows of {len(listed)} relations are those of the files")
    names = {json.loads(f'"{row[0]}"') for row in rows(os.path.join(relations, "address.facts"))}
    if names != set(NAMES):
        sys.exit(f"names: {sorted(names)} instead of {sorted(NAMES)}")
    print(f"{len(names)} names come back")


if __name__ == "__main__":
    main()
