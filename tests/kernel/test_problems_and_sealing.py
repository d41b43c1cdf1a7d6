"""Problems in every language, and what the keyring protects."""

import json
import stat
from pathlib import Path

import pytest

from gateway.kernel import sealing
from gateway.kernel.problems import CATALOGUE, Problem
from gateway.kernel.sealing import Keyring


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_problem_has_a_status_and_says_whether_to_try_again(code: str) -> None:
    entry = CATALOGUE[code]
    assert isinstance(entry["retryable"], bool)
    assert 400 <= int(str(entry["status"])) < 600


def test_a_problem_document_says_what_where_and_how_to_mend_it() -> None:
    fault = Problem("sale_total", pointer="/data/total", found=1, expected=2)
    document = Problem("sale_invalid", errors=[fault]).document("zh-CN")
    assert document["status"] == 422
    assert document["errors"] == [
        {"code": "sale_total", "detail": fault.detail("zh"), "pointer": "/data/total"}
    ]


def test_a_stored_problem_is_told_again_unchanged() -> None:
    fault = Problem("sale_total", pointer="/data/total", found=1, expected=2)
    problem = Problem("sale_invalid", errors=[fault])
    again = Problem.from_record(json.loads(json.dumps(problem.record())))
    assert again.document() == problem.document()


def test_the_key_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    first = Keyring.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.load_or_create(path).database_key == first.database_key


def test_a_sealed_field_opens_only_where_it_was_sealed(tmp_path: Path) -> None:
    keyring = Keyring.load_or_create(tmp_path / "keyring.json")
    sealed = keyring.seal("DE89370400440532013000", "customer:1:iban")
    assert "DE89" not in sealed
    assert sealing.is_sealed(sealed)
    assert keyring.open(sealed, "customer:1:iban") == "DE89370400440532013000"
    with pytest.raises(Problem, match="seal_broken"):
        keyring.open(sealed, "customer:2:iban")
    with pytest.raises(Problem, match="seal_broken"):
        keyring.open(sealed[:-4] + "AAAA", "customer:1:iban")


def test_a_sealed_file_opens_only_whole_under_its_own_name(tmp_path: Path) -> None:
    keyring = Keyring.load_or_create(tmp_path / "keyring.json")
    sealed = keyring.seal_file(b"Lefort" * 100, "1.segment")
    assert b"Lefort" not in sealed
    assert keyring.open_file(sealed, "1.segment") == b"Lefort" * 100
    other = Keyring.load_or_create(tmp_path / "other.json")
    for keys, raw, name in (
        (keyring, sealed, "2.segment"), (other, sealed, "1.segment"),
        (keyring, sealed[:-1], "1.segment"), (keyring, b"", "1.segment"),
    ):  # fmt: skip
        with pytest.raises(Problem, match="seal_broken"):
            keys.open_file(raw, name)


def test_a_password_is_kept_as_argon2id_and_recognised() -> None:
    stored = sealing.hash_password("correct horse")
    assert stored.startswith("$argon2id$")
    assert sealing.verify_password(stored, "correct horse")
    assert not sealing.verify_password(stored, "wrong horse")
    assert not sealing.verify_password("no hash at all", "correct horse")
