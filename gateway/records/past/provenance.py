"""Where each present value of a record came from: worked out from its versions.

A value that was taken away and came back has come anew; one that a person brought back from an
earlier version came from that person. One that a merge took from the other record came from
whoever gave it there.
"""

from dataclasses import dataclass, replace

from gateway.kernel.clock import to_iso
from gateway.records.edits import inherited
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind, inside
from gateway.records.model.patch import at, changed, dotted
from gateway.records.model.survivorship import OTHERS
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.records.view import Glass
from gateway.store.rows import Rows


def of(rows: Rows, glass: Glass, head: Head) -> dict[str, dict[str, object]]:
    """{place: {"channel", "by", "at", "version"}} of every present value that the role knows of.

    ``channel`` is shop, rep, web, import, erp or system; empty where it was not kept yet.
    ``version`` is the one of this record that brought the value.
    """
    return {
        dotted(path): {
            "channel": source.channel,
            "by": source.by,
            "at": to_iso(source.at),
            "version": source.version,
        }
        for path, source in _sources(rows, glass.kind, head).items()
        if at(head.data, path) is not None and glass.shows(path)
    }


def rules(glass: Glass) -> list[dict[str, object]]:
    """[{"field", "channels", "newest", "lower", "by_site"}] of a kind, the one for all others last,
    without fields that do not exist for the role. A rule that a site turned off has no channels.
    """
    return [
        {
            "field": name,
            "channels": [list(rank) for rank in rule.ranks],
            "newest": rule.newest,
            "lower": rule.lower,
            "by_site": bool(origin),
        }
        for name, rule, origin in glass.kind.survivorship.named()
        if name == OTHERS or glass.shows(inside(name))
    ]


@dataclass(frozen=True, slots=True)
class _Source:
    version: int
    channel: str
    by: str
    at: int


def _sources(rows: Rows, kind: Kind, head: Head) -> dict[Path, _Source]:
    sources: dict[Path, _Source] = {}
    merges = inherited.merges(rows, head.id)
    others: dict[str, dict[Path, _Source]] = {}
    before: Data = {}
    for version, text, by, channel, when in rows.tuples(
        "SELECT version, data, actor_name, channel, at FROM record_versions WHERE record = ?"
        " ORDER BY version",
        (heads.key(head.id),),
    ):
        data = heads.load(text)
        own = _Source(int(version), str(channel), str(by), int(when))
        for path, _ in changed(kind.fields, before, data):
            brought = inherited.source(rows, merges.get(own.version), path, at(data, path))
            sources[path] = own
            if brought is not None:
                other, there = brought
                if other.id not in others:
                    others[other.id] = _sources(rows, kind, other)
                sources[path] = replace(others[other.id].get(there, own), version=own.version)
        before = data
    return sources
