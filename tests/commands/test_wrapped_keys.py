"""Going back to the version before, and going on after damage, where the keyring is wrapped."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from config.load import load
from config.schema import KeysSettings, StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys import opening
from gateway.store import migrate, upgrade
from gateway.store.database import Store
from gateway.store.places import DATABASE, KEYRING
from gateway.store.rescue import aside
from gateway.web.commands import keys_line, upgrade_line
from tests.commands.test_damage import spoil, status
from tests.torture.gateway import GatewayProcess, wait_until

WORDS = "correct horse battery staple"
SCRIPTS = migrate.scripts()
TIERS = ("file", "passphrase")
Wrapped = tuple[Path, KeysSettings]


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeysSettings:
    """A stick with its key file, and somebody at the terminal who knows the passphrase."""
    file = tmp_path / "stick.key"
    monkeypatch.setenv("WAYSTATION_KEYS_FILE", str(file))
    said = {"passphrase": WORDS}
    monkeypatch.setattr(keys_line, "asked", lambda data: said.get(opening.way_of(data), ""))
    return KeysSettings(file=str(file))


@pytest.fixture
def old(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the version before."""
    with monkeypatch.context() as patch:
        for module in (migrate, upgrade):
            patch.setattr(module, "scripts", lambda: SCRIPTS[:-1])
        folder = tmp_path / "data"
        Store(folder, StoreSettings(), ManualClock()).close()
    return folder


def store(folder: Path, settings: KeysSettings) -> Store:
    unlock = partial(opening.opened, settings=settings, said=WORDS)
    return Store(folder, StoreSettings(), ManualClock(), unlock)


def holding(folder: Path, key: bytes) -> list[str]:
    """Files there that hold these keys in clear."""
    texts = (key, key.hex().encode())
    return [one.name for one in folder.rglob("*")
            if one.is_file() and any(text in one.read_bytes() for text in texts)]  # fmt: skip


def back(folder: Path, load_: Callable[..., object] = load) -> tuple[str, BaseException | None]:
    command: click.Command = upgrade_line.upgrade(load_)  # type: ignore[arg-type]
    run = CliRunner().invoke(command, ["--back", "--data", str(folder)])
    return run.output, run.exception


@pytest.mark.parametrize("tier", TIERS)
def test_one_goes_back_with_a_wrapped_keyring_and_it_stays_wrapped(
    old: Path, stick: KeysSettings, tier: str
) -> None:
    opening.wrap(old, stick, tier, "", WORDS)
    before = (old / DATABASE).read_bytes(), (old / KEYRING).read_bytes()
    upgraded = store(old, stick)
    key = upgraded.keyring.database_key
    upgraded.close()
    assert (old / DATABASE).read_bytes() != before[0]
    assert f"schema {len(SCRIPTS) - 1} is in place again" in back(old)[0]
    assert ((old / DATABASE).read_bytes(), (old / KEYRING).read_bytes()) == before
    assert holding(old, key) == []


def test_without_the_stick_nobody_goes_back_and_nothing_is_changed(
    old: Path, stick: KeysSettings
) -> None:
    opening.wrap(old, stick, "file", "", "")
    store(old, stick).close()
    Path(stick.file).unlink()
    now = (old / DATABASE).read_bytes()
    refused = back(old)[1]
    assert isinstance(refused, Problem)
    assert refused.code == "keys_file_missing"
    assert (old / DATABASE).read_bytes() == now


def test_going_back_makes_no_keys_where_they_are_gone(old: Path, stick: KeysSettings) -> None:
    store(old, stick).close()
    (old / KEYRING).unlink()
    refused = back(old)[1]
    assert isinstance(refused, Problem)
    assert refused.code == "store_key_missing"
    assert not (old / KEYRING).exists()


def test_settings_that_nobody_understands_keep_nobody_from_going_back(
    old: Path, stick: KeysSettings
) -> None:
    def refused(_: Path) -> None:
        raise AssertionError

    store(old, stick).close()
    assert "in place again" in back(old, refused)[0]


@pytest.mark.parametrize("tier", TIERS)
def test_a_damaged_database_is_salvaged_with_a_wrapped_keyring_and_no_key_is_left_in_clear(
    founded: Path, tmp_path: Path, stick: KeysSettings, tier: str
) -> None:
    folder = shutil.copytree(founded, tmp_path / "data")
    key = Keyring.load_or_create(folder / KEYRING).database_key
    spoil(folder, "sqlite_autoindex_journal_1")
    opening.wrap(folder, stick, tier, "", WORDS)
    wrapped = (folder / KEYRING).read_bytes()
    unlock = partial(opening.opened, settings=stick, said=WORDS)
    aside.put_aside(
        folder, StoreSettings(), ManualClock(), unlock(folder / KEYRING), "a page is damaged"
    )
    store(folder, stick).close()
    assert (folder / KEYRING).read_bytes() == wrapped
    assert len(aside.notes(folder)) == 1
    assert holding(folder, key) == []


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    # Fresh, for it begins anew by its own command line.
    made = GatewayProcess(tmp_path / "data", fresh=True)
    yield made
    made.kill()


def test_a_gateway_that_began_anew_after_damage_waits_for_its_passphrase_and_salvages(
    gateway: GatewayProcess,
) -> None:
    def unlocked(time: int) -> None:
        told = "the gateway is locked"
        said = gateway.log.read_text
        wait_until(lambda: gateway.log.exists() and said().count(told) == time, 60, said)
        gateway.command("unlock", "--passphrase-stdin", stdin=f"{WORDS}\n")

    token = gateway.token("Till", "pos")
    spoil(gateway.data, "sqlite_autoindex_journal_1")
    wrap = ("keys", "wrap", "--passphrase-stdin", "--tier", "passphrase")
    gateway.command(*wrap, stdin=f"{WORDS}\n")
    gateway.launch()
    unlocked(1)
    wait_until(gateway.answers, 60, gateway.log.read_text)
    status(gateway, token, "scan")  # the write that meets the page
    unlocked(2)
    wait_until(lambda: status(gateway, token, "scan") in ("stored", "duplicate"), 60)
    assert "nobody" in gateway.command("damaged")
    assert opening.way_of(gateway.data) == "passphrase"
