"""When an ERP is closed, in the shop's time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.erp.rounds.windows import DAYS, closed_until, parse

PARIS = ZoneInfo("Europe/Paris")
SUNDAY_NIGHT = "Sun 02:00-04:00"


def until(text: str, at: str, connector: str = "tryton") -> str | None:
    opens = closed_until([parse(text)], connector, datetime.fromisoformat(at), PARIS)
    return opens.isoformat() if opens else None


@pytest.mark.parametrize(
    ("text", "at", "opens"),
    [
        (SUNDAY_NIGHT, "2026-11-22T00:59:59Z", None),
        (SUNDAY_NIGHT, "2026-11-22T01:00:00Z", "2026-11-22T03:00:00+00:00"),
        (SUNDAY_NIGHT, "2026-11-22T03:00:00Z", None),
        (SUNDAY_NIGHT, "2026-07-19T00:00:00Z", "2026-07-19T02:00:00+00:00"),  # summer time
        (SUNDAY_NIGHT, "2026-11-23T01:30:00Z", None),
        ("Fri-Mon 23:30-00:30", "2026-11-22T23:00:00Z", "2026-11-22T23:30:00+00:00"),
        ("Fri-Mon 23:30-00:30", "2026-11-23T23:15:00Z", "2026-11-23T23:30:00+00:00"),
        ("Fri-Mon 23:30-00:30", "2026-11-24T22:45:00Z", None),
        ("tryton: daily 00:00-06:00", "2026-11-22T04:00:00Z", "2026-11-22T05:00:00+00:00"),
        ("webhook: daily 00:00-06:00", "2026-11-22T04:00:00Z", None),
    ],
)  # fmt: skip
def test_an_erp_is_closed_in_its_windows(text: str, at: str, opens: str | None) -> None:
    assert until(text, at) == opens


def test_windows_that_touch_are_one() -> None:
    both = [parse("daily 02:00-03:00"), parse("daily 03:00-04:30")]
    opens = closed_until(both, "x", datetime(2026, 11, 22, 2, 15, tzinfo=UTC), UTC)
    assert opens == datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def test_an_erp_that_is_always_closed_still_has_an_answer() -> None:
    always = [parse("daily 00:00-12:00"), parse("daily 12:00-00:00")]
    opens = closed_until(always, "x", datetime(2026, 11, 22, tzinfo=UTC), UTC)
    assert opens is not None


@pytest.mark.parametrize("text", ["Sun", "Sun 2:00-4:00", "Son 02:00-04:00", "02:00-04:00"])
def test_anything_else_is_no_window(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse(text)


@given(
    days=st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
    hours=st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
    minute=st.integers(0, 7 * 1440),
)
def test_it_opens_later_and_is_open_then(
    days: tuple[str, str], hours: tuple[int, int], minute: int
) -> None:
    begins, ends = (f"{at // 60:02}:{at % 60:02}" for at in hours)
    windows = [parse(f"{days[0]}-{days[1]} {begins}-{ends}")]
    now = datetime(2026, 11, 16, tzinfo=UTC) + timedelta(minutes=minute)
    opens = closed_until(windows, "x", now, UTC)
    if opens is not None:
        assert now < opens
        chained = hours[0] == hours[1]
        assert chained or closed_until(windows, "x", opens, UTC) is None
