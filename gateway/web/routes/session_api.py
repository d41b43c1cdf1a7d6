"""Coming in and going out: the first-run set-up, sign-in and sign-out."""

from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, request
from msgspec import Meta, Struct

from gateway.access.setup import Shop
from gateway.access.users import User
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.languages import Language
from gateway.web.door import browser, cookie, guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts

PROTOCOL = 1
PHONE = "X-Waystation-Device"
# Anybody may send these forms, so they are small.
FORM_BYTES_MAX = 16_384
GUESSING = ("throttled", "sign_in_busy")

# What is too short is described here and refused by whoever checks it, with a sentence of its own.
_FILLED: dict[str, Any] = {"minLength": 1}
Name = Annotated[str, Meta(max_length=80, extra_json_schema=_FILLED)]
Password = Annotated[str, Meta(max_length=256, extra_json_schema=_FILLED)]


class Person(Struct):
    """A person who is signed in."""

    id: str
    name: str
    role: str
    territory: str
    language: str


class PhoneRules(Struct):
    """How a phone protects what is on it, as the settings of the section ``phone`` say."""

    unlock: str
    lock_after_min: int
    lease_days: int


class Gateway(Struct):
    """The gateway a page talks to: ``build`` names the version of its web app.

    ``codes`` are those that the shop has made up itself, each a name and a pattern.
    """

    name: str
    epoch: str
    country: str
    currency: str
    build: str
    phone: PhoneRules
    codes: list[str]


class Session(Struct):
    """Who is signed in, and where."""

    user: Person
    gateway: Gateway
    protocol: int


class SetupState(Struct):
    """Whether the first-run set-up is still to be done, the shop's name once it is, and whether
    this browser is signed in: only then it need ask who that is.
    """

    needed: bool
    shop: str | None
    signed_in: bool


class SetupForm(Struct, forbid_unknown_fields=True):
    """The first-run set-up: the printed code, the shop, and its administrator."""

    code: Annotated[str, Meta(max_length=40)]
    shop: Name
    name: Name
    password: Password
    country: Annotated[str, Meta(max_length=2)]
    currency: Annotated[str, Meta(max_length=3)]
    language: Language


class SetupDone(Struct):
    """The administrator that the set-up made, signed in already."""

    user: Person


class SignIn(Struct, forbid_unknown_fields=True):
    """A name and its password."""

    name: Name
    password: Password


def blueprint(parts: Parts, build: str) -> Blueprint:
    """Routes under /api/v1/setup and /api/v1/session."""
    api = Blueprint("session", __name__, url_prefix="/api/v1")

    @api.get("/setup")
    @allows("setup", "read", answers={200: SetupState}, summary="Is the first-run set-up needed?")
    def setup_state() -> Any:
        shop = parts.setup.shop()
        known = bool(guard.actor().id)
        return SetupState(parts.setup.needed(), shop.name if shop else None, known)

    @api.post("/setup")
    @allows(
        "setup",
        "create",
        body=SetupForm,
        answers={201: SetupDone},
        problems=(*GUESSING, "setup_done", "setup_code_wrong", "form_invalid", "name_taken"),
        bytes_max=FORM_BYTES_MAX,
        summary="Do the first-run set-up",
    )
    def set_up() -> Any:
        form = guard.body(SetupForm)
        shop = Shop(form.shop.strip(), form.country, form.currency, form.language)
        user = parts.setup.complete(form.code, shop, form.name, form.password, guard.source())
        return begin(parts, user.actor(), SetupDone(_person(user)), status=201)

    @api.post("/session")
    @allows(
        "session",
        "create",
        body=SignIn,
        answers={200: Session},
        problems=(*GUESSING, "credentials_wrong"),
        bytes_max=FORM_BYTES_MAX,
        summary="Sign in",
    )
    def sign_in() -> Any:
        form = guard.body(SignIn)
        actor = parts.users.verify(form.name, form.password, guard.source())
        return begin(parts, actor, session_of(parts, actor, build))

    @api.get("/session")
    @allows("session", "read", answers={200: Session}, summary="Who is signed in?")
    def signed_in() -> Any:
        return session_of(parts, guard.actor(), build)

    @api.delete("/session")
    @allows("session", "delete", answers={204: None}, summary="Sign out")
    def sign_out() -> Any:
        parts.sessions.end(cookie.value())
        answer = Response(status=204)
        cookie.drop(answer)
        return answer

    return api


def begin(
    parts: Parts,
    actor: Actor,
    content: Struct,
    *,
    status: int = 200,
    device: str = "",
    paired: str = "",
) -> Response:
    """A new session for a person who just proved who they are; an old one of this browser ends.

    ``paired`` is the paired phone that proved it, and ``device`` the id of that phone.
    """
    if old := cookie.value():
        parts.sessions.end(old)
    answer = _json(content, status)
    where = browser.told(request.headers.get("User-Agent", ""))
    token = parts.sessions.start(actor, device or _phone(), paired, browser=where)
    cookie.put(answer, token, parts.sessions.life_s)
    return answer


def _json(content: Struct, status: int) -> Response:
    answer = jsonify(content)
    answer.status_code = status
    return answer


def _phone() -> str:
    """The id of the phone that signs in; empty at a desk."""
    claimed = request.headers.get(PHONE, "")
    try:
        return ids.to_text(ids.to_bytes(claimed))
    except ValueError:
        return ""


def session_of(parts: Parts, actor: Actor, build: str) -> Session:
    """Who is signed in, and where."""
    shop = parts.setup.shop()
    site, phone = parts.settings.gateway, parts.settings.phone
    gateway = Gateway(
        name=shop.name if shop else site.name,
        epoch=parts.store.epoch,
        country=shop.country if shop else site.country,
        currency=shop.currency if shop else site.currency,
        build=build,
        phone=PhoneRules(phone.unlock, phone.lock_after_min, phone.lease_days),
        # What was tried with their samples when the gateway started.
        codes=[line.partition(" ; ")[0].strip() for line in parts.settings.devices.codes],
    )
    person = Person(actor.id, actor.name, actor.role, actor.territory, actor.language)
    return Session(person, gateway, PROTOCOL)


def _person(user: User) -> Person:
    return Person(user.id, user.name, user.role, user.territory, user.language)
