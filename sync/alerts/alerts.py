"""The alerts of one gateway: look, decide what is to be told, tell it by every way there is."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from config.schema import Settings
from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.web.commands.local import Command
from sync.alerts import standing
from sync.alerts.book import AlertBook, Way
from sync.alerts.hook import Hook
from sync.alerts.mail import Mail
from sync.alerts.standing import Alarm, Notice, Pace
from sync.jobs.ended import Ended

JOB = "alerts"
LOOK_S = 30
MINUTE_MS = 60_000
AGAIN_MS_MAX = 3_600_000

Look = Callable[[], Sequence[Alarm]]


class Teller(Protocol):
    """A way to tell people; raises the Problem that kept it from doing so."""

    name: str

    def tell(self, notices: Sequence[Notice], shop: str) -> None:
        """Tell all of these, or raise a Problem."""


class Alerts:
    """``look`` says what is wrong at the moment, ``shop`` what the shop is called."""

    def __init__(
        self,
        store: Store,
        house: Settings,
        look: Look,
        shop: Callable[[], str],
    ) -> None:
        self._clock = store.clock
        settings, prefix = house.alerts, house.gateway.number_prefix
        self._settings = settings
        self._look = look
        self._shop = shop
        self._book = AlertBook(store)
        self._lock = threading.Lock()
        self._tellers: list[Teller] = []
        if settings.mail_to:
            self._tellers.append(Mail(settings, prefix))
        if settings.webhook_url:
            self._tellers.append(Hook(settings, prefix, store.clock))

    @property
    def names(self) -> list[str]:
        """The ways there are."""
        return [teller.name for teller in self._tellers]

    def jobs(self) -> list[tuple[str, int, Callable[[], Ended]]]:
        """What is to be done by the clock."""
        return [(JOB, LOOK_S, self.turn)]

    def commands(self) -> Mapping[str, Command]:
        """What the command line can ask for."""

        def listed() -> object:
            return [{"since": one.since, "problem": one.problem} for _, one in self.standing()]

        def test() -> object:
            tried = self.test()
            return [{"name": n, "problem": p.record() if p else None} for n, p in tried]

        return {"alerts.list": listed, "alerts.test": test}

    def turn(self) -> Ended:
        """Look once, and tell what is due."""
        with self._lock:
            now_ms = self._clock.now_ms()
            pace = Pace(
                self._settings.quiet_min * MINUTE_MS, self._settings.remind_hours * 60 * MINUTE_MS
            )
            known = self._book.known
            notices = standing.turn(known.standing, self._look(), now_ms, pace)
            for teller in self._tellers:
                self._book.add(teller.name, notices)
            self._book.keep()
            told, problem = 0, None
            for teller in self._tellers:
                count, failed = self._send(teller, known.ways[teller.name], now_ms)
                told, problem = told + count, problem or failed
            self._book.keep()
        return Ended({"told": told} if told else {}, problem)

    def test(self) -> list[tuple[str, Problem | None]]:
        """Send a test by every way now, and say what became of it; Problem alerts_nowhere."""
        if not self._tellers:
            raise Problem("alerts_nowhere")
        now_ms = self._clock.now_ms()
        notice = Notice(f"test:{ids.random_token()[:12]}", "test", "test", {}, now_ms, now_ms)
        return [(teller.name, self._tried(teller, [notice])) for teller in self._tellers]

    def standing(self) -> list[tuple[str, standing.Standing]]:
        """Alarms that stand now, the oldest first, told or not."""
        found = [*self._book.known.standing.items()]
        return sorted(found, key=lambda item: (item[1].since, item[0]))

    def way(self, name: str) -> Way:
        """How a way went of late."""
        return self._book.known.ways.get(name) or Way()

    def trouble(self) -> Problem | None:
        """What keeps alerts from going out, for the health checks."""
        for name in self.names:
            if found := self.way(name).problem:
                return Problem.from_record(found)
        return None

    def _send(self, teller: Teller, way: Way, now_ms: int) -> tuple[int, Problem | None]:
        notices = [*way.waiting]
        if not notices or not _is_due(way, now_ms):
            return 0, None
        problem = self._tried(teller, notices)
        way.tried_at = now_ms
        way.problem = problem.record() if problem else None
        if problem:
            way.failures += 1
            return 0, problem
        way.failures, way.sent_at, way.waiting = 0, now_ms, []
        return len(notices), None

    def _tried(self, teller: Teller, notices: Sequence[Notice]) -> Problem | None:
        try:
            teller.tell(notices, self._shop())
        except Problem as problem:
            return problem
        return None


def _is_due(way: Way, now_ms: int) -> bool:
    """Whether to try: after failures a minute later, then two, four, up to an hour."""
    if not way.failures or way.tried_at is None or way.tried_at > now_ms:
        return True
    pause_ms: int = min(MINUTE_MS << min(way.failures - 1, 10), AGAIN_MS_MAX)
    return now_ms - way.tried_at >= pause_ms
