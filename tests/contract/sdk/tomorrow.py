"""A later version of the service: passes requests on, and adds to the answers what a later version may add.

Every named value of an answer becomes one that the document does not know, and every object gets a field more.
Prints its address. Usage: tomorrow.py ADDRESS_OF_THE_SERVICE DOCUMENT
"""

import json
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

service, document = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))


def named(schema):
    return "x-extensible-enum" in schema or "x-extensible-enum" in schema.get("items", {})


FIELDS = {
    field
    for schema in document["components"]["schemas"].values()
    for field, property in schema.get("properties", {}).items()
    if named(property)
}
assert {"role", "status", "gender"} <= FIELDS, FIELDS


def age(value):
    if isinstance(value, list):
        return [age(item) for item in value]
    if isinstance(value, dict):
        aged = {
            name: "of_tomorrow" if name in FIELDS and isinstance(member, str) else age(member)
            for name, member in value.items()
        }
        return aged | {"field_of_tomorrow": 1}
    return value


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "content-length", "connection")}
        request = urllib.request.Request(service + self.path, data=body or None, headers=headers, method=self.command)
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as refused:
            answer = refused
        body = answer.read()
        if answer.status < 300 and body:
            body = json.dumps(age(json.loads(body))).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
