"""A store with something in it, and its backups."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.schema import BackupSettings, StoreSettings
from gateway.backup import sheet
from gateway.backup.backups import Backups
from gateway.kernel import age
from gateway.store.database import Store

# One secret for all: what is drawn is tested once.
SECRET = age.new_identity()


@pytest.fixture
def backups_of(tmp_path: Path) -> Callable[..., Backups]:
    """The backups of a store, whose recovery sheet is proved."""

    def make(store: Store, **settings: object) -> Backups:
        site = tmp_path / "site.toml"
        site.write_text('[gateway]\nname = "Nordwind"\n')
        made = Backups(store, BackupSettings(**settings), StoreSettings(), site)  # type: ignore[arg-type]
        made.keys.prove(age.recipient_of(SECRET), " ".join(sheet.words(SECRET)))
        return made

    return make
