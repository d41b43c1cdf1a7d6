"""Everything of the ERP side, built and connected: pulled, pushed, taken in, compared."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.schema import Settings
from gateway.kernel.problems import Problem
from gateway.records.engine import Engine as Records
from gateway.records.model.kind import Kind
from gateway.store.database import Store
from gateway.web.commands.local import Command
from sync.erp import incoming
from sync.erp.answers import Answers
from sync.erp.book import RecordBook
from sync.erp.connector import Connector, Entry
from sync.erp.mapping.mapped import Mapped
from sync.erp.previews.previews import Previews
from sync.erp.rounds.listening import Listening
from sync.erp.shapes import Phone
from sync.erp.tallying.tallying import Side, Tallying
from sync.erp.wing import Erp, push_job
from sync.jobs.schedule import Schedule


@dataclass(frozen=True, slots=True)
class House:
    """What the ERP side needs of the rest: the records engine, the phones, the shop's name, the
    sign that the gateway ends, and the timed job of each consumer that others push to.
    """

    kinds: Mapping[str, Kind]
    records: Callable[[], Records]
    phones: Callable[[], list[Phone]]
    shop: Callable[[], str]
    ending: threading.Event
    pushed: Mapping[str, str]


class ErpSide:
    """The ERP side of one data folder; MappingRefused."""

    def __init__(
        self, data: Path, settings: Settings, store: Store, house: House, schedule: Schedule
    ) -> None:
        self.house = house
        self._schedule = schedule
        self._store = store
        self._zone = settings.gateway.time_zone
        book = RecordBook(store.keyring, house.kinds)
        connectors = self._opened(data, settings)
        self._mapped = [one for one in connectors if isinstance(one, Mapped)]
        listening = [self._listening(one) for one in connectors]
        self.erp = Erp(store, book, settings.erp, listening, self._zone, house.pushed)
        self.tallying = Tallying(store, book, self._sides())
        held = {name: run.restraint for name, run in self.erp.runs.items()}
        self.incoming = incoming.incoming(data, settings, store, house.records, house.kinds, held)
        self._answers = Answers(self.erp, schedule, self.tallying)

    @property
    def previews(self) -> Previews:
        """What would be sent, for whoever is pushed to by a mapping."""
        house, zone = self.house, self._zone or "UTC"
        mappings = {one.name: one.mapping for one in self._mapped}
        return Previews(self._store, house.kinds, mappings, self._currency, zone)

    def push_soon(self, connector: str, by: str) -> None:
        """Push to a consumer now, in somebody's name."""
        self._schedule.now(self.house.pushed.get(connector, push_job(connector)), by)

    def commands(self) -> Mapping[str, Command]:
        """What the command line can ask for."""
        return {**self._answers.commands(), **self.incoming.commands()}

    def jobs(self) -> list[tuple[Any, ...]]:
        """What is to be done by the clock."""
        return [*self.incoming.jobs(), *self.erp.jobs(), *self.tallying.jobs()]

    def stop(self) -> None:
        """Let what is under way end early, and nothing begin."""
        self.incoming.stop()
        self.erp.stop()
        self.tallying.stop()
        self._answers.close()

    def _opened(self, data: Path, settings: Settings) -> list[Connector]:
        if not settings.erp.connectors:
            return []
        from sync.erp.connectors import registry
        from sync.erp.names import RecordNames
        from sync.erp.pushing.engine import Terms

        terms = Terms(self._currency, self._zone or "UTC", names=RecordNames(self._store))
        return registry.opened(settings, data, terms, self._store.clock)

    def _sides(self) -> dict[str, Side]:
        zone = self._zone or "UTC"
        return {
            one.name: Side(
                one.line, one.mapping, self._currency, self.erp.runs[one.name].restraint, zone
            )
            for one in self._mapped
        }

    def _listening(self, connector: Connector) -> Connector:
        """One that hears its ERP out first, where anything may come in from it."""
        if not isinstance(connector, Mapped):
            return connector

        def hear(entries: Sequence[Entry]) -> Mapping[int, Problem]:
            return self.incoming.hear(connector.name, entries)

        return Listening(connector, hear)

    def _currency(self) -> str:
        return self.house.records().home.currency
