"""Looking after the records, as the command line asks for it.

Every command does a bounded piece of work and says where it came to; the caller repeats it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from gateway.records.quality import standardise
from gateway.records.records import Records
from gateway.web.commands.local import Command


def commands(records: Records, examine: Callable[[], dict[str, object]]) -> Mapping[str, Command]:
    """By name; arguments and results are JSON. ``doctor`` also says how the index stands."""
    index = records.reindexing

    def doctor() -> dict[str, object]:
        return {**examine(), "index": index.told()}

    def kinds() -> list[str]:
        return [one.kind for one in index.standing()]

    def reindex(kind: str, anew: bool) -> dict[str, object]:
        return asdict(index.step(kind, anew=anew))

    return {
        "doctor": doctor,
        "records.kinds": kinds,
        "records.reindex": reindex,
        "records.standardise": standardise.command(records.store, lambda: records.engine),
    }
