"""Comparisons with an ERP: what came of them, looking again, offering again, and the report."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, g
from msgspec import Meta, Struct

from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.guard import allows
from sync.erp.shapes import Name
from sync.erp.tallying import report, words
from sync.erp.tallying.ledger import Kept
from sync.erp.tallying.sides import Fault, Finding
from sync.erp.tallying.tallying import Tallying

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
DAYS_MAX = 400


class TalliesAsked(Struct, forbid_unknown_fields=True):
    """Of which ERP, and of which days (both included)."""

    consumer: Name
    since: Day
    until: Day


class ReportAsked(TalliesAsked, forbid_unknown_fields=True):
    """The same as a file."""

    form: Literal["csv", "pdf"] = "csv"


class FindingsAsked(Struct, forbid_unknown_fields=True):
    """Which comparison; ``day`` is empty for a kind of record."""

    consumer: Name
    source: Annotated[str, Meta(max_length=120)]
    day: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class LookAgain(Struct, forbid_unknown_fields=True):
    """Compare the facts of a day now, or all records where no day is named."""

    consumer: Name
    day: Day | None = None


class OfferAgain(Struct, forbid_unknown_fields=True):
    """Entries to offer once more, by seq."""

    consumer: Name
    seqs: Annotated[list[Annotated[int, Meta(ge=1, le=2**62)]], Meta(min_length=1, max_length=500)]


class TallyShown(Struct):
    """One comparison; ``day`` is empty for a kind. ``sums`` are ours and theirs by their field."""

    source: str
    day: str
    agrees: bool
    ours: int
    theirs: int
    waiting: int
    differing: int
    sums: dict[str, tuple[str, str]]
    ours_sha256: str
    theirs_sha256: str
    looked_at: str


class Tallies(Struct):
    """Who can be compared with, the ERP's day it is now, and what came of comparisons."""

    consumers: list[str]
    today: str
    tallies: list[TallyShown]


class FindingShown(Struct):
    """A document that is not the same on both sides."""

    fault: Fault
    seq: int
    title: str
    id: str
    refs: list[str]
    fields: list[str]
    ours: dict[str, str]
    theirs: dict[str, str]


class Findings(Struct):
    """What differed, as far as it is kept."""

    findings: list[FindingShown]


def blueprint(tallying: Tallying, shop: Callable[[], str]) -> Blueprint:
    """Routes under /api/v1/sync/tallies; ``shop`` is the shop's name."""
    api = Blueprint("erp_tallies", __name__, url_prefix="/api/v1/sync/tallies")
    _reading(api, tallying, shop)
    _deeds(api, tallying)
    return api


def _reading(api: Blueprint, tallying: Tallying, shop: Callable[[], str]) -> None:
    @api.get("")
    @allows(
        "sync",
        "list",
        query=TalliesAsked,
        answers={200: Tallies},
        problems=("tally_days",),
        summary="What came of comparing what was pushed with what the ERP has",
    )
    def tallies() -> Any:
        return _tallies(tallying, guard.query(TalliesAsked))

    @api.get("/findings")
    @allows(
        "sync",
        "list",
        query=FindingsAsked,
        answers={200: Findings},
        summary="The documents that were not the same on both sides",
    )
    def findings() -> Any:
        asked = guard.query(FindingsAsked)
        found = tallying.findings(asked.consumer, asked.source, asked.day)
        return Findings([_finding(one) for one in found])

    @api.get("/report")
    @allows(
        "sync",
        "list",
        query=ReportAsked,
        answers={200: None},
        problems=("tally_days",),
        summary="Comparisons of some days as a file to keep (CSV or PDF)",
    )
    def file() -> Any:
        asked = guard.query(ReportAsked)
        _check_days(asked)
        found = tallying.listed(asked.consumer, asked.since, asked.until)
        differing = {
            (one.source, one.day): tallying.findings(asked.consumer, one.source, one.day)
            for one in found
            if not one.agrees
        }
        name = f"{asked.consumer}-{asked.since}-{asked.until}.{asked.form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if asked.form == "csv":
            return Response(report.table(found, differing), mimetype="text/csv", headers=headers)
        # Read with the first report that is asked for: few are, and it takes half a second.
        from sync.erp.tallying import paper

        head = paper.Head(shop(), asked.consumer, asked.since, asked.until, to_iso(tallying.now_ms))
        told = paper.document(head, found, differing, words.told(g.language), g.language)
        return Response(told, mimetype="application/pdf", headers=headers)


def _deeds(api: Blueprint, tallying: Tallying) -> None:
    @api.post("")
    @allows(
        "sync",
        "run",
        body=LookAgain,
        answers={200: Tallies},
        problems=(
            "consumer_not_compared",
            "tally_days",
            "tally_day_archived",
            "tally_paced",
            "erp_closed",
            "erp_unreachable",
        ),
        summary="Compare a day, or all records, now",
    )
    def look() -> Any:
        asked = guard.body(LookAgain)
        if asked.day is None:
            tallying.kinds(asked.consumer)
            day = str(tallying.day_of(asked.consumer))
        else:
            day = asked.day
            tallying.day(asked.consumer, _day(day))
        return _tallies(tallying, TalliesAsked(asked.consumer, day, day))

    @api.post("/again")
    @allows(
        "sync",
        "run",
        body=OfferAgain,
        answers={204: None},
        problems=("consumer_not_compared", "entry_unknown"),
        summary="Offer entries to the ERP once more that it does not have as we say",
    )
    def again() -> Any:
        asked = guard.body(OfferAgain)
        tallying.again(asked.consumer, asked.seqs)
        return "", 204


def _tallies(tallying: Tallying, asked: TalliesAsked) -> Tallies:
    _check_days(asked)
    found = tallying.listed(asked.consumer, asked.since, asked.until)
    today = tallying.day_of(asked.consumer) if asked.consumer in tallying.names else None
    return Tallies(list(tallying.names), str(today or ""), [_shown(one) for one in found])


def _check_days(asked: TalliesAsked) -> None:
    days = (_day(asked.until) - _day(asked.since)).days
    if not 0 <= days <= DAYS_MAX:
        raise Problem("tally_days", pointer="/until", days=DAYS_MAX)


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise Problem("tally_days", pointer="/day", days=DAYS_MAX) from error


def _shown(one: Kept) -> TallyShown:
    return TallyShown(
        one.source, one.day, one.agrees, one.ours, one.theirs, one.waiting, one.differing,
        dict(one.sums), one.ours_hash, one.theirs_hash, to_iso(one.looked_at),
    )  # fmt: skip


def _finding(one: Finding) -> FindingShown:
    return FindingShown(
        one.fault, one.seq, one.title, one.id, list(one.refs), list(one.fields), dict(one.ours),
        dict(one.theirs),
    )  # fmt: skip
