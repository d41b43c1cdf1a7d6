"""What a pass remembers of a file, however long it is."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from gateway.transfer.passes.seen import Seen

MARKS = st.integers(0, (1 << 64) - 1) | st.integers(0, 9).map(lambda n: n << 40)


@given(st.lists(st.tuples(MARKS, st.integers(1, 1_000_000)), max_size=50))
def test_the_first_row_of_a_mark_is_told(kept: list[tuple[int, int]]) -> None:
    seen, known = Seen(), dict[int, int]()
    for mark, row in kept:
        assert seen.first(mark) == known.get(mark)
        seen.keep(mark, row)
        known.setdefault(mark, row)
    assert [seen.first(mark) for mark in known] == list(known.values())


def test_many_marks_take_little_room() -> None:
    seen = Seen()
    marks = [number * 0x9E3779B97F4A7C15 & (1 << 64) - 1 for number in range(1, 20_001)]
    for row, mark in enumerate(marks, 1):
        seen.keep(mark, row)
    assert [seen.first(mark) for mark in marks] == list(range(1, 20_001))
    size = sum(sys.getsizeof(table) for table in (seen._marks, seen._rows))
    assert size < 32 * len(marks)
