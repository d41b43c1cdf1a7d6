"""The table of cases that the gateway and the web app share."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.records.model.fields import Choice, Constraint, Field, Labels, OneOf, Single
from gateway.records.model.validate import Home, check

CASES = json.loads(Path(__file__).parents[1].joinpath("cases", "fields.json").read_text("utf-8"))
NO_LABELS = Labels("", "")


def declared(schema: dict[str, Any]) -> Field:
    rules = schema.get("rules", {})
    return Field(
        name=schema["name"],
        type=schema["type"],
        labels=NO_LABELS,
        required=schema.get("required", False),
        max_length=rules.get("max_length", 0),
        minimum=str(rules.get("min", "")),
        maximum=str(rules.get("max", "")),
        choices=tuple(Choice(choice["value"], NO_LABELS) for choice in rules.get("choices", ())),
        country_field=rules.get("country_field", ""),
        items=rules.get("items", "text"),
        when=tuple(rules.get("when", ())),
        needs=tuple(rules.get("needs", ())),
        past=rules.get("past", False),
        keys=tuple(Choice(key["value"], NO_LABELS) for key in rules.get("keys", ())),
        constraints=tuple(constraints(rules)),
        fields=tuple(declared(member) for member in schema.get("fields", ())),
    )


def constraints(rules: dict[str, Any]) -> Iterator[Constraint]:
    for one in rules.get("one_of", ()):
        yield OneOf(tuple(one["fields"]), one["code"])
    for one in rules.get("single", ()):
        yield Single(one["field"], one["value"], one["code"])


def found(case: dict[str, Any], given: object) -> Any:
    siblings = case.get("siblings", {})
    beside = [
        Field(name=name, type="country" if name == "country" else "text", labels=NO_LABELS)
        for name in siblings
    ]
    home = Home(country=case.get("country", "DE"), today=case.get("today", ""))
    fields = [declared(case["field"]), *beside]
    return check(fields, {**siblings, case["field"]["name"]: given}, home)


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_every_case_of_the_shared_table_holds(case: dict[str, Any]) -> None:
    name = case["field"]["name"]
    findings = found(case, case["input"])
    problems = [(problem.code, problem.pointer) for problem in findings.problems]
    if "problem" in case:
        assert problems == [(case["problem"], case.get("pointer", f"/{name}"))]
        return
    assert problems == []
    assert findings.data.get(name) == case["normalised"]
    assert [w.code for w in findings.warnings] == ([case["warning"]] if "warning" in case else [])


@pytest.mark.parametrize(
    "case", [c for c in CASES["cases"] if c.get("normalised") is not None], ids=lambda c: c["name"]
)
def test_a_stored_form_is_stored_as_it_is(case: dict[str, Any]) -> None:
    findings = found(case, case["normalised"])
    assert findings.problems == []
    assert findings.data[case["field"]["name"]] == case["normalised"]


def test_what_a_phone_is_told_of_a_declaration_is_what_the_case_says() -> None:
    for case in CASES["cases"]:
        told = declared(case["field"]).rules()
        for name in ("when", "needs", "past", "one_of", "single"):
            assert told.get(name) == case["field"].get("rules", {}).get(name), case["name"]


def test_cases_for_the_web_app_are_a_good_part_of_the_table() -> None:
    assert sum(case["client"] for case in CASES["cases"]) > len(CASES["cases"]) / 2
