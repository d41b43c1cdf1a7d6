"""Jobs by the clock: a turn now and then, never two at once, none lost when a clock jumps."""

import threading
from collections.abc import Iterator

import pytest

from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from sync.jobs.book import JobBook
from sync.jobs.schedule import Schedule

WAIT_S = 10
DAY_S = 86_400


class Job:
    """A call that tells when it happens."""

    def __init__(self) -> None:
        self.count = 0
        self._called = threading.Condition()

    def __call__(self) -> None:
        with self._called:
            self.count += 1
            self._called.notify_all()

    def wait_for(self, count: int, wait_s: float = WAIT_S) -> bool:
        with self._called:
            return self._called.wait_for(lambda: self.count >= count, wait_s)


@pytest.fixture
def schedule(clock: ManualClock, store: Store) -> Iterator[Schedule]:
    made = Schedule(clock, JobBook(store))
    yield made
    made.stop()


def test_a_job_has_its_first_turn_at_the_start(schedule: Schedule) -> None:
    job = Job()
    schedule.every("job", DAY_S, job)
    assert job.count == 0
    schedule.start()
    assert job.wait_for(1)


def test_a_job_comes_again_and_again(schedule: Schedule) -> None:
    job = Job()
    schedule.every("job", 1, job)
    schedule.start()
    assert job.wait_for(3)


def test_a_job_can_have_its_turn_now(schedule: Schedule) -> None:
    job = Job()
    schedule.every("job", DAY_S, job)
    schedule.start()
    assert job.wait_for(1)
    schedule.now("job")
    assert job.wait_for(2)


def test_a_job_hears_that_somebody_wants_its_turn(schedule: Schedule) -> None:
    heard, had = threading.Event(), threading.Event()
    schedule.every("push", 3600, had.set, None, heard.set)
    schedule.start()
    assert had.wait(WAIT_S)
    assert not heard.is_set()
    had.clear()
    schedule.now("push", "Ana")
    assert had.wait(WAIT_S)
    assert heard.is_set()


def test_a_job_that_failed_comes_again(
    schedule: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    job = Job()

    def failing() -> None:
        job()
        raise OSError("no space")

    schedule.every("job", 1, failing)
    schedule.start()
    assert job.wait_for(2)


def test_a_job_never_runs_twice_at_once(schedule: Schedule) -> None:
    job, let_go = Job(), threading.Event()

    def slow() -> None:
        job()
        let_go.wait(WAIT_S)

    other = Job()
    schedule.every("slow", 1, slow)
    schedule.every("other", 1, other)
    schedule.start()
    assert other.wait_for(3)
    assert job.count == 1
    let_go.set()


def test_a_job_is_overdue_by_the_steady_clock_when_the_wall_clock_went_back(
    schedule: Schedule, clock: ManualClock
) -> None:
    job = Job()
    schedule.every("job", DAY_S, job)
    schedule.start()
    assert job.wait_for(1)
    schedule.catch_up()
    assert job.count == 1
    for _ in range(WAIT_S):  # the first turn may still be about to end
        clock.advance(2 * DAY_S * 1000)
        schedule.catch_up()
        if job.wait_for(2, 1):
            break
    assert job.count == 2
