"""What files of tills become: every format, every way to write a number or a day, every fault."""

import io
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drop import reading
from devices.drop.layout import Layout, columns_of, times_of
from devices.drop.records import Draft
from devices.drop.values import Numbers
from gateway.facts import sale, stock, till_check
from gateway.facts.types import DATA_TYPES
from gateway.kernel import canonical
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem

SALES = Layout("sale", times_of("Europe/Berlin", "dmy"), Numbers(), register="K1", currency="EUR")
HEAD = "receipt,gtin,quantity,unit_price,time\n"
ROW = "17,4006381333931,2,1.25,2026-11-22T10:00:00\n"


def _changed(becomes: Any, changes: dict[str, Any]) -> Layout:
    told = {**vars(SALES), "becomes": becomes, **changes}
    return Layout(**told)


def read(raw: bytes | str, how: Layout = SALES) -> list[Draft]:
    file = io.BytesIO(raw.encode() if isinstance(raw, str) else raw)
    shape = reading.shape_of(file)
    reading.look(file, shape, how, 1000)
    return list(reading.drafts(file, shape, how))


def one(raw: bytes | str, how: Layout = SALES) -> dict[str, Any]:
    [draft] = read(raw, how)
    assert draft.problem is None, str(draft.problem)
    fits(draft)
    return dict(draft.data)


def fits(draft: Draft) -> None:
    """What a draft says is a fact that the house takes."""
    data = msgspec.json.decode(canonical.encode(draft.data), type=DATA_TYPES[draft.type])
    if draft.type == "sale.completed":
        assert sale.check(data) is None, str(sale.check(data))
    elif draft.type.startswith("stock."):
        assert stock.check(data) is None  # type: ignore[arg-type]
    elif draft.type != "scan.captured":
        assert till_check.check(data) is None, str(till_check.check(data))


def code(raw: bytes | str, how: Layout = SALES) -> str:
    [draft] = read(raw, how)
    return draft.problem.code if draft.problem else ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_a_sale_is_read_in_every_encoding_that_tills_write(encoding: str) -> None:
    raw = "单号,条码,数量,单价,收银员\n" + "".join(
        f"{number},4006381333931,2,1.25,王小明同志\n" for number in range(30)
    )
    drafts = read(raw.encode(encoding))
    assert len(drafts) == 30
    assert drafts[0].data["cashier"] == "王小明同志"
    assert drafts[0].data["total"] == 250


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_the_delimiter_is_found(delimiter: str) -> None:
    data = one((HEAD + ROW).replace(",", delimiter))
    assert (data["receipt"], data["total"]) == ("17", 250)


def test_lines_of_one_receipt_are_one_sale() -> None:
    first, second = read(HEAD + ROW + ROW + ROW.replace("17,", "18,"))
    assert [len(draft.data["lines"]) for draft in (first, second)] == [2, 1]
    assert first.data["total"] == 500
    assert (first.line, second.line) == (2, 4)


def test_a_receipt_that_comes_back_further_down_waits_for_a_person() -> None:
    drafts = read(HEAD + ROW + ROW.replace("17,", "18,") + ROW)
    assert [draft.problem and draft.problem.code for draft in drafts] == [None, None, "row_again"]


def test_a_quoted_cell_may_hold_line_breaks_and_lines_are_counted_as_an_editor_does() -> None:
    raw = 'receipt,reason,amount\n1,"one\ntwo",1.00\n2,,x\n'
    drafts = read(raw)
    assert [draft.line for draft in drafts] == [2, 4]
    assert drafts[1].problem is not None


def test_a_bad_row_waits_alone_with_what_stood_there() -> None:
    drafts = read(HEAD + ROW + "18,4006381333931,two,1.25,\n" + ROW.replace("17,", "19,"))
    assert [bool(draft.problem) for draft in drafts] == [False, True, False]
    assert drafts[1].problem is not None
    assert drafts[1].problem.params == {"column": "quantity"}
    assert drafts[1].data == {
        "rows": [
            {
                "receipt": "18",
                "gtin": "4006381333931",
                "quantity": "two",
                "unit_price": "1.25",
                "time": "",
            }
        ]
    }


def test_german_numbers_dates_and_names_are_read() -> None:
    raw = (
        "Bon-Nr;Datum;Uhrzeit;Artikel-Nr;Menge;Einzelpreis;Betrag;MwSt-Satz;Zahlart\n"
        "A-1;22.11.2026;09:30;4711;0,575;3,80;2,19;19%;Bar\n"
    )
    how = _changed("sale", {"inclusive": True, "numbers": Numbers(",")})
    [draft] = read(raw, how)
    fits(draft)
    assert draft.data["lines"] == [
        {
            "quantity": "0.575",
            "unit_price": 380,
            "amount": 219,
            "sku": "4711",
            "tax_rate": "0.19",
            "tax": 35,
        }
    ]
    assert draft.data["tenders"] == [{"type": "cash", "amount": 219}]
    assert draft.occurred_ms == 1_795_336_200_000  # 08:30 in UTC


def test_a_return_mirrors_its_sale() -> None:
    raw = "receipt,quantity,unit_price,amount,type,original\n9,-3,44.250,-132.75,,8\n"
    [draft] = read(raw)
    fits(draft)
    assert draft.type == "sale.returned"
    assert draft.data["original"] == {"register": "K1", "receipt": "8"}
    turned = "receipt,quantity,unit_price,amount,type\n9,3,44.25,132.75,Rückgabe\n"
    [draft] = read(turned)
    fits(draft)
    assert (draft.type, draft.data["total"]) == ("sale.returned", -13275)


def test_what_was_given_too_much_came_back_in_cash() -> None:
    data = one("receipt,amount,paid,payment\n1,8.50,10.00,cash\n")
    assert data["tenders"] == [{"type": "cash", "amount": 1000, "change": 150}]


def test_a_price_is_worked_out_of_an_amount_only_where_it_gives_that_amount_again() -> None:
    assert one("receipt,quantity,amount\n1,4,10.00\n")["lines"][0]["unit_price"] == 250
    assert code("receipt,quantity,amount\n1,3,10.00\n") == "row_value_missing"


def test_money_finer_than_a_coin_is_refused_and_yen_have_no_cents() -> None:
    assert code("receipt,amount\n1,1.005\n") == "row_number_finer"
    assert one("receipt,amount\n1,1850\n", _changed("sale", {"currency": "JPY"}))["total"] == 1850
    assert one("receipt,amount\n1,1.850\n", _changed("sale", {"currency": "KWD"}))["total"] == 1850


def test_columns_of_a_till_can_be_named() -> None:
    how = _changed("sale", {"named": columns_of("receipt = X1; id = X1\namount = Y 2")})
    [draft] = read("X1,Y-2\n77,1.00\n", how)
    assert (draft.key, draft.data["receipt"], draft.data["total"]) == ("K1:77", "77", 100)


def test_a_column_called_id_counts_only_where_it_can_be_nothing_else() -> None:
    numbered = "id,code\n1,A\n"
    own = "01932a7e-5d4c-7b1a-9c3f-2f1d8a6e4b10"
    scans = _changed("scan.captured", {"register": ""})
    assert [draft.key for draft in read(numbered, scans)] == [""]
    assert [draft.key for draft in read(numbered.replace("1,", own + ","), scans)] == [f":{own}"]
    said = _changed("scan.captured", {"named": columns_of("id = id"), "register": ""})
    assert [draft.key for draft in read(numbered, said)] == [":1"]


@pytest.mark.parametrize("text", ["receipt", "receipt =", "colour = red", "id = a; id = b"])
def test_columns_that_make_no_sense_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        columns_of(text)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf \n", "file_empty"),
        (b"PK\x03\x04rest", "drop_no_text"),
        (b"a,b\n1,2\n", "drop_columns"),
        (b"receipt,amount\n", "file_empty"),
        (b'receipt,amount\n1,"' + b"x" * 1_100_000, "file_row_runaway"),
        (b'[{"receipt":1,"amount":"1"},', "drop_json"),
        (b'[{"receipt":1}] trailing', "drop_json"),
        (b'[{"receipt":1} {"receipt":2}]', "drop_json"),
        (b"<POSLog><Transaction>", "drop_xml"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><POSLog/>', "drop_xml_kind"),
        (b"<a>" + b"<b>" * 40 + b"</b>" * 40 + b"</a>", "drop_xml_size"),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_is_refused_whole(raw: bytes, problem: str) -> None:
    with pytest.raises(Problem) as caught:
        read(raw)
    assert caught.value.code == problem


def test_json_lines_are_read_and_a_broken_one_waits_alone() -> None:
    lines = [
        json.dumps({"receipt": 5, "items": [{"ean": "4006381333931", "qty": 2, "price": 1.25}]}),
        "{broken",
        json.dumps({"receipt": 6, "amount": 3.1, "payments": [{"type": "Karte", "amount": 3.1}]}),
    ]
    first, broken, last = read("\n".join(lines))
    fits(first)
    fits(last)
    assert first.data["total"] == 250
    assert broken.problem is not None
    assert broken.problem.code == "row_no_json"
    assert last.data["tenders"] == [{"type": "card", "amount": 310}]


def test_a_json_array_is_read_with_the_line_of_each_member() -> None:
    drafts = read('[\n {"receipt":"1","amount":"1.00"},\n {"receipt":"2","amount":"2.00"}\n]\n')
    assert [(draft.line, draft.data["total"]) for draft in drafts] == [(2, 100), (3, 200)]


def test_a_poslog_is_read() -> None:
    raw = """<?xml version="1.0"?>
<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/">
 <Transaction><WorkstationID>7</WorkstationID><SequenceNumber>1</SequenceNumber><ControlTransaction/></Transaction>
 <Transaction>
  <WorkstationID>7</WorkstationID><SequenceNumber>2</SequenceNumber>
  <EndDateTime>2026-11-22T10:00:00+01:00</EndDateTime><CurrencyCode>EUR</CurrencyCode>
  <RetailTransaction>
   <LineItem><Sale><ItemID>4711</ItemID><RegularSalesUnitPrice>5.00</RegularSalesUnitPrice>
    <ExtendedAmount>10.00</ExtendedAmount><Quantity>2</Quantity></Sale></LineItem>
   <LineItem VoidFlag="true">
    <Sale><ItemID>9</ItemID><ExtendedAmount>1.00</ExtendedAmount></Sale></LineItem>
   <LineItem><Tender TenderType="Cash"><Amount>10.00</Amount></Tender></LineItem>
   <Total TotalType="TransactionGrandAmount">10.00</Total>
  </RetailTransaction>
 </Transaction>
</POSLog>"""
    control, draft = read(raw)
    assert control.skipped
    fits(draft)
    assert (draft.line, draft.data["register"], draft.data["total"]) == (4, "7", 1000)
    assert draft.data["tenders"] == [{"type": "cash", "amount": 1000}]


def test_any_other_xml_is_read_by_the_names_of_its_elements() -> None:
    line = "<line><qty>2</qty><price>1.25</price></line>"
    raw = f'<sales><sale receipt="1"><lines>{line}</lines></sale></sales>'
    assert one(raw)["total"] == 250


def test_goods_scans_shifts_and_cash_are_read() -> None:
    goods = "ean,menge,charge,mhd\n4006381333931,12,L7,31.12.2027\n"
    assert one(goods, _changed("stock.received", {})) == {
        "lines": [{"quantity": "12", "gtin": "4006381333931", "lot": "L7", "expiry": "2027-12-31"}]
    }
    grouped = "sku,qty,document\na,1,D1\nb,2,D1\nc,3,D2\n"
    assert [len(d.data["lines"]) for d in read(grouped, _changed("stock.counted", {}))] == [2, 1]
    assert one("sku,qty\na,-1\n", _changed("stock.adjusted", {"reason": "broken"}))["reason"]
    assert one("code\n4006381333931\n", _changed("scan.captured", {}))["gtin"] == "04006381333931"
    assert one("shift,float\n1,100.00\n", _changed("shift.opened", {}))["float"] == 10000
    assert one("shift,counted\n1,100.00\n", _changed("shift.closed", {}))["counted"] == [
        {"type": "cash", "amount": 10000}
    ]
    assert one("amount,reason\n-5.00,stamps\n", _changed("cash.paid_out", {}))["amount"] == 500


def test_events_go_through_as_they_are() -> None:
    event = {
        "id": "e1",
        "type": "scan.captured",
        "time": "2026-11-22T10:00:00Z",
        "data": {"text": "A"},
    }
    broken = {"type": "sale.completed", "data": {"total": 1.5}}
    good, bad = read(f"{json.dumps(event)}\n{json.dumps(broken)}\n", _changed("event", {}))
    assert (good.type, good.data, good.key) == ("scan.captured", {"text": "A"}, ":e1")
    assert bad.problem is not None
    assert bad.problem.code == "row_no_event"


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,50", ",", "1234.50"),
        ("1,234.50", ".", "1234.50"),
        ("12,50", ".", "12.50"),
        ("1 234,5", ",", "1234.5"),
        ("1'234.50", ".", "1234.50"),
        ("12.50-", ".", "-12.50"),
        ("(12.50)", ".", "-12.50"),
        ("€ 12.50", ".", "12.50"),
        ("12,50 EUR", ",", "12.50"),
        ("￥１２.５０", ".", "12.50"),
        (".5", ".", "0.5"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, mark: Any, value: str) -> None:
    assert Numbers(mark).decimal(text, "x") == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "-", "1e5", "1.2.3", "1,23,4", "٣", "NaN", "1" * 13, "0.1234567", "--1x", "."]
)
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(Problem):
        Numbers().decimal(text, "x")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z"),
        ("2026-11-22 10:00", "2026-11-22T09:00:00.000Z"),
        ("22.11.2026 10:00:05", "2026-11-22T09:00:05.000Z"),
        ("20261122100000", "2026-11-22T09:00:00.000Z"),
        ("2026年11月22日 10:00", "2026-11-22T09:00:00.000Z"),
        ("1/7/2026 1:05 PM", "2026-07-01T11:05:00.000Z"),
        ("5.3.26", "2026-03-04T23:00:00.000Z"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, iso: str) -> None:
    assert to_iso(SALES.times.instant(text, "x")) == iso


@pytest.mark.parametrize(
    "text", ["", "31.2.2026", "2026-13-01", "yesterday", "1/1/1", "25:00", "0001-01-01"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    with pytest.raises(Problem):
        SALES.times.instant(text, "x")


@given(
    st.lists(
        st.tuples(
            st.decimals(min_value=Decimal("0.001"), max_value=999, places=3),
            st.integers(min_value=0, max_value=99_999),
            st.sampled_from(["0", "0.07", "7%", "19", "0.255"]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
    st.booleans(),
    st.sampled_from([",", "."]),
)
def test_whatever_a_till_sold_adds_up(
    lines: list[tuple[Decimal, int, str]], inclusive: bool, returned: bool, mark: Any
) -> None:
    def written(number: Decimal) -> str:
        return f"{number:f}".replace(".", mark)

    sign = "-" if returned else ""
    raw = "receipt;quantity;unit price;vat\n" + "".join(
        f"1;{sign}{written(quantity)};{written(Decimal(price) / 100)};{rate.replace('.', mark)}\n"
        for quantity, price, rate in lines
    )
    [draft] = read(
        raw, _changed("sale", {"inclusive": inclusive, "numbers": Numbers(mark, strict=True)})
    )
    assert draft.problem is None, str(draft.problem)
    fits(draft)
    assert draft.type == ("sale.returned" if returned else "sale.completed")


@given(
    st.binary(max_size=400), st.sampled_from(["sale", "stock.counted", "event", "scan.captured"])
)
def test_no_bytes_break_a_reader(raw: bytes, becomes: Any) -> None:
    try:
        drafts = read(raw, _changed(becomes, {}))
    except Problem:
        return
    for draft in drafts:
        canonical.encode(draft.data)
