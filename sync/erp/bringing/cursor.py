"""How far a model of an ERP was read, by the ERP's own clock, and what to ask next (pure).

All records of one transaction share a stamp, some ERPs tell only whole seconds of it, and it is
taken when a transaction begins, so that a long one commits in the past. Hence:

- a page goes by (stamp, id) and leaves out the second it ends in, which may be cut. That second is
  asked from its beginning; one that fills a page by itself is read by id;
- a round begins so much earlier than the last one ended as a transaction may take and the last
  round took, and passes over what it has seen: the same id with the same stamp and values;
- a round that was broken off goes on where it was, and the next one begins where it began;
- nothing is compared with our clock. That of the ERP is only known by its stamps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.kernel import canonical
from gateway.kernel.clock import from_iso, to_iso
from sync.erp.line import Row, Where

ID: Final = "id"
SECOND_MS: Final = 1_000
_FOREVER_S: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Place:
    """Everything changed before ``instant`` was read; nothing where it is empty.

    With an ``id`` the second that begins there is being read by id, and was up to this one ("" is
    its beginning). The next round begins ``reach_s`` seconds before this, though not before
    ``floor``, where the last one began: what could be missed by then was not. ``is_open``: that one
    was not read to its end.
    """

    instant: str = ""
    id: str | None = None
    reach_s: int = 0
    floor: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask of a model: conditions and order."""

    where: tuple[Where, ...]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of an answer that count, where to go on, and whether that is all for now."""

    rows: tuple[Row, ...]
    next: Place
    is_last: bool


def start(place: Place) -> Place:
    """Where a round begins that finds this place: some way back, or where one was broken off."""
    if not place.instant:
        return place
    begin = max(_later(place.instant, -place.reach_s), place.floor)
    return replace(place, floor=begin, instant=place.instant if place.is_open else begin)


def question(changed: str, place: Place) -> Question:
    """What to ask next; ``changed`` is the field of the stamp."""
    since = (Where(changed, ">=", place.instant),) if place.instant else ()
    if place.id is None:
        return Question(since, (changed, ID))
    until = Where(changed, "<", _later(place.instant, 1))
    behind = (Where(ID, ">", place.id),) if place.id else ()
    return Question((*since, until, *behind), (ID,))


def answer(changed: str, place: Place, rows: Sequence[Row], limit: int) -> Page:
    """What an answer of up to ``limit`` rows to the question at a place comes to."""
    if place.id is not None:
        if len(rows) < limit:
            return Page(
                tuple(rows), replace(place, instant=_later(place.instant, 1), id=None), False
            )
        return Page(tuple(rows), replace(place, id=str(rows[-1][ID])), False)
    if not rows:
        return Page((), place, True)
    last = second(str(rows[-1][changed]))
    if len(rows) < limit:
        return Page(tuple(rows), replace(place, instant=max(last, place.instant)), True)
    whole = tuple(row for row in rows if second(str(row[changed])) < last)
    return Page(whole, replace(place, instant=last, id=None if whole else ""), False)


def kept(begun: Place, page: Page, overlap_s: int, took_s: int) -> Place:
    """Where a page leads, as it is remembered in a round that began at a place ``took_s`` seconds
    ago.
    """
    reach_s = _FOREVER_S if begun.is_open else overlap_s + took_s
    return replace(page.next, reach_s=reach_s, floor=begun.floor, is_open=not page.is_last)


def second(instant: str) -> str:
    """The second an instant is in, as its beginning."""
    return f"{to_iso(from_iso(instant))[:19]}Z"


def _later(instant: str, seconds: int) -> str:
    return second(to_iso(max(0, from_iso(instant) + seconds * SECOND_MS)))


@dataclass(frozen=True, slots=True)
class Sight:
    """A row as it was seen: its stamp, and a short name for its values."""

    stamp: str
    mark: str


def sight(changed: str, row: Row) -> Sight:
    """How a row looks now."""
    told = repr(sorted((name, str(value)) for name, value in row.items()))
    return Sight(second(str(row[changed])), canonical.sha256_hex(told.encode())[:24])


def unseen(changed: str, rows: Iterable[Row], seen: Mapping[str, Sight]) -> dict[str, Sight]:
    """By id, the rows that look otherwise than when they were seen last, and how."""
    now = {str(row[ID]): sight(changed, row) for row in rows}
    return {identity: one for identity, one in now.items() if seen.get(identity) != one}
