"""A storage that refuses for a while."""

from typing import Any

from gateway.facts.accept import Facts
from gateway.kernel.problems import Problem


class Refusing:
    """Facts that the storage refuses for a while."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.broken = False

    def capture(self, type: str, data: Any, **rest: Any) -> Any:
        if self.broken and not type.startswith("device."):
            raise Problem("disk_full")
        return self.facts.capture(type, data, **rest)
