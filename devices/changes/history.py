"""What was decided about a device: read from the journal, the newest first."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.store.database import Store
from gateway.store.rows import Row

PAGE: Final = 50
_ENTRIES: Final = (
    "SELECT seq, type, actor, received_at, body FROM journal"
    " WHERE subject = ? AND seq < ? AND type LIKE 'device.%' ORDER BY seq DESC LIMIT ?"
)
_NEWEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Changed:
    """One option, the name or the identity, before and after; None where there was nothing."""

    what: str
    before: object
    after: object


@dataclass(frozen=True)
class Happening:
    """One decision. ``event`` is its fact without ``device.``; ``actor`` the id of who took it.

    ``command``, ``outcome`` and ``reason`` tell of what it was ordered to do.
    """

    seq: int
    at_ms: int
    event: str
    actor: str
    changes: tuple[Changed, ...] = ()
    command: str = ""
    outcome: str = ""
    reason: str = ""


def read(store: Store, device: str, before: int = 0) -> list[Happening]:
    """Up to 50 decisions below a journal number (0: the newest). What is archived is not here."""
    with store.read() as rows:
        found = rows.all(_ENTRIES, (device, before or _NEWEST, PAGE))
    return [_happening(row) for row in found]


def _happening(row: Row) -> Happening:
    event = str(row["type"]).removeprefix("device.")
    told = json.loads(row["body"])["data"] if row["body"] is not None else {}
    return Happening(
        row["seq"], row["received_at"], event, row["actor"], tuple(changes(event, told)),
        str(told.get("command", "")), str(told.get("outcome", "")), str(told.get("reason", "")),
    )  # fmt: skip


def changes(event: str, told: Mapping[str, Any]) -> Iterator[Changed]:
    """What an entry of this kind says became different."""
    if event in ("configured", "migrated"):
        before, after = told.get("before") or {}, told.get("config") or {}
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield Changed(name, before.get(name), after.get(name))
    elif event == "renamed":
        yield Changed("name", told.get("before"), told.get("name"))
    elif event == "replaced":
        yield Changed("identity", told.get("before"), told.get("identity"))
    elif event == "confirmed":
        yield Changed("name", None, told.get("name"))
