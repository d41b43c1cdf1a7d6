"""How long personal data is kept, over HTTP: the last dry run and what was done after it."""

from typing import Any

from flask import Blueprint
from msgspec import Struct

from gateway.retention.retention import Retention, Told
from gateway.web.door import guard
from gateway.web.door.guard import allows


class RetentionView(Struct):
    """The last run; ``terms`` has every sort with its term in months, 0 for what is kept.

    ``carries_out`` is whether the settings approve of more than telling. ``told_at`` is empty
    before the first run, ``done_at`` where nothing was done.
    """

    carries_out: bool
    terms: dict[str, int]
    told_at: str
    done_at: str
    sorts: list[Told]


def blueprint(retention: Retention) -> Blueprint:
    """The route /api/v1/retention."""
    api = Blueprint("retention", __name__, url_prefix="/api/v1/retention")

    @api.get("")
    @allows(
        "retention",
        "list",
        answers={200: RetentionView},
        summary="What personal data is over its time, what holds it back, and what went",
    )
    def told() -> Any:
        last = retention.last(guard.actor())
        return RetentionView(
            retention.carries_out,
            dict(retention.terms()),
            last.told_at,
            last.done_at,
            last.sorts,
        )

    return api
