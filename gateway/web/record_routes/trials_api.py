"""Trying an entry over HTTP: what the gateway would say to it, and what it would store."""

from dataclasses import asdict
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.records.engine import Proposal
from gateway.records.trials import Trials
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.record_routes.record_shapes import Remark

Id = Annotated[str, Meta(max_length=36)]


class Entry(Struct, forbid_unknown_fields=True):
    """The ``data`` of a new record, or of a record ``id`` the merge patch against a version."""

    data: dict[str, Any] = {}
    id: Id = ""
    base_version: Annotated[int, Meta(ge=0)] = 0
    patch: dict[str, Any] = {}


class Tried(Struct):
    """``data`` is the stored form as the caller's role sees it, ``masked`` lists places with hidden
    values; null where there are problems, all of which are named. Nothing has been stored.
    """

    problems: list[Remark]
    warnings: list[Remark]
    data: dict[str, Any] | None
    masked: list[str]


def add(api: Blueprint, trials: Trials) -> None:
    """The route under /api/v1/records."""

    @api.post("/records/<kind>/check")
    @allows(
        "record",
        "check",
        body=Entry,
        answers={200: Tried},
        problems=("kind_unknown", "record_missing", "record_id_malformed", "version_unknown"),
        summary="What would become of an entry, without storing it",
    )
    def check(kind: str) -> Any:
        entry = guard.body(Entry)
        if entry.id:
            change = Proposal(entry.patch, entry.base_version)
            found = trials.edit(guard.actor(), kind, entry.id, change)
        else:
            found = trials.creation(guard.actor(), kind, entry.data)
        return asdict(found)
