"""Receives what a Waystation gateway posts into a SQLite file, each entry once.

    WEBHOOK_SECRET=whsec_… python3 receive.py 8099 books.db

Only the standard library. Put your own book-keeping where the row is inserted: what makes it
exactly once is that the entry and its id are kept in one transaction, before the answer is sent.
"""

import base64
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
OLD_S = 300
TABLE = "CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY, type TEXT, event TEXT)"


class Receiver(BaseHTTPRequestHandler):
    """202 for a new entry, 409 for one that is here already, 401 for what nobody signed."""

    def do_OPTIONS(self) -> None:
        """Somebody asks whether anybody is here."""
        self.answer(204)

    def do_POST(self) -> None:
        """One entry, as a CloudEvent."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.answer(self.kept(body) if self.signed(body) else 401)

    def signed(self, body: bytes) -> bool:
        """Whether the gateway signed this, lately (Standard Webhooks)."""
        name, then = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        signature = hmac.digest(KEY, f"{name}.{then}.".encode() + body, "sha256")
        expected = "v1," + base64.b64encode(signature).decode()
        told = self.headers["webhook-signature"].split()
        fits = any(hmac.compare_digest(expected, one) for one in told)
        return fits and abs(time.time() - int(then)) <= OLD_S

    def kept(self, body: bytes) -> int:
        """Keep it, unless it is here already."""
        event = json.loads(body)
        with sqlite3.connect(sys.argv[2], timeout=30) as books:
            row = (event["id"], event["type"], json.dumps(event))
            done = books.execute("INSERT OR IGNORE INTO taken VALUES (?, ?, ?)", row).rowcount
        return 202 if done else 409

    def answer(self, status: int) -> None:
        """Only a status; the gateway asks for nothing more."""
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


if __name__ == "__main__":
    sqlite3.connect(sys.argv[2]).execute(TABLE)
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
