"""What is to be done with one pushed operation (pure).

The shell in `push` looks up what the gateway remembers, asks `decide`, and does what the decision
says. Nothing here touches a database, so every case is a row of a table in the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.kernel.problems import Problem
from sync.phone.operations import Operation

# What an operation came to. Everything else still waits for its effect.
DONE = frozenset({"applied", "merged", "conflict"})
SETTLED = DONE | {"rejected"}

# After as many unexpected failures an operation is set aside instead of being tried again and
# again.
TRIES_MAX = 5


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the gateway knows of an operation it has seen: the row it answers from.

    ``result`` and ``problem`` are the parts of the answer. ``received_at`` is when it came first.
    """

    id: str
    device: str
    status: str
    revision: int
    digest: bytes
    received_at: int
    result: Mapping[str, object]
    problem: Problem | None

    @property
    def tries(self) -> int:
        """How often applying it failed unexpectedly."""
        tries = self.result.get("tries", 0)
        return tries if isinstance(tries, int) else 0


@dataclass(frozen=True, slots=True)
class Apply:
    """Give it its effect."""


@dataclass(frozen=True, slots=True)
class Again:
    """It was answered before: the same answer again."""

    remembered: Remembered


@dataclass(frozen=True, slots=True)
class Clash:
    """Its id belongs to something else already: refused, both kept."""


@dataclass(frozen=True, slots=True)
class Displaced:
    """Its place in the phone's own count belongs to something else: refused, and kept without a
    place.
    """


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits for the operation ``blocker``, which has had no effect yet."""

    blocker: str


Decision = Apply | Again | Clash | Displaced | Hold


def decide(
    operation: Operation,
    digest: bytes,
    remembered: Mapping[str, Remembered],
    *,
    place_taken: bool = False,
    replaced: bool = False,
) -> Decision:
    """What to do with an operation.

    ``remembered`` holds what is known of this id and of those it needs. ``place_taken`` says that
    its place in the phone's count is another operation's. ``replaced`` says that this very content
    was kept before under this id.
    """
    known = remembered.get(operation.id)
    if known is not None:
        answered = _from_memory(operation, digest, known, replaced=replaced)
        if answered is not None:
            return answered
    if place_taken:
        return Displaced()
    for needed in needs(operation):
        if needed not in remembered or remembered[needed].status not in DONE:
            return Hold(needed)
    return Apply()


def _from_memory(
    operation: Operation, digest: bytes, known: Remembered, *, replaced: bool
) -> Again | Clash | None:
    """What follows from what is known of this id; None when it has yet to have its effect."""
    if known.digest == digest:
        return Again(known) if known.status in SETTLED else None
    if replaced and known.status in DONE and operation.revision < known.revision:
        # Somebody mended it meanwhile: a phone that sends it again must hear that it is settled.
        return Again(known)
    if known.status in DONE or operation.revision <= known.revision:
        return Clash()
    return None


def needs(operation: Operation) -> tuple[str, ...]:
    """Ids of the operations that must have had their effect before this one."""
    earlier = (operation.base_op,) if operation.base_op else ()
    return (*operation.depends_on, *earlier)


def after_failure(known: Remembered | None, digest: bytes) -> tuple[str, int]:
    """Status and number of tries of an operation that has just failed unexpectedly once more."""
    tries = 1 + (known.tries if known is not None and known.digest == digest else 0)
    return ("rejected" if tries >= TRIES_MAX else "retry"), tries


def may_still_come(known: Remembered | None, now_ms: int, hold_ms: int) -> bool:
    """Whether to wait on for what an operation refers to: its creation may be on its way, but not
    for ever.
    """
    return known is None or now_ms - known.received_at < hold_ms
