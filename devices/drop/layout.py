"""What the rows of a file become: which fact, and which column is which of its members (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from devices.drop import words
from devices.drop.values import Numbers, Order, Times
from gateway.kernel.money import exponent
from gateway.kernel.problems import Problem

Becomes = Literal[
    "sale",
    "stock.received",
    "stock.counted",
    "stock.adjusted",
    "scan.captured",
    "shift.opened",
    "shift.closed",
    "cash.paid_in",
    "cash.paid_out",
    "cash.drop",
    "event",
]
_ARTICLE: Final = ("gtin", "sku")
# Of each of these groups a file has to bring one column.
_NEEDED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "sale": (("receipt",), ("amount", "unit_price")),
    "stock.received": (_ARTICLE, ("quantity",)),
    "stock.counted": (_ARTICLE, ("quantity",)),
    "stock.adjusted": (_ARTICLE, ("quantity",)),
    "scan.captured": (("text", "gtin"),),
    "shift.opened": (("shift",), ("float", "amount")),
    "shift.closed": (("shift",), ("counted", "amount")),
    "cash.paid_in": (("amount",),),
    "cash.paid_out": (("amount",),),
    "cash.drop": (("amount",),),
    "event": (),
}


@dataclass(frozen=True)
class Layout:
    """How the rows of one folder are read.

    ``named`` are the columns that a person has named, folded, with what each of them means.
    ``register``, ``currency``, ``tender`` and ``reason`` stand for what a row does not say.
    """

    becomes: Becomes
    times: Times
    numbers: Numbers
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    register: str = ""
    currency: str = ""
    tender: str = "cash"
    reason: str = ""
    inclusive: bool = False

    def missing(self, columns: Collection[str]) -> list[str]:
        """What the columns of a file do not tell and have to, as ``a or b``."""
        known = {one for column in columns for one in words.member(column, self.named)}
        groups = _NEEDED[self.becomes]
        return [" / ".join(group) for group in groups if not known & set(group)]


def columns_of(text: str) -> dict[str, tuple[str, ...]]:
    """``receipt = Bon-Nr; quantity = Menge``, by folded column; ValueError with a sentence.

    A column may mean several things, and a member may be of one column only.
    """
    named: dict[str, list[str]] = {}
    seen: set[str] = set()
    for part in text.replace("\n", ";").split(";"):
        if not part.strip():
            continue
        member, sign, column = (piece.strip() for piece in part.partition("="))
        if not sign or not column:
            raise ValueError(f'"{part.strip()}" is not of the form: receipt = Bon-Nr.')
        if member not in words.MEMBERS:
            known = ", ".join(sorted(words.MEMBERS))
            raise ValueError(f'"{member}" is nothing that a row can tell. It may be: {known}.')
        if member in seen:
            raise ValueError(f'"{member}" is named twice.')
        seen.add(member)
        named.setdefault(words.folded(column), []).append(member)
    return {column: tuple(members) for column, members in named.items()}


def zone_of(name: str) -> ZoneInfo:
    """A time zone such as Europe/Berlin; ValueError with a sentence."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f'"{name}" is no time zone; one is Europe/Berlin.') from error


def check_currency(currency: str) -> None:
    """ValueError with a sentence for what is no currency; empty is none."""
    try:
        exponent(currency or "EUR")
    except Problem as problem:
        raise ValueError(problem.detail()) from problem


def times_of(zone: str, order: Order) -> Times:
    """ValueError with a sentence."""
    return Times(zone_of(zone), order)
