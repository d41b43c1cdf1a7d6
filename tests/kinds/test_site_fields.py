"""Fields of a site's own: read with plain sentences, then fields like any other."""

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from config.load import DEFAULTS, load
from config.schema import GatewaySettings
from gateway.kernel.actor import Actor
from gateway.kinds.registry import KINDS
from gateway.kinds.site_fields import KEYS, extend
from gateway.records.engine import Origin, Proposal
from gateway.records.model.fields import Type
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.web.record_routes import records_api
from tests.cast import World

EXAMPLE = DEFAULTS.with_name("site.example.toml")
CUSTOMERS = "/api/v1/records/customer"
SITE = """
[fields.customer.route]
type = "choice"
label = "Delivery route"
label_zh = "送货路线"
label_zh_hant = "送貨路線"
step = "addresses"
choices = { north = { en = "North", zh = "北线" }, south = "South" }

[fields.customer.licence]
type = "code"
label = "Liquor licence"
policy = "identity"
search = true
when = { type = ["company"] }

[fields.customer.rebate]
type = "decimal"
label = "Rebate"
class = "F"
policy = "guarded"
min = 0
max = "0.5"

[fields.customer.safe_code]
type = "code"
label = "Safe code"
class = "I"

[fields.customer.machines]
type = "group"
label = "Machines on loan"

[fields.customer.machines.fields.serial]
type = "code"
label = "Serial number"
required = true

[fields.customer.machines.fields.since]
type = "date"
label = "On loan since"
past = true
"""


def extended(text: str) -> tuple[Any, list[str]]:
    return extend(KINDS, tomllib.loads(text).get("fields", {}), "site.toml")


@pytest.fixture
def world(store: Store) -> World:
    kinds, faults = extended(SITE)
    assert faults == []
    records = Records(store, kinds, GatewaySettings())
    return World(store, blueprints=(records_api.blueprint(records),))


def test_the_file_of_a_site_reaches_the_kinds(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(SITE, "utf-8")
    settings = load(tmp_path, environ={})
    assert settings.site_fields.origin == str(tmp_path / "site.toml")
    kinds, faults = extend(KINDS, *settings.site_fields)
    assert faults == []
    assert kinds["customer"].field("x_route") is not None
    assert kinds["product"] is KINDS["product"]


def test_a_field_stands_in_its_step_or_in_the_last_one() -> None:
    steps = {step.name: step.fields for step in extended(SITE)[0]["customer"].steps}
    assert steps["addresses"][-1] == "x_route"
    assert steps["more"][-4:] == ("x_licence", "x_rebate", "x_safe_code", "x_machines")


def test_a_number_of_a_secret_class_is_sealed_without_being_asked() -> None:
    assert extended(SITE)[0]["customer"].field("x_safe_code").sealed


def test_a_prefix_that_is_there_already_is_not_doubled() -> None:
    kinds, _ = extended('[fields.customer.x_route]\ntype = "text"\nlabel = "Route"')
    assert kinds["customer"].field("x_route") is not None


@pytest.mark.parametrize(
    ("more", "simplified", "traditional"),
    [
        ("", "Shelf", "Shelf"),
        ('label_zh = "货架"', "货架", "货架"),
        ('label_zh = "货架"\nlabel_zh_hant = "貨架"', "货架", "貨架"),
        ('label_zh_hant = "貨架"', "貨架", "貨架"),
        ('label_zh = "备注"', "备注", "備註"),
    ],
    ids=["none", "simplified", "both", "traditional", "a word of the house"],
)
def test_a_label_is_shown_as_far_as_the_site_gives_it(
    more: str, simplified: str, traditional: str
) -> None:
    table = f'[fields.customer.shelf]\ntype = "text"\nlabel = "Shelf"\n{more}'
    kinds, faults = extended(table)
    assert faults == []
    labels = kinds["customer"].field("x_shelf").labels
    assert labels.schema() == {"en": "Shelf", "zh-CN": simplified, "zh-Hant": traditional}


def test_the_values_of_a_choice_have_traditional_labels_too() -> None:
    table = """
[fields.customer.route]
type = "choice"
label = "Route"
choices = { north = { en = "North", zh = "北线", zh_hant = "北線" }, south = "South" }
"""
    kinds, faults = extended(table)
    assert faults == []
    said = [choice.labels.traditional for choice in kinds["customer"].field("x_route").choices]
    assert said == ["北線", "South"]


def test_it_is_in_forms_checks_search_and_history(world: World) -> None:
    schema = next(
        k for k in world.ana.get("/api/v1/kinds").json["kinds"] if k["name"] == "customer"
    )
    route = next(field for field in schema["fields"] if field["name"] == "x_route")
    assert route["labels"] == {
        "en": "Delivery route",
        "zh-CN": "送货路线",
        "zh-Hant": "送貨路線",
    }
    assert [c["value"] for c in route["rules"]["choices"]] == ["north", "south"]
    body = {
        "legal_name": "Corner Bar",
        "x_route": "north",
        "x_licence": "lq-4711",
        "x_machines": {"m1": {"serial": "a1", "since": "2026-05-03"}},
    }
    made = world.ana.post(CUSTOMERS, {"data": body})
    assert made.status_code == 201
    data = made.json["data"]
    assert (data["x_route"], data["x_licence"]) == ("north", "LQ-4711")
    assert data["x_machines"] == {"m1": {"serial": "A1", "since": "2026-05-03"}}
    assert len(world.ana.get(f"{CUSTOMERS}?q=lq-4711").json["records"]) == 1
    history = world.ana.get(f"{CUSTOMERS}/{made.json['id']}/history").json["versions"]
    assert {"field": "x_licence", "old": None, "new": "LQ-4711", "typed": "lq-4711"} in history[0][
        "changes"
    ]
    wrong = {"legal_name": "Rosa", "type": "person", "x_licence": "LQ1", "x_route": "west"}
    refused = world.ana.post(CUSTOMERS, {"data": wrong})
    assert {(e["pointer"], e["code"]) for e in refused.json["errors"]} == {
        ("/x_licence", "field_not_applicable"),
        ("/x_route", "choice_unknown"),
    }


def test_a_field_that_left_the_file_keeps_what_was_stored(store: Store) -> None:
    kinds, _ = extended(SITE)
    before = World(
        store, blueprints=(records_api.blueprint(Records(store, kinds, GatewaySettings())),)
    )
    made = before.ana.post(CUSTOMERS, {"data": {"legal_name": "Corner", "x_route": "north"}}).json
    bare = Records(store, KINDS, GatewaySettings())
    clerk = Actor("cleo", "Cleo", "clerk", "desk")
    shown = bare.edit(Origin(clerk), "customer", made["id"], Proposal({"notes": "x"}, 1)).record
    assert "x_route" not in shown["data"]
    again = before.ana.get(f"{CUSTOMERS}/{made['id']}").json
    assert (again["version"], again["data"]["x_route"]) == (2, "north")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[fields.customer.route]\ntype = "txt"\nlabel = "Route"',
            'fields.customer.route.type = "txt" (from site.toml) is refused: "text" or',
        ),
        (
            '[fields.customer.route]\ntype = "text"',
            "fields.customer.route (from site.toml) has no label: a text of one line",
        ),
        (
            '[fields.customer.route]\ntype = "text"\nlabel = "R"\nlable_zh = "R"',
            "fields.customer.route.lable_zh (from site.toml) is not a key of a field; did you mean",
        ),
        (
            '[fields.supplier.route]\ntype = "text"\nlabel = "R"',
            'fields.supplier (from site.toml) is refused: "customer" or "delivery" or ',
        ),
        (
            '[fields.customer.route]\ntype = "choice"\nlabel = "R"',
            "fields.customer.route (from site.toml) is refused: x_route: a choice has choices",
        ),
        (
            '[fields.customer.route]\ntype = "text"\nlabel = "R"\nstep = "nowhere"',
            'fields.customer.route.step = "nowhere" (from site.toml) is refused: "basics" or',
        ),
        (
            '[fields.customer.route]\ntype = "text"\nlabel = "R"\npolicy = "guarded"',
            "fields.customer.route (from site.toml) is refused: x_route is guarded: its class is",
        ),
        (
            '[fields.customer.since]\ntype = "date"\nlabel = "R"\nscannable = true',
            "fields.customer.since (from site.toml) is refused: x_since: only texts and codes can",
        ),
        (
            '[fields.customer.limit]\ntype = "integer"\nlabel = "R"\nmin = 0.5',
            "fields.customer.limit.min = 0.5 (from site.toml) is refused: a whole number, or a",
        ),
        (
            '[fields.customer.limit]\ntype = "integer"\nlabel = "R"\ndefault = "many"',
            'fields.customer.limit.default = "many" (from site.toml) is refused: a value of the',
        ),
        (
            '[fields.customer.Route]\ntype = "text"\nlabel = "R"',
            'fields.customer.Route = "Route" (from site.toml) is refused: a name of small letters',
        ),
        (
            '[fields.customer.mail]\ntype = "email"\nlabel = "R"\nclass = "B"\nsearch = true',
            "fields.customer.mail.search = true (from site.toml) is refused: a text of class O or",
        ),
        (
            '[fields.customer.a]\ntype = "text"\nlabel = "R"\nwhen = { kind = ["x"] }',
            "fields.customer.a (from site.toml) is refused: there is no field kind",
        ),
        (
            '[fields.customer.g]\ntype = "group"\nlabel = "R"\n'
            '[fields.customer.g.fields.a]\ntype = "text"\nlabel = "A"\nsearch = true',
            "fields.customer.g.fields.a.search (from site.toml) is not a key of a field;",
        ),
    ],
)
def test_what_cannot_be_accepted_is_told_in_one_sentence(text: str, sentence: str) -> None:
    kinds, faults = extended(text)
    assert kinds["customer"].fields == KINDS["customer"].fields
    (fault,) = faults
    assert fault.startswith(sentence)
    assert fault.endswith((".", "?"))


def test_every_fault_is_told_at_once() -> None:
    _, faults = extended(
        '[fields.customer.a]\ntype = "x"\n[fields.customer.b]\nlabel = 3\n[fields.nobody.c]\n'
    )
    assert len(faults) == 5


def test_the_page_and_the_example_show_fields_that_work() -> None:
    page = (Path(DEFAULTS).parents[1] / "docs" / "adding-a-field.md").read_text("utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    kinds, faults = extended(block)
    assert faults == []
    assert kinds["customer"].field("x_machines") is not None
    assert extended(EXAMPLE.read_text("utf-8"))[1] == []


def test_the_page_names_every_key_and_every_type() -> None:
    page = (Path(DEFAULTS).parents[1] / "docs" / "adding-a-field.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)`", page))
    assert set(KEYS) <= named
    assert set(get_args(Type)) <= named
