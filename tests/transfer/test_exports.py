"""What leaves as a file: as the role sees it, safe to open, and the same when it comes back."""

import csv
import io
import json
from typing import Any

import msgspec
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.transfer import problem_file
from gateway.transfer.formats import formula
from gateway.transfer.layout import cells, flat
from gateway.transfer.layout.mapping import Column, target
from gateway.transfer.shades import Shade
from tests.transfer.conftest import BEN, CLEO, FAY, Desk

IBAN = "DE89370400440532013000"
FULL: dict[str, Any] = {
    "legal_name": "=cmd|'/c calc'!A1",
    "country": "DE",
    "tax_id": "DE136695976",
    "phone": "+4930123456",
    "credit_limit": 123450,
    "currency": "EUR",
    "tags": ["a; b", "c, d", 'e "f"', "零售"],
    "notes": "one\ntwo",
    "contacts": {
        "z9": {"name": "Eve", "email": "eve@example.com"},
        "a1": {"name": "@Bob", "phone": "+4930123457"},
    },
    "addresses": {"x": {"purpose": "shipping", "country": "DE", "city": "Ulm"}},
    "bank_accounts": {"b": {"holder": "Corner", "iban": IBAN}},
}


def table(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_a_manager_gets_what_a_manager_sees(desk: Desk) -> None:
    desk.create(**FULL)
    (row,) = table(desk.export(actor=BEN))
    assert row["contacts.1.name"] in ("Eve", "'@Bob")
    assert IBAN not in str(row)
    assert "•" in row["bank_accounts.1.iban"]
    (row,) = table(desk.export(actor=FAY))
    assert row["bank_accounts.1.iban"] == IBAN
    assert "•" not in row["legal_name"]


def test_a_clerk_exports_nothing(desk: Desk) -> None:
    with pytest.raises(Problem, match="not_allowed"):
        desk.export(actor=CLEO)


def test_the_journal_keeps_who_took_how_much(desk: Desk) -> None:
    desk.create()
    desk.create(legal_name="Other")
    desk.export(actor=BEN, search="other")
    with desk.store.read() as rows:
        told = rows.all("SELECT type, actor, body FROM journal ORDER BY seq DESC LIMIT 2")
    ended, began = (json.loads(line["body"])["data"] for line in told)
    assert {line["actor"] for line in told} == {"ben"}
    assert ended == {"kind": "customer", "records": 1}
    assert (began["format"], began["filtered"]) == ("csv", True)
    assert "other" not in str(told).casefold()


def test_a_formula_is_a_text_and_a_phone_stays_a_phone(desk: Desk) -> None:
    desk.create(**FULL)
    (row,) = table(desk.export())
    assert row["legal_name"].startswith("'=cmd")
    assert row["phone"] == "+4930123456"
    assert row["credit_limit"] == "1234.50"


def test_a_workbook_holds_codes_as_texts_and_amounts_as_figures(desk: Desk) -> None:
    desk.create(**FULL)
    sheet = openpyxl.load_workbook(io.BytesIO(desk.export("xlsx"))).active
    head, values = (list(row) for row in sheet.values)
    row = dict(zip(head, values, strict=True))
    assert row["credit_limit"] == 1234.5
    assert row["phone"] == "+4930123456"
    assert row["legal_name"] == FULL["legal_name"]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("actor", [BEN, FAY, SYSTEM], ids=lambda actor: actor.role)
def test_an_export_that_comes_back_changes_nothing(desk: Desk, form: str, actor: Any) -> None:
    desk.create(**FULL)
    desk.create(legal_name="Bare")
    before = desk.customers()
    raw = desk.export(form, actor)
    done = desk.take(raw, name=f"file.{form}", actor=BEN if actor is FAY else actor)
    assert done.counts == {"unchanged": 2}, desk.codes(done)
    assert desk.customers() == before


def test_a_mended_export_changes_what_was_mended_and_keeps_what_others_did(desk: Desk) -> None:
    made = desk.create(**FULL)
    raw = desk.export().decode("utf-8-sig")
    desk.edit(made, {"phone": "030 7777777"})
    done = desk.take(raw.replace("Ulm", "Köln"))
    assert done.counts == {"updated": 1}
    data = desk.customers()[0]["data"]
    assert data["phone"] == "+49307777777"
    assert data["addresses"]["x"]["city"] == "Köln"
    assert data["contacts"] == FULL["contacts"]


def test_a_refused_row_comes_back_mended_and_is_taken(desk: Desk) -> None:
    raw = "Customer,Phone,Old number\nAlpha,call me,D1\n=Beta,030 1234567,D2\n"
    done = desk.take(raw)
    told = b"".join(problem_file.stream(desk.imports, done, Shade({}), "en")).decode("utf-8-sig")
    assert told.count("\n") == 2
    again = desk.take(told.replace("call me", "030 7654321"))
    assert again.counts == {"created": 1}
    assert len(desk.customers()) == 2


def test_a_refused_row_is_told_in_chinese_too(desk: Desk) -> None:
    done = desk.take("公司,电话\n甲,call me\n")
    told = b"".join(problem_file.stream(desk.imports, done, Shade({}), "zh-CN")).decode("utf-8-sig")
    assert "行号,问题" in told
    assert "电话: " in told
    told = b"".join(problem_file.stream(desk.imports, done, Shade({}), "zh-Hant")).decode(
        "utf-8-sig"
    )
    assert "列號,問題" in told
    assert "电话: 這不是" in told or "电话: 德國不可能有這樣的電話號碼" in told
    again = desk.take(told.replace("call me", "030 7654321"))
    assert again.counts == {"created": 1}


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")),
    min_size=1,
    max_size=20,
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.fixed_dictionaries(
        {"legal_name": TEXT.filter(lambda text: text.strip())},
        optional={
            "notes": TEXT,
            "tags": st.lists(TEXT, max_size=3),
            "credit_limit": st.integers(0, 10**9),
            "payment_terms": st.integers(0, 365),
            "contacts": st.dictionaries(
                st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True),
                st.fixed_dictionaries({"name": TEXT.filter(lambda text: text.strip())}),
                max_size=3,
            ),
        },
    ),
    st.sampled_from(["csv", "xlsx", "jsonl"]),
)
def test_any_record_survives_the_way_out_and_in(
    desk: Desk, data: dict[str, Any], form: str
) -> None:
    try:
        desk.create(**data)
    except Problem:
        return  # not a record at all, such as a name of nothing but signs that vanish
    before = desk.customers()
    done = desk.take(desk.export(form), name=f"file.{form}")
    assert set(done.counts) == {"unchanged"}, desk.codes(done)
    assert desk.customers() == before


@given(st.text(max_size=30))
def test_a_guarded_text_turns_back(text: str) -> None:
    guarded = formula.guard(text)
    assert formula.bare(guarded) == text
    assert guarded[:1] not in tuple("=@\t\r＝＋－＠")


@pytest.mark.parametrize("plain", ["+49 30 123456", "-12.50", "+4930123;ext=12", "1,234.50", "-3"])
def test_figures_and_phones_are_not_touched(plain: str) -> None:
    assert formula.guard(plain) == plain


@pytest.mark.parametrize("risky", ["=1+1", "+cmd|x", "-2+3+cmd", "@SUM(A1)", "\tx", "＝1", "+"])
def test_what_may_run_is_guarded(risky: str) -> None:
    assert formula.guard(risky) == f"'{risky}"


CUSTOMER = KINDS["customer"]


@pytest.mark.parametrize(
    ("to", "text", "value", "more"),
    [
        ("credit_limit", "1.234,50 €", 123450, {}),
        ("credit_limit", "1,234.50", 123450, {}),
        ("credit_limit", "1.234", 123400, {"decimal": ","}),
        ("credit_limit", "1,234,567", 123456700, {}),
        ("credit_limit", "12", 1200, {}),
        ("credit_limit", "-5.5", -550, {}),
        ("status", "正常", "active", {}),
        ("status", "On Hold", "blocked", {}),
        ("status", "VIP", "active", {"values": {"VIP": "active"}}),
        ("type", "Firma", "company", {}),
        ("country", "Deutschland", "DE", {}),
        ("country", "中华人民共和国", "CN", {}),
        ("country", "de", "DE", {}),
        ("currency", "€", "EUR", {}),
        ("language", "中文", "zh-CN", {}),
        ("status", "凍結", "blocked", {}),
        ("country", "臺灣", "TW", {}),
        ("country", "德國", "DE", {}),
        ("currency", "新臺幣", "TWD", {}),
        ("language", "繁體中文", "zh-TW", {}),
        ("payment_terms", "30.0", "30", {}),
        ("phone", "493012345.0", "493012345", {"floats": True}),
        ("tags", 'a, b；"c;d"、e', ["a", "b", "c;d", "e"], {}),
    ],
)
def test_a_cell_is_read_as_it_was_meant(to: str, text: str, value: object, more: Any) -> None:
    found = target(CUSTOMER, to)
    assert found is not None
    assert found.field is not None
    assert cells.read(found.field, Column(0, to, **more), text, "EUR") == value


@pytest.mark.parametrize(
    ("to", "text", "code"),
    [
        ("credit_limit", "1,234", "cell_number_ambiguous"),
        ("credit_limit", "1.005,123", "cell_money_too_fine"),
        ("credit_limit", "a lot", "money_invalid"),
        ("phone", "4.93012E+12", "cell_scientific"),
        ("tax_id", "9,13E+17", "cell_scientific"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused(to: str, text: str, code: str) -> None:
    found = target(CUSTOMER, to)
    assert found is not None
    assert found.field is not None
    with pytest.raises(Problem) as caught:
        cells.read(found.field, Column(0, to), text, "EUR")
    assert caught.value.code == code


def test_json_lines_are_whole_records(desk: Desk) -> None:
    desk.create(**FULL)
    (line,) = desk.export("jsonl").splitlines()
    record = msgspec.json.decode(line)
    assert record["data"]["bank_accounts"]["b"]["iban"] == IBAN
    assert flat.row(CUSTOMER, record, "EUR")["contacts.1.@id"] in FULL["contacts"]
