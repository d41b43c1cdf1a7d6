"""Official numbers: one each, never twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from config.schema import GatewaySettings
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.records.rows.numbering import SKIP_AFTER_RESTORE, following, render
from tests.records.conftest import ANA, BEN, Shop


def test_each_kind_counts_for_itself(shop: Shop) -> None:
    made = [shop.create(ANA), shop.create(BEN, "product", name="Tea"), shop.create(ANA)]
    assert [o.head.number for o in made] == ["W1-C000001", "W1-P000001", "W1-C000002"]


def test_a_refused_creation_uses_up_no_number(shop: Shop) -> None:
    with pytest.raises(Exception, match="record_invalid"):
        shop.create(ANA, phone="1")
    assert shop.create(ANA).head.number == "W1-C000001"


def test_creations_at_the_same_time_get_different_numbers(shop: Shop) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: shop.create(ANA).head.number, range(40)))
    assert sorted(numbers) == [f"W1-C{count:06d}" for count in range(1, 41)]


def test_the_prefix_is_the_gateways_own(shop: Shop) -> None:
    shop.records = Records(shop.store, KINDS, GatewaySettings(number_prefix="PARIS2"))
    assert shop.create(ANA).head.number == "PARIS2-C000001"


def test_another_life_of_the_database_skips_what_it_may_have_forgotten(shop: Shop) -> None:
    shop.create(ANA)
    shop.write(lambda tx: tx.execute("UPDATE meta SET value = 'other' WHERE key = 'epoch'"))
    first, second = shop.create(ANA).head.number, shop.create(ANA).head.number
    assert first == f"W1-C{SKIP_AFTER_RESTORE + 2:06d}"
    assert second == f"W1-C{SKIP_AFTER_RESTORE + 3:06d}"


def test_counts_beyond_six_digits_simply_grow() -> None:
    assert render("W1", "C", 1_234_567) == "W1-C1234567"
    assert following(999_999, restored=False) == 1_000_000
