"""Takes everything that a Waystation gateway offers into a SQLite file, each entry once.

    WAYSTATION_TOKEN=… python3 take.py https://shop.example.com books.db

The token is of ``run.py device add "Head office" --role erp``. Run it as often as you like, kill it
when you like. Put your own book-keeping where ``book`` is: what makes it exactly once is that an
entry and its id are kept in one transaction, before the receipt is sent.
"""

import json
import os
import sqlite3
import sys

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

NAME = "head-office"
WAIT_S = int(os.environ.get("WAIT_S", "20"))
TABLE = "CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY, type TEXT, entry TEXT)"
# Asking is repeated when the gateway says for how long to wait; telling it something never is.
PATIENT = Retry(5, status_forcelist=(409, 503), allowed_methods=("GET",), raise_on_status=False)


def book(database: sqlite3.Connection, entry: dict) -> str:
    """Keep one entry; the status of its receipt."""
    if database.execute("SELECT 1 FROM taken WHERE id = ?", (entry["id"],)).fetchone():
        return "duplicate"
    row = (entry["id"], entry["type"], json.dumps(entry))
    database.execute("INSERT INTO taken VALUES (?, ?, ?)", row)
    return "accepted"


def main(url: str, path: str) -> None:
    """Take batch after batch until there has been none for a while."""
    database = sqlite3.connect(path)
    database.execute(TABLE)
    gateway = requests.Session()
    gateway.mount(url, HTTPAdapter(max_retries=PATIENT))
    gateway.headers["Authorization"] = f"Bearer {os.environ['WAYSTATION_TOKEN']}"
    asked = {"consumer": NAME, "limit": 500, "wait_s": WAIT_S}
    while True:
        answer = gateway.get(f"{url}/api/v1/erp/batches/next", params=asked, timeout=WAIT_S + 30)
        answer.raise_for_status()
        batch = answer.json()
        if not batch["count"]:
            return
        with database:  # one transaction: all of the batch, or nothing of it
            entries = batch["entries"]
            receipts = [{"seq": one["seq"], "status": book(database, one)} for one in entries]
        told = {"sha256": batch["sha256"], "receipts": receipts}
        place = f"{url}/api/v1/erp/batches/{batch['id']}/receipts"
        gateway.post(place, json=told, timeout=60).raise_for_status()


if __name__ == "__main__":
    main(*sys.argv[1:])
