#!/usr/bin/env bash
# The closed loop, in one command: tools/azloop/run.sh [FOLDER]
# Real azure-cli against a stand-in for ARM on 127.0.0.1. Takes `target/release/tunnelog`, or what TUNNELOG names.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
folder=${1:-$(mktemp -d)}
export TUNNELOG=${TUNNELOG:-target/release/tunnelog} FACTS=${FACTS:-facts}
HERE=$here . "$here/setup.sh" "$folder"
trap 'xargs kill < "$folder/srv/pid"' EXIT
python3 -B "$here/loop.py" export "$FACTS"/*/ 
python3 -B "$here/loop.py" fix "$here/cases.json"
python3 -B "$here/two-groups.py"
