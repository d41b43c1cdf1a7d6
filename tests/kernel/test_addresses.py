"""Addresses typed in one line, postal codes and the divisions of China."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import addresses, china, postal_codes
from gateway.kernel.addresses import Parts
from gateway.kernel.countries import COUNTRIES
from gateway.kernel.problems import Problem


@pytest.mark.parametrize(
    ("country", "line", "parts"),
    [
        (
            "CN",
            "上海市浦东新区世纪大道100号",
            Parts("世纪大道100号", "上海市", "上海市", "浦东新区"),
        ),
        ("CN", "上海浦东新区世纪大道100号", Parts("世纪大道100号", "上海市", "上海市", "浦东新区")),
        ("CN", "中国北京北京市朝阳区建国路1号", Parts("建国路1号", "北京市", "北京市", "朝阳区")),
        ("CN", "江苏省苏州市昆山市前进路1号", Parts("前进路1号", "苏州市", "江苏省", "昆山市")),
        ("CN", "昆山市前进路1号", Parts("前进路1号", "苏州市", "江苏省", "昆山市")),
        ("CN", "河南省济源市黄河路1号", Parts("黄河路1号", "济源市", "河南省")),
        ("CN", "仙桃市钱沟路1号", Parts("钱沟路1号", "仙桃市", "湖北省")),
        (
            "CN",
            "苏州市工业园区星湖街218号 215123",
            Parts("工业园区星湖街218号", "苏州市", "江苏省", "", "215123"),
        ),
        (
            "DE",
            "10115 Berlin, Invalidenstr. 44",
            Parts("Invalidenstr. 44", "Berlin", postal_code="10115"),
        ),
        (
            "DE",
            "Invalidenstr. 44, D-10115 Berlin",
            Parts("Invalidenstr. 44", "Berlin", postal_code="10115"),
        ),
        ("NL", "Keizersgracht 1, 1015cj Amsterdam", None),
        (
            "NL",
            "Keizersgracht 1, 1015 CJ Amsterdam",
            Parts("Keizersgracht 1", "Amsterdam", postal_code="1015 CJ"),
        ),
        (
            "US",
            "12 Main St, Springfield, IL 62704",
            Parts("12 Main St", "Springfield", "IL", "", "62704"),
        ),
        (
            "GB",
            "10 Downing Street, London SW1A 2AA",
            Parts("10 Downing Street", "London", postal_code="SW1A 2AA"),
        ),
    ],
)
def test_a_line_with_one_reading_is_taken_apart(
    country: str, line: str, parts: Parts | None
) -> None:
    assert addresses.split(line, country) == parts


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("CN", "朝阳区建国路1号"),
        ("CN", "北京路100号"),
        ("CN", "上海大厦3楼"),
        ("CN", "世纪大道100号"),
        ("CN", "上海市"),
        ("CN", "上海市浦东新区 200120 100000"),
        ("DE", "Berlin"),
        ("DE", "Haus 3, Hof 2"),
        ("DE", "1011 Berlin, Invalidenstr. 44"),
        ("JP", "1-1 Chiyoda, Tokyo"),
        ("AQ", "Base 3"),
    ],
)
def test_a_line_with_several_readings_stays_as_it_is(country: str, line: str) -> None:
    assert addresses.split(line, country) is None


@given(st.text(max_size=60), st.sampled_from(["CN", "DE", "US", "GB", "FR", "BR"]))
def test_any_line_is_taken_apart_or_left(line: str, country: str) -> None:
    parts = addresses.split(line, country)
    assert parts is None or (parts.street and parts.city)


def test_the_table_of_china_is_whole() -> None:
    tree = china.atlas().tree
    assert len(tree) == 31
    assert sum(city != china.DIRECT for cities in tree.values() for city in cities) > 330
    assert "浦东新区" in tree["上海市"]["上海市"]
    assert sum(len(d) for cities in tree.values() for d in cities.values()) > 2_800


@pytest.mark.parametrize("country", sorted(postal_codes.PATTERNS))
def test_every_country_with_postal_codes_exists_and_refuses_nonsense(country: str) -> None:
    assert country in COUNTRIES
    with pytest.raises(Problem, match="postal_code_invalid"):
        postal_codes.code("not a code at all", country)


@given(
    st.from_regex(r"[0-9A-Z]{2,5}[ -]?[0-9A-Z]{0,4}", fullmatch=True),
    st.sampled_from(sorted(postal_codes.PATTERNS)),
)
def test_a_postal_code_is_its_own_stored_form(text: str, country: str) -> None:
    try:
        stored = postal_codes.code(text, country)
    except Problem:
        return
    assert postal_codes.code(stored, country) == stored


def test_sixty_countries_and_more_are_known() -> None:
    assert len(postal_codes.PATTERNS) > 150
