"""The head of the live screen: how much came in during each hour of the last day."""

from typing import Any

from flask import Blueprint
from msgspec import Struct

from gateway.facts import tally
from gateway.kernel.clock import to_iso
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts


class OverviewHour(Struct):
    """One hour from ``at`` on: scans, sales, and everything else that happened."""

    at: str
    scans: int
    sales: int
    others: int


class Overview(Struct):
    """The last 24 hours, oldest first, the one under way last.

    ``complete`` is false while older entries are still being counted: ask again.
    """

    hours: list[OverviewHour]
    complete: bool


def blueprint(parts: Parts) -> Blueprint:
    """The route /api/v1/overview."""
    api = Blueprint("overview", __name__, url_prefix="/api/v1")
    counts = tally.Tally(parts.store)

    @api.get("/overview")
    @allows(
        "live",
        "list",
        answers={200: Overview},
        summary="How much came in during each hour of the last day",
    )
    def overview() -> Any:
        day = counts.day()
        return Overview([_hour(one) for one in day.hours], day.complete)

    return api


def _hour(one: tally.Hour) -> OverviewHour:
    scans, sales = one.counts.get("scan", 0), one.counts.get("sale", 0)
    others = sum(one.counts.values()) - scans - sales
    return OverviewHour(to_iso(one.at), scans, sales, others)
