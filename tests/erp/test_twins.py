"""Which of several rows of one sale is kept, whatever the order in which they came to light."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.erp.connectors.tryton.twins import OPEN, choose

STATES = ("cancelled", "draft", "quotation", "confirmed", "processing", "done", "of_some_module")
rows = st.dictionaries(st.integers(1, 9), st.sampled_from(STATES), min_size=1).map(
    lambda found: [{"id": key, "state": state} for key, state in found.items()]
)


@given(rows, st.randoms())
def test_the_same_row_is_kept_in_whatever_order_they_come(
    found: list[dict[str, Any]], chance: Any
) -> None:
    shuffled = chance.sample(found, len(found))
    assert choose(shuffled)[0] == choose(found)[0]


@given(rows)
def test_at_most_one_row_is_left_that_can_be_walked_on(found: list[dict[str, Any]]) -> None:
    kept, cancelled = choose(found)
    left = [row for row in found if row not in cancelled and row is not kept]
    assert not [row for row in left if row["state"] in OPEN]
    assert all(row["state"] in OPEN for row in cancelled)


@given(rows)
def test_what_has_gone_furthest_stays(found: list[dict[str, Any]]) -> None:
    kept, _ = choose(found)
    if kept["state"] in OPEN:
        assert all(row["state"] in ("cancelled", *OPEN) for row in found)
    if kept["state"] == "cancelled":
        assert {row["state"] for row in found} == {"cancelled"}


def test_of_two_drafts_the_older_one_stays() -> None:
    drafts = [{"id": 12, "state": "draft"}, {"id": 11, "state": "draft"}]
    assert choose(drafts) == (drafts[1], [drafts[0]])
