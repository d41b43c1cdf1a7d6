"""People and tokens: the administrator's lists, and everybody's own password."""

from typing import Annotated, Any, Literal

import msgspec
from flask import Blueprint
from msgspec import UNSET, Meta, Struct, UnsetType

from gateway.access.devices import Device
from gateway.access.policy import KEEP_HOURS_MAX
from gateway.access.users import Change, User
from gateway.kernel.clock import to_iso
from gateway.kernel.languages import Language
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts
from gateway.web.routes.session_api import GUESSING, Name, Password

Role = Literal["rep", "clerk", "manager", "finance", "admin", "auditor"]
# What lets somebody do more, or somebody else in: asked of who sits there, not of who signed in
# once. Disabling an account is never held up.
GIVES_MORE = {"role", "password", "same_person_as"}
Territory = Annotated[str, Meta(max_length=80)]


class Member(Struct):
    """An account as the administrator sees it; ``same_person_as`` is the id of the same person's
    first one, or empty.
    """

    id: str
    name: str
    role: str
    territory: str
    language: str
    disabled: bool
    created_at: str
    same_person_as: str


class Members(Struct):
    """Everybody who may sign in, and who may no longer."""

    users: list[Member]


class NewMember(Struct, forbid_unknown_fields=True):
    """A person to add; without a language they are spoken to in that of the shop."""

    name: Name
    role: Role
    password: Password
    territory: Territory = ""
    language: Language | UnsetType = UNSET


class MemberChange(Struct, forbid_unknown_fields=True):
    """What shall change about a person; what is not named stays. ``same_person_as`` is the id of
    another account of theirs, empty for none: one person never confirms the own change.
    """

    role: Role | UnsetType = UNSET
    territory: Territory | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    same_person_as: Annotated[str, Meta(max_length=36)] | UnsetType = UNSET


class OwnPassword(Struct, forbid_unknown_fields=True):
    """The password so far and the one from now on."""

    current: Password
    password: Password


class Token(Struct):
    """A machine's token, without the secret. ``made_at`` is of the one in use, ``old_until`` when
    the one before ends, None where none is good any more.
    """

    id: str
    name: str
    role: str
    created_at: str
    made_at: str
    old_until: str | None
    last_seen_at: str | None
    revoked: bool


class Tokens(Struct):
    """Every token that was ever given out."""

    tokens: list[Token]


class NewToken(Struct, forbid_unknown_fields=True):
    """A machine to give a token: pos is a device that may post sales, web a form outside the house
    that brings customers.
    """

    name: Name
    role: Literal["device", "pos", "erp", "web"]


class IssuedToken(Struct):
    """A new token. It is shown this once."""

    id: str
    name: str
    role: str
    token: str


class Replacing(Struct, forbid_unknown_fields=True):
    """For how many hours the token so far stays good beside the new one; 0 ends it at once."""

    keep_hours: Annotated[int, Meta(ge=0, le=KEEP_HOURS_MAX)]


class TokenChange(Struct, forbid_unknown_fields=True):
    """What to do with a token."""

    action: Literal["revoke"]


def blueprint(parts: Parts) -> Blueprint:
    """Routes under /api/v1/users, /api/v1/password and /api/v1/tokens."""
    api = Blueprint("people", __name__, url_prefix="/api/v1")
    _people(api, parts)
    _own(api, parts)
    _tokens(api, parts)
    return api


def _people(api: Blueprint, parts: Parts) -> None:
    @api.get("/users")
    @allows("user", "list", answers={200: Members}, summary="Everybody who may sign in")
    def people() -> Any:
        return Members([_member(user) for user in parts.users.list()])

    @api.post("/users")
    @allows(
        "user",
        "create",
        body=NewMember,
        answers={201: Member},
        problems=("password_needed", "name_taken", "form_invalid", "sign_in_busy"),
        summary="Add a person, for who has entered the own password just now",
    )
    def add_person() -> Any:
        guard.prove()
        new = guard.body(NewMember)
        user = parts.users.add(
            new.name,
            new.role,
            new.password,
            new.territory,
            language=new.language or "",
            actor=guard.actor(),
        )
        return _member(user), 201

    @api.post("/users/<identity>")
    @allows(
        "user",
        "update",
        body=MemberChange,
        answers={200: Member},
        problems=(
            "password_needed",
            "user_unknown",
            "admin_last",
            "form_invalid",
            "sign_in_busy",
        ),
        summary="Change a person's role, territory, language or password, or disable them",
    )
    def change_person(identity: str) -> Any:
        asked = msgspec.to_builtins(guard.body(MemberChange))
        if GIVES_MORE & asked.keys():
            guard.prove()
        person = asked.pop("same_person_as", None)
        change = Change(**asked, person=person)
        return _member(parts.users.change(identity, change, actor=guard.actor()))


def _own(api: Blueprint, parts: Parts) -> None:
    @api.post("/password")
    @allows(
        "password",
        "update",
        body=OwnPassword,
        answers={204: None},
        problems=(*GUESSING, "credentials_wrong", "form_invalid"),
        summary="Choose another password for yourself; every session ends",
    )
    def own_password() -> Any:
        form = guard.body(OwnPassword)
        source = guard.source()
        parts.users.change_password(guard.actor(), form.current, form.password, source)
        return "", 204


def _tokens(api: Blueprint, parts: Parts) -> None:
    @api.get("/tokens")
    @allows("token", "list", answers={200: Tokens}, summary="Every machine with a token")
    def tokens() -> Any:
        return Tokens([_token(device) for device in parts.devices.list()])

    @api.post("/tokens")
    @allows(
        "token",
        "create",
        body=NewToken,
        answers={201: IssuedToken},
        problems=("password_needed", "name_taken", "form_invalid"),
        summary="Give a machine a token; it is shown this once",
    )
    def add_token() -> Any:
        guard.prove()
        new = guard.body(NewToken)
        identity, token = parts.devices.add(new.name, new.role, actor=guard.actor())
        return IssuedToken(identity, new.name.strip(), new.role, token), 201

    @api.post("/tokens/<identity>")
    @allows(
        "token",
        "update",
        body=TokenChange,
        answers={200: Token},
        problems=("token_missing",),
        summary="Revoke a token; it is refused from the next request on",
    )
    def change_token(identity: str) -> Any:
        return _token(parts.devices.revoke(identity, actor=guard.actor()))

    @api.post("/tokens/<identity>/secret")
    @allows(
        "token",
        "update",
        body=Replacing,
        answers={201: IssuedToken},
        problems=("password_needed", "token_missing"),
        summary="Give the same machine another token; the one so far is good for so many hours",
    )
    def replace_token(identity: str) -> Any:
        guard.prove()
        keep = guard.body(Replacing).keep_hours
        token = parts.devices.replace(identity, keep, actor=guard.actor())
        device = parts.devices.get(identity)
        return IssuedToken(device.id, device.name, device.role, token), 201


def _member(user: User) -> Member:
    return Member(
        id=user.id,
        name=user.name,
        role=user.role,
        territory=user.territory,
        language=user.language,
        disabled=user.disabled,
        created_at=to_iso(user.created_at),
        same_person_as=user.person,
    )


def _token(device: Device) -> Token:
    seen, until = device.last_seen_at, device.old_until
    return Token(
        id=device.id,
        name=device.name,
        role=device.role,
        created_at=to_iso(device.created_at),
        made_at=to_iso(device.made_at),
        old_until=None if until is None else to_iso(until),
        last_seen_at=None if seen is None else to_iso(seen),
        revoked=device.revoked,
    )
