"""Mapping files: what is read, what is refused and why, and the way of values there and back."""

from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.facts.types import DATA_TYPES
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from sync.erp.connector import Entry, Refusal
from sync.erp.mapping import arriving, ours, reading, transforms
from sync.erp.mapping.model import Field
from sync.erp.mapping.reading import MappingRefused
from sync.erp.mapping.rendering import Asked, Reference, render
from sync.erp.mapping.sources import source
from sync.erp.mapping.transforms import TRANSFORMS, Context, unit_price

EUR = Context("EUR", ZoneInfo("Europe/Paris"))
SOUND = """
[customer]
model = "partner"
id = "x_id"
[customer.fields]
name = "name"
"""
BAD = """
stray = 1
[customer]
modell = "partner"
id = "x id"
direction = "sideways"
[customer.fields]
name = { from = "name", as = "shout" }
city = { from = "city", value = "Lyon" }
tax = { from = "tax_id", link = "tax" }
buyer = { from = "customer", refers = "client" }
price = 0.5
street = { value = "$street" }
["sale.completed"]
model = "order"
id = "x_id"
fields = {}
sums = { total = "total" }
rounding = { list = "lines", amount = "price", sum = "all" }
"""


def entry(kind: str = "customer", number: str = "T1-C1", **data: object) -> Entry:
    identity = "0190aaaa-ac96-774b-bcce-b302099a8057"
    return Entry(
        seq=1, id="e", type="record.created", time="2026-11-20T23:30:00.000Z", op="upsert",
        kind=kind, subject=identity, number=number, data=data,
    )  # fmt: skip


def fact(type: str, **data: object) -> Entry:
    time = "2026-11-20T23:30:00.000Z"
    return Entry(seq=1, id="fact", type=type, time=time, op="append", data=data)


def fields(text: str, source: str = "customer") -> dict[str, object]:
    """What comes of the fields of a small table for an entry with everything in it."""
    mapping = reading.parse("test", f'["{source}"]\nmodel = "m"\nid = "x"\n{text}')
    one = entry(source) if "." not in source else fact(source)
    data = {
        "legal_name": "", "trade_name": "Chez Lefort", "city": "Lyon", "country": "FR",
        "credit_limit": 150000, "tags": ["a", "b"], "position": {"latitude": "45.7"},
        "type": "cash", "customer": "T1-C000001", "language": "zh-TW", "rate": "0.00",
        "register": "R1", "receipt": "7", "erp_block": True,
    }  # fmt: skip
    told = Entry(**{name: getattr(one, name) for name in one.__slots__} | {"data": data})
    return dict(render(mapping.tables[0], told, EUR)[0].values)


def test_every_fault_is_told_at_once_with_its_place_and_what_to_write_instead() -> None:
    with pytest.raises(MappingRefused) as refused:
        reading.parse("bad.toml", BAD)
    told = {(fault.table, fault.key): fault.sentence for fault in refused.value.faults}
    assert told == {
        ("", "stray"): "only tables stand at the top, such as [customer].",
        ("customer", "modell"): "there is no such key. Is model meant?",
        ("customer", "id"): 'write a field of theirs, such as "name" or "country_id.code".',
        ("customer", "direction"): 'write one of "out", "in", "both".',
        ("customer", "model"): 'is missing: their model, such as "res.partner".',
        ("customer.fields.name", "as"): told[("customer.fields.name", "as")],
        ("customer.fields", "city"): "say exactly one of from, join, text and value.",
        ("customer.fields", "tax"): 'say by which field it is found, such as by = "code".',
        ("customer.fields", "buyer"): "there is no table [client] whose records are meant.",
        ("customer.fields", "price"): "write a field of ours or { value = … }.",
        ("customer.fields.street", "value"): "[values] has no street; write it there.",
        ("sale.completed.rounding", "list"): "there is no [sale.completed.lists.lines].",
        ("sale.completed.rounding", "sum"): "[sale.completed.sums] has no all.",
        ("sale.completed.sums", ""): told[("sale.completed.sums", "")],
    }
    assert told[("customer.fields.name", "as")].startswith('write one of "text", "phone"')
    assert str(refused.value.faults[1]).startswith("bad.toml, [customer] modell: ")


def test_a_value_that_is_named_in_a_list_and_stands_nowhere_is_told() -> None:
    text = SOUND + '[[customer.in.values]]\nto = "phone"\nwhere = { list = "$nobody" }\n'
    with pytest.raises(MappingRefused) as refused:
        reading.parse("bad.toml", text)
    assert [one.sentence for one in refused.value.faults] == [
        "[values] has no nobody; write it there."
    ]


def test_a_site_replaces_single_keys_and_fields_of_the_shipped_mapping(tmp_path: Path) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "x.toml").write_text(
        SOUND + 'ref = { from = "number", as = "upper" }\n[values]\nwalk_in = "A"\n'
    )
    own = tmp_path / "mappings"
    own.mkdir()
    (own / "x.toml").write_text(
        '[values]\nwalk_in = "B"\n[customer]\nnumber = "ref2"\n[customer.fields]\n'
        'ref = { value = "$walk_in" }\n'
    )
    table = reading.load("x", tmp_path, shipped).tables[0]
    assert (table.model, table.number) == ("partner", "ref2")
    found = {field.theirs: field for field in table.fields}
    assert (found["name"].paths, found["ref"].constant, found["ref"].transform) == (
        ("name",), "B", "",
    )  # fmt: skip


def test_a_file_that_is_missing_or_no_toml_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="cannot be read"):
        reading.load("none", None, tmp_path)
    (tmp_path / "bad.toml").write_text("[customer")
    with pytest.raises(MappingRefused, match="is not a TOML file"):
        reading.load("bad", None, tmp_path)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ('"city"', "Lyon"),
        ('{ from = ["legal_name", "trade_name"] }', "Chez Lefort"),
        ('{ join = ["trade_name", "missing", "city"] }', "Chez Lefort\nLyon"),
        ('{ text = "{trade_name}, {city}" }', "Chez Lefort, Lyon"),
        ('{ value = 7 }', 7),
        ('"position.latitude"', "45.7"),
        ('{ from = "credit_limit", as = "money" }', Decimal("1500.00")),
        ('{ from = "missing", as = "money" }', None),
        ('{ from = "missing", else = "none" }', "none"),
        ('{ from = "type", as = { cash = "Cash", "*" = "Other" } }', "Cash"),
        ('{ from = "country", as = { DE = "Germany", "*" = "Elsewhere" } }', "Elsewhere"),
        ('{ from = "erp_block", as = { true = "blocked", false = "free" } }', "blocked"),
        ('{ from = "time", as = "date" }', "2026-11-21"),
        ('{ from = "time", as = "instant" }', "2026-11-20T23:30:00Z"),
        ('{ from = "rate", as = "percent", zero = "none" }', None),
        ('{ from = "language", as = "language" }', "zh_TW"),
    ],
)  # fmt: skip
def test_a_field_says_what_its_mapping_tells(told: str, expected: object) -> None:
    assert fields(f"[customer.fields]\nf = {told}")["f"] == expected


def test_what_only_the_erp_knows_is_left_to_be_asked() -> None:
    told = 'a = { from = "country", link = "country", by = "code" }\n'
    table = f'["visit.completed".fields]\n{told}b = {{ from = "customer", refers = "customer" }}'
    text = f'{table}\n[customer]\nmodel = "p"\nid = "x"\nfields = {{}}'
    found = fields(text, "visit.completed")
    assert isinstance(found["a"], Asked)
    assert found["a"].names == ("FR",)
    assert found["b"] == Reference("customer", "T1-C000001")


def test_a_value_that_a_table_does_not_name_waits_for_a_person() -> None:
    with pytest.raises(Refusal) as refused:
        fields('[customer.fields]\nf = { from = "type", as = { card = "Card" } }')
    assert refused.value.problem.code == "erp_value_unmapped"


def test_what_a_transform_cannot_take_names_the_field() -> None:
    with pytest.raises(Problem, match="f: a text that is no number"):
        fields('[customer.fields]\nf = { from = "city", as = "money" }')
    with pytest.raises(Problem, match="a list or group"):
        fields('[customer.fields]\nf = "position"')


def test_an_empty_value_is_cleared_there_or_left_as_the_mapping_says() -> None:
    told = 'a = "missing"\nb = { from = "missing", empty = "leave" }'
    assert fields(f"[customer.fields]\n{told}") == {"a": None}


def test_a_row_of_theirs_is_read_back_into_our_fields() -> None:
    text = """
    [product]
    model = "product"
    id = "x"
    direction = "in"
    [product.fields]
    name = "name"
    list_price = { from = "net_price", as = "money" }
    rate = { from = "tax_rate", as = "percent" }
    country_id = { from = "place.country", link = "country", by = "code" }
    use = { from = "type", as = { good = "stock", "*" = "other" } }
    """
    table = reading.parse("in", text).tables[0]
    assert arriving.asked(table.fields) == ["name", "list_price", "rate", "country_id.code", "use"]
    row = {
        "name": "Beans", "list_price": Decimal("18.5"), "rate": Decimal(19),
        "country_id.code": "FR", "use": "stock",
    }  # fmt: skip
    assert arriving.told(table.fields, row, EUR) == {
        "name": "Beans", "net_price": 1850, "tax_rate": "0.19", "place": {"country": "FR"},
        "type": "good",
    }  # fmt: skip
    with pytest.raises(Problem, match="list_price"):
        arriving.told(table.fields, {**row, "list_price": Decimal("18.505")}, EUR)


def test_a_field_without_a_way_back_only_goes_out() -> None:
    table = reading.parse(
        "both",
        SOUND.replace("[customer.fields]", 'direction = "both"\n[customer.fields]')
        + 'label = { text = "{name}!" }',
    ).tables[0]
    assert [field.theirs for field in table.fields if field.comes_in] == ["name"]
    with pytest.raises(MappingRefused, match="cannot be taken in"):
        reading.parse("x", SOUND + 'label = { text = "{name}!", direction = "in" }')


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "TND"]))
def test_money_goes_there_and_back_unchanged(minor: int, currency: str) -> None:
    context = Context(currency)
    there = TRANSFORMS["money"].out(minor, context)
    assert isinstance(there, Decimal)
    assert TRANSFORMS["money"].back(there, context) == minor


@given(
    st.decimals(-(10**12), 10**12, allow_nan=False, places=6),
    st.sampled_from(["quantity", "decimal", "percent"]),
)
def test_numbers_go_there_and_back_unchanged(value: Decimal, name: str) -> None:
    text = transforms.plain(value)
    there = TRANSFORMS[name].out(text, EUR)
    assert not isinstance(there, tuple)
    assert TRANSFORMS[name].back(there, EUR) == text


@given(
    st.decimals("-999", "999", allow_nan=False, places=3),
    st.integers(-(10**6), 10**6),
    st.none() | st.integers(-(10**5), 10**5),
    st.integers(0, 6),
)
def test_a_price_and_its_rest_make_up_the_amount(
    quantity: Decimal, net: int, stated: int | None, places: int
) -> None:
    amount = net * EUR.unit
    price, rest = unit_price(
        quantity, None if stated is None else stated * EUR.unit, amount, EUR, places
    )
    assert price == price.quantize(Decimal(1).scaleb(-places))
    assert (quantity * price).quantize(EUR.unit, rounding="ROUND_HALF_UP") + rest == amount


def test_a_field_taken_in_is_empty_where_theirs_is() -> None:
    assert arriving.back(Field("f", transform="money"), None, EUR) is None


def test_a_text_without_any_of_its_fields_is_empty() -> None:
    told = 'a = { text = "{payment_terms} days" }\nb = { text = "{trade_name} {missing}" }'
    assert fields(f"[customer.fields]\n{told}") == {"a": None, "b": "Chez Lefort"}


def test_a_table_may_be_like_another_and_say_what_differs() -> None:
    text = SOUND + 'city = "city"\n[supplier]\nlike = "customer"\nmodel = "vendor"\n'
    one, other = reading.parse("x", text + '[supplier.fields]\ncity = "place.city"').tables
    assert (one.model, other.model, other.id) == ("partner", "vendor", "x_id")
    assert {field.theirs: field.paths[0] for field in other.fields} == {
        "name": "name", "city": "place.city",
    }  # fmt: skip
    with pytest.raises(MappingRefused, match="there is no table \\[client\\]"):
        reading.parse(
            "x", SOUND + '[supplier]\nlike = "client"\nmodel = "m"\nid = "i"\nfields = {}'
        )


def test_what_says_nothing_for_a_table_is_not_passed_over() -> None:
    told = SOUND.replace("[customer.fields]", 'sums = { total = "total" }\n[customer.fields]')
    with pytest.raises(MappingRefused, match="it belongs to facts; take it out"):
        reading.parse("x", told)
    fact = SOUND.replace("customer", '"visit.completed"').replace("id =", 'number = "ref"\nid =')
    with pytest.raises(MappingRefused, match="it belongs to records"):
        reading.parse("x", fact)


def test_every_shipped_mapping_is_sound_and_reads_only_what_is_there() -> None:
    shapes = ours.shapes(KINDS, DATA_TYPES)
    for file in sorted(reading.SHIPPED.glob("*.toml")):
        mapping = reading.load(file.stem)
        for table in mapping.tables:
            assert list(ours.unknown(table, shapes[table.source])) == [], (file.name, table.name)


def test_a_site_may_leave_out_facts_of_a_mapping(tmp_path: Path) -> None:
    site = tmp_path / "mappings" / "odoo.toml"
    site.parent.mkdir()
    site.write_text('[erp]\nleaves = ["report.z"]\n', "utf-8")
    left = reading.load("odoo", tmp_path)
    assert set(reading.load("odoo").takes) - set(left.takes) == {"report.z"}
    assert left.find("report.z") is None
    site.write_text('[erp]\nleaves = ["report.y", "customer"]\n', "utf-8")
    with pytest.raises(MappingRefused) as refused:
        reading.load("odoo", tmp_path)
    assert [fault.sentence for fault in refused.value.faults] == [
        "there is no table [report.y] of facts.",
        "there is no table [customer] of facts.",
    ]


def test_a_z_has_its_sums_in_words_and_what_was_taken_without_noughts() -> None:
    data = {
        "register": "R1", "shift": "S1", "report": "17", "currency": "JPY", "net": 12_000,
        "tax": 1_200, "rounding": -1, "total": 13_199, "sales": 9, "returns": 1,
        "tenders": [{"type": "cash", "amount": 13_199}, {"type": "card", "amount": 0}],
    }  # fmt: skip
    read = source(
        Entry(seq=1, id="a", type="report.z", time="2027-01-15T08:00:00Z", op="fact", data=data)
    )
    assert read.get("summary") == (
        "JPY: net 12000, tax 1200, rounding -1, total 13199, cash 13199, sales 9, returns 1"
    )
    assert [name for name, _ in read.elements("taken")] == ["cash"]


def test_a_site_may_use_some_of_a_mapping_and_kinds_stay_for_facts_to_refer_to() -> None:
    whole = reading.load("tryton")
    some = whole.only(["sale.completed"])
    assert some.takes == ("customer", "sale.completed")
    assert "stock.counted" in whole.takes
