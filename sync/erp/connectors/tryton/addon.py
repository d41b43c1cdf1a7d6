"""Tryton's optional module of ours: many things in one call, each made once whoever asks again.

docs/tryton-addon.md says how it is installed and what it answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.erp.connectors.tryton.client import Client, Values

MODEL = "waystation.receipt"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something to make, and its first steps.

    ``key`` is what we call it. ``steps`` are the buttons to press in each state, unless the record
    differs from what is ``expected`` of it; ``read`` are fields to answer with.
    """

    key: str
    model: str
    values: Values = field(repr=False)
    steps: Mapping[str, Sequence[str]] = field(default_factory=dict)
    expected: Values = field(default_factory=dict)
    read: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in Tryton for a key; no id and no fields where somebody deleted it there."""

    id: int | None
    is_new: bool
    fields: Mapping[str, Any] | None = field(repr=False)


class Addon:
    """The module, where it is active."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def is_ready(self) -> bool:
        """Whether the module is there and our key may use it. Trouble."""
        there = self._client.find("ir.model", [["name", "=", MODEL]], [])
        return bool(there) and bool(self._client.call(MODEL, "ready"))

    def apply(self, operations: Sequence[Operation]) -> list[Answer]:
        """All of it or nothing; what was made for a key before is not made again.

        Refusal, in conflict where another call is at work on one of the keys. After Trouble it may
        be asked again at any time.
        """
        told = [
            {
                "key": one.key,
                "model": one.model,
                "values": one.values,
                "steps": one.steps,
                "expect": one.expected,
                "read": one.read,
            }
            for one in operations
        ]
        found = self._client.call(MODEL, "apply", operations=told)
        return [Answer(one["id"], one["created"], one["fields"]) for one in found]
