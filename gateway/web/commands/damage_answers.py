"""Databases that were put aside as damaged: what is lost, and who knows of it."""

import logging
from collections.abc import Mapping

import msgspec

from gateway.facts import rebuild
from gateway.facts.rebuild import Progress
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rescue import aside
from gateway.web.commands.local import Command
from gateway.web.door.health import Health

log = logging.getLogger(__name__)


class Damage:
    """What was put aside in one data folder."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def commands(self) -> Mapping[str, Command]:
        """By name; arguments and results are JSON."""
        return {"damage.list": self.list, "damage.confirm": self.confirm}

    def add_to(self, health: Health) -> None:
        """Tell it everywhere until it is confirmed."""
        health.probe("damage", self.trouble)
        health.reading(
            "damage_unconfirmed",
            lambda: float(self.trouble() is not None),
            "1 while a damaged database was put aside and nobody has confirmed what is lost.",
        )

    def trouble(self) -> Problem | None:
        """What was lost, until it is confirmed; first of all a page that was met just now."""
        return self._store.damage or aside.trouble(self._store.folder)

    def list(self) -> object:
        """Every damaged database that lies there, the newest first."""
        return msgspec.to_builtins(aside.notes(self._store.folder))

    def confirm(self, name: str, by: str) -> object:
        """Somebody knows what is lost."""
        now_ms = self._store.clock.now_ms()
        return msgspec.to_builtins(aside.confirm(self._store.folder, name, by, now_ms))

    def after_salvage(self) -> None:
        """Make anew what follows from the journal alone, where its own rows may be lost.

        A file of the archive that is missing too keeps nobody from selling: it is tried again at
        the next start, and doctor names the file.
        """
        if not aside.was_just_salvaged(self._store.folder):
            return
        progress = Progress()
        try:
            while not progress.done:
                progress = rebuild.step(self._store, progress)
        except Problem as problem:
            log.error("what follows from the journal could not be made anew: %s", problem)  # noqa: TRY400
        else:
            aside.settled(self._store.folder)
