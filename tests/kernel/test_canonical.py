"""The one byte form: what is refused, and that nothing changes on the way through it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import canonical
from gateway.kernel.problems import Problem

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_encoded_comes_back_the_same(value: object) -> None:
    assert canonical.decode(canonical.encode(value), depth_max=64) == value


@given(values)
def test_the_same_value_has_the_same_bytes_however_it_was_written(value: object) -> None:
    written = json.dumps(value, indent=2, ensure_ascii=True).encode()
    assert canonical.encode(canonical.decode(written, depth_max=64)) == canonical.encode(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'{"a":1,"a":2}', "json_duplicate_key"),
        (b'{"a": {"b":1, "b": 2}}', "json_duplicate_key"),
        (b'{"a\\u003a":1,"x":":","a":1,"a":2}', "json_duplicate_key"),
        (b'{"a":1.0}', "json_float"),
        (b"[1e3]", "json_float"),
        (b'{"a":NaN}', "json_malformed"),
        (b'{"a":1', "json_malformed"),
        (b"", "json_malformed"),
        (b"\xff\xfe", "json_malformed"),
        (b"[9223372036854775808]", "json_integer_range"),
        (b'{"a":-99999999999999999999999}', "json_integer_range"),
        (b"[" * 17 + b"]" * 17, "json_too_deep"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, "json_too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "json_too_deep"),
    ],
)
def test_it_refuses_what_has_no_single_meaning(text: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        canonical.decode(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 16 + b"]" * 16,
        b'{"a":"' + b"[{" * 50 + b'"}',
        b'{"a":"\\"' + b"[" * 50 + b'"}',
        b"[" + b",".join([b'{"a":"]E0"}'] * 100) + b"]",
        b'{"a":":::","b":"\\u003a"}',
        b'{"n":9223372036854775807,"s":"99999999999999999999999"}',
    ],
)
def test_it_accepts_what_only_looks_forbidden(text: bytes) -> None:
    assert canonical.decode(text) == json.loads(text)


def test_it_never_encodes_a_float() -> None:
    with pytest.raises(TypeError, match="floats"):
        canonical.encode({"price": [18.5]})
