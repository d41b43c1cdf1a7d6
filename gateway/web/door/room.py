"""What the door still lets in while the disk fills, by the same names that the policy uses."""

from typing import Final

from gateway.kernel.problems import Problem
from gateway.store.room import Room, Stage

_READING: Final = ("GET", "HEAD", "OPTIONS")
# What takes room of its own, and can wait.
RESTING: Final = frozenset({
    ("record", "export"), ("import", "create"), ("import", "update"), ("import", "speak"),
    ("attachment", "create"),
})  # fmt: skip
# What happens now and cannot be had later, the ERP's receipts (they let entries go to the archive),
# and what lets people in to mend it.
TAKEN: Final = frozenset({
    ("fact", "create"), ("hook", "create"), ("sync", "push"), ("sync", "pull"),
    ("batch", "list"), ("batch", "read"), ("batch", "confirm"), ("batch", "update"),
    ("session", "create"), ("session", "delete"), ("phone", "prove"), ("import", "delete"),
    ("alert", "run"),
})  # fmt: skip


def refusal(room: Room, resource: str, action: str, method: str) -> Problem | None:
    """Why a request may not be carried out now; None where it may. The last stage is the store's
    own: whatever writes nothing goes on.
    """
    stage = room.stage
    if stage < Stage.SPARE:
        return None
    if (resource, action) in RESTING:
        return room.problem()
    if stage < Stage.CAPTURE or method in _READING or (resource, action) in TAKEN:
        return None
    return room.problem()
