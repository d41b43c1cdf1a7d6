"""An index as an older make of the gateway has cut it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.kernel import matching, tokens


@contextmanager
def older_make(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within this block texts are cut by other rules: no word into pieces of five letters."""
    try:
        with monkeypatch.context() as older:
            older.setattr(matching, "RULES", matching.RULES - 1)
            older.setattr(tokens, "_LONG", 1_000)
            tokens._pieces.cache_clear()
            yield
    finally:
        tokens._pieces.cache_clear()
