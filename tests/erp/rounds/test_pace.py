"""How fast entries go to an ERP that asks for patience."""

from hypothesis import given
from hypothesis import strategies as st

from sync.erp.rounds.pace import slices


@given(count=st.integers(0, 500), per_minute=st.integers(1, 5000))
def test_no_minute_sees_more_than_its_share_and_nothing_is_lost(
    count: int, per_minute: int
) -> None:
    parts = list(slices(range(count), per_minute))
    assert [one for part, _ in parts for one in part] == list(range(count))
    assert all(len(part) / pause_s <= per_minute / 60 * 1.001 for part, pause_s in parts)
    assert all(len(part) <= max(1, per_minute / 12) for part, _ in parts)


def test_without_a_limit_everything_goes_at_once() -> None:
    assert list(slices([1, 2, 3], 0)) == [([1, 2, 3], 0.0)]
