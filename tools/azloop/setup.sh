# . setup.sh FOLDER: an azure-cli of its own, the stand-in for Azure, and the environment for both.
# Both come from PyPI and listen on 127.0.0.1 only. `kill $(cat FOLDER/service/pid)` ends them.
tools=${TOOLS:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}
folder=$1
mkdir -p "$folder/service" "$folder/configuration" "$folder/extensions" "$folder/bin"
if [ ! -x "$folder/venv/bin/az" ]; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet azure-cli==2.91.0
    "$folder/venv/bin/pip" download --quiet --no-deps --dest "$folder/wheels" resource-graph==2.0.0
    unzip -qo "$folder"/wheels/resource_graph*.whl -d "$folder/extensions/resource-graph"
fi

# Waits until a service has made what tells that it listens; ends where it has ended.
await() {
    until [ -e "$1" ]; do
        kill -0 "$2" 2>/dev/null || { echo "a service did not start:" >&2; cat "$3" >&2; exit 1; }
        sleep 0.2
    done
}

rm -f "$folder/service/port" "$folder/service/az"
python3 -B "$tools/stand_in.py" --folder "$folder/service" ${PAGE:+--page "$PAGE"} ${REGION:+--group-location "$REGION"} \
    < /dev/null > "$folder/service/stand-in.log" 2>&1 &
echo $! > "$folder/service/pid"
await "$folder/service/port" $! "$folder/service/stand-in.log"

url=https://127.0.0.1:$(cat "$folder/service/port")
tenant=00000000-0000-0000-0000-0000000000aa
first=00000000-0000-0000-0000-000000000001
second=00000000-0000-0000-0000-000000000002
{
    echo "[stand-in]"
    for endpoint in management resource_manager active_directory_resource_id active_directory_graph_resource_id gallery \
        sql_management batch_resource_id vm_image_alias_doc microsoft_graph_resource_id; do
        echo "endpoint_$endpoint = $url/"
    done
    echo "endpoint_active_directory = $url"
    echo "suffix_storage_endpoint = x.local"
    echo "profile = latest"
    echo "subscription = $first"
} > "$folder/configuration/clouds.config"
printf '[cloud]\nname = stand-in\n[extension]\nuse_dynamic_install = no\n' > "$folder/configuration/config"
account() {
    printf '{"id": "%s", "name": "%s", "state": "Enabled", "user": {"name": "someone", "type": "servicePrincipal"}, ' "$1" "$2"
    printf '"isDefault": %s, "tenantId": "%s", "environmentName": "stand-in", ' "$3" "$tenant"
    printf '"homeTenantId": "%s", "managedByTenants": []}' "$tenant"
}
printf '{"installationId": "x", "subscriptions": [%s, %s]}\n' "$(account "$first" first true)" "$(account "$second" second false)" \
    > "$folder/configuration/azureProfile.json"
printf '#!/bin/sh\nexec python3 -IS %s/az.py "$@"\n' "$tools" > "$folder/bin/az"
chmod +x "$folder/bin/az"

export STAND_IN=$folder/service AZ_SOCKET=$folder/service/az PATH=$folder/bin:$PATH
export AZURE_CONFIG_DIR=$folder/configuration AZURE_EXTENSION_DIR=$folder/extensions REQUESTS_CA_BUNDLE=$folder/service/cert.pem
export AZURE_CORE_COLLECT_TELEMETRY=no AZURE_CORE_NO_COLOR=yes
"$folder/venv/bin/python" -P "$tools/az_server.py" "$AZ_SOCKET" < /dev/null > "$folder/service/az.log" 2>&1 &
echo $! >> "$folder/service/pid"
await "$AZ_SOCKET" $! "$folder/service/az.log"
