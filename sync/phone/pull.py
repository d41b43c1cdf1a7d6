"""Pull: what a phone does not have yet, page by page, and at the end a mark that this is all.

Every record stands in the feed once, where its newest journal entry is. A first copy is the same
feed from its beginning, so it resumes at any page, and what changes meanwhile comes again at its
end; nothing is kept on the gateway for a copy that is never finished.

Records and where they have been are never archived, so no place in this feed is too old: a phone
that was away for a year goes on where it was, though the journal's own low-water mark has passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from config.schema import SyncSettings
from gateway.kernel.actor import Actor
from gateway.records import feed
from gateway.records.engine import Engine
from gateway.records.records import Records
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.rows import Rows
from sync.phone import place
from sync.phone.carried import carried
from sync.phone.place import Place
from sync.phone.sums import Checksums

# A page ends early when it has grown to this, whatever its limit says: phones are on weak lines.
PAGE_BYTES_MAX = 1_048_576


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the feed. ``tombstones`` are erased records, ``checksum`` is None where none was
    taken.
    """

    upserts: list[msgspec.Raw]
    tombstones: list[dict[str, str]]
    removed: list[dict[str, str]]
    cursor: str
    more: bool
    checksum: dict[str, dict[str, object]] | None


class Pull:
    """Reads the feed of a store through the eyes of whoever asks."""

    def __init__(self, store: Store, records: Records, settings: SyncSettings) -> None:
        self._store = store
        self._records = records
        self._limit_max = settings.pull_records_max
        self._sums = Checksums(store.clock)

    def page(self, actor: Actor, cursor: str, limit: int) -> Page:
        """The page after ``cursor``, the first one when it is empty.

        Problem cursor_malformed, or resync_required when the phone has to begin anew.
        """
        engine = self._records.engine
        rules = feed.readable(engine, actor)
        scope = place.scope_of(engine, rules, actor)
        epoch = self._store.epoch
        before = place.decode(cursor, epoch, scope)
        with self._store.read() as rows:
            head = _head(rows)
            start = before or Place(0, head)
            heads = feed.changed(rows, engine, actor, start.seq, min(limit, self._limit_max) + 1)
            shown = self._shown(rows, actor, heads[: min(limit, self._limit_max)])
            more = len(shown) < len(heads)
            end = heads[len(shown) - 1].seq if more else max(head, start.seq)
            removed = _removed(rows, engine, actor, start, end)
            # A phone that begins anew still has the story of what it sent: it hears of them all.
            since = start.seq if start.pin is None else 0
            told = start.pin is None or not more
            gone = feed.erased(rows, engine, actor, since, end) if told else []
            checksum = None
            if not more:
                wanted = start.pin is not None
                newest = _newest_record(rows, list(rules))
                checksum = self._sums.get(rows, engine, actor, scope, newest, wanted=wanted)
        after = Place(end, start.pin if more else None)
        return Page(
            shown, _listed(gone), removed, place.encode(epoch, scope, after), more, checksum
        )

    def _shown(self, rows: Rows, actor: Actor, heads: Sequence[Head]) -> list[msgspec.Raw]:
        """As many records as a page holds, at least one if there is any."""
        shown: list[msgspec.Raw] = []
        size = 0
        for seen in carried(self._records, rows, actor, heads):
            record = msgspec.json.encode(seen)
            size += len(record)
            if shown and size > PAGE_BYTES_MAX:
                break
            shown.append(msgspec.Raw(record))
        return shown


def _removed(
    rows: Rows, engine: Engine, actor: Actor, start: Place, end: int
) -> list[dict[str, str]]:
    # A first copy holds nothing that left before it began.
    after = start.seq if start.pin is None else max(start.seq, start.pin)
    return _listed(feed.departed(rows, engine, actor, after, end))


def _listed(found: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"kind": kind, "id": record} for kind, record in found]


def _head(rows: Rows) -> int:
    """The newest journal entry of this very snapshot."""
    return int(rows.value("SELECT coalesce(max(seq), 0) FROM journal"))


def _newest_record(rows: Rows, kinds: Sequence[str]) -> int:
    sql = "SELECT coalesce(max(seq), 0) FROM records WHERE kind = ?"
    return max((int(rows.value(sql, (kind,))) for kind in kinds), default=0)
