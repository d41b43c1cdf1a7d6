"""The shapes of records on the wire that several routes share."""

from typing import Any, Literal

from msgspec import Struct

from gateway.records.records import Answer
from gateway.web.record_routes.approvals_api import Waiting


class Alias(Struct):
    """A record by its id and its number."""

    id: str
    number: str


class RecordView(Struct, kw_only=True):
    """A record as the caller's role sees it; ``masked`` lists places with hidden values,
    ``proposals`` what waits for a second person, ``aliases`` the records that were merged into it.
    ``alias_of`` is there when it was asked for by the id of one of these: then it is its own id.
    """

    kind: str
    id: str
    version: int
    number: str
    data: dict[str, Any]
    masked: list[str]
    stage: Literal["at_gateway", "taken", "accepted", "rejected"]
    stage_detail: str | None
    updated_at: str
    conflicts: int
    proposals: list[Waiting]
    aliases: list[Alias]
    alias_of: str = ""


class Remark(Struct):
    """Something to check once more; it refuses nothing."""

    code: str
    detail: str
    pointer: str


def edited(answer: Answer) -> dict[str, Any]:
    """What became of an edit."""
    return {
        "status": answer.status,
        "record": answer.record,
        "conflicts": answer.conflicts,
        "proposals": answer.proposals,
        "warnings": answer.warnings,
    }
