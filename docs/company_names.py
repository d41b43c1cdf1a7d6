"""The tables of companies' names that the web app's forms work with, out of the gateway's own."""

import json
from collections.abc import Iterator
from pathlib import Path

from gateway.kernel import legal_forms, measures, places, trades

ROOT = Path(__file__).resolve().parent.parent


def table() -> str:
    """Legal forms, trades, shy places and mail providers, as `static/app/forms/companies.js` reads
    them.
    """
    known = {
        "east": legal_forms.CHINESE,
        "before": legal_forms.JAPANESE,
        "branches": legal_forms.BRANCHES,
        "west": legal_forms.FORMS,
        "shy": sorted(legal_forms.SHY),
        "trades": trades.CHINESE,
        "spelled": trades.SPELLED,
        "elsewhere": places.ELSEWHERE,
        "shyPlaces": sorted(places.SHY),
        "freemail": sorted(measures.FREEMAIL),
    }
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")) + "\n"


def pages() -> Iterator[tuple[Path, str]]:
    """The generated file and its text."""
    yield ROOT / "static/data/names.json", table()
