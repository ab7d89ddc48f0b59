"""A hub and its spokes in two resource groups: every command of the export's plan, as printed, with nothing set."""
import json, os, re, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import inv2arm, loop

store, _, _ = inv2arm.convert(os.path.join(os.environ.get("FACTS", "facts"), "spoke-without-transit"))
text = json.dumps(store)
for vnet in ("VNet3", "VNet4"):
    path = r"/resource[gG]roups/net/(providers/[mM]icrosoft\.[nN]etwork/virtual[nN]etworks/)(?=%s\b|%s\b)" % (vnet, vnet.lower())
    text = re.sub(path, lambda found: found[0].replace("/net/", "/spokes/"), text)
loop.call("/_reset", {key.lower(): value for key, value in json.loads(text).items()})
folder = tempfile.mkdtemp(); loop.export(folder)
arguments = ["fix", f"{folder}/export", "--from", "VNet1", "--to", "VNet3", "--to", "VNet4", "--format", "json", "--quiet", "--max", "1"]
plan = json.loads(loop.run(loop.T, *arguments).stdout)["plans"][0]
failed = 0
for command in plan["commands"]:
    done = subprocess.run(["sh", "-uc", command], capture_output=True, text=True)
    failed += done.returncode != 0
    print(done.returncode, command, done.stderr.strip()[:200])
print(f"{len(plan['commands']) - failed} of {len(plan['commands'])} commands ran as printed")
sys.exit(failed != 0)
