"""A record as a phone keeps it: what its person sees of it, and how that is typed otherwise."""

from collections.abc import Iterator, Sequence

from gateway.kernel.actor import Actor
from gateway.records.finding import heard
from gateway.records.records import Json, Records
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows


def carried(
    records: Records, rows: Rows, actor: Actor, heads: Sequence[Head], action: str = "list"
) -> Iterator[Json]:
    """Records one by one, within a read that the caller has opened.

    As the records' own answers show them; with Chinese in it, ``spellings`` is there as well.
    """
    engine = records.engine
    for seen in records.shown(rows, actor, heads, action):
        kind = engine.kind(seen["kind"])
        spellings = heard.spellings(kind, seen["data"])
        yield {**seen, "spellings": spellings} if spellings else seen
