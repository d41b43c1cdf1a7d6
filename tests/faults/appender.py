"""A process that takes in facts as fast as it can, and says on standard output what it has
acknowledged.

    python -m tests.faults.appender FOLDER COUNT [THREADS]

Each line is ``<wall clock ns> <fact id> <seq>``, written the moment the acknowledgement is there.
``stored`` is the only answer it expects; anything else ends it.
"""

import json
import os
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from config.schema import StoreSettings
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store

ACTOR = Actor(id="till-1", name="Till 1", role="pos")


def data(identity: str) -> dict[str, Any]:
    """A sale that adds up."""
    line = {
        "sku": "A",
        "quantity": "2",
        "unit_price": 1850,
        "tax_rate": "0.19",
        "tax": 703,
        "amount": 3700,
    }
    return {
        "register": "1", "receipt": identity, "currency": "EUR", "lines": [line], "net": 3700,
        "tax": 703, "total": 4403, "tenders": [{"type": "cash", "amount": 4403}],
    }  # fmt: skip


def event(identity: str) -> bytes:
    """The CloudEvent of a sale."""
    sale = {
        "specversion": "1.0", "id": identity, "source": "appender", "type": "sale.completed",
        "data": data(identity),
    }  # fmt: skip
    return json.dumps(sale).encode()


def work(facts: Facts, count: int) -> None:
    for _ in range(count):
        identity = str(uuid.uuid4())
        (result,) = facts.accept(event(identity), ACTOR)
        if result.status != "stored":
            raise SystemExit(f"{identity}: {result}")
        os.write(1, f"{time.time_ns()} {identity} {result.seq}\n".encode())


def main(folder: Path, count: int, threads: int) -> None:
    store = Store(folder, StoreSettings(), SystemClock())
    facts = Facts(store)
    team = [threading.Thread(target=work, args=(facts, count // threads)) for _ in range(threads)]
    for member in team:
        member.start()
    for member in team:
        member.join()
    # No closing: a power cut does not close anything either.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 4)
