# . setup.sh FOLDER: an azure-cli of its own, the Resource Graph extension, the stand-in for Azure, and the environment.
# It uses PyPI's azure-cli and resource-graph, and listens on 127.0.0.1 only. `kill $(cat FOLDER/srv/pid)` ends it.
here=${HERE:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}; D=$1; mkdir -p "$D/srv" "$D/cfg" "$D/ext" "$D/bin"
if [ ! -x "$D/v/bin/az" ]; then
    python3 -m venv "$D/v" && "$D/v/bin/pip" install -q azure-cli==2.91.0
    "$D/v/bin/pip" download -q --no-deps -d "$D/dl" resource-graph==2.0.0 && unzip -qo "$D"/dl/resource_graph*.whl -d "$D/ext/resource-graph"
fi
rm -f "$D/srv/port"
setsid nohup python3 -B "$here/fakearm.py" --store "$D/srv/store.json" --log "$D/srv/log.jsonl" --folder "$D/srv" ${PAGE:+--page $PAGE} ${REGION:+--group-location $REGION} > "$D/srv/out" 2> "$D/srv/err" &
echo $! > "$D/srv/pid"
while [ ! -s "$D/srv/port" ]; do sleep 0.2; done
url=https://127.0.0.1:$(cat "$D/srv/port"); S=00000000-0000-0000-0000-000000000001
{
    echo "[fake]"
    for e in management resource_manager active_directory_resource_id active_directory_graph_resource_id gallery sql_management batch_resource_id vm_image_alias_doc microsoft_graph_resource_id; do echo "endpoint_$e = $url/"; done
    printf 'endpoint_active_directory = %s\nsuffix_storage_endpoint = x.local\nprofile = latest\nsubscription = %s\n' "$url" $S
} > "$D/cfg/clouds.config"
printf '[cloud]\nname = fake\n[extension]\nuse_dynamic_install = no\n' > "$D/cfg/config"
T=00000000-0000-0000-0000-0000000000aa
echo "{\"installationId\":\"x\",\"subscriptions\":[{\"id\":\"$S\",\"name\":\"fake\",\"state\":\"Enabled\",\"user\":{\"name\":\"someone\",\"type\":\"servicePrincipal\"},\"isDefault\":true,\"tenantId\":\"$T\",\"environmentName\":\"fake\",\"homeTenantId\":\"$T\",\"managedByTenants\":[]}]}" > "$D/cfg/azureProfile.json"
printf '#!/bin/sh\nexec python3 -IS %s/azcall.py "$@"\n' "$here" > "$D/bin/az"; chmod +x "$D/bin/az"
printf '#!/bin/sh\nexec %s/v/bin/python -P %s/azwrap.py "$@"\n' "$D" "$here" > "$D/bin/az-slow"; chmod +x "$D/bin/az-slow"
export AZURE_CONFIG_DIR=$D/cfg AZURE_EXTENSION_DIR=$D/ext REQUESTS_CA_BUNDLE=$D/srv/cert.pem AZURE_CORE_COLLECT_TELEMETRY=no AZURE_CORE_NO_COLOR=yes FAKEARM=$D/srv PATH=$D/bin:$PATH AZSOCKET=$D/srv/az.sock
rm -f "$AZSOCKET"
setsid nohup "$D/v/bin/python" -P "$here/azwrap.py" --serve "$AZSOCKET" > "$D/srv/azout" 2> "$D/srv/azerr" < /dev/null &
echo $! >> "$D/srv/pid"
while [ ! -S "$AZSOCKET" ]; do sleep 0.2; done
