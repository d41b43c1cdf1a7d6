"""Every phone as it was last heard of, and which of them keep silent (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.access.phones import PairedPhone
from gateway.store.rows import Row

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Heard:
    """A phone. Instants are Unix milliseconds; what it never said is None.

    ``name`` is the one it was paired under, empty where it never was; ``clock_offset_ms`` is our
    clock less its own, ``restarts`` how often its sending stood still. ``retired`` phones are
    expected to be silent, so they never count as such, unless they have still to hand over.
    """

    device: str
    name: str
    user: str
    build: str
    protocol: int
    first_seen_at: int
    last_seen_at: int
    last_push_at: int | None
    last_pull_at: int | None
    clock_offset_ms: int | None
    unsent: int | None
    oldest_unsent_at: int | None
    restarts: int | None
    storage_used: int | None
    storage_quota: int | None
    retired: bool
    silent: bool


def board(
    reports: Iterable[Row],
    paired: Iterable[PairedPhone],
    people: Mapping[str, str],
    now_ms: int,
    silent_days: int,
) -> list[Heard]:
    """The silent ones that hold something first, then other silent ones, then by when they were
    here last. ``people`` names users by id.
    """
    pairings: dict[str, list[PairedPhone]] = {}
    for phone in paired:
        pairings.setdefault(phone.device, []).append(phone)
    limit = now_ms - silent_days * DAY_MS
    found = [_heard(row, pairings.get(row["device"], []), people, limit) for row in reports]
    return sorted(found, key=lambda one: (_rank(one), -one.last_seen_at))


def _heard(row: Row, paired: list[PairedPhone], people: Mapping[str, str], limit: int) -> Heard:
    told = ("device", "build", "protocol", "first_seen_at", "last_push_at", "last_pull_at")
    said = ("unsent", "oldest_unsent_at", "restarts", "storage_used", "storage_quota")
    retired = bool(paired) and all(phone.retired for phone in paired)
    owes = any(phone.state == "draining" for phone in paired)
    names = [phone.name for phone in paired if not phone.retired] or [one.name for one in paired]
    # A signature is a sign of life as well.
    seen_at = max([row["last_seen_at"], *(phone.seen_at for phone in paired)])
    return Heard(
        **{name: row[name] for name in (*told, *said)},
        name=names[0] if names else "",
        user=people.get(row["actor"], ""),
        last_seen_at=seen_at,
        # Only a push carries the phone's clock.
        clock_offset_ms=row["clock_offset_ms"] if row["last_push_at"] else None,
        retired=retired,
        silent=(owes or not retired) and seen_at < limit,
    )


def _rank(phone: Heard) -> int:
    if phone.silent:
        return 0 if phone.unsent else 1
    return 3 if phone.retired else 2
