"""An old till made of software: it knows nothing but its printer, and prints as old tills do.

Receipts are written in pieces as its program makes them, styles and logo and all. It speaks over a
real socket, and its numbers come from the random source it is given.
"""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from devices.escpos.charsets import PAGES

T = TypeVar("T")
INIT, CUT, KICK = b"\x1b@", b"\x1dV\x41\x03", b"\x1bp\x00\x19\xfa"
BOLD, PLAIN, CENTRE, LEFT = b"\x1bE\x01", b"\x1bE\x00", b"\x1ba\x01", b"\x1ba\x00"
LOGO = b"\x1dv0\x00\x08\x00\x10\x00" + bytes(range(128))
ARTICLES = (("Coffee", 250), ("Cheese roll", 380), ("Apple juice", 190), ("Newspaper", 320))


@dataclass(frozen=True)
class Printed:
    """One receipt as the till meant it: money in minor units."""

    receipt: str
    total: int
    tax: int
    payment: str
    raw: bytes


class Chance(Protocol):
    """A random source, as ``random.Random`` is one."""

    def choice(self, among: Sequence[T], /) -> T: ...

    def randint(self, least: int, most: int, /) -> int: ...


class LegacyTill:
    """Prints receipts at an address. ``chance`` makes what is sold; the tax is 19 %, contained.

    ``logo``, ``cut`` and ``drawer`` are whether it does these; ``page`` is the number of its code
    page.
    """

    def __init__(
        self, host: str, port: int, chance: Chance, *, register: str = "2", page: int = 0
    ) -> None:
        self._address = (host, port)
        self._chance = chance
        self._register = register
        self._page = page
        self._number = 1000
        self.logo = True
        self.cut = True
        self.drawer = True

    def sell(self) -> Printed:
        """Make up a receipt, print it, and say what it was; ConnectionError as the till sees it."""
        printed = self.receipt()
        with self.connected() as send:
            for piece in self._pieces(printed.raw):
                send(piece)
        return printed

    def open_drawer(self) -> None:
        """Open the drawer without a sale."""
        with self.connected() as send:
            send(INIT + KICK)

    def receipt(self) -> Printed:
        """The next receipt, not printed yet."""
        self._number += 1
        bought = [self._chance.choice(ARTICLES) for _ in range(self._chance.randint(1, 5))]
        total = sum(price for _, price in bought)
        tax = (total * 19 * 2 + 119) // (119 * 2)
        payment = self._chance.choice(("CASH", "CARD"))
        lines = [f"{name:<20}{_money(price):>10}" for name, price in bought]
        lines += ["-" * 30, f"{'TOTAL EUR':<20}{_money(total):>10}"]
        lines += [f"{'VAT 19%':<20}{_money(tax):>10}", f"{payment:<20}{_money(total):>10}"]
        head = [f"Register {self._register}  Receipt {self._number}", "2027-01-15 09:00"]
        raw = b"".join([*self._begin(), *map(self._line, [*head, *lines]), self._end()])
        return Printed(str(self._number), total, tax, payment.lower(), raw)

    @contextmanager
    def connected(self) -> Iterator[Callable[[bytes], None]]:
        """A line to the printer, open until the end of the block."""
        with socket.create_connection(self._address, 5) as line:
            yield line.sendall
            line.shutdown(socket.SHUT_WR)
            while line.recv(64):
                pass  # a printer hangs up when it has everything

    def _begin(self) -> Iterator[bytes]:
        yield INIT + b"\x1bt" + bytes([self._page])
        if self.drawer:
            yield KICK
        if self.logo:
            yield CENTRE + LOGO
        yield BOLD + self._line("Corner Shop") + PLAIN + LEFT

    def _end(self) -> bytes:
        return b"\n\n\n" + (CUT if self.cut else b"")

    def _line(self, text: str) -> bytes:
        return text.encode(PAGES[self._page], "replace") + b"\n"

    def _pieces(self, raw: bytes) -> Iterator[bytes]:
        while raw:
            size = self._chance.randint(1, 200)
            yield raw[:size]
            raw = raw[size:]


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
