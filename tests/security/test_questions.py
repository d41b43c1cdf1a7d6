"""What nobody may ask for or set: by a parameter, a filter, or a member of a body."""

import re
from typing import Any

import msgspec
import pytest

from gateway.kinds.registry import KINDS
from tests.access.matrix import places
from tests.cast import World
from tests.web.test_guard import code, routes

HIDDEN = ("B", "I")
UNKNOWN = "0190f3c2-0000-7000-8000-0000000000ff"


def test_no_list_is_sorted_or_filtered_by_what_its_reader_may_not_see(whole: World) -> None:
    asked = 0
    for method, path, said in routes(whole):
        if method != "GET" or said.query is None:
            continue
        for parameter in ("sort=iban", "order=bank_accounts", "iban=DE", "filter=id_number"):
            answer = whole.ben.get(f"{path}?{parameter}")
            if answer.status_code != 403:
                assert code(answer) == "parameter_invalid", (path, answer.text)
                asked += 1
    assert asked > 40


def test_no_parameter_of_any_route_is_named_after_a_hidden_field(whole: World) -> None:
    hidden = {
        place[-1]
        for kind in KINDS.values()
        for place, field in places(kind.fields)
        if field.data_class in HIDDEN
    }
    named = {
        (path, field.name)
        for _, path, said in routes(whole)
        if said.query is not None
        for field in msgspec.structs.fields(said.query)
        if field.name in hidden
    }
    assert hidden
    assert named == set()


STRAYS: dict[str, tuple[dict[str, Any], str]] = {
    "an extra member": ({"colour": "red"}, "/colour"),
    "another case": ({"Legal_Name": "x"}, "/Legal_Name"),
    "the system's own id": ({"id": UNKNOWN}, "/id"),
    "the system's own version": ({"version": 99}, "/version"),
    "the author": ({"created_by": "ada"}, "/created_by"),
    "the merge": ({"alias_of": UNKNOWN}, "/alias_of"),
    "a prototype": ({"__proto__": {"role": "admin"}}, "/__proto__"),
    "a group's stranger": ({"contacts": {"c1": {"name": "A", "role_": 1}}}, "/contacts/c1/role_"),
    "a path as a name": ({"contacts/c1/name": "A"}, "/contacts~1c1~1name"),
}


@pytest.mark.parametrize("stray", STRAYS)
def test_a_member_that_no_form_has_is_refused_with_its_place(whole: World, stray: str) -> None:
    more, pointer = STRAYS[stray]
    assert whole.cleo.get("/api/v1/session").status_code == 200
    before = whole.store.head
    form = {"data": {"type": "company", "country": "DE", "legal_name": "Harbour", **more}}
    answer = whole.cleo.post("/api/v1/records/customer", form)
    assert answer.status_code == 422, answer.text
    assert pointer in [error.get("pointer") for error in answer.json["errors"]]
    assert whole.store.head == before


def test_a_member_beside_the_data_is_refused_too(whole: World) -> None:
    form = {"data": {"legal_name": "Harbour"}, "territory": "south", "actor": "ada"}
    answer = whole.cleo.post("/api/v1/records/customer", form)
    assert (answer.status_code, code(answer)) == (422, "body_invalid")


def test_nothing_told_of_a_wrong_address_depends_on_the_address(whole: World) -> None:
    told = set()
    for name in ("nothing", "users/../tokens", "%2e%2e/etc/passwd", "<script>"):
        answer = whole.ada.get(f"/api/v1/{name}")
        told.add((answer.status_code, re.sub(rb'"instance":"[^"]*"', b"", answer.data)))
    assert len(told) == 1
