"""What a phone is told beside a record, so that it finds Chinese however it is typed."""

from gateway.kinds.customer import KIND
from gateway.records.finding.heard import spellings


def test_a_chinese_name_comes_in_the_other_script_in_pinyin_and_in_initials() -> None:
    found = spellings(KIND, {"legal_name": "上海华新科技"}).split("\n")
    assert found == ["上海華新科技", "shanghaihuaxinkeji", "shhxkj"]


def test_a_traditional_name_comes_in_simplified_characters() -> None:
    assert "台北茶庄" in spellings(KIND, {"trade_name": "臺北茶莊"}).split("\n")


def test_people_places_and_tags_are_spelled_too_and_each_only_once() -> None:
    data = {
        "legal_name": "Nordwind",
        "tags": ["重点"],
        "contacts": {"a": {"name": "王丽"}, "b": {"name": "王丽"}},
        "addresses": {"c": {"city": "重庆"}},
    }
    found = spellings(KIND, data).split("\n")
    assert {"wangli", "wl", "chongqing", "cq"} <= set(found)
    assert len(found) == len(set(found))


def test_nothing_is_told_of_what_the_reader_does_not_see_or_of_no_chinese() -> None:
    assert spellings(KIND, {"legal_name": "Nordwind"}) == ""
    assert spellings(KIND, {}) == ""
    assert spellings(KIND, {"notes": "上海"}) == ""
