"""What opens a locked phone for whoever has forgotten how: told by the phone, asked for with a
password.
"""

import base64
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.access.recovery import Recoveries
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts
from gateway.web.routes.pairing_shapes import Id
from gateway.web.routes.session_api import FORM_BYTES_MAX

Secret = Annotated[str, Meta(pattern="^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")]


class NewRecovery(Struct, forbid_unknown_fields=True):
    """A secret under a new id; ``device`` is the phone that it opens, ``secret`` 32 bytes in
    base 64.
    """

    id: Id
    device: Id
    secret: Secret


class Recovery(Struct):
    """The secret, 32 bytes in base 64."""

    secret: str


def blueprint(parts: Parts) -> Blueprint:
    """Routes under /api/v1/recoveries."""
    api = Blueprint("recovery", __name__, url_prefix="/api/v1")
    recoveries = Recoveries(parts.store)

    @api.post("/recoveries")
    @allows(
        "recovery",
        "update",
        body=NewRecovery,
        answers={204: None},
        problems=("id_reused",),
        bytes_max=FORM_BYTES_MAX,
        summary="Keep what opens this phone when its person has forgotten how; may be repeated",
    )
    def keep() -> Any:
        form = guard.body(NewRecovery)
        secret = base64.b64decode(form.secret)
        recoveries.keep(form.id, form.device, secret, guard.actor())
        return "", 204

    @api.post("/recoveries/<identity>")
    @allows(
        "recovery",
        "read",
        answers={200: Recovery},
        problems=("password_needed", "recovery_unknown"),
        summary="What opens one's own phone, for who has entered the password just now",
    )
    def give(identity: str) -> Any:
        guard.prove()
        return Recovery(base64.b64encode(recoveries.give(identity, guard.actor())).decode())

    return api
