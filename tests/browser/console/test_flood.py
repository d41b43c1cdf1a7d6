"""Two hundred events a second: the live screen stays bounded in every way that can be counted.

How long its frames take is measured by ``python -m bench.flood``, on a quiet machine.
"""

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console.cast import Shop, kept, scan

pytestmark = pytest.mark.browser

ROWS = 200
BATCH = 100
ROUNDS = 12

# Elements, listeners and bytes that are left once nothing of what was thrown away is held any more.
LEFT = ("Nodes", "JSEventListeners")


def test_a_flood_leaves_no_more_rows_listeners_or_memory_than_a_full_list(
    ben: Page, shop: Shop
) -> None:
    numbers = itertools.count(0xF00000)  # ids that no other test of this shop uses
    rows = ben.get_by_role("list", name="Newest events first").get_by_role("listitem")

    def flood(rounds: int) -> None:
        for _ in range(rounds):
            codes = [next(numbers) for _ in range(BATCH)]
            shop.post(*[scan(f"0192d1a0-0000-7000-8000-{n:012x}", f"F{n:x}") for n in codes])
            # Drawn before more come: a list that is replaced whole hides a chain from new to old.
            expect(rows.filter(has_text=f"F{codes[-1]:x}")).to_have_count(1)

    expect(ben.locator(".live-state.live")).to_be_visible()
    flood(3)
    expect(rows).to_have_count(ROWS)
    before = kept(ben)
    flood(ROUNDS)
    expect(rows).to_have_count(ROWS)
    # The list is as long as before, so nothing else may be there: no row that was taken away.
    after = kept(ben)
    for name in LEFT:
        assert after[name] <= before[name] + 50, (name, before, after)
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] + 3_000_000, (before, after)
