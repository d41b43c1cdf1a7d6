"""A phone that meets a restored gateway: what it sent after the backup comes back from it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.schema import GatewaySettings, StoreSettings, SyncSettings
from gateway.backup import restoring
from gateway.backup.backups import Backups
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.pull import Pull
from sync.phone.push import Push
from tests.backup.conftest import SECRET
from tests.phone import bench
from tests.phone.bench import Phone


def records_of(store: Store) -> Records:
    return Records(store, {"customer": bench.CUSTOMER}, GatewaySettings())


def name_of(store: Store, record: str) -> str:
    return str(records_of(store).get(bench.CLEO, "customer", record)["data"]["name"])


def test_what_was_sent_after_the_backup_is_offered_again_and_has_its_effect_once(
    store: Store, clock: ManualClock, backups_of: Callable[..., Backups], tmp_path: Path
) -> None:
    old = Phone(Push(store, records_of(store), SyncSettings()), clock, 1, bench.ANA)
    before = old.create("Nordwind")
    first = before["record"]
    lost_base = old.edit(first, 1, {"name": "Nordwind GmbH"})
    assert old.statuses(before) == ["applied"]
    cursor = Pull(store, records_of(store), SyncSettings()).page(bench.ANA, "", 10).cursor
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    after, scan = old.create("Suedwind"), old.scan()
    built_on = old.edit(first, 2, {"name": "Nordwind AG"})
    sent = [before, lost_base, after, scan, built_on]
    assert old.statuses(*sent[1:]) == ["applied"] * 4

    restoring.restore(file, SECRET, tmp_path / "new", clock, lambda _: None)
    box = Store(tmp_path / "new", StoreSettings(), clock)
    records = records_of(box)
    with pytest.raises(Problem) as begun_anew:
        Pull(box, records, SyncSettings()).page(bench.ANA, cursor, 10)
    assert begun_anew.value.code == "resync_required"
    phone = Phone(Push(box, records, SyncSettings()), clock, 1, bench.ANA)
    assert phone.statuses(*sent) == ["duplicate", "applied", "applied", "applied", "applied"]
    assert phone.statuses(*sent) == ["duplicate"] * 5
    assert name_of(box, first) == "Nordwind AG"
    assert name_of(box, after["record"]) == "Suedwind"
    box.close()


def test_an_edit_of_a_version_that_the_restore_has_lost_is_made_on_the_newest_left(
    store: Store, clock: ManualClock, backups_of: Callable[..., Backups], tmp_path: Path
) -> None:
    old = Phone(Push(store, records_of(store), SyncSettings()), clock, 1, bench.ANA)
    made = old.create("Nordwind")
    old.send(made)
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    edit = old.edit(made["record"], 7, {"name": "Nordwind AG"})
    assert old.statuses(edit) == ["rejected"], "a gateway that lost nothing knows every version"
    restoring.restore(file, SECRET, tmp_path / "new", clock, lambda _: None)
    box = Store(tmp_path / "new", StoreSettings(), clock)
    phone = Phone(Push(box, records_of(box), SyncSettings()), clock, 1, bench.ANA)
    assert phone.statuses(edit) == ["applied"]
    assert name_of(box, made["record"]) == "Nordwind AG"
    box.close()
