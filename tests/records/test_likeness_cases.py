"""The tables that gateway and web app share: whole records as stored, and how alike two are."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.kernel import matching
from gateway.kinds.customer import KIND
from gateway.records.finding import profiles
from gateway.records.model.guards import Terms
from gateway.records.model.validate import Home, check
from gateway.records.schema import kind_schema
from gateway.store.database import Store
from tests.records.conftest import ANA

FOLDER = Path(__file__).parents[1] / "cases"
LIKENESS = json.loads((FOLDER / "likeness.json").read_text("utf-8"))
RECORDS = json.loads((FOLDER / "records.json").read_text("utf-8"))


def told() -> dict[str, Any]:
    schema = kind_schema(KIND, ANA, Home(), Terms())
    assert schema is not None
    found: dict[str, Any] = json.loads(json.dumps(schema))
    return found


@pytest.mark.parametrize("pair", LIKENESS["pairs"], ids=lambda pair: pair["name"])
def test_the_gateway_grades_a_pair_as_the_table_says(store: Store, pair: dict[str, Any]) -> None:
    how = KIND.matching
    assert how is not None
    one, other = (
        profiles.profile(store.keyring, KIND, how, "", pair[side]) for side in ("one", "other")
    )
    assert matching.compare(how, one, other).grade == pair["grade"]


def test_the_table_compares_as_a_phone_is_told_to() -> None:
    assert told()["matching"] == LIKENESS["matching"]


@pytest.mark.parametrize("case", RECORDS["cases"], ids=lambda case: case["name"])
def test_the_gateway_stores_a_record_as_the_table_says(case: dict[str, Any]) -> None:
    findings = check(KIND.fields, case["typed"], Home(country=case["country"]))
    stored = KIND.tidied(findings.data, case.get("before", {}))
    assert {name: stored.get(name) for name in case["stored"]} == case["stored"]


def test_the_table_puts_in_order_what_a_phone_is_told_to() -> None:
    assert told()["tidy"] == RECORDS["tidy"]
