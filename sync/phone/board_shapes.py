"""The phones on the console's board, on the wire."""

from msgspec import Struct

from gateway.kernel.clock import to_iso
from sync.phone.board import Heard


class PhoneOnBoard(Struct):
    """A phone as it was last heard of.

    ``clock_offset_ms`` is our clock less the phone's at its last push, null before one; ``unsent``
    (with when the oldest of them was entered), ``restarts`` (how often its sending stood still) and
    the bytes of storage are what it said itself, null where it did not. ``silent`` means that
    nobody has heard of it for ``silent_days``.
    """

    device: str
    name: str
    user: str
    build: str
    protocol: int
    first_seen_at: str
    last_seen_at: str
    last_push_at: str | None
    last_pull_at: str | None
    clock_offset_ms: int | None
    unsent: int | None
    oldest_unsent_at: str | None
    restarts: int | None
    storage_used: int | None
    storage_quota: int | None
    retired: bool
    silent: bool


class Board(Struct):
    """Every phone this gateway has met: silent ones that hold something come first."""

    phones: list[PhoneOnBoard]
    silent_days: int


def on_board(phone: Heard) -> PhoneOnBoard:
    """A phone on the wire."""
    names = ("device", "name", "user", "build", "protocol", "clock_offset_ms", "unsent")
    rest = ("restarts", "storage_used", "storage_quota", "retired", "silent")
    oldest_at = phone.oldest_unsent_at
    return PhoneOnBoard(
        **{name: getattr(phone, name) for name in (*names, *rest)},
        last_push_at=None if phone.last_push_at is None else to_iso(phone.last_push_at),
        last_pull_at=None if phone.last_pull_at is None else to_iso(phone.last_pull_at),
        oldest_unsent_at=None if oldest_at is None else to_iso(oldest_at),
        first_seen_at=to_iso(phone.first_seen_at),
        last_seen_at=to_iso(phone.last_seen_at),
    )
