"""Retention, as the command line asks for it."""

from collections.abc import Mapping

import msgspec

from gateway.retention.retention import Retention
from gateway.web.commands.local import Command


def commands(retention: Retention) -> Mapping[str, Command]:
    """By name; arguments and results are JSON."""

    def look() -> list[dict[str, object]]:
        return [msgspec.structs.asdict(one) for one in retention.dry_run().sorts]

    def take(sort: str) -> int:
        return retention.carry_out(sort)

    return {"retention.look": look, "retention.take": take}
