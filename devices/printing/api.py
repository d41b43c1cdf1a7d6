"""Printing over HTTP: what is asked for, what waits, and what a person decides."""

from typing import Annotated, Any, Literal

from flask import Blueprint, g
from msgspec import Meta, Struct

from devices.driver import State
from devices.escpos.profile import Profile
from devices.escpos.writing import show
from devices.printing.asking import Asking, Identity
from devices.printing.feeder import WARNINGS
from devices.printing.jobs import Job
from devices.printing.spool import Spool
from devices.views import DeviceView
from devices.wing import Devices
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.routes.place import Limit

NEWEST = 2**62
ASKING_BYTES_MAX = 1_048_576
SHOWN = Profile(columns=42, code_page="gb18030")


class JobsQuery(Struct, forbid_unknown_fields=True):
    """``printer`` narrows to one; ``before`` is the number of the last job that was shown."""

    printer: Annotated[str, Meta(max_length=36)] = ""
    before: Annotated[int, Meta(ge=0)] = 0
    limit: Limit = 50


class Decision(Struct, forbid_unknown_fields=True):
    """``cancel`` takes back what waits, and lets be what is uncertain; ``confirm`` says that what
    is uncertain is on paper; ``reprint`` prints it again as a copy, under the ``id`` given.
    """

    action: Literal["cancel", "confirm", "reprint"]
    id: Identity | None = None


class JobShown(Struct):
    """A print job. ``reason`` is a sentence: what it waits for, or why it ended as it did.

    ``confirmed``: the printer, or a person, said that it is on paper; a job that is done without
    was taken by a printer that never answers. ``lost`` counts characters that the printer does not
    have. ``number`` is its place in the order of all jobs.
    """

    id: str
    number: int
    printer: str
    printer_name: str
    template: str
    title: str
    state: Literal["queued", "printing", "done", "failed", "uncertain", "cancelled"]
    reason: str | None
    reason_code: str | None
    confirmed: bool
    lost: int
    original: str | None
    created_at: str
    updated_at: str
    expires_at: str | None


class JobWhole(JobShown):
    """A print job with the lines that can be read on its paper."""

    lines: list[str]


class JobList(Struct):
    """The newest first; ``next`` is the ``before`` of the next page."""

    jobs: list[JobShown]
    next: int | None


def blueprint(spool: Spool, devices: Devices) -> Blueprint:
    """Routes under /api/v1/print-jobs."""
    api = Blueprint("printing", __name__, url_prefix="/api/v1")
    _add_asking(api, spool, devices)
    _add_looking(api, spool, devices)
    _add_deciding(api, spool, devices)
    return api


def _add_asking(api: Blueprint, spool: Spool, devices: Devices) -> None:
    @api.post("/print-jobs")
    @allows(
        "print",
        "create",
        body=Asking,
        bytes_max=ASKING_BYTES_MAX,
        answers={200: JobShown},
        problems=(
            "device_unknown",
            "id_reused",
            "print_asked_wrong",
            "print_no_printer",
            "print_nothing",
            "print_opens_drawer",
            "record_id_malformed",
        ),
        summary="Have something printed; it waits until the printer can",
    )
    def ask() -> Any:
        return _shown(spool.ask(guard.body(Asking), guard.actor()), devices, JobShown)


def _add_looking(api: Blueprint, spool: Spool, devices: Devices) -> None:
    @api.get("/print-jobs")
    @allows(
        "print",
        "list",
        query=JobsQuery,
        answers={200: JobList},
        problems=("device_unknown",),
        summary="What was to be printed and what became of it, the newest first",
    )
    def jobs() -> Any:
        asked = guard.query(JobsQuery)
        found = spool.page(asked.printer, asked.before or NEWEST, asked.limit)
        more = len(found) == asked.limit
        shown = [_shown(job, devices, JobShown) for job in found]
        return JobList(shown, found[-1].number if more else None)

    @api.get("/print-jobs/<identity>")
    @allows(
        "print",
        "read",
        answers={200: JobWhole},
        problems=("print_job_unknown",),
        summary="One print job, with the lines that can be read on its paper",
    )
    def job(identity: str) -> Any:
        found = spool.one(identity)
        return _shown(found, devices, JobWhole, lines=show(found.document, SHOWN))


def _add_deciding(api: Blueprint, spool: Spool, devices: Devices) -> None:
    @api.post("/print-jobs/<identity>")
    @allows(
        "print",
        "update",
        body=Decision,
        answers={200: JobShown},
        problems=(
            "id_reused",
            "print_asked_wrong",
            "print_job_unknown",
            "print_state",
            "record_id_malformed",
        ),
        summary="Take a print job back, say that it is on paper, or print it again as a copy",
    )
    def decide(identity: str) -> Any:
        decision, actor = guard.body(Decision), guard.actor()
        if decision.action == "cancel":
            job = spool.cancel(identity, actor)
        elif decision.action == "confirm":
            job = spool.confirm(identity, actor)
        elif decision.id is None:
            why = "A copy has an id of its own."
            raise Problem("print_asked_wrong", pointer="/id", reason=why)
        else:
            job = spool.reprint(identity, decision.id, actor)
        return _shown(job, devices, JobShown)


def _shown(job: Job, devices: Devices, shape: type[JobShown], **more: Any) -> JobShown:
    code = job.reason or (_awaited(job, devices) if job.state == "queued" else "")
    return shape(
        id=job.id,
        number=job.number,
        printer=job.printer,
        printer_name=devices.name_of(job.printer),
        template=job.template,
        title=job.title,
        state=job.state,  # type: ignore[arg-type]
        reason=Problem(code).detail(g.language) if code else None,
        reason_code=code or None,
        confirmed=job.confirmed,
        lost=job.lost,
        original=job.original or None,
        created_at=to_iso(job.created_ms),
        updated_at=to_iso(job.updated_ms),
        expires_at=None if job.expires_ms is None else to_iso(job.expires_ms),
        **more,
    )


def _awaited(job: Job, devices: Devices) -> str:
    """What a job waits for, as a code of the catalogue; empty when its turn is still to come."""
    try:
        view: DeviceView = devices.device(job.printer)
    except Problem as problem:
        return problem.code
    if view.state is State.ONLINE or view.reason in WARNINGS:
        return ""
    return f"device_{view.reason}" if view.reason else "device_not_ready"
