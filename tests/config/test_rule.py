"""Reading one value and holding it against its rule."""

import pytest

from config.rule import SHAPES, Rule, read_text, typed


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("True", None), ("1", None), ("yes", None), ("", None)],
)
def test_a_boolean_is_only_true_or_false(text: str, value: bool | None) -> None:
    assert read_text(text, bool) is value


def test_one_is_not_true_and_true_is_not_one() -> None:
    assert typed(1, bool) is None
    assert typed(True, int) is None
    assert typed(True, bool) is True


@pytest.mark.parametrize(
    ("shape", "text", "fits"),
    [
        ("listen", "127.0.0.1:8080", True),
        ("listen", "[::1]:443", True),
        ("listen", "localhost:0", True),
        ("listen", "0.0.0.0:65535", True),
        ("listen", "0.0.0.0:65536", False),
        ("listen", ":8080", False),
        ("listen", "localhost", False),
        ("prefix", "W1", True),
        ("prefix", "1W", False),
        ("prefix", "TOOLONG", False),
        ("url", "", True),
        ("url", "https://erp.example:8000/base", True),
        ("url", "erp.example", False),
        ("url", "https://erp.example/?database=x", False),
        ("origin", "", True),
        ("origin", "https://gateway.shop.example:8443", True),
        ("origin", "http://gateway.shop.example", False),
        ("origin", "https://gateway.shop.example/", False),
        ("origin", "https://Gateway.example", False),
        ("network", "127.0.0.1", True),
        ("network", "fd00::/8", True),
        ("network", "proxy.example", False),
        ("country", "DE\n", False),
        ("currency", "eur", False),
    ],
)
def test_a_shape_takes_what_fits_and_nothing_else(shape: str, text: str, fits: bool) -> None:
    assert Rule(shape=shape).accepts(text) is fits


def test_every_shape_can_be_asked_for_in_a_sentence() -> None:
    for shape in SHAPES:
        assert Rule(shape=shape).expectation(str).startswith(("a", "up to"))
