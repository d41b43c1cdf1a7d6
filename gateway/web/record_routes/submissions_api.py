"""The door for forms outside the house: they bring customers, and read nothing."""

from typing import Annotated, Any, Final, Literal

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.records.submissions import Submission, Submissions
from gateway.web.door import guard
from gateway.web.door.guard import allows

BYTES_MAX: Final = 65_536


class Sent(Struct, forbid_unknown_fields=True):
    """What a form has gathered. The same ``id`` again is taken once; ``key`` is what the sender
    knows the customer by, so that it can say something new of the same one later.
    """

    id: Annotated[str, Meta(min_length=1, max_length=80)]
    data: dict[str, Any]
    key: Annotated[str, Meta(max_length=80)] = ""


class Received(Struct):
    """It is on the disk. The answer is the same whatever the gateway knew before."""

    id: str
    status: Literal["received"]


def add(api: Blueprint, submissions: Submissions) -> None:
    """The route under /api/v1/submissions."""

    @api.post("/submissions/<kind>")
    @allows(
        "submission",
        "create",
        body=Sent,
        bytes_max=BYTES_MAX,
        answers={200: Received},
        problems=(
            "record_invalid",
            "field_not_writable",
            "kind_unknown",
            "submission_id_reused",
            "submissions_too_many",
        ),
        summary="Take in what a form outside the house has gathered",
    )
    def submit(kind: str) -> Any:
        sent = guard.body(Sent)
        submissions.take(guard.actor(), kind, Submission(sent.id, sent.data, sent.key))
        return Received(sent.id, "received")
