#!/usr/bin/env python3
"""Round trips through the real az and fakearm.py. Needs the environment of setup.sh (see README.md).

loop.py export INVENTORY…            export script -> reach, beside reach on the CSV
loop.py fix CASES.json [NAME…]       fix -> every command through az -> export -> reach, beside what was predicted
"""
import csv, io, json, os, re, shutil, ssl, subprocess, sys, tempfile, urllib.request
import inv2arm
T = os.environ.get("TUNNELOG", "target/release/tunnelog"); SRV = os.environ["FAKEARM"]
PORT = open(f"{SRV}/port").read(); CTX = ssl.create_default_context(cafile=f"{SRV}/cert.pem")

def call(path, body=None):
    r = urllib.request.Request(f"https://127.0.0.1:{PORT}{path}", None if body is None else json.dumps(body).encode(), method="GET" if body is None else "POST")
    return json.load(urllib.request.urlopen(r, context=CTX))
def run(*a, **k): return subprocess.run(list(a), capture_output=True, text=True, **k)
def reach(d, *more, verb="reach"):
    r = run(T, verb, "--quiet", d, *more); return r.stdout if r.returncode in (0, 1) else f"exit {r.returncode}\n{r.stderr[:1500]}"
def log_size(): return os.path.getsize(f"{SRV}/log.jsonl")
def log_from(at):
    with open(f"{SRV}/log.jsonl") as h: h.seek(at); return [json.loads(l) for l in h]

def export(folder):
    script = f"{folder}/export.sh"; run(T, "export-query", "--script", "-o", script)
    r = run("sh", script, f"{folder}/export")
    return r

def overlay(exported, original, notes, out):
    """What is exported as an inventory, with what only the original can know: the sites' own settings."""
    imported = run(T, "import", exported, "-o", out)
    if imported.returncode: return imported.stderr
    names = dict(notes["sites"]); have = lambda f: inv2arm.rows(out, f)
    def write(f, rs, cols):
        with open(f"{out}/{f}", "w", newline="") as h: w = csv.DictWriter(h, cols, lineterminator="\n", extrasaction="ignore"); w.writeheader(); w.writerows(rs)
    osites = {s["name"]: s for s in inv2arm.rows(original, "sites.csv")}
    sites = {}
    for s in have("sites.csv"):
        n = names.get(s["name"], s["name"]); o = osites.get(n)
        sites.setdefault(n, {"name": n, "address_space": o["address_space"] if o else s["address_space"], "asn": s.get("asn") or "", "transit": (o or {}).get("transit", "")})
    for n, o in osites.items(): sites.setdefault(n, {"name": n, "address_space": o["address_space"], "asn": o.get("asn", ""), "transit": o.get("transit", "")})
    if sites: write("sites.csv", sites.values(), ["name", "address_space", "asn", "transit"])
    s2s = have("s2s.csv"); orig = inv2arm.rows(original, "s2s.csv"); seen = {}
    for r in s2s:
        r["to"] = names.get(r["to"], r["to"]); r["from"] = names.get(r["from"], r["from"])
        if r["to"] in osites:
            k = seen[r["from"], r["to"]] = seen.get((r["from"], r["to"]), -1) + 1
            o = [(q.get("to_static") if q["from"] == r["from"] else q.get("from_static")) or "" for q in orig if {q["from"], q["to"]} == {r["from"], r["to"]}]
            if k < len(o): r["to_static"] = o[k]
    for o in orig:
        if o["from"] in osites and o["to"] in osites: s2s.append(o)
    if s2s: write("s2s.csv", s2s, ["from", "to", "bgp", "from_static", "to_static", "status", "name"])
    if os.path.exists(f"{original}/clients.csv"): shutil.copy(f"{original}/clients.csv", out)
    return imported.stderr

def difference(a, b):
    A, B = set(a.splitlines()), set(b.splitlines())
    return [f"  expected {x}" for x in sorted(A - B)] + [f"  exported {x}" for x in sorted(B - A)]

def do_export(dirs):
    for d in dirs:
        store, var, notes = inv2arm.convert(d); call("/_reset", store); t = tempfile.mkdtemp()
        r = export(t); raw = reach(f"{t}/export"); why = overlay(f"{t}/export", d, notes, f"{t}/inv")
        want = reach(d); got = reach(f"{t}/inv")
        print(f"== {os.path.basename(d)}: script exit {r.returncode}, raw {'same' if raw == want else 'differs'}, with the sites' own settings {'same' if got == want else 'DIFFERS'}   [{t}]")
        if r.returncode: print("  ", r.stderr[:600])
        if got != want: print("\n".join(difference(want, got))); print("   import said:", why[:1500])
        elif raw != want: print("\n".join(difference(want, raw)[:6]))

def do_fix(cases, only):
    total = failed = 0
    for case in json.load(open(cases)):
        if only and case["name"] not in only: continue
        d = case["dir"].replace("FACTS", os.environ.get("FACTS", "facts")).replace("INV", os.path.join(os.path.dirname(os.path.abspath(__file__)), "inv"), 1)
        r = run(T, "fix", d, *case["args"], "--format", "json", "--quiet")
        if r.returncode not in (0, 1): print(f"== {case['name']}: fix exit {r.returncode} {r.stderr[:300]}"); continue
        doc = json.loads(r.stdout)
        print(f"== {case['name']}: {os.path.basename(d)} {' '.join(case['args'])}: {len(doc['plans'])} plan(s)", flush=True)
        picked = case.get("plans")
        for i, plan in enumerate(doc["plans"], 1):
            if picked and i not in picked: continue
            total += 1
            store, var, notes = inv2arm.convert(d); call("/_reset", store); at = log_size()
            env = dict(os.environ, SHARED_KEY="abc123")
            wanted = sorted(set(re.findall(r"\$\{([A-Z_0-9]+)\}", "\n".join(plan["commands"]))))
            usual = {"RESOURCE_GROUP_OF_": "net", "LOCATION_OF_": "norwayeast", "ASN_OF_": "64999"}
            for v in wanted:
                given = next((value for start, value in usual.items() if v.startswith(start)), None)
                env[v] = (None if v.startswith("ASN_OF_") and var.get(v) is None else var.get(v)) or given or v.lower().replace("_", "-")
            # A site is called after its local network gateway, so a new one is given the site's name.
            for s in inv2arm.rows(d, "sites.csv"):
                v = "LOCAL_GATEWAY_OF_" + re.sub("[^A-Z0-9]", "_", s["name"].upper())
                if v in env and v not in var: env[v] = s["name"]
            bad = []
            for c in plan["commands"]:
                if c.startswith("#"): continue
                if c.startswith("SHARED_KEY="):
                    c = c + '; test -n "$SHARED_KEY"'
                q = subprocess.run(["sh", "-uc", c], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL, timeout=120)
                said = [l for l in q.stderr.splitlines() if l.strip()]
                if q.returncode or said: bad.append((q.returncode, c, " | ".join(said)[:400]))
                if q.returncode: break
            entries = log_from(at); notes2 = [e["note"] for e in entries if "note" in e]
            changes = plan["changes"]
            t = tempfile.mkdtemp(); export(t); why = overlay(f"{t}/export", d, notes, f"{t}/inv")
            osites = {s["name"] for s in inv2arm.rows(d, "sites.csv")}
            def own(c):
                m = re.match(r"[+-] (\w+)\(([^)]*)\)", c); a = [x.strip().strip('"') for x in m[2].split(",")]
                return (m[1] in ("static_route", "transit_site") and a[0] in osites) or (m[1] == "s2s" and a[0] in osites and a[1] in osites) or (m[1] == "bgp" and a[0] in osites and a[1] in osites) or m[1] == "manual_route" or (m[1] == "asn" and a[0] in osites)
            with_all = [x for c in changes for x in ("--with=" + c,)]; with_own = [x for c in changes if own(c) for x in ("--with=" + c,)]
            want, got = reach(d, *with_all), reach(f"{t}/inv", *with_own)
            # A network that is cut off altogether is in the answer to a change, and not in that of what is left.
            head = lambda row: row.split(",")[:4]
            kept = {tuple(head(row)) for row in got.splitlines()}
            want = "".join(row for row in want.splitlines(True) if tuple(head(row)) in kept or ",unreachable," not in row)
            state = "ok" if want == got and not any(b[0] for b in bad) else "FAULT"
            failed += state != "ok"
            print(f"  plan {i} cost {plan['cost']} {state}: {'; '.join(changes)}   [{t}]")
            for b in bad: print(f"     exit {b[0]}: {b[1]}\n        {b[2]}")
            for n in dict.fromkeys(notes2): print(f"     note: {n}")
            if want != got: print("\n".join("   " + x for x in difference(want, got)[:12])); print("     import:", why[:800].replace("\n", "\n       "))
            sys.stdout.flush()
    print(f"{total - failed} of {total} plans as predicted")

if __name__ == "__main__":
    if sys.argv[1] == "export": do_export(sys.argv[2:])
    else: do_fix(sys.argv[2], sys.argv[3:])
