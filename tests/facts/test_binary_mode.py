"""Events whose attributes are headers: what comes out is the event, or a reason."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.facts.binary_mode import is_binary, structured
from gateway.kernel.problems import Problem

HEADERS = [("ce-specversion", "1.0"), ("Ce-Id", "a"), ("host", "x"), ("ce-revision", "2")]


def test_attributes_and_data_become_one_event() -> None:
    event = msgspec.json.decode(structured(HEADERS, b' {"text": "x"} '))
    assert event == {"specversion": "1.0", "id": "a", "revision": 2, "data": {"text": "x"}}
    assert "data" not in msgspec.json.decode(structured(HEADERS, b" "))


def test_it_is_known_by_its_header_unless_the_body_is_an_event() -> None:
    assert is_binary("application/json", "1.0")
    assert not is_binary("application/json", None)
    assert not is_binary("application/cloudevents-batch+json", "1.0")


@pytest.mark.parametrize(
    ("value", "text"),
    [("a%20b", "a b"), ("Euro%20%E2%82%AC", "Euro €"), ('"a \\"b\\""', 'a "b"'), ("100%", "100%")],
)
def test_values_are_percent_decoded(value: str, text: str) -> None:
    assert msgspec.json.decode(structured([("ce-subject", value)], b""))["subject"] == text


@pytest.mark.parametrize(
    "headers",
    [[("ce-data", "x")], [("ce-a-b", "x")], [("ce-", "x")], [("ce-id", "a"), ("CE-ID", "b")],
     [("ce-id", "%FF")], [(f"ce-x{n}", "") for n in range(60)]],
)  # fmt: skip
def test_headers_that_are_no_attributes_are_refused(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(Problem, match="event_malformed"):
        structured(headers, b"{}")


names = st.sampled_from(["ce-id", "ce-type", "Ce-X", "host", "ce-data", "ce-"])


@given(st.lists(st.tuples(names, st.text(max_size=20)), max_size=5), st.binary(max_size=40))
def test_whatever_comes_the_data_stays_inside(headers: list[tuple[str, str]], body: bytes) -> None:
    try:
        event = msgspec.json.decode(structured(headers, body))
    except Problem:
        return
    if body.strip():
        assert event.pop("data") == msgspec.json.decode(body)
    assert "data" not in event
