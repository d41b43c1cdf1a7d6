"""The API's own description: complete, and true when it is held against the running gateway."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.kernel.problems import CATALOGUE
from tests.cast import World
from tests.torture.gateway import GatewayProcess
from tests.web.described import CALLERS, held


@pytest.fixture
def description(whole: World) -> dict[str, Any]:
    answer = whole.nobody.get("/api/v1/openapi.json")
    assert answer.content_type == "application/json"
    assert answer.json is not None
    found: dict[str, Any] = answer.json
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_describes_every_route_but_the_pages(whole: World, description: dict[str, Any]) -> None:
    described = {name for name, _ in operations(description)}
    routes = set()
    for route in whole.app.url_map.iter_rules():
        if not route.endpoint.startswith("pages."):
            path = re.sub(r"<(?:[a-z]+:)?(\w+)>", r"{\1}", route.rule)
            routes |= {f"{m} {path}" for m in (route.methods or set()) - {"HEAD"}}
    assert described == routes


def test_every_operation_says_what_it_is_for(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(description)]
    assert len(names) == len(set(names))
    for name, operation in operations(description):
        assert operation["summary"], name
        assert "Roles: " in operation["description"]


def test_every_refusal_it_names_is_in_the_catalogue(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        for status, answer in operation["responses"].items():
            if int(status) < 400 or "application/problem+json" not in answer["content"]:
                continue
            for code in answer["description"].split(", "):
                assert CATALOGUE[code]["status"] == int(status), (name, code)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    for reference in walk(description):
        assert reference.removeprefix("#/components/schemas/") in schemas


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    gateway = GatewayProcess(tmp_path_factory.mktemp("described") / "data")
    gateway.start()
    yield gateway
    gateway.stop()


# Each value at the edge of a schema is tried once; who asks changes only who is refused. `make
# fuzz-api` tries every caller for longer.
@pytest.mark.parametrize("caller", CALLERS, ids=" and ".join)
def test_the_gateway_does_what_its_description_says(
    served: GatewayProcess, caller: tuple[str, str]
) -> None:
    few = ("--phases", "fuzzing", "--max-examples", "1")
    many = ("--phases", "coverage,fuzzing", "--max-examples", "5")
    much = many if caller == CALLERS[0] else few
    answer = held(served, caller, *much, "--generation-deterministic")
    assert answer.returncode == 0, answer.stdout[-8000:] + answer.stderr
