#!/bin/sh
# pysubnettree 0.38.1, prefixes in a tree for Python, by the makers of Zeek.
#
# Asked for an address, a tree says whether a stored prefix holds it. It takes prefixes in the place of an address too, and looks at their
# first address alone: a network with 16 or 32 times the addresses is in the tree, and what is stored comes back for it, if only it begins
# where a stored prefix does. A wider one that begins elsewhere is not. pytricia, made for the same task, says no to all that are wider. So
# a count of the networks that others cover is too high by an accident of addresses.
#
# Seen, with 10.8.0.0/16 stored:
#   10.8.128.0/17: subnettree True, pytricia True
#   10.8.0.0/13: subnettree True, pytricia False
#   10.0.0.0/8: subnettree False, pytricia False
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet pysubnettree==0.38.1 pytricia==1.3.0
cat >probe.py <<'PYTHON'
import pytricia
import SubnetTree

trees = {"subnettree": SubnetTree.SubnetTree(), "pytricia": pytricia.PyTricia()}
for tree in trees.values():
    tree["10.8.0.0/16"] = "spoke"
for prefix in ("10.8.128.0/17", "10.8.0.0/13", "10.0.0.0/8"):
    print(f"{prefix}: " + ", ".join(f"{name} {prefix in tree}" for name, tree in trees.items()))
PYTHON
venv/bin/python probe.py >seen
cat >expected <<'SEEN'
10.8.128.0/17: subnettree True, pytricia True
10.8.0.0/13: subnettree True, pytricia False
10.0.0.0/8: subnettree False, pytricia False
SEEN
diff expected seen
