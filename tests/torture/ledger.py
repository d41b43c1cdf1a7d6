"""What a client was promised, on paper: one line for each promise, written when it was heard.

An audit reads these files and the gateway's database, and asks neither side anything. Whoever wants
to look at a campaign again afterwards finds them beside its folders.
"""

import json
import threading
from dataclasses import dataclass
from pathlib import Path

from tests.torture.audit import Promises


@dataclass(frozen=True)
class Station:
    """Where a client works: the gateway's address, the campaign's seed, the folder of its paper."""

    address: tuple[str, int]
    seed: int
    papers: Path


class Ledger:
    """One client's promises, in a file of its own."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.open("x", buffering=1, encoding="utf-8")
        self._lock = threading.Lock()

    def fact(self, identity: str, seq: int, data: object) -> None:
        """A fact was stored as entry ``seq``."""
        self._write(["fact", identity, seq, data])

    def operation(self, identity: str, record: str) -> None:
        """A phone's operation had its effect, on a record or (empty) as a fact."""
        self._write(["operation", identity, record])

    def mark(self, text: str) -> None:
        """A text that occurs in one entry only is safe."""
        self._write(["mark", text])

    def entry(self, seq: int, identity: str) -> None:
        """An entry was read from the journal."""
        self._write(["read", seq, identity])

    def close(self) -> None:
        """No more lines; what is written stays."""
        with self._lock:
            self._file.close()

    def promises(self) -> Promises:
        """Everything in the file so far."""
        with self._lock:
            lines = self._path.read_text("utf-8").splitlines()
        found = Promises()
        for line in lines:
            match json.loads(line):
                case ["fact", identity, seq, data]:
                    found.facts[identity] = seq, data
                case ["operation", identity, record]:
                    found.operations[identity] = record
                case ["mark", text]:
                    found.marks.add(text)
                case ["read", seq, identity]:
                    found.read[seq] = identity
        return found

    def _write(self, line: list[object]) -> None:
        text = json.dumps(line) + "\n"
        with self._lock:
            self._file.write(text)
