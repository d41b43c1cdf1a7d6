"""A process that takes in facts as fast as it can, and says on standard output what it has
acknowledged.

    python -m tests.faults.appender FOLDER COUNT [THREADS]

Each line is ``<wall clock ns> <fact id> <seq>``, written the moment the acknowledgement is there. A
fact that is refused for now is sent again, as a till does; any other answer ends the process.
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
from gateway.kernel.problems import Problem
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
    pause = threading.Event()
    for _ in range(count):
        identity = str(uuid.uuid4())
        while (seq := acknowledged(facts, identity)) is None:
            pause.wait(0.05)
        os.write(1, f"{time.time_ns()} {identity} {seq}\n".encode())


def acknowledged(facts: Facts, identity: str) -> int | None:
    """The place of a fact that is acknowledged, None when it was refused for now."""
    try:
        (result,) = facts.accept(event(identity), ACTOR)
    except Problem as problem:
        if not problem.retryable:
            raise
        return None
    if result.status not in ("stored", "duplicate"):
        raise SystemExit(f"{identity}: {result}")
    return result.seq


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
