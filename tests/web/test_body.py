"""Reading bodies: what is refused before a byte is parsed, and where a fault is pointed at."""

import io
from typing import Any

import pytest
from msgspec import Struct

from gateway.kernel.problems import Problem
from gateway.web.door import body


class Line(Struct, forbid_unknown_fields=True):
    sku: str
    count: int = 1


class Order(Struct, forbid_unknown_fields=True):
    number: str
    lines: list[Line] = []


def environ(raw: bytes, **more: str) -> dict[str, Any]:
    return {
        "wsgi.input": io.BytesIO(raw),
        "CONTENT_LENGTH": str(len(raw)),
        "CONTENT_TYPE": "application/json",
        **more,
    }


def read(raw: bytes, bytes_max: int = 100, **more: str) -> bytes:
    return body.read(environ(raw, **more), (body.JSON,), bytes_max)


def test_it_reads_exactly_what_was_announced() -> None:
    assert read(b'{"a":1}') == b'{"a":1}'
    assert read(b'{"a":1}garbage', CONTENT_LENGTH="7") == b'{"a":1}'
    assert read(b"", CONTENT_LENGTH="") == b""
    assert read(b"x" * 100) == b"x" * 100


def test_it_reads_a_body_of_unknown_length_up_to_the_limit() -> None:
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert read(b"x" * 100, **chunked) == b"x" * 100
    with pytest.raises(Problem, match="body_too_large"):
        read(b"x" * 101, **chunked)


def test_a_body_that_is_too_large_is_refused_unread() -> None:
    unread = io.BytesIO(b"x" * 101)
    with pytest.raises(Problem, match="body_too_large"):
        body.read({**environ(b"x" * 101), "wsgi.input": unread}, (body.JSON,), 100)
    assert unread.tell() == 0


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "GZIP", "gzip, identity"])
def test_a_compressed_body_is_refused(encoding: str) -> None:
    with pytest.raises(Problem, match="encoding_refused"):
        read(b"{}", HTTP_CONTENT_ENCODING=encoding)
    assert read(b"{}", HTTP_CONTENT_ENCODING="identity") == b"{}"


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_foreign_media_type_is_refused(media_type: str) -> None:
    with pytest.raises(Problem, match="media_type_refused"):
        read(b"{}", CONTENT_TYPE=media_type)
    assert read(b"{}", CONTENT_TYPE="Application/JSON; charset=utf-8") == b"{}"


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'{"number":1}', "/number"),
        (b"{}", "/number"),
        (b'{"number":"1","lines":[{"sku":"a"},{"sku":"b","count":"2"}]}', "/lines/1/count"),
        (b'{"number":"1","lines":[{}]}', "/lines/0/sku"),
        (b'{"number":"1","note":""}', "/note"),
        (b"[]", ""),
    ],
)
def test_a_fault_is_pointed_at(raw: bytes, pointer: str) -> None:
    with pytest.raises(Problem) as refused:
        body.decode(raw, Order)
    assert refused.value.code == "body_invalid"
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"number":"1","number":"2"}', "json_duplicate_key"),
        (b'{"number":"1","lines":1.5}', "json_float"),
        (b'{"number":NaN}', "json_malformed"),
        (b'{"number":"1"', "json_malformed"),
        (b'{"number":"\xff"}', "json_malformed"),
        (b"", "json_malformed"),
        (b"[" * 100_000 + b"]" * 100_000, "json_too_deep"),
        (b'{"number":123456789012345678901234567890}', "json_integer_range"),
    ],
)
def test_what_is_not_strict_json_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Problem, match=code):
        body.decode(raw, Order)
