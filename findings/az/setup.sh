# . az/setup.sh: azure-cli 2.91.0 from PyPI in $folder, with a stub in the place of a login, and the service of service.py.
# The caller has made $folder/answers.json. `az` runs it, and what it sends stands in $folder/sent.
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet azure-cli==2.91.0
python3 "$here/az/service.py" "$folder" &
trap 'kill $!; rm -rf "$folder"' EXIT
until [ -s "$folder/port" ]; do sleep 0.2; done
url=https://127.0.0.1:$(cat "$folder/port")
mkdir -p "$folder/configuration" "$folder/extensions"
{
    echo "[here]"
    for endpoint in management resource_manager active_directory_resource_id active_directory_graph_resource_id gallery \
        sql_management batch_resource_id vm_image_alias_doc microsoft_graph_resource_id; do
        echo "endpoint_$endpoint = $url/"
    done
    printf 'endpoint_active_directory = %s\nsuffix_storage_endpoint = x.local\nprofile = latest\nsubscription = s1\n' "$url"
} >"$folder/configuration/clouds.config"
printf '[cloud]\nname = here\n[extension]\nuse_dynamic_install = no\n' >"$folder/configuration/config"
cat >"$folder/configuration/azureProfile.json" <<'JSON'
{"installationId": "x", "subscriptions": [{"id": "s1", "name": "first", "state": "Enabled", "isDefault": true, "tenantId": "t1",
  "user": {"name": "someone", "type": "servicePrincipal"}, "environmentName": "here", "homeTenantId": "t1", "managedByTenants": []}]}
JSON
cat >"$folder/az.py" <<'PYTHON'
import runpy
import azure.cli.core._profile as profile

class Credential:
    def acquire_token(self, scopes, **_):
        return {"access_token": "stub", "token_type": "Bearer", "expires_in": 3600}

profile.Profile._create_credential = lambda *_, **__: Credential()
runpy.run_module("azure.cli", run_name="__main__")
PYTHON
export AZURE_CONFIG_DIR="$folder/configuration" AZURE_EXTENSION_DIR="$folder/extensions" REQUESTS_CA_BUNDLE="$folder/cert.pem"
export AZURE_CORE_COLLECT_TELEMETRY=no AZURE_CORE_NO_COLOR=yes
az() {
    "$folder/venv/bin/python" "$folder/az.py" "$@"
}
