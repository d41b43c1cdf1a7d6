"""What would be sent to an ERP, shown field by field, and to each what they may see."""

from typing import Any

import pytest

from gateway.kinds.registry import KINDS
from gateway.store.database import Store
from sync.erp.mapping.preview import preview
from sync.erp.mapping.transforms import Context
from sync.erp.previews import api as preview_api
from sync.erp.previews.previews import Previews
from tests.cast import World
from tests.erp.contract import customer_entry
from tests.erp.shop import HOME, Shop, line
from tests.erp.test_pushing import MAPPING

PATH = "/api/v1/sync/mapping/memory/preview"


@pytest.fixture
def world(store: Store, shop: Shop) -> World:
    previews = Previews(store, KINDS, {"memory": MAPPING}, lambda: "EUR", "Europe/Paris")
    return World(store, blueprints=[preview_api.blueprint(previews)])


def by_name(fields: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {field["theirs"]: field for field in fields}


def test_a_record_is_shown_field_by_field_with_what_has_no_place(world: World, shop: Shop) -> None:
    customer = shop.customer(
        phone="+33472000011",
        notes="Rings twice",
        addresses={HOME: {"purpose": "billing", "city": "Lyon", "country": "FR"}},
    )
    found = world.ben.get(f"{PATH}?record={customer}").json
    (document,) = found["documents"]
    assert (found["source"], document["model"], document["concerns"]) == (
        "customer", "partner", True,
    )  # fmt: skip
    fields = by_name(document["fields"])
    assert (fields["x_id"]["value"], fields["name"]["value"]) == (customer, "Epicerie Lefort")
    assert (fields["country"]["value"], fields["country"]["looked_up"]) == ("FR", "country.code")
    (addresses,) = [one for one in document["lists"] if one["theirs"] == "addresses"]
    (element,) = addresses["elements"]
    assert element["key"] == HOME
    assert by_name(element["fields"])["use"]["value"] == "invoice"
    assert "notes" in found["left"]
    assert "phone" not in found["left"]


def test_a_sale_is_shown_by_its_place_in_the_journal(world: World, shop: Shop) -> None:
    shop.sale(line(discount=100), customer="T1-C000001")
    seq = shop.store.head
    found = world.udo.get(f"{PATH}?seq={seq}").json
    order, payment = found["documents"]
    fields = by_name(order["fields"])
    assert fields["partner"] | {"ours": []} == {
        "theirs": "partner", "ours": [], "value": "T1-C000001", "looked_up": "customer",
        "hidden": False, "problem": None,
    }  # fmt: skip
    ((_, _, price, taxes),) = [one["fields"] for one in order["lists"][0]["elements"]]
    assert (price["value"], taxes["value"], taxes["looked_up"]) == ("18", "19", "tax.amount")
    assert (payment["model"], payment["key"]) == ("payment", "1")
    assert by_name(payment["fields"])["amount"]["value"] == "42.84"
    assert found["left"] == ["tax"]


def test_what_a_reader_may_not_see_is_hidden_in_the_preview_too(world: World, shop: Shop) -> None:
    customer = shop.customer(phone="+33472000011", credit_limit=150000)
    seen = {name: getattr(world, name).get(f"{PATH}?record={customer}") for name in ("ben", "udo")}
    hidden = {
        name: [
            field["theirs"] for field in answer.json["documents"][0]["fields"] if field["hidden"]
        ]
        for name, answer in seen.items()
    }
    assert hidden["ben"] == []
    assert "phone" in hidden["udo"]
    assert "33472000011" not in seen["udo"].text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{PATH}?seq=9999", "entry_unknown"),
        (PATH, "entry_unknown"),
        (f"{PATH}?record=nonsense", "record_id_malformed"),
        (PATH.replace("memory", "odoo") + "?seq=1", "mapping_missing"),
        (f"{PATH}?seq=1", "mapping_no_place"),
    ],
)
def test_what_cannot_be_shown_is_told(world: World, shop: Shop, path: str, code: str) -> None:
    shop.scan()
    assert world.ben.get(path).json["code"] == code


def test_the_console_is_told_which_connectors_have_a_preview(world: World) -> None:
    assert world.ben.get("/api/v1/sync/mapping").json == {"consumers": ["memory"]}


def test_a_rep_sees_no_preview(world: World) -> None:
    assert world.ana.get(f"{PATH}?seq=1").status_code == 403


def test_what_is_made_of_a_hidden_field_is_hidden_too() -> None:
    entry = customer_entry("T1-C1", 1, contacts={"a": {"name": "Ann"}})
    found = preview(MAPPING.of("customer"), entry, Context("EUR"), frozenset({"legal_name"}))
    (customer, person) = found.documents
    assert {one.theirs for one in customer.fields if one.is_hidden} == {"name"}
    assert not any(one.is_hidden for one in person.fields)
