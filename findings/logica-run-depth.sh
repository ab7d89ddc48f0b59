#!/bin/sh
# logica 1.3.1415926535897, Datalog that becomes SQL.
#
# A recursive predicate, the ends of a chain of 20 links. `logica FILE run` follows a chain as far as its SQL is unrolled, and says nothing
# where it ends early: 9 links on SQLite, 5 on DuckDB. Asking for more depth gives less: beyond some depth Logica plans to iterate,
# `run` and `run_to_csv` do the first few steps of that plan alone, and 5 links remain. `run_in_terminal`, whose name speaks of the look
# of its output, iterates: only there the answer is 20.
#
# Seen, of the furthest end (20 is right):
#   sqlite, no depth: run 9, run_to_csv 9, run_in_terminal 9
#   sqlite, depth 30: run 5, run_to_csv 5, run_in_terminal 20
#   duckdb, no depth: run 5, run_to_csv 5, run_in_terminal 20
#   duckdb, depth 30: run 5, run_to_csv 5, run_in_terminal 20
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet logica==1.3.1415926535897 duckdb==2.0.1 pandas==3.1.1
for engine in sqlite duckdb; do
    for depth in no 30; do
        {
            echo "@Engine(\"$engine\");"
            if [ $depth = 30 ]; then echo '@Recursive(Reach, 30);'; fi
            echo 'Link(x, x + 1) :- x in Range(20);'
            echo 'Reach(x, y) distinct :- Link(x, y);'
            echo 'Reach(x, z) distinct :- Reach(x, y), Link(y, z);'
            echo 'Furthest() Max= y :- Reach(0, y);'
        } >chain.l
        answers=
        for command in run run_to_csv run_in_terminal; do
            venv/bin/logica chain.l $command Furthest >out 2>&1
            answers="$answers, $command $(grep -o -E '^(\| )?[0-9]+' out | tail -n 1 | tr -d '| ')"
        done
        if [ $depth = no ]; then name='no depth'; else name='depth 30'; fi
        echo "$engine, $name: ${answers#, }"
    done
done >seen
cat >expected <<'SEEN'
sqlite, no depth: run 9, run_to_csv 9, run_in_terminal 9
sqlite, depth 30: run 5, run_to_csv 5, run_in_terminal 20
duckdb, no depth: run 5, run_to_csv 5, run_in_terminal 20
duckdb, depth 30: run 5, run_to_csv 5, run_in_terminal 20
SEEN
diff expected seen
