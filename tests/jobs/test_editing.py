"""What people set about jobs, and what came of turns: kept, told, and forgotten in time."""

import threading
from collections.abc import Callable, Iterator

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from sync.jobs.book import KEEP_MS, KEEP_TURNS, JobBook, Turn
from sync.jobs.ended import Ended
from sync.jobs.progress import Progress
from sync.jobs.schedule import Schedule
from sync.jobs.trigger import Trigger

WAIT_S = 10
DAY_S = 86_400

Made = Callable[..., Schedule]


@pytest.fixture
def made(clock: ManualClock, store: Store) -> Iterator[Made]:
    running: list[Schedule] = []

    def make(call: Callable[[], object], seconds: int = DAY_S) -> Schedule:
        schedule = Schedule(clock, JobBook(store), "Europe/Paris")
        schedule.every("push paper", seconds, call)
        schedule.start()
        running.append(schedule)
        return schedule

    yield make
    for schedule in running:
        schedule.stop()


class Called:
    """A call that tells when it ends, with what it came to."""

    def __init__(self, ended: object = None) -> None:
        self.times = threading.Semaphore(0)
        self._ended = ended

    def __call__(self) -> object:
        self.times.release()
        if isinstance(self._ended, Exception):
            raise self._ended
        return self._ended

    def again(self) -> bool:
        return self.times.acquire(timeout=WAIT_S)


def told(schedule: Schedule, count: int) -> list[Turn]:
    """The turns once there are so many; a turn is written down after its call."""
    for _ in range(WAIT_S * 50):
        found = schedule.turns("push paper", 0, 100)
        if len(found) >= count:
            return found
        threading.Event().wait(0.02)
    raise AssertionError(found)


def test_what_was_set_holds_after_a_restart_until_it_is_taken_back(made: Made) -> None:
    schedule = made(Called())
    shown = schedule.edit("push paper", Trigger(cron="0 3 * * 1-5"), paused=False, by="Ada")
    assert (shown.trigger.cron, shown.delivered.every_s) == ("0 3 * * 1-5", DAY_S)
    assert len(shown.upcoming) == 3
    after = made(Called()).one("push paper")
    assert after.trigger == Trigger(cron="0 3 * * 1-5")
    assert after.edit is not None
    assert after.edit.by == "Ada"
    back = schedule.edit("push paper", None, paused=False, by="Ada")
    assert back.trigger == Trigger(DAY_S)


def test_a_job_that_rests_has_a_turn_only_when_somebody_asks(made: Made) -> None:
    first = Called(Ended({"accepted": 3}))
    schedule = made(first)
    assert first.again()
    told(schedule, 1)
    assert schedule.edit("push paper", None, paused=True, by="Ada").next_at is None
    resting = Called(Ended({"accepted": 3, "rejected": 0}))
    restarted = made(resting)
    restarted.now("push paper", "Ben")
    assert resting.again()
    newest, _ = told(restarted, 2)
    assert (newest.asked_by, newest.outcome, newest.counts) == ("Ben", "done", {"accepted": 3})
    assert restarted.one("push paper").next_at is None
    assert not resting.times.acquire(blocking=False)


def test_a_turn_that_fails_is_told_with_its_reason_and_the_next_one_comes(made: Made) -> None:
    refused = Called(Ended({"accepted": 1}, Problem("erp_unreachable", reason="no route")))
    (turn,) = told(made(refused), 1)
    assert turn.outcome == "failed"
    assert turn.problem is not None
    assert turn.problem.code == "erp_unreachable"
    broken = Called(KeyError("x"))
    schedule = made(broken, 3600)
    newest = told(schedule, 2)[0]
    assert newest.problem is not None
    assert newest.problem.params == {"reason": "KeyError"}
    schedule.now("push paper")
    assert broken.again()


def test_turns_with_nothing_to_do_are_not_written_down_but_those_asked_for_are(made: Made) -> None:
    idle = Called(Ended())
    schedule = made(idle, 60)
    assert idle.again()
    schedule.now("push paper", "Ben")
    (turn,) = told(schedule, 1)
    assert (turn.outcome, turn.asked_by) == ("idle", "Ben")


def test_a_turn_asked_for_while_one_is_under_way_follows_it(made: Made, clock: ManualClock) -> None:
    begun, let_go = threading.Event(), threading.Event()
    progress = Progress(clock)
    count = []

    def slow() -> Ended:
        count.append(1)
        progress.begin(2)
        begun.set()
        let_go.wait(WAIT_S)
        return Ended(progress.end())

    schedule = made(slow)
    assert begun.wait(WAIT_S)
    assert schedule.one("push paper").began_at is not None
    schedule.now("push paper", "Ben")
    assert schedule.carry_out("push paper", "Ben") is None
    assert len(count) == 1
    let_go.set()
    assert len(told(schedule, 2)) == 2


def test_old_turns_are_forgotten(store: Store, clock: ManualClock) -> None:
    book = JobBook(store)
    for number in range(KEEP_TURNS + 5):
        book.add(Turn(0, "a", clock.now_ms(), number, "idle", "", {}, None))
    turns = book.turns("a", 2**62, 10_000)
    assert (len(turns), turns[0].took_ms) == (KEEP_TURNS, KEEP_TURNS + 4)
    clock.advance(KEEP_MS + 1)
    book.add(Turn(0, "a", clock.now_ms(), 0, "idle", "", {}, None))
    assert len(book.turns("a", 2**62, 10_000)) == 1


def test_a_job_that_is_not_there_is_refused(made: Made) -> None:
    schedule = made(Called())
    for attempt in (schedule.one, schedule.now):
        with pytest.raises(Problem) as refused:
            attempt("nothing")
        assert refused.value.code == "job_unknown"
