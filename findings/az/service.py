"""A service on the loopback for az to talk to: service.py FOLDER.

It answers GET and POST with what FOLDER/answers.json has under the path, and PUT with what is sent. FOLDER gets a certificate, the
port, and a line of JSON for each body that is sent.
"""
import http.server
import json
import ssl
import subprocess
import sys
import urllib.parse

FOLDER = sys.argv[1]


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def handle_any(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
        if self.command != "GET":
            with open(f"{FOLDER}/sent", "a", encoding="utf-8") as sent:
                sent.write(json.dumps(body, sort_keys=True) + "\n")
        with open(f"{FOLDER}/answers.json", encoding="utf-8") as answers:
            answers = {key.lower(): value for key, value in json.load(answers).items()}
        answer = body if self.command == "PUT" else answers[path.lower()]
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = handle_any


certificate, key = f"{FOLDER}/cert.pem", f"{FOLDER}/key.pem"
made = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate]
subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
subprocess.run(["openssl", "req", "-x509", *made, *subject], check=True, capture_output=True)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
with open(f"{FOLDER}/port", "w", encoding="utf-8") as file:
    file.write(str(server.server_address[1]))
server.serve_forever()
