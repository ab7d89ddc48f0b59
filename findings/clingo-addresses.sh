#!/bin/sh
# clingo 5.8.3, answer set programming.
#
# Addresses as numbers are the usual way to compare prefixes in logic programs. Numbers of clingo have 32 bits with a sign, and a numeral
# that does not fit is neither an error nor a warning: it wraps. From 128.0.0.0 on, addresses are negative, and a comparison with one below
# says the opposite: 192.168.0.0 comes before 10.1.0.0, and no address is between the two.
#
# Seen:
#   before("192.168.0.0","10.1.0.0") number("10.1.0.0",167837696) number("192.168.0.0",-1062731776)
#   messages: 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet clingo==5.8.3
cat >probe.py <<'PYTHON'
import clingo

messages = []
control = clingo.Control(logger=lambda code, message: messages.append(message))
control.add(
    "base",
    [],
    """
    number("10.1.0.0", 167837696).
    number("192.168.0.0", 3232235520).
    before(A, B) :- number(A, X), number(B, Y), X < Y.
    """,
)
control.ground([("base", [])])
control.solve(on_model=lambda model: print(*sorted(map(str, model.symbols(shown=True)))))
print("messages:", len(messages))
PYTHON
venv/bin/python probe.py >seen
cat >expected <<'SEEN'
before("192.168.0.0","10.1.0.0") number("10.1.0.0",167837696) number("192.168.0.0",-1062731776)
messages: 0
SEEN
diff expected seen
