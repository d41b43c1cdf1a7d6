"""Where each present value of a record came from: worked out from its versions.

A value that was taken away and came back has come anew; one that a person brought back from an
earlier version came from that person.
"""

from gateway.kernel.clock import to_iso
from gateway.records.model.fields import Data, Path
from gateway.records.model.patch import at, changed, dotted
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.records.view import Glass
from gateway.store.rows import Row, Rows


def of(rows: Rows, glass: Glass, head: Head) -> dict[str, dict[str, object]]:
    """{place: {"channel", "by", "at", "version"}} of every present value that the role knows of.

    ``channel`` is shop, rep, web, import, erp or system; empty where it was not kept yet.
    """
    sources: dict[Path, Row] = {}
    before: Data = {}
    found = rows.all(
        "SELECT version, data, actor_name, channel, at FROM record_versions WHERE record = ?"
        " ORDER BY version",
        (heads.key(head.id),),
    )
    for row in found:
        data = heads.load(row["data"])
        for path, _ in changed(glass.kind.fields, before, data):
            sources[path] = row
        before = data
    return {
        dotted(path): {
            "channel": row["channel"],
            "by": row["actor_name"],
            "at": to_iso(row["at"]),
            "version": row["version"],
        }
        for path, row in sources.items()
        if at(before, path) is not None and glass.shows(path)
    }
