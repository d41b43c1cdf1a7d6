"""One sort of personal data, as retention sees it: what of it is old enough, and what holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.store.rows import Rows
from gateway.store.transaction import Tx

# A twelfth of 365.25 days: nothing here has to be over on the day.
MONTH_MS: Final = 2_629_800_000


Place = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Old:
    """Something that is old enough to go. ``place`` is where it stands in the order of its sort,
    ``shown`` a number or an id for people, never a name, ``held`` why it stays, empty when it goes.
    """

    place: Place
    shown: str
    held: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a sort, and the place to go on from; None at the end."""

    found: Sequence[Old]
    next: Place | None

    @property
    def due(self) -> list[Old]:
        """What goes."""
        return [one for one in self.found if not one.held]


class Sort(Protocol):
    """A sort of data with its own term. The dry run and the doing both ask ``page``, so that what
    was told is what is done.
    """

    name: str
    months: int
    first: Place

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """What is older than an instant, behind a place, looking at so many at most."""

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """Let these go, in the transaction that found them."""

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The instant of the oldest that is not old enough yet."""

    def afterwards(self) -> None:
        """What needs no transaction, such as deleting files."""


def cut(found: Sequence[Old], looked: int, limit: int, last: Place) -> Page:
    """A page of what was found among ``looked`` rows that end at ``last``."""
    return Page(found, last if looked == limit else None)
