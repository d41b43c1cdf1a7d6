"""When a job has its turns: pauses, and cron as people know it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel.problems import Problem
from sync.jobs.trigger import (
    EVERY_S_MAX,
    EVERY_S_MIN,
    JITTER_S_MAX,
    Trigger,
    Turns,
    checked,
    upcoming,
    weekdays,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
instants = st.integers(86_400, 4_102_444_800).map(lambda at: datetime.fromtimestamp(at, UTC))


@pytest.mark.parametrize(
    ("cron", "first", "second"),
    [
        ("30 2 * * *", "2026-11-24T02:30:00+01:00", "2026-11-25T02:30:00+01:00"),
        ("0 13 * * *", "2026-11-24T13:00:00+01:00", "2026-11-25T13:00:00+01:00"),
        ("*/15 * * * *", "2026-11-23T13:15:00+01:00", "2026-11-23T13:30:00+01:00"),
        ("0 2 * * 1-5", "2026-11-24T02:00:00+01:00", "2026-11-25T02:00:00+01:00"),
        ("0 2 * * 0", "2026-11-29T02:00:00+01:00", "2026-12-06T02:00:00+01:00"),
        ("0 2 * * 7", "2026-11-29T02:00:00+01:00", "2026-12-06T02:00:00+01:00"),
        ("0 2 * * Sat-Mon", "2026-11-28T02:00:00+01:00", "2026-11-29T02:00:00+01:00"),
        ("0 2 1 * *", "2026-12-01T02:00:00+01:00", "2027-01-01T02:00:00+01:00"),
    ],
)
def test_cron_is_in_the_shops_time_and_sunday_is_nought(cron: str, first: str, second: str) -> None:
    assert [at.isoformat() for at in upcoming(Trigger(cron=cron), NOW, 2, PARIS)] == [first, second]


def test_a_turn_at_this_very_instant_is_not_had_twice() -> None:
    noon = Trigger(cron="0 12 * * *")
    assert upcoming(noon, NOW, 1, UTC) == [NOW + timedelta(days=1)]


@pytest.mark.parametrize(
    "cron",
    ["30 2 * *", "60 2 * * *", "* * * * mon-fry", "a b c d e", "0 0 0 * *", "* * * * 8", "@daily"],
)
def test_what_is_no_cron_is_refused_with_an_example(cron: str) -> None:
    with pytest.raises(Problem) as refused:
        checked(Trigger(cron=cron), PARIS)
    assert (refused.value.code, refused.value.pointer) == ("schedule_cron", "/cron")


@pytest.mark.parametrize(
    "trigger", [Trigger(), Trigger(60, "0 2 * * *"), Trigger(1), Trigger(EVERY_S_MAX + 1)]
)
def test_a_trigger_is_a_pause_or_a_cron(trigger: Trigger) -> None:
    with pytest.raises(Problem) as refused:
        checked(trigger)
    assert refused.value.code == "schedule_trigger"


@given(
    seconds=st.integers(EVERY_S_MIN, EVERY_S_MAX), jitter=st.integers(0, JITTER_S_MAX), now=instants
)
def test_a_pause_is_never_shorter_than_asked_and_late_by_the_jitter_at_most(
    seconds: int, jitter: int, now: datetime
) -> None:
    turns = Turns(checked(Trigger(seconds, jitter_s=jitter)))
    due = turns.get_next_fire_time(None, now)
    assert due is not None
    assert timedelta(seconds=seconds) <= due - now <= timedelta(seconds=seconds + jitter)


@given(minute=st.integers(0, 59), hour=st.integers(0, 23), now=instants)
def test_a_daily_turn_comes_within_a_day_and_an_hour_whatever_the_clock_does(
    minute: int, hour: int, now: datetime
) -> None:
    (due,) = upcoming(Trigger(cron=f"{minute} {hour} * * *"), now, 1, PARIS)
    # A clock change skips the hour that is not there that night.
    assert timedelta(0) < due - now <= timedelta(hours=49)


@given(st.sets(st.integers(0, 6), min_size=1))
def test_weekdays_are_those_that_were_named(days: set[int]) -> None:
    names = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
    assert weekdays(",".join(map(str, days))) == ",".join(names[day] for day in sorted(days))


def test_a_span_of_weekdays_may_run_over_the_weekend() -> None:
    assert weekdays("fri-mon") == "sun,mon,fri,sat"
    assert weekdays("0-7") == "sun,mon,tue,wed,thu,fri,sat"
    assert weekdays("*/2") == "sun,tue,thu,sat"
