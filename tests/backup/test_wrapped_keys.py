"""A backup of a gateway whose key is kept elsewhere opens by its sheet and leaves no key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.backup import restoring, unpacking
from gateway.backup.backups import Backups
from gateway.kernel.clock import ManualClock
from gateway.kernel.sealing import Keyring, write_secret
from gateway.keys import opening
from gateway.keys.by_file import ByFile
from gateway.store.database import Store
from gateway.store.places import KEYRING
from tests.backup.conftest import SECRET


@pytest.fixture
def stick(store: Store, tmp_path: Path) -> ByFile:
    """What the keyring of the store is wrapped by."""
    key = ByFile(tmp_path / "stick.key")
    opening.keyfile.keep(store.folder / KEYRING, store.keyring, "file", key)
    return key


def holding(folder: Path, key: str) -> list[str]:
    """Every file there with these keys in clear."""
    return [one.name for one in folder.rglob("*")
            if one.is_file() and key.encode() in one.read_bytes()]  # fmt: skip


def test_a_restore_on_an_empty_box_gets_the_keys_in_clear(
    store: Store, stick: ByFile, backups_of: Callable[..., Backups], clock: ManualClock,
    tmp_path: Path,
) -> None:  # fmt: skip
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    box = tmp_path / "box"
    restoring.restore(file, SECRET, box, clock, lambda _: None)
    assert opening.way_of(box) == opening.BESIDE
    opened = Store(box, StoreSettings(), clock)
    assert opened.keyring.encoded() == store.keyring.encoded()
    opened.close()
    assert not (box / unpacking.SEALED_KEYRING).exists()


def test_a_check_never_puts_the_keys_on_the_disk(
    store: Store, stick: ByFile, backups_of: Callable[..., Backups], tmp_path: Path
) -> None:
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    key = store.keyring.database_key.hex()
    opened = tmp_path / "opened"
    unpacking.unpack(file, SECRET, opened, lambda _: None)
    assert unpacking.keyring(opened, SECRET, file.name).database_key.hex() == key
    assert holding(opened, key) == holding(store.folder, key) == []
    assert backups.check().proved_at


def test_a_backup_of_before_has_them_in_clear_and_opens_too(tmp_path: Path) -> None:
    keyring = Keyring.fresh()
    write_secret(tmp_path / KEYRING, keyring.encoded())
    assert unpacking.keyring(tmp_path, SECRET, "f").encoded() == keyring.encoded()
