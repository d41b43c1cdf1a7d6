"""What the routes of pairing take and answer."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gateway.web.routes.qr import Code

Id = Annotated[
    str,
    Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Base64 = Annotated[str, Meta(max_length=200)]


class NewPairing(Struct, forbid_unknown_fields=True):
    """Whose phone is to be paired: the id of a user."""

    user: Annotated[str, Meta(max_length=36)]


class Invited(Struct):
    """A new pairing. ``link`` and ``code`` are shown this once; ``life_s`` is how long both are
    good, in seconds. ``fingerprint`` is of the gateway's own authority (SHA-256), empty where it
    has none; the link holds the first half of it behind the token.
    """

    id: str
    user: str
    name: str
    address: str
    link: str
    qr: Code
    code: str
    life_s: int
    fingerprint: str


class Phone(Struct):
    """A paired phone. ``unsent`` is what it said last that it still holds, None if it never did."""

    id: str
    device: str
    name: str
    user: str
    user_name: str
    paired_at: str
    paired_by: str
    last_seen_at: str
    unsent: int | None
    retired: bool


class State(Struct):
    """How a pairing stands; ``phone`` is the one that claimed it."""

    state: Literal["open", "over", "claimed"]
    phone: Phone | None


class Claim(Struct, forbid_unknown_fields=True):
    """What a phone shows to be let in: the token of the QR code, or the code that was typed.

    ``phone`` is a new id it made for this pairing, ``device`` the one its entries carry,
    ``public_key`` an uncompressed point on P-256 in base 64.
    """

    phone: Id
    device: Id
    name: Annotated[str, Meta(max_length=60, extra_json_schema={"minLength": 1})]
    public_key: Base64
    token: Annotated[str, Meta(max_length=64)] = ""
    code: Annotated[str, Meta(max_length=40)] = ""


class Challenge(Struct):
    """What a phone signs: "waystation phone 1", "session", epoch, its id and nonce, in lines."""

    epoch: str
    nonce: str


class Claimed(Struct):
    """Whose phone it is now, and the first thing for it to sign."""

    phone: str
    name: str
    challenge: Challenge


class Proof(Struct, forbid_unknown_fields=True):
    """A challenge and its signature: ECDSA on P-256 over SHA-256, r and s, 64 bytes in base 64."""

    nonce: Annotated[str, Meta(max_length=64)]
    signature: Base64


class Person(Struct):
    """Somebody whose phone the caller may pair."""

    id: str
    name: str
    role: str


class Phones(Struct):
    """Every paired phone, those in use first, and whose the caller may add."""

    phones: list[Phone]
    people: list[Person]


class PhoneChange(Struct, forbid_unknown_fields=True):
    """What to do with a phone."""

    action: Literal["retire"]
