"""What every command of the engine works with, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.access.policy import Rule
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.model.guards import Guard, Terms
from gateway.records.model.kind import Kind
from gateway.records.model.validate import Home
from gateway.records.rows.erasures import Erasure
from gateway.records.rows.heads import Author, Head

# Whose word holds at once where the ERP owns a field.
AUTHORITIES: Final = ("erp", "system")
# Which way a change came in, where its command does not say so itself; else over the counter.
CHANNELS: Final = {"rep": "rep", "erp": "erp", "web": "web", "system": "system"}


@dataclass(frozen=True, slots=True)
class Engine:
    """The kinds of this gateway, its own country, currency and language, its number prefix, and
    what takes a second person.
    """

    kinds: Mapping[str, Kind]
    home: Home
    number_prefix: str
    terms: Terms = field(default_factory=Terms)

    def kind(self, name: str) -> Kind:
        """A kind by name; Problem kind_unknown."""
        if name not in self.kinds:
            raise Problem("kind_unknown", kind=name[:60])
        return self.kinds[name]

    def guard(self, kind: Kind, rule: Rule, actor: Actor, *, creating: bool = False) -> Guard:
        """What stands between an actor and the guarded fields of a kind."""
        return Guard(kind, rule, self.terms, creating, actor.role in AUTHORITIES)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who gives a command, and from where.

    ``operation`` is the command's id: it becomes the id of the journal entry, and later edits of
    the same device name it as ``base_op``; empty for a new one. ``device`` is the actor's own when
    empty. ``occurred_at`` is what the device claims, in Unix ms. ``channel`` is shop, rep, web,
    import, erp or system; empty for the one of the actor's role. ``reason`` is what the actor says
    about it, for whoever has to confirm it. ``mender`` is the person who mended a refused operation
    of the actor, ``approver`` who confirmed a change that the actor proposed. ``typed`` is what was
    written where the stored form differs, by place. ``restored_from`` is the version whose values
    the command brings back; 0 for none. ``file`` is the name of the file that it came with.
    ``proven`` says that the actor's password was entered lately enough to decide what takes two
    people; what has no password is proven by its token.
    """

    actor: Actor
    operation: str = ""
    device: str = ""
    epoch: str = ""
    seq: int | None = None
    occurred_at: int | None = None
    clock_offset_ms: int = 0
    channel: str = ""
    reason: str = ""
    mender: str = ""
    approver: Actor | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    restored_from: int = 0
    file: str = ""
    proven: bool = True

    def filled(self, now_ms: int) -> "Origin":
        """The same with an operation, a device and a channel."""
        return replace(
            self,
            operation=self.operation or ids.uuid7(now_ms),
            device=self.device or self.actor.device,
            channel=self.channel or CHANNELS.get(self.actor.role, "shop"),
        )

    def said_at(self, now_ms: int) -> int:
        """When the actor said it, in Unix ms: by the device's clock, set right by what is known of
        it, and never after it came.
        """
        if self.occurred_at is None:
            return now_ms
        return min(now_ms, self.occurred_at + self.clock_offset_ms)

    @property
    def author(self) -> Author:
        """Who is kept as the author of what the command writes."""
        actor = self.actor
        by = (self.operation, actor.id, actor.name, self.device, self.channel)
        return Author(*by, self.approver.id, self.approver.name) if self.approver else Author(*by)


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
    for a person), proposed (all of it waits for a second person), unchanged, or erased, of which
    ``erased`` tells what went. ``seq`` is None when nothing was written to the journal.
    ``proposals`` are the ids of what waits for a second person. Warnings are problems that
    refuse nothing, such as what a rule of survivorship has kept out.
    """

    status: str
    head: Head
    seq: int | None = None
    conflicts: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    proposals: tuple[str, ...] = ()
    erased: tuple[Erasure, ...] = ()
