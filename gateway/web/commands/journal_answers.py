"""Looking after the journal and its archive, as the command line asks for it.

Every command does a bounded piece of work and says where it came to; the caller repeats it. So none
outlasts the patience of the local socket, and captures go on in between.
"""

from collections.abc import Mapping, Sequence

import msgspec

from config.schema import Settings
from gateway.facts import rebuild
from gateway.facts.rebuild import Progress
from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.keys import protection
from gateway.store import archive, checkpoint, journal
from gateway.store.archiver import Archiver, Keeper
from gateway.store.database import Store
from gateway.store.segment import Stored
from gateway.web.commands.damage_answers import Damage
from gateway.web.commands.local import Command
from gateway.web.commands.self_check import SelfCheck
from gateway.web.door.health import Health

DAY_S = 86_400
EXPORT_ENTRIES_MAX = 1_000


class Upkeep:
    """The commands over one store."""

    def __init__(self, store: Store, settings: Settings, keepers: Sequence[Keeper]) -> None:
        self._store = store
        self.archiver = Archiver(store, settings.store, keepers)
        self._settings = settings.store
        self.damage = Damage(store)
        self.damage.after_salvage()
        self._checks: dict[str, Command] = {}

    def watch(self, health: Health, settings: Settings) -> None:
        """Tell of damage, and let doctor look at what everybody watches."""
        self.damage.add_to(health)
        self._checks = {"doctor.checks": SelfCheck(self._store, settings, health).checks}

    def commands(self) -> Mapping[str, Command]:
        """By name; arguments and results are JSON."""
        return {
            **self.damage.commands(),
            "doctor": self.examine,
            **self._checks,
            "archive.check": self.check,
            "archive.step": self.archive,
            "journal.rebuild": self.rebuild,
            "journal.export": self.export,
            "journal.checkpoint": self.checkpoint,
            "journal.compare": self.compare,
        }

    def examine(self) -> dict[str, object]:
        """The state of the database; Problem chain_broken. The archive is examined by ``check``."""
        with self._store.read() as rows:
            integrity = str(rows.value("PRAGMA integrity_check(1)"))
            entries, _ = archive.verify(rows, self._store.keyring)
            archived = journal.low_water(rows)
            sqlite = str(rows.value("SELECT sqlite_version()"))
        kept = protection.of(self._store.folder, self._settings)
        return {
            "epoch": self._store.epoch,
            "entries": archived + entries,
            "archived": archived,
            "chain": "valid",
            "integrity": integrity,
            "sqlite": sqlite,
            "encryption": self._settings.encryption,
            "keys": kept.name,
            "stolen box": kept.box.told,
            "stolen disk": kept.disk.told,
        }

    def check(self, after: int) -> dict[str, object]:
        """Examine the file behind a place: {"after", "problem", "more"}."""
        with self._store.read() as rows:
            low_water = journal.low_water(rows)
        if after >= low_water:
            return {"after": after, "problem": None, "more": False}
        last, problem = archive.check_next(self._store, after)
        record = None if problem is None else problem.record()
        return {"after": last, "problem": record, "more": last < low_water}

    def archive(self) -> dict[str, object]:
        """Move one file's worth of entries: {"entries", "archived", "held"}; none are moved when
        nothing may leave, and ``held`` says who needs the next one.
        """
        made = self.archiver.step()
        hold = self.archiver.held()
        with self._store.read() as rows:
            archived = journal.low_water(rows)
        waits = hold is not None and hold.seq <= archived
        return {
            "entries": made.entries if made else 0,
            "archived": archived,
            "held": hold.why if hold and waits else "",
        }

    def rebuild(self, after: int, counts: dict[str, int]) -> dict[str, object]:
        """Go on with the projections: {"after", "counts", "done"}."""
        progress = rebuild.step(self._store, Progress(after, counts))
        return {"after": progress.after, "counts": progress.counts, "done": progress.done}

    def export(self, after: int, last: int) -> dict[str, object]:
        """Entries behind a place up to ``last`` as lines of JSON: {"lines", "after", "more"}."""
        found = [row for row in archive.page(self._store, after) if row.seq <= last]
        shown = found[:EXPORT_ENTRIES_MAX]
        return {
            "lines": [line(row) for row in shown],
            "after": shown[-1].seq if shown else after,
            "more": bool(shown) and shown[-1].seq < last,
        }

    def checkpoint(self) -> dict[str, object]:
        """A signed word about the journal's end."""
        return msgspec.structs.asdict(checkpoint.take(self._store))

    def compare(self, kept: str) -> dict[str, object]:
        """Hold the journal against a checkpoint: {"state", "seq", "head", "restored_at"}.

        Problem checkpoint_malformed, and those of ``checkpoint.compare``.
        """
        return msgspec.structs.asdict(checkpoint.compare(self._store, checkpoint.read(kept)))


def line(row: Stored) -> str:
    """An entry for an auditor: its columns, its place in the hash chain, and the object that was
    stored, byte for byte.

    The chain can be followed without a key: chain = SHA-256(chain before, seq as 8 bytes, id,
    digest).
    """
    shown = {
        "seq": row.seq, "id": ids.to_text(row.id), "type": row.type, "kind": row.kind,
        "subject": row.subject, "actor": row.actor, "device": row.device,
        "occurred_at": to_iso(row.occurred_at), "received_at": to_iso(row.received_at),
        "digest": row.digest.hex(), "chain": row.chain.hex(),
        "entry": None if row.body is None else msgspec.Raw(row.body),
    }  # fmt: skip
    return msgspec.json.encode(shown).decode()
