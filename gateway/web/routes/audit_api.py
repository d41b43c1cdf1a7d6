"""Who did what, newest first, for auditors: names of people, machines and fields, never a value."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from flask import Blueprint
from msgspec import Meta, Struct

from gateway.kernel.clock import to_iso
from gateway.store import acts
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts
from gateway.web.routes.journal_view import field_names

PAGE_MAX = 200


class ActQuery(Struct, forbid_unknown_fields=True):
    """``before`` is ``next`` of the page before, ``family`` what was done to, ``actor`` who did."""

    before: Annotated[int, Meta(ge=0, lt=2**62)] = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 50
    family: Literal["", "access", "record", "device", "print"] = ""
    actor: Annotated[str, Meta(max_length=200)] = ""


class Act(Struct):
    """An act: entry ``seq``, who did it from which machine, to whom or what, and the ``fields`` it
    touched. ``role`` is the one that somebody has from then on, ``count`` how many records left.
    """

    seq: int
    at: str
    type: str
    kind: str
    subject: str
    subject_name: str
    actor: str
    actor_name: str
    device_name: str
    role: str
    fields: list[str]
    count: int | None


class Acts(Struct):
    """``next`` is where older ones begin, None at the beginning of the journal. ``people`` are
    those who may have done something: their names by id.
    """

    acts: list[Act]
    next: int | None
    people: dict[str, str]


def blueprint(parts: Parts) -> Blueprint:
    """Route /api/v1/audit."""
    api = Blueprint("audit", __name__, url_prefix="/api/v1")

    @api.get("/audit")
    @allows(
        "audit",
        "list",
        query=ActQuery,
        answers={200: Acts},
        summary="Who did what, the newest first",
    )
    def listed() -> Any:
        asked = guard.query(ActQuery)
        with parts.store.read() as rows:
            found, older = acts.page(
                rows, asked.before, asked.limit, family=asked.family, actor=asked.actor
            )
        people = {user.id: user.name for user in parts.users.list()}
        return Acts([_act(parts, people, row) for row in found], older or None, people)

    return api


def _act(parts: Parts, people: Mapping[str, str], row: tuple[Any, ...]) -> Act:
    seq, event, kind, subject, device, received_at, body, actor = row
    said = _said(body)
    role, count = said.get("role", ""), said.get("records")
    return Act(
        seq=seq,
        at=to_iso(received_at),
        type=event,
        kind=kind or (said["kind"] if isinstance(said.get("kind"), str) else ""),
        subject=subject,
        subject_name=people.get(subject) or parts.name_of(subject),
        actor=actor,
        actor_name=people.get(actor) or parts.name_of(actor),
        device_name=parts.name_of(device),
        role=role if isinstance(role, str) else "",
        fields=_fields(said),
        count=count if isinstance(count, int) else None,
    )


def _said(body: bytes | None) -> dict[str, Any]:
    """The data of an entry; nothing of an erased one."""
    data = msgspec.json.decode(body).get("data") if body else None
    return data if isinstance(data, dict) else {}


def _fields(said: dict[str, Any]) -> list[str]:
    named = said.get("fields")
    return [str(name) for name in named] if isinstance(named, list) else field_names(said)
