#!/bin/sh
# Exports what tunnelog reads, page by page:
#   sh export.sh [FOLDER] [--subscriptions ID...] [--management-groups NAME...]
# Without a scope, all subscriptions of `az account list` are asked.
set -eu
usage() {
    echo "usage: sh export.sh [FOLDER] [--subscriptions ID...] [--management-groups NAME...]" >&2
    exit 2
}
# The folder is taken out of the arguments; what is left is the scope.
folder=
scope=
count=$#
while [ "$count" -gt 0 ]; do
    word=$1
    shift
    count=$((count - 1))
    case $word in
    --subscriptions | --management-groups) scope=given ;;
    -*) usage ;;
    *)
        if [ -z "$scope" ]; then
            [ -z "$folder" ] || usage
            folder=$word
            continue
        fi
        ;;
    esac
    set -- "$@" "$word"
done
folder=${folder:-export}
if ! command -v az > /dev/null; then
    echo "the Azure command line, \`az\`, is not there: https://aka.ms/azure-cli" >&2
    exit 1
fi
if ! az extension show --name resource-graph > /dev/null 2>&1; then
    echo "az lacks an extension: az extension add --name resource-graph" >&2
    exit 1
fi
mkdir -p "$folder"
# Nothing of an earlier run goes before all pages are there, and nothing of it stays then.
trap 'rm -f "$folder"/page-*.json.new' EXIT
query="
QUERY
"
page=1
token=
while :; do
    file=$folder/page-$page.json.new
    az graph query --first 1000 -q "$query" "$@" ${token:+--skip-token "$token"} -o json > "$file"
    token=$(sed -n 's/^ *"skip_token": *"\([^"]*\)".*/\1/p' "$file")
    [ -n "$token" ] || break
    page=$((page + 1))
done
rm -f "$folder"/page-*.json
for file in "$folder"/page-*.json.new; do
    mv "$file" "${file%.new}"
done
echo "wrote $page file(s) into $folder; next: tunnelog check $folder" >&2
