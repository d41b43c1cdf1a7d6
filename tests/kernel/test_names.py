"""Names of companies, and how alike they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import names, places


def likeness(one: str, other: str) -> float:
    ours, theirs = names.parse(one), names.parse(other)
    assert ours is not None
    assert theirs is not None
    return names.alike(ours, theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海华新科技有限公司", "华新科技（上海）有限公司"),
        ("上海華新科技股份有限公司", "上海市华新科技"),
        ("浙江省杭州市华新科技有限公司", "杭州华新科技"),
        ("Müller & Söhne GmbH", "Söhne and Müller"),
        ("A.B.C. Trading Ltd", "ABC Trading Limited"),
        ("Nordwind Intl GmbH", "Nordwind International"),
        ("Ｎｏｒｄｗｉｎｄ GmbH", "NORDWIND gmbh"),
    ],
)
def test_one_name_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) == 1.0


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("上海华新科技有限公司", "Shanghai Huaxin Keji Youxian Gongsi", 0.96),
        ("上海华新科技有限公司", "上海华鑫科技有限公司", 0.96),
        ("上海华新科技有限公司", "上海华新新科技有限公司", 0.96),
        ("Mueller Bau", "Müller Bau", 0.96),
        ("Nordwind GmbH", "Nordwind AG", 0.98),
        ("上海华新科技有限公司", "华新", 0.9),
        ("Nordwind Trading Hamburg GmbH", "Nordwind Trading", 0.9),
        ("上海正阳五金有限公司", "上海阳正五金有限公司", 0.85),
        ("Nordwind Trading", "Norwind Trading", 0.85),
    ],
)
def test_a_slip_leaves_names_alike(one: str, other: str, least: float) -> None:
    assert least <= likeness(one, other) < 1.0
    assert likeness(other, one) == likeness(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海华新科技有限公司", "上海大江科技有限公司"),
        ("上海华新科技有限公司", "上海华新科技有限公司北京分公司"),
        ("Morrison Trading Ltd", "Harrison Trading Ltd"),
        ("Nordwind Trading", "Südlicht Trading"),
    ],
)
def test_the_same_trade_makes_no_two_companies_alike(one: str, other: str) -> None:
    assert likeness(one, other) < 0.8


def test_a_namesake_of_another_place_is_less_alike() -> None:
    assert likeness("上海华新科技有限公司", "北京华新科技有限公司") < 0.9


@pytest.mark.parametrize(
    ("name", "rest", "found"),
    [
        ("上海华新", "华新", {"上海"}),
        ("华新(上海)", "华新", {"上海"}),
        ("华新(集团)", "华新集团", set()),
        ("广西壮族自治区南宁华新", "华新", {"广西", "南宁"}),
        ("北京市朝阳区华新", "华新", {"北京", "朝阳区"}),
        ("上海滩", "上海滩", set()),
        ("中山实业", "中山实业", set()),
    ],
)
def test_places_are_taken_out_of_a_name(name: str, rest: str, found: set[str]) -> None:
    assert places.split(name) == (rest, found)


@pytest.mark.parametrize("text", ["", " ", "()", "。", "&"])
def test_what_holds_no_name_has_none(text: str) -> None:
    found = names.parse(text)
    assert found is None or found.core


TEXTS = st.text(alphabet="abcxyzäü 华新科技上海有限公司ÅØ&.()-分店0", max_size=24)


@given(TEXTS, TEXTS)
def test_likeness_has_no_direction_and_stays_between_0_and_1(one: str, other: str) -> None:
    ours, theirs = names.parse(one), names.parse(other)
    if ours is None or theirs is None:
        return
    there, back = names.alike(ours, theirs), names.alike(theirs, ours)
    assert there == pytest.approx(back)
    assert 0.0 <= there <= 1.0
    assert names.alike(ours, ours) == (0.5 if ours.branch != ours.branch else 1.0)


@given(st.text())
def test_any_text_may_be_a_name(text: str) -> None:
    found = names.parse(text)
    assert found is None or (found.core and found.keys is not None)
