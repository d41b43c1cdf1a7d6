"""Whoever copies the data folder reads nothing of any record."""

import base64
import io
import logging
from pathlib import Path

import pytest

from assembly import Gateway
from tests.cast import World

PLANTED = 200


def planted(number: int) -> str:
    return f"Planted{number:03d}Kestrel"


def written_as(text: str) -> list[bytes]:
    """The bytes a text could be recognised by: plain, in UTF-16, and in base64 at each offset."""
    raw = text.encode()
    # The first and the last letters of a base64 text depend on what stands beside it.
    coded = [base64.b64encode(b"\0" * shift + raw)[4:-4] for shift in range(3)]
    return [raw, text.encode("utf-16-le"), text.encode("utf-16-be"), *coded]


def test_a_copied_folder_and_the_log_hold_no_planted_value(
    gateway: Gateway, whole: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    names = ("legal_name", "notes")
    for first in range(0, PLANTED, len(names)):
        record = {name: planted(first + place) for place, name in enumerate(names)}
        form = {"data": {"type": "company", "country": "DE", **record}}
        answer = whole.cleo.post("/api/v1/records/customer", form)
        assert answer.status_code == 201, answer.text
    assert whole.cleo.get(f"/api/v1/records/customer?q={planted(0)}").json["records"]
    folder = gateway.store.folder
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert any(path.name.endswith("-wal") for path in files)
    files[Path("the log")] = caplog.text.encode()
    found = [
        (path.name, number)
        for path, content in files.items()
        for number in range(PLANTED)
        if any(bytes_ in content for bytes_ in written_as(planted(number)))
    ]
    assert found == []


@pytest.mark.parametrize("shift", range(3))
def test_the_look_for_planted_values_would_find_one(shift: int) -> None:
    file = io.BytesIO(base64.b64encode(b"x" * shift + planted(7).encode() + b"more of it")).read()
    assert any(bytes_ in file for bytes_ in written_as(planted(7)))
