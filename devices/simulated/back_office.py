"""A till's back office made of software: it leaves files of sales, and does all that goes wrong.

Files are real and appear as real programs write them: in pieces, under their last name from the
start. Whatever is random comes from the generator that is handed in, so a day can be played again.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol, TypeVar

from gateway.kernel.codes import check_digit

HEAD: Final = "receipt,time,gtin,quantity,unit_price,amount,vat,payment\n"
_ARTICLES: Final = tuple(
    body + str(check_digit(body)) for body in (f"40063813{n:04d}" for n in range(40))
)
_RATES: Final = ("19%", "7%", "0%")


T = TypeVar("T")


class Chance(Protocol):
    """What is needed of ``random.Random``, which the caller has seeded."""

    def random(self) -> float: ...
    def randint(self, a: int, b: int) -> int: ...
    def choice(self, seq: Sequence[T]) -> T: ...


@dataclass
class Faults:
    """What goes wrong, each as a share between 0 and 1 of the files or rows.

    ``half``: a file stays half-written until ``complete``. ``again``: a file is dropped once more
    under another name. ``bad``: a row has no number where one belongs.
    """

    half: float = 0.0
    again: float = 0.0
    bad: float = 0.0


class BackOffice:
    """Leaves files in ``folder``. ``receipts`` counts what it has sold so far."""

    def __init__(self, folder: Path, chance: Chance, faults: Faults | None = None) -> None:
        self.folder = folder
        self.faults = faults or Faults()
        self.receipts = 0
        self.bad_rows = 0
        self._chance = chance
        self._files = 0
        self._open: list[tuple[IO[str], str]] = []
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def leave(self, receipts: int, *, ready: bool = True) -> Path:
        """A file of so many receipts; ``ready`` says in its name that it is complete."""
        self._files += 1
        text = HEAD + "".join(self._receipts(receipts))
        path = self.folder / f"sales-{self._files:04d}.csv{'.ready' if ready else ''}"
        if self._chance.random() < self.faults.half:
            self._begin(path.with_suffix("") if ready else path, text)
        else:
            self._whole(path, text)
        if self._chance.random() < self.faults.again:
            self._whole(self.folder / f"copy-{self._files:04d}.csv.ready", text)
        return path

    def complete(self) -> None:
        """Write what half-written files lack."""
        waiting, self._open = self._open, []
        for file, rest in waiting:
            with file:
                file.write(rest)

    def start(self, every_s: float, receipts: Sequence[int] = (1, 5, 40)) -> None:
        """Leave a file every so often until ``stop``."""
        self._thread = threading.Thread(
            target=self._work, args=(every_s, receipts), name="back office", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Leave nothing any more, and complete what is half-written."""
        self._ending.set()
        if self._thread:
            self._thread.join()
        self.complete()

    def __enter__(self) -> "BackOffice":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _work(self, every_s: float, receipts: Sequence[int]) -> None:
        while not self._ending.wait(every_s):
            self.complete()
            self.leave(self._chance.choice(receipts))

    def _begin(self, path: Path, text: str) -> None:
        cut = self._chance.randint(1, len(text) - 1)
        file = path.open("w", encoding="utf-8", newline="")
        file.write(text[:cut])
        file.flush()
        self._open.append((file, text[cut:]))

    def _whole(self, path: Path, text: str) -> None:
        beside = path.with_name(path.name + ".tmp")
        beside.write_text(text, "utf-8")
        beside.rename(path)

    def _receipts(self, count: int) -> Iterator[str]:
        for _ in range(count):
            self.receipts += 1
            minute, second = divmod(self.receipts, 60)
            at = f"2026-11-22T{minute // 60 % 24:02d}:{minute % 60:02d}:{second:02d}Z"
            lines = self._chance.randint(1, 4)
            bad = self._chance.random() < self.faults.bad
            self.bad_rows += bad
            for number in range(lines):
                yield self._line(at, bad=bad and number == 0)

    def _line(self, at: str, *, bad: bool) -> str:
        quantity, cents = self._chance.randint(1, 5), self._chance.randint(5, 2_000)
        price, amount = f"{cents / 100:.2f}", f"{quantity * cents / 100:.2f}"
        told = "many" if bad else str(quantity)
        article, rate = self._chance.choice(_ARTICLES), self._chance.choice(_RATES)
        return f"{self.receipts},{at},{article},{told},{price},{amount},{rate},cash\n"
