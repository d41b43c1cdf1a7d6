"""Alerts for the console: what stands, how each way out went of late, and a test."""

from typing import Any

from flask import Blueprint, g
from msgspec import Struct

from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.door.guard import allows
from sync.alerts.alerts import Alerts


class AlarmShown(Struct):
    """An alarm that stands. ``told`` is false during its quiet time, ``over`` while its end is
    waited for.
    """

    key: str
    since: str
    told: bool
    over: bool
    problem: dict[str, Any]


class WayShown(Struct):
    """A way to tell people (mail, webhook): how many notices wait, and what keeps them."""

    name: str
    waiting: int
    sent_at: str | None
    problem: dict[str, Any] | None


class AllAlerts(Struct):
    """Every alarm, the oldest first, and every way; without a way nobody is told."""

    alarms: list[AlarmShown]
    ways: list[WayShown]


class Tried(Struct):
    """What became of a test by one way."""

    name: str
    problem: dict[str, Any] | None


class TestDone(Struct):
    """What became of a test by every way."""

    ways: list[Tried]


def blueprint(alerts: Alerts) -> Blueprint:
    """Routes under /api/v1/alerts."""
    api = Blueprint("alerts", __name__, url_prefix="/api/v1/alerts")

    @api.get("")
    @allows(
        "alert",
        "list",
        answers={200: AllAlerts},
        summary="The alarms that stand, and whether somebody could be told",
    )
    def listed() -> Any:
        return AllAlerts(
            [
                AlarmShown(
                    key,
                    to_iso(one.since),
                    one.told_at is not None,
                    one.gone_at is not None,
                    Problem.from_record(one.problem).document(g.language),
                )
                for key, one in alerts.standing()
            ],
            [_way(alerts, name, g.language) for name in alerts.names],
        )

    @api.post("/test")
    @allows(
        "alert",
        "run",
        answers={200: TestDone},
        problems=("alerts_nowhere",),
        summary="Send a test by every way now",
    )
    def test() -> Any:
        return TestDone(
            [Tried(name, _document(problem, g.language)) for name, problem in alerts.test()]
        )

    return api


def _way(alerts: Alerts, name: str, language: str) -> WayShown:
    way = alerts.way(name)
    problem = Problem.from_record(way.problem) if way.problem else None
    sent_at = to_iso(way.sent_at) if way.sent_at is not None else None
    return WayShown(name, len(way.waiting), sent_at, _document(problem, language))


def _document(problem: Problem | None, language: str) -> dict[str, Any] | None:
    return problem.document(language) if problem else None
