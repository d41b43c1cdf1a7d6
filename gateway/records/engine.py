"""What every command of the engine works with, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.heads import Author, Head
from gateway.records.kind import Kind
from gateway.records.validate import Home

# Whose word holds at once where the ERP owns a field.
AUTHORITIES: Final = ("erp", "system")


@dataclass(frozen=True, slots=True)
class Engine:
    """The kinds of this gateway, its own country, currency and language, and its number prefix."""

    kinds: Mapping[str, Kind]
    home: Home
    number_prefix: str

    def kind(self, name: str) -> Kind:
        """A kind by name; Problem kind_unknown."""
        if name not in self.kinds:
            raise Problem("kind_unknown", kind=name[:60])
        return self.kinds[name]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who gives a command, and from where.

    ``operation`` is the command's id: it becomes the id of the journal entry, and later edits of
    the same device name it as ``base_op``; empty for a new one. ``device`` is the actor's own when
    empty. ``occurred_at`` is what the device claims, in Unix ms.
    """

    actor: Actor
    operation: str = ""
    device: str = ""
    epoch: str = ""
    seq: int | None = None
    occurred_at: int | None = None
    clock_offset_ms: int = 0

    def filled(self, now_ms: int) -> "Origin":
        """The same with an operation and a device."""
        operation = self.operation or ids.uuid7(now_ms)
        return replace(self, operation=operation, device=self.device or self.actor.device)

    @property
    def author(self) -> Author:
        """Who is kept as the author of what the command writes."""
        return Author(self.operation, self.actor.id, self.actor.name, self.device)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A merge patch (RFC 7396) and what it was made against.

    ``base_version`` 0 stands for the version that ``base_op`` was made against: a phone that has
    not heard of its creation yet knows no version.
    """

    patch: Mapping[str, object]
    base_version: int = 0
    base_op: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to.

    ``status`` is created, applied, merged (others had changed it meanwhile), conflict (a part waits
    for a person) or unchanged. ``seq`` is None when nothing was written to the journal. Warnings
    are problems that refuse nothing.
    """

    status: str
    head: Head
    seq: int | None = None
    conflicts: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
