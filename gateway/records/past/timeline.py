"""The past of a record, as people look at it: versions, what happened around them, differences."""

from collections.abc import Callable
from typing import Any

from gateway.access.policy import allowed
from gateway.kernel.actor import Actor
from gateway.records import queries
from gateway.records.engine import Engine
from gateway.records.past import events, history, provenance
from gateway.records.view import Glass
from gateway.store.database import Store

Json = dict[str, Any]


class Timeline:
    """Reads the past of the records of one store; nothing in it can be changed."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine

    def page(
        self, actor: Actor, kind_name: str, record: str, *, before: int = 0, limit: int = 50
    ) -> Json:
        """{"versions", "events", "next"}: versions older than ``before`` (0: the newest), newest
        first, what happened in the time they span, and the ``before`` of the next page or None.

        Problem kind_unknown, record_missing or not_allowed.
        """
        kind = self._engine().kind(kind_name)
        with self._store.read() as rows:
            head = queries.get(rows, kind, actor, record, "history")
            glass = history.glass_of(self._store.keyring, kind, actor, head)
            found = history.page(rows, glass, head, before=before, limit=limit)
            around = events.within(rows, glass, head, found.since, found.until)
        return {"versions": found.versions, "events": around, "next": found.next or None}

    def provenance(self, actor: Actor, kind_name: str, record: str) -> Json:
        """Where each present value came from, by place; see ``provenance.of``.

        Problem kind_unknown, record_missing or not_allowed.
        """
        kind = self._engine().kind(kind_name)
        with self._store.read() as rows:
            head = queries.get(rows, kind, actor, record, "history")
            glass = history.glass_of(self._store.keyring, kind, actor, head)
            return provenance.of(rows, glass, head)

    def rules(self, actor: Actor, kind_name: str) -> list[Json]:
        """Whose word stands in a kind, as far as the actor's role knows the fields; see
        ``provenance.rules``. Problem kind_unknown or not_allowed.
        """
        kind = self._engine().kind(kind_name)
        glass = Glass(self._store.keyring, kind, allowed(actor, kind.name, "history"), "")
        return provenance.rules(glass)

    def difference(self, actor: Actor, kind_name: str, record: str, old: int, new: int = 0) -> Json:
        """What lies between two versions; ``new`` 0 is the present one.

        Problem kind_unknown, record_missing, version_missing or not_allowed.
        """
        kind = self._engine().kind(kind_name)
        with self._store.read() as rows:
            head = queries.get(rows, kind, actor, record, "history")
            glass = history.glass_of(self._store.keyring, kind, actor, head)
            return history.difference(rows, glass, head, old, new or head.version)
