"""The targets: every file of this folder that has a ``target``, and what each is begun with.

A target takes bytes, must not raise whatever they are, and asserts what always holds. Its file may
name ``SEEDS``, a few inputs that reach far into it.
"""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
# What every target is begun with: what breaks readers of anything.
COMMON = (
    b"", b"\x00", b"\r\n", b"\x1d", b"]", b"\xff\xfe", "٤٠٠٦".encode(), b"4006381333931\r\n",
    b"]C1011690123456789910LOT-A73724\r", b"\x02 1.234N\r", b"\x1b@TOTAL 12.50\n\x1dVA\x00",
    b'{"id":"1","data":[1,"\\ud800"]}', b"a,b;c\n1,2;3\n", b"A" * 600, b"-0.575",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One of them; ``run`` is handed the bytes."""

    name: str
    run: Callable[[bytes], None]
    seeds: Sequence[bytes]


def names() -> list[str]:
    """Every target's name, which is its file's."""
    found = (path.stem for path in sorted(HERE.glob("*.py")))
    return [name for name in found if not name.startswith(("_", "test_"))]


def load(name: str) -> Target:
    """One target; AttributeError when its file has none."""
    module = importlib.import_module(f"tests.fuzz.{name}")
    return Target(name, module.target, (*getattr(module, "SEEDS", ()), *COMMON))
