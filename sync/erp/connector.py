"""What a connector to one ERP is: it is handed entries and says what became of each.

A connector owns its line to the ERP and nothing else. It looks a thing up before it creates it,
because an answer that did not come says nothing about what was done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

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
    """The line to the ERP is of no use at the moment; nothing more can be pushed.

    ``is_unsure``: the last request may have reached the ERP, which may be at work on it still.
    ``retry_after_s``: how long the ERP asks to be left alone (its Retry-After), 0 where it says
    nothing.
    """

    def __init__(
        self, problem: Problem, *, is_unsure: bool = False, retry_after_s: int = 0
    ) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.is_unsure = is_unsure
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a batch, as a connector reads it.

    ``data`` is a fact's data or a whole record, ``links`` what the record and its elements are
    called at the ERP so far ("" is the record itself). ``op`` merge: the record is one with the
    record ``into`` from now on. ``aliases`` are the ids of records that became this one. A fact
    has no ``version``; ``origin`` is the device it came from. ``before`` is the whole record as
    the ERP had it from us last, None where it never had it or nobody knows.
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
    into: str = ""
    aliases: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    origin: str = ""
    before: Mapping[str, object] | None = field(default=None, repr=False)


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

    def tidy(self) -> None:
        """Put right what the ERP did after nobody waited for it any more; once a round, at its end.

        Trouble as for ``push``.
        """


@runtime_checkable
class WholeBatches(Protocol):
    """A connector that takes a batch whole or not at all, and always the whole of it again."""

    def push_whole(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """The receipts that are known by now; they are recorded together.

        Those of entries that were answered before may be among them. Trouble as for ``push``.
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
    into: str = ""
    aliases: list[dict[str, str]] = []
    version: int = 0
    origin: str = ""


class _SentBatch(msgspec.Struct):
    entries: list[_SentEntry]


def read(body: bytes, links: Mapping[str, Mapping[str, str]]) -> list[Entry]:
    """The entries of a batch's stored bytes, each with the links of its record."""
    sent = msgspec.json.decode(body, type=_SentBatch)
    return [
        Entry(
            **msgspec.structs.asdict(entry)
            | {
                "aliases": tuple(alias["id"] for alias in entry.aliases),
                "links": links.get(entry.subject, {}),
            }
        )
        for entry in sent.entries
    ]
