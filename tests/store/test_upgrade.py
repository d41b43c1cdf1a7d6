"""A newer version on an older database: a copy is migrated, the file stays until it is sound."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import migrate, upgrade
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.places import DATABASE, KEYRING

NOW = 1_800_000_000_000
SETTINGS = StoreSettings(encryption="off")
SCRIPTS = migrate.scripts()
# The archive is there from this version on; before it nothing is tried, for nobody has it.
OLDEST = 9


def note() -> Entry:
    return Entry(id=ids.uuid7(NOW), type="note.taken", body={"text": "x"})


def as_of(version: int, patch: pytest.MonkeyPatch) -> None:
    """Have the code be that of a version."""
    for module in (migrate, upgrade):
        patch.setattr(module, "scripts", lambda: SCRIPTS[:version])


def opened(folder: Path) -> Store:
    return Store(folder, SETTINGS, ManualClock())


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two entries, written by the oldest version."""
    folder = tmp_path_factory.mktemp("old") / "data"
    with pytest.MonkeyPatch.context() as patch:
        as_of(OLDEST, patch)
        store = opened(folder)
        store.write(lambda tx: tx.append(note()))
        store.write(lambda tx: tx.append(note()))
        store.close()
    return folder


def test_an_old_database_is_brought_to_this_version_and_kept_beside_it(
    old: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(old, tmp_path / "data")
    before = (folder / DATABASE).read_bytes()
    store = opened(folder)
    with store.read() as rows:
        assert rows.value("PRAGMA user_version") == len(SCRIPTS)
    assert store.head == 2
    store.close()
    assert (folder / upgrade.FOLDER / f"from-{OLDEST}.db").read_bytes() == before


def test_whichever_statement_fails_the_version_before_still_serves(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(old, tmp_path / "data")
    real = migrate.statements
    for version in range(OLDEST + 1, len(SCRIPTS) + 1):
        script = SCRIPTS[version - 1]
        for place in range(1, len(list(real(script))) + 1):

            def broken(one: Path, script: Path = script, place: int = place) -> Iterator[str]:
                for at, sql in enumerate(real(one), 1):
                    yield "SELECT nobody_knows()" if (one, at) == (script, place) else sql

            before = (folder / DATABASE).read_bytes()
            with monkeypatch.context() as patch:
                as_of(version, patch)
                patch.setattr(migrate, "statements", broken)
                with pytest.raises(Problem) as refused:
                    opened(folder)
            said = refused.value.params
            assert (refused.value.code, said["script"], said["place"]) == (
                "migration_failed", script.name, place,
            )  # fmt: skip
            assert (folder / DATABASE).read_bytes() == before
        with monkeypatch.context() as patch:
            as_of(version - 1, patch)
            store = opened(folder)
            store.write(lambda tx: tx.append(note()))
            store.close()
            as_of(version, patch)
            opened(folder).close()


@pytest.mark.parametrize(
    ("harm", "reason"),
    [("DELETE FROM journal WHERE seq = 2", "journal: 1 rows instead of 2"),
     ("UPDATE journal SET type = 'x', digest = x'00' WHERE seq = 1", "chain")],
)  # fmt: skip
def test_a_migration_that_loses_something_is_not_put_in_place(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str, reason: str
) -> None:
    folder = shutil.copytree(old, tmp_path / "data")
    before = (folder / DATABASE).read_bytes()
    real = migrate.statements
    monkeypatch.setattr(migrate, "statements", lambda one: [*real(one), harm])
    with pytest.raises(Problem) as refused:
        opened(folder)
    assert refused.value.code == "upgrade_unsound"
    assert reason in str(refused.value.params["reason"])
    assert (folder / DATABASE).read_bytes() == before


def test_one_can_go_back_until_something_new_was_stored(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(old, tmp_path / "data")
    before = (folder / DATABASE).read_bytes()
    keyring = Keyring.load_or_create(folder / KEYRING)
    path = folder / DATABASE
    with pytest.raises(Problem, match="upgrade_cannot_go_back"):
        upgrade.go_back(path, keyring)
    opened(folder).close()
    assert upgrade.go_back(path, keyring) == OLDEST
    assert path.read_bytes() == before
    store = opened(folder)
    store.write(lambda tx: tx.append(note()))
    store.close()
    with pytest.raises(Problem) as refused:
        upgrade.go_back(path, keyring)
    assert "1 entries were stored since" in refused.value.detail()


def test_the_old_file_is_let_go_after_a_week(old: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(old, tmp_path / "data")
    opened(folder).close()
    kept = folder / upgrade.FOLDER / f"from-{OLDEST}.db"
    since = int(kept.stat().st_mtime * 1000)
    upgrade.let_go(folder, since + upgrade.KEPT_MS - 1000)
    assert kept.exists()
    upgrade.let_go(folder, since + upgrade.KEPT_MS + 1000)
    assert not kept.exists()


def test_without_room_for_a_copy_nothing_is_begun(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(old, tmp_path / "data")
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(Problem, match="upgrade_no_room"):
        opened(folder)
