"""Receives webhooks of the demonstration and checks their signatures with the published library."""

import datetime
import json
import queue
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

API = sys.argv[1]
received = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        received.put((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def call(method, path, body=None, token=None):
    request = urllib.request.Request(API + path, method=method)
    request.add_header("content-type", "application/json")
    if token:
        request.add_header("authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data) as answer:
        return json.load(answer)


def refuses(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()

token = call("POST", "/v1/auth/login", {"email": "admin@utopia-travel.example", "password": "utopia-sunrise-42"})["access_token"]
endpoint = call("POST", "/v1/webhook-endpoints", {
    "url": f"http://127.0.0.1:{server.server_port}/", "events": ["user.*"]}, token)
path, secret = f"/v1/webhook-endpoints/{endpoint['id']}", endpoint["secret"]

# What happens arrives, and is signed.
user = call("POST", "/v1/users", {"first_name": "Vera"}, token)
headers, body = received.get(timeout=30)
message = Webhook(secret).verify(body, headers)
assert message["type"] == "user.created" and message["data"]["subject"]["id"] == user["id"], message
assert datetime.datetime.fromisoformat(message["timestamp"]) == datetime.datetime.fromisoformat(message["data"]["occurred_at"])
assert b"Vera" not in body, body
assert len(body) < 20_000

# The library refuses what is not ours.
other = call("POST", "/v1/webhook-endpoints", {"url": f"http://127.0.0.1:{server.server_port}/", "events": ["visa.*"]}, token)
assert refuses(other["secret"], body, headers)
assert refuses(secret, body.replace(b"user.created", b"user.deleted"), headers)
lower = {name.lower(): value for name, value in headers.items()}
assert refuses(secret, body, lower | {"webhook-id": lower["webhook-id"] + "0"})
assert refuses(secret, body, lower | {"webhook-timestamp": str(int(lower["webhook-timestamp"]) - 3600)})
assert not refuses(secret, body, lower)

# While the secret changes, both are good.
renewed = call("POST", f"{path}/rotate-secret", token=token)["secret"]
assert renewed != secret
ping = call("POST", f"{path}/ping", token=token)
assert ping["status"] == "delivered", ping
headers, body = received.get(timeout=30)
for each in (secret, renewed):
    assert Webhook(each).verify(body, headers)["type"] == "webhook.ping"

log = call("GET", f"{path}/deliveries", token=token)["data"]
assert [entry["status"] for entry in log] == ["delivered", "delivered"], log
