"""When an alarm is told: once when it begins, once when it is over, and each day it goes on."""

from gateway.kernel.problems import Problem
from sync.alerts import standing
from sync.alerts.standing import Alarm, Pace, Standing

MINUTE = 60_000
DAY = 86_400_000
NOW = 1_800_000_000_000
PACE = Pace(10 * MINUTE, DAY)
OLD = Alarm("backup/backup_old", Problem("backup_old", hours=51))


class Days:
    """Turns over one book of alarms: what each told."""

    def __init__(self) -> None:
        self.known: dict[str, Standing] = {}

    def at(self, minute: int, *alarms: Alarm) -> list[str]:
        told = standing.turn(self.known, alarms, NOW + minute * MINUTE, PACE)
        return [f"{one.what} {one.key}" for one in told]


def test_an_alarm_is_told_once_after_its_quiet_time_and_once_when_it_is_over() -> None:
    days = Days()
    assert days.at(0, OLD) == []
    assert days.at(9, OLD) == []
    assert days.at(10, OLD) == ["began backup/backup_old"]
    assert days.at(11, OLD) == []
    assert days.at(20) == []
    assert days.at(30) == ["ended backup/backup_old"]
    assert days.at(40) == []
    assert days.known == {}


def test_what_is_over_within_the_quiet_time_is_not_told() -> None:
    days = Days()
    assert days.at(0, OLD) == days.at(9) == days.at(20) == []
    assert days.known == {}


def test_what_comes_and_goes_is_one_alarm() -> None:
    days = Days()
    days.at(0, OLD)
    assert days.at(10, OLD) == ["began backup/backup_old"]
    for minute in range(11, 60):
        alarms = [OLD] if minute % 2 else []
        assert days.at(minute, *alarms) == []


def test_what_goes_on_is_told_again_each_day_with_its_present_figures() -> None:
    days = Days()
    days.at(0, OLD)
    days.at(10, OLD)
    later = Alarm(OLD.key, Problem("backup_old", hours=75))
    assert days.at(24 * 60, later) == []
    assert days.at(24 * 60 + 10, later) == ["still backup/backup_old"]
    assert days.known[OLD.key].problem["params"] == {"hours": 75}


def test_a_clock_that_is_set_back_keeps_nothing_silent() -> None:
    days = Days()
    days.at(0, OLD)
    days.at(10, OLD)
    years_before = -5_000_000
    assert days.at(years_before, OLD) == []
    assert days.at(years_before + 24 * 60, OLD) == ["still backup/backup_old"]
    assert days.at(years_before + 24 * 60 + 1) == []
    assert days.at(years_before + 24 * 60 + 11) == ["ended backup/backup_old"]
