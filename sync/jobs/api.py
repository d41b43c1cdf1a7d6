"""The schedule for the console: jobs as they stand, what came of their turns, what people set."""

from typing import Any

from flask import Blueprint, g

from gateway.web.door import guard
from gateway.web.door.guard import allows
from sync.jobs import shapes
from sync.jobs.schedule import Schedule
from sync.jobs.shapes import AllJobs, Begun, JobEdit, JobShown, TurnsAsked, TurnsShown
from sync.jobs.trigger import Trigger


def blueprint(schedule: Schedule, time_zone: str) -> Blueprint:
    """Routes under /api/v1/schedule."""
    api = Blueprint("schedule", __name__, url_prefix="/api/v1/schedule")

    @api.get("")
    @allows(
        "schedule",
        "list",
        answers={200: AllJobs},
        summary="What the gateway does by the clock, and what came of it last",
    )
    def jobs() -> Any:
        return AllJobs([shapes.job(one, g.language) for one in schedule.listed()], time_zone)

    @api.get("/<job>/turns")
    @allows(
        "schedule",
        "list",
        query=TurnsAsked,
        answers={200: TurnsShown},
        problems=("job_unknown",),
        summary="What came of a job's turns, the newest first",
    )
    def turns(job: str) -> Any:
        asked = guard.query(TurnsAsked)
        found = schedule.turns(job, asked.before, asked.limit + 1)
        shown = [shapes.turn(one, g.language) for one in found[: asked.limit]]
        return TurnsShown(shown, len(found) > asked.limit)

    @api.post("/<job>/turns")
    @allows(
        "schedule",
        "run",
        answers={202: Begun},
        problems=("job_unknown",),
        summary="Let a job have a turn now, also while it rests",
    )
    def run(job: str) -> Any:
        schedule.now(job, guard.actor().name)
        return Begun(job), 202

    @api.put("/<job>")
    @allows(
        "schedule",
        "update",
        body=JobEdit,
        answers={200: JobShown},
        problems=("job_unknown", "schedule_cron", "schedule_trigger"),
        summary="Set when a job has its turns, and whether it rests",
    )
    def edit(job: str) -> Any:
        asked = guard.body(JobEdit)
        sent = asked.trigger
        trigger = Trigger(sent.every_s, sent.cron.strip(), sent.jitter_s) if sent else None
        by = guard.actor().name
        return shapes.job(schedule.edit(job, trigger, paused=asked.paused, by=by), g.language)

    return api
