"""What the routes of pairing take and answer."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gateway.access import leaving
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
    """A paired phone. ``unsent`` is what it said last that it still holds, None if it never did,
    and ``told_at`` when. ``state`` of one that was put out: it hands over what it holds (draining),
    is lost and was not heard of since, said that it is empty (wiped), or is out with no such order.
    ``order`` is the one it is under, since ``put_out_at``; ``wiped_unsent`` how much that was
    nowhere else went with it, as it said.
    """

    id: str
    device: str
    name: str
    user: str
    user_name: str
    paired_at: str
    paired_by: str
    last_seen_at: str
    unsent: int | None
    told_at: str | None
    retired: bool
    state: leaving.State
    order: leaving.Order
    put_out_at: str | None
    wiped_at: str | None
    wiped_unsent: int | None


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
    """What a phone signs: "waystation phone 1", "session", epoch, its id and nonce, in lines.

    ``orders`` are the SHA-256, in hexadecimal digits, of the words by which this phone will know
    an order to leave for one of this gateway's; a phone keeps the first ones that it hears.
    """

    epoch: str
    nonce: str
    orders: dict[str, str]


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
    """What to do with a phone: ``retire`` has it hand over what it holds and empty itself,
    ``lose`` refuses it at once and has it emptied at its next call, with what it holds.
    """

    action: Literal["retire", "lose"]


class Emptied(Struct, forbid_unknown_fields=True):
    """A phone followed an order: the word that came with it, and how many entries and drafts that
    were nowhere else went with it.
    """

    word: Annotated[str, Meta(max_length=128)]
    unsent: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
