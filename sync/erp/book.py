"""What this wing needs of the records engine: a record as the ERP sees it, and its stages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import msgspec

from gateway.access import policy
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records import queries, stages, view
from gateway.records.model.kind import Kind
from gateway.records.rows import aliases, erasures, heads, scopes
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.erp import names, quoting
from sync.erp.batch import Item, Snapshot

CUSTOMER = "customer"
ERP = Actor(id="erp", name="ERP", role="erp")


class _Fact(msgspec.Struct):
    data: dict[str, Any] = {}


_fact = msgspec.json.Decoder(_Fact)


class Book(Protocol):
    """The records, seen from the ERP."""

    def knows(self, kind: str) -> bool:
        """Whether there are records of this kind."""

    def snapshot(self, rows: Rows, kind: str, subject: str, seq: int) -> Snapshot | None:
        """The record as it was after journal entry ``seq``; None where the ERP sees none."""

    def mark(self, tx: Tx, item: Item, stage: str, problem: Problem | None = None) -> None:
        """Show a stage (taken, accepted, rejected) on the record, unless it has moved on since."""

    def hushed(self, rows: Rows, item: Item, problem: Problem) -> Problem:
        """What an ERP said of an entry, without values that are for some alone: those of its
        record, or of the customer that a fact names.
        """

    def title(self, rows: Rows, reader: Actor, kind: str, subject: str) -> tuple[str, str]:
        """(number, name) of a record as a person may see it, empty where that is nothing."""


class RecordBook:
    """The book over the records engine."""

    def __init__(self, keyring: Keyring, kinds: Mapping[str, Kind]) -> None:
        self._keyring = keyring
        self._kinds = kinds

    def knows(self, kind: str) -> bool:
        """Whether there are records of this kind."""
        return kind in self._kinds

    def snapshot(self, rows: Rows, kind: str, subject: str, seq: int) -> Snapshot | None:
        """The record as it was after journal entry ``seq``; None where the ERP sees none."""
        if (erasure := erasures.find(rows, subject)) is not None:
            return Snapshot(erasure.version, "", None)
        found = queries.version_at(rows, subject, seq)
        head = heads.find(rows, subject)
        if found is None or head is None or kind not in self._kinds:
            return None
        version, data = found
        then = replace(head, version=version, data=data)
        if head.alias_of:
            above = aliases.standing(rows, head)
            return Snapshot(version, head.number, None, into=(above.id, above.number))
        seen = self._whole(kind, then)
        below = aliases.below(rows, [head.id]).get(head.id, [])
        also = tuple((alias.id, alias.number) for alias in below)
        return Snapshot(version, head.number, seen, aliases=also)

    def mark(self, tx: Tx, item: Item, stage: str, problem: Problem | None = None) -> None:
        """Show a stage on the record, unless it has moved on since."""
        if item.version is not None:
            stages.mark_stage(tx, item.subject, item.version, stage, problem)

    def hushed(self, rows: Rows, item: Item, problem: Problem) -> Problem:
        """What an ERP said of an entry, without values that are for some alone: those of its
        record, or of the customer that a fact names.
        """
        kind = item.kind or CUSTOMER
        data = self._told(rows, item) if item.kind else self._customer(rows, item)
        return quoting.hushed(problem, self._kinds[kind], data) if data else problem

    def _told(self, rows: Rows, item: Item) -> Mapping[str, object] | None:
        said = self.snapshot(rows, item.kind, item.subject, item.seq)
        return said.data if said else None

    def _customer(self, rows: Rows, item: Item) -> Mapping[str, object] | None:
        """The customer that a fact names, as it is now."""
        body = rows.value("SELECT body FROM journal WHERE seq = ?", (item.seq,))
        named = _fact.decode(body).data.get(CUSTOMER) if body and CUSTOMER in self._kinds else None
        head = names.behind(rows, CUSTOMER, named) if isinstance(named, str) else None
        return self._whole(CUSTOMER, head) if head else None

    def _whole(self, kind: str, head: Head) -> Mapping[str, object]:
        data = view.record(self._keyring, self._kinds[kind], ERP, head)["data"]
        assert isinstance(data, dict)
        return data

    def title(self, rows: Rows, reader: Actor, kind: str, subject: str) -> tuple[str, str]:
        """(number, name) of a record as a person may see it, empty where that is nothing."""
        head = heads.find(rows, subject)
        rule = policy.find(reader.role, kind, "read")
        if head is None or kind not in self._kinds or rule is None:
            return "", ""
        if not scopes.covers(rule, reader, head):
            return "", ""
        name = view.title(self._kinds[kind], rule, head)
        return head.number, "" if name == head.number else name
