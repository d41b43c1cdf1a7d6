"""Facts as EPCIS events: each has the form of the standard, and means what the fact meant."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codes import epc
from devices.codes.symbology import Rules, read
from gateway.facts import epcis, epcis_uris
from gateway.facts.epcis_uris import Places
from gateway.kernel import ids
from gateway.kernel.codes import check_digit

SCHEMA = jsonschema_rs.validator_for(
    json.loads(Path(__file__).with_name("epcis_schema.json").read_text("utf-8")),
    validate_formats=True,
)
SHOP = Places("4012345000009", "https://example.com/till/1", "https://example.com/epcis")
OWN = "01932a7e-5d4c-7b1a-9c3f-2f1d8a6e4b10"
AT = "2026-11-22T10:00:00.000Z"
_encoder = msgspec.json.Encoder(decimal_format="number")


def entry(kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"specversion": "1.0", "id": "till-1", "source": "till", "time": AT, "type": kind}
    return {**told, "seq": 1, "device": "d", "received_at": AT, "data": data, **more}


def told(kind: str, data: dict[str, Any], places: Places = SHOP, **more: Any) -> dict[str, Any]:
    """The event as JSON, valid."""
    [event] = all_told(kind, data, places, **more)
    return event


def all_told(
    kind: str, data: dict[str, Any], places: Places = SHOP, **more: Any
) -> list[dict[str, Any]]:
    return validated(epcis.events(entry(kind, data, **more), places))


def validated(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    document = json.loads(_encoder.encode(epcis.answer(events, AT)))
    errors = [
        f"{list(error.instance_path)}: {error.message}" for error in SCHEMA.iter_errors(document)
    ]
    assert not errors
    found: list[dict[str, Any]] = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found


LINE = {"quantity": "12", "gtin": "4006381333931", "lot": "L/7"}


def test_goods_that_came_in_are_received_by_lot() -> None:
    event = told("stock.received", {"lines": [LINE], "document": "LS 4711"})
    assert event["bizStep"] == "receiving"
    assert event["disposition"] == "in_progress"
    assert event["quantityList"] == [
        {"epcClass": "https://id.gs1.org/01/04006381333931/10/L%2F7", "quantity": 12}
    ]
    assert event["bizTransactionList"] == [
        {"type": "desadv", "bizTransaction": "https://example.com/epcis/document/LS%204711"}
    ]
    assert event["bizLocation"] == {"id": "https://id.gs1.org/414/4012345000009"}
    assert event["readPoint"] == {"id": "https://example.com/till/1"}


def test_a_transfer_is_shipped_from_one_place_to_another() -> None:
    event = told("stock.transferred", {"lines": [LINE], "from": "shop", "to": "back room"[:4]})
    assert (event["bizStep"], event["disposition"]) == ("shipping", "in_transit")
    assert event["sourceList"][0]["source"] == "https://id.gs1.org/414/4012345000009"
    assert event["destinationList"][0]["destination"].endswith("/414/4012345000009/254/back")
    assert "bizLocation" not in event


def test_a_count_tells_what_was_there_and_nothing_of_what_was_not() -> None:
    lines = [
        LINE,
        {"quantity": "0", "gtin": "96385074"},
        {"quantity": "1.5", "sku": "a b", "unit": "kg"},
    ]
    event = told("stock.counted", {"lines": lines, "location": "shop"})
    assert event["bizStep"] == "cycle_counting"
    assert event["quantityList"][1] == {
        "epcClass": "https://example.com/epcis/article/a%20b", "quantity": 1.5, "uom": "KGM"
    }  # fmt: skip
    assert len(event["quantityList"]) == 2


def test_an_adjustment_leaves_the_place_or_comes_to_it() -> None:
    lines = [{**LINE, "quantity": "-2"}, {"gtin": "96385074", "quantity": "3"}]
    data = {"lines": lines, "reason": "Eva dropped two", "location": "yard"}
    less, more = all_told("stock.adjusted", data, id=OWN)
    yard = "https://id.gs1.org/414/4012345000009/254/yard"
    assert less["sourceList"] == [{"type": "location", "source": yard}]
    assert less["quantityList"][0]["quantity"] == 2
    assert "bizLocation" not in less
    assert more["destinationList"] == [{"type": "location", "destination": yard}]
    assert more["bizLocation"] == {"id": yard}
    assert more["quantityList"][0]["quantity"] == 3
    assert less["eventID"] == f"urn:uuid:{OWN}" != more["eventID"]
    assert all_told("stock.adjusted", data, id=OWN) == [less, more]
    assert "Eva" not in json.dumps([less, more])
    # Without a place nothing would tell which way it went.
    assert all_told("stock.adjusted", data, Places()) == []


@pytest.mark.parametrize("kind", ["stock.received", "stock.counted", "stock.adjusted"])
def test_what_is_taken_back_is_told_again_as_an_error(kind: str) -> None:
    data = {"lines": [LINE, {**LINE, "quantity": "-1"}], "document": "LS 1", "reason": "x"}
    first = entry(kind, data, id=OWN)
    later = "2026-11-23T08:00:00.000Z"
    back = entry("stock.reversed", {**data, "corrects": OWN}, id="r", time=later, received_at=later)
    assert epcis.taken_back(back) == ids.to_bytes(OWN)
    declared = validated(epcis.events(back, SHOP, first))
    assert [{**one, "recordTime": later, "errorDeclaration": {"declarationTime": later}}
            for one in validated(epcis.events(first, SHOP))] == declared  # fmt: skip


def test_only_what_is_still_here_and_can_be_taken_back_is_an_error() -> None:
    back = entry("stock.reversed", {"corrects": OWN, "lines": [LINE]})
    moved = entry("stock.transferred", {"lines": [LINE], "from": "shop", "to": "yard"}, id=OWN)
    assert epcis.events(back, SHOP) == epcis.events(back, SHOP, moved) == []
    assert epcis.events(back, SHOP, {**entry("stock.counted", {}), "data": None}) == []
    assert epcis.taken_back(moved) is None


def test_a_sale_and_its_return_name_the_receipt_and_nobody() -> None:
    sale = {"lines": [LINE], "receipt": "17", "register": "K1", "customer": "C-9", "cashier": "Eva"}
    sold = told("sale.completed", sale, Places("4012345000009"))
    assert (sold["bizStep"], sold["disposition"]) == ("retail_selling", "retail_sold")
    assert sold["bizTransactionList"] == [
        {"bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:K1-17"}
    ]
    assert "bizLocation" not in sold
    assert "C-9" not in json.dumps(sold)
    assert "Eva" not in json.dumps(sold)
    back = told("sale.returned", {**sale, "lines": [{**LINE, "quantity": "-12"}]})
    assert (back["bizStep"], back["disposition"]) == ("receiving", "returned")
    assert back["quantityList"][0]["quantity"] == 12


def test_a_scan_is_an_item_a_logistic_unit_a_lot_or_an_article() -> None:
    item = {"text": "x", "gtin": "04006381333931", "elements": {"serial": "A1"}}
    assert told("scan.captured", item)["epcList"] == ["https://id.gs1.org/01/04006381333931/21/A1"]
    unit = {"text": "x", "elements": {"sscc": "369012340000000123"}}
    assert told("scan.captured", unit)["epcList"] == ["https://id.gs1.org/00/369012340000000123"]
    article = {"text": "x", "gtin": "04006381333931"}
    assert told("scan.captured", article)["quantityList"][0]["quantity"] == 1
    assert "bizStep" not in told("scan.captured", article)
    assert all_told("scan.captured", {"text": "shelf 7"}) == []


def test_a_tag_is_told_by_what_it_carries() -> None:
    tag = {
        "epc": "3034257BF7194E4000001A85",
        "gtin": "80614141123458",
        "serial": "6789",
        "count": 50,
    }
    assert told("rfid.observed", tag)["epcList"] == ["https://id.gs1.org/01/80614141123458/21/6789"]
    uri = {"epc": "urn:epc:id:sgtin:0614141.812345.6789", "count": 1}
    assert told("rfid.observed", uri)["epcList"] == ["https://id.gs1.org/01/80614141123458/21/6789"]


def test_where_nobody_has_said_where_the_shop_is_no_place_is_told() -> None:
    data = {"lines": [LINE, {"sku": "x", "quantity": "1"}], "document": "1", "location": "yard"}
    event = told("stock.received", data, Places())
    assert event.keys().isdisjoint({"readPoint", "bizLocation", "bizTransactionList"})
    assert len(event["quantityList"]) == 1


@pytest.mark.parametrize(
    ("time", "at", "offset"),
    [
        ("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00.000Z", "+01:00"),
        ("2026-11-22T10:00:00-03:30", "2026-11-22T13:30:00.000Z", "-03:30"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z", "+00:00"),
        ("", AT, "+00:00"),
    ],
)
def test_the_offset_of_the_till_is_kept(time: str, at: str, offset: str) -> None:
    event = told("stock.received", {"lines": [LINE]}, time=time)
    assert (event["eventTime"], event["eventTimeZoneOffset"]) == (at, offset)


def test_a_fact_has_one_id_for_ever() -> None:
    assert told("stock.received", {"lines": [LINE]}, id=OWN)["eventID"] == f"urn:uuid:{OWN}"
    first, again = (told("stock.received", {"lines": [LINE]})["eventID"] for _ in range(2))
    assert first == again


def test_what_tells_of_no_goods_is_no_event() -> None:
    for kind, data in (
        ("shift.opened", {}),
        ("stock.received", {}),
        ("sale.completed", {"lines": 1}),
    ):
        assert all_told(kind, data) == []
    assert epcis.events({**entry("stock.received", {}), "data": None}, SHOP) == []


articles = st.from_regex(r"[0-9]{13}", fullmatch=True).map(
    lambda body: body + str(check_digit(body))
)
signs = st.text("!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz", min_size=1, max_size=20)
anything = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.decimals().map(str), st.lists(st.none()),
    signs, articles,
)  # fmt: skip
MEMBERS = (
    "gtin", "serial", "sscc", "epc", "location", "from", "to", "document", "receipt", "register",
    "elements",
)  # fmt: skip
lines = st.lists(
    st.one_of(
        anything,
        st.dictionaries(
            st.sampled_from(["gtin", "sku", "quantity", "lot", "unit", "serial"]), anything
        ),
    ),
    max_size=4,
)


@given(
    st.sampled_from(sorted(epcis.MEANINGS)),
    st.fixed_dictionaries(
        {"lines": st.one_of(lines, anything)},
        optional=dict.fromkeys(MEMBERS, anything),
    ),
    st.one_of(st.just(AT), st.text(max_size=30)),
    st.sampled_from([Places(), SHOP, Places("https://example.com/s"), Places("urn:x-shop:7")]),
)  # fmt: skip
def test_every_event_has_the_form_of_the_standard(
    kind: str, data: dict[str, Any], time: str, places: Places
) -> None:
    told = entry(kind, data, time=time)
    validated(epcis.events(told, places))
    back = entry("stock.reversed", {"corrects": OWN, "lines": []}, time=time)
    validated(epcis.events(back, places, told))


@given(articles, signs)
def test_every_item_and_lot_is_read_again_as_the_bar_code_it_was(article: str, number: str) -> None:
    today = date(2026, 11, 22)
    for key, name in (("21", "serial"), ("10", "lot")):
        link = epcis_uris.item(article, number) if key == "21" else epcis_uris.lot(article, number)
        assert f"/{key}/" in link
        reading = read(link.encode(), Rules(), today)
        assert reading.fault is None, (link, reading.fault)
        assert reading.gtin == article
        assert reading.elements.values[name] == number


@given(
    st.integers(6, 12),
    st.integers(0, 10**12 - 1),
    st.integers(0, 10**7 - 1),
    st.integers(0, 2**38 - 1),
)
def test_an_epc_and_its_link_are_the_same_thing(
    digits: int, company: int, rest: int, serial: int
) -> None:
    prefix = str(company % 10**digits).zfill(digits)
    body = str(rest % 10 ** (13 - digits)).zfill(13 - digits)
    uri = f"urn:epc:id:sgtin:{prefix}.{body}.{serial}"
    elements = epc.read_uri(uri)
    assert elements is not None
    gtin = str(elements.values["gtin"])
    assert epcis_uris.of_epc(uri) == epcis_uris.item(gtin, str(serial))
