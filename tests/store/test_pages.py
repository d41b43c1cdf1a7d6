"""Pages put together inside SQLite: the very bytes and places of pages put together in Python."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import BUILD_MS, ManualClock
from gateway.store import journal
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.pages import Spliced, spliced
from gateway.store.transaction import Tx

TYPES = ("scan.captured", "sale.completed", "note")
LATEST_MS = 253_402_300_799_999  # the last millisecond of the year 9999
TEXTS = ["", "Grüße 你好", 'a "quoted"\n', "\x00,{[", "🧾"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(tmp_path_factory.mktemp("pages"), StoreSettings(), ManualClock())
    opened.write(_fill)
    yield opened
    opened.close()


def _fill(tx: Tx) -> None:
    for number in range(60):
        body = {"text": TEXTS[number % len(TEXTS)], "n": number}
        tx.append(Entry(ids.uuid7(tx.now_ms), TYPES[number % 7 % 3], body, device="till-1"))
    tx.execute("UPDATE journal SET body = NULL WHERE seq % 11 = 0")
    tx.execute("DELETE FROM journal WHERE seq IN (1, 2, 20, 21, 40)")


def _joined(store: Store, after: int, limit: int, types: list[str]) -> Spliced:
    with store.read() as rows:
        page = journal.page(rows, after, limit, types)
    return Spliced(b",".join(map(journal.splice, page.rows)), page.seq, page.more)


@given(
    after=st.integers(0, 70),
    limit=st.integers(1, 70),
    types=st.lists(st.sampled_from([*TYPES, "unknown"]), unique=True),
)
def test_a_page_is_the_same_wherever_it_was_put_together(
    store: Store, after: int, limit: int, types: list[str]
) -> None:
    with store.read() as rows:
        assert spliced(rows, after, limit, types) == _joined(store, after, limit, types)


@given(st.integers(BUILD_MS, LATEST_MS))
def test_instants_are_written_alike(store: Store, instant: int) -> None:
    def move(tx: Tx) -> None:
        tx.execute("UPDATE journal SET received_at = ? WHERE seq = 5", (instant,))

    store.write(move)
    with store.read() as rows:
        assert spliced(rows, 4, 1) == _joined(store, 4, 1, [])


def test_a_search_for_a_rare_type_ends_at_its_horizon(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("journal", "pages"):
        monkeypatch.setattr(f"gateway.store.{module}.SCAN_MAX", 10)
    with store.read() as rows:
        assert spliced(rows, 3, 5, ["unknown"]) == Spliced(b"", 13, more=True)
    assert _joined(store, 3, 5, ["unknown"]) == Spliced(b"", 13, more=True)


def test_an_empty_journal_has_an_empty_page(tmp_path: Path) -> None:
    store = Store(tmp_path, StoreSettings(), ManualClock())
    try:
        with store.read() as rows:
            assert spliced(rows, 0, 10) == Spliced(b"", 0, more=False)
            assert spliced(rows, 7, 10, ["note"]) == Spliced(b"", 7, more=False)
    finally:
        store.close()
