#!/usr/bin/env bash
# The real command line against a stand-in for Azure, in one command: tools/azloop/run.sh [FOLDER]
# It runs `target/release/tunnelog`, or what TUNNELOG names. All parts run, and it ends with 1 where one found a fault.
set -eu
TOOLS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$TOOLS/../.."
export TUNNELOG=${TUNNELOG:-target/release/tunnelog} FACTS=facts
. "$TOOLS/setup.sh" "${1:-$(mktemp -d)}"
trap 'xargs kill < "$folder/service/pid"' EXIT
code=0
python3 -B "$TOOLS/round_trips.py" export "$FACTS"/*/ || code=1
python3 -B "$TOOLS/round_trips.py" fix "$TOOLS/cases.json" || code=1
python3 -B "$TOOLS/round_trips.py" document || code=1
exit $code
