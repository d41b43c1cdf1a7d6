"""Passkeys: everybody's own, and signing in with one."""

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import urlsplit

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.access.passkeys import Passkey, Passkeys
from gateway.access.webauthn import Origin
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.arrival import is_address
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts
from gateway.web.routes.session_api import FORM_BYTES_MAX, Name, Session, begin, session_of
from gateway.web.routes.trust_api import origins

LOCALHOST = "localhost"
Challenge = Annotated[str, Meta(max_length=64)]


class OwnPasskey(Struct):
    """A key of one's own; ``last_used_at`` is null until it was used."""

    id: str
    name: str
    added_at: str
    last_used_at: str | None


class OwnPasskeys(Struct):
    """``offered``: whether one may be added here. ``origin`` is where the pages have a name, empty
    where they have none.
    """

    offered: bool
    origin: str
    passkeys: list[OwnPasskey]


class Ceremony(Struct):
    """What the browser is asked for (WebAuthn's options as JSON), under the id of a challenge."""

    challenge: str
    options: dict[str, Any]


class NewPasskey(Struct, forbid_unknown_fields=True):
    """A key that was just made: WebAuthn's registration as JSON."""

    challenge: Challenge
    name: Name
    credential: dict[str, Any]


class SignInByPasskey(Struct, forbid_unknown_fields=True):
    """What a key signed: WebAuthn's assertion as JSON."""

    challenge: Challenge
    credential: dict[str, Any]


def blueprint(parts: Parts, build: str) -> Blueprint:
    """Routes under /api/v1/passkeys and /api/v1/session/passkey."""
    api = Blueprint("passkeys", __name__, url_prefix="/api/v1")
    origin = named_origin(parts)
    place = Origin(origin, urlsplit(origin).hostname or "") if origin else None
    passkeys = Passkeys(parts.store, parts.users, place)
    _own(api, passkeys, origin)
    _sign_in(api, parts, passkeys, build)
    return api


def named_origin(parts: Parts) -> str:
    """The one address with a name that our pages have: over TLS, or on the machine itself."""
    for one in origins(parts):
        if not is_address(urlsplit(one).hostname or ""):
            return one
    if parts.settings.tls.on or parts.settings.tls.origin:
        return ""
    port = parts.settings.web.listen.rpartition(":")[2]
    return f"http://{LOCALHOST}:{port}"


def _own(api: Blueprint, passkeys: Passkeys, origin: str) -> None:
    @api.get("/passkeys")
    @allows("passkey", "list", answers={200: OwnPasskeys}, summary="The own passkeys")
    def own() -> Any:
        found = [_told(one) for one in passkeys.own(guard.actor())]
        return OwnPasskeys(passkeys.offered, origin, found)

    @api.post("/passkeys/new/options")
    @allows(
        "passkey",
        "update",
        answers={200: Ceremony},
        problems=("password_needed", "passkeys_not_here", "passkeys_many"),
        summary="Begin to add a passkey, for who has entered the password just now",
    )
    def begin_adding() -> Any:
        guard.prove()
        return Ceremony(*passkeys.begin_adding(guard.actor()))

    @api.post("/passkeys")
    @allows(
        "passkey",
        "update",
        body=NewPasskey,
        answers={201: OwnPasskey},
        problems=("password_needed", "passkeys_not_here", "passkey_refused", "form_invalid"),
        bytes_max=FORM_BYTES_MAX,
        summary="Add a passkey that was just made",
    )
    def add() -> Any:
        guard.prove()
        new = guard.body(NewPasskey)
        return _told(passkeys.add(guard.actor(), new.challenge, new.name, new.credential)), 201

    @api.delete("/passkeys/<identity>")
    @allows(
        "passkey",
        "delete",
        answers={204: None},
        problems=("passkey_unknown",),
        summary="Take one of the own passkeys away",
    )
    def remove(identity: str) -> Any:
        passkeys.remove(guard.actor(), identity)
        return "", 204


def _sign_in(api: Blueprint, parts: Parts, passkeys: Passkeys, build: str) -> None:
    @api.post("/session/passkey/options")
    @allows(
        "session",
        "create",
        answers={200: Ceremony},
        problems=("passkeys_not_here",),
        summary="Begin to sign in with a passkey",
    )
    def begin_signing_in() -> Any:
        return Ceremony(*passkeys.begin_signing_in())

    @api.post("/session/passkey")
    @allows(
        "session",
        "create",
        body=SignInByPasskey,
        answers={200: Session},
        problems=("passkeys_not_here", "passkey_refused"),
        bytes_max=FORM_BYTES_MAX,
        summary="Sign in with a passkey",
    )
    def sign_in() -> Any:
        form = guard.body(SignInByPasskey)
        credential = _bytes_of(form.credential.get("rawId"))
        actor = passkeys.prove(form.challenge, credential, form.credential)
        return begin(parts, actor, session_of(parts, actor, build))


def _bytes_of(text: object) -> bytes:
    try:
        return base64.urlsafe_b64decode(str(text) + "==")
    except (binascii.Error, ValueError) as error:
        raise Problem("passkey_refused") from error


def _told(one: Passkey) -> OwnPasskey:
    used = None if one.used_at is None else to_iso(one.used_at)
    return OwnPasskey(one.id, one.name, to_iso(one.added_at), used)
