"""Releases the keys of gateways at their start, and keeps those of stolen ones: docs/keys.md.

    python3 release.py 8443 gateways.json chain.pem key.pem

``gateways.json`` is read anew for every request: {"shop-7": {"secret": "…", "key": "64 hexadecimal
characters", "stolen": false, "from": ["203.0.113.7"]}}. Make ``key`` by `openssl rand -hex 32`, for
good: without it the gateway's data are lost. Only the standard library. In an ERP the three
questions of ``released`` are asked of its own tables, and every answer is written down.
"""

import hmac
import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SIGNATURE = "Waystation-Signature"
BODY_BYTES_MAX = 4096


def released(known: dict, body: bytes, signed: str, peer: str) -> str:
    """The key of whoever asks; empty when it stays here."""
    told = json.loads(body)
    gateway = known.get(told["gateway"])
    if gateway is None or told["format"] != "waystation-release-1":
        return ""
    expected = hmac.digest(gateway["secret"].encode(), body, "sha256").hex()
    at_home = peer in gateway.get("from", [peer])
    fits = hmac.compare_digest(expected, signed) and at_home and not gateway["stolen"]
    return gateway["key"] if fits else ""


class Release(BaseHTTPRequestHandler):
    """200 with the key, or 403 for everything else: a thief learns nothing from the difference."""

    timeout = 10

    def do_POST(self) -> None:
        """A gateway asks for its key."""
        size = min(int(self.headers.get("content-length", 0)), BODY_BYTES_MAX)
        body, known = self.rfile.read(size), json.loads(Path(sys.argv[2]).read_text())
        try:
            key = released(known, body, self.headers.get(SIGNATURE, ""), self.client_address[0])
        except (ValueError, KeyError, TypeError):
            key = ""
        answer = json.dumps({"key": key} if key else {}).encode()
        self.send_response(200 if key else 403)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("", int(sys.argv[1])), Release)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*sys.argv[3:5])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
