"""For whoever looks after the gateway: is it well, its figures, and what waits in quarantine."""

import json
from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response, g
from msgspec import Meta, Struct

from gateway.facts import visit
from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.keys import protection
from gateway.store.rows import Row
from gateway.web.door import guard
from gateway.web.door.guard import Stream, allows
from gateway.web.door.mark import VALUE
from gateway.web.door.metrics import Metrics
from gateway.web.door.parts import Parts
from gateway.web.routes.facts_api import FactResult
from gateway.web.routes.journal_view import field_names

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
ITEMS_MAX = 500
# What may be told of an operation whose values are behind a view.
ABOUT = ("id", "type", "kind", "record", "at")

_WAITING = (
    "SELECT id, type, device, actor, received_at, status, revision, problem, body FROM operations"
    " WHERE status IN ('quarantined', 'rejected') ORDER BY received_at DESC LIMIT ?"
)


class Alive(Struct):
    """The process answers."""

    status: str


class Finding(Struct):
    """One probe's answer."""

    name: str
    ok: bool
    vital: bool
    detail: str


class Ready(Struct, omit_defaults=True):
    """Whether facts are stored; ``findings`` only for people of the house."""

    ready: bool
    findings: list[Finding] = []


class QuarantineItem(Struct):
    """Something that was refused and is kept whole until somebody mends it."""

    id: str
    type: str
    device: str
    device_name: str
    received_at: str
    status: str
    revision: int
    problem: dict[str, Any]
    body: dict[str, Any]


class Quarantine(Struct):
    """What waits, the newest first."""

    items: list[QuarantineItem]


class Mended(Struct, forbid_unknown_fields=True):
    """A mended event with a revision above the one that waits."""

    body: Annotated[dict[str, Any], Meta(extra_json_schema={"additionalProperties": VALUE})]
    revision: Annotated[int, Meta(ge=0, le=2**31)]


def blueprint(parts: Parts, metrics: Metrics) -> Blueprint:
    """Routes /healthz, /readyz, /metrics and /api/v1/quarantine."""
    api = Blueprint("ops", __name__)
    _health(api, parts, metrics)
    _quarantine(api, parts)
    return api


def add_probes(parts: Parts) -> None:
    """What the gateway itself needs to be well."""

    def storage() -> Problem | None:
        return parts.store.failure()

    def clock() -> Problem | None:
        return None if parts.clock.trusted() else Problem("clock_unsure")

    def keys() -> Problem | None:
        return protection.trouble(parts.store.folder, parts.settings.keys)

    parts.health.probe("storage", storage, vital=True)
    parts.health.probe("keys", keys)
    parts.health.probe("clock", clock)


def _health(api: Blueprint, parts: Parts, metrics: Metrics) -> None:
    @api.get("/healthz")
    @allows("health", "read", answers={200: Alive}, summary="Does the process answer?")
    def healthz() -> Any:
        return Alive("ok")

    @api.get("/readyz")
    @allows("health", "read", answers={200: Ready, 503: Ready}, summary="Are facts stored?")
    def readyz() -> Any:
        found = parts.health.findings()
        ready = not any(finding.vital and finding.problem for finding in found)
        # Strangers learn nothing about the inside.
        shown = found if guard.actor().id else []
        findings = [
            Finding(
                f.name,
                f.problem is None,
                f.vital,
                f.problem.detail(g.language) if f.problem else "",
            )
            for f in shown
        ]
        return Ready(ready, findings), 200 if ready else 503

    @api.get("/metrics")
    @allows("metrics", "read", answers={200: Stream("text/plain")}, summary="Prometheus figures")
    def figures() -> Any:
        return Response(metrics.text(), content_type=PROMETHEUS)


def _quarantine(api: Blueprint, parts: Parts) -> None:
    @api.get("/api/v1/quarantine")
    @allows("quarantine", "list", answers={200: Quarantine}, summary="What was refused and waits")
    def waiting() -> Any:
        with parts.store.read() as rows:
            found = rows.all(_WAITING, (ITEMS_MAX,))
        return Quarantine([_item(row, parts, g.language) for row in found])

    @api.post("/api/v1/quarantine/<identity>")
    @allows(
        "quarantine",
        "resend",
        body=Mended,
        answers={200: FactResult},
        problems=("quarantine_unknown", "event_malformed", "fact_not_allowed"),
        summary="Send a mended event again under its own id",
    )
    def resend(identity: str) -> Any:
        mended = guard.body(Mended)
        result = parts.facts.resend(identity, mended.body, mended.revision, guard.actor())
        return result.document(g.language)


def _item(row: Row, parts: Parts, language: str) -> QuarantineItem:
    record = json.loads(row["problem"]) if row["problem"] else None
    return QuarantineItem(
        id=ids.to_text(row["id"]),
        type=row["type"],
        device=row["device"],
        device_name=parts.name_of(row["device"]) or _author(parts, row["actor"]),
        received_at=to_iso(row["received_at"]),
        status=row["status"],
        revision=row["revision"],
        problem=_problem(record).document(language),
        body=visit.event_seen(_body(row["body"]), guard.rule().clear),
    )


def _author(parts: Parts, identity: str) -> str:
    """Whose phone it is: phones have no names of their own. Empty for nobody who is here."""
    try:
        return parts.users.get(identity).name
    except Problem:
        return ""


def _problem(record: dict[str, Any] | None) -> Problem:
    return Problem.from_record(record) if record else Problem("internal_error")


def _body(raw: bytes) -> dict[str, Any]:
    """A fact whole; of what a phone did what it is about: its values are behind a view."""
    try:
        stored = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return {"unreadable_bytes": len(raw)}
    if not isinstance(stored, dict):
        return {"unreadable_bytes": len(raw)}
    if "specversion" in stored:
        return stored
    about = {name: stored[name] for name in ABOUT if name in stored}
    if isinstance(event := stored.get("event"), dict):
        about["event"] = event.get("type")
    return {**about, "fields": field_names(stored)}
