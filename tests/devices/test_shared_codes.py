"""One table of codes is read alike here and on phones (tests/js/codes.test.js)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from devices.codes.reading import Reading
from devices.codes.site_codes import parse_codes
from devices.codes.symbology import Rules, read

TABLE = json.loads(Path(__file__).parents[1].joinpath("cases/codes.json").read_text("utf-8"))
TODAY = date.fromisoformat(TABLE["today"])


def written(reading: Reading) -> dict[str, Any]:
    """A reading as it stands in the table."""
    fault = reading.fault
    whole = {
        "text": reading.text,
        "aim": reading.aim,
        "symbology": reading.symbology,
        "gtin": reading.gtin,
        "values": dict(reading.elements.values),
        "warnings": list(reading.elements.warnings),
        "fault": fault
        and {
            name: value
            for name in ("reason", "field", "expected", "got")
            if (value := getattr(fault, name))
        },
    }
    return {name: value for name, value in whole.items() if value}


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_a_code_is_read_as_the_table_says(case: dict[str, Any]) -> None:
    expected = {"text": case["code"], **case["reading"]} if case["code"] else case["reading"]
    rules = case.get("rules", {})
    whole = Rules(**{**rules, "codes": parse_codes(rules.get("codes", []))})
    assert written(read(case["code"].encode(), whole, TODAY)) == expected
