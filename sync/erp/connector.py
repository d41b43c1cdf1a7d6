"""What a connector to one ERP is: it is handed entries and says what became of each.

A connector owns its line to the ERP and nothing else. It looks a thing up before it creates it,
because an answer that did not come says nothing about what was done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

import msgspec

from gateway.kernel.problems import Problem
from sync.erp.receipt import Receipt, Status


class Outcome(StrEnum):
    """The four ways a call to an ERP ends."""

    DONE = "done"
    RETRY = "retry"  # nobody is to blame: it goes on by itself
    CONFLICT = "conflict"  # somebody else was at the same thing: look again, then go on
    NEEDS_PERSON = "needs_person"  # the ERP understood and refused


STATUS: Mapping[Outcome, Status] = {
    Outcome.DONE: "accepted",
    Outcome.RETRY: "deferred",
    Outcome.CONFLICT: "deferred",
    Outcome.NEEDS_PERSON: "rejected",
}


class Refusal(Exception):
    """The ERP, or what we know of it, stands against one entry; the others go on."""

    def __init__(self, outcome: Outcome, problem: Problem) -> None:
        super().__init__(str(problem))
        self.outcome = outcome
        self.problem = problem

    def receipt(self, seq: int) -> Receipt:
        """What is recorded for the entry."""
        return Receipt(seq, STATUS[self.outcome], self.problem)


class Trouble(Exception):
    """The line to the ERP is of no use at the moment; nothing more can be pushed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a batch, as a connector reads it.

    ``data`` is a fact's data or a whole record, ``links`` what the record and its elements are
    called at the ERP so far ("" is the record itself).
    """

    seq: int
    id: str
    type: str
    time: str
    op: str
    data: Mapping[str, object] = field(repr=False)
    kind: str = ""
    subject: str = ""
    number: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


class Connector(Protocol):
    """One ERP. ``takes`` names the kinds and fact types it has a use for."""

    name: str
    takes: tuple[str, ...]

    def probe(self) -> str:
        """What answers there (product and version), for the console; Trouble when nothing does."""

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per entry, as each is known, in any order.

        Trouble ends it early: what has no receipt yet is pushed again later.
        """


class _SentEntry(msgspec.Struct):
    seq: int
    id: str
    type: str
    time: str
    op: str
    data: dict[str, object] = msgspec.field(default_factory=dict)
    kind: str = ""
    subject: str = ""
    number: str = ""


class _SentBatch(msgspec.Struct):
    entries: list[_SentEntry]


def read(body: bytes, links: Mapping[str, Mapping[str, str]]) -> list[Entry]:
    """The entries of a batch's stored bytes, each with the links of its record."""
    sent = msgspec.json.decode(body, type=_SentBatch)
    entries = [Entry(**msgspec.structs.asdict(entry)) for entry in sent.entries]
    return [replace(entry, links=links.get(entry.subject, {})) for entry in entries]
