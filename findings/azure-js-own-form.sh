#!/bin/sh
# @azure/arm-network 39.0.0, the JavaScript SDK of Azure's networks; Node.js 20 has to be there.
#
# It knows networks in a form of its own, without `properties`. Given a document as Azure, Bicep and exports have it, it sends what stands
# outside `properties` and drops the rest: a VNet without its address space, a route without prefix and next hop. No error, no warning; only a type
# checker would object, and a document that was read from a file has no type. The Python SDK of the same year is the opposite: it sends Azure's form
# as it stands. The request is looked at before it would leave: a client of our own takes it.
#
# Seen, of what is sent:
#   VNet in Azure's form: {"location":"norwayeast"}
#   VNet in the SDK's form: {"location":"norwayeast","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}}
#   route in Azure's form: {}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "type": "module"}' >package.json
npm install --silent --no-audit --no-fund @azure/arm-network@39.0.0 @azure/core-rest-pipeline@1.24.0 >said 2>&1
cat >probe.js <<'JAVASCRIPT'
import { NetworkManagementClient } from "@azure/arm-network";
import { createHttpHeaders } from "@azure/core-rest-pipeline";

let sent;
const httpClient = {
  async sendRequest(request) {
    sent = request.body;
    return { request, status: 200, headers: createHttpHeaders(), bodyAsText: "{}" };
  },
};
const credential = { getToken: async () => ({ token: "none", expiresOnTimestamp: 4102444800000 }) };
const client = new NetworkManagementClient(credential, "00000000-0000-0000-0000-000000000000", { httpClient });

const addressSpace = { addressPrefixes: ["10.1.0.0/16"] };
await client.virtualNetworks.createOrUpdate("net", "hub", { location: "norwayeast", properties: { addressSpace } });
console.log("VNet in Azure's form:", sent);
await client.virtualNetworks.createOrUpdate("net", "hub", { location: "norwayeast", addressSpace });
console.log("VNet in the SDK's form:", sent);
const route = { properties: { addressPrefix: "10.2.0.0/16", nextHopType: "VirtualNetworkGateway" } };
await client.routes.createOrUpdate("net", "table", "route", route);
console.log("route in Azure's form:", sent);
JAVASCRIPT
node probe.js >seen
cat >expected <<'SEEN'
VNet in Azure's form: {"location":"norwayeast"}
VNet in the SDK's form: {"location":"norwayeast","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}}
route in Azure's form: {}
SEEN
diff expected seen
