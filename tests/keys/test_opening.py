"""A keyring opens by what its tier asks for and by nothing else, and can be wrapped anew."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from config.schema import KeysSettings
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys import keyfile, opening
from gateway.keys.provider import Cost
from gateway.store.places import DATABASE, KEYRING
from tests.keys.conftest import Releaser

WORDS = "correct horse battery staple"
TIERS = ("file", "credential", "passphrase", "erp")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a passphrase costs is told in the file: most tests need not pay it."""
    monkeypatch.setattr(keyfile, "COST", (1, 19_456, 1))


@pytest.fixture
def here(erp: Releaser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeysSettings:
    """A box that has a key of every tier."""
    stick, handed = tmp_path / "stick", tmp_path / "credentials"
    stick.mkdir()
    handed.mkdir()
    (handed / "waystation-key").write_bytes(bytes(range(32)))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    return replace(erp.settings, tier="file", file=str(stick / "shop.key"))


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        call()
    return refused.value.code


@pytest.mark.parametrize(("before", "after"), list(permutations((opening.BESIDE, *TIERS), 2)))
def test_from_any_tier_to_any_other_the_keys_stay_and_only_the_new_one_opens_them(
    tmp_path: Path, here: KeysSettings, before: str, after: str
) -> None:
    opening.wrap(tmp_path, here, before, "", WORDS)
    keys = opening.opened(tmp_path / KEYRING, here, WORDS).encoded()
    opening.wrap(tmp_path, here, after, WORDS, WORDS)
    assert opening.opened(tmp_path / KEYRING, here, WORDS).encoded() == keys
    assert opening.way_of(tmp_path) == after
    is_clear = json.loads(keys)["database"] in (tmp_path / KEYRING).read_text()
    assert is_clear is (after == opening.BESIDE)
    assert (tmp_path / KEYRING).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("tier", TIERS)
def test_a_wrong_key_opens_nothing_and_changes_nothing(
    tmp_path: Path, here: KeysSettings, erp: Releaser, tier: str
) -> None:
    opening.wrap(tmp_path, here, tier, "", WORDS)
    before = (tmp_path / KEYRING).read_bytes()
    Path(here.file).write_bytes(b"another " * 8)
    Path(os.environ["CREDENTIALS_DIRECTORY"], here.credential).write_bytes(bytes(32))
    erp.say(key="00" * 32)
    wrong = "keys_passphrase_wrong" if tier == "passphrase" else "keys_wrong"
    assert refusal(lambda: opening.opened(tmp_path / KEYRING, here, "wrong words")) == wrong
    wrap = lambda: opening.wrap(tmp_path, here, "file", "wrong words", "")  # noqa: E731
    assert refusal(wrap) == wrong
    assert (tmp_path / KEYRING).read_bytes() == before


@pytest.mark.parametrize("moment", ["open", "fsync", "rename", "fsync folder"])
def test_a_crash_while_it_is_wrapped_anew_leaves_one_keyring_that_opens(
    tmp_path: Path, here: KeysSettings, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    opening.wrap(tmp_path, here, "passphrase", "", WORDS)
    keys = opening.opened(tmp_path / KEYRING, here, WORDS).encoded()
    calls = {"fsync": 0}
    sync = os.fsync

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    def synced(handle: int) -> None:
        calls["fsync"] += 1
        if calls["fsync"] == (1 if moment == "fsync" else 2):
            raise KeyboardInterrupt
        sync(handle)

    with monkeypatch.context() as patched:
        match moment:
            case "open":
                patched.setattr(os, "open", crash)
            case "rename":
                patched.setattr(Path, "rename", crash)
            case _:
                patched.setattr(os, "fsync", synced)
        with pytest.raises(KeyboardInterrupt):
            opening.wrap(tmp_path, here, opening.BESIDE, WORDS, "")
    assert opening.opened(tmp_path / KEYRING, here, WORDS).encoded() == keys
    assert [one.name for one in tmp_path.glob("keyring*")] == [KEYRING]


def test_without_the_old_key_nothing_is_wrapped_anew(tmp_path: Path, here: KeysSettings) -> None:
    opening.wrap(tmp_path, here, "passphrase", "", WORDS)
    wrap = lambda: opening.wrap(tmp_path, here, "erp", "", "")  # noqa: E731
    assert refusal(wrap) == "keys_passphrase_needed"
    assert opening.way_of(tmp_path) == "passphrase"


def test_a_database_whose_keyring_is_gone_gets_no_other_one(
    tmp_path: Path, here: KeysSettings
) -> None:
    (tmp_path / DATABASE).touch()
    wrap = lambda: opening.wrap(tmp_path, here, "file", "", "")  # noqa: E731
    assert refusal(wrap) == "store_key_missing"


def test_a_provider_that_says_another_key_every_time_wraps_nothing(tmp_path: Path) -> None:
    class Fickle(opening.Provider):
        said = 0

        def key(self, salt: bytes, cost: Cost) -> bytes:
            self.said += 1
            return bytes([self.said]) * 32

    keep = lambda: keyfile.keep(tmp_path / KEYRING, Keyring.fresh(), "erp", Fickle())  # noqa: E731
    assert refusal(keep) == "keys_unsteady"
    assert not (tmp_path / KEYRING).exists()


def test_a_stick_that_is_not_plugged_in_is_asked_for_and_nothing_is_made_in_its_place(
    tmp_path: Path, here: KeysSettings
) -> None:
    away = replace(here, file=str(tmp_path / "nowhere" / "shop.key"))
    assert refusal(lambda: opening.opened(tmp_path / KEYRING, away)) == "keys_file_missing"
    assert not (tmp_path / KEYRING).exists()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("words", ["eleven char", "aaaaaaaaaaaaaaaa", "              "])
def test_a_passphrase_that_is_soon_guessed_is_not_taken(
    tmp_path: Path, here: KeysSettings, words: str
) -> None:
    wrap = lambda: opening.wrap(tmp_path, here, "passphrase", "", words)  # noqa: E731
    assert refusal(wrap) in ("keys_passphrase_weak", "keys_passphrase_needed")


def test_a_passphrase_typed_on_another_keyboard_is_the_same(
    tmp_path: Path, here: KeysSettings
) -> None:
    opening.wrap(tmp_path, here, "passphrase", "", "fünf Käsebrötchen")
    assert opening.opened(tmp_path / KEYRING, here, " fu\u0308nf Ka\u0308sebro\u0308tchen")


def test_a_stolen_gateway_gets_no_key_until_it_is_found_again(
    tmp_path: Path, here: KeysSettings, erp: Releaser
) -> None:
    opening.wrap(tmp_path, here, "erp", "", "")
    erp.say(stolen=True)
    assert refusal(lambda: opening.opened(tmp_path / KEYRING, here)) == "keys_erp_refused"
    erp.say(stolen=False)
    assert opening.opened(tmp_path / KEYRING, here)


def test_who_does_not_know_the_secret_or_asks_from_elsewhere_gets_no_key(
    tmp_path: Path, here: KeysSettings, erp: Releaser
) -> None:
    opening.wrap(tmp_path, here, "erp", "", "")
    for change in ({"secret": "another"}, {"from": ["203.0.113.7"]}):
        erp.say(**change)
        assert refusal(lambda: opening.opened(tmp_path / KEYRING, here)) == "keys_erp_refused"
        erp.say(secret=here.secret, **{"from": ["127.0.0.1"]})
    assert opening.opened(tmp_path / KEYRING, here)


def test_a_key_is_asked_only_of_whom_the_certificate_names(
    tmp_path: Path, here: KeysSettings
) -> None:
    opening.wrap(tmp_path, here, "erp", "", "")
    with pytest.raises(Problem, match="its certificate is not trusted here"):
        opening.opened(tmp_path / KEYRING, replace(here, ca=""))
    with pytest.raises(Problem, match="nothing answers at its address"):
        opening.opened(tmp_path / KEYRING, replace(here, url="https://127.0.0.1:1/release"))


@pytest.mark.parametrize("spoil", [b"", b"[]", b'{"wrapped": "00"}', b'{"database": "x"}'])
def test_a_file_that_is_no_keyring_is_told_as_that(
    tmp_path: Path, here: KeysSettings, spoil: bytes
) -> None:
    (tmp_path / KEYRING).write_bytes(spoil)
    assert refusal(lambda: opening.opened(tmp_path / KEYRING, here)) == "keyring_malformed"
    assert (tmp_path / KEYRING).read_bytes() == spoil


def test_what_the_wrapping_says_of_itself_cannot_be_altered(
    tmp_path: Path, here: KeysSettings
) -> None:
    opening.wrap(tmp_path, here, "credential", "", "")
    told = json.loads((tmp_path / KEYRING).read_text())
    (tmp_path / KEYRING).write_text(json.dumps({**told, "cost": [2, 19_456, 1]}))
    assert refusal(lambda: opening.opened(tmp_path / KEYRING, here)) == "keys_wrong"
