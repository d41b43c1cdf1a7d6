"""Instants and identities."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import clock, ids


@given(st.integers(0, 4_102_444_800_000))
def test_an_instant_survives_its_text(unix_ms: int) -> None:
    assert clock.from_iso(clock.to_iso(unix_ms)) == unix_ms


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.from_iso("2026-11-22T10:00:00")


def test_the_clock_never_shows_an_instant_before_the_newest_event() -> None:
    manual = clock.ManualClock(1_800_000_000_000)
    manual.raise_floor(1_800_000_000_500)
    assert manual.now_ms() == 1_800_000_000_500
    assert not manual.trusted()
    manual.set(1_800_000_001_000)
    assert manual.now_ms() == 1_800_000_001_000
    assert manual.trusted()


def test_a_box_that_boots_in_1970_starts_at_the_build_date() -> None:
    assert clock.ManualClock(0).now_ms() == clock.BUILD_MS


@given(st.integers(0, 2**48 - 1))
def test_a_new_id_is_a_uuid_of_version_7_that_sorts_by_time(unix_ms: int) -> None:
    made = ids.uuid7(unix_ms)
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made
    )
    assert int(made.replace("-", "")[:12], 16) == unix_ms
    assert ids.to_text(ids.to_bytes(made)) == made


@pytest.mark.parametrize("text", ["", "x" * 36, "0190a5d-ac96-774b-bcce-b302099a80571", "1" * 36])
def test_what_is_no_uuid_is_refused_as_an_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"UUID|hex"):
        ids.to_bytes(text)


def test_an_event_id_that_is_no_uuid_is_unique_per_device_and_source() -> None:
    keys = {ids.event_key(device, source, "42") for device in "ab" for source in "xy"}
    assert len(keys) == 4
    assert ids.event_key("a", "x", "42") == ids.event_key("a", "x", "42")


def test_a_uuid_event_id_is_the_same_from_any_device_and_in_any_case() -> None:
    made = ids.uuid7(1_800_000_000_000)
    assert ids.event_key("a", "x", made) == ids.event_key("b", "y", made.upper())
