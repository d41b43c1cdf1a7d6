"""Who may see a file: whoever sees what it belongs to, and whoever brought it."""

from collections.abc import Mapping

from gateway.access.policy import find
from gateway.attachments.book import Link
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import queries
from gateway.records.model.kind import Kind
from gateway.records.rows import heads
from gateway.store.rows import Rows


class Sight:
    """Looks at links through the eyes of an actor; ``kinds`` are the declarations in force."""

    def __init__(self, rows: Rows, kinds: Mapping[str, Kind], actor: Actor) -> None:
        self._rows = rows
        self._kinds = kinds
        self._actor = actor

    def sees(self, link: Link) -> bool:
        """Whether the actor sees the customer, or the visit and its customer. Of what has not come
        yet, whoever brought it does.
        """
        customer = self.customer_of(link.kind, link.subject)
        if not customer:
            return link.actor == self._actor.id
        return self._sees_kind(link.kind) and self._sees_customer(customer)

    def allows(self, kind: str, subject: str) -> bool:
        """Whether the actor may bring a file for this. What has not come yet is open to all: it
        may be on its way from the same phone.
        """
        customer = self.customer_of(kind, subject)
        return not customer or self._sees_customer(customer)

    def customer_of(self, kind: str, subject: str) -> str:
        """The customer that something is about; empty for what has not come."""
        if kind == "visit":
            sql = "SELECT customer FROM visits WHERE id = ?"
            found = self._rows.value(sql, (ids.to_bytes(subject),))
            subject = ids.to_text(found) if found else ""
        head = heads.find(self._rows, subject) if subject else None
        return head.id if head is not None and head.kind == "customer" else ""

    def _sees_kind(self, kind: str) -> bool:
        return find(self._actor.role, kind, "list") is not None

    def _sees_customer(self, customer: str) -> bool:
        try:
            queries.get(self._rows, self._kinds["customer"], self._actor, customer)
        except Problem:
            return False
        return True
