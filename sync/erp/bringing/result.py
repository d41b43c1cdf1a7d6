"""What a round of bringing came to, in figures."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.kernel.problems import Problem
from sync.erp.bringing.taking import Taken


@dataclass(slots=True)
class Counts:
    """Rows of one kind. ``read`` counts every row that came, ``left`` those that are nobody's here
    and stay the ERP's affair, ``gone`` those that the ERP has no more; ``conflicts`` are among the
    changed ones.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    left: int = 0
    gone: int = 0
    conflicts: int = 0

    def add(self, taken: Iterable[Taken]) -> None:
        """Count what became of some rows."""
        for one in taken:
            self.gone += one.brought.is_gone
            if one.fate == "conflict":
                self.changed += 1
                self.conflicts += 1
            else:
                setattr(self, one.fate, getattr(self, one.fate) + 1)


@dataclass(slots=True)
class Result:
    """What a round came to, by kind, and what ended it early. Instants in Unix ms.

    ``held``: nothing failed, the ERP is to be left alone for now.
    """

    connector: str
    began_at: int
    ended_at: int | None = None
    kinds: dict[str, Counts] = field(default_factory=dict)
    problem: Problem | None = None
    held: bool = False

    def of(self, kind: str) -> Counts:
        """The figures of a kind."""
        return self.kinds.setdefault(kind, Counts())

    @property
    def total(self) -> Counts:
        """The figures of all kinds."""
        names = Counts.__slots__
        return Counts(**{n: sum(getattr(one, n) for one in self.kinds.values()) for n in names})
