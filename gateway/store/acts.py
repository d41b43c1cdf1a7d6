"""What was done to the shop, newest first: access, records, devices and papers, without what
devices say of themselves.
"""

from typing import Any, Final

from gateway.store.journal import SCAN_MAX
from gateway.store.rows import Rows

FAMILIES: Final = ("access", "record", "device", "print")
# What a device says of itself is nobody's act, nor is how far a record has come at the ERP.
_SAID: Final = ("device.online", "device.offline", "device.overflow", "record.stage")


def page(
    rows: Rows, before: int, limit: int, *, family: str = "", actor: str = ""
) -> tuple[list[tuple[Any, ...]], int]:
    """Acts before a place, the newest first, and where to go on; 0 at the beginning.

    Rows of (seq, type, kind, subject, device, received_at, body, actor). A page looks at so many
    entries at most, and may be empty although there is more. ``before`` 0 begins at the end.
    """
    end = before or int(rows.value("SELECT coalesce(max(seq), 0) FROM journal")) + 1
    begin = max(0, end - SCAN_MAX)
    wanted = [family] if family else list(FAMILIES)
    marks = " OR ".join(["type GLOB ?"] * len(wanted))
    found = rows.tuples(
        "SELECT seq, type, kind, subject, device, received_at, body, actor FROM journal"  # noqa: S608
        f" WHERE seq < ? AND seq >= ? AND ({marks}) AND type NOT IN (?, ?, ?, ?)"
        " AND (? = '' OR actor = ?) ORDER BY seq DESC LIMIT ?",
        (end, begin, *(f"{name}.*" for name in wanted), *_SAID, actor, actor, limit + 1),
    )
    if len(found) > limit:
        return found[:limit], found[limit - 1][0]
    return found, begin if begin > 1 else 0
