#!/bin/sh
# Gates a change of a network: its faults, what must hold, and what it does to clients. Needs `tunnelog` on the path.
#   GATE_INVENTORY           the inventory, or the export, after the change
#   GATE_BEFORE              the same before it
#   GATE_PLAN                a plan of Terraform, or what a deployment's `what-if` predicts; then GATE_INVENTORY, if
#                            given, is an export of what the plan leaves alone
#   GATE_QUERIES             a folder; each file NAME.query has to hold for the inventory
#   GATE_DENY_WARNINGS       `true`: warnings fail, too
#   GATE_FAIL_ON_DIFFERENCE  `true`: a change for clients fails
#   GATE_RESULTS             a folder, for findings.sarif, expectations-NAME.xml and difference.md
# Ends with the worst exit code: 0 clean, 1 a valid no, 2 wrong use or invalid input.
set -eu
inventory=${GATE_INVENTORY:-}
before=${GATE_BEFORE:-}
plan=${GATE_PLAN:-}
queries=${GATE_QUERIES:-}
results=${GATE_RESULTS:-tunnelog-results}
fail() {
    echo "tunnelog: $1" >&2
    exit 2
}
[ -n "$inventory$plan" ] || fail "nothing to gate: name an inventory, an export or a plan"
[ -z "$queries" ] || [ -n "$inventory" ] || fail "expectations need an inventory or an export to hold for"
[ -z "$plan" ] || [ -z "$before" ] || fail "a plan tells what was before: leave that out"
deny=
if [ "${GATE_DENY_WARNINGS:-}" = true ]; then
    deny="--deny=warnings"
fi
strict=
if [ "${GATE_FAIL_ON_DIFFERENCE:-}" = true ]; then
    strict="--exit-code"
fi

mkdir -p "$results"
worst=0
step() {
    title=$1
    shift
    echo "== $title"
    code=0
    "$@" || code=$?
    if [ "$code" -gt "$worst" ]; then
        worst=$code
    fi
}

if [ -n "$inventory" ]; then
    # GitHub shows the first format beside the lines of the change; elsewhere the second is for people.
    format=table
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        format=github
    fi
    step "faults" tunnelog check "$inventory" ${deny:+"$deny"} --format "$format"
    step "faults, for code scanning" tunnelog check "$inventory" ${deny:+"$deny"} --format sarif -o "$results/findings.sarif"
fi

if [ -n "$queries" ]; then
    found=
    for file in "$queries"/*.query; do
        [ -e "$file" ] || continue
        found=yes
        name=${file##*/}
        step "what must hold: $name" \
            tunnelog ask "$inventory" --query "$file" --format junit -o "$results/expectations-${name%.query}.xml"
    done
    [ -n "$found" ] || fail "\`$queries\` holds no file NAME.query"
fi

difference=$results/difference.md
rm -f "$difference"
if [ -n "$plan" ]; then
    step "what the plan does to clients" tunnelog diff ${inventory:+"$inventory"} --plan "$plan" \
        ${strict:+"$strict"} ${deny:+"$deny"} --format markdown -o "$difference"
elif [ -n "$before" ]; then
    step "what the change does to clients" tunnelog diff "$before" "$inventory" \
        ${strict:+"$strict"} --format markdown -o "$difference"
fi
# Where `diff` cannot answer, there is no file.
if [ -e "$difference" ]; then
    cat "$difference"
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        cat "$difference" >> "$GITHUB_STEP_SUMMARY"
    elif [ "${TF_BUILD:-}" = True ]; then
        echo "##vso[task.uploadsummary]$(cd "$results" && pwd)/difference.md"
    fi
fi
exit "$worst"
