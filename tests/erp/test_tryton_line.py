"""The line that all ERPs share, kept by a real Tryton."""

from decimal import Decimal

import pytest

from config.schema import TrytonSettings
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.tryton import line as keeping
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.line import TrytonLine
from sync.erp.line import Elements, Known, Line, Link, Links, Where
from tests.erp.tryton.server import DATABASE, WITH_ADDON, Server

pytestmark = [pytest.mark.erp, pytest.mark.timeout(900)]

PARTY, ADDRESS, SALE = "party.party", "party.address", "sale.sale"


@pytest.fixture(scope="module")
def line(tryton: Server) -> Line:
    settings = TrytonSettings(url=tryton.url, database=DATABASE, key=tryton.key)
    return TrytonLine(Client(settings, 60))


@pytest.fixture(scope="module")
def keyed(tryton: Server) -> Line:
    """The same, where our module is active."""
    settings = TrytonSettings(url=tryton.url, database=WITH_ADDON, key=tryton.key)
    return TrytonLine(Client(settings, 60))


def one(line: Line, model: str, **values: str) -> str:
    """The id of the only record with these values."""
    (row,) = line.find(model, [Where(name, "=", value) for name, value in values.items()], [])
    return str(row["id"])


def party(line: Line, code: str, **values: str) -> str:
    (made,) = line.create(PARTY, [{"code": code, "name": f"Party {code}", **values}])
    return made


def test_it_says_what_answers(line: Line) -> None:
    assert line.answers() == "Tryton, Waystation Demo Trading (EUR)"


def test_a_model_is_described_and_one_that_is_not_there_is_none(line: Line) -> None:
    fields = line.describe(SALE)
    assert fields is not None
    assert fields["reference"] == Known("text")
    assert fields["party"] == Known("link", model=PARTY, required=fields["party"].required)
    assert fields["lines"].type == "elements"
    assert fields["lines"].model == "sale.line"
    assert fields["sale_date"].type == "date"
    assert fields["total_amount"] == Known("decimal", read_only=True)
    assert fields["last_modified_at"].type == "instant"
    assert {"draft", "quotation", "done"} <= set(fields["state"].choices)
    lines = line.describe("sale.line")
    assert lines is not None
    assert lines["taxes"] == Known("links", model="account.tax")
    assert line.describe("stock.nothing") is None


def test_what_a_default_fills_in_is_not_required(line: Line) -> None:
    fields = line.describe(SALE)
    assert fields is not None
    assert not fields["company"].required
    assert not fields["invoice_method"].required
    codes = line.describe("country.country")
    assert codes is not None
    assert codes["name"].required


def test_a_sale_goes_all_the_way(line: Line) -> None:
    buyer = party(line, "LINE-SALE")
    (address,) = line.create(ADDRESS, [{"party": Link(PARTY, buyer), "city": "Lyon"}])
    tax = one(line, "account.tax", name="VAT 19%")
    item = {
        "product": Link("product.product", one(line, "product.product", code="SKU-0001")),
        "unit": Link("product.uom", one(line, "product.uom", symbol="u")),
        "quantity": Decimal(2),
        "unit_price": Decimal("18.5000"),
        "taxes": Links("account.tax", (tax,)),
    }
    values = {
        "party": Link(PARTY, buyer),
        "invoice_address": Link(ADDRESS, address),
        "shipment_address": Link(ADDRESS, address),
        "currency": Link("currency.currency", one(line, "currency.currency", code="EUR")),
        "reference": "LINE-1",
        "sale_date": "2026-11-21",
        "lines": Elements("sale.line", (item,)),
    }
    (made,) = line.create(SALE, [values])
    rounding = {"description": "Rounding", "quantity": 1, "unit_price": Decimal("0.02")}
    line.update(SALE, made, {"lines": Elements("sale.line", (rounding,))})
    asked = ("sale_date", "total_amount", "party", "party.code", "currency.code", "state")
    (row,) = line.find(SALE, [Where("reference", "=", "LINE-1")], asked)
    assert row == {
        "id": made,
        "sale_date": "2026-11-21",
        "total_amount": Decimal("44.05"),
        "party": buyer,
        "party.code": "LINE-SALE",
        "currency.code": "EUR",
        "state": "draft",
    }
    line.press(SALE, made, "quote")
    line.press(SALE, made, "confirm")
    (row,) = line.find(SALE, [Where("id", "in", [made])], ["state"])
    assert row["state"] == "processing"
    with pytest.raises(Refusal) as refused:
        line.press(SALE, made, "confirm")
    assert refused.value.outcome == Outcome.NEEDS_PERSON


def test_inactive_records_are_found_and_can_be_changed(line: Line) -> None:
    mine = party(line, "LINE-GONE")
    line.update(PARTY, mine, {"active": False})
    (row,) = line.find(PARTY, [Where("code", "=", "LINE-GONE")], ["active", "name"])
    assert row == {"id": mine, "active": False, "name": "Party LINE-GONE"}
    line.update(PARTY, mine, {"active": True})
    line.update(PARTY, mine, {"name": "Back"})
    (row,) = line.find(PARTY, [Where("code", "=", "LINE-GONE")], ["active", "name"])
    assert row == {"id": mine, "active": True, "name": "Back"}


def test_a_field_in_a_list_is_the_one_that_was_asked_for(line: Line) -> None:
    marks = Elements("party.identifier", ({"code": "first:1"}, {"code": "waystation:line-2"}))
    (made,) = line.create(PARTY, [{"code": "LINE-LIST", "name": "Listed", "identifiers": marks}])
    asked = ["identifiers.code", "lang", "lang.code"]
    where = [Where("identifiers.code", "in", ["waystation:line-2", "waystation:other"])]
    (row,) = line.find(PARTY, where, asked)
    assert (row["id"], row["identifiers.code"]) == (made, "waystation:line-2")
    assert row["lang.code"] is None
    (row,) = line.find(PARTY, [Where("code", "=", "LINE-LIST")], ["identifiers.code"])
    assert row["identifiers.code"] == "first:1"


def test_the_rows_of_a_list_are_found_by_what_they_belong_to(line: Line) -> None:
    mine, other = party(line, "LINE-OWN"), party(line, "LINE-OTHER")
    line.create(
        ADDRESS,
        [{"party": Link(PARTY, mine), "city": city} for city in ("Ulm", "Bonn")]
        + [{"party": Link(PARTY, other), "city": "Kiel"}],
    )
    where = [Where("party", "in", [mine])]
    rows = line.find(ADDRESS, where, ["party", "city", "invoice"], order=("city", "id"))
    assert [(row["party"], row["city"]) for row in rows] == [(mine, "Bonn"), (mine, "Ulm")]
    assert rows[0]["invoice"] is False


def test_changes_are_told_page_by_page(line: Line) -> None:
    codes = [f"LINE-CHANGE-{number}" for number in range(5)]
    made = line.create(PARTY, [{"code": code, "name": code} for code in codes])
    mine = Where("code", "in", codes)
    asked = ["last_modified_at"]
    order = ("last_modified_at", "id")
    first = line.find(PARTY, [mine], asked, order=order, limit=3)
    assert [row["id"] for row in first] == made[:3]
    moment = str(first[-1]["last_modified_at"])
    assert moment.endswith("Z")
    # One request, one instant: nothing of it is later, all of it is that instant or later.
    later = Where("last_modified_at", ">", moment)
    assert line.find(PARTY, [mine, later], asked, order=order) == []
    since = [mine, Where("last_modified_at", ">=", moment), Where("id", ">", first[-1]["id"])]
    assert [row["id"] for row in line.find(PARTY, since, asked, order=order)] == made[3:]


def test_all_rows_come_however_many_pages(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAGE", 4)
    codes = [row["code"] for row in line.find("country.country", [], ["code"], order=("code",))]
    assert len(codes) == len(set(codes)) > 40
    assert codes == sorted(map(str, codes))
    assert len(line.find("country.country", [], ["code"], limit=10)) == 10
    assert len(line.find("country.country", [], ["code"], limit=4)) == 4


def test_links_to_many_are_these_and_no_others(line: Line) -> None:
    category = [{"name": "Line A"}, {"name": "Line B"}]
    first, second = line.create("party.category", category)
    values = {"code": "LINE-MANY", "categories": Links("party.category", (first,))}
    (made,) = line.create(PARTY, [values])
    line.update(PARTY, made, {"categories": Links("party.category", (second,))})
    (row,) = line.find(PARTY, [Where("id", "=", made)], ["categories.name"])
    assert row["categories.name"] == "Line B"


def test_a_link_to_any_model_names_it(line: Line) -> None:
    mine = party(line, "LINE-NOTE")
    (made,) = line.create("ir.note", [{"resource": Link(PARTY, mine), "message": "Was there"}])
    where = [Where("resource", "=", f"{PARTY},{mine}")]
    assert [row["id"] for row in line.find("ir.note", where, ["resource"])] == [made]


def test_a_field_that_is_not_there_is_said_so(line: Line) -> None:
    with pytest.raises(Refusal, match="field colour in party"):
        line.find(PARTY, [], ["colour"])
    with pytest.raises(Refusal, match="field colour in party"):
        line.create(PARTY, [{"colour": "green"}])


def test_new_records_are_made_all_or_none(line: Line) -> None:
    with pytest.raises(Refusal):
        line.create(PARTY, [{"code": "LINE-NEW"}, {"code": "WALK-IN"}])
    assert line.find(PARTY, [Where("code", "=", "LINE-NEW")], []) == []


def test_with_our_module_every_model_carries_our_id(keyed: Line) -> None:
    fields = keyed.describe("party.category")
    assert fields is not None
    assert fields["waystation"] == Known("text")
    values = [{"waystation": f"own-{n}", "name": f"Own {n}"} for n in range(3)]
    made = keyed.create("party.category", values)
    assert keyed.create("party.category", values[1:]) == made[1:]
    where = [Where("waystation", "in", ["own-2", "own-0", "own-9"])]
    rows = keyed.find("party.category", where, ["waystation", "name"])
    assert [(row["id"], row["waystation"], row["name"]) for row in rows] == [
        (made[0], "own-0", "Own 0"),
        (made[2], "own-2", "Own 2"),
    ]


def test_without_our_module_it_is_said_what_is_missing(line: Line) -> None:
    fields = line.describe("party.category")
    assert fields is not None
    assert "waystation" not in fields
    with pytest.raises(Refusal, match="erp_module_missing"):
        line.find("party.category", [Where("waystation", "=", "own-1")], [])
    with pytest.raises(Refusal, match="erp_module_missing"):
        line.create("party.category", [{"waystation": "own-1", "name": "Own"}])
