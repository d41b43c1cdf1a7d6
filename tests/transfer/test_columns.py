"""Whole columns: values that mean nothing yet, and what a spreadsheet has done to them."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kinds.registry import KINDS
from gateway.records.model.fields import Field
from gateway.transfer.keeping.book import Import
from gateway.transfer.layout import findings, unknown
from gateway.transfer.layout.mapping import Column, Layout, target
from tests.transfer.conftest import Desk
from tests.transfer.test_imports import StopsAt

CUSTOMER = KINDS["customer"]
HEAD = "Customer,Status,Country,Terms,Old number\n"
ROWS = (
    "Alpha,VIP,Allemagna,net 30,1\nBeta,VIP,DE,30,2\nGamma,aktiv,Deutschland,net 30,3\n"
    "Delta,?,DE,,4\n"
)
TO = ("legal_name", "status", "country", "payment_terms", "@key")


def field(to: str) -> Field:
    found = target(CUSTOMER, to)
    assert found is not None
    assert found.field is not None
    return found.field


def checked(desk: Desk, raw: str = HEAD + ROWS, to: tuple[str, ...] = TO, **more: Any) -> Import:
    return desk.check(desk.mapped(desk.upload(raw, **more), *to))


def meaning(desk: Desk, found: Import, **said: dict[str, str]) -> Import:
    """The same with meanings for values, by the target of their column."""
    columns = [Column(c.column, c.to, values=said.get(c.to, {})) for c in found.layout.columns]
    return desk.imports.map(found.actor, found.id, Layout(columns, found.layout.rules))


def test_what_no_field_knows_is_listed_with_how_often_and_a_guess(desk: Desk) -> None:
    found = checked(desk)
    system = desk.imports.unknowns(found.actor, found)
    assert [(u.column, u.value, u.count) for u in system] == [
        (1, "VIP", 2), (1, "?", 1), (2, "Allemagna", 1), (3, "net 30", 2),
    ]  # fmt: skip
    assert [u.guess for u in system] == ["", "", "DE", "30"]


def test_a_value_with_a_meaning_is_imported_and_the_next_file_knows_it(desk: Desk) -> None:
    said = {
        "status": {"VIP": "active", "?": ""},
        "country": {"Allemagna": "DE"},
        "payment_terms": {"net 30": "30"},
    }
    done = desk.take(meaning(desk, checked(desk), **said))
    assert done.counts == {"created": 4}, desk.codes(done)
    found = {one["data"]["legal_name"]: one["data"] for one in desk.customers()}
    assert {name: data["status"] for name, data in found.items()} == dict.fromkeys(
        ("Alpha", "Beta", "Gamma", "Delta"), "active"
    )
    assert found["Alpha"]["payment_terms"] == 30
    again = desk.check(desk.upload(HEAD + "Epsilon,vip,ALLEMAGNA,Net 30,5\n"))
    assert again.counts == {"created": 1}, desk.codes(again)
    assert desk.imports.unknowns(again.actor, again) == []


def test_a_meaning_that_is_none_of_the_choices_is_a_problem_of_its_rows(desk: Desk) -> None:
    found = desk.check(meaning(desk, checked(desk), status={"VIP": "nonsense"}))
    assert "choice_unknown" in desk.codes(found)[2]


def test_values_beyond_the_bound_are_not_listed(desk: Desk) -> None:
    rows = "".join(f"Shop {n},what {n},DE,,{n}\n" for n in range(findings.VALUES_MAX + 50))
    found = checked(desk, HEAD + rows)
    assert len(desk.imports.unknowns(found.actor, found)) == findings.VALUES_MAX


def test_a_check_that_was_cut_off_counts_every_value_once(desk: Desk) -> None:
    rows = "".join(f"Shop {n},VIP,DE,,{n}\n" for n in range(200))
    found = desk.mapped(desk.upload(HEAD + rows), *TO)
    desk.imports.check(found.actor, found.id)
    desk.imports.work(found.id, StopsAt(2))
    desk.again().work(found.id)
    (vip,) = desk.imports.unknowns(found.actor, desk.state(found.id))
    assert vip.count == 200


@pytest.mark.parametrize(
    ("to", "value", "meant"),
    [
        ("type", "COMPANY", "company"),
        ("type", "企业客户（大型）", "company"),
        ("status", "已凍結", "blocked"),
        ("status", "prospekt", "prospect"),
        ("country", "Bundesrepublik Deutschland", "DE"),
        ("currency", "人民币（元）", "CNY"),
        ("payment_terms", "月结45天", "45"),
        ("payment_terms", "2/10 net 30", ""),
        ("status", "banana", ""),
    ],
)
def test_a_guess_knows_labels_of_any_language_parts_and_slips(
    to: str, value: str, meant: str
) -> None:
    assert unknown.guess(field(to), value) == meant


@given(st.sampled_from(["status", "country", "currency", "language", "payment_terms"]), st.text())
def test_no_text_makes_a_guess_stumble(to: str, text: str) -> None:
    meant = unknown.guess(field(to), text)
    assert isinstance(meant, str)
    assert unknown.value_of(field(to), Column(0, to), text) in ("", text.strip())


def warned(desk: Desk, to: str, *cells: str) -> list[str]:
    raw = "Customer,code\n" + "".join(f"Shop {n},{cell}\n" for n, cell in enumerate(cells))
    found = checked(desk, raw, ("legal_name", to))
    ((place, problems),) = desk.imports.warnings(found) or ((1, []),)
    assert place == 1
    return [problem.code for problem in problems]


USUAL = ["13812345678", "13912345678", "15812345678", "18612345678"]


@pytest.mark.parametrize(
    ("to", "cells", "codes"),
    [
        ("phone", ["1.38E+10", "1.39E+10"], ["column_scientific"]),
        ("tax_id", ["136695976.0", "136695976.0"], ["column_float"]),
        ("phone", [*USUAL, "2112345678"], ["column_zeros_lost"]),
        ("phone", [*USUAL, "02112345678"], []),
        ("phone", USUAL, []),
        ("addresses.1.postal_code", ["10115", "20095", "80331", "50667", "1067"],
         ["column_zeros_lost"]),
        ("bank_accounts.1.account_number", ["6222021234567890000"], ["column_rounded"]),
        ("erp_number", ["2-Jan", "5月3日"], ["column_as_date"]),
        ("birth_date", ["45292", "45293"], ["column_serial"]),
        ("notes", ["1.38E+10", "12.0"], []),
    ],
)  # fmt: skip
def test_a_column_that_a_spreadsheet_has_changed_is_warned_about(
    desk: Desk, to: str, cells: list[str], codes: list[str]
) -> None:
    assert warned(desk, to, *cells) == codes


def test_codes_of_two_countries_are_not_taken_for_ones_without_their_zeros(desk: Desk) -> None:
    rows = [("China", "518000")] * 20 + [("Germany", "50667")] * 4 + [("Germany", "1067")]
    raw = "Customer,Country,code\n" + "".join(
        f"Shop {c} {n},{c},{p}\n" for n, (c, p) in enumerate(rows)
    )
    found = checked(desk, raw, ("legal_name", "country", "addresses.1.postal_code"))
    ((_, (problem,)),) = desk.imports.warnings(found)
    assert problem.params == {"count": 1, "row": 26, "length": 5}


def test_the_first_rows_warn_before_any_check(desk: Desk) -> None:
    found = desk.upload("Customer,Phone\nAlpha,1.38E+10\nBeta,1.39E+10\n")
    ((place, (problem,)),) = desk.imports.warnings(found)
    assert (place, problem.code) == (1, "column_scientific")
    assert problem.params == {"count": 2, "row": 2}


def test_a_phone_that_became_a_figure_is_read_as_its_digits(desk: Desk) -> None:
    desk.take("Customer,Phone\nAlpha,4930123456.0\nBeta,+49 30 123457\n")
    assert desk.customers()[0]["data"]["phone"].endswith("123456")


def test_a_layout_takes_so_many_meanings_and_no_more(desk: Desk) -> None:
    found = checked(desk)
    many = {str(n): "active" for n in range(501)}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"columns": [{"column": 0, "values": many}]}, Layout)
    assert desk.imports.map(found.actor, found.id, Layout([Column(0, "legal_name")]))
