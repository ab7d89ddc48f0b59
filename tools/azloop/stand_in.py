#!/usr/bin/env python3
"""A stand-in for Azure Resource Manager, as far as networks go, for the real az to talk to.

stand_in.py --folder FOLDER [--page N] [--group-location REGION]

It listens with TLS on 127.0.0.1. FOLDER gets the certificate, the port, what is kept (store.json) and every request
(log.jsonl). POST /_reset with resources by id replaces everything, GET /_store gives it.
"""
import argparse
import http.server
import json
import os
import re
import socketserver
import ssl
import subprocess
import threading
import urllib.parse

from plane import SPELLED, Plane, Refused, properties, reference

SUBSCRIPTIONS = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"]
COLUMNS = ("id", "name", "type", "location", "properties")
LEARNED = {
    "localAddress": "10.1.0.30",
    "network": "10.2.0.0/16",
    "nextHop": "10.2.0.30",
    "sourcePeer": "10.2.0.30",
    "origin": "EBgp",
    "asPath": "65002",
    "weight": 32768,
}

# Commands run side by side where a shell has pipes.
LOCK = threading.RLock()


class Service:
    """What is kept beside the resources: the log, and deployments."""

    def __init__(self, folder, page, region):
        self.folder, self.page, self.region = folder, page, region
        self.log_file = open(f"{folder}/log.jsonl", "a", encoding="utf-8")
        self.plane = Plane(lambda text: self.log({"note": text}))
        self.deployments = {}

    def log(self, entry):
        self.log_file.write(json.dumps(entry) + "\n")
        self.log_file.flush()

    def save(self):
        with open(f"{self.folder}/store.json.part", "w", encoding="utf-8") as file:
            json.dump(self.plane.store, file, indent=1, sort_keys=True)
        os.replace(f"{self.folder}/store.json.part", f"{self.folder}/store.json")

    def reset(self, store):
        self.plane.store = {own.lower(): resource for own, resource in store.items()}
        for resource in list(self.plane.store.values()):
            self.plane.take_apart(resource)
        self.deployments.clear()

    def deploy(self, scope, body):
        """Makes what a template lists. Of expressions only parameters are known, which is what az sends."""
        template, given = body["properties"]["template"], body["properties"].get("parameters") or {}
        _, subscription, _, group = scope.strip("/").split("/")
        made = None
        for resource in template["resources"]:
            resource = valued(resource, given)
            own = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{resource['type']}/{resource['name']}"
            fields = resource.get("properties") or {}
            shown = {field: "***" if field == "sharedKey" else value for field, value in fields.items()}
            self.log({"deployed": own, "apiVersion": resource["apiVersion"], "properties": shown})
            _, made = self.plane.put(own, {"location": resource.get("location"), "tags": resource.get("tags"), "properties": fields})
        return {"resource": {"type": "Object", "value": self.plane.shown(made)["properties"]}} if made else {}

    def groups(self, subscription):
        stored = (it["id"].split("/") for it in self.plane.store.values())
        names = {segments[4] for segments in stored if segments[2] == subscription}
        # Where nothing is yet, something can be made all the same.
        names |= {"net"} if subscription == SUBSCRIPTIONS[0] else set()
        return [
            {
                "id": f"/subscriptions/{subscription}/resourceGroups/{name}",
                "name": name,
                "location": self.region,
                "type": "Microsoft.Resources/resourceGroups",
                "properties": {"provisioningState": "Succeeded"},
            }
            for name in sorted(names, key=str.lower)
        ]

    def graph(self, body):
        """A page of the rows of the types that a query names."""
        options = body.get("options") or {}
        top, skip = options.get("$top") or 100, options.get("$skip") or 0
        if options.get("$skipToken"):
            skip = int(options["$skipToken"].rsplit("-", 1)[1])
        if self.page:
            top = min(top, self.page)
        wanted = set(re.findall(r"'(microsoft\.network/[a-z/]+)'", body["query"].lower()))
        asked = body.get("subscriptions") or SUBSCRIPTIONS
        found = sorted(self.plane.store.values(), key=lambda it: it["id"])
        found = [it for it in found if it["type"].lower() in wanted and it["id"].split("/")[2] in asked]
        rows = [{column: self.plane.shown(it).get(column) for column in COLUMNS} for it in found[skip : skip + top]]
        for row in rows:
            row["type"] = row["type"].lower()
        answer = {"totalRecords": len(found), "count": len(rows), "facets": [], "resultTruncated": "false", "data": rows}
        if skip + top < len(found):
            answer["$skipToken"] = f"ew0KICAiJGlkIjogIjEi-{skip + top}"
        if (options.get("resultFormat") or "").lower() == "table":
            columns = [{"name": it, "type": "object" if it == "properties" else "string"} for it in COLUMNS]
            answer["data"] = {"columns": columns, "rows": [list(row.values()) for row in rows]}
        return answer


def valued(part, given):
    """A part of a template with the values of its parameters; what is null is left out."""
    if isinstance(part, dict):
        return {field: valued(value, given) for field, value in part.items() if value is not None}
    if isinstance(part, list):
        return [valued(value, given) for value in part]
    if isinstance(part, str):
        if parameter := re.fullmatch(r"\[parameters\('([^']+)'\)\]", part):
            return given[parameter[1]]["value"]
        if part.startswith("[") and not part.startswith("[["):
            raise Refused("TemplateExpression", f"not known here: {part}")
    return part


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service = None

    def log_message(self, *_):
        """The log has more than a line for each request."""

    def reply(self, status, body=None):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        return status

    def handle_any(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        path = urllib.parse.unquote(url.path).rstrip("/")
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # What az asks of a prediction holds the template as it is written, which need not be JSON to the letter.
        body = json.loads(raw) if raw and not path.lower().endswith("/whatif") else None
        with LOCK:
            if path == "/_reset":
                self.service.reset(body)
                return self.reply(200, {})
            if path == "/_store":
                return self.reply(200, self.service.plane.store)
            entry = {"method": self.command, "path": path, "api": query.pop("api-version", [None])[0], "body": body}
            entry |= {"query": query} if query else {}
            try:
                entry["status"] = self.serve(path, body, query)
            except Refused as no:
                entry |= {"status": no.status, "refused": no.code}
                self.reply(no.status, {"error": {"code": no.code, "message": no.message}})
            self.service.log(entry)
            self.service.save()

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = handle_any

    def serve(self, path, body, query):
        low, plane = path.lower(), self.service.plane
        if low == "/subscriptions":
            rows = [{"id": f"/subscriptions/{it}", "subscriptionId": it, "displayName": it, "state": "Enabled"} for it in SUBSCRIPTIONS]
            return self.reply(200, {"value": rows})
        if low == "/providers/microsoft.resourcegraph/resources":
            return self.reply(200, self.service.graph(body))
        if found := re.fullmatch(r"/subscriptions/([^/]+)/resourcegroups(?:/([^/]+))?", low):
            return self.serve_groups(*found.groups())
        if found := re.fullmatch(r"(.*)/providers/microsoft.resources/deployments/[^/]+(/whatif)?", low):
            return self.serve_deployment(path[: len(found[1])], found[2], low, body)
        if found := re.fullmatch(r"/subscriptions/([^/]+)(?:/resourcegroups/([^/]+))?/providers/microsoft.network/([^/]+)", low):
            return self.serve_list(*found.groups())
        if found := re.fullmatch(r"(.*/virtualnetworkgateways/[^/]+)/connections", low):
            ends = ("virtualNetworkGateway1", "virtualNetworkGateway2")
            rows = [it for it in plane.of_type("connections") if found[1] in [reference(properties(it).get(end)) for end in ends]]
            return self.reply(200, {"value": [plane.shown(it) for it in rows]})
        if found := re.fullmatch(r"(.*/(?:virtualnetworks|routetables)/[^/]+)/(virtualnetworkpeerings|subnets|routes)", low):
            return self.reply(200, {"value": [plane.shown(it) for it in plane.children(self.known(found[1]), found[2])]})
        if low.endswith("/sharedkey"):
            return self.reply(200, {"value": "***"})
        if self.command == "POST":
            return self.serve_action(*low.rsplit("/", 1))
        return self.serve_resource(path, body, query)

    def known(self, own):
        resource = self.service.plane.get(own)
        if not resource:
            raise Refused("ResourceNotFound", f"The Resource '{own}' was not found.", 404)
        return resource

    def serve_groups(self, subscription, wanted):
        rows = self.service.groups(subscription)
        if not wanted:
            return self.reply(200, {"value": rows})
        for row in rows:
            if row["name"].lower() == wanted:
                return self.reply(200, row)
        raise Refused("ResourceGroupNotFound", wanted, 404)

    def serve_deployment(self, scope, what_if, low, body):
        if what_if:
            return self.reply(200, {"status": "Succeeded", "properties": {"correlationId": "x", "changes": []}})
        if self.command != "PUT":
            return self.reply(200, self.service.deployments[low])
        fields = {"provisioningState": "Succeeded", "mode": "Incremental", "outputs": self.service.deploy(scope, body)}
        made = {"id": low, "name": low.rsplit("/", 1)[1], "type": "Microsoft.Resources/deployments", "properties": fields}
        self.service.deployments[low] = made
        return self.reply(201, made)

    def serve_list(self, subscription, group, kind):
        if self.command != "GET":
            raise Refused("MethodNotAllowed", self.command, 405)
        if not group and kind in ("virtualnetworkgateways", "localnetworkgateways", "connections"):
            self.service.log({"note": f"list of {kind} over a whole subscription, which the API does not have"})
        head = f"/subscriptions/{subscription}/" + (f"resourcegroups/{group}/" if group else "")
        plane = self.service.plane
        rows = [plane.shown(it) for it in plane.of_type(kind) if it["id"].lower().startswith(head)]
        for row in rows if kind == "connections" else []:
            properties(row).pop("connectionStatus", None)
        return self.reply(200, {"value": rows})

    def serve_action(self, own, action):
        resource = self.known(own)
        if action in ("getlearnedroutes", "getadvertisedroutes"):
            return self.reply(200, {"value": [LEARNED]})
        if action == "getbgppeerstatus":
            return self.reply(200, {"value": []})
        if action == "reset":
            self.service.plane.reset(resource)
            return self.reply(200, self.service.plane.shown(resource))
        raise Refused("NotHere", action, 404)

    def serve_resource(self, path, body, query):
        plane = self.service.plane
        if self.command == "GET":
            return self.reply(200, plane.shown(self.known(path)))
        if self.command == "PUT":
            own = (plane.get(path) or {}).get("id") or spelled(path)
            is_synced = (query.get("syncRemoteAddressSpace") or [""])[0].lower() == "true"
            is_new, resource = plane.put(own, body, is_synced)
            return self.reply(201 if is_new else 200, plane.shown(resource))
        if self.command == "PATCH":
            resource = self.known(path)
            resource["tags"] = (body or {}).get("tags")
            return self.reply(200, plane.shown(resource))
        if self.command == "DELETE":
            return self.reply(200 if plane.delete(path) else 204)
        raise Refused("NotHere", path, 404)


def spelled(path):
    """An id with its collections as Azure spells them."""
    segments = path.strip("/").split("/")
    return "/" + "/".join(SPELLED.get(it.lower(), it) if place > 5 and place % 2 else it for place, it in enumerate(segments))


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--page", type=int, default=0, help="at most so many rows a page")
    parser.add_argument("--group-location", default="norwayeast", help="where resource groups are; all VNets are in norwayeast")
    given = parser.parse_args()
    certificate, key = f"{given.folder}/cert.pem", f"{given.folder}/key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate]
    subprocess.run(["openssl", "req", "-x509", *made, *subject], check=True, capture_output=True)
    Handler.service = Service(given.folder, given.page, given.group_location)
    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(f"{given.folder}/port", "w", encoding="utf-8") as file:
        file.write(str(server.server_address[1]))
    server.serve_forever()


if __name__ == "__main__":
    main()
