"""What came in from the ERPs, and which of their rows wait for a person."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g
from msgspec import Struct

from gateway.access import policy
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.web.door import guard
from gateway.web.door.guard import allows
from sync.erp.bringing.book import Refused
from sync.erp.bringing.result import Counts, Result
from sync.erp.bringing.rounds import Bring

OPEN = "O"  # the class of names


class Figures(Struct):
    """Rows of one kind in a round; ``conflicts`` are among the changed ones."""

    read: int
    new: int
    changed: int
    same: int
    refused: int
    left: int
    gone: int
    conflicts: int


class Round(Struct):
    """The last round, or the one under way: ``ended_at`` is null then."""

    began_at: str
    ended_at: str | None
    kinds: dict[str, Figures]
    problem: dict[str, Any] | None


class RefusedRow(Struct):
    """A row that could not be taken: its id there, why, and what it is called there, for who may
    read such records.
    """

    kind: str
    ref: str
    title: str
    record: str
    problem: dict[str, Any]
    since: str


class Connector(Struct):
    """One ERP that is read."""

    name: str
    round: Round | None
    refused: list[RefusedRow]


class AllIncoming(Struct):
    """Every ERP that is read."""

    connectors: list[Connector]


def blueprint(brings: Mapping[str, Bring]) -> Blueprint:
    """The route /api/v1/erp/incoming."""
    api = Blueprint("erp_incoming", __name__, url_prefix="/api/v1")

    @api.get("/erp/incoming")
    @allows(
        "sync",
        "list",
        answers={200: AllIncoming},
        summary="What came in from the ERP, and its rows that could not be taken",
    )
    def all_incoming() -> Any:
        reader = guard.actor()
        return AllIncoming(
            [
                Connector(name, _round(one.last), [_row(each, reader) for each in one.refused()])
                for name, one in brings.items()
            ]
        )

    return api


def _round(result: Result | None) -> Round | None:
    if result is None:
        return None
    return Round(
        to_iso(result.began_at),
        to_iso(result.ended_at) if result.ended_at is not None else None,
        {name: _figures(counts) for name, counts in result.kinds.items()},
        result.problem.brief(g.language) if result.problem else None,
    )


def _figures(counts: Counts) -> Figures:
    return Figures(**{name: getattr(counts, name) for name in Counts.__slots__})


def _row(one: Refused, reader: Actor) -> RefusedRow:
    problem = one.problem.brief(g.language)
    rule = policy.find(reader.role, one.kind, "read")
    title = one.title if rule and OPEN in rule.clear else ""
    return RefusedRow(one.kind, one.ref, title, one.record, problem, to_iso(one.since))
