"""What would be sent to an ERP for a real entry, as far as the reader may see it."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway.facts import visit
from gateway.facts.types import VISIT
from gateway.kernel import clock, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import view
from gateway.records.model.kind import Kind
from gateway.records.rows import heads
from gateway.store.database import Store
from gateway.store.rows import Rows
from sync.erp.connector import Entry
from sync.erp.mapping.model import ErpMapping
from sync.erp.mapping.preview import Preview, preview
from sync.erp.mapping.rendering import context

PERSONAL = "P"


class Previews:
    """Previews for the connectors that push by a mapping."""

    def __init__(
        self,
        store: Store,
        kinds: Mapping[str, Kind],
        mappings: Mapping[str, ErpMapping],
        currency: Callable[[], str],
        time_zone: str = "UTC",
    ) -> None:
        self._store = store
        self._kinds = kinds
        self._mappings = mappings
        self._currency = currency
        self._time_zone = time_zone

    @property
    def consumers(self) -> list[str]:
        """The connectors that have a mapping, by name."""
        return sorted(self._mappings)

    def of_entry(self, consumer: str, seq: int, reader: Actor, clear: frozenset[str]) -> Preview:
        """The preview of a journal entry: a fact, or the record it is about as it is now.

        ``clear`` are the classes of fields that the reader sees in the journal. Problem
        mapping_missing, mapping_no_place, entry_unknown, record_missing or not_allowed.
        """
        with self._store.read() as rows:
            row = rows.one(
                "SELECT id, type, kind, subject, occurred_at, body FROM journal WHERE seq = ?",
                (seq,),
            )
            if row is None or row["body"] is None:
                raise Problem("entry_unknown", seq=seq)
            if row["kind"]:
                entry, hidden = self._record(rows, row["subject"], reader)
            else:
                entry, hidden = _fact(seq, row, clear), frozenset[str]()
        return self._preview(consumer, entry, hidden)

    def of_record(self, consumer: str, record: str, reader: Actor) -> Preview:
        """The preview of a record as it is; Problems as of ``of_entry``."""
        with self._store.read() as rows:
            entry, hidden = self._record(rows, record, reader)
        return self._preview(consumer, entry, hidden)

    def _record(self, rows: Rows, record: str, reader: Actor) -> tuple[Entry, frozenset[str]]:
        head = heads.find(rows, record)
        if head is None or head.kind not in self._kinds:
            raise Problem("record_missing")
        kind = self._kinds[head.kind]
        seen = view.record(self._store.keyring, kind, reader, head)
        data: dict[str, Any] = dict(seen["data"])  # type: ignore[call-overload]
        masked: Any = seen["masked"]
        # What stands there for a hidden value would be read as one.
        hidden = frozenset(str(place).split(".")[0] for place in masked)
        hidden |= frozenset(field.name for field in kind.fields if head.data.get(field.name)) - set(
            data
        )
        entry = Entry(
            seq=0,
            id=head.id,
            type="record.edited",
            time=clock.to_iso(head.updated_at),
            op="upsert",
            data={name: value for name, value in data.items() if name not in hidden},
            kind=head.kind,
            subject=head.id,
            number=head.number,
        )
        return entry, hidden

    def _preview(self, consumer: str, entry: Entry, hidden: frozenset[str]) -> Preview:
        mapping = self._mappings.get(consumer)
        if mapping is None:
            raise Problem("mapping_missing", consumer=consumer)
        source = entry.kind or entry.type
        tables = [table for table in mapping.of(source) if table.goes_out]
        if not tables:
            raise Problem("mapping_no_place", consumer=consumer, source=source)
        found = context(mapping, tables[0], entry, self._currency(), self._time_zone)
        return preview(tables, entry, found, hidden)


def _fact(seq: int, row: Mapping[str, Any], clear: frozenset[str]) -> Entry:
    event: dict[str, Any] = msgspec.json.decode(row["body"])
    if row["type"] == VISIT and PERSONAL not in clear:
        event = visit.event_seen(event, clear)
    identity, time = ids.to_text(row["id"]), clock.to_iso(row["occurred_at"])
    return Entry(seq, identity, row["type"], time, "append", event.get("data", {}))
