"""What goes out and comes back, for every type of field there is, a site's own ones included."""

import csv
import io
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from config.schema import GatewaySettings, StoreSettings, TransferSettings
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.kinds.site_fields import extended
from gateway.records.model.fields import Type
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.transfer.exports import Exports
from gateway.transfer.imports import Imports
from tests.transfer.conftest import Desk

SLOWLY = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")),
    min_size=1,
    max_size=20,
)
RISKY = st.builds(lambda sign, rest: sign + rest, st.sampled_from("=+-@'＝＋－＠"), TEXT)
SPOKEN = TEXT | RISKY
CHOICES = ("gold", "silver")
# One strategy of good values for each type of field, by its name.
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": SPOKEN,
    "multiline": st.lists(SPOKEN, min_size=1, max_size=3).map("\n".join),
    "choice": st.sampled_from(CHOICES),
    "country": st.sampled_from(["CN", "DE", "US", "TW"]),
    "language": st.sampled_from(["en", "zh-CN", "de"]),
    "currency": st.sampled_from(["EUR", "CNY", "JPY", "KWD"]),
    "phone": st.sampled_from(["+4930123456", "+8613812345678"]),
    "email": st.sampled_from(["a@example.com", "eve.o-neill@example.org"]),
    "url": st.sampled_from(["https://example.com/a?b=1&c=2", "https://例子.example.com"]),
    "date": st.dates().filter(lambda day: day.year > 1900).map(str),
    "money": st.integers(-(10**12), 10**12),
    "integer": st.integers(-(10**9), 10**9),
    "decimal": st.decimals(-1000, 1000, places=4, allow_nan=False).map(lambda d: f"{d:f}"),
    "tax_id": st.sampled_from(["DE136695976"]),
    "iban": st.sampled_from(["DE89370400440532013000"]),
    "boolean": st.booleans(),
    "tags": st.lists(SPOKEN, max_size=4),
    "gtin": st.sampled_from(["04006381333931", "00012345678905"]),
    "code": st.from_regex(r"[A-Z0-9]{1,6}(?:[-./][A-Z0-9]{1,4})?", fullmatch=True),
    "postal_code": st.sampled_from(["01067", "80331"]),
    "wechat": st.sampled_from(["li_lei2026"]),
    "bic": st.sampled_from(["COBADEFFXXX"]),
    "account_number": st.sampled_from(["0532013000"]),
}
FORMS = st.sampled_from(["csv", "xlsx", "jsonl"])


def declared(type_: str) -> dict[str, Any]:
    more = {"choices": {value: value.title() for value in CHOICES}} if type_ == "choice" else {}
    return {"type": type_, "label": f"Own {type_}", **more}


def site() -> dict[str, Any]:
    """A field of every type, and a group with a member of every type that a group may have."""
    plain = {f"x_{type_}": declared(type_) for type_ in VALUES}
    members = {
        f"m_{type_}": declared(type_) for type_ in VALUES if type_ not in ("tags", "multiline")
    }
    group = {"type": "group", "label": "Own things", "fields": members}
    return {"customer": {**plain, "x_things": group}}


@pytest.fixture
def own(store: Store) -> Desk:
    """A desk of a gateway with fields of its site's own."""
    return desk_of(store)


def desk_of(store: Store) -> Desk:
    records = Records(store, extended(KINDS, site(), "site.toml"), GatewaySettings())
    return Desk(records, Imports(records, TransferSettings(), 20), Exports(records), {})


def own_data() -> st.SearchStrategy[dict[str, Any]]:
    plain = {f"x_{type_}": values for type_, values in VALUES.items()}
    inner = {
        f"m_{type_}": values
        for type_, values in VALUES.items()
        if type_ not in ("tags", "multiline")
    }
    things = st.dictionaries(
        st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True),
        st.fixed_dictionaries({}, optional=inner).filter(bool),
        max_size=2,
    )
    return st.fixed_dictionaries(
        {"legal_name": SPOKEN.filter(lambda text: any(c.isalnum() for c in text))},
        optional={**plain, "x_things": things, "notes": SPOKEN, "tags": st.lists(SPOKEN)},
    )


def test_every_type_of_field_is_tried() -> None:
    of_the_house = {"group", "reference", "instant"}
    assert set(VALUES) == {*get_args(Type)} - of_the_house  # no site declares one


@SLOWLY
@given(own_data(), FORMS)
def test_an_export_that_comes_back_changes_nothing_whatever_the_type(
    own: Desk, data: dict[str, Any], form: str
) -> None:
    try:
        own.create(**data)
    except Problem:
        assume(False)  # signs that vanish leave no value
    before = own.customers()
    done = own.take(own.export(form), name=f"file.{form}")
    assert set(done.counts) == {"unchanged"}, own.codes(done)
    assert own.customers() == before


def moved(raw: bytes) -> str:
    """An export as another gateway gets it: without ids, numbers and versions."""
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    kept = [
        place
        for place, head in enumerate(rows[0])
        if head not in ("id", "number", "version") and not head.endswith(".id")
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([row[place] for place in kept] for row in rows)
    return text.getvalue()


def bare(data: dict[str, Any]) -> dict[str, Any]:
    """Data with the elements of its groups in one order and without their ids."""
    return {
        name: sorted(map(repr, value.values())) if isinstance(value, dict) else value
        for name, value in data.items()
    }


@SLOWLY
@given(own_data())
def test_another_gateway_gets_from_an_export_what_this_one_has(
    tmp_path_factory: pytest.TempPathFactory, clock: ManualClock, data: dict[str, Any]
) -> None:
    here, there = (
        Store(tmp_path_factory.mktemp("shop") / "data", StoreSettings(), clock) for _ in range(2)
    )
    try:
        try:
            desk_of(here).create(**data)
        except Problem:
            assume(False)  # signs that vanish leave no value
        done = desk_of(there).take(moved(desk_of(here).export("csv")))
        assert done.counts == {"created": 1}, desk_of(there).codes(done)
        (ours,), (theirs,) = (desk_of(one).customers() for one in (here, there))
        assert bare(theirs["data"]) == bare(ours["data"])
    finally:
        here.close()
        there.close()


ROWS = st.lists(
    st.tuples(
        TEXT.filter(lambda text: any(c.isalnum() for c in text)),
        st.sampled_from(["", "030 1234567", "call me"]),
        st.sampled_from(["", "Berlin", "北京"]),
        st.sampled_from(["", "K1", "K2", "K3"]),
    ),
    min_size=1,
    max_size=6,
)


@SLOWLY
@given(ROWS, st.sampled_from(["skip", "create"]))
def test_a_file_that_comes_twice_is_as_one_that_comes_once(
    desk: Desk, rows: list[tuple[str, ...]], duplicates: str
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("Customer", "Phone", "City", "Old number"), *rows])
    desk.take(desk.ruled(desk.upload(text.getvalue()), duplicates=duplicates))
    before = desk.customers()
    again = desk.take(desk.ruled(desk.upload(text.getvalue()), duplicates=duplicates))
    assert not {"created", "updated", "waiting"} & set(again.counts), desk.codes(again)
    assert desk.customers() == before


@SLOWLY
@given(ROWS)
def test_what_is_undone_is_as_if_it_had_never_come_but_for_what_is_closed(
    desk: Desk, rows: list[tuple[str, ...]]
) -> None:
    desk.create()
    before = {one["id"]: one["data"] for one in desk.customers()}
    text = io.StringIO()
    csv.writer(text).writerows([("Customer", "Phone", "City", "Old number"), *rows])
    done = desk.take(desk.upload(text.getvalue()))
    if not {"created", "updated"} & set(done.counts):
        return
    undone = desk.undo(done)
    assert not {"left", "partly"} & set(undone.counts), desk.codes(undone)
    after = {one["id"]: one["data"] for one in desk.customers()}
    new = {identity for identity in after if identity not in before}
    assert {after[identity]["status"] for identity in new} <= {"closed"}
    assert {identity: after[identity] for identity in before} == before
